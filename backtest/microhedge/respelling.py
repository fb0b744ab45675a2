"""Which command runs this comparison again, and what are its runs called?"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from microhedge.costs import Costs
from microhedge.declaration import dashed, declared, values
from microhedge.engine import Rules, Setup
from microhedge.errors import UsageError
from microhedge.hedge import Hedge
from microhedge.identity import spec_of
from microhedge.portfolio import Portfolio
from microhedge.tape import Tape


def command_for(
    hedges: Sequence[Hedge],
    portfolio: Portfolio,
    tape: Tape,
    setup: Setup,
    vol: str | None,
    rate: float | None,
    seed: int,
    source: Sequence[str],
) -> str:
    """Spell the command; `source` are the words that choose its prices."""
    words = ["microhedge compare", hedges[0].holding, *source]
    if portfolio.file is not None:
        words.append(f"--portfolio {shlex.quote(portfolio.file)}")
    if not portfolio.weighs_itself:
        size = ("shares", portfolio.shares) if portfolio.shares else ("value", portfolio.value)
        words.append(f"--{size[0]} {_exact(size[1] or 0.0)}")
    plain = Rules()
    options: list[tuple[str, Any, Any]] = [
        ("weight", portfolio.weight if portfolio.file is None else 1.0, 1.0),
        ("cash", portfolio.cash, 0.0),
        ("start", tape.dates[tape.begin], None),
        ("end", tape.dates[-1], None),
        ("fill", setup.rules.fill, plain.fill),
        ("returns", setup.rules.returns, plain.returns),
        ("vol", vol, None),
        ("rate", rate, None),
        ("index-dividend", tape.index_dividend, 0.0195),
        ("stop-loss", setup.rules.stop, plain.stop),
        ("seed", seed, 0),
    ]
    words += [
        f"--{name} {_exact(value) if isinstance(value, float) else value}"
        for name, value, default in options
        if value != default
    ]
    usual, asked = asdict(Costs()), asdict(setup.costs)
    changed = [name for name in usual if asked[name] != usual[name]]
    words += [f"--cost {name}={_charge(name, asked[name])}" for name in changed]
    if setup.rules.trailing:
        words.append("--trailing-stop")
    ends = setup.rules.ends
    flags = (("--deliver", ends.deliver), ("--rebuy", ends.rebuy), ("--early-exercise", ends.early))
    words += [flag for flag, asked in flags if asked]
    for hedge in hedges:
        own = changed_in(hedge)
        spec = spec_of(type(hedge)) + (":" + ",".join(own) if own else "")
        words.append(f"--with {shlex.quote(spec)}")
    return " ".join(words)


def _exact(number: float) -> str:
    """Spell a number so that it is read back as the same one."""
    return repr(float(number)).removesuffix(".0")


def _charge(name: str, number: float) -> str:
    """Spell a cost; a fee above 1 says that it is no per cent by being written as one."""
    if name == "borrow" and number > 1:
        return f"{(100 * Decimal(repr(float(number)))).normalize():f}%"
    return _exact(number)


def changed_in(hedge: Hedge) -> list[str]:
    """Spell the parameters of a hedge that are not at their defaults."""
    defaults = {one.name: one.default for one in declared(type(hedge))}
    return [f"{key}={value}" for key, value in values(hedge).items() if defaults[key] != value]


def run_names(hedges: Sequence[Hedge]) -> list[str]:
    """Name the runs: the strategy, then the parameters that tell two of a kind apart."""
    plain = [dashed(type(hedge)) for hedge in hedges]
    named: list[str] = []
    for hedge, name in zip(hedges, plain, strict=True):
        changed = changed_in(hedge) if plain.count(name) > 1 else []
        full = f"{name}[{','.join(changed)}]" if changed else name
        if full in named:
            raise UsageError(f"{name} is asked for twice with the same parameters")
        named.append(full)
    return named
