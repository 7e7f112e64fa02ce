"""Pages of no domain: the start, health, the administrators' index, third parties, search."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.auth.rights import current_actor, require
from portal.auth.session import public
from portal.db import db
from portal.web import health
from portal.web.assets import STATIC
from portal.web.menu import SYSTEM_RIGHT, system_groups
from portal.web.search import search_page

bp = Blueprint("web", __name__)

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/")
def start() -> ResponseReturnValue:
    """The inbox is the first page."""
    return redirect("/tugas")


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return "ok\n", 200, PLAIN


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """The portal can work: the database is as it should be, jobs are done, the disk has room."""
    if problems := health.problems():
        return "not ready: " + ", ".join(problems) + "\n", 503, PLAIN
    return "ready\n", 200, PLAIN


@bp.get("/sistem")
def system() -> ResponseReturnValue:
    """What administrators look after."""
    require(current_actor(), SYSTEM_RIGHT)
    session = db.session()
    return render_template("web/system.html", groups=system_groups(), signs=health.strip(session))


@bp.get("/tentang/pihak-ketiga")
@public
def third_parties() -> ResponseReturnValue:
    """Whose work is shipped with the pages, under which licence."""
    return render_template("web/third_parties.html", packages=packages())


@bp.get("/cari")
def search() -> ResponseReturnValue:
    """Look everywhere that the person may look."""
    return search_page()


def packages() -> list[dict[str, Any]]:
    """The vendored packages with their files, read from VENDOR.json."""
    listing = json.loads((STATIC / "vendor" / "VENDOR.json").read_text(encoding="utf-8"))
    found: dict[str, dict[str, Any]] = {}
    for entry in listing["files"]:
        package = found.setdefault(
            entry["package"],
            {"name": entry["package"], "version": entry["version"], "licence": entry["licence"]},
        )
        kind = "licence_file" if entry["kind"] == "licence" else "files"
        if kind == "files":
            package.setdefault("files", []).append(entry["path"])
        else:
            package[kind] = url_for("static", filename="vendor/" + entry["path"])
    return [found[name] for name in sorted(found)]
