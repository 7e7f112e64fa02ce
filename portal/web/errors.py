"""Errors as pages: the typed errors of the portal and those of HTTP, in Indonesian.

A page says what happened and what to do next. Nothing technical is shown, only the
request's number, under which the log holds the details. Answers are never JSON.
A form with a stale token is answered by ``portal.auth.views``, which keeps what was typed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from portal.db import db
from portal.errors import Conflict, Forbidden, Invalid, NotFound, PortalError

log = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What an error page shows; ``hint`` says what the person can do."""

    status: int
    title: str
    message: str
    hint: str = ""
    icon: str = "alert-triangle"


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(PortalError, portal_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, database_error)
    app.register_error_handler(DataError, unfit_value)
    app.register_error_handler(OverflowError, unfit_value)
    app.register_error_handler(Exception, unexpected_error)


def portal_error(error: PortalError) -> ResponseReturnValue:
    """A typed error of the portal; its text is meant for the person."""
    db.session.rollback()
    status = {Forbidden: 403, NotFound: 404, Conflict: 409, Invalid: 400}
    code = next((status[kind] for kind in type(error).__mro__ if kind in status), 400)
    page = describe(code)
    return show(ErrorPage(code, page.title, str(error) or page.message, page.hint, page.icon))


def http_error(error: HTTPException) -> ResponseReturnValue:
    """Errors that Flask raises; redirects and ready answers pass through."""
    if error.response is not None:
        return error.response
    if error.code is None or error.code < 400:
        return error
    page = show(describe(error.code))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            page.headers[name] = value
    return page


def database_error(error: OperationalError) -> ResponseReturnValue:
    """The database does not answer, or stayed locked for too long."""
    log.error("database error in request %s", g.get("request_id"), exc_info=error)
    db.session.rollback()
    return show(describe(503))


def unfit_value(error: DataError | OverflowError) -> ResponseReturnValue:
    """A value that the database cannot store, such as a control character in a text.

    SQLite's driver raises a bare OverflowError for a whole number of more than 64 bits.
    """
    reason = error.orig if isinstance(error, DataError) else error
    log.info("unfit value in request %s: %s", g.get("request_id"), reason)
    db.session.rollback()
    return show(describe(400))


def unexpected_error(error: Exception) -> ResponseReturnValue:
    """Anything else: logged with the request's number, shown without details."""
    propagate = current_app.config["PROPAGATE_EXCEPTIONS"]
    if current_app.testing if propagate is None else propagate:
        raise error
    log.error("unexpected error in request %s", g.get("request_id"), exc_info=error)
    db.session.rollback()
    return show(describe(500))


def show(page: ErrorPage) -> Response:
    """Render an error page; from 500 on without the person, so without the database."""
    plain = page.status >= 500
    layout = "layout.html" if not plain and g.get("portal_actor") else "layout_guest.html"
    return make_response(
        render_template("errors/error.html", page=page, layout=layout), page.status
    )


def describe(status: int) -> ErrorPage:
    """The page for a status code."""
    pages = {
        400: (
            _("Permintaan tidak dapat diproses"),
            _("Ada isian atau alamat yang tidak dapat dibaca."),
            _("Kembali ke halaman sebelumnya dan periksa isian Anda."),
            "alert-triangle",
        ),
        401: (
            _("Silakan masuk"),
            _("Halaman ini hanya untuk pegawai yang sudah masuk."),
            _("Masuk lebih dahulu, lalu buka halaman ini lagi."),
            "login",
        ),
        403: (
            _("Anda tidak berhak membuka halaman ini"),
            _("Halaman atau tindakan ini hanya untuk pejabat yang sedang mendapat giliran."),
            _("Bila menurut Anda ini keliru, hubungi administrator portal di unit Anda."),
            "ban",
        ),
        404: (
            _("Halaman tidak ditemukan"),
            _("Alamat ini tidak ada, atau isinya tidak terbuka untuk Anda."),
            _("Periksa alamatnya, atau mulai dari kotak tugas."),
            "file-search",
        ),
        405: (
            _("Halaman tidak dapat dibuka dengan cara ini"),
            _("Alamat ini hanya menerima formulir."),
            _("Buka halaman formulirnya, lalu kirim dari sana."),
            "ban",
        ),
        409: (
            _("Halaman sudah berubah"),
            _("Orang lain lebih dahulu menyimpan perubahan."),
            _("Muat ulang halaman untuk melihat keadaan terbaru."),
            "versions",
        ),
        413: (
            _("Kiriman terlalu besar"),
            _(
                "Kiriman paling besar %(size)s MB.",
                size=current_app.config["PORTAL"].max_upload // MEBIBYTE,
            ),
            _("Perkecil berkasnya atau bagi menjadi beberapa berkas, lalu kirim lagi."),
            "file-x",
        ),
        429: (
            _("Terlalu banyak percobaan"),
            _("Percobaan dari akun atau alamat ini terlalu sering."),
            _("Tunggu sebentar, lalu coba lagi."),
            "clock",
        ),
        503: (
            _("Portal sedang sibuk"),
            _("Basis data sedang tidak menjawab. Tidak ada yang tersimpan."),
            _("Tunggu sebentar, lalu kirim sekali lagi."),
            "clock",
        ),
    }
    broken = (
        _("Terjadi kesalahan pada portal"),
        _("Permintaan Anda belum diproses. Kesalahan ini sudah dicatat."),
        _("Coba lagi. Bila terulang, sampaikan nomor di bawah kepada administrator."),
        "alert-triangle",
    )
    title, message, hint, icon = pages.get(status, pages[400] if status < 500 else broken)
    return ErrorPage(status, title, message, hint, icon)
