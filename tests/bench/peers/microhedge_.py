"""microhedge: an ordinary strategy, from the prices to equity and attribution."""

from peer_jobs import Pair, Put, axis, play_pair, play_put
from recipe import columns

import microhedge

VERSION = f"microhedge {microhedge.__version__}"


def ready(job):
    columns(job)
    axis(job)
    return Put(holding="A") if job == "put" else Pair(holding="A")


def run(job, hedge):
    result = play_put(hedge) if job == "put" else play_pair(hedge, job)
    assert abs(result.attribution["residual"]) < 1e-6
    return result.curves["equity"]
