"""Would a peer, chosen on the past alone, have hedged better than the index?

Walk-forward: every 252 sessions the peer is chosen on the past 504 returns, every 21 sessions
the ratios are fitted on the past 504, and only returns after that are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from microhedge.analysis.superior import DRAWS, Superior, superior
from microhedge.errors import NotCovered
from microhedge.tape import Floats

WINDOW, FOLD, REFIT = 504, 252, 21
_PLACEBOS = 20

WORTH = 0.02
"""Part of the variance that a second leg must take away beyond the index to be worth having."""

Kind = Literal["index", "best peer", "index + best peer", "index + peer", "random peer"]


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way to hedge, judged on the sessions after each choice.

    `removed` is the part of the holding's variance that it took away (negative: it added),
    `worst_saved` the part of the holding's loss on its worst 1 % of days that it spared.
    `changes` counts how often the chosen peer was another one.  `net` are the hedged returns.
    """

    kind: Kind
    name: str
    removed: float
    worst_saved: float
    changes: int
    net: Floats

    @property
    def like_selling(self) -> float | None:
        """Part of the holding whose sale removes as much variance; None where none was removed."""
        return 1.0 - sqrt(1.0 - self.removed) if 0.0 <= self.removed <= 1.0 else None


@dataclass(frozen=True, slots=True, eq=False)
class PeerSearch:
    """The index, the best peer of the past, both, the index with each peer, and a random one.

    `against_index` tests each of `pairs`, and `both` last, against the index alone; `first` is
    the first judged row.
    """

    first: int
    index: Way
    best_peer: Way
    both: Way
    pairs: tuple[Way, ...]
    placebo: Way
    against_index: Superior

    @property
    def beyond_luck(self) -> bool:
        """Whether some peer beside the index beats the index, with the number tried."""
        return self.against_index.pvalue < 0.05

    @property
    def adds(self) -> bool:
        """Whether such a peer also takes away enough more to be worth a second leg."""
        return self.beyond_luck and any(map(self._enough, (*self._better, self.both)))

    @property
    def winners(self) -> tuple[Way, ...]:
        """The candidates that are better at 5 % together and by enough, the best first."""
        won = [way for way in self._better if self._enough(way)]
        return tuple(sorted(won, key=lambda way: -way.removed))

    @property
    def _better(self) -> list[Way]:
        marks = zip(self.pairs, self.against_index.better[:-1], strict=True)
        return [way for way, is_better in marks if is_better]

    def _enough(self, way: Way) -> bool:
        return way.removed - self.index.removed >= WORTH


