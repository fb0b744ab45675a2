"""The contracts a hedge can hold: what they pay, and what a corporate action makes of them.

Prices and strikes are money per share as traded on the day, never adjusted backwards.  The
rules for adjusting options are those of the Options Clearing Corporation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from math import floor, isfinite
from typing import Final, Literal, NamedTuple, TypeAlias

from microhedge.errors import BadData, ParameterError

Right: TypeAlias = Literal["C", "P"]
Style: TypeAlias = Literal["american", "european"]
Settlement: TypeAlias = Literal["physical", "cash"]
Grade: TypeAlias = Literal["investment", "high-yield", "treasury"]

FACE: Final = 100.0
"""Money of face value that one bond stands for: its price as quoted is what one costs."""

# Dividends announced from this day on are special by policy, not by size (supplement of November
# 2012 to "Characteristics and Risks of Standardized Options"); only ex-dates are known here.
_SPECIALS_BY_POLICY: Final = (date(2009, 2, 1) - date(1970, 1, 1)).days
SMALLEST_SPECIAL: Final = 0.125  # money per share below which nothing is adjusted
LARGE_DIVIDEND: Final = 0.10  # of the share's value: what the older rule called special

# A difference of two prices in cents is not exactly a cent in binary.
_ROUNDING: Final = 1e-9

# From this expiry on, an option this far in the money is exercised without being asked.
_THRESHOLDS: Final = (
    (date(2008, 6, 20), 0.01),
    (date(2006, 10, 20), 0.05),
    (date(2004, 9, 17), 0.25),
)
_FIRST_THRESHOLD: Final = 0.75


class Stock(NamedTuple):
    """A share, or one unit of an index."""

    symbol: str

    def __str__(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class Option:
    """A listed option.

    One contract delivers `deliverable` shares against `multiplier` × `strike` of money.  The two
    are 100 until a corporate action changes the shares.  `expiry` is the last trading day, not
    the Saturday that vendors print for contracts before 2015.  With `am` it is the day on whose
    opening print the contract settles, and the session before was the last to trade it: such are
    the standard monthly options on the S&P 500 (Cboe rule 4.13).
    """

    underlying: str
    right: Right
    strike: float
    expiry: date
    multiplier: int = 100
    style: Style = "american"
    settle: Settlement = "physical"
    deliverable: float = 100.0
    am: bool = False

    def __post_init__(self) -> None:
        if self.am and self.settle != "cash":
            raise ParameterError("an option that settles on an opening print settles in 'cash'")
        if self.right not in ("C", "P"):
            raise ParameterError(f"right was {self.right!r}; an option is a call 'C' or a put 'P'")
        for name in ("strike", "multiplier", "deliverable"):
            value = getattr(self, name)
            if not (isfinite(value) and value > 0):
                raise ParameterError(f"{name} was {value}; it must be a number above 0")

    def __hash__(self) -> int:
        # what tells most contracts apart; equality looks at everything
        return hash((self.underlying, self.strike, self.expiry))

    def __str__(self) -> str:
        strike = f"{self.strike:.2f}".rstrip("0").rstrip(".")
        text = f"{self.underlying} {self.expiry} {self.right} {strike}"
        if self.deliverable != self.multiplier:
            text += f" (delivers {self.deliverable:g})"
        return f"{text} AM" if self.am else text

    @property
    def sign(self) -> int:
        """+1 for a call, −1 for a put, as the pricing functions want it."""
        return 1 if self.right == "C" else -1

    def payoff(self, spot: float) -> float:
        """Return the money one contract pays when it is exercised at a share price."""
        gain = self.sign * (self.deliverable * spot - self.multiplier * self.strike)
        return max(gain, 0.0)

    def exercised(self, spot: float, *, threshold: float = 0.01) -> bool:
        """Tell whether the contract is exercised at its expiry without being asked.

        It is, if it is in the money by at least `threshold` of money per share of its strike;
        `exercise_threshold` gives the one that ruled in a year.
        """
        return self.payoff(spot) / self.multiplier >= threshold - _ROUNDING

    def after_split(self, ratio: float) -> tuple[Option, float]:
        """Return the contract after a split, and the contracts that each old one becomes.

        `ratio` is new shares per old one.  A whole split divides the strike, rounded to the
        cent, and multiplies the contracts.  An odd or a reverse split leaves both alone and
        changes the shares delivered; fractions of a share stay, in place of the cash that the
        clearing house pays for them.
        """
        whole = _whole(ratio)
        if whole:
            strike = round(self.strike / whole, 2) if whole > 1 else self.strike
            if strike > 0:
                return replace(self, strike=strike), float(whole)
        return replace(self, deliverable=self.deliverable * ratio), 1.0

    def after_special(self, amount: float, previous_close: float, day: int) -> Option:
        """Return the contract after a special cash dividend with its ex-date on `day`.

        `amount` and `previous_close` are money per share.  The strike falls by the dividend,
        if that is 12.5 cents or more.  Before February 2009 a dividend counted as special only
        if it was more than a tenth of the share's value.  Regular dividends change no contract,
        whatever their size, and must not be passed here.
        """
        if not adjusts(amount, previous_close, day):
            return self
        # what the shares lose, taken from the money that is paid for them
        strike = round(self.strike - amount * self.deliverable / self.multiplier, 2)
        if strike <= 0:
            raise BadData(
                f"a special dividend of {amount} a share is not below the strike of {self}; "
                f"such an adjustment delivers cash, which is not supported"
            )
        return replace(self, strike=strike)


@dataclass(frozen=True, slots=True)
class Future:
    """A future on a share or an index, settled in cash every day and at its end.

    One contract gains or loses `multiplier` of money when the future's price moves by one: its
    shares, or what an index point is worth.  `expiry` is the last trading day.  Nobody quotes it
    here: every price of it is a model price.
    """

    underlying: str
    expiry: date
    multiplier: float = 100.0

    def __post_init__(self) -> None:
        if not (isfinite(self.multiplier) and self.multiplier > 0):
            raise ParameterError(
                f"multiplier was {self.multiplier}; it must be a number above 0, such as 100 shares"
            )

    def __str__(self) -> str:
        return f"{self.underlying} {self.expiry} future of {self.multiplier:g}"

    def after_split(self, ratio: float) -> tuple[Future, float]:
        """Return the contract after a split, and the contracts that each old one becomes.

        As with options a whole split multiplies the contracts, any other one the shares of each.
        """
        whole = _whole(ratio)
        if whole:
            return self, float(whole)
        return replace(self, multiplier=self.multiplier * ratio), 1.0


@dataclass(frozen=True, slots=True)
class Bond:
    """A bond of 100 of face value: a tenth of the usual piece, so that its price is what one costs.

    `coupon` is money a year on 100, paid in `freq` equal parts on the dates counted back from the
    `maturity`, at which the face is paid.  Interest accrues by `daycount`.  What one is worth
    includes it.  `grade` decides what a trade costs; `symbol` is what its prices are known by.
    """

    issuer: str
    coupon: float
    maturity: date
    freq: int = 2
    daycount: Literal["30/360"] = "30/360"
    face: float = FACE
    grade: Grade = "investment"
    symbol: str = ""

    def __post_init__(self) -> None:
        if not (isfinite(self.coupon) and self.coupon >= 0.0):
            raise ParameterError(
                f"coupon was {self.coupon}; it is money a year on 100 of face, such as 5.75"
            )
        if self.freq not in (1, 2, 4, 12):
            raise ParameterError(f"freq was {self.freq}; a year has 1, 2, 4 or 12 coupons")
        if self.face != FACE:
            raise ParameterError(f"face was {self.face}; one bond is {FACE:g} of face value")
        if not self.symbol:
            name = f"{self.issuer}-{self.coupon:g}-{self.maturity.year}"
            object.__setattr__(self, "symbol", name)

    def __str__(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class BondIndex:
    """A unit of an index of bonds: one bond of `years` at par, sold and bought anew every evening.

    Coupons stay inside.  Nobody trades it: every price of it is a model price, from a yield.  With
    `monthly` that yield is known once a month only, and the price moves by jumps.
    """

    symbol: str
    issuer: str
    years: float
    grade: Grade = "investment"
    monthly: bool = False

    def __str__(self) -> str:
        return self.symbol


Debt: TypeAlias = Bond | BondIndex
DEBT: Final = (Bond, BondIndex)
PIECES: Final = (Stock, Bond, BondIndex)
"""What is held by the piece, at its price: all but contracts."""


def adjusts(amount: float, previous_close: float, day: int) -> bool:
    """Tell whether contracts are adjusted for a special cash dividend with its ex-date on `day`.

    `amount` and `previous_close` are money per share.  Raises BadData for a negative amount.
    """
    if not (isfinite(amount) and amount >= 0):
        raise BadData(f"a special dividend of {amount}; it must be a number, 0 or above")
    if day < _SPECIALS_BY_POLICY:
        return amount > LARGE_DIVIDEND * previous_close
    return amount >= SMALLEST_SPECIAL


def _whole(ratio: float) -> int:
    """Return the new shares per old one where they are a whole number, else 0."""
    if not (isfinite(ratio) and ratio > 0):
        raise BadData(f"a split of {ratio} new shares per old one; it must be a number above 0")
    whole = round(ratio)
    return whole if abs(ratio - whole) < _ROUNDING else 0


def exercise_threshold(expiry: date) -> float:
    """Return the money per share from which options of an expiry were exercised unasked.

    In customers' accounts it was 0.75 until September 2004, 0.25 until October 2006, 0.05 until
    June 2008, and is a cent since (OCC rule 805; SEC releases 34-54306 and 34-54514).
    """
    for first, threshold in _THRESHOLDS:
        if expiry >= first:
            return threshold
    return _FIRST_THRESHOLD


def whole_contracts(shares: float, *, cover: float = 1.0, deliverable: float = 100.0) -> int:
    """Return how many contracts cover a part of a holding without covering more of it.

    `cover` is the part, 1 for all of it.  What is left over stays unhedged.
    """
    if not (isfinite(cover) and cover >= 0):
        raise ParameterError(f"cover was {cover}; the part of the holding must be 0 or above")
    return max(floor(cover * shares / deliverable + _ROUNDING), 0)


def rung_contracts(contracts: int, rung: int, rungs: int) -> int:
    """Return the contracts of one rung of a ladder, counted from 1.

    The rungs add up to `contracts` and differ by one at most.
    """
    if not 1 <= rung <= rungs:
        raise ParameterError(f"rung was {rung}; a ladder of {rungs} has rungs 1 to {rungs}")
    return contracts * rung // rungs - contracts * (rung - 1) // rungs
