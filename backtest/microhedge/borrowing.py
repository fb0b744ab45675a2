"""What can a hedge sell short today, and what must it buy back because its lender wants it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from microhedge import logged
from microhedge.costs import Costs
from microhedge.errors import NoContract
from microhedge.evening import Leg
from microhedge.execution import Trade, stock_trade
from microhedge.instruments import Stock
from microhedge.lending import Lending
from microhedge.orders import Order
from microhedge.tape import Tape


@dataclass(frozen=True, slots=True)
class Borrowing:
    """The shares that a run borrows, and until which row nobody lends those that were recalled."""

    tape: Tape
    costs: Costs
    lending: Lending
    _unlent: dict[str, int] = field(default_factory=dict)

    def refuse(self, row: int, order: Order, held: Callable[[str], float]) -> None:
        """Raise NoContract where an order would sell short what nobody lends today."""
        for ticket in order.tickets:
            grows = ticket.shares < min(held(ticket.role), 0.0)
            if ticket.symbol is None or ticket.future is not None or not grows:
                continue
            reason = self.lending.refusal(ticket.symbol, int(self.tape.day[row]))
            if reason is None and row < self._unlent.get(ticket.symbol, 0):
                reason = logged.RECALLED.format(symbol=ticket.symbol)
            if reason is not None:
                raise NoContract(reason)

    def bought_in(
        self, row: int, legs: Iterable[Leg], symbols: Sequence[str]
    ) -> Iterator[tuple[Leg, Stock, Trade]]:
        """Yield what is bought back at a close of recalled shares, for the whole spread."""
        for leg in legs:
            item = leg.instrument
            if not isinstance(item, Stock) or leg.quantity >= 0.0 or item.symbol not in symbols:
                continue
            price = self.tape.close[item.symbol].item(row)
            trade = stock_trade(-leg.quantity, price, self.costs)
            self._unlent[item.symbol] = row + self.lending.blocked + 1
            yield leg, item, trade._replace(spread=2.0 * trade.spread)
