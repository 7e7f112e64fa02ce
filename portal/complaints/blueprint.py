"""The blueprint of complaints; its routes are in the modules that ``pages`` names."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("complaints", __name__)
