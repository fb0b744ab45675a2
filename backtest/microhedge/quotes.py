"""What was quoted for an option on a day, and which contracts had a quote to choose from?

A chain holds the cleaned quotes of one underlying, one a day for each contract, as sorted columns:
looking one up is a binary search.  Only standard contracts are in it (100 for 100 shares); one
that a corporate action made odd has no quote.  Quotes are of a day's end.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from microhedge import logged
from microhedge.calendar import Day, Days, day_number, to_date
from microhedge.chain import MAX_DETOUR_DAYS, MAX_GAP
from microhedge.errors import BadData, NoContract
from microhedge.instruments import Option, Right, Settlement, Style

Floats = NDArray[np.float64]
Keys = NDArray[np.int64]

OLDEST: Final = 7
"""Calendar days after which yesterday's contracts no longer say what is listed."""
WORTHLESS: Final = 0.01
"""What an option is worth at most, in dollars a share, for which nobody bids."""

# One number orders the quotes: day, days to expiry, right and strike in thousandths.
_TENOR, _STRIKE = 16, 30
_ON_STRIKE: Final = 1e-6
_STEP: Final = 0.3  # in logarithms, of all quotes of a day before another future


def quote_keys(day: ArrayLike, expiry: ArrayLike, call: ArrayLike, strike: ArrayLike) -> Keys:
    """Return for each quote the number that its contract has on its day, and nothing else has."""
    when = np.asarray(day, np.int64)
    tenor = np.asarray(expiry, np.int64) - when
    thousandths = np.rint(np.asarray(strike, np.float64) * 1000.0).astype(np.int64)
    found: Keys = (when << _TENOR | tenor) << 1 | np.asarray(call, np.int64)
    return found << _STRIKE | thousandths


