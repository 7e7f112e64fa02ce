"""A portal in which a ministry's service standards are programs.

The package is the small core: accounts, organisation, standards, workflow,
publishing and the plugin host. Services themselves live in ``plugins/``.
"""

__version__ = "0.1.0"
