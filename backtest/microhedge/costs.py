"""What trading, borrowing and carrying a position cost.

All amounts are dollars, all rates are fractions per year.  The defaults are those of a liquid
US share at a retail broker: commissions and fees of Interactive Brokers' published schedule of
2025, option spreads fitted to quotes of six chains (2013–2021), and general-collateral borrow.
The fees are those of today for every year; they were larger in most of the past.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import isfinite
from typing import Final, Literal, TypeAlias

from microhedge.errors import ParameterError, UnknownName, nearest
from microhedge.instruments import Grade

Preset: TypeAlias = Literal["spy", "spx", "stock_liquid", "stock_illiquid"]

# Half-spread of an option as base + rate · mid, and its ticks below and from 3 dollars.
_PRESETS: Final[dict[Preset, tuple[float, float, float, float]]] = {
    "spy": (0.005, 0.0015, 0.01, 0.05),
    "spx": (0.05, 0.014, 0.05, 0.10),
    "stock_liquid": (0.04, 0.02, 0.01, 0.05),
    "stock_illiquid": (0.15, 0.045, 0.05, 0.10),
}

_PARTS: Final = (
    "spread_fraction",
    "margin_short",
    "margin_debit",
    "margin_future",
    "margin_stock_future",
    "margin_option",
    "margin_index_option",
    "margin_option_least",
    "stock_participation",
)


_RATES: Final = {"borrow": 10.0, "credit_spread": 1.0, "debit_spread": 1.0}
"""Rates a year, and the most that each can be: above it a per cent was meant.

