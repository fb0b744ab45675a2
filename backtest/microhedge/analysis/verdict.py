"""Whether a hedge worked and whether selling was better, with as much certainty as there is.

The rule has four conditions: the interval at 95 or 80 %, the roll dates, the volatility of the
model, and what became of the gains.

* "yes": the 95 % interval of the deciding number lies above zero, and the number is above zero
  at every roll phase and with the model's volatility 20 % lower and higher; "no": all of them
  below zero.
* "likely": the 80 % interval lies above zero, and so does the median roll phase.
* "partly" (of working alone): the hedge cut losses, by the 95 % interval, but gains as much or
  more, which a sale does as well.
* "unclear": everything else; "not_applicable": there is nothing to judge.

Roll phases and volatilities are runs of their own.  While they have not been run they can
confirm nothing, so that neither "yes" nor "no" is reached.  The most is then "likely": its
interval stands, and the one phase that was run is the median of those known.  There is no
"likely not" among the answers: what points the other way is "unclear", and its sentence says
where it points.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Literal

from microhedge.analysis.bootstrap import Interval, Intervals
from microhedge.analysis.wording import MINUS, percent, points, portion

Answer = Literal["yes", "likely", "partly", "no", "unclear", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Bands:
    """The deciding number in other runs of the same hedge; an empty tuple where none exist.

    `phases` has one for each roll phase, `vols` those with the model's volatility 20 % lower and
    higher.  A hedge without options has neither, and nothing that could speak against it.
    """

    phases: tuple[float, ...] = ()
    vols: tuple[float, ...] = ()

    def agree(self, side: int) -> bool:
        """Tell whether every run has the sign of `side`."""
        return all(side * value > 0.0 for value in (*self.phases, *self.vols))


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer, and one sentence with the numbers that it rests on."""

    answer: Answer
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The two answers about one hedge."""

    worked: Judged
    selling_better: Judged

    @property
    def sentence(self) -> str:
        """Both sentences, in order."""
        return f"{self.worked.sentence} {self.selling_better.sentence}"


def worked(found: Intervals, *, bands: Bands | None = None, traded: bool = True) -> Judged:
    """Judge whether a hedge cut the losses of its holding; the deciding number is 1 − losses borne.

    `bands` are None while roll phases and volatilities have not been run.
    """
    lost, won = found.losses_borne, found.gains_kept
    if not traded:
        return Judged("not_applicable", "The hedge never traded: there is nothing to judge.")
    if lost.estimate is None:
        return Judged("not_applicable", "The holding fell in no completed period of the hedge.")
    numbers = f"it bore {percent(lost.estimate)} of the holding's losses{_range(lost)}"
    if won.estimate is not None:
        numbers += f" and kept {percent(won.estimate)} of its gains"
    if lost.low is None:
        return Judged("unclear", f"{_few(found)} to judge the hedge: {numbers}.")
    sure, fair = -lost.side(1.0), -lost.side(1.0, level=80)
    alike = won.estimate is not None and won.estimate <= lost.estimate
    if sure > 0 and alike:
        return Judged("partly", f"The hedge cut losses, but gains as much or more: {numbers}.")
    answer = _decide(sure, fair, bands)
    level = answer == "likely" and alike
    if level:
        answer = "unclear"
    opening = {
        "yes": "The hedge cut losses",
        "likely": "The hedge probably cut losses",
        "no": "The hedge added to losses",
        "unclear": "Not enough to be sure that the hedge cut losses",
    }[answer]
    if _against(fair, bands) and answer == "unclear":
        opening = "The hedge probably added to losses"
    elif level:
        return Judged(answer, f"{opening}: {numbers}, so gains were cut as much or more.")
    return Judged(answer, f"{opening}: {numbers}{_doubt(found, sure, fair, bands)}.")


def selling_better(
    found: Intervals, *, fraction: float | None = None, bands: Bands | None = None
) -> Judged:
    """Judge whether selling a part once would have returned more than the hedge did.

    The deciding number is the annual return after the sale less that of the hedge.  `fraction`
    is the part sold, decided beforehand; of none there is nothing to compare.
    """
    over = found.over_sale
    if over.estimate is None or fraction == 0.0:
        return Judged("not_applicable", "There is no sale to compare the hedge with.")
    gain = over.negative()
    part = "a part" if fraction is None else portion(fraction)
    numbers = (
        f"{_span(found)}selling {part} once returned {_apart(-over.estimate)} than the hedge"
        f"{_range(gain, True)}"
    )
    if gain.low is None:
        return Judged("unclear", f"{_few(found)} to compare with a sale: {numbers}.")
    sure, fair = gain.side(), gain.side(level=80)
    answer = _decide(sure, fair, bands)
    opening = {
        "yes": "Selling was better",
        "likely": "Selling was probably better",
        "no": "The hedge was better than selling",
        "unclear": "Not enough to be sure whether selling was better",
    }[answer]
    return Judged(answer, f"{opening}: {numbers}{_doubt(found, sure, fair, bands)}.")


def _decide(sure: int, fair: int, bands: Bands | None) -> Literal["yes", "likely", "no", "unclear"]:
    """Answer from the sides on which the 95 and the 80 % interval lie, and the bands."""
    if sure != 0 and bands is not None and bands.agree(sure):
        return "yes" if sure > 0 else "no"
    if fair > 0 and (bands is None or not bands.phases or median(bands.phases) > 0.0):
        return "likely"
    return "unclear"


def _against(fair: int, bands: Bands | None) -> bool:
    """Tell whether an answer is a "likely not", which is "unclear" but has words of its own."""
    return fair < 0 and (bands is None or not bands.phases or median(bands.phases) < 0.0)


def _doubt(found: Intervals, sure: int, fair: int, bands: Bands | None) -> str:
    """Say what keeps an interval on one side of zero from deciding."""
    side = sure or fair
    if side == 0:
        return ""
    rolled = found.unit == "roll period"
    if bands is None:
        varied = "roll dates and the model's volatility have" if rolled else "trading dates have"
        return f"; {varied} not been varied"
    if not bands.agree(side):
        turns = "roll date or the model's volatility" if rolled else "trading date"
        return f"; the sign turns with the {turns}"
    if bands.phases or bands.vols:
        return f", and so it is with every {'roll date and volatility' if rolled else 'date'} tried"
    return ""


def _few(found: Intervals) -> str:
    what = "completed roll period" if found.unit == "roll period" else "session"
    return f"{found.n} {what} is too few" if found.n == 1 else f"{found.n} {what}s are too few"


def _range(interval: Interval, difference: bool = False) -> str:
    if interval.low is None or interval.high is None:
        return ""
    if difference:
        low, high = points(interval.low), points(interval.high)
        return f" (95% interval {low.removesuffix(' points')} to {high})"
    return f" (95% interval {percent(interval.low)} to {percent(interval.high)})"


def _span(found: Intervals) -> str:
    """Name the time that the annual returns are of, where it is not the whole window."""
    return "over the completed rolls, " if found.unit == "roll period" else ""


def _apart(difference: float) -> str:
    size = points(difference).lstrip("+" + MINUS)
    return f"{size} a year {'more' if difference >= 0.0 else 'less'}"
