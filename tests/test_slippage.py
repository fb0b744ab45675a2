"""Large orders of shares: what they cost by hand, and what of them waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tapes import acting, arrange, lay, lines, noted, play

import microhedge as mh
from microhedge.causality import check
from microhedge.costs import Costs
from microhedge.hedge import Session
from microhedge.option_prices import OptionPrices
from microhedge.slippage import at_once, daily_volatility, slip, usual_volume
from microhedge.tape import Action, Tape
from microhedge.volatility import Constant

COUNT = 60
FREE = Costs.none()


def market(volume: float = 1e6, *, actions: tuple[Action, ...] = ()) -> Tape:
    """BBB moves by +1 % and −1 % in turn: a daily standard deviation of 1.0247 % over 21 days."""
    path = 50.0 * np.cumprod(np.where(np.arange(COUNT) % 2, 1.01, 0.99))
    tape = lay({"AAA": [100.0] * COUNT, "BBB": path.tolist()}, begin=30, actions={"BBB": actions})
    return replace(tape, volume={"BBB": np.full(COUNT, volume)}, _kernels={})


def test_an_order_of_a_hundredth_of_the_volume_moves_the_price_by_a_hundredth_of_a_day() -> None:
    # 0.1 · 0.010247 · √(10,000 / 1,000,000): eleven moves one way and ten the other
    tape = market()
    mean = 0.01 / 21
    deviation = (21 * (0.01**2 - mean**2) / 20) ** 0.5
    assert daily_volatility(tape, "BBB")[40] == pytest.approx(deviation, rel=1e-9)
    costs = replace(FREE, stock_impact=0.1)
    assert slip(tape, "BBB", 40, 10_000.0, costs) == pytest.approx(0.1 * deviation * 0.1, rel=1e-9)
    # four times the shares, twice the price
    four = slip(tape, "BBB", 40, -40_000.0, costs)
    assert four == pytest.approx(2 * 0.01 * deviation, rel=1e-9)
    fixed = replace(costs, stock_slippage_bp=5.0)
    assert slip(tape, "BBB", 40, 10_000.0, fixed) == pytest.approx(0.0005 + 0.01 * deviation)
    assert slip(tape, "AAA", 40, 10_000.0, fixed) == 0.0005  # no volume is known
    assert slip(tape, "BBB", 40, 10_000.0, FREE) == 0.0


def test_the_usual_volume_is_that_of_21_sessions_before_in_the_shares_of_the_day() -> None:
    tape = market()
    counted = replace(tape, volume={"BBB": np.arange(COUNT, dtype=float) + 1}, _kernels={})
    found = usual_volume(counted, "BBB")
    assert np.isnan(found[:21]).all()
    assert found[21] == pytest.approx(np.arange(1, 22).mean())
    assert found[40] == pytest.approx(np.arange(20, 41).mean())
    split = market(actions=(Action(int(tape.day[45]), "split", 2.0),))
    assert usual_volume(split, "BBB")[44] == 1e6
    # a 2:1 split makes two shares of each that traded before
    assert usual_volume(split, "BBB")[45] == 2e6
    halted = replace(tape, volume={"BBB": np.where(np.arange(COUNT) == 30, 0.0, 1e6)}, _kernels={})
    assert np.isnan(usual_volume(halted, "BBB")[31:52]).all()
    assert usual_volume(halted, "BBB")[52] == 1e6


def test_a_fill_takes_a_tenth_of_the_usual_volume_in_whole_shares() -> None:
    tape, costs = market(volume=1_005.0), replace(FREE, stock_participation=0.1)
    assert at_once(tape, "BBB", 40, -250.0, costs) == -100.0
    assert at_once(tape, "BBB", 40, 90.0, costs) == 90.0
    assert at_once(tape, "BBB", 40, 250.0, FREE) == 250.0
    assert at_once(tape, "AAA", 40, 250.0, costs) == 250.0


def short_once(now: Session) -> None:
    if not now.fills("BBB") and now.pending("BBB") is None:
        now.short("BBB", value=250 * now.price("BBB"))


def test_what_is_beyond_the_cap_waits_for_the_next_sessions() -> None:
    costs = replace(FREE, stock_participation=0.1)
    setup = arrange(market(volume=1_000.0), cash=1e6, costs=costs)
    found = play(short_once, setup)
    traded = [(row, quantity) for row, _, _, cause, quantity, *_ in lines(found, "hedge/")
              if cause == "trade"]  # fmt: skip
    assert traded == [(1, -100.0), (2, -100.0), (3, -50.0)]
    assert noted(found) == [(1, "partly-filled"), (2, "partly-filled")]
    assert found.tables["log"]["amount"].tolist() == [-150.0, -50.0]


def test_a_margin_call_that_takes_several_sessions_is_not_withdrawn_by_the_hedge() -> None:
    """250 shares that rose from 50 to 60 are bought back by 100 a session, whatever is wanted."""
    tape = market(volume=1_000.0)
    tape = replace(
        tape, close={**tape.close, "BBB": np.array([50.0] * 40 + [60.0] * 20)}, _kernels={}
    )
    costs = replace(FREE, stock_participation=0.1)

    def keep(now: Session) -> None:
        now.short("BBB", value=12_500.0)

    found = play(keep, arrange(tape, shares=60.0, costs=costs))
    called = found.tables["log"]["session"][found.tables["log"]["code"] == "margin-call"]
    first = int(called[0])
    traded = [(row - first, quantity) for row, _, _, cause, quantity, *_ in lines(found, "hedge/")
              if cause == "trade" and first <= row < first + 21]  # fmt: skip
    assert traded == [(1, 100.0), (2, 100.0), (3, 50.0)]


def test_a_share_that_hardly_trades_is_not_traded() -> None:
    costs = replace(FREE, stock_participation=0.1)
    found = play(short_once, arrange(market(volume=9.0), cash=1e6, costs=costs))
    assert not [line for line in lines(found, "hedge/") if line[3] == "trade"]
    assert "trades too little" in found.tables["log"]["text"][0]


def test_the_impact_is_booked_as_spread_and_the_money_adds_up() -> None:
    tape, costs = market(volume=1_000.0), replace(FREE, stock_impact=0.5)
    found = play(short_once, arrange(tape, cash=1e6, costs=costs))
    deviation = daily_volatility(tape, "BBB")[31]
    expected = 250 * tape.close["BBB"][31] * 0.5 * deviation * (250 / 1_000) ** 0.5
    assert found.tables["fills"]["spread"][0] == pytest.approx(expected, rel=1e-12)
    assert abs(found.attribution["residual"]) < 1e-9
    # without a wish for it nothing changes, whether or not volumes lie on the tape
    bare = replace(tape, volume={}, _kernels={})
    plain, told = (play(short_once, arrange(one, cash=1e6)) for one in (bare, tape))
    assert plain.curves["equity"].tolist() == told.curves["equity"].tolist()
    assert "stock_impact" not in plain.config["costs"]
    assert found.config["costs"]["stock_impact"] == 0.5


def test_slippage_does_not_look_ahead() -> None:
    def trade(now: Session) -> None:
        now.short("BBB", value=(1 + now.number % 3) * 300 * now.price("BBB"))

    costs = replace(Costs(), stock_impact=0.3, stock_participation=0.2)
    found = check(
        acting(trade),
        market(volume=1_000.0),
        lambda tape: OptionPrices(tape, lambda _: Constant(0.2)),
        portfolio=mh.Portfolio(shares=100, cash=1e6),
        costs=costs,
        cuts=10,
    )
    assert found.passed, found.sentences()


def test_shipped_volumes_reach_a_run_and_a_share_without_any_is_named() -> None:
    class Peer(mh.Hedge):
        peer: str

        def on_session(self, now: Session) -> None:
            now.short(self.peer, value=now.value, band=0.2)

    costs = Costs(stock_impact=0.1, stock_participation=0.1)
    start, end = date(2015, 1, 2), date(2015, 6, 30)
    shipped, portfolio = mh.data.bundled(), mh.Portfolio(shares=1000)
    named = {}
    for peer in ("MSFT", "KO"):
        hedge = Peer(holding="AAPL", peer=peer)
        found = mh.run(hedge, shipped, portfolio, costs=costs, start=start, end=end)
        named[peer] = {note.text for note in found.notes if note.code == "volume"}
        assert "--cost stock_impact=0.1 --cost stock_participation=0.1" in found.command
        assert (peer in found.tape.volume) != bool(named[peer])
    plain = mh.run(Peer(holding="AAPL", peer="MSFT"), shipped, portfolio, start=start, end=end)
    assert plain.tape.volume == {}
