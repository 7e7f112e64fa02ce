"""The list of positions and who holds them, for everybody; the same as CSV."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from portal.auth.rights import current_actor, require
from portal.db import db
from portal.errors import Invalid
from portal.org.csv_stream import MOST_ROWS, csv_download
from portal.org.dates import today
from portal.org.finding import find_units, tidy
from portal.org.models import HolderKind
from portal.org.officials import (
    KINDS,
    VACANT,
    OfficialLine,
    Wanted,
    all_officials,
    find_officials,
    with_below,
)
from portal.org.views import VIEW

bp = Blueprint("officials", __name__, url_prefix="/organisasi")

MOST_UNITS = 20


def _address(args: dict[str, str]) -> str:
    here = url_for("officials.index")
    return f"{here}?{urlencode(args)}" if args else here


def kind_words() -> dict[str, str]:
    """How a position is held, by the name in an address."""
    return {
        "definitif": _("Pejabat definitif"),
        "plt": _("Plt."),
        "plh": _("Plh."),
        VACANT: _("Lowong"),
    }


@bp.get("/pejabat")
def index() -> str:
    """The positions in force today, by title."""
    require(current_actor(), VIEW)
    wanted, args, chips, problems = _filter()
    page = find_officials(db.session(), wanted, today(), after=_cursor())
    return render_template(
        "org/officials.html",
        page=page,
        args=args,
        chips=[
            (text, _address({key: value for key, value in args.items() if key != name}))
            for name, text in chips
        ],
        problems=problems,
        kinds=kind_words(),
        marks={HolderKind.DEFINITIVE: "definitif", HolderKind.PLT: "plt", HolderKind.PLH: "plh"},
    )


@bp.get("/pejabat.csv")
def download() -> Response:
    """The same list as a file."""
    require(current_actor(), VIEW)
    wanted, _args, _chips, _problems = _filter()
    words = {kind: kind_words()[name] for name, kind in KINDS.items()}
    head = [_("jabatan"), _("kode"), _("satuan organisasi"), _("pejabat"), _("sebagai"),
            _("mandat"), _("sejak"), _("sampai")]  # fmt: skip
    rows = (
        (line.title, line.code, line.unit, *cells)
        for line in all_officials(db.session(), wanted, today())
        for cells in _holders(line, words)
    )
    return csv_download("pejabat", head, rows, MOST_ROWS)


def _holders(line: OfficialLine, words: dict[HolderKind, str]) -> list[tuple[object, ...]]:
    """The last cells of a position's lines: one line for each holder, one if vacant."""
    held: list[tuple[object, ...]] = [
        (each.name, words[each.kind], each.mandate, each.valid_from, each.valid_to)
        for each in line.holders
    ]
    return held or [("", kind_words()[VACANT], "", "", "")]


def _filter() -> tuple[Wanted, dict[str, str], list[tuple[str, str]], list[str]]:
    """What the address asks for, the filters in use, and what of it was not understood."""
    args: dict[str, str] = {}
    chips: list[tuple[str, str]] = []
    problems: list[str] = []
    if text := tidy(request.args.get("q", "")):
        args["q"] = text
        chips.append(("q", f"“{text}”"))
    kind = tidy(request.args.get("jenis", ""))
    if kind in kind_words():
        args["jenis"] = kind
        chips.append(("jenis", kind_words()[kind]))
    elif kind:
        problems.append(_("Saringan jenis tidak mengenal “%(value)s”.", value=kind))
        kind = ""
    units: tuple[int, ...] = ()
    if name := tidy(request.args.get("satuan", "")):
        found = find_units(db.session(), name, MOST_UNITS + 1)
        if not found:
            problems.append(_("Satuan “%(value)s” tidak ditemukan.", value=name))
        elif len(found) > MOST_UNITS:
            problems.append(
                _(
                    "Satuan “%(value)s” cocok dengan lebih dari %(n)s nama; tulis lebih lengkap.",
                    value=name,
                    n=MOST_UNITS,
                )
            )
        else:
            args["satuan"] = name
            meant = found[0].name if len(found) == 1 else f"“{name}”"
            chips.append(("satuan", _("Satuan: %(unit)s", unit=meant)))
            units = with_below(db.session(), [unit.id for unit in found])
    return Wanted(text, kind, units), args, chips, problems


def _cursor() -> int:
    sent = request.args.get("setelah", "")
    if not sent:
        return 0
    if not sent.isdecimal() or not sent.isascii() or len(sent) > 9:
        raise Invalid(_("Alamat halaman ini tidak lengkap. Mulailah dari awal daftar."))
    return int(sent)
