"""How did one run do?  The statistics of the definitions, each computed in one place.

Every key is present for every run; None where it has no meaning for that run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from microhedge.analysis import effectiveness as effect
from microhedge.analysis import performance as perf
from microhedge.calendar import day_number, to_date
from microhedge.result import Result, Table
from microhedge.tape import Days, Floats

Stats = dict[str, float | None]
_CONTRACT = ("role", "session", "expiry")
Rows = NDArray[np.int64]


def returns_stats(returns: Floats, day: Days) -> Stats:
    """Statistics of one series of daily returns."""
    return {
        "total_return": perf.total_return(returns),
        "annual_return": perf.annual_return(returns, day),
        "annual_volatility": perf.annual_volatility(returns),
        "max_drawdown": perf.max_drawdown(returns),
        "worst_day": perf.worst_day(returns),
        "worst_month": perf.worst_month(returns, day),
        "worst_quarter": perf.worst_quarter(returns, day),
        "tail_loss": perf.tail_loss(returns, day),
    }


def against_unhedged(returns: Floats, unhedged: Floats, bounds: Rows, first: int) -> Stats:
    """Statistics of a run beside the holding alone, from row `first` on."""
    removed = effect.variance_removed(returns, unhedged, first=first)
    return {
        "losses_borne": effect.losses_borne(returns, unhedged, bounds),
        "gains_kept": effect.gains_kept(returns, unhedged, bounds),
        "variance_removed": removed,
        "sell_equivalent": effect.sell_equivalent(removed),
    }


def hedge_stats(result: Result) -> Stats:
    """What the ledger says of a hedge: cost, cash, cover, rolls, trades, calls."""
    curves, tables = result.curves, result.tables
    holding = float(held_value(result).mean())
    legs = [
        name.removeprefix("profit/") for name in sorted(curves) if name.startswith("profit/hedge/")
    ]
    profit = float(hedge_profit(result).sum())
    borrow = sum(float(curves[f"borrow/{leg}"].sum()) for leg in legs)
    rolled = tables["rolls"]
    fills = tables["fills"]
    traded = np.abs(fills["quantity"] * fills["mid"] * fills["multiplier"])
    bought = (fills["right"] != "") & (fills["quantity"] > 0)
    premiums = float((traded + fills["spread"])[bought].sum()) + _settled(result)
    owed = _dividends_owed(result)
    per_year = value_years(result)
    cover = curves["cover"][1:]
    known = cover[np.isfinite(cover)]
    closed = rolled["closed"] >= 0
    tenors = [
        float(day_number_of(text) - result.day[row])
        for text, row in zip(rolled["expiry"][closed], rolled["opened"][closed], strict=True)
    ]
    held = days_held(result)
    calls = tables["log"]["code"] == "margin-call"
    need = float(max(curves["need"].max(), 0.0))
    debit = float(max(-curves["cash"].min(), 0.0))
    return {
        "gross_per_year": (premiums + borrow + owed) / per_year,
        "cost_per_year": -profit / per_year,
        "hedge_profit": profit,
        "largest_cash_need": need,
        "largest_cash_need_share": need / holding,
        "largest_debit": debit,
        "largest_debit_share": debit / holding,
        "cover_mean": float(known.mean()) if len(known) else None,
        "cover_min": float(known.min()) if len(known) else None,
        "uncovered_sessions": float(np.count_nonzero(known < 0.5)),
        "rolls": float(_transactions(rolled, closed) + future_rolls(fills)),
        "realised_tenor": float(np.mean(tenors)) if tenors else None,
        "days_held_mean": float(held.mean()) if len(held) else None,
        "days_held_median": float(np.median(held)) if len(held) else None,
        "unfilled_orders": float(np.count_nonzero(tables["log"]["code"] == "unfilled")),
        "trades": float(len(fills["role"])),
        "turnover": float(traded.sum()) / per_year,
        "margin_calls": float(np.count_nonzero(calls)),
        "max_call": float(tables["log"]["amount"][calls].max()) if calls.any() else 0.0,
    }


NO_HEDGE: Mapping[str, float | None] = dict.fromkeys(
    (
        "gross_per_year",
        "cost_per_year",
        "hedge_profit",
        "largest_cash_need",
        "largest_cash_need_share",
        "largest_debit",
        "largest_debit_share",
        "cover_mean",
        "cover_min",
        "uncovered_sessions",
        "rolls",
        "realised_tenor",
        "days_held_mean",
        "days_held_median",
        "unfilled_orders",
        "trades",
        "turnover",
        "margin_calls",
        "max_call",
    )
)
"""The keys of `hedge_stats` for a run that trades no hedge."""


def held_value(result: Result) -> Floats:
    """Value of the holding at each close, money that stands where shares of it stood included."""
    held, proceeds = result.curves["holding"], result.curves.get("proceeds")
    return held if proceeds is None else held + proceeds


def value_years(result: Result) -> float:
    """Return the years of a run times the holding's mean value: what "of the holding a year" is."""
    years = float(result.day[-1] - result.day[0]) / perf.DAYS_PER_YEAR
    return years * float(held_value(result).mean())


def hedge_profit(result: Result) -> Floats:
    """Money that the legs made by session, after costs, borrow and interest on their proceeds."""
    curves = result.curves
    total = curves["short_interest"].copy()
    # by name, for a sum depends on its order in the last bit, and a saved run has another
    for name in sorted(curves):
        if name.startswith("profit/hedge/"):
            leg = name.removeprefix("profit/")
            total += curves[name] - curves[f"costs/{leg}"] - curves[f"borrow/{leg}"]
    return total


