"""Bad: it imports what is not there, after its models have been imported."""

from __future__ import annotations

from . import models
from .missing import anything

__all__ = ["anything", "models"]
