"""Nothing that is shipped knows more than it could have known, and what does know more is caught.

Each arm keeps the past up to a random session and changes what follows; 50 cuts each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from microhedge import declaration
from microhedge.calendar import day_number
from microhedge.causality import CANNOT_CATCH, Causality, check, check_column
from microhedge.chain import select
from microhedge.costs import Costs
from microhedge.dividends import expected, forecast
from microhedge.engine import Setup, simulate
from microhedge.errors import ParameterError, RunFailed
from microhedge.future_prices import at_closes, price_at
from microhedge.hedge import Hedge, Session
from microhedge.instruments import Future, Option
from microhedge.loading import load, registered
from microhedge.option_prices import OptionPrices
from microhedge.perturbation import ARMS, noisy
from microhedge.portfolio import Portfolio
from microhedge.premise import regress
from microhedge.sources import bundled, with_bonds
from microhedge.tape import Tape
from microhedge.vol_choice import Chooser, VolChoice
from microhedge.volatility import At, Constant, Known, LevelModel, Series, VolModel, realised

CUTS = 50
AAPL = ("AAPL", "2014-01-03", "2016-12-30")  # the 7:1 split of 2014, 12 dividends, VIX
MSFT = ("MSFT", "2002-09-03", "2005-09-01")  # the split of 2003, the special dividend of 2004
SHIPPED = [
    pytest.param("protective-put", {}, *AAPL, id="protective-put"),
    pytest.param("put-spread", {}, *AAPL, id="put-spread"),
    pytest.param("collar", {}, *AAPL, id="collar"),
    pytest.param("put-spread-collar", {}, *AAPL, id="put-spread-collar"),
    pytest.param("covered-call", {}, *AAPL, id="covered-call"),
    pytest.param("budgeted-put", {}, *AAPL, id="budgeted-put"),
    pytest.param("monetising-put", {"gain": 1.5}, *AAPL, id="monetising-put"),
    pytest.param("index-put", {}, *AAPL, id="index-put"),
    pytest.param("future-short", {}, *AAPL, id="future-short"),
    pytest.param("index-short", {}, *AAPL, id="index-short"),
    pytest.param("index-peer-short", {"peer": "IBM"}, *MSFT, id="index-peer-short"),
    pytest.param("pair-short", {"peer": "IBM"}, *MSFT, id="pair-short"),
    pytest.param("basket-short", {"peers": "IBM+SPX"}, *MSFT, id="basket-short"),
    pytest.param("treasury-long", {"bond": "UST10"}, *AAPL, id="treasury-long"),
    pytest.param(
        "corporate-bond", {"bond": "MOODYS-BAA", "ratio": "merton"}, *AAPL, id="corporate-bond"
    ),
]

WITH_ENGINE = [
    pytest.param("pair-short", {"peer": "IBM", "estimator": "vasicek"}, *MSFT, id="shrunk"),
    pytest.param("protective-put", {"when": "drawdown>0.05"}, *AAPL, id="put-in-a-fall"),
    pytest.param(
        "protective-put",
        {"roll": "days-before=30+delta-drift=0.10..0.60", "delta": -0.25},
        *AAPL,
        id="put-by-delta",
    ),
    pytest.param(
        "put-spread-collar",
        {"roll": "moneyness-drift=0.85..1.10+monetise=1.5+wait=20+budget=0.05"},
        *AAPL,
        id="every-policy",
    ),
    pytest.param("index-short", {"when": "vol>0.5"}, *AAPL, id="short-when-volatile"),
    pytest.param("pair-short", {"peer": "IBM", "excess_over": 0.2}, *MSFT, id="excess-alone"),
]
"""What the engine or another estimator decides beside the strategy."""


def laid(symbols: tuple[str, ...], start: str, end: str, warmup: int = 504) -> Tape:
    wanted = dict.fromkeys([*symbols, "SPX"])
    return with_bonds(bundled()).tape(
        wanted, start=date.fromisoformat(start), end=date.fromisoformat(end), warmup=warmup
    )


def latest(tape: Tape, sessions: int) -> Tape:
    """The tape without its oldest rows; older actions are still known."""
    kept = slice(len(tape) - sessions, None)
    return replace(
        tape,
        day=tape.day[kept],
        begin=tape.begin - (len(tape) - sessions),
        close={symbol: column[kept] for symbol, column in tape.close.items()},
        open={symbol: column[kept] for symbol, column in tape.open.items()},
        rate=tape.rate[kept],
        rate_age=tape.rate_age[kept],
        vix=None if tape.vix is None else tape.vix[kept],
        _kernels={},
    )


@pytest.fixture(scope="module")
def apple() -> Tape:
    """750 sessions of AAPL and the index and their warm-up, through a split and 12 dividends."""
    return latest(laid(AAPL[:1], *AAPL[1:]), 1_254)


@pytest.fixture(scope="module")
def year() -> Tape:
    """The last 250 of them, for cheats that show soon."""
    return latest(laid(AAPL[:1], "2014-01-03", "2014-12-31", warmup=252), 503)


def by_coverage(tape: Tape) -> OptionPrices:
    return OptionPrices(tape, Chooser(tape, VolChoice(), index="SPX"))


def constant(tape: Tape) -> OptionPrices:
    return OptionPrices(tape, lambda _: Constant(0.3))


def failed(found: Causality) -> set[str]:
    return {arm for arm, difference in found.differences.items() if difference}


# what ships


def test_every_shipped_strategy_is_tried() -> None:
    assert {each.name for each in registered()} == {str(case.id) for case in SHIPPED}


@pytest.mark.parametrize(
    ("name", "parameters", "holding", "start", "end"), [*SHIPPED, *WITH_ENGINE]
)
def test_a_shipped_strategy_is_blind_to_what_follows(
    name: str, parameters: Mapping[str, object], holding: str, start: str, end: str
) -> None:
    hedge = declaration.build(load(name), {"holding": holding, **parameters})
    tape = laid(hedge.symbols, start, end)
    assert len(tape) - tape.begin >= 750
    assert {
        a.kind for row, acts in tape.actions_at.items() if row > tape.begin for _, a in acts
    } >= {
        "split",
        "dividend",
    }
    found = check(hedge, tape, by_coverage, portfolio=Portfolio(shares=1000, weight=0.4), cuts=CUTS)
    assert found.passed, found.sentences()
    assert set(found.tried.items()) == {(arm, CUTS) for arm in ARMS}
    assert found.orders >= 5


Column = Callable[[Tape], NDArray[Any]]


def trailing(function: Callable[[Tape, int], float], begin: int) -> Column:
    """What is computed row by row, as a column; NaN before its warm-up."""

    def column(tape: Tape) -> NDArray[Any]:
        rows = range(begin, len(tape), 7)  # every seventh: each costs a regression
        out = np.full(len(tape), np.nan)
        out[begin::7] = [function(tape, row) for row in rows]
        return out

    return column


KERNELS: dict[str, Column] = {
    "growth": lambda tape: tape.growth("AAPL"),
    "growth of the index": lambda tape: tape.growth("SPX"),
    "returns": lambda tape: tape.returns("AAPL"),
    "split index": lambda tape: tape.split_index("AAPL"),
    "option rate": lambda tape: tape.option_rate,
    "rate held": lambda tape: tape.held,
    "next session": lambda tape: tape.next_day,
    "dividend forecast": lambda tape: np.stack(
        [
            forecast(tape, "AAPL").first,
            forecast(tape, "AAPL").spacing,
            forecast(tape, "AAPL").amount,
        ],
        axis=1,
    ),
    "regression": trailing(
        lambda tape, row: regress(tape, row, "AAPL", ("SPX",), 252).betas["SPX"], 252
    ),
    "correlation": trailing(
        lambda tape, row: regress(tape, row, "AAPL", ("SPX",), 63).correlation, 63
    ),
    "realised volatility": lambda tape: (
        realised(tape.growth("AAPL"), tape.overnight("AAPL"), window=63).close
    ),
}


def dividends_ahead(tape: Tape) -> NDArray[Any]:
    """What an option that expires in June 2017 expects at each open: Σ years · amount."""
    rows = np.arange(1, len(tape))
    years, amount = expected(tape, "AAPL", rows - 1, rows, day_number(date(2017, 6, 16)))
    return np.append([0.0], (years * amount).sum(axis=1))


def futures(at: At) -> Column:
    """The prices of a share's and the index's future to December 2016 by row."""

    def column(tape: Tape) -> NDArray[Any]:
        out = np.full((len(tape), 2), np.nan)
        for side, symbol in enumerate(("AAPL", "SPX")):
            contract = Future(symbol, date(2016, 12, 16))
            first, path = at_closes(tape, contract)
            rows = range(max(first, 1), first + len(path))
            found = [price_at(tape, contract, row, at).price for row in rows]
            out[rows.start : rows.stop, side] = found
        return out

    return column


KERNELS["futures"] = futures("close")
AT_THE_OPEN: dict[str, Column] = {
    "futures at the open": futures("open"),
    "overnight": lambda tape: tape.overnight("AAPL"),
    "realised volatility at the open": lambda tape: (
        realised(tape.growth("AAPL"), tape.overnight("AAPL"), window=63).open
    ),
    "expected dividends at the open": dividends_ahead,
}


@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_is_blind_to_what_follows(apple: Tape, name: str) -> None:
    assert check_column(KERNELS[name], apple, cuts=CUTS) == dict.fromkeys(ARMS)


@pytest.mark.parametrize("name", AT_THE_OPEN)
def test_what_is_known_at_the_open_is_blind_to_the_close(apple: Tape, name: str) -> None:
    assert check_column(AT_THE_OPEN[name], apple, known="open", cuts=CUTS) == dict.fromkeys(ARMS)


def test_what_is_known_at_the_close_is_not_known_at_the_open(apple: Tape) -> None:
    # without this, the tests above could pass by changing nothing
    for name in ("growth", "returns", "realised volatility", "option rate"):
        found = check_column(KERNELS[name], apple, known="open", cuts=3)
        assert [arm for arm, difference in found.items() if difference] == ["close"]


def users_series(tape: Tape) -> VolModel:
    assert tape.vix is not None
    return Series(tape.vix / 100.0, a=-0.1, b=0.02, vix=tape.vix)


def chosen(kind: str | None, symbol: str) -> Callable[[Tape], VolModel]:
    return lambda tape: Chooser(tape, VolChoice.of(kind), index="SPX")(symbol)


MODELS: dict[str, Callable[[Tape], VolModel]] = {
    "constant": chosen("constant:0.3", "AAPL"),
    "realised": chosen("realised", "AAPL"),
    "proxy": chosen("proxy", "AAPL"),
    "index proxy": chosen("proxy", "SPX"),
    "vix": chosen("vix", "SPX"),
    "vix ratio": chosen("vix-ratio", "AAPL"),
    "by coverage": chosen(None, "AAPL"),
    "index by coverage": chosen(None, "SPX"),
    "series": users_series,
}


def volatilities(model: Callable[[Tape], VolModel], at: At) -> Column:
    """Volatility of a three-month put 10 % below, and the widening of its spread, by row."""

    def column(tape: Tape) -> NDArray[Any]:
        made, rows = model(tape), np.arange(len(tape))
        stress = [made.stress(row, at) for row in range(len(tape))]
        return np.stack([made.iv(rows, at, 90.0, 100.0, 0.25), stress], axis=1)

    return column


@pytest.mark.parametrize("at", ["open", "close"])
@pytest.mark.parametrize("name", MODELS)
def test_a_volatility_model_is_blind_to_what_follows(apple: Tape, name: str, at: At) -> None:
    column = volatilities(MODELS[name], at)
    # an index has no genuine open
    assert np.isfinite(column(apple)[-1]).all() or (at, name) == ("open", "index proxy")
    assert check_column(column, apple, known=at, cuts=CUTS) == dict.fromkeys(ARMS)


def test_the_marks_of_a_contract_are_blind_to_what_follows(apple: Tape) -> None:
    option = Option("AAPL", "P", 500.0, date(2014, 7, 18))

    def marks(tape: Tape) -> NDArray[Any]:
        out = np.full(len(tape), np.nan)
        mid = by_coverage(tape).life(option, tape.begin).mid
        out[tape.begin : tape.begin + len(mid)] = mid
        return out

    assert check_column(marks, apple, cuts=CUTS, begin=apple.begin) == dict.fromkeys(ARMS)


# listing and selection


class Monthly(Hedge):
    """A put a month, which it lets expire."""

    def on_session(self, now: Session) -> None:
        if now.leg("put") is None and not now.pending("put"):
            now.roll("put", now.put(days=30, moneyness=0.95))
        now.sleep_until(days_left=0)


def contracts(tape: Tape) -> list[tuple[int, float, str]]:
    """Session, strike and expiry of every option that was bought."""
    setup = Setup(
        tape=tape,
        holding="AAPL",
        portfolio=Portfolio(shares=1000),
        prices=constant(tape),
        costs=Costs(),
    )
    fills = simulate(Monthly(holding="AAPL"), setup).tables["fills"]
    names = ("session", "strike", "expiry")
    return list(zip(*(fills[name].tolist() for name in names), strict=True))


def test_expiries_and_strikes_do_not_depend_on_the_price_index(year: Tape) -> None:
    bought = contracts(year)
    assert len(bought) >= 11
    draw = np.random.default_rng(0)
    for row in draw.integers(year.begin, len(year) - 1, CUTS).tolist():
        other = noisy(year, row, draw).close["SPX"]
        assert contracts(replace(year, close={**year.close, "SPX": other}, _kernels={})) == bought


def test_a_window_that_ends_on_an_expiry_settles_no_later_contract_of_the_role() -> None:
    # 60 days replaced at 5: the put/1 that expired on 2017-10-20 was sold the week before, and its
    # successor of December was once settled in its place because the data ended on that day
    hedge = declaration.build(
        load("protective-put"), {"holding": "AAPL", "tenor": 60, "roll": 5, "tranches": 2}
    )
    tape = latest(laid(AAPL[:1], "2017-01-03", "2017-10-20", warmup=252), 460)
    setup = Setup(
        tape=tape,
        holding="AAPL",
        portfolio=Portfolio(shares=1000),
        prices=constant(tape),
        costs=Costs(),
    )
    result = simulate(hedge, setup)
    assert str(result.end) == "2017-10-20"
    assert "expiry" not in result.tables["ledger"]["cause"].tolist()
    assert result.tables["rolls"]["end"].tolist().count("open") == 2


# planted cheats


def tried(
    hedge: Hedge, tape: Tape, prices: Callable[[Tape], OptionPrices] = constant, cuts: int = 20
) -> Causality:
    return check(hedge, tape, prices, cuts=cuts)


def test_a_clean_hedge_passes_and_is_told_what_that_does_not_prove(year: Tape) -> None:
    found = tried(Monthly(holding="AAPL"), year)
    assert found.passed
    assert found.document()["passed"] is True
    assert found.sentences().startswith("monthly on AAPL, 2014-01-03 to 2014-12-31: its ")
    assert found.sentences().endswith(CANNOT_CATCH)


def demeaned(tape: Tape, symbol: str) -> NDArray[Any]:
    """A user's kernel with the mistake that is made most often."""
    returns = tape.returns(symbol)
    centred: NDArray[Any] = returns - returns.mean()
    return centred


