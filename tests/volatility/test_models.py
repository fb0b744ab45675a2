import numpy as np
import pytest

from microhedge.errors import ParameterError
from microhedge.volatility import (
    Constant,
    IndexProxy,
    Known,
    LevelModel,
    Proxy,
    Realised,
    Series,
    VixRatio,
    VixSmile,
    VolModel,
)

SESSIONS = 400
# a move of 1 % or 2 % on every day: realised volatility is the same over every window
CALM = np.exp(0.01 * (np.arange(SESSIONS) % 2))
WILD = CALM**2
STEADY = 0.01 * 252**0.5
VIX = np.linspace(10.0, 80.0, SESSIONS)
DRAWN = np.random.default_rng(6).normal(0, 0.02, (2, SESSIONS))
GROWTH, OVERNIGHT = np.exp(DRAWN[0].cumsum()), np.exp(DRAWN[1] / 2)

MODELS: list[VolModel] = [
    Constant(0.2),
    Realised(GROWTH, OVERNIGHT),
    IndexProxy(GROWTH, OVERNIGHT),
    Series(VIX / 100),
    VixSmile(VIX),
    VixRatio(GROWTH, CALM, VIX, OVERNIGHT),
    Proxy(GROWTH, OVERNIGHT),
]
NAMES = [type(model).__name__ for model in MODELS]


def _atm(model: VolModel, row: int = 300) -> float:
    return float(model.iv(row, "close", 1.0, 1.0, 0.25))


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_the_first_number_comes_after_the_warm_up_and_none_is_missing_from_then_on(
    model: VolModel,
) -> None:
    rows = np.arange(SESSIONS)
    found = model.iv(rows, "close", 0.9, 1.0, 0.25)
    assert np.isnan(found[: model.warmup]).all()
    assert np.isfinite(found[model.warmup :]).all()
    assert np.isfinite(model.iv(rows[model.warmup + 1 :], "open", 0.9, 1.0, 0.25)).all()


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_rows_strikes_and_lives_broadcast(model: VolModel) -> None:
    rows = np.array([[300], [310]])
    found = model.iv(rows, "close", [0.8, 1.0, 1.2], 1.0, [0.1, 0.2, 0.3])
    assert found.shape == (2, 3)
    one = model.iv(310, "close", 1.2, 1.0, 0.3)
    assert one.shape == ()
    assert float(one) == found[1, 2]


def test_a_constant_is_the_same_for_all() -> None:
    assert Constant(0.2).iv(np.arange(3), "open", [0.5, 1.0, 2.0], 1.0, 1.0).tolist() == [0.2] * 3


def test_realised_volatility_is_raised_by_its_premium_and_kept_above_its_floor() -> None:
    assert _atm(Realised(CALM)) == pytest.approx(1.10 * STEADY)
    assert _atm(Realised(CALM**0.1)) == 0.08
    assert _atm(Realised(CALM**30)) == 2.0


def test_the_index_proxy_has_a_skew() -> None:
    model = IndexProxy(CALM)
    assert _atm(model) == pytest.approx(1.09 * STEADY)
    z = np.log(0.95) / (1.09 * STEADY * 0.5)
    assert float(model.iv(300, "close", 0.95, 1.0, 0.25)) == pytest.approx(
        1.09 * STEADY * (1 - 0.20 * z + 0.04 * z * z)
    )


def test_the_proxy_is_its_regression() -> None:
    # all windows alike: ln IV = −0.0975 + (0.1898 + 0.2758 + 0.4385)·ln RV
    assert np.log(_atm(Proxy(WILD))) == pytest.approx(-0.0975 + 0.9041 * np.log(2 * STEADY))


def test_each_window_of_the_proxy_has_its_own_weight() -> None:
    returns = np.diff(np.log(GROWTH))[:300]  # up to row 300
    logs = {n: np.log(np.sqrt(252 * np.mean(returns[-n:] ** 2))) for n in (21, 63, 252)}
    expected = -0.0975 + 0.1898 * logs[21] + 0.2758 * logs[63] + 0.4385 * logs[252]
    assert np.log(_atm(Proxy(GROWTH))) == pytest.approx(expected)


