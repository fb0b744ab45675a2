"""What a strategy sees on an evening, and what it may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import FrozenInstanceError, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tapes import acting, arrange, day, lay, lines, play, sessions

from microhedge.declaration import build
from microhedge.engine import simulate
from microhedge.errors import (
    MicrohedgeError,
    NotCovered,
    ParameterError,
    RunFailed,
    UnknownSymbol,
)
from microhedge.evening import Fill, Leg, Rung
from microhedge.events import Code
from microhedge.hedge import Hedge, Session
from microhedge.instruments import Option, Stock
from microhedge.ledger import Instrument
from microhedge.loading import load
from microhedge.option_prices import OptionPrices
from microhedge.orders import Contract, Order, Ticket
from microhedge.premise import Fit
from microhedge.tape import Action, Tape
from microhedge.volatility import Constant


class Evening:
    """A desk that holds what a test puts on it and writes down what is asked of it."""

    def __init__(self, tape: Tape, row: int, legs: Iterable[Leg] = (), shares: float = 100.0):
        self.tape, self.row, self.holding = tape, row, "AAA"
        self.premises: list[Fit] = []
        self.orders: list[tuple[tuple[Ticket, ...], date | None]] = []
        self.slept: list[int] = []
        self.prices = OptionPrices(tape, lambda _: Constant(0.2))
        self._legs, self._shares = list(legs), shares

    def shares(self) -> float:
        return self._shares

    def leg(self, role: str) -> Leg | None:
        return next((leg for leg in self._legs if leg.role == role), None)

    def held(self, role: str) -> float:
        leg = self.leg(role)
        return 0.0 if leg is None else leg.quantity

    def legs(self) -> Sequence[Leg]:
        return self._legs

    def fills(self, role: str) -> Sequence[Fill]:
        return ()

    def exercised(self, role: str) -> bool:
        return False

    def pending(self, role: str) -> Order | None:
        return None

    def mark(self, instrument: Instrument) -> float:
        return 100.0

    def opened(self, option: Option) -> int:
        return self.row

    def submit(self, tickets: tuple[Ticket, ...], good_until: date | None) -> None:
        self.orders.append((tickets, good_until))

    def sleep(self, row: int, by: str) -> None:
        self.slept.append(row)

    def warn(self, topic: str, text: str, code: Code = "warning") -> None:
        """Nothing is logged here."""


def walk(count: int = 60, *, first: str = "2024-01-02") -> Tape:
    """AAA splits 2:1 on the third session and pays 1.00 on the fifth."""
    axis = sessions(first, count)
    closes = [100.0, 102.0, 50.0, 52.0, 51.0, *(50.0 + 0.1 * k for k in range(count - 5))]
    return lay(
        {"AAA": closes, "BBB": [20.0 + 0.05 * (k % 7) for k in range(count)]},
        first=first,
        actions={"AAA": (Action(axis[2], "split", 2.0), Action(axis[4], "dividend", 1.0))},
    )


# what is known


def test_prices_are_of_today_and_as_traded() -> None:
    now = Session(Evening(walk(), 1))
    assert now.today == date(2024, 1, 3)
    assert now.price("AAA") == 102.0
    assert now.shares == 100.0
    assert now.value == 10_200.0
    with pytest.raises(UnknownSymbol, match=r"'AAB' is not part of this run .*'AAA'"):
        now.price("AAB")
    with pytest.raises(UnknownSymbol, match="a parameter of type str names, as peer: str = 'PEP'"):
        now.price("PEP")


def test_history_is_in_today_s_shares() -> None:
    # before the split of the third session a share was two of today's
    assert Session(Evening(walk(), 3)).history("AAA", 4).tolist() == [50.0, 51.0, 50.0, 52.0]
    assert Session(Evening(walk(), 1)).history("AAA", 2).tolist() == [100.0, 102.0]


def test_returns_are_total_returns() -> None:
    # 102/100 − 1, 2 · 50/102 − 1, 52/50 − 1, (51 + 1)/52 − 1
    found = Session(Evening(walk(), 4)).returns("AAA", 4)
    assert found.tolist() == pytest.approx([0.02, 100 / 102 - 1, 0.04, 0.0], abs=1e-15)


def test_windows_are_copies() -> None:
    tape = walk()
    now = Session(Evening(tape, 4))
    now.history("AAA", 3)[:] = 0.0
    now.returns("AAA", 3)[:] = 0.0
    assert now.history("AAA", 3).tolist() == [50.0, 52.0, 51.0]
    assert tape.returns("AAA")[3] == pytest.approx(0.04)


@pytest.mark.parametrize("count", [0, -1, 6])
def test_a_window_that_reaches_before_the_tape_is_refused(count: int) -> None:
    now = Session(Evening(walk(), 4))
    for ask in (now.history, now.returns):
        with pytest.raises(ParameterError, match=rf"^{count} sessions .* on 2024-01-08.* has 5"):
            ask("AAA", count)


def test_a_month_is_new_on_its_first_session() -> None:
    tape = walk()
    new = [row for row in range(len(tape)) if Session(Evening(tape, row)).new_month]
    # 2024-02-01 and 2024-03-01; the first session of the tape begins nothing
    assert [tape.dates[row] for row in new] == [date(2024, 2, 1), date(2024, 3, 1)]


def test_a_regression_ends_today() -> None:
    now = Session(Evening(walk(), 30))
    fit = now.regress("AAA", on="BBB", sessions=20)
    assert (fit.row, fit.sessions, list(fit.betas)) == (30, 20, ["BBB"])
    with pytest.raises(NotCovered):
        now.regress("AAA", on=("BBB",), sessions=31)


def test_the_last_relation_that_was_relied_on_is_remembered() -> None:
    desk = Evening(walk(), 30)
    now = Session(desk)
    none = now.premise
    assert none is None
    first = now.expect(now.regress("AAA", on="BBB", sessions=20))
    second = now.expect(now.regress("AAA", on="BBB", sessions=25))
    assert now.premise is second
    assert desk.premises == [first, second]


def test_nothing_reaches_past_today() -> None:
    # a session offers neither its tape nor its desk, and no name of it takes a later date
    now = Session(Evening(walk(), 3))
    offered = {name for name in dir(now) if not name.startswith("_")}
    assert offered == {
        "bar", "bond", "bond_ratio", "call", "close", "due", "expect", "fills", "future", "history",
        "leg", "legs", "new_month", "number", "paid", "pending", "premise", "price", "put",
        "regress", "returns", "roll", "rungs", "shares", "short", "sleep_until", "today", "value",
        "worth", "write",
    }  # fmt: skip
    with pytest.raises(AttributeError):
        now.tomorrow = 1  # type: ignore[attr-defined]


# legs and rungs


def option(expiry: str) -> Option:
    return Option("AAA", "P", 45.0, date.fromisoformat(expiry))


def test_a_rung_counts_the_days_from_the_next_session_to_expiry() -> None:
    # on Friday 2024-01-12: the next session is Tuesday the 16th, after Martin Luther King day
    tape = walk()
    row = tape.dates.index(date(2024, 1, 12))
    desk = Evening(tape, row, [Leg("put/2", option("2024-01-19"), 3.0)])
    empty, full = Session(desk).rungs("put", 2)
    assert full == Rung("put/2", 2, 2, 3, True, desk.leg("put/2"))
    assert (empty.role, empty.number, empty.days_left, empty.leg) == ("put/1", 1, -1, None)


def test_a_rung_that_expires_at_the_next_session_has_no_day_left() -> None:
    tape = walk()
    desk = Evening(
        tape, tape.dates.index(date(2024, 1, 18)), [Leg("put/1", option("2024-01-19"), 3)]
    )
    assert Session(desk).rungs("put", 1)[0].days_left == 0


def test_a_rung_is_new_until_it_fills() -> None:
    seen: list[list[bool]] = []

    def act(now: Session) -> None:
        rungs = now.rungs("put", 2)
        seen.append([rung.is_new for rung in rungs])
        if len(seen) == 1:
            now.roll(rungs[0], now.put(days=30, moneyness=1.5))

    play(act, arrange(lay({"AAA": [100.0] * 3}), shares=200.0))
    assert seen == [[True, True], [False, True], [False, True]]


def test_the_legs_of_a_role_are_its_own_and_its_rungs() -> None:
    legs = [Leg(role, Stock("BBB"), 1.0) for role in ("put", "put/1", "puts", "BBB")]
    now = Session(Evening(walk(), 3, legs))
    assert [leg.role for leg in now.legs("put")] == ["put", "put/1"]
    assert now.leg("puts") == legs[2]
    assert now.leg("call") is None


# orders


def test_options_are_asked_for_by_days_and_moneyness() -> None:
    now = Session(Evening(walk(), 3))
    assert now.put(days=91, moneyness=0.95) == Contract("AAA", "P", 91, 0.95)
    assert now.call(days=30, moneyness=1.05) == Contract("AAA", "C", 30, 1.05)


@pytest.mark.parametrize(
    ("days", "moneyness"), [(0, 0.9), (-1, 0.9), (30, 0.0), (30, 10.0), (30, 95.0), (30, np.nan)]
)
def test_an_option_without_life_or_with_a_moneyness_in_per_cent_is_refused(
    days: int, moneyness: float
) -> None:
    now = Session(Evening(walk(), 3))
    for ask in (now.put, now.call):
        rule = r"at least 1 to its expiry|a fraction such as 0\.95"
        with pytest.raises(ParameterError, match=rule):
            ask(days=days, moneyness=moneyness)


def test_a_roll_is_one_ticket_of_its_rung() -> None:
    desk = Evening(walk(), 3)
    now = Session(desk)
    put = now.put(days=91, moneyness=0.9)
    now.roll(now.rungs("put", 3)[1], put, cover=0.5, good_until=date(2024, 2, 1))
    now.roll("put", put)
    ((rung,), until), ((plain,), none) = desk.orders
    assert (rung.role, rung.contract, rung.cover) == ("put/2", put, 0.5)
    assert (rung.part.number, rung.part.of) == (2, 3)
    assert until == date(2024, 2, 1)
    assert (plain.role, plain.part.of, plain.cover, none) == ("put", 1, 1.0, None)


def test_closing_is_a_ticket_without_anything_to_open() -> None:
    desk = Evening(walk(), 3)
    now = Session(desk)
    now.close("put")
    now.close(now.rungs("put", 2)[0])
    assert [ticket for (ticket,), _ in desk.orders] == [Ticket("put"), Ticket("put/1")]


def targets(
    value: float, *, held: float = 0.0, band: float = 0.0, raw: bool = True, price: float = 20.0
) -> list[float]:
    tape = lay({"AAA": [100.0], "BBB": [price]}, basis={} if raw else {"BBB": "total_return"})
    desk = Evening(tape, 0, [Leg("BBB", Stock("BBB"), held)] if held else [])
    Session(desk).short("BBB", value=value, band=band)
    return [ticket.shares for (ticket,), _ in desk.orders]


def test_a_short_is_a_target_in_whole_shares_at_today_s_close() -> None:
    # 1,010 / 20 = 50.5; to the even share
    assert targets(1_010.0) == [-50.0]
    assert targets(1_011.0) == [-51.0]


def test_of_adjusted_prices_and_indices_fractions_are_sold() -> None:
    assert targets(1_010.0, raw=False) == [-50.5]


def test_within_the_band_nothing_is_ordered() -> None:
    # held 46 for a target of 50: 4 of 50 is 8 %
    assert targets(1_000.0, held=-46.0, band=0.08) == []
    assert targets(1_000.0, held=-46.0, band=0.079) == [-50.0]
    assert targets(1_000.0, held=-54.0, band=0.08) == []
    assert targets(1_000.0, held=-50.0) == []


def test_a_first_short_is_opened_whatever_the_band() -> None:
    assert targets(1_000.0, band=1.0) == [-50.0]


def test_a_short_of_nothing_closes_whatever_the_band_and_opens_nothing() -> None:
    assert targets(0.0, held=-46.0, band=1.0) == [0.0]
    assert targets(0.0) == []
    assert targets(0.0, raw=False) == []


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_a_short_s_value_is_a_number_not_below_0(value: float) -> None:
    with pytest.raises(ParameterError, match=r"a short's value is 0 or more"):
        targets(value)


def test_an_unknown_symbol_is_not_shorted() -> None:
    with pytest.raises(UnknownSymbol):
        Session(Evening(walk(), 3)).short("CCC", value=1.0)


# sleep


def test_sleep_lasts_until_the_first_session_not_before_the_date() -> None:
    tape = walk()
    desk = Evening(tape, 3)
    Session(desk).sleep_until(date(2024, 1, 13))  # a Saturday
    assert [tape.dates[row] for row in desk.slept] == [date(2024, 1, 16)]


@settings(max_examples=60, deadline=None)
@given(row=st.integers(0, 40), days_left=st.integers(0, 20))
def test_sleep_by_days_left_ends_on_the_evening_a_rung_shows_them(row: int, days_left: int) -> None:
    tape = walk()
    legs = [Leg("put/1", option("2024-03-15"), 3.0), Leg("put/2", option("2024-06-21"), 3.0)]
    desk = Evening(tape, row, legs)
    Session(desk).sleep_until(days_left=days_left)
    shown = [Session(Evening(tape, k, legs)).rungs("put", 2)[0].days_left for k in range(len(tape))]
    assert desk.slept == [next(k for k, left in enumerate(shown) if left <= days_left)]


def test_without_an_option_there_is_no_sleep_by_days_left() -> None:
    desk = Evening(walk(), 3, [Leg("BBB", Stock("BBB"), -5.0)])
    Session(desk).sleep_until(days_left=30)
    assert desk.slept == []


def test_a_hedge_that_sleeps_is_woken_by_what_concerns_it() -> None:
    """Asleep to the end of January but for its fill, its split, and its expiry."""
    evenings: list[date] = []

    def act(now: Session) -> None:
        evenings.append(now.today)
        if len(evenings) == 1:
            now.roll("put", now.put(days=15, moneyness=1.5))
        now.sleep_until(date(2024, 2, 1))

    tape = lay(
        {"AAA": [100.0] * 4 + [50.0] * 18, "BBB": [10.0] * 22},
        actions={
            "AAA": (Action(day("2024-01-08"), "split", 2.0),),
            "BBB": (Action(day("2024-01-10"), "split", 2.0),),  # of no concern
        },
    )
    play(act, arrange(tape))
    assert evenings == [
        date(2024, 1, 2),
        date(2024, 1, 3),  # the fill
        date(2024, 1, 8),  # the split
        date(2024, 1, 19),  # the expiry
        date(2024, 2, 1),
    ]


def test_a_hedge_that_does_not_sleep_is_asked_on_every_evening() -> None:
    evenings: list[date] = []
    tape = lay({"AAA": [100.0] * 30}, begin=4)
    play(lambda now: evenings.append(now.today), arrange(tape))
    assert evenings == list(tape.dates[4:])


def test_a_hedge_that_waits_is_first_asked_after_that_many_sessions() -> None:
    # a dividend of its holding does not wake it earlier
    evenings: list[date] = []
    tape = lay(
        {"AAA": [100.0] * 10}, actions={"AAA": (Action(day("2024-01-04"), "dividend", 0.5),)}
    )
    made = arrange(tape)
    play(lambda now: evenings.append(now.today), replace(made, rules=replace(made.rules, wait=4)))
    assert evenings == list(tape.dates[4:])


# the hedge itself


def test_a_hedge_holds_no_state() -> None:
    hedge = acting(lambda _: None)
    with pytest.raises(FrozenInstanceError):
        hedge.holding = "BBB"  # type: ignore[misc]


class Peer(Hedge):
    peer: str
    index: str = "SPX"
    days: int = 30

    def on_session(self, now: Session) -> None:
        """Do nothing."""


def test_a_hedge_needs_its_holding_and_every_symbol_it_names() -> None:
    assert Peer(holding="AAA", peer="BBB").symbols == ("AAA", "BBB", "SPX")


def test_a_hedge_s_values_are_checked() -> None:
    with pytest.raises(ParameterError, match="days must be"):
        Peer(holding="AAA", peer="BBB", days=1.5)  # type: ignore[arg-type]


def test_a_holding_cannot_hedge_itself() -> None:
    with pytest.raises(ParameterError, match="AAA is the holding itself"):
        Peer(holding="AAA", peer="AAA")


def failing(error: Exception) -> Callable[[Session], None]:
    def act(_: Session) -> None:
        raise error

    return act


def test_a_strategy_that_raises_ends_its_run_with_the_session_and_the_reason() -> None:
    made = arrange(lay({"AAA": [100.0] * 3}))
    with pytest.raises(
        RunFailed, match=r"Acting\.on_session raised on 2024-01-02 in .*: ZeroDivisionError: oh$"
    ):
        simulate(acting(failing(ZeroDivisionError("oh"))), made)
    refused = ParameterError("the error of its own")
    with pytest.raises(MicrohedgeError) as caught:
        simulate(acting(failing(refused)), made)
    assert caught.value is refused


def test_a_strategy_that_tries_to_keep_something_is_told_where_it_finds_it() -> None:
    class Keeps(Hedge):
        """Count the evenings."""

        seen: int = 0

        def on_session(self, now: Session) -> None:
            self.seen += 1  # type: ignore[misc]  # that is the slip

    said = r"FrozenInstanceError: .*'seen'; a hedge holds no state: what it did is in now\.fills"
    with pytest.raises(RunFailed, match=said):
        simulate(Keeps(holding="AAA"), arrange(lay({"AAA": [100.0] * 3})))


def test_a_call_can_be_bought_too() -> None:
    # 0.5 · 100 = 50: worth 50 exactly
    def act(now: Session) -> None:
        if not now.fills("call"):
            now.roll("call", now.call(days=30, moneyness=0.5))

    assert lines(play(act, arrange(lay({"AAA": [100.0] * 2}))), "hedge") == [
        (1, "hedge/call", "AAA 2024-02-16 C 50", "trade", 1.0, pytest.approx(-5_000.0), 0.0)
    ]


@pytest.mark.parametrize(("tenor", "roll"), [(30, 30), (20, 30), (47, 30)])
def test_a_tenor_that_a_roll_would_overtake_is_refused(tenor: int, roll: int) -> None:
    # a contract wished for 47 days may have 30, and would be replaced on the next evening
    with pytest.raises(ParameterError, match=f"at least {roll + 18}"):
        build(load("protective-put"), {"holding": "AAPL", "tenor": tenor, "roll": roll})
    build(load("protective-put"), {"holding": "AAPL", "tenor": roll + 18, "roll": roll})