class AboveItsMean(Hedge):
    """Buys on evenings whose return lies above the mean of all returns, later ones too."""

    def on_session(self, now: Session) -> None:
        tape, row = now._desk.tape, now._desk.row
        if now.leg("put") is None and tape.kernel(demeaned, self.holding)[row] > 0.0:
            now.roll("put", now.put(days=30, moneyness=0.95))


def test_a_kernel_with_a_whole_sample_mean_is_caught(year: Tape) -> None:
    found = check_column(lambda tape: demeaned(tape, "AAPL"), year, cuts=1)
    assert all(found[arm] for arm in ARMS)
    trial = tried(AboveItsMean(holding="AAPL"), year, cuts=CUTS)
    assert not trial.passed
    assert failed(trial) & {"noise", "truncation"}


def hasty(tape: Tape) -> OptionPrices:
    """Volatilities that know the close of a session at its open."""
    close = realised(tape.growth("AAPL"), tape.overnight("AAPL"), window=63).close
    model = LevelModel("hasty", None, None, 63, Known(open=close, close=close))
    return OptionPrices(tape, lambda _: model)


def test_a_volatility_that_uses_the_close_at_the_open_is_caught(year: Tape) -> None:
    column = volatilities(lambda tape: hasty(tape).model("AAPL"), "open")
    found = check_column(column, year, known="open", cuts=3)
    assert [arm for arm, difference in found.items() if difference] == ["close"]
    trial = tried(Monthly(holding="AAPL"), year, hasty)
    assert failed(trial) == {"close"}
    assert "fill for put: mid was " in str(trial.differences["close"])


