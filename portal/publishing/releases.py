"""The folder of releases behind the public site, and the symlink that names the live one.

``DIR`` is a symlink, ``DIR.releases/<n>/`` are complete sites, ``<n>.json`` beside
each says what it was made from. Nothing inside a release is changed once it has its number.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.errors import PortalError
from portal.publishing.durable import locked, sync_folder, write_file

KEEP = 5
MARK = ".portal-releases"

Row = tuple[str, str, int]
"""A file of a release: fingerprint of what it was made from, SHA-256, size in bytes."""


class ExportError(PortalError):
    """The export stopped; the live site is as it was."""


class Releases:
    """The releases of one output folder."""

    def __init__(self, output: Path) -> None:
        # the last name is not resolved: it is our symlink
        self.output = output.parent.resolve() / output.name
        self.folder = self.output.with_name(f"{self.output.name}.releases")

    def check(self) -> None:
        """Raise :class:`ExportError` when the output or its releases are not ours."""
        if self.output.is_symlink():
            if (self.output.parent / self.output.readlink()).parent != self.folder:
                raise ExportError(
                    f"{self.output} menunjuk ke folder lain; pilih --output yang lain."
                )
        elif self.output.exists():
            raise ExportError(
                f"{self.output} sudah ada dan bukan hasil ekspor; pindahkan dahulu"
                " atau pilih --output yang lain."
            )
        if self.folder.exists() and not (self.folder / MARK).exists():
            raise ExportError(
                f"{self.folder} sudah ada dan bukan milik portal; pilih --output yang lain."
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Own the output: one export at a time; traces of killed exports are removed."""
        self.check()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / MARK).touch()
        except OSError as error:
            raise ExportError(
                f"Folder {self.folder} tidak dapat ditulisi: {error.strerror}."
            ) from error
        message = "Ekspor lain ke folder ini sedang berjalan; coba lagi setelah selesai."
        with locked(self.folder / ".lock", wait=False, message=message):
            for trace in self.folder.glob(".new-*"):
                shutil.rmtree(trace, ignore_errors=True)
            yield

    @property
    def current(self) -> str | None:
        """The number of the live release, or None."""
        return self.output.readlink().name if self.output.is_symlink() else None

    def numbers(self) -> list[str]:
        """The complete releases, oldest first."""
        return sorted(
            path.name
            for path in self.folder.glob("[0-9]*")
            if path.is_dir() and self._record(path.name).exists()
        )

    def _record(self, number: str) -> Path:
        return self.folder / f"{number}.json"

    def rows(self, number: str | None) -> dict[str, Row]:
        """Address to row of a release; empty when there is none or its record is damaged."""
        if number is None:
            return {}
        try:
            data = json.loads(self._record(number).read_bytes())
            return {url: (row[0], row[1], row[2]) for url, row in data.items()}
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return {}

    def begin(self) -> Path:
        """An empty folder for the next release."""
        taken = [int(path.name.partition(".")[0]) for path in self.folder.glob("[0-9]*")]
        folder = self.folder / f".new-{max(taken, default=0) + 1:06d}"
        folder.mkdir()
        return folder

    def commit(self, folder: Path, rows: dict[str, Row]) -> str:
        """Make the finished folder the live release; returns its number."""
        number = folder.name.removeprefix(".new-")
        write_file(self._record(number), json.dumps(rows, sort_keys=True).encode())
        os.sync()  # one flush for all files of the release, before anybody can see them
        folder.rename(self.folder / number)
        sync_folder(self.folder)
        self._swap(number)
        for old in self.numbers()[:-KEEP]:
            if old != number:
                self._record(old).unlink(missing_ok=True)
                shutil.rmtree(self.folder / old, ignore_errors=True)
        return number

    def rollback(self) -> str:
        """Make the release before the live one live again; returns its number."""
        current = self.current
        older = [number for number in self.numbers() if current and number < current]
        if not older:
            raise ExportError("Tidak ada rilis yang lebih lama untuk dikembalikan.")
        self._swap(older[-1])
        return older[-1]

    def _swap(self, number: str) -> None:
        link = self.folder / ".next"
        link.unlink(missing_ok=True)
        # relative, so that the folder may be moved or mounted elsewhere
        link.symlink_to(Path(self.folder.name) / number)
        link.replace(self.output)
        sync_folder(self.output.parent)
