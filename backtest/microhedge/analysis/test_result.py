"""What a statistical test answers: one frozen type for all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from microhedge.tape import Floats


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

    `critical` pairs levels with critical values of the statistic, where they are not those of a
    textbook table.  `path` is what the statistic is the extreme of, by session, and `row` the
    session of its sample that it dates.
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
    critical: tuple[tuple[float, float], ...] = ()
    row: int | None = None
    path: Floats | None = field(default=None, compare=False, repr=False)

    def rejects(self, alpha: float = 0.05) -> bool:
        """Tell whether the null is rejected at level `alpha`.

        A test without a p-value, as Johansen's, rejects above its critical value of that level;
        one without either has nothing to reject with.
        """
        if self.pvalue is None:
            limit = dict(self.critical).get(alpha)
            return limit is not None and self.statistic is not None and self.statistic > limit
        return self.pvalue < alpha

    def plot(self, ax: Any) -> None:
        """Draw the path with its 5 % limits and what it dates, or the estimates, on axes."""
        ax.set_title(self.name)
        if self.path is not None:
            ax.plot(self.path)
            for level, value in self.critical:
                if level == 0.05:
                    ax.axhline(value, linestyle="--")
                    ax.axhline(-value, linestyle="--")
            if self.row is not None:
                ax.axvline(self.row, linestyle=":")
            ax.set_xlabel("session of the sample")
            return
        shown = [one for one in (*self.parts, self.estimate) if one is not None]
        for place, one in enumerate(shown):
            ax.plot([one.value], [place], marker="o")
            if one.low is not None and one.high is not None:
                ax.plot([one.low, one.high], [place, place])
        ax.set_yticks(range(len(shown)), [one.name for one in shown])
