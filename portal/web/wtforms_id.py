"""The web's name for the base forms; they live in ``portal.forms``, below every domain."""

from __future__ import annotations

from portal.forms import BaseForm, IndonesianTranslations, RowForm, blank_row, change_rows

__all__ = ["BaseForm", "IndonesianTranslations", "RowForm", "blank_row", "change_rows"]