def test_a_listing_that_reads_the_price_index_is_caught(year: Tape) -> None:
    now = {"tape": year}

    def prices(tape: Tape) -> OptionPrices:
        now["tape"] = tape
        return constant(tape)

    def listed(underlying: str, right: Any, *, day: int, moneyness: float, **rest: Any) -> Option:
        index = now["tape"].close["SPX"]
        row = int(np.searchsorted(now["tape"].day, day))
        ahead = float(index[min(row + 21, len(index) - 1)] / index[row])
        return select(underlying, right, day=day, moneyness=moneyness * ahead, **rest)

    found = check(Monthly(holding="AAPL"), year, prices, listing=listed, cuts=20)
    assert {"noise", "truncation"} <= failed(found)
    assert "fill for put: instrument was AAPL " in str(found.differences["noise"])


class Counting(Hedge):
    """Acts on every tenth call, counted in the class."""

    calls: ClassVar[int] = 0

    def on_session(self, now: Session) -> None:
        type(self).calls += 1
        if self.calls % 7 == 0:
            now.short("SPX", value=float(self.calls % 3) * 1_000.0)


class Starting(Hedge):
    """Counts its calls from the first evening of a run on, which makes it repeat itself."""

    first: date
    calls: ClassVar[int] = 0

    def on_session(self, now: Session) -> None:
        type(self).calls = 1 if now.today == self.first else self.calls + 1
        if now.new_month:
            now.short("SPX", value=1_000.0 * self.calls)
        elif now.today.day < 20:
            now.sleep_until(date(now.today.year, now.today.month, 20))


