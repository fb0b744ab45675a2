"""Could hedge accounting be applied at all?  What framework and classification alone decide.

The paragraphs are those of IFRS 9 Financial Instruments and of the FASB's Accounting Standards
Codification.  The gate knows neither the entity nor its documents: what else a standard asks for
is named and left open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from microhedge.errors import UnknownName, nearest
from microhedge.language import mark, say

Framework = Literal["economic", "ifrs9", "us-gaap"]
Classification = Literal["fvoci", "fvtpl"]
State = Literal["not asked", "not eligible", "without use", "undecided", "open"]
Instrument = Literal["short", "future", "bought", "written", "combined"]

AFTERWARDS = mark(
    "6.4.1(b) asks for designation and documentation when the hedge begins; a memo that was drawn "
    "up afterwards, from a backtest, is neither."
)
_ECONOMIC = mark("What follows is an economic memo.")


@dataclass(frozen=True, slots=True)
class Gate:
    """The answer of a gate: its state, a headline, and the reasons with their paragraphs."""

    state: State
    headline: str
    reasons: tuple[str, ...]


def framework_of(word: str) -> Framework:
    """Return a framework by its name; raises UnknownName with the nearest."""
    return cast("Framework", _one_of("framework", word, get_args(Framework)))


def classification_of(word: str | None) -> Classification | None:
    """Return a classification by its name, None for none; raises UnknownName with the nearest."""
    if word is None:
        return None
    return cast("Classification", _one_of("classification", word, get_args(Classification)))


def _one_of(what: str, word: str, known: tuple[str, ...]) -> str:
    if word not in known:
        hint = nearest(word, known) or f"; known are {', '.join(known)}"
        raise UnknownName(f"no {what} {word!r}{hint}")
    return word


def gate(
    framework: Framework,
    classification: Classification | None,
    instrument: Instrument,
    *,
    received: bool = False,
) -> Gate:
    """Decide what framework and classification of a listed share decide.

    `instrument` is what hedges it, `received` tells that options which are partly written brought
    a net premium in when they were first opened.
    """
    if framework == "economic":
        return Gate(
            "not asked",
            say("An economic memo: no accounting framework was asked about."),
            (say("Nothing here says whether hedge accounting could be applied."),),
        )
    if framework == "us-gaap":
        return Gate(
            "not eligible",
            say("Hedge accounting cannot be applied to this share under US GAAP."),
            (
                say(
                    "ASC 815-20-25-43(b)(1) excludes an investment accounted for under Topic 321 "
                    "from the items that may be hedged, in fair value and in cash flow hedges "
                    "alike, however well the hedge offsets."
                ),
                say(_ECONOMIC),
            ),
        )
    if classification is None:
        return Gate(
            "undecided",
            say("Undecided: under IFRS 9 it depends on the classification of the share."),
            (
                say(
                    "At fair value through profit or loss hedge accounting has no use; for a "
                    "share elected into other comprehensive income (5.7.5) it could be applied "
                    "(6.5.3). No classification was given."
                ),
                say(_ECONOMIC),
            ),
        )
    if classification == "fvtpl":
        return Gate(
            "without use",
            say("Hedge accounting has no use here under IFRS 9."),
            (
                say(
                    "The share and its hedge are both measured at fair value, and both changes go "
                    "through profit or loss (5.7.1): there is no mismatch that hedge accounting "
                    "could mend."
                ),
                say(_ECONOMIC),
            ),
        )
    return _through_oci(instrument, received=received)


def _through_oci(instrument: Instrument, *, received: bool) -> Gate:
    """Decide for a share elected into other comprehensive income: the instrument is left."""
    if instrument == "written":
        return Gate(
            "not eligible",
            say(
                "Hedge accounting cannot be applied under IFRS 9: the instrument does not qualify."
            ),
            (
                say(
                    "A written option qualifies only as an offset to a purchased option (B6.2.4), "
                    "and none was purchased."
                ),
                say(_ECONOMIC),
            ),
        )
    shared = say(
        "The share was elected into other comprehensive income (5.7.5): the hedged exposure is "
        "one that could affect it, and ineffectiveness is presented there too (6.5.3), as are the "
        "gain or loss of the instrument and the change of the share (6.5.8)."
    )
    if instrument == "combined" and received:
        return Gate(
            "undecided",
            say(
                "Undecided: under IFRS 9 it depends on whether the options are a net written "
                "option."
            ),
            (
                shared,
                say(
                    "Written and purchased options qualify together only if they are not, in "
                    "effect, a net written option at designation (6.2.6); a net premium was "
                    "received here."
                ),
                say(AFTERWARDS),
            ),
        )
    return Gate(
        "open",
        say("Hedge accounting could be applied under IFRS 9, where the criteria of 6.4.1 are met."),
        (shared, say(_INSTRUMENTS[instrument]), say(AFTERWARDS)),
    )


_INSTRUMENTS: dict[Instrument, str] = {
    "short": mark(
        "What is owed for a short sale is a liability that is no derivative: measured at fair "
        "value through profit or loss it may be designated (6.2.2)."
    ),
    "future": mark("A derivative at fair value through profit or loss may be designated (B6.2.4)."),
    "bought": mark(
        "A purchased option may be designated by its intrinsic value alone (6.2.4(a)); its time "
        "value is then accounted for as a cost of hedging (6.5.15)."
    ),
    "combined": mark(
        "Written and purchased options qualify together only if they are not, in effect, a net "
        "written option at designation (6.2.6); a net premium was paid here."
    ),
}
