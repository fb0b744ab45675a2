import numpy as np

from microhedge.volatility import IndexProxy, Proxy, Series, VixRatio, VixSmile, choose, covers

GROWTH = np.exp(np.random.default_rng(8).normal(0, 0.02, 400).cumsum())
VIX = np.full(400, 30.0)
OWN = np.full(400, 0.25)
BEGIN = 300


def _without(
    values: np.ndarray[tuple[int], np.dtype[np.float64]], row: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    changed = values.copy()
    changed[row] = np.nan
    return changed


def test_the_users_series_comes_first_if_it_covers_every_session() -> None:
    for is_index in (True, False):
        found = choose(GROWTH, is_index=is_index, begin=BEGIN, series=OWN, vix=VIX)
        assert isinstance(found, Series)
        hole = _without(OWN, 399)
        assert not isinstance(
            choose(GROWTH, is_index=is_index, begin=BEGIN, series=hole, vix=VIX), Series
        )


def test_vix_comes_next_if_it_covers_every_session() -> None:
    assert isinstance(choose(GROWTH, is_index=True, begin=BEGIN, vix=VIX), VixSmile)
    stock = choose(GROWTH, is_index=False, begin=BEGIN, vix=VIX, index_growth=GROWTH)
    assert isinstance(stock, VixRatio)


def test_past_prices_come_last() -> None:
    for vix in (None, _without(VIX, BEGIN), _without(VIX, 399)):
        assert isinstance(choose(GROWTH, is_index=True, begin=BEGIN, vix=vix), IndexProxy)
        stock = choose(GROWTH, is_index=False, begin=BEGIN, vix=vix, index_growth=GROWTH)
        assert isinstance(stock, Proxy)
        assert stock.stress(350) == 1.0


def test_the_warm_up_needs_no_cover() -> None:
    vix = _without(VIX, BEGIN - 1)
    assert isinstance(choose(GROWTH, is_index=True, begin=BEGIN, vix=vix), VixSmile)


def test_spreads_widen_where_vix_covers_the_run_whatever_the_model() -> None:
    assert choose(GROWTH, is_index=True, begin=BEGIN, series=OWN, vix=VIX).stress(350) == 1.5
    assert choose(GROWTH, is_index=False, begin=BEGIN, vix=VIX).stress(350) == 1.5


def test_a_users_series_takes_the_skew_of_its_kind() -> None:
    index = choose(GROWTH, is_index=True, begin=BEGIN, series=OWN)
    stock = choose(GROWTH, is_index=False, begin=BEGIN, series=OWN)
    assert (index.a, index.b, stock.a, stock.b) == (-0.20, 0.04, -0.10, 0.025)


def test_the_band_reaches_every_model() -> None:
    for is_index in (True, False):
        for series, vix in ((OWN, None), (None, VIX), (None, None)):
            found = choose(
                GROWTH, is_index=is_index, begin=BEGIN, series=series, vix=vix,
                index_growth=GROWTH, scale=1.2,
            )  # fmt: skip
            assert found.scale == 1.2
            assert found.name.endswith("× 1.2")


def test_nothing_and_holes_and_nonsense_cover_nothing() -> None:
    assert covers(VIX, BEGIN)
    assert not covers(None, 0)
    for bad in (np.nan, np.inf, 0.0, -1.0):
        values = VIX.copy()
        values[350] = bad
        assert not covers(values, BEGIN)
        assert covers(values, 351)