SEEN: dict[date, float] = {}


class Remembering(Hedge):
    """Looks up in a later run what it saw in an earlier one."""

    def on_session(self, now: Session) -> None:
        SEEN[now.today] = now.price(self.holding)
        later = [price for when, price in SEEN.items() if when > now.today]
        if later and now.new_month:
            now.short("SPX", value=100_000.0 if later[0] < now.price(self.holding) else 0.0)


class Noting(Hedge):
    """Writes on itself although it is frozen."""

    def on_session(self, now: Session) -> None:
        object.__setattr__(self, "_calls", getattr(self, "_calls", 0) + 1)
        if now.new_month:
            now.short("SPX", value=float(getattr(self, "_calls", 0)) * 100.0)


@pytest.mark.parametrize("hedge", [Counting, Remembering, Noting])
def test_state_that_outlives_a_run_is_caught_by_running_again(
    year: Tape, hedge: type[Hedge]
) -> None:
    found = tried(hedge(holding="AAPL"), year)
    assert found.repeated is not None
    assert not found.passed
    # nothing else could be concluded
    assert found.tried == {}
    assert "hold no state" in found.sentences()


def test_state_within_a_run_is_caught_by_ignoring_its_sleep(year: Tape) -> None:
    found = tried(Starting(holding="AAPL", first=year.dates[year.begin]), year)
    assert found.repeated is None
    assert found.no_sleep is not None
    assert "woken every evening" in found.sentences()
    assert found.slept is None  # no sleep is at fault
    assert "or counts its calls" in found.sentences()


