"""Fixtures of all suites come from ``portal.testing.pytest_plugin``; what is only ours is here."""

from hypothesis import HealthCheck, settings

# a busy machine is no fault of the code: no example fails by the clock on the wall
settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portal")
