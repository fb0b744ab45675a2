"""The table of shorts by year: every figure has room, and every sum is that of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from microhedge.reporting.inputs import Subject, Year
from microhedge.reporting.table_of_years import linear


def told(sample: Subject, years: Sequence[Year]) -> dict[str, Any]:
    run = next(run for run in sample.hedges if run.name == "index-peer-short")
    return linear(sample, replace(run, years=tuple(years), interest={2019: 10.0, 2020: 20.0}))


def year(number: int, symbol: str, *, traded: float = 1_000.0, result: float = 5.0) -> Year:
    return Year(number, symbol, 2, traded, 0.5, result, 1.0)


def test_two_legs_stand_side_by_side_with_more_room_for_money(sample: Subject) -> None:
    table = told(sample, [year(2019, "SPX", traded=99e6), year(2019, "MSFT"), year(2020, "SPX")])
    assert table["head"][:5] == ["Year", "SPX trades", "SPX traded", "SPX ratio", "SPX result"]
    widths = [float(width.removesuffix("fr")) for width in table["widths"][1:5]]
    assert widths[1] > 1.5 * widths[0]
    # 99,001,000 was traded; the legs gained 5 each, interest 30, costs 3 in all: 15 + 30 − 3
    assert table["rows"][-1] == ["Total", "4", "99,001,000", "", "+10", "2", "1,000", "", "+5",
                                 "30", "3", "+42"]  # fmt: skip
    assert table["rows"][1][5:9] == ["–"] * 4


@pytest.mark.parametrize("symbols", [("MSFT", "IBM", "GE"), ("MSFT", "MOODYS-BAA")])
def test_of_many_legs_or_long_names_each_has_a_row_a_year(
    sample: Subject, symbols: Sequence[str]
) -> None:
    table = told(sample, [year(k, symbol) for k in (2019, 2020) for symbol in symbols])
    many = len(symbols)
    assert table["head"] == ["Year", "Symbol", "Trades", "Traded", "Ratio", "Result", "Interest",
                             "Costs", "Net"]  # fmt: skip
    assert [row[1] for row in table["rows"]] == [*symbols, "all"] * 3
    assert table["rows"][0] == ["2019", "MSFT", "2", "1,000", "0.50", "+5", "", "1", ""]
    # of 2019: results of 5 and costs of 1 a leg, and interest of 10
    assert table["rows"][many][:5] == ["2019", "all", f"{2 * many}", f"{many},000", ""]
    assert table["rows"][many][5:] == [f"+{5 * many}", "10", f"{many}", f"+{4 * many + 10}"]
    assert table["rows"][-1][1:] == ["all", f"{4 * many}", f"{2 * many},000", "",
                                     f"+{10 * many}", "30", f"{2 * many}",
                                     f"+{8 * many + 30}"]  # fmt: skip


def test_totals_without_room_are_told_in_larger_units(sample: Subject) -> None:
    table = told(sample, [year(1990 + k, "SPX", traded=99e6) for k in range(11)])
    assert "USD million" in table["sub"]
    assert table["rows"][-1][2] == "1,089.00"