def roll_bounds(result: Result) -> Rows:
    """Rows that bound the completed roll periods; month ends for a hedge without options."""
    rolled = result.tables["rolls"]
    if len(rolled["opened"]) == 0:
        return effect.month_bounds(result.day, result.following)
    ends = rolled["closed"][rolled["closed"] >= 0]
    return np.unique(np.concatenate((rolled["opened"], ends)).astype(np.int64))


def roll_interval(result: Result) -> int:
    """Return the usual number of sessions from a roll of any rung to the next."""
    gaps = np.diff(roll_bounds(result))
    longest = max(1, len(result.day) // 4)
    return min(longest, max(1, int(np.median(gaps)))) if len(gaps) else 1


def since(returns: Floats, first: int) -> Floats:
    """Return the returns of a window that opens at the close of row `first`."""
    window = returns[first:].copy()
    if first:
        window[0] = 0.0
    return window


def first_fill(result: Result) -> int | None:
    """Row of the hedge's first fill; None if it never traded."""
    sessions = result.tables["fills"]["session"]
    return int(sessions[0]) if len(sessions) else None


def ruined_on(result: Result) -> date | None:
    """Date on which the account was closed for want of anything left; None if it was not."""
    log = result.tables["log"]
    rows = log["session"][log["code"] == "ruin"]
    return to_date(int(result.day[int(rows[0])])) if len(rows) else None


def first_premise(result: Result) -> int | None:
    """Row of the first relation that the hedge leaned on."""
    sessions = result.tables["premises"]["session"]
    return int(sessions[0]) if len(sessions) else None


def day_number_of(text: str) -> int:
    """Days since 1970-01-01 of an ISO date."""
    return day_number(date.fromisoformat(str(text)))


def days_held(result: Result) -> Floats:
    """Calendar days from the opening of each completed option leg to its end."""
    rolled = result.tables["rolls"]
    closed = rolled["closed"] >= 0
    ends, starts = (result.day[rolled[name][closed]] for name in ("closed", "opened"))
    days: Floats = (ends - starts).astype(np.float64)
    return days


def rolled_by(result: Result) -> dict[str, int]:
    """Count what ended the completed rolls: clauses of the roll policy, expiry and the like.

    Legs of one rung that were opened together are one, which ended as the first of them did.
    """
    rolled = result.tables["rolls"]
    found: dict[tuple[int, str], str] = {}
    done = np.flatnonzero(rolled["closed"] >= 0)
    for k in done[np.argsort(rolled["closed"][done], kind="stable")].tolist():
        role, _, rung = str(rolled["role"][k]).partition("/")
        why = str(rolled["why"][k]) if "why" in rolled else str(rolled["end"][k])
        found.setdefault((int(rolled["opened"][k]), rung or role), why)
    return dict(sorted(Counter(found.values()).items()))


def _transactions(rolled: Table, closed: NDArray[np.bool_]) -> int:
    """Count completed rolls: legs of one rung that were opened together are one."""
    rungs = [str(role).partition("/")[2] for role in rolled["role"][closed]]
    ends = zip(rolled["opened"][closed].tolist(), rungs, strict=True)
    return len(set(ends)) if (rolled["contracts"] < 0.0).any() else int(np.count_nonzero(closed))


def underlying_of(table: Table, k: int) -> str:
    """Return the symbol that the contract in a row of fills or rolls is on."""
    return str(table["instrument"][k]).split(" ")[0]


def index_of(result: Result, k: int) -> str | None:
    """Return what else than the holding the option of a row of rolls was on; None for that."""
    rolls = result.tables["rolls"]
    if "instrument" not in rolls:  # saved before options were on anything else
        return None
    symbol = underlying_of(rolls, k)
    return None if symbol == result.config["holding"] else symbol


def is_future(fills: Table) -> NDArray[np.bool_]:
    """Mark the fills of futures."""
    found: NDArray[np.bool_] = (fills["right"] == "") & (fills["expiry"] != "")
    return found


def future_rolls(fills: Table) -> int:
    """Count how often a future was replaced by the next one in one transaction."""
    mine = is_future(fills)
    rows = list(zip(*(fills[name][mine].tolist() for name in _CONTRACT), strict=True))
    return sum(a[:2] == b[:2] and a[2] != b[2] for a, b in pairwise(sorted(rows)))


def _settled(result: Result) -> float:
    """Money that expiry and assignment of written options took."""
    ledger = result.tables["ledger"]
    taken = np.isin(ledger["cause"], ["expiry", "assignment", "merger", "delisting"])
    taken &= np.char.startswith(ledger["account"].astype(np.str_), "hedge/")
    taken &= np.char.find(ledger["instrument"].astype(np.str_), " ") >= 0  # of options alone
    return float(-np.minimum(ledger["cash"][taken], 0.0).sum())


def _dividends_owed(result: Result) -> float:
    """Dividends, index yields and coupons paid by the hedge's shorts."""
    ledger = result.tables["ledger"]
    legs = np.char.startswith(ledger["account"].astype(np.str_), "hedge/")
    paid = ledger["cash"][legs & (ledger["cause"] == "dividend")]
    coupons = np.minimum(ledger["cash"][legs & (ledger["cause"] == "coupon")], 0.0)
    return float(-paid.sum() - coupons.sum())
