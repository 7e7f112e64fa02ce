"""A new plugin from the templates in ``portal/scaffold``: a distribution that conforms."""

from __future__ import annotations

from pathlib import Path
from string import Template

from flask_babel import gettext as _

import portal
from portal.errors import Conflict, Invalid
from portal.plugins.discovery import KEY

TEMPLATES = Path(portal.__file__).parent / "scaffold" / "plugin"


def make(name: str, output: Path) -> Path:
    """Write the plugin ``name`` (a key such as ``guest_visits``) below ``output``.

    Returns the new folder ``portal-<slug>``.

    Raises:
        Invalid: the name is no key.
        Conflict: the folder exists already.
    """
    if not KEY.match(name):
        raise Invalid(
            _("Nama plugin hanya boleh berisi huruf kecil, angka, dan _; contoh: kunjungan_tamu.")
        )
    words = {
        "key": name,
        "slug": name.replace("_", "-"),
        "package": f"portal_{name}",
        "title": name.replace("_", " ").capitalize(),
        "number": "".join(part[0] for part in name.split("_") if part).upper(),
    }
    folder = output / f"portal-{words['slug']}"
    if folder.exists():
        raise Conflict(_("Folder %(folder)s sudah ada; pilih nama lain.", folder=folder))
    for source in sorted(TEMPLATES.rglob("*.txt")):
        place = source.relative_to(TEMPLATES).with_suffix("")
        parts = [words["package"] if part == "package" else part for part in place.parts]
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            Template(source.read_text(encoding="utf-8")).substitute(words), encoding="utf-8"
        )
    return folder
