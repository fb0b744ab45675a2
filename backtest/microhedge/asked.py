"""Is what is asked of a comparison fit to be run, and how are its runs called?"""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.declaration import dashed
from microhedge.errors import ParameterError, UsageError
from microhedge.hedge import Hedge
from microhedge.respelling import changed_in


def check_assumptions(rate: float | None, index_dividend: float, seed: int) -> None:
    """Refuse what can only be a slip, such as per cent where fractions are meant."""
    for name, value, low in (("rate", rate, -0.1), ("index_dividend", index_dividend, 0.0)):
        if value is not None and not low <= value <= 0.5:
            hint = f": did you mean {value / 100:g}?" if 0.5 < value <= 50.0 else ""
            raise ParameterError(
                f"{name} {value:g} is not a fraction a year from {low:g} to 0.5{hint}"
            )
    if seed < 0:
        raise ParameterError(f"seed must be 0 or more, was {seed}")


def one_holding(hedges: Sequence[Hedge]) -> str:
    """Return the holding of every hedge, which must be the same; raises UsageError."""
    held = {hedge.holding for hedge in hedges}
    if len(held) != 1:
        raise UsageError(
            f"{len(hedges)} hedges of {', '.join(sorted(held)) or 'nothing'}: "
            "a comparison needs at least one hedge, and all of the same holding"
        )
    return held.pop()


def names(hedges: Sequence[Hedge]) -> list[str]:
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
