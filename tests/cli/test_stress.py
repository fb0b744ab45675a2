"""`microhedge stress`, as it is typed."""

from __future__ import annotations

import json

import pytest

from .conftest import Typed

PAIR = ("stress", "pair-short", "--holding", "BAC", "--peer", "JPM", "--start", "2007-10-09",
        "--end", "2009-03-09")  # fmt: skip


def test_the_base_run_stands_beside_every_stress(typed: Typed) -> None:
    ask = ("--recall", "2", "--ban", "JPM,BAC:2008-09-19..2008-10-08", "--squeeze",
           "2008-06-02:2:5")  # fmt: skip
    found = json.loads(typed(*PAIR, *ask, "--json").out)
    names = [one["name"] for one in found["runs"]]
    assert names == ["base", "recalls, 2 a year", "ban of new shorts", "JPM × 2 in 5 sessions"]
    base, recalled, banned, tight = found["runs"]
    assert (base["recalls"], base["margin_calls"]) == (0, 0)
    assert recalled["recalls"] > 0
    assert recalled["unhedged"] > base["unhedged"]
    assert banned["ending_value"] == base["ending_value"]  # it asked for no new short on those days
    assert tight["ruined"]
    assert tight["loss"] > 0.3
    again = json.loads(typed(*PAIR, *ask, "--json").out)
    assert again == found
    table = typed(*PAIR, *ask).out
    assert table.startswith("BAC, pair-short, 2007-10-09 to 2009-03-09")
    assert "JPM × 2 in 5 sessions (ruined)" in table


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "no stress is named"),
        (("--ban", "2008-09-19"), "write JPM,BAC:2008-09-19..2008-10-08"),
        (("--ban", "2008-10-08..2008-09-19"), "ends before it begins"),
        (("--squeeze", "2008-06-02"), "write 2020-06-01:2:5"),
        (("--squeeze", "2008-06-02:two:5"), "write 2020-06-01:2:5"),
        (("--squeeze", "KO:2008-06-02:2:5"), "never short of KO: it was of JPM"),
        (("--squeeze", "2012-06-04:2:5"), "does not lie inside"),
        (("--ban", "JPN:2008-09-19..2008-10-08"), "did you mean 'JPM'"),
        (("--recall", "-1"), "a recall rate of -1"),
        (("--recall", "1", "--cost", "borow=1"), "did you mean 'borrow'"),
    ],
)
def test_a_stress_that_cannot_be_read_is_answered_in_one_line(
    typed: Typed, words: tuple[str, ...], said: str
) -> None:
    assert said in typed(*PAIR, *words).error


def test_costs_that_are_typed_are_spelled_again(typed: Typed) -> None:
    ask = ("run", "pair-short", "--holding", "AAPL", "--peer", "MSFT", "--start", "2015-01-02",
           "--end", "2015-06-30", "--json")  # fmt: skip
    plain = json.loads(typed(*ask).out)
    dear = json.loads(typed(*ask, "--cost", "borrow=0.05", "--cost", "stock-impact=0.2").out)
    assert "--cost borrow=0.05 --cost stock_impact=0.2" in dear["reproduce"]
    assert dear["runs"][1]["stats"]["cost_per_year"] > plain["runs"][1]["stats"]["cost_per_year"]
    again = json.loads(typed(*dear["reproduce"].split()[1:], "--json").out)
    assert again["runs"][1]["stats"] == dear["runs"][1]["stats"]
