"""What every frozen page must hold before a release may become live."""

from __future__ import annotations

import re
from collections.abc import Set
from html import unescape
from urllib.parse import urljoin, urlsplit

from portal.publishing.releases import ExportError
from site_static.schema import PRIVATE

LINK = re.compile(r'\b(?:href|src|action)="([^"]*)"')


def check_page(url: str, html: str, public_url: str, known: Set[str]) -> None:
    """Raise :class:`ExportError` on a private datum, a link out of the site, or a broken page."""
    found = PRIVATE.search(html)
    if found:
        raise ExportError(f"Halaman {url} memuat data pribadi (angka seperti NIP atau surel).")
    if html.count("<h1") != 1 or '<html lang="id">' not in html:
        raise ExportError(f"Halaman {url} tidak lengkap (judul atau bahasa).")
    site = urlsplit(public_url)
    for link in LINK.findall(html):
        target = urlsplit(urljoin(f"{public_url}{url}", unescape(link)))
        path = target.path.removeprefix(site.path)
        if (target.scheme, target.netloc) != (site.scheme, site.netloc) or path not in known:
            raise ExportError(f"Halaman {url} menaut ke {link}, yang bukan bagian situs publik.")
