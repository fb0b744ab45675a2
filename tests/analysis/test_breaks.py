"""Break dates against published ones, against every possible date, and against known ones."""

from __future__ import annotations

from datetime import date
from itertools import combinations, pairwise
from math import inf, log, pi
from time import perf_counter

import numpy as np
import pytest

from microhedge.analysis.breaks import CAVEAT, break_dates, weekly
from microhedge.calendar import day_number, sessions
from microhedge.errors import BadData, NotCovered
from microhedge.tape import Days, Floats

# the Nile with 0 to 5 breaks: Zeileis, Kleiber, Krämer and Hornik 2003, R's strucchange 1.5.3
NILE_RSS = (2835157, 1597457, 1552924, 1538097, 1507888, 1659994)


def nile() -> tuple[Floats, Days]:
    """The yearly flow of the Nile at Aswan, 1871 to 1970, and the last day of each year."""
    from statsmodels.datasets import nile as source

    table = source.load().data
    day = [day_number(date(int(year), 12, 31)) for year in table["year"]]
    return table["volume"].to_numpy(dtype=float), np.array(day, np.int32)


def slopes(seed: int, n: int, *values: float, noise: float = 0.5) -> tuple[Floats, Floats]:
    """A line through zero whose slope takes these values for equal parts of the sample."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    slope = np.array(values)[np.arange(n) * len(values) // n]
    return slope * x + noise * rng.standard_normal(n), x


def test_the_nile_has_the_published_dates() -> None:
    found = break_dates(nile()[0])
    assert [dating.rows for dating in found.datings] == [
        (),
        (28,),
        (28, 83),
        (28, 68, 83),
        (28, 45, 68, 83),
        (15, 30, 45, 68, 83),
    ]
    np.testing.assert_allclose([dating.rss for dating in found.datings], NILE_RSS, atol=0.51)
    bic = [1318, 1270, 1276, 1285, 1292, 1311]
    np.testing.assert_allclose([dating.bic for dating in found.datings], bic, atol=0.51)
    assert (found.rows, found.least) == ((28,), 15)


def test_the_nile_fell_after_1898() -> None:
    volume, day = nile()
    found = break_dates(volume, day=day)
    assert found.days == (day_number(date(1898, 12, 31)),)
    assert found.sentence == (
        "1 break, after 1898-12-31 (BIC lower by 48.2 than without): "
        "the mean was 1097.75, then 849.97."
    )
    assert found.caveat == CAVEAT


@pytest.mark.parametrize("sloped", [True, False])
def test_no_other_dates_leave_less_error(sloped: bool) -> None:
    n, least = 42, 6
    y, x = slopes(1, n, 1.0, 0.2, 0.9)
    y += 3.0
    found = break_dates(y, x if sloped else None)
    assert found.least == least
    matrix = np.column_stack((np.ones(n), x)) if sloped else np.ones((n, 1))

    def error(first: int, end: int) -> float:
        rows = slice(first, end)
        fit = matrix[rows] @ np.linalg.lstsq(matrix[rows], y[rows], rcond=None)[0]
        return float(np.sum((y[rows] - fit) ** 2))

    errors = {
        (first, end): error(first, end) for first in range(n) for end in range(first + least, n + 1)
    }
    for m in range(4):
        best = min(
            (sum(errors[part] for part in pairwise((0, *rows, n))), rows)
            for rows in combinations(range(least, n - least + 1), m)
            if all(part in errors for part in pairwise((0, *rows, n)))
        )
        assert found.datings[m].rss == pytest.approx(best[0], rel=1e-9)
        assert found.datings[m].rows == best[1]


def test_bic_is_that_of_normal_errors_and_counts_each_date_as_a_parameter() -> None:
    n = 200
    y, x = slopes(2, n, 1.0, 0.4)
    for m, dating in enumerate(break_dates(y, x).datings):
        normal = n * log(dating.rss / n) + n * log(2.0 * pi) + n
        assert dating.bic == pytest.approx(normal + log(n) * (m + 1) * 3)


def test_known_changes_of_the_slope_are_dated() -> None:
    off, number = [], []
    for seed in range(15):
        found = break_dates(*slopes(seed, 600, 0.8, 0.3, 1.0))
        number.append(len(found.rows))
        off += [abs(row - known) for row, known in zip(found.rows, (200, 400), strict=False)]
    assert number == [2] * 15
    assert np.median(off) <= 6


def test_a_constant_slope_has_no_breaks() -> None:
    found = [break_dates(*slopes(seed, 400, 0.8)) for seed in range(30)]
    # up to 2 % of samples of normal returns are given one
    assert sum(bool(one.rows) for one in found) <= 2
    assert found[0].sentence.startswith("No break: by BIC one slope (0.8")
    assert found[0].regimes[0].slope == pytest.approx(
        np.polyfit(*slopes(0, 400, 0.8)[::-1], 1)[0], rel=1e-10
    )


def test_the_regimes_are_lines_of_their_own() -> None:
    y, x = slopes(3, 300, 0.8, 0.2)
    found = break_dates(y + 2.0, x)
    assert [(one.first, one.last) for one in found.regimes] == [
        (0, found.rows[0] - 1),
        (found.rows[0], 299),
    ]
    for one in found.regimes:
        rows = slice(one.first, one.last + 1)
        slope, intercept = np.polyfit(x[rows], y[rows] + 2.0, 1)
        assert one.slope == pytest.approx(slope)
        assert one.intercept == pytest.approx(intercept)


def test_the_unit_and_the_level_of_the_returns_do_not_matter() -> None:
    y, x = slopes(4, 300, 0.8, 0.2)
    found = break_dates(1e-5 * y + 1.0, 1e3 * x - 5e5)
    assert found.rows == break_dates(y, x).rows
    assert found.datings[0].rss == pytest.approx(1e-10 * break_dates(y, x).datings[0].rss, rel=1e-5)


def test_copies_have_nothing_to_date_unless_their_ratio_changes() -> None:
    _, x = slopes(5, 200, 1.0)
    one = break_dates(2.0 * x, x)
    assert (one.rows, one.datings[0].rss, one.datings[0].bic) == ((), 0.0, -inf)
    assert one.sentence == "Nothing to date: one slope (2.00) fits all 200 observations exactly."
    two = break_dates(np.repeat([2.0, 3.0], 100) * x, x)
    assert two.rows == (100,)
    assert two.sentence == (
        "1 break, after observation 100 and leave no error: the slope was 2.00, then 3.00."
    )


def test_a_holding_that_never_moves_has_a_slope_of_zero() -> None:
    _, x = slopes(6, 100, 1.0)
    found = break_dates(np.full(100, 0.1), x)
    assert found.rows == ()
    assert found.regimes[0].slope == pytest.approx(0.0, abs=1e-12)


def test_a_hedge_that_stands_still_for_a_regime_has_no_slope_there() -> None:
    y, x = slopes(7, 300, 1.0, noise=0.1)
    x[:160] = 0.25
    y[:80] += 5.0
    found = break_dates(y, x)
    assert found.rows[0] == 80
    assert found.regimes[0].slope is None
    assert found.regimes[0].intercept == pytest.approx(y[:80].mean())
    assert "undefined, then" in found.sentence


def test_thirty_years_of_weeks_are_dated_at_once() -> None:
    y, x = slopes(8, 1500, 0.8, 0.6)
    begin = perf_counter()
    break_dates(y, x)
    assert perf_counter() - begin < 0.3


def test_what_cannot_be_dated_is_refused() -> None:
    y, x = slopes(9, 100, 1.0)
    with pytest.raises(NotCovered, match="20 observations and 15% are enough"):
        break_dates(y[:19], x[:19])
    assert break_dates(y[:20], x[:20]).least == 3
    with pytest.raises(NotCovered):
        break_dates(np.zeros(0), np.zeros(0))
    with pytest.raises(NotCovered, match="50%"):
        break_dates(y, x, trim=0.5)
    with pytest.raises(BadData, match="no number"):
        break_dates(np.where(np.arange(100) == 3, np.nan, y), x)
    with pytest.raises(BadData, match="does not move"):
        break_dates(y, np.full(100, 0.1))
    with pytest.raises(BadData, match="as many"):
        break_dates(y, x[:-1])


def test_weeks_are_those_of_iso() -> None:
    day = sessions(day_number(date(1998, 12, 15)), day_number(date(2010, 2, 3)))
    returns = np.random.default_rng(10).standard_normal(len(day))
    sums: dict[tuple[int, int], float] = {}
    last: dict[tuple[int, int], int] = {}
    for number, value in zip(day.tolist(), returns.tolist(), strict=True):
        year, week, _ = date.fromordinal(number + date(1970, 1, 1).toordinal()).isocalendar()
        sums[year, week] = sums.get((year, week), 0.0) + value
        last[year, week] = number
    found, (total, double) = weekly(day, returns, 2.0 * returns)
    np.testing.assert_array_equal(found, list(last.values()))
    np.testing.assert_allclose(total, list(sums.values()), atol=1e-12)
    np.testing.assert_allclose(double, 2.0 * total)


def test_a_week_without_a_day_is_left_out_and_days_before_1970_count() -> None:
    texts = ("1969-12-28", "1969-12-29", "1970-01-04", "1970-01-05", "1970-01-20")
    day = np.array([day_number(date.fromisoformat(text)) for text in texts], np.int32)
    found, (total,) = weekly(day, np.array([1.0, 2.0, 4.0, 8.0, 16.0]))
    assert total.tolist() == [1.0, 6.0, 8.0, 16.0]
    np.testing.assert_array_equal(found, day[[0, 2, 3, 4]])


def test_no_days_make_no_weeks_and_wrong_ones_are_refused() -> None:
    none = np.zeros(0, np.int32)
    assert len(weekly(none, np.zeros(0))[0]) == 0
    with pytest.raises(BadData, match="increase"):
        weekly(np.array([3, 3], np.int32), np.zeros(2))
    with pytest.raises(BadData, match="another length"):
        weekly(np.array([3, 4], np.int32), np.zeros(3))
