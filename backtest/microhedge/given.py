"""Is what was given in Python the day or the number that it has to be?"""

from __future__ import annotations

from datetime import date, datetime
from numbers import Real

from microhedge.errors import ParameterError


def day(name: str, value: object) -> date:
    """Return a date that is one or spells one, as 2015-01-02; ParameterError for anything else.

    Of a time, such as a pandas Timestamp, the day is taken.
    """
    if isinstance(value, datetime):
        value = value.date()  # that of pandas' NaT is no day, but a NaT again
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value) if isinstance(value, str) else "")
    except ValueError:
        raise ParameterError(f"{name} must be a date as in 2015-01-02, was {value!r}") from None


def day_if(name: str, value: object) -> date | None:
    """Return the date that a value is or spells, or None if it was not given."""
    return None if value is None else day(name, value)


def check_number(name: str, value: object, example: str) -> None:
    """Raise ParameterError for what is no number, such as a text that spells one."""
    if not isinstance(value, Real):
        raise ParameterError(f"{name} must be a number such as {example}, was {value!r}")
