"""Which sentences can the log of a run give as a reason, or report to its reader?

A log holds text alone, and so does a file of results.  What documents quote of it is written
after these messages, and by them `quoted` can tell it again in another language.
"""

from __future__ import annotations

from microhedge.language import mark
from microhedge.told import heard

NO_TARGET = mark("no strike for a target of {target}; it must be a number above 0")
NONE_BELOW = mark(
    "no listed strike at or below {target} within {gap} of the spot {spot}; the nearest is {strike}"
)
NONE_ABOVE = mark(
    "no listed strike at or above {target} within {gap} of the spot {spot}; the nearest is {strike}"
)
NO_EXPIRY = mark(
    "no free expiry within {detour} days of {days} days from {date}; {count} are taken"
)
NO_QUOTED_EXPIRY = mark(
    "no free expiry within {detour} days of {days} days was quoted on {date}; {count} are taken"
)
NONE_QUOTED_BELOW = mark(
    "no {underlying} {right} for {expiry} was quoted on {date} with a strike at or below {target} "
    "within {gap} of the spot {spot}"
)
NONE_QUOTED_ABOVE = mark(
    "no {underlying} {right} for {expiry} was quoted on {date} with a strike at or above {target} "
    "within {gap} of the spot {spot}"
)
NO_DELTA_LISTED = mark("no strike is listed around {guess} for a delta of {wanted}")
NO_DELTA = mark(
    "no {underlying} {right} for {expiry} has a delta within {gap} of {wanted}; the nearest is "
    "{size} at {strike}"
)
NO_VOLATILITY = mark("{option} has no price: its volatility is not known yet")
OTHER_EXPIRY = mark("{option} does not end with the other contracts of its order")
NO_WHOLE = mark("{role}: no whole contract fits")
NO_SHARE = mark(
    "{symbol}: to be short of {value}, which is money, is less than half a share at {price}"
)
ENDED = mark("{symbol} has ended and cannot be traded")
ORDER_ENDED = mark("{role}: {symbol} has ended")
PAID_OUT = mark("{symbol} has been paid out: there is nothing left to trade")
THIN = mark("{symbol} trades too little for one share of the order")
BARRED_WRITING = mark("a margin call bars writing options without cover for a month")
BARRED_SHORTS = mark("{role}: a margin call bars new shorts for a month")
BARRED_BONDS = mark("{role}: a margin call bars new bonds on a loan for a month")
BARRED_FUTURES = mark("{role}: a margin call bars new futures for a month")
BANNED = mark("{symbol} may not be sold short until {date}")
RECALLED = mark("{symbol} cannot be borrowed after its recall")
ENDS_HEDGE = mark("the hedge ends with {symbol}")
BOUGHT_OUT = mark("{symbol} was bought out at {price} a share: what was held of it is money")
BOUGHT_OUT_UNHELD = mark("{symbol} was bought out at {price} a share: nothing was held of it")
DELISTED = mark("{symbol} was delisted at {price} a share: what was held of it is money")
DELISTED_UNHELD = mark("{symbol} was delisted at {price} a share: nothing was held of it")
CALLED = mark("maintenance margin broken: closing {what}")
RUINED = mark("the account was worth {worth} and was closed")
NO_RATIO = mark("{bond} moved the wrong way to hedge {share}, or not at all: none was wanted")
SMALL_RATIO = mark(
    "{bond} moved {moves} for {one} of {share}: hedging 1 of the share would need {bonds} of "
    "bonds, in money"
)

MESSAGES = tuple(text for name, text in list(globals().items()) if name.isupper())


def quoted(text: str) -> str:
    """Tell again what a log says, in its own words where they are none of these."""
    return heard(text, MESSAGES)
