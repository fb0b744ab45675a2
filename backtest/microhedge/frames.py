"""The same result as DataFrames: a date index or date columns, snake_case names, units as in it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from microhedge.result import Result


def equity(result: Result) -> pd.DataFrame:
    """Return every curve as a column, one row per session."""
    return pd.DataFrame(dict(result.curves), index=_dates(result))


def table(result: Result, name: str) -> pd.DataFrame:
    """Return one table; its session columns become dates (NaT where there is none)."""
    frame = pd.DataFrame(dict(result.tables[name]))
    days = _dates(result)
    for column in ("session", "opened", "closed"):
        if column in frame:
            rows = frame[column].to_numpy()
            dates = days.to_numpy()[np.maximum(rows, 0)]
            frame[column] = np.where(rows >= 0, dates, np.datetime64("NaT", "D"))
    return frame.rename(columns={"session": "date"})


def postings(result: Result) -> pd.DataFrame:
    """Return every posting: each cost of a trade is a posting of its own."""
    rows = table(result, "ledger")
    plain = rows.drop(columns=["spread", "commission", "fee"])
    parts = [plain]
    for cost in ("spread", "commission", "fee"):
        paid = rows[rows[cost] != 0.0]
        parts.append(
            paid.drop(columns=["spread", "commission", "fee"]).assign(
                cause=cost, quantity=0.0, cash=-paid[cost]
            )
        )
    return pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)


def positions(result: Result) -> pd.DataFrame:
    """Return the quantity of each instrument in each account at each close, zeros left out."""
    rows = pd.DataFrame(dict(result.tables["ledger"]))
    held = rows[rows["instrument"] != ""]
    moved = held.pivot_table(
        index="session",
        columns=["account", "instrument"],
        values="quantity",
        aggfunc="sum",
        fill_value=0.0,
        sort=False,
    )
    path = moved.reindex(range(len(result.day)), fill_value=0.0).cumsum()
    path.index = _dates(result)
    long = path.melt(ignore_index=False, value_name="quantity").reset_index()
    kept = long[long["quantity"].abs() > 1e-9]
    return kept.sort_values(["date", "account"], kind="stable").reset_index(drop=True)


def _dates(result: Result) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(
        result.day.astype("datetime64[D]").astype("datetime64[us]"), name="date"
    )
