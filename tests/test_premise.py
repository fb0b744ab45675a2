"""The regression that a short leans on, against numpy's and printed ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tapes import day, lay

from microhedge.errors import NotCovered, ParameterError, UnknownSymbol
from microhedge.premise import regress
from microhedge.tape import Action, Floats


def grown(returns: Sequence[float] | Floats) -> list[float]:
    """Closes that have these returns, after a first close of 100."""
    path = 100.0 * np.cumprod(1.0 + np.asarray(returns))
    return [100.0, *path.tolist()]


def test_anscombe_s_first_set_has_slope_one_half_and_correlation_0_816() -> None:
    # F. J. Anscombe, Graphs in Statistical Analysis, 1973: b = 0.500, R² = 0.67
    x = np.array([10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]) / 100
    y = np.array([8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]) / 100
    tape = lay({"X": grown(x), "Y": grown(y)})
    fit = regress(tape, 11, "Y", ("X",), 11)
    assert fit.betas["X"] == pytest.approx(0.500, abs=5e-4)
    assert fit.correlation == pytest.approx(0.816, abs=5e-4)
    assert fit.r_squared == pytest.approx(0.67, abs=5e-3)
    assert (fit.symbol, fit.sessions, fit.row) == ("Y", 11, 11)


def test_a_line_is_found_exactly() -> None:
    # y = 2 · x + 1 % leaves nothing unexplained
    x = np.array([0.01, -0.02, 0.03, 0.00, -0.01])
    fit = regress(lay({"X": grown(x), "Y": grown(2 * x + 0.01)}), 5, "Y", ("X",), 5)
    assert fit.betas["X"] == pytest.approx(2.0, rel=1e-12)
    assert fit.r_squared == pytest.approx(1.0, rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), row=st.integers(30, 79), sessions=st.integers(10, 30))
def test_betas_and_r_squared_are_those_of_least_squares_with_a_constant(
    seed: int, row: int, sessions: int
) -> None:
    noise = np.random.default_rng(seed)
    common = noise.normal(0, 0.01, 79)
    x, z = common + noise.normal(0, 0.01, 79), common + noise.normal(0, 0.01, 79)
    y = 0.8 * x + 0.5 * z + noise.normal(0, 0.002, 79)
    fit = regress(
        lay({"X": grown(x), "Y": grown(y), "Z": grown(z)}), row, "Y", ("X", "Z"), sessions
    )
    window = slice(row - sessions, row)  # return k is the one of row k + 1
    design = np.column_stack([np.ones(sessions), x[window], z[window]])
    found, left, _, _ = np.linalg.lstsq(design, y[window])
    assert fit.betas["X"] == pytest.approx(found[1], rel=1e-7)
    assert fit.betas["Z"] == pytest.approx(found[2], rel=1e-7)
    total = float(np.var(y[window]) * sessions)
    assert fit.r_squared == pytest.approx(1 - float(left[0]) / total, rel=1e-7)
    fitted = design @ found
    assert fit.correlation == pytest.approx(np.corrcoef(fitted, y[window])[0, 1], rel=1e-7)


def test_a_factor_with_a_negative_coefficient_leaves_and_the_fit_is_repeated() -> None:
    # y = x − 0.5 · w: the short of w would be a purchase
    noise = np.random.default_rng(5)
    x, w = noise.normal(0, 0.01, 60), noise.normal(0, 0.01, 60)
    y = x - 0.5 * w
    fit = regress(lay({"X": grown(x), "W": grown(w), "Y": grown(y)}), 60, "Y", ("X", "W"), 60)
    alone = np.polyfit(x, y, 1)[0]
    assert dict(fit.betas) == {"X": pytest.approx(alone, rel=1e-9), "W": 0.0}
    assert fit.correlation == pytest.approx(np.corrcoef(x, y)[0, 1], rel=1e-9)


def test_where_every_factor_moves_the_other_way_nothing_is_left() -> None:
    x = np.array([0.01, -0.02, 0.03, 0.00, -0.01])
    fit = regress(lay({"X": grown(x), "Y": grown(-x)}), 5, "Y", ("X",), 5)
    assert dict(fit.betas) == {"X": 0.0}
    assert (fit.correlation, fit.r_squared) == (0.0, 0.0)


def test_a_holding_that_did_not_move_is_explained_by_nothing() -> None:
    fit = regress(lay({"X": [100.0, 101.0, 99.0, 100.0], "Y": [50.0] * 4}), 3, "Y", ("X",), 3)
    assert (fit.betas["X"], fit.r_squared) == (0.0, 0.0)


def test_returns_are_total_returns() -> None:
    # Y halves by a 2:1 split and is otherwise X: beta is 1, not blown up by the split
    x = [100.0, 102.0, 99.0, 101.0, 103.0]
    y = [100.0, 102.0, 49.5, 50.5, 51.5]
    split = (Action(day("2024-01-04"), "split", 2.0),)
    fit = regress(lay({"X": x, "Y": y}, actions={"Y": split}), 4, "Y", ("X",), 4)
    assert fit.betas["X"] == pytest.approx(1.0, rel=1e-12)


def test_the_window_may_not_reach_before_the_first_return() -> None:
    tape = lay({"X": grown([0.01, -0.01, 0.02]), "Y": grown([0.02, -0.01, 0.01])})
    assert regress(tape, 3, "Y", ("X",), 3).sessions == 3
    with pytest.raises(NotCovered, match=r"on 4 sessions needs as many returns; 2024-01-05 has 3"):
        regress(tape, 3, "Y", ("X",), 4)


def test_a_symbol_cannot_explain_itself_and_must_be_known() -> None:
    tape = lay({"X": grown([0.01, -0.01]), "Y": grown([0.02, -0.01])})
    with pytest.raises(ParameterError, match="Y cannot explain itself"):
        regress(tape, 2, "Y", ("X", "Y"), 2)
    with pytest.raises(UnknownSymbol, match="'Z'"):
        regress(tape, 2, "Y", ("Z",), 2)


def test_a_fit_cannot_be_changed_after_it_was_recorded() -> None:
    fit = regress(lay({"X": grown([0.01, -0.01]), "Y": grown([0.02, -0.01])}), 2, "Y", ("X",), 2)
    with pytest.raises(TypeError):
        fit.betas["X"] = 2.0  # type: ignore[index]
