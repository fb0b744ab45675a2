"""Conditional hedges: how a condition is spelled, what it is by hand, and what the engine does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tapes import arrange, day, lay

from microhedge.basket import Basket
from microhedge.conditions import condition, drawdown, volatility_rank
from microhedge.declaration import build, values
from microhedge.engine import Setup, simulate
from microhedge.errors import NotCovered, ParameterError
from microhedge.hedge import Hedge, Session, returns_needed
from microhedge.loading import load
from microhedge.portfolio import Portfolio
from microhedge.tape import Earnings, Tape


class Short(Hedge):
    """Short the peer one for one on every evening, and say what it is told."""

    peer: str = "BBB"

    def on_session(self, now: Session) -> None:
        now.short(self.peer, value=now.value)


class Puts(Hedge):
    """One put of three months, rolled at a month."""

    cover: float = 1.0

    def on_session(self, now: Session) -> None:
        for rung in now.rungs("put", 1):
            if rung.days_left <= 30:
                days = 91 if rung.is_new else 182
                now.roll(rung, now.put(days=days, moneyness=0.95), cover=self.cover)
        now.sleep_until(days_left=30)


def walk(count: int, seed: int = 3) -> Tape:
    moves = np.random.default_rng(seed).normal(0.0, 0.02, (2, count))
    closes = 100.0 * np.exp(np.cumsum(moves, axis=1))
    return lay({"AAA": closes[0].tolist(), "BBB": closes[1].tolist()})


# the words


def test_a_window_holds_both_its_ends_and_may_leave_one_out() -> None:
    tape = walk(10)  # 2024-01-02, 03, 04, 05, 08, …
    asked = condition("2024-01-03..2024-01-05+2024-01-10..")
    assert asked is not None
    assert asked(tape, "AAA").tolist() == [row in {1, 2, 3, 6, 7, 8, 9} for row in range(10)]


def test_sessions_around_a_date_are_the_exchange_s() -> None:
    # Friday 5 January 2024 and one session on each side, then a Sunday: Friday to Monday
    tape = walk(10)
    for word, rows in (("2024-01-05~1", {2, 3, 4}), ("2024-01-07~1", {3, 4})):
        asked = condition(word)
        assert asked is not None
        assert set(np.flatnonzero(asked(tape, "AAA")).tolist()) == rows


def test_sessions_around_earnings_are_those_around_each_announced_date() -> None:
    tape = walk(10)
    known = {"AAA": Earnings((day("2024-01-04"), day("2024-01-10")), 0.05)}
    announced = replace(tape, earnings=known, _kernels={})
    asked, spelled = condition("earnings~1"), condition("2024-01-04~1+2024-01-10~1")
    assert asked is not None
    assert spelled is not None
    assert asked(announced, "AAA").tolist() == spelled(tape, "AAA").tolist()
    both = condition("earnings~0+2024-01-02..2024-01-02")
    assert both is not None
    assert set(np.flatnonzero(both(announced, "AAA")).tolist()) == {0, 2, 6}
    with pytest.raises(NotCovered, match="needs the earnings dates of BBB: give them with"):
        asked(announced, "BBB")


def test_always_is_no_condition() -> None:
    assert condition("always") is None
    assert returns_needed(Short(holding="AAA")) == 0


@pytest.mark.parametrize(
    ("word", "says"),
    [
        pytest.param("", "is no condition: write 2015-01-01..2016-12-31", id="empty"),
        pytest.param("2015-13-01..", "is no condition", id="date"),
        pytest.param("2015-01-01", "is no condition", id="one-date"),
        pytest.param("2015-01-01~x", "is no condition", id="count"),
        pytest.param("2016-01-01..2015-01-01", "ends before it starts", id="order"),
        pytest.param("drawdwn>0.1", "did you mean 'drawdown'", id="name"),
        pytest.param("drawdown>10", r"did you mean drawdown>0\.1\?", id="percent"),
        pytest.param("vol>-1", "the level is a fraction below 1", id="level"),
        pytest.param("vol>high", "the level is a fraction below 1", id="text"),
    ],
)
def test_anything_else_is_refused_with_what_may_be_said(word: str, says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        condition(word)


def test_a_hedge_refuses_a_condition_that_cannot_be_read() -> None:
    with pytest.raises(ParameterError, match="is no condition"):
        Short(holding="AAA", when="now")


# the columns


def test_a_fall_is_from_the_high_of_252_sessions() -> None:
    closes = [100.0, 120.0, 90.0] + [96.0] * 252
    found = drawdown(lay({"AAA": closes}), "AAA")
    assert found[:3].tolist() == pytest.approx([0.0, 0.0, 0.25])
    assert found[252] == pytest.approx(0.2)  # row 1 is the oldest of 252
    assert found[253] == 0.0  # and is forgotten here


def test_the_rank_of_volatility_is_that_of_plain_loops() -> None:
    tape = walk(300)
    found = volatility_rank(tape, "AAA")
    returns = np.log1p(tape.returns("AAA"))
    spans = {row: float(np.std(returns[row - 20 : row + 1])) for row in range(21, 300)}
    assert np.isnan(found[271])
    for row in (272, 280, 299):
        rank = np.mean([spans[k] <= spans[row] for k in range(row - 251, row + 1)])
        assert found[row] == pytest.approx(rank, abs=1e-12)


# what the engine does


def test_a_short_is_closed_at_the_fill_after_its_window_and_opened_again_in_the_next() -> None:
    tape = lay({"AAA": [10.0] * 9, "BBB": [10.0] * 9})
    hedge = Short(holding="AAA", when="2024-01-03..2024-01-04+2024-01-09..2024-01-09")
    found = simulate(hedge, arrange(tape, cash=1e6))
    fills = found.tables["fills"]
    assert list(zip(fills["session"].tolist(), fills["quantity"].tolist(), strict=True)) == [
        (2, -100.0),  # decided on the 3rd, filled on the 4th
        (4, 100.0),  # the 5th is outside: closed on the 8th
        (6, -100.0),
        (7, 100.0),
    ]
    cover = found.curves["cover"]
    # outside nothing is wanted, so nothing is uncovered
    assert np.isfinite(cover).tolist() == [k in {2, 3, 6} for k in range(9)]
    assert np.nanmin(cover) == 1.0


def test_a_put_is_sold_when_the_window_ends_and_a_new_spell_starts_as_the_first_did() -> None:
    tape = walk(400)
    when = f"..{tape.dates[60]}+{tape.dates[200]}..{tape.dates[300]}"
    found = simulate(Puts(holding="AAA", when=when), arrange(tape, cash=1e6, sigma=0.3))
    rolled = found.tables["rolls"]
    ends = dict(zip(rolled["opened"].tolist(), rolled["closed"].tolist(), strict=True))
    assert 62 in ends.values()  # row 61 is the first evening outside
    assert 302 in ends.values()
    # the first of each spell has the 91 days of a rung that is new
    for start in (1, 201):
        row = rolled["opened"].tolist().index(start)
        life = day(str(rolled["expiry"][row])) - int(tape.day[start])
        assert 60 <= life <= 120
    assert not np.isfinite(found.curves["cover"][63:201]).any()


def test_a_premise_of_an_earlier_spell_is_not_leaned_on() -> None:
    tape = replace(walk(400), begin=100)
    hedge = build(
        load("pair-short"),
        {
            "holding": "AAA",
            "peer": "BBB",
            "window": 60,
            "when": f"..{tape.dates[150]}+{tape.dates[260]}..",
        },
    )
    rows = simulate(hedge, arrange(tape, cash=1e6)).tables["premises"]["session"] + 100
    assert 260 in rows
    assert not ((rows > 150) & (rows < 260)).any()


@pytest.mark.parametrize("when", ["drawdown>0.05", "vol<0.5", "2024-06-03~20"])
@pytest.mark.parametrize("hedge", [Short, Puts])
def test_sleeping_changes_nothing(hedge: type[Hedge], when: str) -> None:
    tape = replace(walk(500), begin=280)
    found = [
        simulate(hedge(holding="AAA", when=when), arrange(tape, cash=1e6, sleep=sleep))
        for sleep in (True, False)
    ]
    one, other = (result.tables["ledger"] for result in found)
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


def test_a_trigger_without_its_warm_up_is_refused() -> None:
    with pytest.raises(NotCovered, match=r"looks back over 252 returns; .* has 0"):
        simulate(Short(holding="AAA", when="drawdown>0.1"), arrange(walk(20)))
    assert returns_needed(Short(holding="AAA", when="vol>0.5")) == 273


def test_the_condition_is_part_of_the_hash_and_a_usual_one_is_not_spelled() -> None:
    tape = arrange(walk(20))
    usual, own = Short(holding="AAA"), Short(holding="AAA", when="2024-01-05..")
    assert values(usual) == {"peer": "BBB"}
    assert values(own) == {"peer": "BBB", "when": "2024-01-05.."}
    assert simulate(usual, tape).config_hash != simulate(own, tape).config_hash


# only what is above a weight


def test_only_the_part_above_the_weight_is_sold_short() -> None:
    tape = lay({"AAA": [10.0, 10.0, 10.0], "BBB": [10.0] * 3, "CCC": [30.0, 60.0, 60.0]})
    setup = replace(
        arrange(tape),
        portfolio=Portfolio(shares=100, rest=Basket.by_shares({"CCC": 100.0}), cash=1e6),
    )
    found = simulate(Short(holding="AAA", excess_over=0.10), setup)
    # 1,000 of 4,000, so 1,000 − 400 is hedged; then of 7,000, and 1,000 − 700: in shares of 10.00
    assert found.tables["fills"]["quantity"].tolist() == pytest.approx([-60.0, 30.0])


def test_a_holding_below_the_weight_is_left_alone() -> None:
    tape = walk(30)
    setup = replace(arrange(tape), portfolio=Portfolio(value=1e4, weight=0.1, cash=1e6))
    rest = replace(tape, close={**tape.close, "SPX": np.full(30, 4000.0)})
    rest = replace(rest, open={**tape.open, "SPX": np.full(30, np.nan)}, _kernels={})
    rest = replace(rest, basis={**tape.basis, "SPX": "price_index"})
    whole = Setup(
        **{k: getattr(setup, k) for k in ("holding", "portfolio", "costs", "rules")},
        tape=rest,
        prices=arrange(rest).prices,
    )
    found = simulate(Short(holding="AAA", excess_over=0.5), whole)
    assert len(found.tables["fills"]["quantity"]) == 0


def test_puts_cover_the_part_above_the_weight_in_whole_contracts() -> None:
    tape = lay({"AAA": [10.0] * 5, "CCC": [30.0] * 5})
    setup = replace(
        arrange(tape, sigma=0.3),
        portfolio=Portfolio(shares=1000, rest=Basket.by_shares({"CCC": 1000.0}), cash=1e6),
    )
    found = simulate(Puts(holding="AAA", excess_over=0.10), setup)
    # 600 of 1,000 shares
    assert found.tables["rolls"]["contracts"].tolist() == [6.0]
    assert found.curves["cover"][1] == 1.0


def test_the_command_line_takes_both(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from microhedge.cli.app import root

    line = "compare AAPL --weight 0.4 --start 2014-01-02 --end 2015-12-31 --json"
    line += " --with protective-put:when=drawdown>0.10,excess_over=0.1 --with protective-put"
    found = json.loads(CliRunner().invoke(root, line.split()).stdout)
    names = [run["name"] for run in found["runs"] if run["kind"] == "hedge"]
    assert names == ["protective-put[when=drawdown>0.10,excess_over=0.1]", "protective-put"]
    assert "'protective-put:when=drawdown>0.10,excess_over=0.1'" in found["reproduce"]
    told = next(text for text in found["warnings"] if "is held when drawdown>0.10" in text)
    assert "nothing counts as uncovered" in told
    words = "run protective-put --holding AAPL --when drawdown>0.10 --excess-over 0.1 --json"
    single = json.loads(CliRunner().invoke(root, [*words.split(), *line.split()[2:8]]).stdout)
    assert single["runs"][1]["stats"] == found["runs"][1]["stats"]
    assert date.fromisoformat(single["start"]) == date(2014, 1, 2)
