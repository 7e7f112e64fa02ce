"""The reader of the publication store, a folder that only grows.

``store.json`` names the public address, ``ledger/<year>.jsonl`` is append-only,
``<kind>/<year>/<unit>/v<n>/`` holds the immutable files of a version. Writing is
the portal's business (``portal.publishing.writer``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from site_static.ledger import Entry, Status, parse_line
from site_static.schema import Document, Level, SchemaError, from_data

DATA = "data.json"
BODY = "isi.html"
PDF = "dokumen.pdf"
FILES = (DATA, BODY, PDF)
LEVELS = {level: rank for rank, level in enumerate(Level)}


class StoreError(Exception):
    """The store is missing or damaged; the text is Indonesian."""


class Store:
    """A consistent reading of the store: what it says when first asked, then kept."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def public_url(self) -> str:
        """The address under which the site is read, without a slash at its end.

        Raises:
            StoreError: there is no store in this folder.
        """
        try:
            info = json.loads((self.path / "store.json").read_bytes())
            return str(info["public_url"])
        except FileNotFoundError as error:
            raise StoreError(
                f"Folder {self.path} bukan tempat terbitan (store.json tidak ada);"
                " terbitkan satu dokumen dahulu atau periksa pilihan --store."
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(f"Berkas {self.path / 'store.json'} rusak.") from error

    @cached_property
    def _versions(self) -> dict[str, dict[int, Entry]]:
        found: dict[str, dict[int, Entry]] = {}
        for entry in self.log():
            found.setdefault(entry.path, {})[entry.version] = entry
        return found

    def log(self) -> Iterator[Entry]:
        """Every line of the ledger, year by year, in the order of writing.

        A last line without its newline is the trace of a killed writer and not yet said.
        """
        for file in sorted((self.path / "ledger").glob("*.jsonl")):
            for number, line in enumerate(file.read_bytes().split(b"\n")[:-1], start=1):
                try:
                    yield parse_line(line)
                except SchemaError as error:
                    raise StoreError(f"{file}, baris {number}: {error}") from error

    @cached_property
    def current(self) -> tuple[Entry, ...]:
        """The version in force of every document: newest year first, then level and name."""
        chosen = [
            versions[max(versions)]
            for versions in self._versions.values()
            if versions[max(versions)].status != Status.WITHDRAWN
        ]
        return tuple(sorted(chosen, key=_order))

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every version of every document that may be shown, by path and version."""
        return tuple(
            versions[number]
            for path, versions in sorted(self._versions.items())
            for number in sorted(versions)
            if versions[number].status != Status.WITHDRAWN
        )

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years with at least one document, newest first."""
        return tuple(sorted({entry.year for entry in self.current}, reverse=True))

    @cached_property
    def units(self) -> dict[str, str]:
        """Unit code to its newest name, in printed order."""
        rows = sorted(self.current, key=lambda entry: (LEVELS[entry.level], entry.unit_name))
        newest = {entry.unit_code: entry.unit_name for entry in reversed(self.current)}
        return {entry.unit_code: newest[entry.unit_code] for entry in rows}

    def in_year(self, year: int) -> tuple[Entry, ...]:
        """The current documents of a year."""
        return tuple(entry for entry in self.current if entry.year == year)

    def of_unit(self, unit_code: str) -> tuple[Entry, ...]:
        """The current documents of a unit, newest first."""
        return tuple(entry for entry in self.current if entry.unit_code == unit_code)

    def versions(self, path: str) -> tuple[Entry, ...]:
        """All versions that may be shown of one document, newest first."""
        found = self._versions.get(path, {})
        return tuple(
            found[number]
            for number in sorted(found, reverse=True)
            if found[number].status != Status.WITHDRAWN
        )

    def file(self, entry: Entry, name: str) -> Path:
        """Where a file of a version lies; raises KeyError when it has none of that name."""
        return self.path / entry.folder / entry.file(name).name

    def read(self, entry: Entry, name: str) -> bytes:
        """The bytes of a file; raises :class:`StoreError` when it is missing."""
        try:
            return self.file(entry, name).read_bytes()
        except OSError as error:
            raise StoreError(f"Berkas {self.path / entry.folder / name} tidak ada.") from error

    def document(self, entry: Entry) -> Document:
        """The document of a version."""
        return from_data(json.loads(self.read(entry, DATA))["document"])


def _order(entry: Entry) -> tuple[int, int, str]:
    return (-entry.year, LEVELS[entry.level], entry.unit_name)
