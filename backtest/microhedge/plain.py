"""How does a result look as JSON?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from math import isfinite
from typing import Any

import numpy as np

from microhedge.roll_policy import RollPolicy


def plain(value: Any) -> Any:
    """Return a value as JSON has it: dataclasses as objects, no arrays, null for NaN."""
    if isinstance(value, RollPolicy):
        return value.plain
    if is_dataclass(value) and not isinstance(value, type):
        kept = {one.name: getattr(value, one.name) for one in fields(value)}
        return {
            name: plain(each) for name, each in kept.items() if not isinstance(each, np.ndarray)
        }
    if isinstance(value, Mapping):
        kept = {str(key): each for key, each in value.items()}
        return {key: plain(each) for key, each in kept.items() if not isinstance(each, np.ndarray)}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    if isinstance(value, date):
        return str(value)
    if isinstance(value, (np.floating, float)):
        return float(value) if isfinite(value) else None
    if isinstance(value, (np.integer, np.bool_)):
        return value.item()
    return value
