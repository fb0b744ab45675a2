"""Which other share, if any, belongs beside the index as a hedge of a holding?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from microhedge.analysis.correlation import CorrelationResult, judge
from microhedge.analysis.peer_search import FOLD, WINDOW, WORTH, PeerSearch, Way, search_peers
from microhedge.analysis.wording import chance, decimal, percent
from microhedge.counting import count_of
from microhedge.errors import NotCovered, UsageError
from microhedge.market import Market
from microhedge.series import Series
from microhedge.tape import Days, Tape

COVER = 0.9
"""Part of the holding's sessions that a candidate must have, unless it was asked for by name."""

_FINALISTS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Finalist:
    """A candidate near the top, and what became of its correlation since the first choice."""

    way: Way
    judged: CorrelationResult


@dataclass(frozen=True, slots=True, eq=False)
class PeerChoice:
    """The search over one window; `left_out` says which candidates have too short a history."""

    holding: str
    index: str
    start: date
    end: date
    first: date
    sessions: int
    search: PeerSearch
    finalists: tuple[Finalist, ...]
    left_out: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The answer in a sentence."""
        found, tried = self.search, len(self.search.pairs)
        p: str = chance(found.against_index.pvalue)
        index = f"the {self.index} alone removed {percent(found.index.removed)} of the variance"
        if found.adds and found.winners:
            best = found.winners[0]
            others = [way.name for way in found.winners[1:]]
            do = "does" if len(others) == 1 else "do"
            more = f" (so {do} {', '.join(others)})" if others else ""
            return (
                f"{best.name} adds to the index as a hedge of {self.holding}{more}: {index}, both "
                f"{percent(best.removed)} ({p} with {tried} tried)."
            )
        chosen = (
            f"the best peer of the past beside it {percent(found.both.removed)}, and alone "
            f"{percent(found.best_peer.removed)} with {count_of(found.best_peer.changes, 'change')}"
        )
        if found.adds:
            return (
                f"Some peer adds to the index as a hedge of {self.holding}, yet none can be named: "
                f"{index}, {chosen} ({p} with {tried} tried)."
            )
        if found.beyond_luck:
            p += f", and less than {percent(WORTH)} more"
        what = "short the index if anything" if found.index.removed > 0.0 else "nothing to short"
        return (
            f"No peer earns its place as a hedge of {self.holding}; {what}: {index}, {chosen} "
            f"({p} with {tried} tried)."
        )

    @property
    def ways(self) -> tuple[Way, ...]:
        """Every way that was judged: the fixed ones, then the pairs, the best first."""
        found = self.search
        pairs = sorted(found.pairs, key=lambda way: -way.removed)
        return (found.index, found.best_peer, found.both, found.placebo, *pairs)

    def document(self) -> dict[str, Any]:
        """Return the choice as one JSON-able element."""
        test = self.search.against_index
        marks = dict(zip((way.name for way in self.search.pairs), test.better[:-1], strict=True))
        return {
            "holding": self.holding,
            "index": self.index,
            "start": str(self.start),
            "end": str(self.end),
            "judged_from": str(self.first),
            "sessions": self.sessions,
            "tried": len(self.search.pairs),
            "pvalue": test.pvalue,
            "adds": self.search.adds,
            "ways": [
                {
                    "kind": way.kind,
                    "name": way.name,
                    "variance_removed": way.removed,
                    "worst_days_saved": way.worst_saved,
                    "like_selling": way.like_selling,
                    "changes": way.changes,
                    "better_than_index": marks.get(way.name),
                }
                for way in self.ways
            ],
            "finalists": [
                {
                    "name": one.way.name,
                    "state": one.judged.state,
                    "expected": one.judged.expected,
                    "realised": one.judged.realised,
                    "sentence": one.judged.sentence,
                }
                for one in self.finalists
            ],
            "left_out": list(self.left_out),
            "sentence": self.sentence,
        }


def find_hedge(
    market: Market,
    holding: str,
    *,
    index: str,
    universe: Sequence[str] | None = None,
    start: date | None = None,
    end: date | None = None,
    draws: int = 999,
    seed: int = 0,
) -> PeerChoice:
    """Search the candidates for one that hedges a holding better beside the index than it alone.

    Without a `universe` every share is a candidate that has nine tenths of the holding's
    sessions; the others are named as left out.  Candidates asked for by name shorten the window
    to what all have.  Raises the data errors of `Market.tape`, and NotCovered with fewer than
    756 common sessions.
    """
    if holding == index:
        raise UsageError(f"{holding} is the index itself: name a share")
    asked = [name for name in universe or () if name not in (holding, index)]
    candidates, left_out = asked, list[str]()
    if universe is None:
        days = market.tape([holding, index], start=start, end=end).day
        for name in market.symbols:
            if name in (holding, index) or "price_index" in market.bases(name):
                continue
            own = max(_sessions(market.series(name, basis), days) for basis in market.bases(name))
            (candidates if own >= COVER * len(days) else left_out).append(name)
    if not candidates:
        raise NotCovered(f"no candidate has the sessions of {holding}: name some of your own")
    if start is not None:
        start = max(start, *(_first(market, name) for name in candidates))
    tape = market.tape([holding, index, *candidates], start=start, end=end)
    tape.need_daily("a search for a peer")
    rows = slice(tape.begin + 1, None)
    y = tape.returns(holding)[rows]
    peers = [(name, tape.returns(name)[rows]) for name in candidates]
    found = search_peers(y, tape.returns(index)[rows], peers, draws=draws, seed=seed)
    return PeerChoice(
        holding=holding,
        index=index,
        start=tape.dates[tape.begin],
        end=tape.dates[-1],
        first=tape.dates[tape.begin + 1 + WINDOW],
        sessions=len(y) - WINDOW,
        search=found,
        finalists=_finalists(found, tape, y),
        left_out=tuple(left_out),
    )


def _first(market: Market, symbol: str) -> date:
    """The first day of the longest series of a symbol."""
    known = (market.series(symbol, basis) for basis in market.bases(symbol))
    return min(one.first for one in known if one is not None)


def _sessions(series: Series | None, days: Days) -> int:
    return 0 if series is None else int(np.isin(days, series.day).sum())


def _finalists(found: PeerSearch, tape: Tape, y: np.ndarray[Any, Any]) -> tuple[Finalist, ...]:
    """Judge the correlation of the leading candidates, split at the first choice."""
    leading = sorted(found.pairs, key=lambda way: -way.removed)[:_FINALISTS]
    rows = slice(tape.begin + 1, None)
    return tuple(Finalist(way, judge(y, tape.returns(way.name)[rows], WINDOW)) for way in leading)


def summary(choice: PeerChoice) -> list[list[str]]:
    """Return the table of ways as words, the heading first."""
    rows = [["", "variance removed", "worst days saved", "like selling", "peer changed"]]
    for way in choice.ways:
        like = "–" if way.like_selling is None else percent(way.like_selling)
        changed = str(way.changes) if way.kind.endswith("best peer") else "–"
        name = f"index + {way.name}" if way.kind == "index + peer" else way.name
        rows.append([name, decimal(way.removed), decimal(way.worst_saved), like, changed])
    return rows


FOLDS = f"chosen on {WINDOW} sessions, judged on the next {FOLD}"
