"""What announced dates and other tenors do to a volatility, against quotes and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tapes import day, sessions

from microhedge.errors import ParameterError
from microhedge.volatility import Constant, TermStructure, VixRatio, VixSmile, WithEarnings

AXIS = np.array(sessions("2015-12-24", 30), np.int32)


def dated(*days: str, move: float, sigma: float = 0.21) -> WithEarnings:
    return WithEarnings(Constant(sigma), AXIS, np.array([day(one) for one in days], np.int32), move)


def at(model: WithEarnings, today: str, expiry: str) -> float:
    row = int(np.searchsorted(AXIS, day(today)))
    years = (day(expiry) - day(today)) / 365
    return float(model.iv(row, "close", 95.0, 100.0, years))


def test_a_date_before_expiry_lifts_a_quoted_volatility_as_it_did_googles() -> None:
    # quotes of GOOG on 2015-12-24: 21 % at the money for 2016-01-22 and 30 % for 2016-01-29, with
    # earnings expected between them: a move of √((.30² − .21²)·36/365)
    model = dated("2016-01-28", move=0.0673)
    assert at(model, "2015-12-24", "2016-01-22") == 0.21
    assert at(model, "2015-12-24", "2016-01-29") == pytest.approx(0.30, abs=1e-4)


def test_total_variance_grows_by_the_square_of_the_move_and_nothing_else() -> None:
    model = dated("2016-01-05", "2016-01-20", move=0.05)
    # 30 days with both dates: √(0.21² + 2·0.05²·365/30)
    assert at(model, "2015-12-24", "2016-01-23") == pytest.approx(
        (0.21**2 + 2 * 0.0025 * 365 / 30) ** 0.5, rel=1e-12
    )
    # a date on the expiry counts, one on the evening itself is over
    assert at(model, "2015-12-24", "2016-01-05") == pytest.approx(
        (0.21**2 + 0.0025 * 365 / 12) ** 0.5, rel=1e-12
    )
    assert at(model, "2016-01-05", "2016-01-19") == 0.21
    assert at(model, "2016-01-04", "2016-01-19") > 0.21


def test_at_the_open_of_the_date_the_move_has_happened() -> None:
    model = dated("2016-01-05", move=0.05)
    row = int(np.searchsorted(AXIS, day("2016-01-05")))
    assert float(model.iv(row, "open", 95.0, 100.0, 0.1)) == 0.21


def test_where_no_date_lies_ahead_every_number_is_the_models_own() -> None:
    draw = np.random.default_rng(1)
    vix = draw.uniform(10, 50, len(AXIS))
    plain, rows = VixSmile(vix), np.arange(len(AXIS))
    model = WithEarnings(plain, AXIS, np.array([day("2015-11-02")], np.int32), 0.05)
    ask = rows, "close", draw.uniform(80, 110, len(AXIS)), 100.0, draw.uniform(0.0, 0.5, len(AXIS))
    np.testing.assert_array_equal(model.iv(*ask), plain.iv(*ask))  # type: ignore[arg-type]
    assert model.stress(3) == plain.stress(3)
    assert (model.warmup, model.fitted, model.error) == (plain.warmup, plain.fitted, plain.error)
    assert model.name.startswith(plain.name)


def test_an_option_that_ends_today_has_no_date_ahead() -> None:
    model = dated("2016-01-05", move=0.05)
    assert float(model.iv(0, "close", 95.0, 100.0, 0.0)) == 0.21


def terms(vix: float = 20.0, **others: float) -> TermStructure:
    known = {int(name.removeprefix("d")): np.full(3, value) for name, value in others.items()}
    return TermStructure.of(np.full(3, vix), known)


def test_total_variance_runs_straight_between_two_tenors() -> None:
    # as Cboe interpolates VIX between two expiries (VIX methodology, 2019): at 60 days between
    # 30 days at 20 and 93 days at 25 it is 20²·30 + (25²·93 − 20²·30)·30/63
    total = 20.0**2 * 30 + (25.0**2 * 93 - 20.0**2 * 30) * 30 / 63
    found = float(terms(d93=25.0).factor(1, "close", 60 / 365))
    assert found == pytest.approx((total / 60) ** 0.5 / 20, rel=1e-12)


@pytest.mark.parametrize(
    ("days", "level"), [(1, 26.0), (7, 26.0), (9, 26.0), (30, 20.0), (93, 22.0), (400, 22.0)]
)
def test_beyond_the_tenors_that_are_known_the_level_is_that_of_the_last(
    days: int, level: float
) -> None:
    found = float(terms(d9=26.0, d93=22.0).factor(1, "close", days / 365))
    assert found == pytest.approx(level / 20, rel=1e-12)


def test_other_tenors_are_known_as_late_as_vix() -> None:
    vix, third = np.array([20.0, 20.0, 20.0]), np.array([20.0, 30.0, 40.0])
    known = TermStructure.of(vix, {93: third})
    assert float(known.factor(2, "open", 93 / 365)) == pytest.approx(1.5)
    assert float(known.factor(2, "close", 93 / 365)) == pytest.approx(2.0)
    assert np.isnan(known.factor(0, "open", 93 / 365))


def test_a_smile_at_another_tenor_is_that_of_another_vix() -> None:
    vix, third = np.full(3, 20.0), np.full(3, 25.0)
    shaped = VixSmile(vix, terms=TermStructure.of(vix, {93: third}))
    for T, same in ((93 / 365, VixSmile(third)), (30 / 365, VixSmile(vix))):
        ask = np.arange(3), "close", [90.0, 95.0, 100.0], 100.0, T
        np.testing.assert_allclose(shaped.iv(*ask), same.iv(*ask), rtol=1e-12)  # type: ignore[arg-type]
    assert shaped.name == "VIX with index skew, tenors of 30, 93 days"


def test_a_share_takes_its_tenors_from_the_index() -> None:
    calm = np.exp(0.01 * (np.arange(300) % 2))
    vix = np.full(300, 20.0)
    known = TermStructure.of(vix, {93: np.full(300, 25.0)})
    ask = 290, "close", 1.0, 1.0, 93 / 365
    plain, shaped = VixRatio(calm, calm, vix), VixRatio(calm, calm, vix, terms=known)
    assert float(shaped.iv(*ask)) == pytest.approx(1.25 * float(plain.iv(*ask)), rel=1e-12)  # type: ignore[arg-type]


def test_a_tenor_of_30_days_is_vix_itself() -> None:
    with pytest.raises(ParameterError, match="not its 30"):
        terms(d30=20.0)


def test_a_model_that_knows_the_dates_is_not_called_blind_to_them() -> None:
    flat = np.ones(len(AXIS))
    plain = VixRatio(flat, flat, 20.0 * flat)
    assert plain.error is not None
    assert "blind to earnings dates" in plain.error
    assert WithEarnings(plain, AXIS, AXIS[5:6], 0.05).error == "not measured"
