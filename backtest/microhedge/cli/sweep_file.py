"""Which words does a file such as run.toml stand for?  Its keys are the options of `sweep`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from microhedge.errors import ParameterError, StrategyFileError, UsageError, unread

_RANGE = ("from", "to", "step")


def words_of(path: Path) -> list[str]:
    """Return the command line that a file spells; numbers stay as they are written.

    `strategy` names the strategy; `[costs]` is the schedule of costs; every other key, at the
    top or in `[sweep]`, is an option.  A list stands for `a,b,c` and {from, to, step} for a range.
    """
    try:
        with path.open("rb") as file:
            told = tomllib.load(file, parse_float=str)
    except FileNotFoundError as error:
        raise StrategyFileError(f"{path}: {unread(error)}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no TOML: {error}") from None
    strategy = told.pop("strategy", None)
    if not isinstance(strategy, str):
        raise UsageError(f'{path} names no strategy: it needs a line strategy = "protective-put"')
    words = [strategy]
    for name, value in _table(path, told, "costs").items():
        words += ["--cost", f"{name}={_spelled(path, name, value)}"]
    for name, value in {**_table(path, told, "sweep"), **told}.items():
        flag = "--" + name.replace("_", "-")
        if value is True and name in {"fresh", "dry_run", "json", "offline"}:
            words.append(flag)
        elif name in {"zip", "prices", "chains", "bond_terms"} and isinstance(value, list):
            for one in value:
                words += [flag, _spelled(path, name, one)]
        else:
            words += [flag, _spelled(path, name, value)]
    return words


def _table(path: Path, told: dict[str, Any], name: str) -> Mapping[str, Any]:
    table = told.pop(name, {})
    if not isinstance(table, dict):
        raise UsageError(f"{path}: {name} is a table, [{name}]")
    return table


def _spelled(path: Path, name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | date):
        return str(value)
    if isinstance(value, list):
        return ",".join(_spelled(path, name, one) for one in value)
    if isinstance(value, dict) and sorted(value) == sorted(_RANGE):
        return ":".join(_spelled(path, name, value[part]) for part in _RANGE)
    raise ParameterError(
        f"{path}: {name} must be a value, a list, or {{from = …, to = …, step = …}}"
    )
