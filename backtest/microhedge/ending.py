"""How does an option end: in money or in shares, and when before its expiry?

By default nobody delivers: at its last close a contract in the money is traded at its intrinsic
value, and the shares that it would have moved are traded on the market, whose half-spread is the
cost.  With `deliver` contracts on the holding move its shares.  Then the thresholds of the
clearing house count at expiry: what is in the money by less is exercised by nobody, and is traded
as by default.  Shares that are not there cannot be delivered: such contracts end in money too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import floor
from typing import Literal, NamedTuple

from microhedge.books import Books
from microhedge.calendar import day_number
from microhedge.costs import Costs
from microhedge.dividends import left_alone
from microhedge.errors import ParameterError, nearest
from microhedge.events import NEVER, Code, Phase
from microhedge.execution import stock_trade
from microhedge.instruments import Bond, BondIndex, Future, Option, Stock, exercise_threshold
from microhedge.ledger import HOLDING, Cause
from microhedge.option_prices import OptionPrices
from microhedge.tape import Action, Tape

TICK = 0.01
"""Money per share: with less time value than this an option is worth its exercise."""

Deliver = bool | Literal["rebuy"]
Note = Callable[[Phase, Code, str], None]


@dataclass(frozen=True, slots=True)
class EndRules:
    """What becomes of options that are in the money.

    With `deliver` those on the holding move its shares, and with `rebuy` what went is bought back
    at the next fill.  With `early` an American put is exercised by its owner, the hedge or
    whoever bought what it wrote, at the first close at which its price is its intrinsic value,
    within a cent, and the strike would earn interest.
    """

    deliver: bool = False
    rebuy: bool = False
    early: bool = False


USUAL = EndRules()
"""Everything ends in money, at its expiry."""


def end_rules(deliver: Deliver, early_exercise: bool) -> EndRules:
    """Return the rules that a run asks for.

    `deliver` True moves the shares of the holding and keeps what they brought as cash; "rebuy"
    buys them back at the next fill.
    """
    if deliver not in (False, True, "rebuy"):
        hint = nearest(str(deliver), ["rebuy"])
        raise ParameterError(f"deliver must be True, False or 'rebuy', was {deliver!r}{hint}")
    return EndRules(bool(deliver), deliver == "rebuy", early_exercise)


def _name(item: Stock | Option) -> str:
    return item.underlying if isinstance(item, Option) else item.symbol


class _End(NamedTuple):
    """One position that ends now: its payoff a contract, and the price of a share for it."""

    account: str
    option: Option
    quantity: float
    worth: float
    spot: float
    early: bool

    @property
    def shares(self) -> float:
        """Shares that come (or go, negative) if everything is delivered."""
        return self.option.sign * self.quantity * self.option.deliverable


@dataclass(slots=True)
class Endings:
    """The open options of a run by the row on which they end, and the shares that went.

    `missing` shares of the holding went and are not bought back (negative: more came), `fresh`
    of them on the last such evening, that of row `since`; `delivered` are the accounts whose
    contracts moved shares since it was emptied, and `early` the rows on which others ended before
    their expiry.
    """

    tape: Tape
    holding: str
    prices: OptionPrices
    costs: Costs
    books: Books
    opened: dict[Option, int]
    rules: EndRules
    note: Note
    missing: float = 0.0
    fresh: float = 0.0
    since: int = -1
    delivered: list[str] = field(default_factory=list)
    early: dict[str, int] = field(default_factory=dict)
    _due: dict[int, list[str]] = field(default_factory=dict)
    _early: dict[Option, int] = field(default_factory=dict)

    @property
    def next(self) -> int:
        """The next row on which something ends or is bought back."""
        return min(self._due, default=NEVER)

    def follow(self, row: int, account: str, option: Option) -> int:
        """Remember when a position that is open at the close of a row ends, and return it."""
        last = self.prices.last_row(option)
        rows = [last]
        if self.rules.early and option.right == "P" and option.style == "american":
            rows = [*self._exercise(row, option), last]
        for each in rows:
            accounts = self._due.setdefault(each, [])
            if account not in accounts:
                accounts.append(account)
        return rows[0]

    def _exercise(self, row: int, option: Option) -> list[int]:
        """Return the first row after this one on which the put is worth its exercise, if any."""
        begin = self.opened[option]
        last = min(self.prices.last_row(option), len(self.tape))
        mid = self.prices.life(option, begin).mid[row + 1 - begin : last - begin]
        rows = slice(row + 1, row + 1 + len(mid))
        shares = option.deliverable / option.multiplier
        worth = option.strike - shares * self.tape.close[option.underlying][rows]
        ready = (worth > 0.0) & (mid - worth < TICK) & (self.tape.option_rate[rows] > 0.0)
        if not ready.any():
            return []
        self._early[option] = row + 1 + int(ready.argmax())
        return [self._early[option]]

    def settle(self, row: int, *, opening: bool = False) -> bool:
        """End what ends with a row; tell whether something did.

        At its `opening` that is what settles on the opening print and can trade no more.
        """
        ending = []
        accounts = self._due.get(row, ()) if opening else self._due.pop(row, ())
        for account in accounts:
            option, quantity = self.books.ledger.only(account) or (None, 0.0)
            if not isinstance(option, Option) or (opening and not option.am):
                continue
            last = self.prices.last_row(option) == row
            if last:
                spot = self.prices.settlement_spot(option)
            elif self._early.get(option) == row:
                spot = self.tape.close[option.underlying].item(row)
            else:
                continue
            ending.append(_End(account, option, quantity, option.payoff(spot), spot, not last))
        if ending:
            self._end(row, Phase.OPEN_FILLS if opening else Phase.SETTLE, ending)
        return bool(ending)

    def assign(self, row: int, actions: Sequence[tuple[str, Action]]) -> bool:
        """Assign written calls whose holders exercised before today's ex-date.

        They do where the dividend, now known, is worth more than what was left of the time value
        at the close before, whose price decides what the exercise pays.
        """
        before, ending = row - 1, []
        for account, option, quantity in list(self.books.ledger.positions()):
            if not isinstance(option, Option) or option.right == "P" or quantity >= 0.0:
                continue
            close = self.tape.close[option.underlying].item(before)
            paid = option.deliverable * left_alone(option, actions, close)
            begin = self.opened[option]
            mark = self.prices.life(option, begin).mid.item(before - begin) * option.multiplier
            worth = option.payoff(close)
            # rounding can leave a mark a hair below its intrinsic value, and is no dividend
            gains = paid > 0.0 and mark - worth < paid
            if option.style == "european" or worth == 0.0 or not gains:
                continue
            ending.append(_End(account, option, quantity, worth, close, early=True))
        self._end(row, Phase.ACTIONS, ending)
        return bool(ending)

    def _end(self, row: int, phase: Phase, ending: Sequence[_End]) -> None:
        room = 0.0
        if self.rules.deliver:
            room = self.books.ledger.held_in(HOLDING)
            room += sum(one.shares for one in ending if one.shares > 0.0 and self._moves(one))
        for one in ending:
            delivered = 0.0
            if self.rules.deliver and self._moves(one):
                delivered = abs(one.quantity)
                if one.shares < 0.0:
                    there = floor(room / one.option.deliverable + 1e-9)
                    delivered = min(delivered, float(max(there, 0)))
                    room -= delivered * one.option.deliverable
            self._post(row, phase, one, delivered)
            self._say(row, phase, one, delivered)

    def _moves(self, one: _End) -> bool:
        """Tell whether a contract moves shares of the holding."""
        option = one.option
        if option.underlying != self.holding:
            return False
        least = exercise_threshold(option.expiry)
        if one.early:
            least = min(least, TICK)
        return option.settle == "physical" and option.exercised(one.spot, threshold=least)

    def _post(self, row: int, phase: Phase, one: _End, delivered: float) -> None:
        """Close the contracts at their intrinsic value, and trade the shares at the spot."""
        option, cost = one.option, 0.0
        if one.early:
            self.early[one.account] = row
        # where cash is delivered no share has to be traded
        if option.settle == "physical":
            long = one.quantity > 0.0
            price = self.costs.option_settlement if long else self.costs.option_delivery
            cost = price(one.worth, one.spot, option.deliverable)
        cause = Cause.EXPIRY
        if one.early or delivered:
            cause = Cause.EXERCISE if one.quantity > 0.0 else Cause.ASSIGNMENT
        self.books.post(
            row,
            phase,
            one.account,
            cause,
            instrument=option,
            quantity=-one.quantity,
            cash=one.quantity * one.worth,
            spread=(abs(one.quantity) - delivered) * cost,
        )
        if delivered:
            moved = delivered * option.deliverable * (1.0 if one.shares > 0.0 else -1.0)
            self.books.post(
                row,
                phase,
                HOLDING,
                cause,
                instrument=Stock(self.holding),
                quantity=moved,
                cash=-moved * one.spot,
            )
            self.delivered.append(one.account)
            # what is assigned before an ex-date was exercised on the evening before
            evening = row - int(phase is Phase.ACTIONS)
            self.fresh = (self.fresh if evening == self.since else 0.0) - moved
            self.missing, self.since = self.missing - moved, evening
            if self.rules.rebuy:
                self._due.setdefault(self.since + 1, [])

    def pay_out(self, row: int, symbol: str, action: Action) -> bool:
        """Turn shares and options of a symbol that ended into money; tell whether any were there.

        No cost: nobody trades.  What is in the money pays or costs its intrinsic value.
        """
        cause = Cause.MERGER if action.kind == "merger" else Cause.DELISTING
        ended = False
        for account, item, quantity in list(self.books.ledger.positions()):
            if isinstance(item, (Future, Bond, BondIndex)) or symbol != _name(item):
                continue
            each = item.payoff(action.value) if isinstance(item, Option) else action.value
            self.books.post(
                row,
                Phase.ACTIONS,
                account,
                cause,
                instrument=item,
                quantity=-quantity,
                cash=quantity * each,
            )
            ended = True
        if symbol == self.holding:
            self.missing = 0.0
        return ended

    def ripe(self, row: int) -> float:
        """Return the shares to buy back at a fill of a row by an order of the evening before."""
        return self.missing - (max(self.fresh, 0.0) if self.since == row else 0.0)

    def buy_back(self, row: int, phase: Phase, shares: float, price: float) -> None:
        """Buy so many of the shares that went, at a price."""
        self.missing -= shares
        trade = stock_trade(shares, price, self.costs)
        self.books.post(
            row,
            phase,
            HOLDING,
            Cause.TRADE,
            instrument=Stock(self.holding),
            quantity=shares,
            cash=trade.cash,
            spread=trade.spread,
            commission=trade.commission,
        )
        self.note(phase, "bought-back", f"{shares:g} shares were bought back at {price:.2f}")

    def _say(self, row: int, phase: Phase, one: _End, delivered: float) -> None:
        option, each = one.option, one.worth / one.option.multiplier
        if delivered:
            money = delivered * option.multiplier * option.strike
            shares = f"{delivered * option.deliverable:g} shares"
            code: Code = "exercised" if one.quantity > 0.0 else "assigned"
            how = {
                (True, False): f"{shares} were sold for {money:,.2f}",
                (False, False): f"{shares} were called away for {money:,.2f}",
                (True, True): f"{shares} were bought for {money:,.2f}",
                (False, True): f"{shares} were put to the account for {money:,.2f}",
            }[one.quantity > 0.0, one.shares > 0.0]
            left = abs(one.quantity) - delivered
            rest = f", and {left:g} contracts for want of shares ended in money" if left else ""
            self.note(phase, code, f"{option} was {code}: {how}{rest}")
        elif one.early and one.quantity > 0.0:
            self.note(
                phase, "exercised", f"{option} was exercised early: it paid {each:.2f} a share"
            )
        elif one.early:
            when = "before its ex-date" if option.right == "C" else "early"
            self.note(
                phase,
                "assigned",
                f"{option} was assigned {when}: it cost {each:.2f} a share, and the shares were "
                "kept",
            )
        else:
            paid = f"{each:.2f} a share" if one.worth > 0.0 else "nothing"
            verb = "paid" if one.quantity > 0.0 else "cost"
            late = self._late(row, option)
            self.note(phase, "expired", f"{option} {verb} {paid}{late}")

    def _late(self, row: int, option: Option) -> str:
        """Say so where a contract's last day has no price, and its last close before counts."""
        if self.tape.day.item(row) == day_number(option.expiry):
            return ""
        before = self.tape.dates[row - 1]
        return f"; {option.expiry} has no price, and the close of {before} settled it"
