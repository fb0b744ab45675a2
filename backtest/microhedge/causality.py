"""Does a hedge, or anything computed from a tape, know more than it could have known?

The past up to a random session is kept and what follows is changed in four ways.  Whatever was
decided, traded, booked and worth up to that session must come out the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microhedge.chain import Listing, select
from microhedge.costs import Costs
from microhedge.counting import count_of
from microhedge.declaration import dashed
from microhedge.desk import FillRule
from microhedge.engine import Rules, Setup, played
from microhedge.errors import ParameterError
from microhedge.events import Phase
from microhedge.hedge import Hedge
from microhedge.option_prices import OptionPrices
from microhedge.perturbation import ARMS, Arm, perturbed
from microhedge.portfolio import Portfolio
from microhedge.quoted_prices import priced_by
from microhedge.quotes import Chain
from microhedge.tape import Tape
from microhedge.traces import Reach, Trace, first_difference, trace, unlike
from microhedge.volatility import At

SAID: Mapping[Arm, str] = {
    "noise": "noise in everything after a session",
    "close": "everything from a session's close on replaced, its open kept",
    "truncation": "the data ending with a session",
    "end": "the data ending some sessions later",
}

CANNOT_CATCH = (
    "It cannot catch a constant that was chosen or fitted on later data, knowledge of what "
    "happened that is written into the strategy's file, or a part of the future that the changes "
    "leave alone (which days are sessions and ex-days, files that the strategy reads itself)."
)

_LEAST_LEFT = 2  # sessions behind a cut, so that an earlier end still lies after it


@dataclass(frozen=True, slots=True)
class Causality:
    """What was tried on a hedge, and the first difference that each trial showed.

    `tried` counts the cuts of each arm, the last one included; an arm stops at its first
    difference.  `repeated` is the difference between two runs on the same data and `no_sleep`
    that between the ledgers of a run and one that is woken every evening; None is none.  A hedge
    that does not repeat itself is not tried on any arm: nothing could be concluded.
    """

    hedge: str
    holding: str
    start: date
    end: date
    seed: int
    orders: int
    tried: Mapping[Arm, int]
    differences: Mapping[Arm, str | None]
    repeated: str | None
    no_sleep: str | None
    cannot_catch: str = CANNOT_CATCH

    @property
    def passed(self) -> bool:
        """Whether nothing differed."""
        return not any((self.repeated, self.no_sleep, *self.differences.values()))

    def document(self) -> dict[str, Any]:
        """Return everything as one JSON-able document."""
        return {
            "hedge": self.hedge,
            "holding": self.holding,
            "start": str(self.start),
            "end": str(self.end),
            "seed": self.seed,
            "orders": self.orders,
            "passed": self.passed,
            "arms": {
                arm: {
                    "what": SAID[arm],
                    "cuts": self.tried.get(arm, 0),
                    "difference": self.differences.get(arm),
                }
                for arm in ARMS
            },
            "repeated": self.repeated,
            "no_sleep": self.no_sleep,
            "cannot_catch": self.cannot_catch,
        }

    def sentences(self) -> str:
        """Return the finding as one paragraph."""
        where = f"{self.hedge} on {self.holding}, {self.start} to {self.end}"
        if self.passed:
            cuts = min(self.tried.values())
            orders, times = count_of(self.orders, "order"), count_of(cuts, "session")
            return (
                f"{where}: its {orders}, and the fills, ledger and values that came "
                f"of them, did not move by a bit when what followed was changed at {times} "
                "in each of four ways, when it was run again, and when it was woken every evening. "
                f"{self.cannot_catch}"
            )
        if self.repeated:
            return (
                f"{where}: two runs on the same data differ, so it keeps something from one "
                f"evening or run to the next, or draws at random. {self.repeated}. A hedge must "
                "hold no state: what it did is in now.fills, now.legs and now.premise."
            )
        told = [
            f"with {SAID[arm]}, it differs before that. {found}."
            for arm in ARMS
            if (found := self.differences.get(arm))
        ]
        if self.no_sleep:
            told.append(
                "woken every evening, it trades differently: it acts on evenings that it asked to "
                f"sleep through, or counts its calls. {self.no_sleep}."
            )
        return f"{where}: " + " ".join(
            one[0].upper() + one[1:] if k else one for k, one in enumerate(told)
        )


def check(
    hedge: Hedge,
    tape: Tape,
    prices: Callable[[Tape], OptionPrices],
    *,
    portfolio: Portfolio | None = None,
    costs: Costs | None = None,
    listing: Listing = select,
    chains: Mapping[str, Chain] | None = None,
    cuts: int = 50,
    seed: int = 0,
) -> Causality:
    """Play a hedge before other futures and compare, up to `cuts` random sessions per arm.

    `prices` makes the option prices of a tape.  With `chains` their quotes are traded at, and
    changed with everything else that comes after a cut.  Half of the cuts are drawn among the
    evenings on which the hedge placed an order (for the arm "close": the sessions on which one
    was filled), where a look ahead has the most to change.  That arm fills at the open, the
    others at the next close.  An error of the first run is raised.
    """
    if cuts < 1:
        raise ParameterError(f"{cuts} cuts: at least 1 is needed; 50 is usual")
    tape.need_daily("the check")
    trial = _Trial(
        hedge,
        tape,
        prices,
        portfolio or Portfolio(shares=1000),
        costs or Costs(),
        listing,
        chains or {},
    )
    last = len(tape) - 1
    base, again = (trial.run(tape, last) for _ in range(2))
    whole = Reach(last - tape.begin)
    repeated = first_difference(base, again, whole)
    no_sleep = None
    tried: dict[Arm, int] = {}
    differences: dict[Arm, str | None] = {}
    if repeated is None:
        awake = trial.run(tape, last, sleep=False)
        no_sleep = first_difference(base.only("ledger"), awake.only("ledger"), whole)
        for arm in ARMS:
            tried[arm], differences[arm] = trial.arm(arm, base, cuts, seed)
    return Causality(
        hedge=dashed(type(hedge)),
        holding=hedge.holding,
        start=tape.dates[tape.begin],
        end=tape.dates[-1],
        seed=seed,
        orders=len(base.tables["orders"]["session"]),
        tried=tried,
        differences=differences,
        repeated=repeated,
        no_sleep=no_sleep,
    )


def check_column(
    column: Callable[[Tape], NDArray[Any]],
    tape: Tape,
    *,
    known: At = "close",
    begin: int = 0,
    cuts: int = 50,
    seed: int = 0,
) -> dict[Arm, str | None]:
    """Return the first difference, per arm, of anything that has one line per row of a tape.

    For kernels and volatility models.  `known` says when a row is known: at its session's close,
    or at its open already.  Cuts are drawn from row `begin` on.
    """
    whole = np.asarray(column(tape))
    found: dict[Arm, str | None] = {}
    for arm in ARMS:
        draw = np.random.default_rng([seed, ARMS.index(arm)])
        rows = _cuts(tape, begin, np.array([], np.intp), cuts, draw)
        found[arm] = None
        for row in rows.tolist():
            other = np.asarray(column(perturbed(tape, row, arm, draw)))
            upto = row + int(arm != "close" or known == "open")
            width = whole[0].size
            place = unlike(whole[:upto].ravel(), other[:upto].ravel(), upto * width)
            if place is not None:
                first = place // width
                found[arm] = (
                    f"{tape.dates[first]}: {whole[first]!s} became {other[first]!s}, with "
                    f"{SAID[arm]} ({tape.dates[row]})"
                )
                break
    return found


@dataclass(frozen=True, slots=True)
class _Trial:
    """One hedge, to be run on one tape after another."""

    hedge: Hedge
    tape: Tape
    prices: Callable[[Tape], OptionPrices]
    portfolio: Portfolio
    costs: Costs
    listing: Listing
    chains: Mapping[str, Chain]

    def run(
        self,
        tape: Tape,
        until: int,
        *,
        fill: FillRule = "next_close",
        sleep: bool = True,
        chains: Mapping[str, Chain] | None = None,
    ) -> Trace:
        """Play to the end of a row of a tape; an error on the tape itself is raised."""
        prices, listing = self.prices(tape), self.listing
        if quotes := chains or self.chains:
            prices, listing = priced_by(quotes, tape, prices.model, earlier=fill == "next_open")
        setup = Setup(
            tape=tape,
            holding=self.hedge.holding,
            portfolio=self.portfolio,
            prices=prices,
            costs=self.costs,
            rules=Rules(fill=fill, sleep=sleep),
            listing=listing,
        )
        desk, error = played(self.hedge, setup, until=until)
        if error is not None and tape is self.tape:
            raise error
        return trace(desk, self.costs, error, upto=until - tape.begin)

    def arm(self, arm: Arm, base: Trace, cuts: int, seed: int) -> tuple[int, str | None]:
        """Try an arm; return the number of cuts and the first difference."""
        tape, begin = self.tape, self.tape.begin
        fill: FillRule = "next_close"
        aimed = base.tables["orders"]["session"]
        if arm == "close":
            fill = "next_open"
            base = self.run(tape, len(tape) - 1, fill=fill)
            fills = base.tables["fills"]
            aimed = fills["session"][fills["phase"] == int(Phase.OPEN_FILLS)]
        draw = np.random.default_rng([seed, ARMS.index(arm)])
        rows = _cuts(tape, begin, aimed + begin, cuts, draw)
        for count, row in enumerate(rows.tolist(), start=1):
            other = perturbed(tape, row, arm, draw)
            known = int(tape.day[row]) - int(arm == "close")
            quotes = {
                symbol: chain.before_another(known, int(other.day[-1]), draw)
                for symbol, chain in self.chains.items()
            }
            played_on = self.run(other, row, fill=fill, chains=quotes)
            found = first_difference(base, played_on, _reach(arm, row - begin))
            if found is not None:
                return count, f"{found} (the change lies after {tape.dates[row]})"
        return len(rows), None


def _reach(arm: Arm, session: int) -> Reach:
    if arm == "close":
        return Reach(session, int(Phase.OPEN_FILLS))
    return Reach(session, at_end=arm == "truncation")


def _cuts(
    tape: Tape, begin: int, aimed: NDArray[Any], count: int, draw: np.random.Generator
) -> NDArray[np.intp]:
    """Draw rows to cut after, half of them among the aimed ones, in order of time."""
    rows = np.arange(begin, len(tape) - _LEAST_LEFT)
    good = np.intersect1d(rows, aimed)
    chosen = draw.permutation(good)[: count // 2]
    others = draw.permutation(np.setdiff1d(rows, chosen))[: count - len(chosen)]
    return np.sort(np.concatenate((chosen, others))).astype(np.intp)