def quote_mid(bid: Floats, ask: Floats) -> Floats:
    """Return the middle of quotes; what nobody bids for is worth a cent at most."""
    return np.where(bid > 0.0, (bid + ask) / 2.0, np.minimum(ask / 2.0, WORTHLESS))


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The quotes of one underlying; sorted when made, whatever the order they are given in.

    `expiry` is the last trading day.  A bid of 0 is a quote: the option can be sold for nothing,
    is bought at the ask, and is never chosen.  `sha256` is a hash over all that a run can see.
    Raises BadData for what is no quote.
    """

    underlying: str
    day: Days
    expiry: Days
    call: NDArray[np.bool_]
    strike: Floats
    bid: Floats
    ask: Floats
    sha256: str = field(init=False, repr=False)
    _key: Keys = field(init=False, repr=False)
    _first: NDArray[np.intp] = field(init=False, repr=False)
    _days: Days = field(init=False, repr=False)

    def __post_init__(self) -> None:
        tenor = self.expiry - self.day
        sound = (self.day >= 0) & (self.day < 1 << 16) & (tenor >= 0) & (tenor < 1 << _TENOR)
        sound &= (self.strike >= 0.001) & (self.strike < (1 << _STRIKE) / 1000.0 - 1.0)
        sound &= (self.bid >= 0.0) & (self.ask > 0.0) & (self.ask >= self.bid)
        sound &= np.isfinite(self.ask)
        if not sound.all():
            bad = int(np.argmin(sound))
            raise BadData(
                f"{self.underlying} {to_date(int(self.day[bad]))}: a bid of {self.bid[bad]:g} and "
                f"an ask of {self.ask[bad]:g} for {to_date(int(self.expiry[bad]))} "
                f"{self.strike[bad]:g} are no quote; read_chain leaves such rows out"
            )
        key = quote_keys(self.day, self.expiry, self.call, self.strike)
        order = np.argsort(key, kind="stable")
        for name in ("day", "expiry", "call", "strike", "bid", "ask"):
            column = getattr(self, name)[order]
            column.flags.writeable = False
            object.__setattr__(self, name, column)
        object.__setattr__(self, "_key", key[order])
        if (np.diff(self._key) == 0).any():
            twice = int(np.argmin(np.diff(self._key) != 0))
            raise BadData(
                f"{self.underlying} {to_date(int(self.day[twice]))}: two quotes for "
                f"{to_date(int(self.expiry[twice]))} {self.strike[twice]:g}"
            )
        # of each day with quotes, and of the end: a search of all rows would convert them first
        days, first = np.unique(self.day, return_index=True)
        object.__setattr__(self, "_days", days)
        object.__setattr__(self, "_first", np.append(first, len(self.day)))
        digest = sha256(self.underlying.encode())
        for column in (self._key, self.bid, self.ask):
            digest.update(column.astype(column.dtype.newbyteorder("<")).tobytes())
        object.__setattr__(self, "sha256", digest.hexdigest())

    def __len__(self) -> int:
        return len(self.day)

    def before_another(self, known: Day, last: Day, draw: np.random.Generator) -> Chain:
        """Return the chain with other quotes after a day, none after `last`.

        Quotes keep their contracts and the order of bid and ask; whole days rise or fall.
        """
        upto = int(np.searchsorted(self.day, last, side="right"))
        day = self.day[:upto]
        days, at = np.unique(day, return_inverse=True)
        step = np.where(days > known, np.exp(_STEP * draw.normal(size=len(days))), 1.0)[at]
        return replace(
            self,
            **{name: getattr(self, name)[:upto] for name in ("day", "expiry", "call", "strike")},
            bid=self.bid[:upto] * step,
            ask=self.ask[:upto] * step,
        )

    def at(self, option: Option, day: Day) -> tuple[float, float] | None:
        """Return the bid and the ask of a contract at the end of a day, if it was quoted."""
        expiry = day_number(option.expiry)
        if not self._quotes(option) or not 0 <= expiry - day < 1 << _TENOR:
            return None
        wanted = (day << _TENOR | expiry - day) << 1 | (option.right == "C")
        wanted = wanted << _STRIKE | round(option.strike * 1000.0)
        row = int(self._key.searchsorted(wanted))
        if row == len(self) or int(self._key[row]) != wanted:
            return None
        return float(self.bid[row]), float(self.ask[row])

    def series(self, option: Option, days: Days) -> tuple[Floats, Floats]:
        """Return the bids and asks of a contract on many days, NaN where it was not quoted."""
        bid, ask = np.full(len(days), np.nan), np.full(len(days), np.nan)
        expiry = day_number(option.expiry)
        live = np.asarray(days) <= expiry
        live &= expiry - np.asarray(days) < 1 << _TENOR
        if not self._quotes(option):
            return bid, ask
        wanted = quote_keys(days, expiry, option.right == "C", option.strike)
        at = np.minimum(np.searchsorted(self._key, wanted), len(self) - 1)
        known = live & (self._key[at] == wanted)
        bid[known], ask[known] = self.bid[at[known]], self.ask[at[known]]
        return bid, ask

    def listed(
        self,
        underlying: str,
        right: Right,
        *,
        day: Day,
        spot: float,
        days: float,
        moneyness: float,
        taken: frozenset[Day] = frozenset(),
        style: Style = "american",
        settle: Settlement = "physical",
        earlier: bool = False,
    ) -> Option | None:
        """Return the quoted contract nearest to a tenor and to strike ÷ spot, None without quotes.

        As `chain.select` chooses among the contracts of the rules, so this does among those that
        somebody bid for on the day: the nearest expiry after it that is not taken, the later on a
        tie, then the closest strike at or below the wish for a put, at or above for a call.
        `earlier` asks the last day before instead, which is all that is known at an open.  Raises
        NoContract where there are quotes and none fits.
        """
        if underlying != self.underlying:
            return None
        start, end = self._rows(day, earlier=earlier)
        if start == end:
            return None
        expiries = self.expiry[start:end]
        wanted = (self.bid[start:end] > 0.0) & (self.call[start:end] == (right == "C"))
        expiry = _nearest(expiries[wanted & (expiries > day)], day, days, taken)
        strikes = self.strike[start:end][wanted & (expiries == expiry)]
        target = moneyness * spot
        beyond = target - strikes if right == "P" else strikes - target
        beyond = np.where(beyond >= -_ON_STRIKE, beyond, np.inf)
        best = int(np.argmin(beyond))
        if beyond[best] > MAX_GAP * spot:
            none = logged.NONE_QUOTED_BELOW if right == "P" else logged.NONE_QUOTED_ABOVE
            raise NoContract(
                none.format(
                    underlying=underlying,
                    right=right,
                    expiry=to_date(expiry),
                    date=to_date(day),
                    target=f"{target:.2f}",
                    gap=f"{MAX_GAP:.0%}",
                    spot=f"{spot:.2f}",
                )
            )
        strike = float(strikes[best])
        return Option(underlying, right, strike, to_date(expiry), style=style, settle=settle)

    def _quotes(self, option: Option) -> bool:
        """Whether the chain could hold a contract: a standard one of its underlying."""
        standard = option.multiplier == 100 and option.deliverable == 100.0
        return standard and option.underlying == self.underlying and len(self) > 0

    def _rows(self, day: Day, *, earlier: bool) -> tuple[int, int]:
        """Return the first row of the quotes that tell what is listed, and the one after them."""
        at = int(np.searchsorted(self._days, day, side="left" if earlier else "right")) - 1
        if at < 0 or day - int(self._days[at]) > (OLDEST if earlier else 0):
            return 0, 0
        return int(self._first[at]), int(self._first[at + 1])


def _nearest(expiries: Days, day: Day, days: float, taken: frozenset[Day]) -> Day:
    detour = max(MAX_DETOUR_DAYS, days / 2)
    found = [one for one in np.unique(expiries).tolist() if one not in taken]
    best = min(found, key=lambda one: (abs(one - day - days), -one), default=None)
    if best is None or abs(best - day - days) > detour:
        raise NoContract(
            logged.NO_QUOTED_EXPIRY.format(
                detour=f"{detour:g}", days=f"{days:g}", date=to_date(day), count=len(taken)
            )
        )
    return int(best)
