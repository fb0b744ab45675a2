"""When is a contract replaced, in how many tranches, and for how much premium?

A policy is one value: clauses that are joined with | in Python and with + in text.

    days-before=30             30 calendar days before it expires; so is a bare 30
    hold-to-expiry             when it expires; so is a bare 0
    delta-drift=0.10..0.60     when its delta, without its sign, leaves that range
    moneyness-drift=0.80..1.10 when strike / price leaves that range
    monetise=3                 once it is worth 3 times what it cost
    wait=20                    stay out for 20 calendar days after that
    ladder=3                   in 3 tranches of equal size, staggered
    budget=0.02                as many as 2 percent of the holding's value a year pay for

A contract is replaced by the first clause that is met.  One that is bought outside a range drifts
only once it has been inside.  Whatever is said, what expires is replaced, and nothing said is to
hold to expiry.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import lru_cache
from math import isfinite
from operator import index
from typing import Any, Final, TypeAlias

from microhedge.errors import ParameterError, nearest

Band: TypeAlias = tuple[float, float]

HOLD: Final = "hold-to-expiry"
MOST_TRANCHES: Final = 12
_CLAUSES: Final = {
    "days-before": "days",
    HOLD: "days",
    "delta-drift": "delta",
    "moneyness-drift": "moneyness",
    "monetise": "gain",
    "wait": "wait",
    "ladder": "tranches",
    "budget": "budget",
}


@dataclass(frozen=True, slots=True)
class RollPolicy:
    """When contracts are replaced; what a policy does not say is None.

    `days` are calendar days to expiry; `delta` and `moneyness` (strike / price) are ranges;
    `gain` is worth over cost, or of a written contract what it brought in over what it costs to
    buy back; `wait` are calendar days without cover after such a gain; `tranches` are the rungs of
    a ladder; `budget` is the part of the holding's value that premiums may come to a year.
    """

    days: int | None = None
    delta: Band | None = None
    moneyness: Band | None = None
    gain: float | None = None
    wait: int | None = None
    tranches: int | None = None
    budget: float | None = None

    def __post_init__(self) -> None:
        if all(getattr(self, one.name) is None for one in fields(self)):
            object.__setattr__(self, "days", 0)
        if self.wait is not None and self.gain is None:
            raise ParameterError(
                f"wait={self.wait} without monetise: it says how long to stay out after a gain was "
                f"taken (did you mean monetise=3+wait={self.wait}?)"
            )
        _whole("days-before", self.days, 0)
        _whole("wait", self.wait, 1)
        _whole("ladder", self.tranches, 1, MOST_TRANCHES)
        _range("delta-drift", self.delta, 1.0)
        _range("moneyness-drift", self.moneyness, 3.0)
        if self.gain is not None and not 1.0 < self.gain < float("inf"):
            raise ParameterError(
                f"monetise={self.gain:g}: worth over cost must be above 1, as in monetise=3"
            )
        if self.budget is not None and not 0.0 < self.budget < 1.0:
            hint = f" (did you mean {self.budget / 100:g}?)" if 1.0 <= self.budget < 100.0 else ""
            raise ParameterError(
                f"budget={self.budget:g}: it is a part of the holding's value a year, above 0 and "
                f"below 1{hint}"
            )

    def __or__(self, other: RollPolicy) -> RollPolicy:
        """Return the policy of both; what both say must be the same."""
        said = {}
        for one in fields(self):
            ours, theirs = getattr(self, one.name), getattr(other, one.name)
            if None not in (ours, theirs) and ours != theirs:
                name = next(name for name, field in _CLAUSES.items() if field == one.name)
                raise ParameterError(
                    f"{name} is said twice, in {self} and in {other}: a policy has each clause once"
                )
            said[one.name] = theirs if ours is None else ours
        return RollPolicy(**said)

    def __str__(self) -> str:
        return str(self.plain)

    def _clauses(self) -> list[str]:
        found = [] if self.days != 0 else [HOLD]
        for name, field in _CLAUSES.items():
            value = getattr(self, field)
            if value is None or (field == "days" and (name == HOLD or value == 0)):
                continue
            spelled = "..".join(map(_exact, value)) if isinstance(value, tuple) else _exact(value)
            found.append(f"{name}={spelled}")
        return found

    @property
    def counts_days_only(self) -> bool:
        """Whether nothing is said but how many days before its expiry a contract is replaced."""
        return self == RollPolicy(days=self.before)

    @property
    def before(self) -> int:
        """Calendar days before its expiry at which a contract is replaced at the latest."""
        return self.days or 0

    @property
    def watches(self) -> bool:
        """Whether something must be looked at on every evening."""
        return self.delta is not None or self.moneyness is not None or self.gain is not None

    @property
    def plain(self) -> int | str:
        """The policy as JSON and tables have it: a number of days, or its text."""
        return self.before if self.counts_days_only else "+".join(self._clauses())


@lru_cache(maxsize=256)
def completed(
    policy: RollPolicy | int, tranches: int, budget: float | None, gain: float | None
) -> RollPolicy:
    """Return a policy, or days before expiry, with what it does not say itself."""
    if not isinstance(policy, RollPolicy):
        policy = days_before(index(policy))
    return replace(
        policy,
        tranches=policy.tranches or tranches,
        budget=policy.budget or budget,
        gain=policy.gain or gain,
    )


def days_before(days: int) -> RollPolicy:
    """Replace a contract so many calendar days before it expires."""
    return RollPolicy(days=days)


def hold_to_expiry() -> RollPolicy:
    """Replace a contract when it expires."""
    return RollPolicy(days=0)


def delta_drift(low: float, high: float) -> RollPolicy:
    """Replace a contract whose delta, without its sign, has left a range."""
    return RollPolicy(delta=(low, high))


def moneyness_drift(low: float, high: float) -> RollPolicy:
    """Replace a contract whose strike / price has left a range."""
    return RollPolicy(moneyness=(low, high))


def monetise(gain: float, *, wait: int | None = None) -> RollPolicy:
    """Sell what is worth `gain` times its cost; buy anew at once, or after `wait` days."""
    return RollPolicy(gain=gain, wait=wait)


def ladder(tranches: int) -> RollPolicy:
    """Hold so many tranches of equal size, whose first lives are staggered."""
    return RollPolicy(tranches=tranches)


def budget(part: float) -> RollPolicy:
    """Buy what premiums of this part of the holding's value a year pay for, and no more."""
    return RollPolicy(budget=part)


