"""A row is a function of what was known: nothing that comes later changes a bit of it."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from microhedge.volatility import (
    At,
    Constant,
    IndexProxy,
    Proxy,
    Realised,
    Series,
    VixRatio,
    VixSmile,
    VolModel,
)

FloatArray = npt.NDArray[np.float64]
SESSIONS = 340


@dataclass(frozen=True)
class World:
    """Prices of a share and an index, and VIX, with one row per session."""

    open: FloatArray
    close: FloatArray
    index: FloatArray
    vix: FloatArray

    def models(self) -> list[VolModel]:
        overnight = np.full(len(self.close), np.nan)
        overnight[1:] = self.open[1:] / self.close[:-1]
        growth, index = self.close / self.close[0], self.index / self.index[0]
        return [
            Constant(0.3),
            Realised(growth, overnight),
            IndexProxy(index),
            Series(self.vix / 100),
            VixSmile(self.vix),
            VixRatio(growth, index, self.vix, overnight),
            Proxy(growth, overnight),
        ]


def _world(seed: int) -> World:
    draw = np.random.default_rng(seed)
    night, day, market = draw.normal(0, 0.01, (3, SESSIONS))
    close = 100 * np.exp(np.cumsum(night + day))
    opens = close * np.exp(-day)
    opens[draw.random(SESSIONS) < 0.1] = np.nan
    return World(opens, close, 1_000 * np.exp(market.cumsum()), draw.uniform(10, 60, SESSIONS))


def _noise(values: FloatArray, start: int, seed: int) -> FloatArray:
    changed = values.copy()
    draw = np.random.default_rng(seed)
    changed[start:] = draw.choice([np.nan, 1e-3, 1.0, 50.0, 1e6], len(values) - start)
    return changed


def _seen(world: World, upto: int, at: At) -> list[bytes]:
    """Everything that the models say at the rows up to one, bit for bit."""
    rows = np.arange(upto + 1)
    said = []
    for model in world.models():
        said.append(model.iv(rows, at, 90.0, 100.0, 0.25).tobytes())
        said.append(np.array([model.stress(int(row), at) for row in rows]).tobytes())
    return said


rows = st.integers(1, SESSIONS - 2)
seeds = st.integers(0, 1_000)


@given(t=rows, seed=seeds)
def test_noise_after_a_row_changes_nothing_up_to_it(t: int, seed: int) -> None:
    world = _world(1)
    noisy = World(
        *(_noise(column, t + 1, seed + k) for k, column in enumerate(
            (world.open, world.close, world.index, world.vix)
        ))
    )  # fmt: skip
    assert _seen(noisy, t, "close") == _seen(world, t, "close")
    assert _seen(noisy, t, "open") == _seen(world, t, "open")


@given(t=rows, seed=seeds)
def test_at_the_open_nothing_is_known_of_the_close(t: int, seed: int) -> None:
    world = _world(2)
    noisy = World(
        _noise(world.open, t + 1, seed),  # the open of t stays
        _noise(world.close, t, seed + 1),
        _noise(world.index, t, seed + 2),
        _noise(world.vix, t, seed + 3),
    )
    assert _seen(noisy, t, "open") == _seen(world, t, "open")


@given(t=rows)
def test_a_shorter_history_says_the_same(t: int) -> None:
    world = _world(3)
    cut = World(*(c[: t + 1] for c in (world.open, world.close, world.index, world.vix)))
    assert _seen(cut, t, "close") == _seen(world, t, "close")
    assert _seen(cut, t, "open") == _seen(world, t, "open")


def test_the_close_of_a_row_is_known_at_that_close() -> None:
    # without this the tests above could pass by looking at nothing
    world = _world(4)
    t = 300
    for field in ("close", "index", "vix"):
        moved = replace(world, **{field: _noise(getattr(world, field), t, 9)})
        assert _seen(moved, t, "close") != _seen(world, t, "close")
        assert _seen(moved, t, "open") == _seen(world, t, "open")
    moved = replace(world, open=np.where(np.arange(SESSIONS) == t, 1.0, world.open))
    assert _seen(moved, t, "open") != _seen(world, t, "open")
