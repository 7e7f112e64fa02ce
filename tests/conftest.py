"""Fixtures of all suites come from ``portal.testing.pytest_plugin``; what is only ours is here."""
