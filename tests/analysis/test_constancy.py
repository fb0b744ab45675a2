"""Wied, Krämer and Dehling's fluctuation, against its definition and the size table."""

from __future__ import annotations

from math import floor, log, sqrt

import numpy as np
import pytest
from pairs import pair

from microhedge.analysis.constancy import constancy
from microhedge.analysis.scores import devolatilise, normal_scores


def test_it_is_the_statistic_of_its_definition() -> None:
    y, x = pair(np.random.default_rng(3), 300, 0.7, 0.5)
    u, v = normal_scores(devolatilise(y)), normal_scores(devolatilise(x))
    n, whole = len(u), float(np.corrcoef(u, v)[0, 1])
    a, b = (u - u.mean()) / u.std(), (v - v.mean()) / v.std()
    psi = a * b - whole * (a * a + b * b) / 2.0
    lags = floor(log(n))
    variance = sum(
        (1.0 - abs(k) / (lags + 1)) * np.mean(psi[abs(k) :] * psi[: n - abs(k)]) * (n - abs(k)) / n
        for k in range(-lags, lags + 1)
    )
    largest = max(
        j / sqrt(n) * abs(float(np.corrcoef(u[:j], v[:j])[0, 1]) - whole) for j in range(11, n + 1)
    )
    assert constancy(y, x, 150).statistic == pytest.approx(largest / sqrt(variance), rel=1e-9)


def test_a_constant_correlation_is_rejected_about_as_often_as_it_should_be() -> None:
    # size table: 5 % at n = 1000; 150 draws have a standard error of 1.8 points
    rng = np.random.default_rng(1)
    found = np.mean([constancy(*pair(rng, 1000, 0.8, 0.8), 500).rejects() for _ in range(150)])
    assert found < 0.05 + 3.5 * 0.018


def test_a_halved_correlation_is_found_and_dated() -> None:
    found = constancy(*pair(np.random.default_rng(2), 1000, 0.8, 0.4), 500)
    assert found.rejects(0.01)
    assert found.row == pytest.approx(500, abs=60)
    assert found.sentence.startswith("The correlation was not constant")


def test_copies_leave_nothing_to_test() -> None:
    y, _ = pair(np.random.default_rng(2), 400, 0.5, 0.5)
    assert constancy(y, 3.0 * y, 200).statistic is None
