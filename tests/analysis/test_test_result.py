"""The one type that every test returns."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from microhedge.analysis.test_result import Estimate, TestResult

RESULT = TestResult(
    name="a test",
    question="Is it so?",
    null="it is not",
    alternative="it is",
    statistic=2.0,
    pvalue=0.04,
    df=None,
    estimate=Estimate("it", 1.0, 10),
    parts=(),
    method="by hand",
    reference="none",
    n=10,
)


def test_a_result_rejects_below_its_level_alone() -> None:
    assert RESULT.rejects()
    assert not RESULT.rejects(0.04)
    assert not replace(RESULT, pvalue=None).rejects()


def test_without_a_p_value_it_rejects_above_its_critical_value() -> None:
    table = replace(RESULT, pvalue=None, critical=((0.05, 1.9), (0.01, 2.5)))
    assert table.rejects()
    assert not table.rejects(0.01)
    assert not table.rejects(0.10)  # a level that the table does not have


def test_a_result_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        RESULT.n = 11  # type: ignore[misc]
