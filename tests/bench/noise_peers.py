"""How often is a peer said to add to the index when every candidate is noise?

`python tests/bench/noise_peers.py` draws 20 sets of candidates, 3 to 17 of them with the market in
them and noise of their own, and searches each set 100 times; it stops with 1 where one is said to
add in more than 6.5 % of a set's draws.
"""

from __future__ import annotations

import numpy as np
from joblib import Parallel, delayed

from microhedge.analysis.peer_search import search_peers

SETS, DRAWS, SIGNS, SEED = 20, 100, 199, 20261124
MOST = 6.5


def played(one: int) -> tuple[int, int, int, int]:
    """Return candidates, sessions, and how often one was better by luck alone, and said to add."""
    rng = np.random.default_rng([SEED, one])
    many, n = int(rng.integers(3, 18)), int(rng.integers(1000, 3000))
    shares = rng.uniform(0.2, 0.9, many).tolist()
    lucky = adds = 0
    for draw in range(DRAWS):
        market = rng.standard_t(5, n)
        holding = market + rng.standard_t(4, n)
        peers = [(f"P{k}", s * market + rng.standard_t(4, n)) for k, s in enumerate(shares)]
        found = search_peers(holding, market, peers, draws=SIGNS, seed=draw)
        lucky += found.beyond_luck
        adds += found.adds
    return many, n, lucky, adds


def main() -> None:
    """Print a line for each set."""
    results = Parallel(n_jobs=-1)(delayed(played)(one) for one in range(SETS))
    print("candidates  sessions  better by luck  said to add (per cent)")
    for many, n, lucky, adds in results:
        print(f"{many:10}{n:10}{lucky:16}{adds:13}")
    if max(adds for *_, adds in results) > MOST:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
