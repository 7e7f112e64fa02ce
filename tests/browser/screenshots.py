"""Take the pictures of README and handbook: ``python -m tests.browser.screenshots [folder]``.

One page of each kind, as wide as a desk and as a phone, from the staged demo. The folder is
``docs/pictures`` unless another is named.
"""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from portal import clock
from portal.testing.browser import FLAGS
from tests.browser.places import of_the_demo
from tests.browser.stage import NOW, SITE, Stage, staged

SIZES = {1366: 860, 360: 740}
LARGEST = 250 * 1024
DEFAULT = Path(__file__).resolve().parents[2] / "docs" / "pictures"

PICTURES: dict[str, tuple[str, str]] = {
    "inbox": ("staf-akin-2", "/tugas"),
    "case": ("karo-otlak", "/kasus/{running}"),
    "form": ("staf-istana-cipanas", "/kasus/{mending}/tugas/{mend}"),
    "standard": ("karo-otlak", "/standar/performance-agreement"),
    "register": ("staf-tu-menteri", "/layanan/leadership-service/surat"),
    "disposition": ("kasubbag-tu-menteri", "/layanan/leadership-service/lembar/{oral}"),
    "agenda": ("kasubbag-tu-menteri", "/layanan/leadership-service/agenda"),
    "cases": ("karo-umum", "/kasus"),
    "notices": ("kasubbag-tu-menteri", "/layanan/notifications"),
    "complaint": ("staf-setpres", "/pengaduan/{answered}"),
    "public": ("", SITE + "/pk/2026/ksn/"),
}
"""File name without width: (log-in name or nobody, address)."""


def take(stage: Stage, browser: Browser, folder: Path) -> list[Path]:
    """Write all pictures into a folder; raises ValueError if one is too large for a README."""
    folder.mkdir(parents=True, exist_ok=True)
    known = of_the_demo(stage)
    made = []
    for name, (user, path) in PICTURES.items():
        for width, height in SIZES.items():
            page = _window(stage, browser, user, width, height)
            page.goto(stage.url + path.format(**known))
            page.evaluate("document.fonts.ready")
            target = folder / f"{name}-{width}.png"
            page.screenshot(path=target, animations="disabled")
            page.context.close()
            if target.stat().st_size > LARGEST:
                raise ValueError(f"{target.name} has {target.stat().st_size} bytes")
            made.append(target)
    return made


def _window(stage: Stage, browser: Browser, user: str, width: int, height: int) -> Page:
    context = browser.new_context(
        locale="id-ID",
        timezone_id="Asia/Jakarta",
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    if user:
        context.add_cookies(stage.log_in(user))
    return context.new_page()


def main(folder: Path) -> None:
    """Stage the demo and take the pictures."""
    logging.disable(logging.INFO)
    with (
        tempfile.TemporaryDirectory() as scratch,
        staged(Path(scratch) / "instance") as stage,
        clock.frozen(NOW),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(FLAGS)
        )
        for path in take(stage, browser, folder):
            sys.stdout.write(f"{path} {path.stat().st_size // 1024} KiB\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
