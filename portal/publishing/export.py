"""The export of the public site: plan, render what changed, check, commit.

A release is complete before it becomes live: whatever stops an export leaves the
live site as it was. Needs the store only, no database.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from portal.publishing.checks import check_page
from portal.publishing.freezer import SiteFreezer
from portal.publishing.releases import ExportError, Releases, Row
from site_static.app import create_site
from site_static.plan import Planned
from site_static.plan import plan as plan_site
from site_static.schema import sha256
from site_static.store import Store, StoreError

Progress = Callable[[int, int, str], None]
"""Called with done, total and the address just made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportResult:
    """What an export did, or with ``plan`` would do.

    ``release`` is None when nothing was written; ``written`` and ``removed`` are addresses.
    """

    release: str | None
    written: tuple[str, ...]
    kept: int
    removed: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many addresses the site has."""
        return len(self.written) + self.kept


def export(
    store: Path,
    output: Path,
    *,
    full: bool = False,
    plan: bool = False,
    progress: Progress | None = None,
) -> ExportResult:
    """Export the store; ``full`` makes every page anew, ``plan`` only says what would change.

    Raises:
        ExportError: the store, the output or a page is not in order; the old site stays.
        Conflict: another export to the same output is running.
    """
    try:
        reader = Store(store)
        planned = plan_site(reader, reader.public_url)
        if plan:
            releases = Releases(output)
            releases.check()
            return _difference(releases, planned, full)[0]
        return _export(store, Releases(output), planned, full, progress)
    except StoreError as error:
        raise ExportError(str(error)) from error
    except OSError as error:
        raise ExportError(
            f"Ekspor berhenti: {error.strerror or error}. Situs lama utuh."
        ) from error


def _difference(
    releases: Releases, planned: tuple[Planned, ...], full: bool
) -> tuple[ExportResult, dict[str, Row]]:
    before = {} if full else releases.rows(releases.current)
    kept = {
        row.url: before[row.url]
        for row in planned
        if row.url in before and before[row.url][0] == row.fingerprint
    }
    urls = {row.url for row in planned}
    gone = releases.rows(releases.current).keys() - urls
    result = ExportResult(
        release=None,
        written=tuple(row.url for row in planned if row.url not in kept),
        kept=len(kept),
        removed=tuple(sorted(gone)),
    )
    return result, kept


def _export(
    store: Path,
    releases: Releases,
    planned: tuple[Planned, ...],
    full: bool,
    progress: Progress | None,
) -> ExportResult:
    with releases.writing():
        result, kept = _difference(releases, planned, full)
        if not result.written and not result.removed:
            return result
        folder = releases.begin()
        try:
            rows = dict(kept)
            if releases.current is not None:
                _keep(releases.folder / releases.current, folder, kept)
            wanted = [row for row in planned if row.url not in kept]
            known = {row.url for row in planned}
            for done, (row, content) in enumerate(_make(store, folder, wanted, known), start=1):
                rows[row.url] = (row.fingerprint, sha256(content), len(content))
                if progress:
                    progress(done, len(wanted), row.url)
            number = releases.commit(folder, rows)
        except BaseException:  # also Ctrl-C: the live site stays, the unfinished one goes
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return ExportResult(
        release=number, written=result.written, kept=result.kept, removed=result.removed
    )


def _file(folder: Path, url: str) -> Path:
    return folder / (url + "index.html" if url.endswith("/") else url).lstrip("/")


def _keep(before: Path, folder: Path, kept: dict[str, Row]) -> None:
    """Hard-link the unchanged files; where the file system cannot, copy."""
    made: set[Path] = set()
    for url, (_, _, size) in kept.items():
        source, target = _file(before, url), _file(folder, url)
        if source.stat().st_size != size:
            raise ExportError(f"Berkas {source} berubah di luar portal; jalankan ekspor --full.")
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)


def _make(
    store: Path, folder: Path, wanted: list[Planned], known: set[str]
) -> Iterable[tuple[Planned, bytes]]:
    for row in wanted:
        if row.source is not None:
            yield row, _copy(row, row.source, folder)
    pages = {row.url: row for row in wanted if row.source is None}
    if not pages:
        return
    site = create_site(store)
    public_url = site.config["PUBLIC_URL"]
    for page in SiteFreezer(site, folder, list(pages)).freeze_yield():
        content = (folder / page.path).read_bytes()
        if page.path.suffix == ".html":
            check_page(page.url, content.decode(), public_url, known)
        yield pages[page.url], content


def _copy(row: Planned, source: Path, folder: Path) -> bytes:
    content = source.read_bytes()
    if sha256(content) != row.fingerprint:
        raise ExportError(f"Berkas {source} tidak sama dengan sidik jarinya; periksa penyimpanan.")
    target = _file(folder, row.url)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as stream:
        stream.write(content)
    return content
