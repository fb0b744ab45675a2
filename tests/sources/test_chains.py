"""Chain files: recognised by their headers, cleaned row by row, every row left out counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tapes import day, sessions

from microhedge.calendar import to_date
from microhedge.errors import BadData, UnknownSymbol
from microhedge.instruments import Option, Right
from microhedge.sources.chains import CODES, ChainFile, read_chain, underlyings
from microhedge.sources.chains.arbitrage import contradictory
from microhedge.sources.chains.cleaning import STALE, Rows, cleaned

HEADER = "quote_date,expiration,strike,right,bid,ask,volume,symbol"


def read(folder: Path, *rows: str, header: str = HEADER, symbol: str = "AAA") -> ChainFile:
    path = folder / "chain.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_chain(path, symbol)


def quote(
    file: ChainFile, when: str, expiry: str, strike: float, right: Right = "P"
) -> tuple[float, float] | None:
    option = Option(file.chain.underlying, right, strike, date.fromisoformat(expiry))
    return file.chain.at(option, day(when))


def counts(file: ChainFile) -> dict[str, int]:
    """Counts by code; a handful of rows is thin whatever else it is."""
    return {one.code: one.count for one in file.findings if one.code != "thin-expiry"}


GOOD = "2024-01-03,2024-02-16,95,P,1.00,1.20,5,AAA"

# cleaning


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("crossed", "2024-01-03,2024-02-16,90,P,1.30,1.20,5,AAA"),
        ("negative", "2024-01-03,2024-02-16,90,P,-0.10,1.20,5,AAA"),
        ("no-quote", "2024-01-03,2024-02-16,90,P,0,0,5,AAA"),
        ("no-quote", "2024-01-03,2024-02-16,90,P,,1.20,5,AAA"),
        ("no-quote", "2024-01-03,2024-02-16,90,P,1.00,,5,AAA"),
        ("expired", "2024-01-03,2024-01-02,90,P,1.00,1.20,5,AAA"),
        ("no-session", "2024-01-06,2024-02-16,90,P,1.00,1.20,5,AAA"),
        ("no-strike", "2024-01-03,2024-02-16,0,P,1.00,1.20,5,AAA"),
        ("no-strike", "2024-01-03,2024-02-16,,P,1.00,1.20,5,AAA"),
        ("absurd-spread", "2024-01-03,2024-02-16,90,P,1.00,4.20,5,AAA"),
        ("duplicate", GOOD),
    ],
)
def test_a_row_that_is_no_quote_is_left_out_and_counted(
    tmp_path: Path, code: str, row: str
) -> None:
    file = read(tmp_path, GOOD, row)
    assert counts(file) == {code: 1}
    assert (len(file.chain), file.rows) == (1, 2)
    assert quote(file, "2024-01-03", "2024-02-16", 95) == (1.0, 1.2)
    assert "1 row left out" in str(file.findings[0])


def test_quotes_that_contradict_each_other_are_all_left_out(tmp_path: Path) -> None:
    other = GOOD.replace("1.00,1.20", "1.05,1.25")
    file = read(tmp_path, GOOD, other, GOOD, GOOD.replace(",95,", ",90,"))
    assert counts(file) == {"duplicate": 1, "conflicting": 2}
    assert quote(file, "2024-01-03", "2024-02-16", 95) is None


@pytest.mark.parametrize(
    ("code", "bid", "ask"), [("zero-bid", "0", "0.05"), ("wide-spread", "0.05", "0.10")]
)
def test_a_cheap_quote_is_kept_and_counted(tmp_path: Path, code: str, bid: str, ask: str) -> None:
    file = read(tmp_path, GOOD.replace("1.00,1.20", f"{bid},{ask}"))
    assert counts(file) == {code: 1}
    assert quote(file, "2024-01-03", "2024-02-16", 95) == (float(bid), float(ask))
    assert "1 row kept, 2024-01-03" in str(file.findings[0])


@pytest.mark.parametrize(
    ("printed", "last"),
    [("2014-06-21", "2014-06-20"), ("2015-01-17", "2015-01-16"), ("2014-04-18", "2014-04-17")],
)
def test_an_expiry_that_is_no_session_is_the_last_session_before(
    tmp_path: Path, printed: str, last: str
) -> None:
    file = read(tmp_path, f"2014-04-10,{printed},95,P,1.00,1.20,5,AAA")
    assert counts(file) == {"expiry-moved": 1}
    assert quote(file, "2014-04-10", last, 95) == (1.0, 1.2)


def frozen(volumes: list[int | str], days: list[int] | None = None) -> list[str]:
    axis = sessions("2024-01-02", len(volumes)) if days is None else days
    texts = np.array(axis, np.int32).astype("datetime64[D]").astype(str).tolist()
    return [
        f"{text},2024-03-15,95,P,1.00,1.20,{volume},AAA"
        for text, volume in zip(texts, volumes, strict=True)
    ]


@pytest.mark.parametrize(
    ("volumes", "stale"),
    [
        ([0, 0, 0, 0], []),
        ([0, 0, 0, 0, 0, 0, 0], [4, 5, 6]),
        ([9, 0, 0, 0, 0, 0, 0], [5, 6]),  # the quote of the trade is fresh
        ([0, 0, 0, 9, 0, 0, 0, 0], []),
        ([0, 0, 0, 9, 0, 0, 0, 0, 0], [8]),
        (["", "", "", "", "", ""], [4, 5]),  # a volume that is not known
    ],
)
def test_a_quote_that_stands_still_is_stale_from_the_fifth_session_on(
    tmp_path: Path, volumes: list[int | str], stale: list[int]
) -> None:
    file = read(tmp_path, *frozen(volumes))
    left = [one for one in sessions("2024-01-02", len(volumes)) if one not in set(file.chain.day)]
    assert left == [sessions("2024-01-02", len(volumes))[k] for k in stale]
    assert file.count("stale") == len(stale)


def test_a_gap_in_the_quotes_begins_a_run_anew(tmp_path: Path) -> None:
    axis = sessions("2024-01-02", 12)
    file = read(tmp_path, *frozen([0] * 7, axis[:4] + axis[9:]))
    assert counts(file) == {}


@given(
    st.lists(
        st.tuples(
            st.integers(0, 11), st.sampled_from([90.0, 95.0]), st.sampled_from([0.0, 1.0, 1.1])
        ),
        min_size=1,
        max_size=60,
    ),
    st.integers(0, 11),
)
def test_what_is_kept_of_a_day_does_not_depend_on_later_rows(
    drawn: list[tuple[int, float, float]], until: int
) -> None:
    axis = np.array(sessions("2024-01-02", 12), np.int32)
    at, strike, bid = (np.array(column) for column in zip(*drawn, strict=True))
    size = len(drawn)
    rows = Rows(
        axis[at],
        np.full(size, day("2024-03-15"), np.int32),
        np.zeros(size, np.bool_),
        strike,
        bid,
        np.full(size, 1.2),
        np.zeros(size, np.bool_),
        np.zeros(size, np.bool_),
        np.full(size, np.nan),
        np.full(size, np.nan),
    )
    whole, _ = cleaned(rows)
    part, _ = cleaned(rows.at(at <= until))
    seen = whole.at(whole.day <= axis[until])
    for name in Rows.__slots__:
        np.testing.assert_array_equal(getattr(seen, name), getattr(part, name))


def test_every_row_is_kept_or_counted_once(tmp_path: Path) -> None:
    rows = [GOOD, GOOD, GOOD.replace("1.00", "9.00"), GOOD.replace("AAA", "BBB"), *frozen([0] * 6)]
    file = read(tmp_path, *rows)
    left_out = sum(one.count for one in file.findings if not one.kept)
    assert file.rows == len(rows) - 1 == len(file.chain) + left_out
    assert set(counts(file)) <= set(CODES)
    assert STALE == 5


# layouts


def test_cboe_datashop_is_recognised_and_read_at_1545(tmp_path: Path) -> None:
    header = (
        "underlying_symbol,quote_date,root,expiration,strike,option_type,trade_volume,"
        "bid_1545,ask_1545,bid_eod,ask_eod,open_interest,delivery_code"
    )
    file = read(
        tmp_path,
        "^SPX,2018-01-03,SPXW,2018-02-16,2700.000,P,10,30.10,30.50,29.00,33.00,5,",
        "^SPX,2018-01-03,SPXW,2018-02-16,2705.000,P,10,31.10,31.50,29.00,33.00,5,X",
        "^SPX,2018-01-03,SPX7,2018-02-16,2710.000,C,10,31.10,31.50,29.00,33.00,5,",
        header=header,
        symbol="SPX",
    )
    assert file.layout == "DataShop"
    assert counts(file) == {"odd-contract": 2}
    assert quote(file, "2018-01-03", "2018-02-16", 2700) == (30.1, 30.5)


def test_optionsdx_has_the_call_and_the_put_in_one_row(tmp_path: Path) -> None:
    header = (
        "[QUOTE_UNIXTIME], [QUOTE_READTIME], [QUOTE_DATE], [UNDERLYING_LAST], [EXPIRE_DATE],"
        " [C_VOLUME], [C_SIZE], [C_BID], [C_ASK], [STRIKE], [P_BID], [P_ASK], [P_VOLUME]"
    )
    file = read(
        tmp_path,
        "1641243600, 2022-01-03 16:00, 2022-01-03, 182.01, 2022-02-18, 10.0, 5 x 5, 7.10, 7.30, "
        "180.0, 4.90, 5.10, 3.0",
        "1641243600, 2022-01-03 16:00, 2022-01-03, 182.01, 2022-02-18, , 0 x 5, , 7.30, "
        "185.0, 6.90, 7.10, ",
        header=header,
    )
    assert file.layout == "OptionsDX"
    assert counts(file) == {"no-quote": 1}
    assert quote(file, "2022-01-03", "2022-02-18", 180, "C") == (7.10, 7.30)
    assert quote(file, "2022-01-03", "2022-02-18", 180, "P") == (4.90, 5.10)
    assert quote(file, "2022-01-03", "2022-02-18", 185, "P") == (6.90, 7.10)


def test_orats_strikes_have_the_call_and_the_put_in_one_row(tmp_path: Path) -> None:
    header = (
        "ticker,tradeDate,expirDate,dte,strike,stockPrice,callVolume,callOpenInterest,callBidSize,"
        "callAskSize,putVolume,putOpenInterest,putBidSize,putAskSize,callBidPrice,callValue,"
        "callAskPrice,putBidPrice,putValue,putAskPrice,delta,spotPrice"
    )
    file = read(
        tmp_path,
        "AAA,2022-01-03,2022-02-18,46,180,182.01,10,5,5,5,3,5,5,5,7.10,7.2,7.30,4.90,5.0,5.10,.5,0",
        "BBB,2022-01-03,2022-02-18,46,180,182.01,10,5,5,5,3,5,5,5,7.10,7.2,7.30,4.90,5.0,5.10,.5,0",
        header=header,
    )
    assert file.layout == "ORATS"
    assert (counts(file), file.rows) == ({}, 2)
    assert quote(file, "2022-01-03", "2022-02-18", 180, "C") == (7.10, 7.30)
    assert quote(file, "2022-01-03", "2022-02-18", 180, "P") == (4.90, 5.10)


HOD_OLD = (
    "underlying,underlying_last, exchange,optionroot,optionext,type,expiration,quotedate,strike,"
    "last,bid,ask,volume,openinterest,impliedvol,delta,gamma,theta,vega,optionalias"
)
HOD_NEW = (
    "UnderlyingSymbol,UnderlyingPrice,Exchange,OptionSymbol,OptionExt,Type,Expiration,DataDate,"
    "Strike,Last,Bid,Ask,Volume,OpenInterest,IV,Delta,Gamma,Theta,Vega,AKA"
)


@pytest.mark.parametrize(
    ("header", "plain", "odd"),
    [
        (HOD_OLD, "AAA240216P00095000", "AAA7240216P00095000"),
        (HOD_NEW, "AAA240216P00095000", "AAA7240216P00095000"),
        (HOD_OLD, "AAA   240216P00095000", "AAA1  240216P00095000"),
        (HOD_OLD, "AAAPS", "AAA1"),
    ],
)
def test_historical_option_data_is_recognised_and_leaves_changed_contracts_out(
    tmp_path: Path, header: str, plain: str, odd: str
) -> None:
    rest = ",,put,02/16/2024,01/03/2024,{},1.1,1.00,1.20,5,9,.2,-.3,.1,-.1,.1,"
    lines = [f"AAA,98,*,{plain}{rest.format(95)}", f"AAA,98,*,{odd}{rest.format(90)}"]
    file = read(tmp_path, *lines, header=header)
    assert file.layout == "HOD"
    assert counts(file) == {"odd-contract": 1}
    assert quote(file, "2024-01-03", "2024-02-16", 95) == (1.0, 1.2)


# what contradicts the spot or the other strikes; every number is worked by hand


@pytest.mark.parametrize(
    ("right", "strike", "bid", "ask", "spot", "bad"),
    [
        ("P", 95.0, 95.0, 96.0, 100.0, False),  # a put is worth its strike at most
        ("P", 95.0, 95.01, 96.0, 100.0, True),
        ("C", 95.0, 100.0, 101.0, 100.0, False),  # and a call the share
        ("C", 95.0, 100.01, 101.0, 100.0, True),
        ("P", 120.0, 18.0, 20.0, 100.0, False),  # exercise brings 20
        ("P", 120.0, 17.0, 18.62, 100.0, False),  # 120·exp(−0.10·44/365) − 100 = 18.562
        ("P", 120.0, 17.0, 18.50, 100.0, True),
        ("C", 80.0, 17.0, 18.90, 100.0, False),  # 100·exp(−0.10·44/365) − 80 = 18.802
        ("C", 80.0, 17.0, 18.70, 100.0, True),
        ("C", 80.0, 0.5, 1.0, float("nan"), False),  # nobody knows
        ("C", 80.0, 0.5, 1.0, 0.0, False),  # as some vendors print for an index
    ],
)
def test_a_quote_beyond_what_the_spot_allows_is_left_out(
    tmp_path: Path, right: Right, strike: float, bid: float, ask: float, spot: float, bad: bool
) -> None:
    row = f"2024-01-03,2024-02-16,{strike},{right},{bid},{ask},5,AAA,{spot}"
    file = read(tmp_path, row, header=f"{HEADER},underlying_price")
    assert file.count("out-of-bounds") == bad
    assert len(file.chain) == (not bad)


def strikes(right: Right, *quotes: tuple[float, float, float]) -> list[str]:
    return [
        f"2024-01-03,2024-02-16,{strike},{right},{bid},{ask},5,AAA" for strike, bid, ask in quotes
    ]


@pytest.mark.parametrize(
    ("right", "quotes", "out"),
    [
        # puts rise with the strike: 90 can be sold at 1.30 and 95 bought at 1.20
        ("P", [(85, 0.4, 0.5), (90, 1.3, 1.4), (95, 1.1, 1.2), (100, 2.0, 2.2)], [90, 95]),
        # the ask at 90 is below the bids of 80 and 85: it alone is in two conflicts
        ("P", [(80, 0.3, 0.4), (85, 0.4, 0.5), (90, 0.1, 0.2), (95, 1.1, 1.2)], [90]),
        # equal is no conflict
        ("P", [(85, 0.4, 0.5), (90, 0.5, 0.6), (95, 0.6, 0.7)], []),
        # calls fall: 95 can be bought at 1.2 and 100 sold at 1.3
        ("C", [(95, 1.1, 1.2), (100, 1.3, 1.4)], [95, 100]),
        # a butterfly: half of 0.5 and of 2.2 is 1.35, and 95 is bid 1.40; nobody knows which
        ("P", [(90, 0.4, 0.5), (95, 1.4, 1.5), (100, 2.0, 2.2)], [90, 95, 100]),
        # two neighbours' butterflies meet in the wing at 100, asked at 2.2
        (
            "P",
            [(90, 0.4, 0.5), (95, 1.4, 1.5), (100, 2.0, 2.2), (105, 4.6, 4.7), (110, 6.0, 6.5)],
            [100],
        ),
        # strikes that are not evenly apart: at 95 the line is 4/5 · 0.5 + 1/5 · 3.0 = 1.0
        ("P", [(94, 0.4, 0.5), (95, 1.0, 1.1), (99, 2.8, 3.0)], []),
        ("P", [(94, 0.4, 0.5), (95, 1.01, 1.1), (99, 2.8, 3.0)], [94, 95, 99]),
    ],
)
def test_quotes_that_contradict_other_strikes_are_left_out(
    tmp_path: Path, right: Right, quotes: list[tuple[float, float, float]], out: list[float]
) -> None:
    file = read(tmp_path, *strikes(right, *quotes))
    assert file.count("arbitrage") == len(out)
    kept = sorted(strike for strike, _, _ in quotes if strike not in out)
    assert sorted(file.chain.strike.tolist()) == kept


def test_days_expiries_and_rights_do_not_contradict_each_other(tmp_path: Path) -> None:
    high = GOOD.replace(",95,P,1.00,1.20", ",90,P,3.00,3.20")
    others = [
        high.replace("2024-01-03", "2024-01-04"),
        high.replace("2024-02-16", "2024-03-15"),
        high.replace(",P,", ",C,"),
    ]
    assert read(tmp_path, GOOD, *others).count("arbitrage") == 0
    assert read(tmp_path, GOOD, high).count("arbitrage") == 2


priced = st.tuples(
    st.sampled_from([80.0, 82.5, 85.0, 90.0, 95.0, 100.0]),
    st.booleans(),
    st.integers(0, 1),
    st.integers(0, 30),
    st.integers(1, 10),
)


@given(st.lists(priced, min_size=1, max_size=40, unique_by=lambda one: one[:3]))
def test_no_free_money_is_left_among_the_quotes_that_are_kept(
    drawn: list[tuple[float, bool, int, int, int]],
) -> None:
    strike, call, late, bid, wide = (np.array(column) for column in zip(*drawn, strict=True))
    bid, ask = bid / 4.0, (bid + wide) / 4.0
    days = np.full(len(strike), day("2024-01-03"), np.int32)
    expiry = np.where(late, day("2024-03-15"), day("2024-02-16")).astype(np.int32)
    bad = contradictory(days, expiry, call, strike, bid, ask)
    kept = sorted(np.flatnonzero(~bad).tolist(), key=lambda i: strike[i])
    groups: dict[tuple[int, bool], list[int]] = {}
    for i in kept:
        groups.setdefault((int(expiry[i]), bool(call[i])), []).append(i)
    for (_, of_call), rows in groups.items():
        for a, low in enumerate(rows):
            for high in rows[a + 1 :]:
                dear, cheap = (high, low) if of_call else (low, high)
                assert bid[dear] <= ask[cheap]
        for low, mid, high in zip(rows, rows[1:], rows[2:], strict=False):
            part = (strike[high] - strike[mid]) / (strike[high] - strike[low])
            assert bid[mid] <= part * ask[low] + (1 - part) * ask[high] + 1e-9
    clean = contradictory(days[kept], expiry[kept], call[kept], strike[kept], bid[kept], ask[kept])
    assert not clean.any()


# size


@pytest.mark.parametrize("stretch", [1, 7, 50])
def test_what_is_kept_does_not_depend_on_how_many_rows_are_looked_at_together(
    stretch: int,
) -> None:
    draw = np.random.default_rng(4)
    axis = np.array(sessions("2024-01-02", 30), np.int32)
    size = 400
    bid = draw.choice([0.0, 1.0, 1.5], size, p=[0.02, 0.93, 0.05])
    rows = Rows(
        draw.choice(axis, size),
        draw.choice(np.array([day("2024-03-15"), day("2024-01-20")], np.int32), size),
        draw.integers(0, 2, size).astype(np.bool_),
        draw.choice([90.0, 95.0], size),
        bid,
        bid + draw.choice([-0.1, 0.2, 3.0], size, p=[0.02, 0.96, 0.02]),
        draw.random(size) < 0.2,
        draw.random(size) < 0.05,
        np.full(size, np.nan),
        draw.choice([np.nan, -1.0, 1.0, 2.0], size, p=[0.91, 0.03, 0.03, 0.03]),
    )
    whole, found = cleaned(rows)
    part, counted = cleaned(rows, stretch=stretch)
    assert counted == found
    codes = {"crossed", "stale", "later-capture", "duplicate", "expired", "arbitrage"}
    assert {one.code for one in found} >= codes
    order = [np.lexsort((r.strike, r.call, r.expiry, r.day)) for r in (whole, part)]
    for name in Rows.__slots__:
        np.testing.assert_array_equal(getattr(whole, name)[order[0]], getattr(part, name)[order[1]])


def test_only_the_days_asked_for_are_kept_and_stale_quotes_are_told_all_the_same(
    tmp_path: Path,
) -> None:
    axis = [to_date(one) for one in sessions("2024-01-02", 12)]
    path = tmp_path / "chain.csv"
    path.write_text("\n".join([HEADER, *frozen([0] * 12)]) + "\n", encoding="utf-8")
    whole = read_chain(path, "AAA")
    part = read_chain(path, "AAA", start=axis[8], end=axis[10])
    assert (len(whole.chain), whole.count("stale")) == (4, 8)
    assert (part.rows, part.count("stale")) == (11, 7)
    assert part.chain.day.max() <= day("2024-01-05")
    with pytest.raises(UnknownSymbol, match="no quotes of 'AAA' from 2025-01-02 to None"):
        read_chain(path, "AAA", start=date(2025, 1, 2))


def test_the_underlyings_of_a_file_are_counted(tmp_path: Path) -> None:
    read(tmp_path, GOOD, GOOD, GOOD.replace("AAA", "^BBB"))
    assert underlyings(tmp_path / "chain.csv") == {"AAA": 2, "BBB": 1}
    read(tmp_path, GOOD.removesuffix(",AAA"), header=HEADER.removesuffix(",symbol"))
    assert underlyings([tmp_path / "chain.csv"]) == {}


def test_us_dates_a_byte_order_mark_and_blanks_in_the_header(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        "AAA,*,put,02/16/2024,01/03/2024,95,1.00,1.20,5",
        header="\ufeffunderlying, exchange,type,expiration,quotedate,strike,bid,ask,volume",
    )
    assert quote(file, "2024-01-03", "2024-02-16", 95) == (1.0, 1.2)


def test_parquet_is_read_group_by_group_as_the_csv_is(tmp_path: Path) -> None:
    rows = [*frozen([0] * 6), GOOD, GOOD.replace("P", "C"), GOOD.replace("AAA", "BBB")]
    file = read(tmp_path, *rows)
    table = pa.csv.read_csv(tmp_path / "chain.csv")
    assert pa.types.is_date(table.schema.field("quote_date").type)
    pq.write_table(table, tmp_path / "chain.parquet", row_group_size=2)
    again = read_chain(tmp_path / "chain.parquet", "AAA")
    assert again.chain.sha256 == file.chain.sha256
    assert again.findings == file.findings


def test_several_files_make_one_chain(tmp_path: Path) -> None:
    rows = frozen([0] * 6)
    whole = read(tmp_path, *rows)
    paths = []
    for number, half in enumerate((rows[:3], rows[3:])):
        path = tmp_path / f"{number}.csv"
        path.write_text("\n".join([HEADER, *half]))
        paths.append(path)
    parts = read_chain(paths, "AAA")
    assert parts.chain.sha256 == whole.chain.sha256
    assert parts.findings == whole.findings


def test_a_folder_stands_for_the_files_of_quotes_in_it(tmp_path: Path) -> None:
    rows = frozen([0] * 6)
    whole = read(tmp_path, *rows)
    folder = tmp_path / "AAA"
    (folder / "deeper").mkdir(parents=True)
    for name, half in (("b.CSV", rows[:3]), ("a.csv", rows[3:]), ("notes.txt", ["nothing"])):
        (folder / name).write_text("\n".join([HEADER, *half]))
    parts = read_chain(folder, "AAA")
    assert parts.chain.sha256 == whole.chain.sha256
    with pytest.raises(BadData, match=r"deeper is a folder without a \.csv or \.parquet file"):
        read_chain(folder / "deeper", "AAA")
    (folder / "c.csv").write_text("date,close\n2024-01-03,1.0\n")
    with pytest.raises(BadData, match=r"c\.csv: no column 'expiration'"):
        read_chain(folder, "AAA")


# what yfinance's `Ticker.option_chain(date).puts` has
YFINANCE = (
    "contractSymbol,lastTradeDate,strike,lastPrice,bid,ask,change,percentChange,volume,"
    "openInterest,impliedVolatility,inTheMoney,contractSize,currency"
)


def test_a_frame_of_yfinance_is_refused_as_it_says_no_day(tmp_path: Path) -> None:
    row = "AAA240216P00095000,2023-12-29 20:30:00+00:00,95,1.1,1.00,1.20,0,0,5,9,0.2,False"
    row = f"{row},REGULAR,USD"
    for header in (YFINANCE, f",{YFINANCE}"):
        with pytest.raises(BadData, match=r"columns of yfinance without quote_date, and nobody"):
            read(tmp_path, row if header == YFINANCE else f"0,{row}", header=header)


def test_a_frame_of_yfinance_with_a_day_an_expiry_and_a_right_has_no_odd_contracts(
    tmp_path: Path,
) -> None:
    rest = "2024-01-03 20:30:00+00:00,95,1.1,1.00,1.20,0,0,5,9,0.2,False"
    file = read(
        tmp_path,
        f"AAA240216P00095000,{rest},REGULAR,USD,2024-01-03,2024-02-16,P",
        f"AAA240216C00095000,{rest},MINI,USD,2024-01-03,2024-02-16,C",
        f"AAA1240216C00095000,{rest},REGULAR,USD,2024-01-03,2024-02-16,C",
        header=f"{YFINANCE},date,expiration,type",
    )
    assert (file.layout, counts(file)) == ("long", {"odd-contract": 2})
    assert quote(file, "2024-01-03", "2024-02-16", 95) == (1.0, 1.2)


CAPTURED = f"{HEADER},captured_at,market_state,contract_symbol,contract_size"


def capture(bid: str, moment: str, state: str = "REGULAR", strike: str = "95") -> str:
    name = "AAA240216P00095000"
    row = GOOD.replace("1.00", bid).replace(",95,", f",{strike},")
    return f"{row},{moment},{state},{name},REGULAR"


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_captures_of_a_day_the_last_of_the_markets_hours_counts(
    tmp_path: Path, order: int
) -> None:
    rows = [
        capture("1.00", "2024-01-03T15:00:00+00:00"),
        capture("1.05", "2024-01-03 20:45:00"),  # without a zone: UTC
        capture("1.03", "2024-01-03T11:00:00-05:00"),
        capture("0.90", "2024-01-03T23:00:00+00:00", "POST"),
        capture("0.80", "2024-01-03T15:00:00+00:00", strike="90"),  # quoted once
    ]
    file = read(tmp_path, *rows[::order], header=CAPTURED)
    assert (file.layout, counts(file)) == ("snapshot", {"later-capture": 3})
    assert quote(file, "2024-01-03", "2024-02-16", 95) == (1.05, 1.2)
    assert quote(file, "2024-01-03", "2024-02-16", 90) == (0.8, 1.2)


def test_a_capture_does_not_overrule_a_row_that_is_none(tmp_path: Path) -> None:
    own, vendor = tmp_path / "own.csv", tmp_path / "vendor.csv"
    row = capture("1.05", "2024-01-03T20:45:00+00:00")
    own.write_text(f"{CAPTURED}\n{row}\n")
    vendor.write_text(f"{HEADER}\n{GOOD}\n")
    assert counts(read_chain([own, vendor], "AAA")) == {"conflicting": 2}


def test_a_moment_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="column 'captured_at': 'noon' is no moment; write 2024"):
        read(tmp_path, capture("1.00", "noon"), header=CAPTURED)


# refusals


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("quote_date,expiration,strike,bid,ask", "", r"no column 'right' among 'quote_date'"),
        (HEADER, GOOD.replace("2024-01-03", "yesterday"), "'yesterday' is no date"),
        (HEADER, GOOD.replace("2024-01-03", "2024-13-03"), "'2024-13-03' is no date"),
        (HEADER, GOOD.replace(",P,", ",straddle,"), "'straddle' is neither a call"),
        (HEADER, GOOD.replace("1.00", "one"), "column 'bid': 'one' is no number"),
        (HEADER, "2024-01-03,2024-02-16", "Expected 8 columns, got 2"),
        ("", "", "is empty"),
    ],
)
def test_a_file_that_is_no_chain_is_refused_with_its_name(
    tmp_path: Path, header: str, row: str, said: str
) -> None:
    with pytest.raises(BadData, match=rf"chain\.csv: .*{said}"):
        read(tmp_path, row, header=header)


def test_a_file_that_is_missing_or_cut_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"nowhere\.csv: there is no such file"):
        read_chain(tmp_path / "nowhere.csv", "AAA")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(BadData, match=r"cut\.parquet: "):
        read_chain(tmp_path / "cut.parquet", "AAA")


def test_a_file_without_the_underlying_names_those_it_has(tmp_path: Path) -> None:
    with pytest.raises(UnknownSymbol, match=r"no quotes of 'AAB', only of AAA \(did you mean"):
        read(tmp_path, GOOD, symbol="AAB")
    with pytest.raises(UnknownSymbol, match="no quotes of 'AAA'"):
        read(tmp_path)
