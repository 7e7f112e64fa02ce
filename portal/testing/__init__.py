"""What tests of plugins may import beside ``portal.api``; the fixtures come by themselves.

``clock`` is the portal's clock: ``with clock.frozen(instant)``, or the fixture ``frozen_clock``.
"""

from portal import clock

__all__ = ["clock"]
