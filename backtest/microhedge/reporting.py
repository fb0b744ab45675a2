"""Who writes the report?  The one door to the package `report`, which draws and typesets."""

from __future__ import annotations

from microhedge.report import write_report

__all__ = ["write_report"]
