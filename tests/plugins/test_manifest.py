"""Nothing stands in the manifest or among the hooks that no plugin of ours uses."""

from __future__ import annotations

from dataclasses import fields

from portal.plugins import hookspecs
from portal.plugins.manifest import Plugin


def test_a_plugin_of_ours_uses_every_field_and_every_hook() -> None:
    import sample_full

    used, empty = sample_full.portal_plugin(), Plugin(standard="standard.md")
    names = {field.name for field in fields(Plugin)} - {"api", "standard"}
    assert {name for name in names if getattr(used, name) == getattr(empty, name)} == set()
    assert all(hasattr(sample_full, hook.__name__) for hook in hookspecs.HOOKS)