def search_peers(
    y: Floats,
    index: Floats,
    peers: Sequence[tuple[str, Floats]],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> PeerSearch:
    """Judge the index, the best past peer, and the index with each peer, all walk-forward.

    All are simple returns on common sessions.  A short with a negative ratio is not opened: its
    factor leaves the fit, as in a run.  The random peer is the mean of 20 draws that choose at
    every choice by chance.  Losses are squared hedged returns about their mean.  Raises
    NotCovered with fewer than 756 sessions or without a peer.
    """
    n = len(y)
    if n < WINDOW + FOLD or not peers:
        raise NotCovered(
            f"{n} common sessions and {len(peers)} candidates: a peer is chosen on {WINDOW} and "
            f"judged on the next {FOLD}, so {WINDOW + FOLD} sessions and a candidate are needed"
        )
    columns = np.array([series for _, series in peers])
    fits = np.arange(WINDOW, n, REFIT)
    alone, with_index, only = _betas(y, index, columns, fits)
    spans = np.diff(np.append(fits, n))
    rows = slice(WINDOW, n)

    def net(on_index: Floats, on_peer: Floats, peer: Floats) -> Floats:
        short = np.repeat(on_index, spans) * index[rows] + np.repeat(on_peer, spans) * peer[rows]
        left: Floats = y[rows] - short
        return left

    zero = np.zeros(len(fits))
    by_index = net(alone, zero, index)
    pairs = [net(b[0], b[1], peer) for b, peer in zip(with_index, columns, strict=True)]
    singles = [net(zero, b, peer) for b, peer in zip(only, columns, strict=True)]
    fold = np.arange(n - WINDOW) // FOLD
    starts = fits[np.arange(0, len(fits), FOLD // REFIT)][: int(fold[-1]) + 1]
    explained_pair, explained_single = _explained(y, index, columns, starts)
    chosen_pair, chosen_single = explained_pair.argmax(axis=0), explained_single.argmax(axis=0)
    both = _pick(pairs, chosen_pair, fold)
    best = _pick(singles, chosen_single, fold)
    held = y[rows]
    worst = np.argsort(held, kind="stable")[: max(1, len(held) // 100)]

    def way(kind: Kind, name: str, left: Floats, changes: int = 0) -> Way:
        removed = 1.0 - float(left.var()) / float(held.var())
        saved = 1.0 - float(left[worst].sum()) / float(held[worst].sum())
        return Way(kind, name, removed, saved, changes, left)

    rng = np.random.default_rng(seed)
    drawn = [
        way("random peer", "", _pick(pairs, rng.integers(0, len(pairs), int(fold[-1]) + 1), fold))
        for _ in range(_PLACEBOS)
    ]
    placebo = Way(
        "random peer",
        "random peer",
        float(np.mean([one.removed for one in drawn])),
        float(np.mean([one.worst_saved for one in drawn])),
        0,
        drawn[0].net,
    )
    losses = np.column_stack([_loss(left) for left in (*pairs, both)])
    return PeerSearch(
        first=WINDOW,
        index=way("index", "index", by_index),
        best_peer=way("best peer", "best past peer", best, _changes(chosen_single)),
        both=way("index + best peer", "index + best past peer", both, _changes(chosen_pair)),
        pairs=tuple(
            way("index + peer", name, left) for (name, _), left in zip(peers, pairs, strict=True)
        ),
        placebo=placebo,
        against_index=superior(_loss(by_index)[:, None] - losses, draws=draws, seed=seed),
    )


def _loss(net: Floats) -> Floats:
    centred = net - net.mean()
    squared: Floats = centred * centred
    return squared


def _changes(chosen: NDArray[np.intp]) -> int:
    return int(np.count_nonzero(np.diff(chosen)))


def _pick(series: Sequence[Floats], chosen: NDArray[np.intp], fold: NDArray[np.intp]) -> Floats:
    """Put together the series that was chosen in each fold."""
    table = np.array(series)
    picked: Floats = table[chosen[fold], np.arange(table.shape[1])]
    return picked


def _moments(
    y: Floats, index: Floats, columns: Floats, ends: NDArray[np.intp]
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    """Centred sums of products over the window before each row: of y, the index and each peer."""

    def over(column: Floats) -> Floats:
        total = np.concatenate(([0.0], np.cumsum(column)))
        summed: Floats = total[ends] - total[ends - WINDOW]
        return summed

    def cross(a: Floats, b: Floats) -> Floats:
        found: Floats = over(a * b) - over(a) * over(b) / WINDOW
        return found

    peers = [(cross(p, p), cross(y, p), cross(index, p)) for p in columns]
    own, with_y, with_index = (np.array(each) for each in zip(*peers, strict=True))
    return cross(index, index), cross(y, index), cross(y, y), own, with_y, with_index


def _betas(
    y: Floats, index: Floats, columns: Floats, ends: NDArray[np.intp]
) -> tuple[Floats, Floats, Floats]:
    """Ratios before each row: index alone, (index, peer) of each peer, and each peer alone."""
    mm, ym, _, pp, yp, mp = _moments(y, index, columns, ends)
    alone = np.maximum(_divided(ym, mm), 0.0)
    only = np.maximum(_divided(yp, pp), 0.0)
    both = mm * pp - mp * mp
    sound = both > 1e-12 * mm * pp
    on_index = np.where(sound, _divided(ym * pp - yp * mp, both), 0.0)
    on_peer = np.where(sound, _divided(yp * mm - ym * mp, both), 0.0)
    # a factor with a negative ratio leaves, and the other is fitted alone
    no_peer, no_index = ~sound | (on_peer < 0.0), sound & (on_peer >= 0.0) & (on_index < 0.0)
    on_index = np.where(no_peer, alone, np.where(no_index, 0.0, on_index))
    on_peer = np.where(no_peer, 0.0, np.where(no_index, only, on_peer))
    return alone, np.stack((on_index, on_peer), axis=1), only


def _explained(
    y: Floats, index: Floats, columns: Floats, ends: NDArray[np.intp]
) -> tuple[Floats, Floats]:
    """Part of y's variance in the window before each row that index + peer, or a peer, explain."""
    mm, ym, yy, pp, yp, mp = _moments(y, index, columns, ends)
    _, betas, only = _betas(y, index, columns, ends)
    b, c = betas[:, 0], betas[:, 1]
    pair = 2.0 * (b * ym + c * yp) - b * b * mm - 2.0 * b * c * mp - c * c * pp
    single = 2.0 * only * yp - only * only * pp
    return _divided(pair, yy), _divided(single, yy)


def _divided(a: Floats, b: Floats) -> Floats:
    return np.divide(a, b, out=np.zeros(np.broadcast_shapes(a.shape, b.shape)), where=b > 0.0)
