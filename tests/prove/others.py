"""What do R, statsmodels and the clearing house say, where a number is theirs?"""

from __future__ import annotations

from collections.abc import Iterator
from math import nan

import numpy as np
import test_instruments as contracts
from analysis import test_breaks as breaks
from analysis import test_cointegration as money
from analysis import test_quantile_betas as food
from analysis.test_effectiveness import HULL
from prove.figures import Figure, line
from statsmodels.datasets import engel
from statsmodels.regression.linear_model import OLS

from microhedge.analysis.breaks import break_dates
from microhedge.analysis.cointegration import johansen
from microhedge.analysis.offsets import offset_regression
from microhedge.analysis.quantile_betas import quantile_betas
from microhedge.instruments import exercise_threshold


def figures() -> Iterator[Figure]:
    """One line for each programme or rule."""
    dated = break_dates(breaks.nile()[0]).datings
    yield line(
        "squared errors of the Nile's flow with 0 to 5 breaks",
        "R's strucchange, as printed in whole numbers",
        _apart([one.rss for one in dated], breaks.NILE_RSS),
        0.51,
    )
    yield line(
        "Johansen's trace of Danish money demand",
        "R's urca",
        _apart(johansen(money.danish()).statistics, money.DANISH_TRACE),
        1e-7,
    )
    data = engel.load_pandas().data
    spent, earned = data["foodexp"].to_numpy(float), data["income"].to_numpy(float)
    lines = quantile_betas(spent, earned, tuple(tau for tau, _, _ in food.ENGEL)).lines
    yield line(
        "slopes of Engel's law at three quantiles",
        "R's quantreg",
        _apart([nan if x.slope is None else x.slope.value for x in lines],
               [slope for _, _, slope in food.ENGEL]),
        food.TOLERANCE,
    )  # fmt: skip
    spot, future = np.loadtxt(HULL, delimiter=",", comments=("#", "d")).T
    found = offset_regression(spot, -future, lags=2)
    fitted = OLS(-future, np.column_stack((np.ones(len(spot)), spot))).fit(
        cov_type="HAC", cov_kwds={"maxlags": 2}, use_t=True
    )
    yield line(
        "slope and Newey–West standard error of Hull's hedge, relative",
        "statsmodels",
        _apart(
            [found.slope / fitted.params[1], (found.standard_error or nan) / fitted.bse[1]], [1, 1]
        ),
        1e-9,
    )
    yield line(
        "strikes after Apple's split of 7 for 1 in 2014",
        f"{len(contracts.APPLE)} strikes as they were quoted afterwards",
        _apart(
            [contracts.call(old).after_split(7)[0].strike for old, _ in contracts.APPLE],
            [new for _, new in contracts.APPLE],
        ),
        0.0,
    )
    yield line(
        "gain at which an option is exercised at its expiry",
        f"the clearing house's threshold on {len(contracts.THRESHOLDS)} dates of 2004–2024",
        _apart(
            [exercise_threshold(expiry) for expiry, _ in contracts.THRESHOLDS],
            [threshold for _, threshold in contracts.THRESHOLDS],
        ),
        0.0,
    )


def _apart(ours: object, theirs: object) -> float:
    return float(np.abs(np.asarray(ours, float) - np.asarray(theirs, float)).max())