class Downtrend(Hedge):
    """A put while the price is below its mean of 50 sessions, which is not looked at in between."""

    sleep: bool = True  # as `now.due` does by itself

    def on_session(self, now: Session) -> None:
        if now.price(self.holding) < now.history(self.holding, 50).mean():
            for rung in now.due("put", tenor=91, roll=30, sleep=self.sleep):
                now.roll(rung, now.put(days=rung.days, moneyness=0.95))
        else:
            now.close(*now.rungs("put", 1))


class Dozing(Downtrend):
    """The same, put to sleep by its own call."""

    sleep: bool = False

    def on_session(self, now: Session) -> None:
        super().on_session(now)
        now.sleep_until(days_left=30)


def test_what_put_a_hedge_to_sleep_too_long_is_named_with_the_cure(year: Tape) -> None:
    found = tried(Downtrend(holding="AAPL"), year, cuts=1)
    assert found.no_sleep is not None
    said = found.sentences()
    assert ": now.due on 2014-" in said
    assert "orders 'put/1: close', but by itself it sleeps then" in said
    assert "write now.due(…, sleep=False). " in said
    dozing = tried(Dozing(holding="AAPL"), year, cuts=1).sentences()
    assert ": now.sleep_until on 2014-" in dozing
    assert "write now.sleep_until(number=now.number + 1). " in dozing


