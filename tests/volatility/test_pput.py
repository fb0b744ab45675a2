"""The models against the published Cboe S&P 500 5 % Put Protection Index (PPUT).

Month-ends January 2014 to December 2018 of the official file: 6.20 % a year, volatility 9.48 %,
deepest fall 10.52 %. The index holds the S&P 500 with its dividends and one put per unit, bought on
the third Friday 5 % out of the money (closest listed strike below) and held to the next.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from microhedge.calendar import monthly_expiry, to_date
from microhedge.pricing import black
from microhedge.sources.bundled import bundled
from microhedge.volatility import IndexProxy, VixSmile, VolModel

FloatArray = npt.NDArray[np.float64]
DIVIDEND_YIELD = 0.0195  # of the S&P 500, average of those years


@dataclass(frozen=True)
class Outcome:
    annual_return: float
    volatility: float
    deepest_fall: float
    premium: float  # a year, as a share of the index


@dataclass(frozen=True)
class Data:
    day: npt.NDArray[np.int32]
    close: FloatArray
    vix: FloatArray
    rate: FloatArray

    def row(self, day: int) -> int:
        return int(np.searchsorted(self.day, day, side="right")) - 1


@pytest.fixture(scope="module")
def data() -> Data:
    return read()


def read() -> Data:
    """The shipped index, VIX and bills, by session of the index."""
    market = bundled()
    index = market.series("SPX", "price_index")
    bill, vix = market.reference("CMT3M"), market.reference("VIX")
    assert index is not None
    assert bill is not None
    assert vix is not None
    level = np.full(len(index.day), np.nan)
    level[np.searchsorted(index.day, vix.day)] = vix.value
    known = np.maximum(np.searchsorted(bill.day, index.day, side="right") - 1, 0)
    return Data(index.day, index.close, level, 2 * np.log1p(bill.value[known] / 2))


def programme(model: VolModel, data: Data) -> Outcome:
    """Value of the programme at month-ends, put by put; no costs."""
    months = [(year, month) for year in range(2014, 2019) for month in range(1, 13)]
    expiries = [monthly_expiry(*month) for month in [*months, (2019, 1)]]
    value = np.full(len(data.day), np.nan)
    value[data.row(expiries[0])] = 1.0
    premiums = []
    for bought, expiry in pairwise(expiries):
        rows = np.arange(data.row(bought), data.row(expiry) + 1)
        S, r, T = data.close[rows], data.rate[rows], (expiry - data.day[rows]) / 365
        F = S * np.exp((r - DIVIDEND_YIELD) * T)
        K = 5 * np.floor(0.95 * S[0] / 5)
        put = black(F, K, T, model.iv(rows, "close", K, F, T), np.exp(-r * T), -1)
        shares = np.exp(DIVIDEND_YIELD * (data.day[rows] - data.day[rows[0]]) / 365)
        value[rows] = value[rows[0]] * (shares * S + put) / (S[0] + put[0])
        premiums.append(put[0] / S[0])
    ends = [to_date(int(day)) for day in data.day]
    last = [
        max(row for row, day in enumerate(ends) if (day.year, day.month) == month)
        for month in months
    ]
    path = value[last]
    returns = path[1:] / path[:-1] - 1
    return Outcome(
        annual_return=100 * float((path[-1] / path[0]) ** (12 / len(returns)) - 1),
        volatility=100 * float(np.std(returns, ddof=1)) * 12**0.5,
        deepest_fall=100 * float(np.min(path / np.maximum.accumulate(path)) - 1),
        premium=1200 * float(np.mean(premiums)),
    )


def test_the_smile_on_vix_replicates_the_published_index(data: Data) -> None:
    found = programme(VixSmile(data.vix), data)
    assert found.annual_return == pytest.approx(6.20, abs=1.0)
    assert found.volatility == pytest.approx(9.48, abs=0.5)
    assert found.deepest_fall == pytest.approx(-10.52, abs=2.0)
    assert 4.0 <= found.premium <= 7.0


def test_a_flat_smile_at_vix_is_seen_to_be_too_cheap(data: Data) -> None:
    # the gate above must be able to see a missing skew
    found = programme(VixSmile(data.vix, a=0.0, b=0.0), data)
    assert found.annual_return > 6.20 + 1.0
    assert found.premium < 4.0


def test_the_premium_of_the_index_proxy_was_fitted_to_the_published_return(data: Data) -> None:
    found = programme(IndexProxy(data.close), data)
    assert found.annual_return == pytest.approx(6.20, abs=0.1)
    assert found.volatility == pytest.approx(9.48, abs=0.5)
    assert found.deepest_fall == pytest.approx(-10.52, abs=2.0)