def roll_policy(text: str) -> RollPolicy:
    """Return the policy that a text spells; ParameterError with what may be said."""
    said: dict[str, Any] = {}
    for clause in text.split("+"):
        name, _, spelled = (part.strip() for part in clause.partition("="))
        if name[:1] in "-0123456789" and not spelled:
            name, spelled = "days-before", name
        if name not in _CLAUSES:
            hint = nearest(name, _CLAUSES) or f"; clauses are {', '.join(_CLAUSES)}"
            raise ParameterError(f"roll {text!r}: there is no clause {name!r}{hint}")
        field = _CLAUSES[name]
        if field in said:
            raise ParameterError(f"roll {text!r} says {name} twice: a policy has each clause once")
        said[field] = _value(name, field, spelled)
    return RollPolicy(**said)


def _value(name: str, field: str, spelled: str) -> int | float | Band:
    if name == HOLD:
        if spelled:
            raise ParameterError(f"{HOLD}={spelled}: it takes no number (did you mean {HOLD!r}?)")
        return 0
    try:
        if field in ("delta", "moneyness"):
            low, dots, high = spelled.partition("..")
            if not dots:
                raise ValueError
            return float(low), float(high)
        return int(spelled) if field in ("days", "wait", "tranches") else float(spelled)
    except ValueError:
        example = {"days": 30, "delta": "0.10..0.60", "moneyness": "0.80..1.10", "gain": 3}
        shown = (example | {"wait": 20, "tranches": 3, "budget": 0.02})[field]
        raise ParameterError(
            f"{name}={spelled} is not understood (did you mean {name}={shown}?)"
        ) from None


def _whole(name: str, value: int | None, least: int, most: int | None = None) -> None:
    if value is None or (value >= least and (most is None or value <= most)):
        return
    rule = f"at least {least}" if most is None else f"{least} to {most}"
    good = max(least, value if most is None else min(value, most))
    raise ParameterError(f"{name}={value}: it is {rule} (did you mean {name}={good}?)")


def _range(name: str, band: Band | None, most: float) -> None:
    if band is None:
        return
    low, high = band
    if 0.0 <= low < high <= most and isfinite(high):
        return
    said = f"{name}={_exact(low)}..{_exact(high)}"
    hint = ""
    if 0.0 <= high < low <= most:
        hint = f" (did you mean {_exact(high)}..{_exact(low)}?)"
    elif 0.0 <= low < high <= 100.0 * most:
        hint = f" (did you mean {_exact(low / 100)}..{_exact(high / 100)}?)"
    raise ParameterError(f"{said}: a range goes up from 0 or more to {most:g} at most{hint}")


def _exact(number: float) -> str:
    """Spell a number so that it is read back as the same one."""
    return str(number) if isinstance(number, int) else repr(float(number)).removesuffix(".0")
