"""The engine against a slow, plain one, on real prices through real splits and dividends."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from reference import Reference
from tapes import halted

from microhedge import declaration
from microhedge.costs import Costs
from microhedge.engine import Rules, Setup, simulate
from microhedge.hedge import Hedge
from microhedge.loading import load
from microhedge.market import Market
from microhedge.option_prices import OptionPrices
from microhedge.portfolio import Portfolio
from microhedge.result import Result
from microhedge.sources import bundled, with_bonds
from microhedge.tape import Tape
from microhedge.volatility import Constant

CASES = [
    pytest.param("protective-put", {}, "AAPL", "2019-06-03", "2022-12-28", 0.4, id="aapl-4:1"),
    pytest.param("protective-put", {}, "AAPL", "2013-06-03", "2015-06-01", 1.0, id="aapl-7:1"),
    pytest.param("protective-put", {}, "MSFT", "2002-09-03", "2005-06-01", 1.0, id="msft-special"),
    pytest.param(
        "protective-put",
        {"tenor": 91, "roll": 0, "tranches": 1, "moneyness": 1.0},
        "META",
        "2021-06-01",
        "2022-12-28",
        0.5,
        id="meta-held-to-expiry",
    ),
    pytest.param("put-spread", {}, "AAPL", "2019-06-03", "2022-12-28", 0.4, id="spread-4:1"),
    pytest.param("collar", {}, "AAPL", "2013-06-03", "2015-06-01", 1.0, id="collar-7:1"),
    pytest.param(
        "collar",
        {"call": 1.01, "zero_cost": False, "tenor": 91, "roll": 0},
        "MSFT",
        "2002-09-03",
        "2005-06-01",
        1.0,
        id="collar-special",
    ),
    pytest.param(
        "put-spread-collar", {}, "META", "2021-06-01", "2022-12-28", 0.5, id="spread-collar"
    ),
    pytest.param(
        "covered-call", {"moneyness": 0.9}, "AAPL", "2019-06-03", "2022-12-28", 1.0, id="calls"
    ),
    pytest.param("budgeted-put", {}, "AAPL", "2019-06-03", "2022-12-28", 0.4, id="budgeted"),
    pytest.param(
        "protective-put",
        {"roll": "delta-drift=0.10..0.60+moneyness-drift=0.7..1.2+monetise=1.5+wait=20+ladder=2"},
        "META",
        "2022-03-01",
        "2022-12-28",
        0.5,
        id="drift",
    ),
    pytest.param(
        "index-put", {"tranches": 2, "tenor": 91}, "AAPL", "2019-06-03", "2021-06-01", 0.4, id="spx"
    ),
    pytest.param(
        "monetising-put", {"gain": 1.5}, "META", "2021-06-01", "2022-12-28", 0.5, id="monetising"
    ),
    pytest.param(
        "index-peer-short",
        {"peer": "IBM"},
        "MSFT",
        "2002-09-03",
        "2005-06-01",
        0.4,
        id="two-shorts",
    ),
    pytest.param("pair-short", {"peer": "IBM"}, "MSFT", "2002-09-03", "2005-06-01", 0.5, id="pair"),
    pytest.param("future-short", {}, "AAPL", "2013-06-03", "2015-06-01", 1.0, id="future-7:1"),
    pytest.param("future-short", {}, "MSFT", "2002-09-03", "2005-06-01", 0.4, id="future-special"),
    pytest.param(
        "future-short", {"on": "SPX", "roll": 0}, "AAPL", "2019-06-03", "2022-12-28", 0.4, id="SPX"
    ),
    pytest.param("index-short", {}, "AAPL", "2019-06-03", "2022-12-28", 0.3, id="index"),
    pytest.param("treasury-long", {}, "MSFT", "2007-06-01", "2010-06-01", 0.4, id="treasury"),
    pytest.param(
        "corporate-bond", {"bond": "MOODYS-BAA"}, "MSFT", "2007-06-01", "2010-06-01", 1.0, id="baa"
    ),
    pytest.param(
        "corporate-bond",
        {"bond": "MOODYS-BAA", "side": "long", "ratio": "merton"},
        "MSFT",
        "2007-06-01",
        "2010-06-01",
        0.5,
        id="baa-bought",
    ),
]


@pytest.fixture(scope="module")
def market() -> Market:
    return with_bonds(bundled())


def build(name: str, parameters: dict[str, object], holding: str) -> Hedge:
    return declaration.build(load(name), {"holding": holding, **parameters})


def lay(market: Market, hedge: Hedge, start: str, end: str) -> Tape:
    symbols = dict.fromkeys([*hedge.symbols, "SPX"])
    return market.tape(
        symbols, start=date.fromisoformat(start), end=date.fromisoformat(end), warmup=504
    )


AUDITED = Rules(audit=True)


def setup(tape: Tape, holding: str, weight: float, *, rules: Rules = AUDITED) -> Setup:
    return Setup(
        tape=tape,
        holding=holding,
        portfolio=Portfolio(shares=1050, weight=weight, cash=2_000.0),
        prices=OptionPrices(tape, lambda _: Constant(0.35)),
        costs=Costs(),
        rules=rules,
    )


def gross(result: Result) -> float:
    parts = result.attribution
    legs = sum(abs(v) for v in parts["legs"].values())
    return float(legs + sum(abs(v) for k, v in parts.items() if k not in {"legs", "residual"}))


@pytest.mark.parametrize("halt", [False, True], ids=["", "halt"])
@pytest.mark.parametrize(("name", "parameters", "holding", "start", "end", "weight"), CASES)
def test_the_plain_loop_gives_the_same_ledger_and_equity(
    market: Market,
    name: str,
    parameters: dict[str, object],
    holding: str,
    start: str,
    end: str,
    weight: float,
    halt: bool,
) -> None:
    hedge = build(name, parameters, holding)
    tape = lay(market, hedge, start, end)
    if halt:
        # three weeks over the turn of two months, with the expiry of a third Friday in them
        year = tape.dates[tape.begin].year + 1
        tape = halted(tape, f"{year}-01-14", f"{year}-02-03")
    made = setup(tape, holding, weight)
    result = simulate(hedge, made)
    plain = Reference(tape, hedge, holding, made.portfolio, Constant(0.35), made.costs).run()

    rows = result.tables["ledger"]
    costs = rows["spread"] + rows["commission"] + rows["fee"]
    ours = [
        (int(s) + tape.begin, str(a), str(i), str(c))
        for s, a, i, c in zip(
            rows["session"], rows["account"], rows["instrument"], rows["cause"], strict=True
        )
    ]
    assert sorted(r[:4] for r in plain.ledger) == sorted(ours)
    by_key = sorted(zip(ours, rows["quantity"], rows["cash"], costs, strict=True))
    expected = sorted((r[:4], r[4], r[5], r[6]) for r in plain.ledger)
    for (_, quantity, cash, cost), (_, q, money, paid) in zip(by_key, expected, strict=True):
        assert quantity == pytest.approx(q, abs=1e-9)
        assert cash == pytest.approx(money, rel=1e-9, abs=1e-6)
        assert cost == pytest.approx(paid, rel=1e-9, abs=1e-9)
    np.testing.assert_allclose(result.curves["equity"], plain.equity, rtol=1e-9)
    np.testing.assert_allclose(result.returns, plain.sleeve, atol=1e-9)


@pytest.mark.parametrize(("name", "parameters", "holding", "start", "end", "weight"), CASES)
@pytest.mark.parametrize("fill", ["next_close", "next_open", "close"])
def test_sleep_changes_nothing_and_the_attribution_leaves_no_residual(
    market: Market,
    name: str,
    parameters: dict[str, object],
    holding: str,
    start: str,
    end: str,
    weight: float,
    fill: str,
) -> None:
    hedge = build(name, parameters, holding)
    tape = lay(market, hedge, start, end)
    sleeping, awake = (
        simulate(hedge, setup(tape, holding, weight, rules=Rules(fill=fill, sleep=s, audit=True)))  # type: ignore[arg-type]
        for s in (True, False)
    )
    assert len(sleeping.tables["fills"]["role"]) > 0
    assert sleeping == awake
    assert abs(sleeping.attribution["residual"]) <= 1e-9 * gross(sleeping)


def test_every_split_and_dividend_of_the_shipped_data_keeps_the_holding_whole(
    market: Market,
) -> None:
    """Shares × cum close = shares × theoretical ex close + dividend, at each action."""
    seen = 0
    for symbol in market.symbols:
        series = market.series(symbol, "raw")
        if series is None or not series.actions:
            continue
        tape = market.tape([symbol, "SPX"], end=min(series.last, date(2022, 12, 28)), warmup=1)
        result = simulate(None, setup(tape, symbol, 1.0))
        rows = result.tables["ledger"]
        mine = rows["account"] == "holding"
        for row, actions in tape.actions_at.items():
            if row <= tape.begin:
                continue
            at = mine & (rows["session"] == row - tape.begin)
            shares = rows["quantity"][mine & (rows["session"] < row - tape.begin)].sum()
            cum = shares * float(tape.close[symbol][row - 1])
            ratio = np.prod([a.value for _, a in actions if a.kind == "split"])
            paid = sum(a.value for _, a in actions if a.kind != "split")
            theoretical = float(tape.close[symbol][row - 1]) / ratio - paid
            after = shares + rows["quantity"][at].sum()
            assert after * theoretical + rows["cash"][at].sum() == pytest.approx(cum, rel=1e-12)
            seen += len(actions)
    # 8 splits and 178 dividends ship; those on a first or after the last session are not run
    assert seen > 170


def test_contracts_through_a_split_are_worth_what_they_were(market: Market) -> None:
    """AAPL 7:1 on 2014-06-09: strikes to the cent, contracts times seven, value kept."""
    hedge = build("protective-put", {}, "AAPL")
    tape = lay(market, hedge, "2013-06-03", "2014-12-31")
    prices = OptionPrices(tape, lambda _: Constant(0.35))
    made = Setup(
        tape=tape,
        holding="AAPL",
        portfolio=Portfolio(shares=1000),
        prices=prices,
        costs=Costs(),
    )
    rows = simulate(hedge, made).tables["ledger"]
    adjusted = rows["cause"] == "adjust"
    old = rows["quantity"] < 0
    before = dict(
        zip(rows["account"][adjusted & old], rows["instrument"][adjusted & old], strict=True)
    )
    after = dict(
        zip(rows["account"][adjusted & ~old], rows["instrument"][adjusted & ~old], strict=True)
    )
    counts = {
        account: (
            -rows["quantity"][adjusted & old & (rows["account"] == account)][0],
            rows["quantity"][adjusted & ~old & (rows["account"] == account)][0],
        )
        for account in before
    }
    assert len(before) == 3
    for account, (bought, now) in counts.items():
        assert now == 7 * bought
        strike = float(str(before[account]).split()[-1])
        assert float(str(after[account]).split()[-1]) == round(strike / 7, 2)


def test_rungs_of_a_ladder_never_share_an_expiry(market: Market) -> None:
    for tranches in (2, 3, 6):
        hedge = build("protective-put", {"tranches": tranches}, "AAPL")
        tape = market.tape(["AAPL", "SPX"], warmup=504)
        fills = simulate(hedge, setup(tape, "AAPL", 0.4)).tables["fills"]
        held: dict[str, str] = {}
        for role, expiry, quantity in zip(
            fills["role"], fills["expiry"], fills["quantity"], strict=True
        ):
            if quantity < 0:
                held.pop(str(role), None)
            else:
                assert str(expiry) not in held.values()
                held[str(role)] = str(expiry)


def test_a_hedge_of_zero_size_equals_no_hedge_exactly(market: Market) -> None:
    hedge = build("protective-put", {"cover": 0.0}, "AAPL")
    tape = lay(market, hedge, "2013-06-03", "2015-06-01")
    made = setup(tape, "AAPL", 0.4)
    hedged, alone = simulate(hedge, made), simulate(None, made)
    for name in ("equity", "cash", "sleeve", "account"):
        assert hedged.curves[name].tobytes() == alone.curves[name].tobytes()


def test_a_result_is_read_back_by_value_and_written_twice_alike(
    market: Market, tmp_path: Path
) -> None:
    import microhedge as mh

    hedge = build("protective-put", {}, "AAPL")
    tape = lay(market, hedge, "2013-06-03", "2015-06-01")
    result = simulate(hedge, setup(tape, "AAPL", 0.4))
    first, second = result.save(tmp_path / "a.mhr"), result.save(tmp_path / "b.mhr")
    assert first.read_bytes() == second.read_bytes()
    assert mh.load(first) == result
    assert list(tmp_path.iterdir()) == [first, second] or len(list(tmp_path.iterdir())) == 2
