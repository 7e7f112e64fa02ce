"""Bad: it prints, writes, and starts a thread when it is imported."""

from __future__ import annotations

import threading
from pathlib import Path

from portal.api import Plugin, hookimpl

Path("/dev/null").write_text("noise")
print("noise")
threading.Thread(target=threading.Event().wait, daemon=True).start()


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md")
