"""Does every cent of a run come from somewhere?

`python tests/prove/money.py FIRST LAST EVERY` plays the runs of those numbers (see `random_runs`)
and prints a line of JSON.  Of each: the attribution's residual; the ledger replayed on the prices
against the equity; the file read back; a hash.  Of those without options, and of every EVERYth
with them, also the plain loop of `reference` session by session, until an account is lost: it knows
neither margin nor ruin.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "backtest")]

from prove.random_runs import Case, case  # noqa: E402 - found by the line above
from reference import Reference  # noqa: E402

from microhedge import load  # noqa: E402
from microhedge.engine import played, simulate  # noqa: E402
from microhedge.instruments import Future, Option  # noqa: E402
from microhedge.ledger import Cause, Rows  # noqa: E402
from microhedge.result import Result  # noqa: E402
from microhedge.tape import Floats  # noqa: E402
from microhedge.volatility import Constant  # noqa: E402


def gross(result: Result) -> float:
    """Money that moved for any cause: what a residual is measured by."""
    parts = result.attribution
    legs = sum(abs(v) for v in parts["legs"].values())
    rest = sum(abs(v) for k, v in parts.items() if k not in {"legs", "residual"})
    return float(legs + rest)


def replayed(made: Case, rows: Rows) -> Floats:
    """Equity of each session from the postings and the prices alone, one session after another."""
    setup, tape = made.setup, made.setup.tape
    begin, count = tape.begin, len(tape)
    cash_moves = np.bincount(rows.session, rows.total_cash, minlength=count)
    book: dict[tuple[int, int], float] = {}
    postings: dict[int, list[int]] = {}
    for k, row in enumerate(rows.session.tolist()):
        postings.setdefault(row, []).append(k)
    marks = {
        n: (first, setup.prices.life(item, first).mid * item.multiplier)
        for n, item in enumerate(rows.instruments)
        if isinstance(item, Option)
        for first in [int(rows.session[rows.instrument == n][0])]
    }
    index = {n for n, i in enumerate(rows.instruments) if tape.basis.get(str(i)) == "price_index"}
    cash = owed = 0.0
    equity = []
    for row in range(begin, count):
        if row > begin:
            owed += _night(made, rows, book, cash, row, index)
        cash += float(cash_moves[row])
        for k in postings.get(row, ()):
            cause, item = Cause(int(rows.cause[k])), int(rows.instrument[k])
            if cause in (Cause.INTEREST, Cause.BORROW) or (
                cause is Cause.DIVIDEND and item in index
            ):
                owed -= float(rows.cash[k])
            if item >= 0:
                key = (int(rows.account[k]), item)
                left = book.get(key, 0.0) + float(rows.quantity[k])
                book[key] = 0.0 if abs(left) < 1e-9 else left
        worth = 0.0
        for (_, item), quantity in book.items():
            if not quantity or isinstance(rows.instruments[item], Future):
                continue  # a future is settled in cash at every close
            if item in marks:
                first, mid = marks[item]
                worth += quantity * float(mid[row - first])
            else:
                worth += quantity * float(tape.close[str(rows.instruments[item])][row])
        equity.append(cash + owed + worth)
    return np.array(equity)


def _night(
    made: Case,
    rows: Rows,
    book: dict[tuple[int, int], float],
    cash: float,
    row: int,
    index: set[int],
) -> float:
    """Interest, borrow and an index's dividends of one night, by actual days."""
    tape, costs = made.setup.tape, made.setup.costs
    days = int(tape.day[row] - tape.day[row - 1])
    bills = float(tape.rate[row - 1])
    credit = max(bills - costs.credit_spread, 0.0)
    rate = credit if cash > 0 else bills + costs.debit_spread
    gained = cash * rate * days / 360
    for (_, item), quantity in book.items():
        if not quantity or isinstance(rows.instruments[item], Option | Future):
            continue
        worth = quantity * float(tape.close[str(rows.instruments[item])][row - 1])
        if quantity < 0:
            gained += worth * costs.borrow * days / 360
        if item in index:
            gained += worth * tape.index_dividend * days / 365
    return gained


def apart(ours: Any, theirs: Any) -> float:
    """The largest difference, as a fraction of the largest value (at least one dollar)."""
    a, b = np.asarray(ours), np.asarray(theirs)
    return float(np.abs(a - b).max() / max(1.0, float(np.abs(b).max())))


def before_ruin(result: Result, theirs: Sequence[float]) -> tuple[Floats, Sequence[float]]:
    """Equity of each session, ours and theirs, up to the one on which the account was lost."""
    log = result.tables["log"]
    lost = log["session"][log["code"] == "ruin"].tolist()
    end = min(lost, default=len(theirs))
    return result.curves["equity"][:end], theirs[:end]


def plain(made: Case) -> Reference:
    """Play the case by the loop that takes no short cut."""
    setup = made.setup
    return Reference(
        setup.tape,
        made.hedge,
        "AAA",
        setup.portfolio,
        Constant(made.sigma),
        setup.costs,
        ends=setup.rules.ends,
    ).run()


def prove(first: int, last: int, every: int) -> dict[str, Any]:
    """Return the worst of each figure over the cases of a range, and a hash of all of them."""
    worst = dict.fromkeys(("residual", "replay", "loop"), 0.0)
    where = dict.fromkeys(worst, first)
    counts = dict.fromkeys(
        ("runs", "with options", "loops", "fills", "read back", "calls", "recalls"), 0
    )
    digest = sha256()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "run.mhr"
        for number in range(first, last):
            made = case(number)
            result = simulate(made.hedge, made.setup)
            desk, error = played(made.hedge, made.setup, until=len(made.setup.tape) - 1)
            assert error is None, f"case {number}: {error}"
            called = any("margin" in str(code) for code in result.tables["log"]["code"])
            found = {
                "residual": abs(result.attribution["residual"]) / max(1.0, gross(result)),
                "replay": apart(replayed(made, desk.ledger.rows()), result.curves["equity"]),
            }
            dense = made.setup.rules.fill == "next_close" and not called and not made.stressed
            if dense and every and (not made.has_options or number % every == 0):
                found["loop"] = apart(*before_ruin(result, plain(made).equity))
                counts["loops"] += 1
            for name, value in found.items():
                if not value <= worst[name]:
                    worst[name], where[name] = value, number
            result.save(path)
            digest.update(path.read_bytes())
            assert load(path) == result, f"case {number} is read back as another"
            counts["read back"] += 1
            counts["runs"] += 1
            counts["with options"] += made.has_options
            counts["calls"] += called
            counts["recalls"] += int((result.tables["log"]["code"] == "recalled").sum())
            counts["fills"] += len(result.tables["fills"]["role"])
    return {"worst": worst, "where": where, "counts": counts, "digest": digest.hexdigest()}


if __name__ == "__main__":
    print(json.dumps(prove(*map(int, sys.argv[1:4]))))
