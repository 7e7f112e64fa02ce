"""The plugin holds what every plugin promises."""

from __future__ import annotations

from portal.testing.conformance import PluginConformance


class TestConformance(PluginConformance):
    """The checks of the kit on this plugin."""

    plugin = "notifications"
