"""The public site: a Flask app over the publication store, made to be frozen.

Routes and templates only. What a page shows is limited to what
:mod:`site_static.plan` declares for it, or an export would miss a change.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from site_static import text
from site_static.catalogue import document_ld, index_data, page_json
from site_static.ledger import Entry, Status
from site_static.schema import canonical, sha256
from site_static.store import BODY, DATA, PDF, Store

FIRST_PAGE = 60
"""Rows on the first page; the rest is one year or one unit away."""

STATIC = Path(__file__).parent / "static"
# not in every system's table; the frozen file name must agree with the type
mimetypes.add_type("font/woff2", ".woff2")


def create_site(store_path: Path, public_url: str | None = None) -> Flask:
    """Build the site over a store; ``public_url`` replaces the store's own address.

    Raises:
        StoreError: there is no readable store in that folder.
    """
    store = Store(store_path)
    app = Flask(__name__)
    app.extensions["store"] = store
    app.config["PUBLIC_URL"] = store.public_url if public_url is None else public_url
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        tanggal=text.long_date, rupiah=text.rupiah, ukuran=text.size, sidik=text.grouped
    )
    _add_context(app)
    _add_lists(app, store)
    _add_documents(app, store)
    _add_about(app, store)
    return app


def _add_context(app: Flask) -> None:
    marks = {
        path.relative_to(STATIC).as_posix(): sha256(path.read_bytes())[:8]
        for path in sorted(STATIC.rglob("*"))
        if path.is_file()
    }

    def asset(name: str) -> str:
        """An asset's address with a mark of its content, so that hosts may cache it long."""
        return f"{url_for('static', filename=name)}?v={marks[name]}"

    def public(path: str = "/") -> str:
        """An absolute address on the public site, from a path that begins with a slash."""
        return f"{app.config['PUBLIC_URL']}{path}"

    app.jinja_env.globals.update(asset=asset, public=public, page_json=page_json)


def _add_lists(app: Flask, store: Store) -> None:
    @app.get("/")
    def index() -> str:
        rows = store.current
        return render_template(
            "indeks.html",
            rows=rows[:FIRST_PAGE],
            count=len(rows),
            years=store.years,
            units=store.units,
            updated=max((entry.updated for entry in rows), default=""),
        )

    @app.get("/pk/<int:year>/")
    def year(year: int) -> str:
        rows = store.in_year(year) or abort(404)
        return render_template("tahun.html", rows=rows, year=year, years=store.years)

    @app.get("/unit/<unit>/")
    def unit(unit: str) -> str:
        rows = store.of_unit(unit) or abort(404)
        return render_template("unit.html", rows=rows, name=rows[0].unit_name)


def _add_documents(app: Flask, store: Store) -> None:
    def pick(year: int, unit: str, version: int | None) -> Entry:
        found = store.versions(f"pk/{year}/{unit}")
        if version is not None:
            found = tuple(entry for entry in found if entry.version == version)
        return found[0] if found else abort(404)

    @app.get("/pk/<int:year>/<unit>/")
    @app.get("/pk/<int:year>/<unit>/v<int:version>/")
    def document(year: int, unit: str, version: int | None = None) -> str:
        entry = pick(year, unit, version)
        versions = store.versions(entry.path)
        return render_template(
            "dokumen.html",
            entry=entry,
            body=Markup(store.read(entry, BODY).decode()),  # sanitized when it was frozen
            versions=versions,
            newest=versions[0],
            old=entry.status == Status.SUPERSEDED,
            fixed=version is not None,
            ld=document_ld(entry, app.config["PUBLIC_URL"]),
        )

    @app.get("/pk/<int:year>/<unit>/<any('data.json','dokumen.pdf'):name>")
    @app.get("/pk/<int:year>/<unit>/v<int:version>/<any('data.json','dokumen.pdf'):name>")
    def file(year: int, unit: str, name: str, version: int | None = None) -> Response:
        entry = pick(year, unit, version)
        return send_file(store.file(entry, name).resolve())


def _add_about(app: Flask, store: Store) -> None:
    @app.get("/tentang/")
    def about() -> str:
        return render_template("tentang.html")

    @app.get("/data/")
    def data() -> str:
        return render_template("data.html", files=(DATA, PDF), count=len(store.current))

    @app.get("/data/index.json")
    def data_index() -> Response:
        content: dict[str, Any] = index_data(store, app.config["PUBLIC_URL"])
        return Response(canonical(content), mimetype="application/json")

    @app.get("/404.html")
    def missing_page() -> str:
        return render_template("404.html")

    @app.errorhandler(404)
    def missing(error: Exception) -> ResponseReturnValue:
        return render_template("404.html"), 404
