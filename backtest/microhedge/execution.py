"""At what price does an order fill, and what does it cost?

A purchase pays the mid plus half the spread and at least one tick; a sale earns the mid less
half the spread, never below zero, and where the holder may exercise never below what exercise
and a sale of the stock would bring.  Where there is a quote, its ask is paid and its bid earned,
whatever the schedule says of spreads (a `spread_fraction` is still that part of the way from the
mid).  Stock crosses its own half-spread, a future its own by contract and side; neither a
purchase nor a sale of a future moves money beside its costs.  Cost columns are money paid (≥ 0).
"""

from __future__ import annotations

from typing import NamedTuple

from microhedge.costs import Costs
from microhedge.instruments import Debt, Future, Option
from microhedge.option_prices import Quote


class Trade(NamedTuple):
    """Quantity bought (or sold, negative) at a mid per share, with the costs in money."""

    quantity: float
    mid: float
    cash: float
    spread: float
    commission: float
    fee: float


def option_trade(
    option: Option, quantity: float, quote: Quote, costs: Costs, *, stress: float
) -> Trade:
    """Trade whole contracts of an option against a quote."""
    mid = quote.mid
    if quote.bid is not None and quote.ask is not None:
        side = quote.ask if quantity > 0 else quote.bid
        price = side if costs.spread_fraction == 1.0 else mid + costs.spread_fraction * (side - mid)
    elif quantity > 0:
        price = costs.option_ask(mid, stress=stress)
    else:
        floor = 0.0
        if option.style == "american":
            intrinsic = option.payoff(quote.spot) / option.multiplier
            delivered = quote.spot * option.deliverable / option.multiplier
            floor = costs.option_sale_floor(intrinsic, delivered)
        price = costs.option_bid(mid, stress=stress, floor=floor)
    size = abs(quantity) * option.multiplier
    sale = size * price if quantity < 0 else 0.0
    return Trade(
        quantity=quantity,
        mid=mid,
        cash=-quantity * option.multiplier * mid,
        spread=size * abs(price - mid),
        commission=costs.option_commission(abs(quantity), price),
        fee=costs.option_fees(abs(quantity), sale),
    )


def stock_trade(quantity: float, price: float, costs: Costs, *, slip: float = 0.0) -> Trade:
    """Trade shares at a price; `slip` is the part of it that is lost beside the half-spread."""
    return Trade(
        quantity=quantity,
        mid=price,
        cash=-quantity * price,
        spread=abs(quantity) * (costs.stock_half_spread(price) + price * slip),
        commission=costs.stock_commission(abs(quantity)),
        fee=0.0,
    )


def bond_trade(bond: Debt, quantity: float, price: float, costs: Costs) -> Trade:
    """Trade bonds at a full price, accrued interest included; the spread is all that it costs."""
    return Trade(
        quantity=quantity,
        mid=price,
        cash=-quantity * price,
        spread=abs(quantity) * costs.bond_half_spread(price, bond.grade),
        commission=0.0,
        fee=0.0,
    )


def future_trade(
    future: Future, quantity: float, price: float, half_spread: float, costs: Costs
) -> Trade:
    """Trade contracts of a future at a price, whose half-spread is per unit of the underlying."""
    return Trade(
        quantity=quantity,
        mid=price,
        cash=0.0,
        spread=abs(quantity) * future.multiplier * half_spread,
        commission=costs.future_commission(quantity),
        fee=0.0,
    )


def paid_per_share(trade: Trade, option: Option) -> float:
    """Return what a trade paid a share with its spread; negative where it was a sale."""
    size = abs(trade.quantity) * option.multiplier
    return (trade.spread - trade.cash) / size
