import numpy as np
import numpy.typing as npt
import pytest

from microhedge.volatility import realised

FloatArray = npt.NDArray[np.float64]


def _prices() -> tuple[FloatArray, FloatArray]:
    size = 200
    draw = np.random.default_rng(2)
    night, daytime = draw.normal(0, 0.01, size), draw.normal(0, 0.015, size)
    overnight = np.exp(night)
    overnight[[0, 40, 41, 150]] = np.nan
    return np.exp(np.cumsum(night + daytime)), overnight


def test_moves_of_one_percent_a_day_are_15_9_percent_a_year() -> None:
    growth = np.exp(0.01 * (np.arange(30) % 2))
    close = realised(growth, None, window=21).close
    assert close[21:] == pytest.approx(0.01 * 252**0.5)  # = 0.1587
    assert np.isnan(close[:21]).all()


def test_a_window_at_the_close_ends_with_the_return_of_the_day() -> None:
    growth, overnight = _prices()
    found = realised(growth, overnight, window=21).close
    returns = np.diff(np.log(growth))  # returns[t − 1] is that of row t
    for t in (21, 22, 100, 199):
        expected = np.sqrt(252 * np.mean(returns[t - 21 : t] ** 2))
        assert found[t] == pytest.approx(expected, rel=1e-12)


def test_a_window_at_the_open_ends_with_the_night_and_an_average_day() -> None:
    growth, overnight = _prices()
    found = realised(growth, overnight, window=21).open
    returns = np.concatenate(([np.nan], np.diff(np.log(growth))))
    daytime = returns - np.log(overnight)
    for t in (21, 70, 120, 199):
        today = np.log(overnight[t]) ** 2 + np.nanmean(daytime[max(t - 63, 0) : t] ** 2)
        expected = np.sqrt(252 / 21 * (np.sum(returns[t - 20 : t] ** 2) + today))
        assert found[t] == pytest.approx(expected, rel=1e-12)


def test_a_session_without_a_genuine_open_has_no_volatility_at_the_open() -> None:
    growth, overnight = _prices()
    found = realised(growth, overnight, window=21)
    assert np.flatnonzero(np.isnan(found.open[21:])).tolist() == [40 - 21, 41 - 21, 150 - 21]
    assert np.isnan(realised(growth, None, window=21).open).all()


@pytest.mark.parametrize("price", [np.nan, 0.0, np.inf])
def test_an_impossible_price_is_forgotten_when_it_leaves_the_window(price: float) -> None:
    growth, _ = _prices()
    growth[50] = price
    close = realised(growth, None, window=21).close
    # it spoils the returns of rows 50 and 51
    assert np.flatnonzero(np.isnan(close[21:])).tolist() == list(range(50 - 21, 72 - 21))


def test_a_history_that_is_too_short_has_no_volatility() -> None:
    growth, overnight = _prices()
    found = realised(growth[:10], overnight[:10], window=21)
    assert np.isnan(found.close).all()
    assert np.isnan(found.open).all()
