"""What the public site consists of: every address with a fingerprint of its content.

The fingerprint covers all that a page shows (ledger entries, file hashes), the
renderer (code, templates, assets) and the public address; equal fingerprints
mean equal bytes, which is what lets an export keep a page from the release before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from site_static.ledger import Entry, entry_data
from site_static.schema import canonical, sha256
from site_static.store import DATA, PDF, Store

ROOT = Path(__file__).parent
CODE = ("*.py", "templates/*.html")


@dataclass(frozen=True, slots=True)
class Planned:
    """One address; with ``source`` the file is copied as it is, otherwise it is rendered."""

    url: str
    fingerprint: str
    source: Path | None = None


def plan(store: Store, public_url: str) -> tuple[Planned, ...]:
    """Every address of the site, sorted.

    Raises:
        StoreError: the store is missing or damaged.
    """
    pages = _Pages(public_url)
    return tuple(sorted((*_files(store), *pages.all(store)), key=lambda row: row.url))


def _files(store: Store) -> Iterator[Planned]:
    for name, digest in _assets():
        yield Planned(f"/static/{name}", digest, ROOT / "static" / name)
    current = {entry.path: entry.version for entry in store.current}
    for entry in store.entries:
        for name in (DATA, PDF):
            source, digest = store.file(entry, name), entry.file(name).sha256
            yield Planned(f"/{entry.folder}/{name}", digest, source)
            if current.get(entry.path) == entry.version:
                yield Planned(f"/{entry.path}/{name}", digest, source)


class _Pages:
    def __init__(self, public_url: str) -> None:
        self.base = [renderer(), public_url]

    def page(self, url: str, *shown: Any) -> Planned:
        return Planned(url, sha256(canonical([*self.base, url, *shown])))

    def all(self, store: Store) -> Iterator[Planned]:
        everything = _shown(store.current)
        yield self.page("/", everything, store.years, list(store.units.items()))
        yield self.page("/data/index.json", everything)
        yield self.page("/data/", len(store.current))
        yield self.page("/tentang/")
        yield self.page("/404.html")
        for year in store.years:
            yield self.page(f"/pk/{year}/", _shown(store.in_year(year)), store.years)
        for unit in store.units:
            yield self.page(f"/unit/{unit}/", _shown(store.of_unit(unit)))
        current = {entry.path: entry.version for entry in store.current}
        for entry in store.entries:
            shown = _shown(store.versions(entry.path))
            yield self.page(f"/{entry.folder}/", shown)
            if current.get(entry.path) == entry.version:
                yield self.page(f"/{entry.path}/", shown)


def _shown(entries: tuple[Entry, ...]) -> list[Any]:
    return [entry_data(entry) for entry in entries]


@lru_cache(maxsize=1)
def renderer() -> str:
    """The fingerprint of all that renders: code, templates and assets of the site."""
    parts: list[Any] = [_assets()]
    for pattern in CODE:
        for path in sorted(ROOT.glob(pattern)):
            parts.append([path.relative_to(ROOT).as_posix(), sha256(path.read_bytes())])
    return sha256(canonical(parts))


@lru_cache(maxsize=1)
def _assets() -> tuple[tuple[str, str], ...]:
    folder = ROOT / "static"
    return tuple(
        (path.relative_to(folder).as_posix(), sha256(path.read_bytes()))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )
