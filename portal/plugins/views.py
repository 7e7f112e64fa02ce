"""The administrators' page of plugins: what runs, what was left out, and what to do about it."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from portal.auth.rights import administrators, current_actor, policy, require
from portal.plugins.host import PluginHost

bp = Blueprint("plugins", __name__, url_prefix="/sistem/plugin")

RIGHT = "system.plugins"
policy(RIGHT)(administrators)


@bp.get("")
def index() -> ResponseReturnValue:
    """Active and quarantined plugins."""
    require(current_actor(), RIGHT)
    host: PluginHost = current_app.extensions["portal_host"]
    return render_template(
        "plugins/index.html", plugins=host.plugins(), quarantined=host.quarantined()
    )