A share that everybody wants to sell short can cost more than itself a year.
"""

_ASKED_FOR: Final = ("stock_slippage_bp", "stock_impact", "stock_participation")


@dataclass(frozen=True, slots=True)
class Costs:
    """The schedule of one account.

    Spreads, commissions and fees are separate because they have separate causes in the books.
    Every value is finite and not negative; fractions, margins and rates a year are at most 1.
    """

    # options: half-spread = max(tick / 2, spread_base + spread_rate · mid) · spread_fraction
    spread_base: float = 0.04
    spread_rate: float = 0.02
    spread_fraction: float = 1.0  # 0.5 is an order that is worked rather than sent to market
    tick: float = 0.01  # smallest price step of a premium below `tick_limit`, in dollars
    tick_high: float = 0.05  # … and from there on
    tick_limit: float = 3.00

    # options: commission per contract; the lower rates are for premiums below 5 and 10 cents
    option_rate: float = 0.65
    option_rate_below_10_cents: float = 0.50
    option_rate_below_5_cents: float = 0.25
    option_minimum: float = 1.00  # per leg

    # options: fees passed on by the broker
    regulatory_fee: float = 0.02685  # per contract, both ways
    clearing_fee: float = 0.02  # per contract, both ways
    clearing_cap: float = 55.00  # per trade
    activity_fee: float = 0.00279  # per contract sold
    sale_fee: float = 0.000008  # per dollar of a sale

    stock_rate: float = 0.005  # commission per share
    stock_minimum: float = 1.00  # per leg
    stock_spread_bp: float = 1.0  # half-spread in hundredths of a per cent of the price

    # bonds: half-spread in hundredths of a per cent of the full price; no commission beside it
    bond_spread_bp: float = 25.0  # of investment grade
    high_yield_spread_bp: float = 75.0
    treasury_spread_bp: float = 2.0

    future_tick: float = 0.25  # of an index, in points; half of it is paid on each side
    stock_future_tick: float = 0.01  # of a share, in dollars; half, or the share's half-spread
    future_rate: float = 2.25  # per contract and side

    borrow: float = 0.0030  # fee on the value of shares sold short
    credit_spread: float = 0.0050  # below the 3-month bill, earned on cash
    debit_spread: float = 0.0150  # above it, paid on a loan

    margin_short: float = 0.30  # maintenance, part of the value of short shares
    margin_debit: float = 1.0 / 3.0  # of a loan: 25 % of the longs that secure it
    margin_future: float = 0.10  # of the value of an index future, at its opening and afterwards
    margin_stock_future: float = 0.20  # … of a future on one share
    margin_option: float = 0.20  # uncovered written option, beside its mark: of the shares …
    margin_index_option: float = 0.15  # … of the index, less what it is out of the money
    margin_option_least: float = 0.10  # … but this part of the shares, or of a put's strike

    # of shares alone, beside the half-spread (see `slippage`); off unless asked for
    stock_slippage_bp: float = 0.0  # hundredths of a per cent of the price
    stock_impact: float = 0.0  # daily volatilities that an order of a usual day's volume moves it
    stock_participation: float = 0.0  # most of a usual day's volume that one fill takes; 0: no end

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not (isfinite(value) and value >= 0):
                raise ParameterError(
                    f"{field.name} was {value}; a cost is a number, and 0 is the least it can be"
                )
        for name in _PARTS:
            if getattr(self, name) > 1:
                raise ParameterError(
                    f"{name} was {getattr(self, name)}; it is a part, and 1 is the most it can be"
                )
        for name, most in _RATES.items():
            rate = getattr(self, name)
            if rate > most:
                hint = f": did you mean {rate / 100:g}?" if rate <= 100 else ""
                raise ParameterError(
                    f"{name} was {rate:g}; it is a fraction a year, and {most:g} is the most it "
                    f"can be{hint}"
                )

    @classmethod
    def none(cls) -> Costs:
        """Return a schedule on which everything is free; the margin rules stay."""
        frictions = [f.name for f in fields(cls) if not f.name.startswith("margin_")]
        return cls(**dict.fromkeys(frictions, 0.0))

    @classmethod
    def preset(cls, name: Preset) -> Costs:
        """Return the defaults with the option spreads of a kind of underlying."""
        if name not in _PRESETS:
            hint = nearest(name, _PRESETS)
            raise UnknownName(f"no costs named {name!r}{hint}; known: {', '.join(_PRESETS)}")
        base, rate, tick, tick_high = _PRESETS[name]
        return cls(spread_base=base, spread_rate=rate, tick=tick, tick_high=tick_high)

    @property
    def needs_volume(self) -> bool:
        """Whether the volume of a share decides what an order costs, or how much of it fills."""
        return self.stock_impact > 0.0 or self.stock_participation > 0.0

    def config(self) -> dict[str, float]:
        """Return the schedule as plain numbers; what is off unless asked for is told where on."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in told.items() if value or name not in _ASKED_FOR}

    def option_half_spread(self, mid: float, *, stress: float = 1.0) -> float:
        """Return what crossing half of the spread costs per share at a mid price.

        `stress` is how much wider than on a calm day the market quotes.
        """
        tick = self.tick if mid < self.tick_limit else self.tick_high
        quoted = max(tick / 2, self.spread_base + self.spread_rate * mid)
        return quoted * stress * self.spread_fraction

    def option_ask(self, mid: float, *, stress: float = 1.0) -> float:
        """Return the price per share at which an option is bought: a tick at least."""
        return max(mid + self.option_half_spread(mid, stress=stress), self.tick)

    def option_bid(self, mid: float, *, stress: float = 1.0, floor: float = 0.0) -> float:
        """Return the price per share at which an option is sold: `floor` at least."""
        return max(mid - self.option_half_spread(mid, stress=stress), floor)

    def option_sale_floor(self, intrinsic: float, spot: float) -> float:
        """Return the least a holder takes per share for an option that can be exercised.

        Exercising it and trading the share brings the intrinsic value less the share's
        half-spread, so nobody sells for less.
        """
        return max(intrinsic - self.stock_half_spread(spot), 0.0)

    def option_settlement(self, worth: float, spot: float, deliverable: float) -> float:
        """Return what it costs to turn one exercised contract into money: the stock's spread.

        `worth` is the contract's payoff, which the cost never exceeds; both are in money.
        """
        return min(self.stock_half_spread(spot) * deliverable, worth)

    def option_delivery(self, worth: float, spot: float, deliverable: float) -> float:
        """Return what it costs the writer of one exercised contract to replace its shares.

        The writer has no choice, so that the cost is not limited by the payoff `worth`.
        """
        return self.stock_half_spread(spot) * deliverable if worth > 0.0 else 0.0

    def option_commission(self, contracts: float, premium: float) -> float:
        """Return the broker's commission on one leg; `premium` is the price per share."""
        if contracts == 0:
            return 0.0
        if premium < 0.05:
            rate = self.option_rate_below_5_cents
        elif premium < 0.10:
            rate = self.option_rate_below_10_cents
        else:
            rate = self.option_rate
        return max(rate * abs(contracts), self.option_minimum)

    def option_fees(self, contracts: float, sale_value: float = 0.0) -> float:
        """Return the fees of exchanges, clearing house and regulators on one leg.

        `sale_value` is the proceeds of a sale in dollars, 0 for a purchase.
        """
        count = abs(contracts)
        fees = self.regulatory_fee * count + min(self.clearing_fee * count, self.clearing_cap)
        if sale_value > 0:
            fees += self.activity_fee * count + self.sale_fee * sale_value
        return fees

    def stock_half_spread(self, price: float) -> float:
        """Return what crossing half of a share's spread costs per share."""
        return price * self.stock_spread_bp * 1e-4

    def bond_half_spread(self, price: float, grade: Grade) -> float:
        """Return what crossing half of a bond's spread costs per bond at a full price."""
        each = {"high-yield": self.high_yield_spread_bp, "treasury": self.treasury_spread_bp}
        return price * each.get(grade, self.bond_spread_bp) * 1e-4

    def stock_commission(self, shares: float) -> float:
        """Return the broker's commission on one leg of shares."""
        return max(self.stock_rate * abs(shares), self.stock_minimum) if shares else 0.0

    def future_half_spread(self) -> float:
        """Return what crossing half of an index future's spread costs, in points."""
        return self.future_tick / 2

    def stock_future_half_spread(self, spot: float) -> float:
        """Return what crossing half of a share's future's spread costs per share.

        It is half a tick, or the share's own half-spread, which whoever quotes the future pays.
        """
        return max(self.stock_future_tick / 2, self.stock_half_spread(spot))

    def future_commission(self, contracts: float) -> float:
        """Return commission and fees on one leg of futures."""
        return self.future_rate * abs(contracts)
