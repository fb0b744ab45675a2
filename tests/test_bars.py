"""Bars within the day: a row is a bar, carry and margin belong to its session.

Where all is done at closes, a run on bars has to equal the daily run on the same closes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tapes import acting, arrange, lay, noted, play, sessions

import microhedge as mh
from microhedge.calendar import to_date
from microhedge.causality import check
from microhedge.costs import Costs
from microhedge.errors import BadData, NotCovered
from microhedge.hedge import Session
from microhedge.market import Market
from microhedge.option_prices import OptionPrices
from microhedge.portfolio import Portfolio
from microhedge.result import Result
from microhedge.series import Series
from microhedge.tape import Action, Floats, Tape
from microhedge.volatility import Constant

BARS = 4


def within(daily: Tape, path: Callable[[Floats], Floats]) -> Tape:
    """Return a tape with four bars a session that close as the daily one does.

    `path` gives the bars before the last from the session's close, as a column for each.
    """
    days = len(daily)

    def spread(column: Floats) -> Floats:
        return np.column_stack([path(column), column]).ravel()

    return replace(
        daily,
        day=np.repeat(daily.day, BARS),
        bar=np.tile(np.arange(BARS, dtype=np.int32), days),
        begin=daily.begin * BARS + BARS - 1,
        close={s: spread(column) for s, column in daily.close.items()},
        open={s: np.full(days * BARS, np.nan) for s in daily.open},
        rate=np.repeat(daily.rate, BARS),
        rate_age=np.repeat(daily.rate_age, BARS),
        _kernels={},
    )


def scattered(seed: int) -> Callable[[Floats], Floats]:
    draw = np.random.default_rng(seed)
    return lambda column: column[:, None] * np.exp(0.02 * draw.normal(size=(len(column), BARS - 1)))


@given(seed=st.integers(0, 2**32), sleep=st.booleans())
def test_what_is_done_at_closes_alone_equals_the_daily_run(seed: int, sleep: bool) -> None:
    draw = np.random.default_rng(seed)
    steps = np.exp(0.03 * draw.normal(size=(2, 70)).cumsum(axis=1))
    daily = lay(
        {"AAA": (50.0 * steps[0]).tolist(), "BBB": (80.0 * steps[1]).tolist()},
        rate=(0.01 + 0.04 * draw.random(70)).tolist(),
    )
    bars = within(daily, scattered(seed))
    worth = {day: float(draw.integers(0, 12_000)) for day in daily.dates[::5]}

    def played(tape: Tape, last: int) -> Result:
        def hedge(now: Session) -> None:
            if now.today in worth and now.bar == last:
                now.short("BBB", value=worth[now.today])

        # with enough cash for no margin call, which would be met a bar later, not a session
        return play(hedge, arrange(tape, cash=50_000.0, costs=Costs(), fill="close", sleep=sleep))

    one, other = played(daily, 0), played(bars, BARS - 1)
    assert one.day.tolist() == other.day.tolist()
    assert one.curves.keys() == other.curves.keys()
    for name, path in one.curves.items():
        assert other.curves[name] == pytest.approx(path, abs=1e-8, nan_ok=True), name
    assert noted(one) == noted(other)
    for table in ("ledger", "fills"):
        assert one.tables[table].keys() == other.tables[table].keys()
        for name, column in one.tables[table].items():
            if column.dtype.kind == "f":
                assert other.tables[table][name] == pytest.approx(column, abs=1e-8, nan_ok=True)
            else:
                assert other.tables[table][name].tolist() == column.tolist(), name
    assert abs(float(str(other.attribution["residual"]))) < 1e-7


def test_margin_is_asked_at_the_session_s_close_and_not_within() -> None:
    # as in the daily test, a short of 100 BBB from 50 is called at 57.70; here it goes to 90
    # within the second session and comes back, and closes the third at 60
    daily = lay({"AAA": [1.0] * 6, "BBB": [50.0, 50.0, 60.0, 60.0, 60.0, 60.0]})
    wild = within(daily, lambda column: np.column_stack([column, 1.8 * column, column]))

    def hedge(now: Session) -> None:
        if now.today == daily.dates[0] and now.leg("BBB") is None:
            now.short("BBB", value=5_000.0)

    result = play(hedge, arrange(wild, cash=2_400.0, fill="close"))
    assert noted(result) == [(2, "margin-call")]
    fills = result.tables["fills"]
    # the broker's close is filled at the next bar, which is the next session's first
    assert fills["session"].tolist() == [0, 3]
    assert fills["mid"].tolist() == [50.0, 60.0]


def test_an_order_is_filled_at_the_next_bar() -> None:
    daily = lay({"AAA": [1.0] * 4, "BBB": [50.0] * 4})
    rising = within(daily, lambda c: np.column_stack([c - 3.0, c - 2.0, c - 1.0]))

    def hedge(now: Session) -> None:
        if now.today == daily.dates[1] and now.bar == 1:
            now.short("BBB", value=480.0)

    fills = play(hedge, arrange(rising, cash=5_000.0)).tables["fills"]
    assert (fills["session"].tolist(), fills["mid"].tolist()) == ([1], [49.0])
    assert fills["quantity"].tolist() == [-10.0]


def series(symbol: str, days: list[int], bars: list[int] | None) -> Series:
    return Series(
        symbol=symbol,
        basis="raw",
        day=np.array(days, np.int32),
        close=np.arange(100.0, 100.0 + len(days)),
        open=np.full(len(days), np.nan),
        actions=(),
        source="made up",
        sha256="0" * 64,
        bar=None if bars is None else np.array(bars, np.int32),
    )


FIRST, SECOND, THIRD = sessions("2024-01-02", 3)


def test_bars_that_a_symbol_lacks_are_dropped_and_counted() -> None:
    market = Market(
        [
            series("AAA", [FIRST, FIRST, SECOND, SECOND, THIRD], [0, 1, 0, 1, 0]),
            series("BBB", [FIRST, SECOND, SECOND, THIRD], [1, 0, 2, 0]),
        ]
    )
    tape = market.tape(["AAA", "BBB"])
    assert tape.day.tolist() == [FIRST, SECOND, THIRD]
    assert tape.bar is not None
    assert tape.bar.tolist() == [1, 0, 0]
    assert tape.close["AAA"].tolist() == [101.0, 102.0, 104.0]
    # BBB's second bar of the second session
    assert tape.dropped == {"AAA": 1, "BBB": 1}
    assert len(market.tape(["AAA"], end=to_date(SECOND))) == 4


def test_bars_and_daily_prices_are_not_mixed() -> None:
    market = Market([series("AAA", [FIRST, FIRST], [0, 1]), series("BBB", [FIRST, SECOND], None)])
    with pytest.raises(NotCovered, match="BBB has daily bars"):
        market.tape(["AAA", "BBB"])


def test_bars_out_of_order_and_bars_with_actions_are_refused() -> None:
    with pytest.raises(BadData, match="2024-01-02 is out of order or twice"):
        series("AAA", [FIRST, FIRST], [1, 1])
    with pytest.raises(BadData, match="numbered 0 to 2047"):
        series("AAA", [FIRST, FIRST], [0, 2048])
    with pytest.raises(BadData, match="cannot carry actions"):
        replace(series("AAA", [FIRST, FIRST], [0, 1]), actions=(Action(FIRST, "dividend", 1.0),))


def test_what_is_defined_by_sessions_refuses_bars() -> None:
    days = [day for day in sessions("2023-01-03", 400) for _ in range(2)]
    market = Market([series(name, days, [0, 1] * 400) for name in ("AAA", "SPX")])
    hedge = acting(lambda now: None, "AAA")
    with pytest.raises(NotCovered, match="a comparison needs daily bars"):
        mh.run(hedge, market, Portfolio(shares=100))
    with pytest.raises(NotCovered, match="the correlation of two symbols needs daily bars"):
        mh.correlation(market, "AAA", "SPX", split=to_date(days[400]))
    tape = market.tape(["AAA"])
    prices = OptionPrices(tape, lambda _: Constant(0.2))
    with pytest.raises(NotCovered, match="the check needs daily bars"):
        check(hedge, tape, lambda _: prices)

    def buys(now: Session) -> None:
        now.roll("put", now.put(days=90, moneyness=0.95), cover=1.0)

    with pytest.raises(NotCovered, match="an option on AAA needs daily bars"):
        play(buys, arrange(tape))
