"""What a run was worth: returns and attribution by hand, and what holds on any path.

A put struck at half as much again as the price is worth its intrinsic value exactly at a
volatility of 10 % and no interest.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tapes import FREE, Line, acting, arrange, day, lay, lines, noted, play, sessions

from microhedge.costs import Costs
from microhedge.desk import FillRule
from microhedge.engine import Setup, simulate
from microhedge.hedge import Session
from microhedge.option_prices import OptionPrices
from microhedge.portfolio import Portfolio
from microhedge.result import Result, load
from microhedge.tape import Action, Floats, Tape
from microhedge.volatility import Constant


def put_once(now: Session) -> None:
    if not now.fills("put"):
        now.roll("put", now.put(days=30, moneyness=1.5))


def short_once(now: Session) -> None:
    if not now.fills("BBB"):
        now.short("BBB", value=5_000.0)


# returns


def test_returns_are_on_the_holding_and_the_puts_of_yesterday() -> None:
    # bought at 100: 10,000 of shares and 5,000 of put; at 90 shares lose and put gains 1,000;
    # at 180 the put is worthless: (18,000 − 9,000 − 6,000) / (9,000 + 6,000)
    result = play(put_once, arrange(lay({"AAA": [100.0, 100.0, 90.0, 180.0, 189.0]}), sigma=0.02))
    assert result.returns.tolist() == pytest.approx([0.0, 0.0, 0.0, 0.2, 0.05], abs=1e-12)
    # of the account, whose debit makes its equity 10,000: 3,000 and then 900 of 13,000
    assert result.curves["account"].tolist() == pytest.approx([0, 0, 0, 0.3, 900 / 13_000])


def test_costs_and_dividends_are_part_of_the_return() -> None:
    # 0.50 on 100 shares, and on the same session 104.00 + 1.00 + 0.04685 for the put
    tape = lay(
        {"AAA": [100.0, 100.0, 100.0]},
        actions={"AAA": (Action(day("2024-01-03"), "dividend", 0.5),)},
    )
    result = play(put_once, arrange(tape, costs=replace(Costs(), debit_spread=0.0)))
    assert result.returns[1] == pytest.approx((50.0 - 105.04685) / 10_000, rel=1e-9)


def test_a_short_bears_its_borrow_and_its_value_earns_the_credit_rate() -> None:
    # sold on a Friday: over the weekend 5,000 · (2 % − 0.30 %) · 3 / 360 and a fall of 100
    costs = replace(FREE, borrow=0.003, credit_spread=0.005)
    tape = lay({"AAA": [100.0] * 3, "BBB": [50.0, 50.0, 49.0]}, first="2024-01-04", rate=0.025)
    result = play(short_once, arrange(tape, costs=costs))
    gain = 100.0 + 5_000 * (0.02 - 0.003) * 3 / 360
    assert result.returns[2] == pytest.approx(gain / 10_000, rel=1e-12)


def test_interest_on_the_account_s_own_cash_is_not_the_sleeve_s() -> None:
    tape = lay({"AAA": [100.0] * 3}, rate=0.05)
    result = play(None, arrange(tape, cash=10_000.0))
    assert result.returns.tolist() == [0.0] * 3
    assert result.curves["account"][1] == pytest.approx(10_000 * 0.05 / 360 / 20_000, rel=1e-9)


def test_what_the_first_close_cost_is_a_return_of_the_account_too() -> None:
    # 104.00 of spread, 1.00 of commission and 0.04685 of fees on an account of 10,000
    tape = lay({"AAA": [100.0, 100.0]})
    result = play(put_once, arrange(tape, costs=Costs(), fill="close"))
    for returns in (result.returns, result.curves["account"]):
        assert returns[0] == pytest.approx(-105.04685 / 10_000, rel=1e-9)


def test_the_holding_alone_returns_its_total_return() -> None:
    tape = lay(
        {"AAA": [100.0, 102.0, 50.0, 49.5, 51.0]},
        actions={
            "AAA": (
                Action(day("2024-01-04"), "split", 2.0),
                Action(day("2024-01-05"), "special", 1.0),
            )
        },
    )
    result = play(None, arrange(tape))
    np.testing.assert_allclose(result.returns, tape.returns("AAA"), atol=1e-15)


# attribution and cash need


def test_money_is_attributed_to_what_made_it() -> None:
    """Shares 100 to 97, a put from 50 to 53, a short from 50 to 52 that owes 0.50.

    Bought and sold on Friday 2024-01-05, worth on Monday. Put: half-spread 104.00, commission
    1.00, fees 0.04685; short: 0.50 and 1.00. Cash is 1,000 − 5,000 + 5,000 less these 106.54685,
    at 2 % for three days; borrow 0.125.
    """
    tape = lay(
        {"AAA": [100.0, 100.0, 97.0], "BBB": [50.0, 50.0, 52.0]},
        first="2024-01-04",
        rate=0.025,
        actions={"BBB": (Action(day("2024-01-08"), "dividend", 0.50),)},
    )

    def both(now: Session) -> None:
        put_once(now)
        short_once(now)

    parts = play(both, arrange(tape, cash=1_000.0, costs=Costs(), sigma=0.02)).attribution
    cash = 1_000.0 - 106.54685
    first_night = 1_000.0 * 0.02 / 360
    assert parts["holding"] == pytest.approx(-300.0)
    assert parts["legs"] == {"put": pytest.approx(300.0), "BBB": pytest.approx(-250.0)}
    assert parts["costs"] == pytest.approx(-106.54685)
    assert parts["carry"] == pytest.approx(first_night + cash * 0.02 * 3 / 360 - 0.125)
    assert (parts["rest"], parts["ruin"]) == (0.0, 0.0)
    assert parts["residual"] == pytest.approx(0.0, abs=1e-9)


def test_the_cash_a_hedge_needed_leaves_out_the_proceeds_of_its_shorts() -> None:
    # premium 5,000; the short's own loss of 200 at 52 is money needed, its proceeds are not
    tape = lay({"AAA": [100.0] * 4, "BBB": [50.0, 50.0, 52.0, 50.0]})

    def both(now: Session) -> None:
        put_once(now)
        short_once(now)

    need = play(both, arrange(tape)).curves["need"]
    assert need.tolist() == pytest.approx([0.0, 5_000.0, 5_200.0, 5_000.0])


# what holds on any path

COUNT = 64
LONGEST = 15
"""Sessions for which a halt may stop everything."""
AXIS = sessions("2024-01-02", COUNT + LONGEST)
RATIOS = [2.0, 3.0, 7.0, 1.5, 0.1]


@dataclass(frozen=True)
class Case:
    """A path, a portfolio and a hedge."""

    tape: Tape = field(repr=False)
    portfolio: Portfolio
    costs: Costs = field(repr=False)
    fill: FillRule
    cover: float
    moneyness: float
    days: int
    tranches: int
    short: float
    band: float
    written: str = ""
    future: float = 0.0

    def act(self, now: Session) -> None:
        """Keep a ladder of puts and, corrected once a month, two shorts; sleep in between."""
        roll = self.days // 3
        for rung in now.rungs("put", self.tranches):
            if rung.days_left <= roll and self.cover:
                days, name = self.days + 20 * rung.number, str(rung.number)
                put = now.put(days=days, moneyness=self.moneyness)
                call = now.call(days=days, moneyness=1.02, zero_cost=self.cover == 1.0)
                lower = now.put(days=days, moneyness=self.moneyness * 0.9)
                write = {
                    "collar": {f"call/{name}": call},
                    "spread": {f"lower/{name}": lower},
                    "both": {f"call/{name}": call, f"lower/{name}": lower},
                }.get(self.written, {})
                if self.written == "bare":
                    now.write(rung, put, cover=self.cover)
                else:
                    now.roll(rung, put, cover=self.cover, write=write)
        for symbol in ("BBB", "SPX"):
            if now.new_month or now.leg(symbol) is None:
                now.short(symbol, value=self.short * now.value, band=self.band)
        value = self.future * now.value
        if value and (now.new_month or now.leg("AAA future") is None):
            now.future("AAA", value=value, months=1, multiplier=10.0)
        if value and (now.new_month or now.leg("SPX future") is None):
            now.future("SPX", value=-value, band=self.band, roll=0, fractional=True)
        now.sleep_until((now.today.replace(day=1) + timedelta(days=32)).replace(day=1))
        now.sleep_until(days_left=roll)

    def setup(self, *, sleep: bool = True) -> Setup:
        made = arrange(self.tape, costs=self.costs, fill=self.fill, sleep=sleep)
        prices = OptionPrices(self.tape, lambda _: Constant(0.4))
        return replace(made, portfolio=self.portfolio, prices=prices)

    def run(self, *, sleep: bool = True) -> Result:
        return simulate(acting(self.act), self.setup(sleep=sleep))


@st.composite
def actions(draw: st.DrawFn) -> tuple[Action, ...]:
    """One split at most, and dividends that stay below the price however often they are paid."""
    rows = sorted(draw(st.sets(st.integers(0, len(AXIS) - 1), max_size=4)))
    split = draw(st.sampled_from([None, *rows]))
    found = []
    for row in rows:
        special = draw(st.booleans())
        if row == split:
            found.append(Action(AXIS[row], "split", draw(st.sampled_from(RATIOS))))
        elif special:
            found.append(Action(AXIS[row], "special", draw(st.floats(0.01, 0.2))))
        else:
            found.append(Action(AXIS[row], "dividend", draw(st.floats(0.001, 0.02))))
    return tuple(found)


def path(
    noise: np.random.Generator, start: float, acts: tuple[Action, ...], days: list[int]
) -> Floats:
    """A walk that splits where its actions say so, and never falls into its dividends."""
    growth = np.exp(noise.normal(0, 0.03, COUNT).cumsum())
    for action in acts:
        if action.kind == "split":
            growth[bisect_left(days, action.day) :] /= action.value
    walk: Floats = np.maximum(start * growth, 4.0)
    return walk


@st.composite
def cases(draw: st.DrawFn) -> Case:
    noise = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    acts = {"AAA": draw(actions()), "BBB": draw(actions()), "SPX": ()}
    # a halt: sessions without any price, over expiries, ex-days and orders that wait
    length = draw(st.integers(0, LONGEST))
    halt = draw(st.integers(1, COUNT - 1))
    days = [*AXIS[:halt], *AXIS[halt + length :]][:COUNT]
    closes = {s: path(noise, 60.0, acts[s], days) for s in acts}
    opens = {
        s: np.where(noise.random(COUNT) < 0.7, c * np.exp(noise.normal(0, 0.01, COUNT)), np.nan)
        for s, c in closes.items()
    }
    tape = lay(
        {s: c.tolist() for s, c in closes.items()},
        days=days,
        opens={s: o.tolist() for s, o in opens.items()},
        actions=acts,
        basis={"SPX": "price_index"},
        rate=noise.uniform(0.0, 0.08, COUNT).tolist(),
        begin=draw(st.integers(0, 5)),
        index_dividend=0.0195,
    )
    return Case(
        tape=tape,
        portfolio=Portfolio(
            shares=draw(st.sampled_from([100.0, 250.0, 1_050.0])),
            weight=draw(st.sampled_from([1.0, 0.4])),
            cash=draw(st.sampled_from([0.0, 5_000.0])),
        ),
        costs=draw(st.sampled_from([Costs(), FREE])),
        fill=draw(st.sampled_from(["next_close", "next_open", "close"])),
        cover=draw(st.sampled_from([0.0, 0.5, 1.0])),
        moneyness=draw(st.sampled_from([0.8, 1.0, 1.3])),
        days=draw(st.sampled_from([10, 30, 60])),
        tranches=draw(st.sampled_from([1, 3])),
        short=draw(st.sampled_from([0.0, 0.5, 2.0])),
        band=draw(st.sampled_from([0.0, 0.1])),
        written=draw(st.sampled_from(["", "collar", "spread", "both", "bare"])),
        future=draw(st.sampled_from([0.0, -1.0, 0.7])),
    )


def gross(result: Result) -> float:
    parts = result.attribution
    plain = sum(abs(v) for k, v in parts.items() if k not in {"legs", "residual"})
    return float(plain + sum(abs(v) for v in parts["legs"].values()))


@settings(max_examples=60, deadline=None)
@given(case=cases())
def test_every_path_adds_up(case: Case, tmp_path_factory: pytest.TempPathFactory) -> None:
    result = case.run()  # audited: the index of positions and cash equals the fold of the rows
    rows = result.tables["ledger"]
    moved = rows["cash"] - rows["spread"] - rows["commission"] - rows["fee"]
    assert result.curves["cash"][-1] == pytest.approx(moved.sum(), abs=1e-6)

    # attribution explains the change of equity
    assert abs(result.attribution["residual"]) <= 1e-9 * gross(result) + 1e-9

    # at the end nothing is unposted: equity is cash, shares at their closes, and options
    worth = float(moved.sum())
    for symbol in case.tape.close:
        mine = rows["instrument"] == symbol
        worth += float(rows["quantity"][mine].sum() * case.tape.close[symbol][-1])
    worth += float(result.curves["long_options"][-1] - result.curves["written_options"][-1])
    assert result.curves["equity"][-1] == pytest.approx(worth, rel=1e-9, abs=1e-6)

    # nothing happens before its phase, but for the carry of an account that is closed
    stamps = list(zip(rows["session"].tolist(), rows["phase"].tolist(), strict=True))
    if "ruin" not in {code for _, code in noted(result)}:
        assert stamps == sorted(stamps)

    # sleep saves work and changes nothing; a file keeps every bit
    assert case.run(sleep=False) == result
    saved = result.save(tmp_path_factory.getbasetemp() / "path.mhr")
    first = saved.read_bytes()
    assert load(saved) == result
    assert result.save(saved).read_bytes() == first


def spliced(past: Case, row: int, noise: np.random.Generator) -> Case:
    """The same case with other prices, opens, rates and actions after a row."""
    tape = past.tape
    tail = np.arange(COUNT) > row

    def other(column: Floats) -> list[float]:
        moved: Floats = np.where(tail, column * noise.uniform(0.8, 1.3, COUNT), column)
        return list(moved)

    edge = int(tape.day[row])
    later = {"AAA": (Action(edge + 1, "split", 2.0),), "BBB": (), "SPX": ()}
    changed = lay(
        {s: other(c) for s, c in tape.close.items()},
        days=tape.day.tolist(),
        opens={s: other(c) for s, c in tape.open.items()},
        actions={
            s: (*(a for a in tape.actions[s] if a.day <= edge), *later[s]) for s in tape.actions
        },
        basis=tape.basis,
        rate=other(tape.rate),
        begin=tape.begin,
        index_dividend=tape.index_dividend,
    )
    return replace(past, tape=changed)


@settings(max_examples=40, deadline=None)
@given(case=cases(), row=st.integers(6, COUNT - 2), seed=st.integers(0, 2**32 - 1))
def test_noise_after_a_session_leaves_all_that_happened_up_to_it(
    case: Case, row: int, seed: int
) -> None:
    ours, theirs = case.run(), spliced(case, row, np.random.default_rng(seed)).run()
    upto = row - case.tape.begin + 1

    def before(result: Result) -> list[Line]:
        return [line for line in lines(result) if line[0] < upto]

    assert before(ours) == before(theirs)
    assert [n for n in noted(ours) if n[0] < upto] == [n for n in noted(theirs) if n[0] < upto]
    names = ("equity", "cash", "sleeve", "account", "holding", "cover", "need")
    moved = [
        n for n in names if ours.curves[n][:upto].tobytes() != theirs.curves[n][:upto].tobytes()
    ]
    assert moved == []


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    ratio=st.sampled_from([2.0, 3.0, 4.0, 7.0, 20.0, 1.5, 1.25, 0.125, 0.1]),
    row=st.integers(2, 18),
    moneyness=st.floats(0.7, 1.4),
)
def test_a_split_leaves_equity_alone_but_for_the_cents_of_the_strike(
    seed: int, ratio: float, row: int, moneyness: float
) -> None:
    noise = np.random.default_rng(seed)
    plain = 150.0 * np.exp(noise.normal(0, 0.02, 20).cumsum())
    axis = sessions("2024-01-02", 20)

    def hedge(now: Session) -> None:
        if not now.fills("put"):
            now.roll("put", now.put(days=60, moneyness=moneyness))
            now.short("BBB", value=5_000.0)

    def run(split: float) -> Floats:
        closes = np.where(np.arange(20) >= row, plain / split, plain).tolist()
        acts = (Action(axis[row], "split", split),) if split != 1.0 else ()
        tape = lay({"AAA": closes, "BBB": closes}, actions={"AAA": acts, "BBB": acts}, rate=0.04)
        return play(hedge, arrange(tape, shares=300.0, cash=9_000.0, sigma=0.4)).curves["equity"]

    # a whole split rounds the strike to the cent: half a cent on 300 · ratio shares at most
    whole = ratio == round(ratio)
    allowed = 0.005 * 300 * ratio if whole else 0.0
    np.testing.assert_allclose(run(ratio), run(1.0), rtol=1e-9, atol=allowed * 1.0001)
