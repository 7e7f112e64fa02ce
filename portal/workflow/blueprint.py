"""The blueprint of the daily work; its routes are in ``views`` and ``control_views``."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("workflow", __name__)
