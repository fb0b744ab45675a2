"""Do the parameters of a strategy fit each other, and which of them decide anything?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from microhedge.declaration import _Declared, declared
from microhedge.errors import ParameterError
from microhedge.roll_policy import RollPolicy

_OFF_THE_WISH = 18
"""Third Fridays are up to 35 days apart: the nearest one to a wish lies at most 17 from it."""
SAID_BY_ROLL = {"tranches": "ladder", "budget": "budget", "gain": "monetise"}
"""Parameters that a clause of a roll policy may stand in place of."""


def check_together(hedge: _Declared) -> None:
    """Refuse a tenor that its roll leaves no time, and what two parameters say differently.

    What a roll policy says of tranches, budget and gain stands in place of those parameters, and a
    delta in place of the moneyness.  A budget is refused by a hedge that buys nothing.
    """
    tenor, roll = getattr(hedge, "tenor", None), getattr(hedge, "roll", None)
    if isinstance(roll, RollPolicy):
        for name in SAID_BY_ROLL:
            said, own = getattr(roll, name), getattr(hedge, name, None)
            if said is not None and own != said and _is_set(hedge, name):
                raise ParameterError(f"{name} {own:g} and roll {roll} differ: say it once")
        if roll.budget is not None and not getattr(hedge, "buys", True):
            raise ParameterError(
                f"roll {roll}: a budget pays for options that are bought, and this hedge only "
                "writes them; leave the budget out"
            )
        roll = roll.before
    if isinstance(tenor, int) and isinstance(roll, int) and tenor < roll + _OFF_THE_WISH:
        raise ParameterError(
            f"tenor {tenor} with roll {roll}: expiries are a month apart, so a contract can "
            f"have {_OFF_THE_WISH - 1} days less than was wished, and would be replaced on the "
            f"next evening; tenor must be at least {roll + _OFF_THE_WISH}"
        )
    if _is_set(hedge, "delta") and _is_set(hedge, "moneyness"):
        both = " and ".join(f"{name} {getattr(hedge, name):g}" for name in ("moneyness", "delta"))
        raise ParameterError(f"{both} both choose the strike: give one of them")


def in_use(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a run without those that another one stands in place of.

    Of moneyness and delta one chooses the strike, by moneyness where delta is 0; tranches, budget
    and gain count only where the roll policy does not say them.
    """
    unused = set()
    if "moneyness" in parameters and "delta" in parameters:
        unused.add("moneyness" if parameters["delta"] else "delta")
    clauses = {clause.partition("=")[0] for clause in str(parameters.get("roll", "")).split("+")}
    unused |= {name for name, clause in SAID_BY_ROLL.items() if clause in clauses}
    return {name: value for name, value in parameters.items() if name not in unused}


def _is_set(hedge: _Declared, name: str) -> bool:
    """Whether there is such a parameter, and it is not at its default."""
    found = next((each for each in declared(type(hedge)) if each.name == name), None)
    return found is not None and getattr(hedge, name) != found.default
