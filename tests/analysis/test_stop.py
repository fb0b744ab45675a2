"""When a stop sells and at what price: hand cases, and the gap of 3 February 2022."""

from __future__ import annotations

import numpy as np
import pytest

from microhedge.analysis.stop import Stop, stop_sale
from microhedge.errors import ParameterError
from microhedge.tape import Floats


def at(*prices: float) -> Floats:
    return np.array(prices)


NONE = float("nan")


def test_a_close_below_the_stop_fills_at_the_stop_if_the_session_opened_above() -> None:
    found = stop_sale(at(100, 90, 80), at(100, 95, 88))
    assert found == Stop(2, 85.0)


def test_an_open_below_the_stop_fills_at_the_open_whatever_the_close() -> None:
    assert stop_sale(at(100, 90, 95), at(100, 95, 70)) == Stop(2, 70.0)


def test_without_an_open_the_close_is_all_that_is_known() -> None:
    assert stop_sale(at(100, 90, 80), at(NONE, NONE, NONE)) == Stop(2, 80.0)


def test_a_stop_that_is_not_touched_sells_nothing() -> None:
    assert stop_sale(at(100, 86, 200, 86), at(100, 86, 200, 86)) is None


def test_a_trailing_stop_follows_the_highest_close_and_never_falls() -> None:
    # 200 · 0.85 = 170 from the third session on
    assert stop_sale(at(100, 200, 180, 169), at(100, 100, 200, 172), trailing=True) == Stop(3, 170)
    assert stop_sale(at(100, 200, 180, 169), at(100, 100, 200, 172)) is None


def test_the_session_that_makes_a_high_does_not_raise_its_own_stop() -> None:
    # opens at 90, far below the high that only its close makes
    assert stop_sale(at(100, 200), at(100, 90), trailing=True) is None


def test_a_stop_far_above_a_gap_sells_at_the_open_of_meta() -> None:
    # META closed at 323.00 on 2022-02-02 and opened at 244.65 on the 3rd, closing at 237.76
    assert stop_sale(at(323.0, 237.76), at(319.0, 244.65)) == Stop(1, 244.65)


@pytest.mark.parametrize("wrong", [0.0, 1.0, -0.1, float("nan")])
def test_a_stop_is_a_fraction(wrong: float) -> None:
    with pytest.raises(ParameterError, match="above 0 and below 1"):
        stop_sale(at(1, 1), at(1, 1), fraction=wrong)


def test_a_stop_in_per_cent_is_refused_with_the_fraction() -> None:
    with pytest.raises(ParameterError, match=r"did you mean 0\.15\?"):
        stop_sale(at(1, 1), at(1, 1), fraction=15.0)
