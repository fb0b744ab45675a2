"""What a statistical test answers: one frozen type for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number that was estimated from `n` sessions, with its 95 % interval where it has one.

    `standard_error` is in the units of `value`.
    """

    name: str
    value: float
    n: int
    standard_error: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class TestResult:
    """The outcome of one test; computed when it is made and never changed.

    `null` and `alternative` are sentences.  `estimate` is the quantity that the test is about
    and `parts` what it was computed from.  `pvalue` and `statistic` are None where the data
    leave nothing to test.  `valid` is False when the test's assumptions are known to fail on
    data of this kind, and `caveat` says why, or what weakens the result.  `sentence` is the
    outcome in plain words, computed from the numbers beside it.
    """

    __test__: ClassVar[bool] = False  # the name starts with Test, yet it is no test of pytest's

    name: str
    question: str
    null: str
    alternative: str
    statistic: float | None
    pvalue: float | None
    df: float | None
    estimate: Estimate | None
    parts: tuple[Estimate, ...]
    method: str
    reference: str
    n: int
    valid: bool = True
    caveat: str = ""
    sentence: str = ""

    def rejects(self, alpha: float = 0.05) -> bool:
        """Tell whether the null is rejected at level `alpha`; without a p-value it is not."""
        return self.pvalue is not None and self.pvalue < alpha
