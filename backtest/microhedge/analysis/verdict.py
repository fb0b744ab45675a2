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
from microhedge.analysis.wording import apart, percent, portion, signed
from microhedge.told import Told, joined, told, told_count

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
    def sentence(self) -> Told:
        """Both sentences, in order."""
        return joined(" ", (self.worked.sentence, self.selling_better.sentence))


def worked(found: Intervals, *, bands: Bands | None = None, traded: bool = True) -> Judged:
    """Judge whether a hedge cut the losses of its holding; the deciding number is 1 − losses borne.

    `bands` are None while roll phases and volatilities have not been run.
    """
    lost, won = found.losses_borne, found.gains_kept
    if not traded:
        return Judged("not_applicable", told("The hedge never traded: there is nothing to judge."))
    if lost.estimate is None:
        why = told("The holding fell in no completed period of the hedge.")
        return Judged("not_applicable", why)
    numbers = told(
        "it bore {borne} of the holding's losses{interval}",
        borne=percent(lost.estimate),
        interval=_range(lost),
    )
    if won.estimate is not None:
        kept = percent(won.estimate)
        numbers = told("{borne} and kept {kept} of its gains", borne=numbers, kept=kept)
    if lost.low is None:
        few = told("{few} to judge the hedge: {numbers}.", few=_few(found), numbers=numbers)
        return Judged("unclear", few)
    sure, fair = -lost.side(1.0), -lost.side(1.0, level=80)
    alike = won.estimate is not None and won.estimate <= lost.estimate
    if sure > 0 and alike:
        cut = told("The hedge cut losses, but gains as much or more: {numbers}.", numbers=numbers)
        return Judged("partly", cut)
    answer = _decide(sure, fair, bands)
    level = answer == "likely" and alike
    if level:
        answer = "unclear"
    opening = {
        "yes": told("The hedge cut losses"),
        "likely": told("The hedge probably cut losses"),
        "no": told("The hedge added to losses"),
        "unclear": told("Not enough to be sure that the hedge cut losses"),
    }[answer]
    if _against(fair, bands) and answer == "unclear":
        opening = told("The hedge probably added to losses")
    elif level:
        return Judged(
            answer,
            told(
                "{opening}: {numbers}, so gains were cut as much or more.",
                opening=opening,
                numbers=numbers,
            ),
        )
    return Judged(answer, _put(opening, numbers, _doubt(found, sure, fair, bands)))


def selling_better(
    found: Intervals, *, fraction: float | None = None, bands: Bands | None = None
) -> Judged:
    """Judge whether selling a part once would have returned more than the hedge did.

    The deciding number is the annual return after the sale less that of the hedge.  `fraction`
    is the part sold, decided beforehand; of none there is nothing to compare.
    """
    over = found.over_sale
    if fraction == 0.0:
        none = told(
            "There is no sale to compare the hedge with: by what was known, its first position "
            "took no risk away, and nothing was to be sold."
        )
        return Judged("not_applicable", none)
    if over.estimate is None:
        none = told("There is no sale to compare the hedge with.")
        return Judged("not_applicable", none)
    gain = over.negative()
    numbers = told(
        "selling {part} once returned {apart} than the hedge{interval}",
        part=told("a part") if fraction is None else portion(fraction),
        apart=apart(-over.estimate),
        interval=_range(gain, difference=True),
    )
    if found.unit == "roll period":
        # the annual returns are not those of the whole window
        numbers = told("over the completed rolls, {numbers}", numbers=numbers)
    if gain.low is None:
        few = told("{few} to compare with a sale: {numbers}.", few=_few(found), numbers=numbers)
        return Judged("unclear", few)
    sure, fair = gain.side(), gain.side(level=80)
    answer = _decide(sure, fair, bands)
    opening = {
        "yes": told("Selling was better"),
        "likely": told("Selling was probably better"),
        "no": told("The hedge was better than selling"),
        "unclear": told("Not enough to be sure whether selling was better"),
    }[answer]
    return Judged(answer, _put(opening, numbers, _doubt(found, sure, fair, bands)))


def _put(opening: Told, numbers: Told, doubt: str) -> Told:
    return told("{opening}: {numbers}{doubt}.", opening=opening, numbers=numbers, doubt=doubt)


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
        if rolled:
            return told("; roll dates and the model's volatility have not been varied")
        return told("; trading dates have not been varied")
    if not bands.agree(side):
        if rolled:
            return told("; the sign turns with the roll date or the model's volatility")
        return told("; the sign turns with the trading date")
    if bands.phases or bands.vols:
        if rolled:
            return told(", and so it is with every roll date and volatility tried")
        return told(", and so it is with every date tried")
    return ""


def _few(found: Intervals) -> Told:
    if found.unit == "roll period":
        return told_count(
            "{n} completed roll period is too few",
            "{n} completed roll periods are too few",
            found.n,
            n=found.n,
        )
    return told_count("{n} session is too few", "{n} sessions are too few", found.n, n=found.n)


def _range(interval: Interval, *, difference: bool = False) -> str:
    if interval.low is None or interval.high is None:
        return ""
    if difference:
        low, high = (signed(100.0 * one, 1) for one in (interval.low, interval.high))
        return told(" (95% interval {low} to {high} points)", low=low, high=high)
    low, high = percent(interval.low), percent(interval.high)
    return told(" (95% interval {low} to {high})", low=low, high=high)
