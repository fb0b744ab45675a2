"""The jobs that other engines were given, played as ordinary strategies: same answers to the cent.

`bench/recipe.py` says what they are.  A plain loop, numba, vectorbt, backtesting.py, bt and
backtrader end at its answers (zipline, which fills a bar later, at 969,748.1108 on the pair).
"""

from __future__ import annotations

import pytest
from peer_jobs import Pair, Put, play_pair, play_put
from recipe import A_DAY, ANSWERS, BARS, TENOR

from microhedge.desk import FillRule


@pytest.mark.parametrize(
    ("fill", "answer"), [("close", ANSWERS["pair"]), ("next_close", 969748.1108)]
)
def test_the_pair_hedge_ends_where_every_other_engine_does(fill: FillRule, answer: float) -> None:
    result = play_pair(Pair(holding="A"), fill=fill)
    assert result.curves["equity"][-1] == pytest.approx(answer, abs=0.005)
    # 348 resets; one more would come on the last bar or after it
    assert len(result.tables["fills"]["role"]) == 348


def test_the_pair_hedge_on_minutes_ends_where_every_other_engine_does() -> None:
    result = play_pair(Pair(holding="A"), "minutes")
    assert result.curves["equity"][-1] == pytest.approx(ANSWERS["minutes"], abs=0.005)
    assert len(result.curves["equity"]) == BARS["minutes"] // A_DAY
    assert abs(float(str(result.attribution["residual"]))) < 1e-6


def test_the_put_roll_ends_where_a_plain_loop_does() -> None:
    result = play_put(Put(holding="A"))
    assert result.curves["equity"][-1] == pytest.approx(ANSWERS["put"], abs=0.005)
    assert len(result.tables["rolls"]["role"]) == BARS["put"] // TENOR
