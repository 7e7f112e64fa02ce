"""The application factory: settings in, a wired Flask app out.

The order matters and is written down here only: database, web frame, rights,
core blueprints, plugin host. A plugin can fail; the core then starts without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import EntryPoint

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.config import Settings, load_settings
from portal.db import db, prepare_engine

BLUEPRINTS = (
    "portal.auth.views",
    "portal.auth.admin",
    "portal.auth.session_admin",
    "portal.org.views",
    "portal.org.views_officials",
    "portal.org.admin",
    "portal.documents.file_views",
    "portal.standards.views",
    "portal.workflow.pages",
    "portal.workflow.admin",
    "portal.workflow.delegation_views",
    "portal.workflow.calendar_admin",
    "portal.complaints.pages",
    "portal.publishing.views",
    "portal.plugins.views",
    "portal.web.log_views",
    "portal.web.job_views",
    "portal.web.register_views",
    "portal.web.letter_views",
    "portal.web.views",
)


def create_app(
    settings: Settings | None = None,
    *,
    entry_points: Callable[[], Iterable[EntryPoint]] | None = None,
) -> Flask:
    """Build the intranet application.

    ``entry_points`` yields the plugins to look at instead of those installed.

    Raises:
        ConfigurationError: a setting is wrong (never because of a plugin).
    """
    settings = settings or load_settings()
    app = Flask("portal", static_folder=None, template_folder="web/templates")
    app.config.update(
        PORTAL=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=settings.max_upload + 1024 * 1024,
    )
    if hops := settings.trusted_proxies:
        # Anybody may write these headers: only as many are believed as proxies add.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    init_database(app)
    import_module("portal.documents.uploads").init_app(app)  # before the frame reads forms
    import_module("portal.web.frame").init_app(app)
    import_module("portal.auth.session").init_app(app)
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(name).bp)
    import_module("portal.plugins.host").init_app(app, entry_points)
    return app


def init_database(app: Flask) -> None:
    """Attach the database and the SQLite rules to the app's engine."""
    settings: Settings = app.config["PORTAL"]
    if not settings.sqlite:
        app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"pool_pre_ping": True})
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
