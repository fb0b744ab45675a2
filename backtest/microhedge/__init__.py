"""Backtests hedges of one holding inside a larger portfolio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from microhedge.declaration import Range, Sessions
from microhedge.hedge import Hedge, Session
