"""The one place that knows Frozen-Flask: it freezes the declared addresses, no others.

It overrides private methods of version 1.0.2 (pinned, and a test says so): pages are
dispatched without a test client, redirects are errors, and nothing that exists is
written over or removed.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from flask import Flask
from flask_frozen import Freezer

from portal.errors import PortalError


class FreezeError(PortalError):
    """A declared address did not give a page."""


class SiteFreezer(Freezer):  # type: ignore[misc]  # Frozen-Flask has no types
    """Freezes ``urls`` of the site into an empty folder; see :meth:`freeze_yield`."""

    def __init__(self, site: Flask, destination: Path, urls: Sequence[str]) -> None:
        site.config.update(
            FREEZER_DESTINATION=str(destination),
            FREEZER_BASE_URL=site.config["PUBLIC_URL"],
            FREEZER_REMOVE_EXTRA_FILES=False,
            FREEZER_REDIRECT_POLICY="error",
        )
        super().__init__(
            site, with_static_files=False, with_no_argument_rules=False, log_url_for=False
        )
        self.urls = urls

    def _generate_all_urls(self) -> Iterator[tuple[str, None, None]]:
        """The declared addresses; unlike the original, no request context stays open meanwhile."""
        for url in self.urls:
            yield url, None, None

    def _build_one(self, url: str, last_modified: datetime | None = None) -> Path:
        path: Path = self.root / self.urlpath_to_filepath(url)
        base = self.app.config["FREEZER_BASE_URL"]
        with self.app.test_request_context(url, base_url=base):
            response = self.app.full_dispatch_request()
        if response.status_code != 200:
            raise FreezeError(f"Halaman {url} tidak dapat dibuat ({response.status}).")
        if mimetypes.guess_type(path.name)[0] != response.mimetype:
            raise FreezeError(f"Jenis isi halaman {url} tidak cocok dengan nama berkasnya.")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            stream.write(response.get_data())
        return path

    def _check_endpoints(self, seen_endpoints: set[str]) -> None:
        """The declared addresses are the allow-list; routes outside it are left out on purpose."""
