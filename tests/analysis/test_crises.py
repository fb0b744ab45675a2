"""Crises against closed forms, paths drawn by hand and the closes of the S&P 500 themselves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy.stats import t as student

from microhedge.analysis.crises import bounds, crises, forbes_rigobon
from microhedge.analysis.crisis_windows import MARKET_FALLS, left_out, windows, worst_falls
from microhedge.calendar import day_number, sessions
from microhedge.errors import BadData, NotCovered
from microhedge.tape import Days, Floats

INDICES = Path(__file__).parents[2] / "data" / "indices.parquet"


def made(n: int = 1600, seed: int = 1) -> tuple[Days, Floats, Floats]:
    """Returns from 2016-01-04 on with a correlation of 0.8."""
    z = 0.01 * np.random.default_rng(seed).standard_normal((2, n))
    day = sessions(day_number(date(2016, 1, 4)), day_number(date(2024, 1, 2)))[:n]
    return day, z[0], 0.8 * z[0] + 0.6 * z[1]


@pytest.mark.parametrize(
    ("rho", "delta", "adjusted"),
    # 0.8/√(1 + 3·0.36) and 0.9/√(1 + 5·0.19)
    [(0.8, 3.0, 0.554700), (0.9, 5.0, 0.644503), (-0.8, 3.0, -0.554700), (0.5, 0.0, 0.5)],
)
def test_forbes_and_rigobons_correlation(rho: float, delta: float, adjusted: float) -> None:
    assert forbes_rigobon(rho, delta) == pytest.approx(adjusted, abs=5e-7)


def test_the_adjusted_correlation_at_its_ends() -> None:
    assert forbes_rigobon(1.0, 8.0) == 1.0
    assert forbes_rigobon(0.3, -1.0) == pytest.approx(1.0)
    assert forbes_rigobon(0.0, -1.0) == 0.0
    with pytest.raises(BadData, match="lies between -1 and 1"):
        forbes_rigobon(1.2, 0.0)


def test_a_hedge_of_larger_variance_in_a_linear_model_is_adjusted_to_the_calm_correlation() -> None:
    # y = x + e: corr is 1/√2 at var x = 1 and 2/√5 at var x = 4; the adjustment undoes it
    assert forbes_rigobon(2.0 / np.sqrt(5.0), 3.0) == pytest.approx(1.0 / np.sqrt(2.0))


@pytest.mark.parametrize("name", [row[0] for row in MARKET_FALLS])
def test_the_market_falls_are_those_of_the_index(name: str) -> None:
    ((_, high, low, source),) = [row for row in MARKET_FALLS if row[0] == name]
    assert high < low
    assert source
    table = pq.read_table(INDICES, columns=["date", "spx_close"])
    day = table["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    close = table["spx_close"].to_numpy().astype(float)
    if not day[0] <= day_number(high) < day_number(low) <= day[-1]:
        return  # 1987 and 2025 lie outside the shipped closes
    rows = (day >= day_number(high)) & (day <= day_number(low)) & np.isfinite(close)
    inside = close[rows]
    assert (int(np.argmax(inside)), int(np.argmin(inside))) == (0, len(inside) - 1)
    assert inside[-1] / inside[0] - 1.0 <= -0.15


def test_worst_falls_of_a_path_drawn_by_hand() -> None:
    # 100 110 99 105 84 90 120 60 90 81: 120 to 60 is 50 %, 110 to 84 is 24 %, 90 to 81 is 10 %
    path = np.array([100.0, 110.0, 99.0, 105.0, 84.0, 90.0, 120.0, 60.0, 90.0, 81.0])
    y = path[1:] / path[:-1] - 1.0
    assert worst_falls(y, 5) == ((6, 7), (1, 4), (8, 9))
    assert worst_falls(y, 1) == ((6, 7),)
    assert worst_falls(y, 0) == ()


def test_a_holding_that_never_falls_has_no_falls_and_a_lost_one_has_one() -> None:
    assert worst_falls(np.full(10, 0.01), 3) == ()
    assert worst_falls(np.array([0.0, 0.1, -1.0, 0.0, 0.2]), 3) == ((2, 3),)


def test_falls_never_share_a_session() -> None:
    _, y, _ = made(800, seed=3)
    rows = [row for first, stop in worst_falls(y, 12) for row in range(first, stop)]
    assert len(rows) == len(set(rows))
    depth = [float(np.prod(1.0 + y[first:stop])) for first, stop in worst_falls(y, 12)]
    assert depth == sorted(depth)


def test_own_falls_come_first_and_then_the_market_falls_of_the_sample() -> None:
    day, y, x = made()
    rows = crises(day, y, x, worst=2)
    assert [row.window.own for row in rows[:2]] == [True, True]
    named = [row.window.name for row in rows if not row.window.own]
    assert named == ["Rate fears of 2018", "Covid-19", "Inflation of 2022"]
    covid = next(row for row in rows if row.window.name == "Covid-19")
    # 20 February to 23 March 2020: 23 sessions of the New York Stock Exchange
    assert covid.n == 23
    assert covid.window.whole


def test_the_numbers_of_a_window_are_those_of_its_rows() -> None:
    day, y, x = made()
    inside = (day > day_number(date(2020, 2, 19))) & (day <= day_number(date(2020, 3, 23)))
    y, x = np.where(inside, 3.0 * y, y), np.where(inside, 2.0 * x, x)
    hedged = y - 0.5 * x
    rows = crises(day, y, x, hedged=hedged, worst=0)
    covid = next(row for row in rows if row.window.name == "Covid-19")
    outside = np.ones(len(day), dtype=bool)
    for row in rows:
        outside[row.window.first : row.window.stop] = False
    rho = np.corrcoef(y[inside], x[inside])[0, 1]
    ratio = np.var(x[inside]) / np.var(x[outside])
    assert covid.correlation == pytest.approx(rho)
    assert covid.adjusted == pytest.approx(rho / np.sqrt(1.0 + (ratio - 1.0) * (1.0 - rho**2)))
    assert covid.calm == pytest.approx(np.corrcoef(y[outside], x[outside])[0, 1])
    assert covid.hedge_volatility_ratio == pytest.approx(np.sqrt(ratio))
    assert covid.volatility_ratio == pytest.approx(y[inside].std() / y[outside].std())
    assert covid.effectiveness == pytest.approx(1.0 - np.var(hedged[inside]) / np.var(y[inside]))
    assert covid.fall == pytest.approx(np.prod(1.0 + y[inside]) - 1.0)
    assert covid.sentence.startswith("Covid-19 (2020-02-19 to 2020-03-23): the holding's return")


def test_the_bounds_of_a_correlation_by_hand_and_in_a_window() -> None:
    _, y, x = made(60)
    u, v = ((one - one.mean()) / one.std() for one in (y, x))
    rho = np.corrcoef(y, x)[0, 1]
    psi = u * v - rho / 2.0 * (u * u + v * v)
    # 0.4 · 60^(2/3) = 6.1: six cosines, written out
    at = np.arange(60) + 0.5
    waves = [np.sqrt(2.0 / 60.0) * psi @ np.cos(np.pi * k * at / 60.0) for k in range(1, 7)]
    half = student.ppf(0.975, 6) * np.sqrt(np.mean(np.square(waves)) / 60.0) / (1.0 - rho**2)
    wanted = np.tanh(np.arctanh(rho) + np.array([-half, half]))
    assert bounds(y, x) == pytest.approx(tuple(wanted), rel=1e-12)
    day, y, x = made()
    covid = next(one for one in crises(day, y, x, worst=0) if one.window.name == "Covid-19")
    part = slice(covid.window.first, covid.window.stop)
    assert (covid.low, covid.high) == bounds(y[part], x[part])


@pytest.mark.parametrize("n", [24, 120])
def test_the_bounds_hold_a_constant_correlation_in_nine_cases_of_ten(n: int) -> None:
    held = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        z = rng.standard_normal((2, n)) / np.sqrt(rng.chisquare(4, n) / 4)
        found = bounds(z[0], 0.8 * z[0] + 0.6 * z[1])
        assert found is not None
        held += found[0] <= 0.8 <= found[1]
    assert 0.89 <= held / 300 <= 0.98  # Fisher's formula: 0.85 and 0.78


def test_few_sessions_and_copies_have_no_bounds() -> None:
    _, y, x = made(20)
    assert bounds(y[:19], x[:19]) is None
    assert bounds(y, x) is not None
    assert bounds(y, 2.0 * y) is None
    assert bounds(y, np.zeros(20)) is None


def test_without_a_run_the_ratio_is_that_of_calm_sessions() -> None:
    day, y, x = made()
    rows = crises(day, y, x, worst=0)
    outside = np.ones(len(day), dtype=bool)
    for row in rows:
        outside[row.window.first : row.window.stop] = False
    slope = np.polyfit(x[outside], y[outside], 1)[0]
    for row in rows:
        part = slice(row.window.first, row.window.stop)
        expected = 1.0 - np.var(y[part] - slope * x[part]) / np.var(y[part])
        assert row.effectiveness == pytest.approx(expected)


def test_short_windows_are_left_out_and_told() -> None:
    day, y, x = made()
    y = np.abs(y)
    y[100] = -0.2  # one bad day alone
    end = int(np.searchsorted(day, day_number(date(2020, 3, 2)), side="right"))
    every = windows(day[:end], y[:end])
    # 20 February to 2 March 2020: 8 sessions
    assert left_out(every) == (
        "2 left out for fewer than 20 common sessions: Own fall 1 (1), Covid-19 (8)."
    )
    assert [row.window.name for row in crises(day[:end], y[:end], x[:end])] == [
        "Rate fears of 2018"
    ]
    assert left_out(every[:0]) == ""


def test_a_window_that_the_sample_cuts_is_told_as_a_part() -> None:
    day, y, x = made()
    begin = int(np.searchsorted(day, day_number(date(2018, 10, 15))))
    row = next(
        row for row in crises(day[begin:], y[begin:], x[begin:], worst=0) if not row.window.own
    )
    assert row.window.name == "Rate fears of 2018"
    assert not row.window.whole
    assert "of which the sample holds a part" in row.sentence


def test_copies_stay_copies_and_leave_nothing() -> None:
    day, y, _ = made()
    y = y + 0.001
    for row in crises(day, y, y):
        assert row.correlation == pytest.approx(1.0)
        assert row.adjusted == pytest.approx(1.0)
        assert row.effectiveness == pytest.approx(1.0)
    assert crises(day, y, y, hedged=np.zeros(len(y)))[0].effectiveness == 1.0


def test_a_hedge_that_stands_still_in_a_window_has_no_correlation_there() -> None:
    day, y, x = made()
    inside = (day > day_number(date(2018, 9, 20))) & (day <= day_number(date(2018, 12, 24)))
    row = next(
        row
        for row in crises(day, y, np.where(inside, 0.0, x), worst=0)
        if row.window.name == "Rate fears of 2018"
    )
    assert (row.correlation, row.adjusted) == (None, None)
    assert row.hedge_volatility_ratio == 0.0
    assert row.effectiveness == pytest.approx(0.0)
    assert "there is no correlation" in row.sentence


def test_calm_sessions_are_those_outside_the_window_and_the_falls_of_the_market() -> None:
    day, y, x = made()
    y = y + 0.001
    own = next(row for row in crises(day, y, x) if row.window.own)
    outside = np.ones(len(day), dtype=bool)
    outside[own.window.first : own.window.stop] = False
    # the three falls between 2016 and 2022
    for high, low in (
        ("2018-09-20", "2018-12-24"),
        ("2020-02-19", "2020-03-23"),
        ("2022-01-03", "2022-10-12"),
    ):
        edges = [day_number(date.fromisoformat(edge)) for edge in (high, low)]
        outside[(day > edges[0]) & (day <= edges[1])] = False
    assert own.calm == pytest.approx(np.corrcoef(y[outside], x[outside])[0, 1])


def test_without_calm_sessions_nothing_is_compared_with_them() -> None:
    # the whole sample lies in the fall of 2022
    day = sessions(day_number(date(2022, 1, 4)), day_number(date(2022, 10, 12)))
    _, y, x = made(len(day))
    (row,) = crises(day, y, x, worst=0)
    assert (row.adjusted, row.calm, row.volatility_ratio, row.effectiveness) == (None,) * 4
    assert row.correlation == pytest.approx(np.corrcoef(y, x)[0, 1])


def test_what_cannot_be_described_is_refused() -> None:
    day, y, x = made(200)
    with pytest.raises(NotCovered, match="at least 60"):
        crises(day[:30], y[:30], x[:30])
    with pytest.raises(BadData, match="each return has its own later day"):
        crises(day[::-1], y, x)
    with pytest.raises(BadData, match="hedged returns"):
        crises(day, y, x, hedged=y[1:])
    y[5] = -1.5
    with pytest.raises(BadData, match="more than everything in row 5"):
        crises(day, y, x)
    y[5] = np.nan
    with pytest.raises(BadData, match="holding in row 5 is no number"):
        crises(day, y, x)