def test_a_stock_is_to_the_index_as_its_realised_volatility() -> None:
    index = _atm(VixSmile(VIX))
    assert _atm(VixRatio(WILD, CALM, VIX)) == pytest.approx(2 * index)
    assert _atm(VixRatio(CALM**9, CALM, VIX)) == pytest.approx(5 * index)
    assert _atm(VixRatio(CALM**0.5, CALM, VIX)) == pytest.approx(0.8 * index)


def test_what_is_published_at_the_close_is_yesterdays_at_the_open() -> None:
    for model in (VixSmile(VIX), Series(VIX / 100)):
        at_open = model.iv(np.arange(1, SESSIONS), "open", 1.0, 1.0, 0.25)
        at_close = model.iv(np.arange(SESSIONS - 1), "close", 1.0, 1.0, 0.25)
        assert at_open.tolist() == at_close.tolist()
        assert np.isnan(model.iv(0, "open", 1.0, 1.0, 0.25))


def test_spreads_widen_with_vix_as_it_was_known() -> None:
    vix = np.array([10.0, 30.0, 90.0, np.nan])
    model = VixSmile(vix)
    assert [model.stress(row) for row in range(4)] == [1.0, 1.5, 3.0, 1.0]
    assert [model.stress(row, "open") for row in range(4)] == [1.0, 1.0, 1.5, 3.0]
    assert Constant(0.2).stress(0) == Proxy(GROWTH).stress(300) == 1.0


@pytest.mark.parametrize("strike", [0.8, 1.0, 1.2])
def test_a_band_multiplies_every_volatility_and_says_so(strike: float) -> None:
    for plain, scaled in (
        (Constant(0.2), Constant(0.2, scale=0.8)),
        (Proxy(GROWTH), Proxy(GROWTH, scale=0.8)),
        (VixSmile(VIX), VixSmile(VIX, scale=0.8)),
    ):
        args = (300, "close", strike, 1.0, 0.25)
        assert float(scaled.iv(*args)) == pytest.approx(0.8 * float(plain.iv(*args)))  # type: ignore[arg-type]
        assert scaled.name == plain.name + " × 0.8"


def test_a_level_that_nobody_should_believe_is_held_within_2_and_500_percent() -> None:
    assert _atm(Series(np.full(SESSIONS, 0.001))) == 0.02
    assert _atm(Series(np.full(SESSIONS, 80.0))) == 5.0


def test_a_fitted_model_names_its_sample_and_its_error() -> None:
    # the sample and out-of-sample error of the regression; the sample of the index premium
    proxy, index = Proxy(GROWTH), IndexProxy(GROWTH)
    assert proxy.fitted == "fitted on 20 US stocks, 2010–2016"
    assert proxy.error == "±3.3 vol points, mean absolute, 2017–22"
    assert index.fitted == "premium fitted on Cboe PPUT, 2014–2018"
    assert all(model.name for model in MODELS)
    assert Constant(0.2).fitted is Series(VIX).error is None


def test_values_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"volatility 20: .*did you mean 0\.2\?"):
        Constant(20.0)
    with pytest.raises(ParameterError, match="volatility 0: must be a fraction"):
        Constant(0.0)
    with pytest.raises(ParameterError, match="window 1: must be at least 2"):
        Realised(GROWTH, window=1)
    with pytest.raises(ParameterError, match="premium -1: must be positive"):
        Realised(GROWTH, premium=-1.0)
    with pytest.raises(ParameterError, match=r"floor 0\.5 and cap 0\.4"):
        Realised(GROWTH, floor=0.5, cap=0.4)
    with pytest.raises(ParameterError, match="scale 0: must be positive"):
        Proxy(GROWTH, scale=0.0)


def test_models_are_values_that_nobody_changes() -> None:
    model = LevelModel(
        name="mine", fitted=None, error=None, warmup=0, level=Known(open=VIX, close=VIX)
    )
    with pytest.raises(AttributeError):
        model.scale = 2.0  # type: ignore[misc]
