"""How often the correlation that a hedge was promised came true, within what chance allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
from scipy.special import bdtr, stdtrit

from microhedge.analysis.sample import LEAST
from microhedge.analysis.scores import influence, is_copy, long_run_variance
from microhedge.analysis.wording import chance, percent
from microhedge.errors import NotCovered
from microhedge.premise import Fit
from microhedge.tape import Floats
from microhedge.told import Told, told, told_count

SPAN = 63
"""Sessions that a premise must be followed by to be scored."""

EXPECTED = 0.95
"""Part of the premises that is kept if the relation does not change."""

FEW = 8
"""Scored premises below which their share says nothing."""

_COSINES = 8


@dataclass(frozen=True, slots=True)
class PremiseScore:
    """One premise and what came of it: rows `first` … `last`, both included, follow its row.

    `low` and `high` bound what a span of that length shows 95 times in 100.
    """

    row: int
    first: int
    last: int
    promised: float
    realised: float
    low: float
    high: float

    @property
    def sessions(self) -> int:
        """Number of sessions in the span."""
        return self.last - self.first + 1

    @property
    def kept(self) -> bool:
        """Whether the realised correlation lies inside the prediction interval."""
        return self.low <= self.realised <= self.high


@dataclass(frozen=True, slots=True)
class PremiseScores:
    """The premises of one run on spans that do not overlap, oldest first.

    `share` is the part of them that was kept, None without any.  `pvalue` is the chance of that
    few or fewer if each is kept 95 times in 100, independently; premises whose samples overlap
    are not quite independent.  `worst` fell furthest below its promise.  `unscored` counts those
    without a correlation: no factor was traded, or a price stood still.
    """

    scores: tuple[PremiseScore, ...]
    unscored: int
    share: float | None
    pvalue: float | None
    worst: PremiseScore | None
    sentence: str

    @property
    def n(self) -> int:
        """Number of premises scored."""
        return len(self.scores)


def score_premises(
    fits: Sequence[Fit], y: Floats, factors: Mapping[str, Floats], *, span: int = SPAN
) -> PremiseScores:
    """Score premises against what followed them.

    `y` and `factors` are simple returns by row of the tape that the fits refer to.  The first
    premise is scored on the sessions up to the first later premise that lies `span` sessions or
    more away, which is scored next; what follows the last one counts if it is long enough.

    The prediction interval is ρ promised, on the scale of atanh, ± Student's t (8) times
    √(Λ/window + Λ/span), where Λ = LRV of ψ / (1 − ρ²)² in the sample of the fit: the error of
    the promise and that of an estimate on the span, both known on the day of the promise.  In
    simulations with a constant correlation it holds 93–95 % of spans of 63 sessions, for normal
    returns, four degrees of freedom and GARCH processes alike.

    Raises NotCovered for a sample of fewer than 60 sessions or one that begins before row 1.
    """
    scores: list[PremiseScore] = []
    unscored = 0
    for fit, last in _spans(fits, len(y) - 1, span):
        score = _score(fit, last, y, factors)
        if score is None:
            unscored += 1
        else:
            scores.append(score)
    n, kept = len(scores), sum(score.kept for score in scores)
    return PremiseScores(
        scores=tuple(scores),
        unscored=unscored,
        share=kept / n if n else None,
        pvalue=float(bdtr(kept, n, EXPECTED)) if n else None,
        worst=min(scores, key=lambda s: s.realised - s.promised, default=None),
        sentence=_sentence(kept, sum(s.realised < s.low for s in scores), n, span),
    )


def _spans(fits: Sequence[Fit], end: int, span: int) -> list[tuple[Fit, int]]:
    """Pair each premise that opens a span with the span's last row."""
    opening: list[Fit] = []
    for fit in sorted(fits, key=lambda f: f.row):
        if not opening or fit.row - opening[-1].row >= span:
            opening.append(fit)
    lasts = [fit.row for fit in opening[1:]] + [end]
    return [
        (fit, last) for fit, last in zip(opening, lasts, strict=False) if last - fit.row >= span
    ]


def _score(fit: Fit, last: int, y: Floats, factors: Mapping[str, Floats]) -> PremiseScore | None:
    if fit.sessions < LEAST or fit.row < fit.sessions:
        raise NotCovered(
            f"a premise on {fit.sessions} sessions up to row {fit.row} cannot be scored: "
            f"its sample needs {LEAST} sessions or more, from row 1 on"
        )
    window = slice(fit.row - fit.sessions + 1, fit.row + 1)
    follows = slice(fit.row + 1, last + 1)
    x = np.zeros(len(y))
    for symbol, beta in fit.betas.items():
        x += beta * factors[symbol]
    if any(np.ptp(series[rows]) == 0.0 for series in (x, y) for rows in (window, follows)):
        return None
    promised = float(fit.correlation)
    _, psi = influence(y[window], x[window])
    realised, _ = influence(y[follows], x[follows])
    low = high = promised
    if is_copy(promised):
        realised = promised if is_copy(realised) else realised
    else:
        error = sqrt(long_run_variance(psi, _COSINES)) / (1.0 - promised**2)
        sample = sqrt(1.0 / fit.sessions + 1.0 / (last - fit.row))
        half = float(stdtrit(_COSINES, (1.0 + EXPECTED) / 2.0)) * error * sample
        low, high = tanh(atanh(promised) - half), tanh(atanh(promised) + half)
    return PremiseScore(fit.row, fit.row + 1, last, promised, realised, low, high)


def _sentence(kept: int, below: int, n: int, span: int) -> Told:
    if n == 0:
        return told(
            "No premise was followed by {span} sessions: there is nothing to score.", span=span
        )
    of = told_count("{kept} of {n} premise", "{kept} of {n} premises", n, kept=kept)
    if n < FEW:
        return told(
            "{of} came true within chance; fewer than {few} are too few to say.", of=of, few=FEW
        )
    inside = told(
        "{of} ({part}) came true within the 95% prediction interval", of=of, part=percent(kept / n)
    )
    if kept < n:
        inside = told(
            "{inside} ({below} fell short, {above} exceeded it)",
            inside=inside,
            below=below,
            above=n - kept - below,
        )
    pvalue = float(bdtr(kept, n, EXPECTED))
    least = next(k for k in range(n + 1) if bdtr(k, n, EXPECTED) >= 1.0 - EXPECTED)
    if pvalue < 1.0 - EXPECTED:
        return told(
            "{inside}; 95% would be expected and fewer than {least} is beyond chance ({chance}): "
            "the relation moved more than its own past foretold.",
            inside=inside,
            least=least,
            chance=chance(pvalue),
        )
    return told(
        "{inside}; 95% would be expected, and {least} or more is within chance.",
        inside=inside,
        least=least,
    )
