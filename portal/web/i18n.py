"""The language of a request: Indonesian unless the person chose another.

The browser's ``Accept-Language`` is never asked: an officer's English browser must
not turn a ministry's pages English. Dates and numbers are in ``portal.formats``.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel

from portal.config import Settings
from portal.forms import translations

DEFAULT: Final = "id"
LANGUAGES: Final = ("id",)
"""Those that have a catalogue; a page in half a language helps nobody."""
FIRST_WEEKDAY: Final = 0
"""Monday; the locale data say Sunday, which no Indonesian office calendar does."""


def chosen_language() -> str:
    """The language the person chose, else Indonesian."""
    if not has_request_context():
        return DEFAULT
    chosen = g.get("language") or session.get("language")
    return chosen if chosen in LANGUAGES else DEFAULT


def init_app(app: Flask) -> None:
    """Attach Flask-Babel; the source strings are Indonesian, so ``id`` needs no catalogue."""
    settings: Settings = app.config["PORTAL"]
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "web/translations")
    Babel(
        app,
        default_locale=DEFAULT,
        default_timezone=settings.timezone,
        locale_selector=chosen_language,
    )

    @app.before_request
    def translate_forms() -> None:
        """Give WTForms' own messages in the chosen language, to any FlaskForm."""
        if chosen_language() == DEFAULT:
            # Flask-WTF looks the catalogue up here before it loads one of its own.
            request.wtforms_translations = translations  # type: ignore[attr-defined]