def test_a_hedge_that_asks_what_is_due_without_sleep_looks_at_every_evening(year: Tape) -> None:
    found = tried(Downtrend(holding="AAPL", sleep=False), year)
    assert found.passed, found.sentences()


class Peeking(Hedge):
    """Reaches tomorrow's close through a private attribute."""

    def on_session(self, now: Session) -> None:
        close, row = now._desk.tape.close[self.holding], now._desk.row
        if now.new_month and row + 1 < len(close):
            now.short("SPX", value=50_000.0 if close[row + 1] < close[row] else 20_000.0)


class Overreaching(Hedge):
    """The same without a look at where the prices end."""

    def on_session(self, now: Session) -> None:
        close, row = now._desk.tape.close[self.holding], now._desk.row
        ahead = close[row + 1] if row < 480 else close[row]
        if now.new_month:
            now.short("SPX", value=float(ahead) * 100.0)


class Ending(Hedge):
    """Knows when the data end, and trades before they do."""

    def on_session(self, now: Session) -> None:
        if len(now._desk.tape) - now._desk.row < 120 and now.new_month:
            now.short("SPX", value=10_000.0)


class Announcing(Hedge):
    """Knows the next dividend's amount."""

    def on_session(self, now: Session) -> None:
        tape, row = now._desk.tape, now._desk.row
        ahead = [a.value for a in tape.actions[self.holding] if a.day > tape.day[row]]
        if now.new_month and ahead:
            now.short("SPX", value=ahead[0] * 10_000.0)


@pytest.mark.parametrize(
    ("hedge", "arms"),
    [
        (Peeking, {"noise", "truncation"}),
        (Overreaching, {"noise", "truncation"}),
        (Ending, {"truncation", "end"}),
        (Announcing, {"noise", "truncation"}),
    ],
)
def test_the_future_behind_a_private_attribute_is_caught(
    year: Tape, hedge: type[Hedge], arms: set[str]
) -> None:
    found = tried(hedge(holding="AAPL"), year, cuts=CUTS)
    assert arms <= failed(found)
    # the arm stops at its first difference, and says what, when and both values
    assert found.tried["truncation"] <= CUTS
    told = str(found.differences["truncation"])
    assert "order" in told or "the other run stopped" in told
    assert found.sentences().startswith(f"{found.hedge} on AAPL")


def test_a_strategy_that_fails_on_the_data_as_they_are_is_not_judged(year: Tape) -> None:
    class Failing(Hedge):
        def on_session(self, now: Session) -> None:
            raise ZeroDivisionError

    with pytest.raises(RunFailed, match="ZeroDivisionError"):
        tried(Failing(holding="AAPL"), year)
    with pytest.raises(ParameterError, match="0 cuts"):
        tried(Monthly(holding="AAPL"), year, cuts=0)
