"""What an import makes of good files; expected values were worked out by hand."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from microhedge.calendar import day_number
from microhedge.errors import UnknownSymbol, UsageError
from microhedge.market import Market
from microhedge.series import Reference, Series
from microhedge.sources.files import Imported, Refused, file_market, import_prices
from microhedge.sources.files.declared import split_off
from microhedge.tape import Action

from .broken_files import CLOSES, DATES, TWO, YAHOO, dated, text, yahoo

DAYS = [day_number(d) for d in DATES]


def read(folder: Path, content: bytes | str, name: str = "ABC.csv", **declared: str) -> Imported:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_prices(path, **declared)  # type: ignore[arg-type]


def frame(symbols: tuple[str, ...] = ("ABC", "XYZ")) -> pd.DataFrame:
    """A frame as yfinance.download returns it: (Price, Ticker) above naive dates."""
    columns = {
        (price, symbol): [c * (k + 1) for c in CLOSES]
        for price in ("Close", "Open")
        for k, symbol in enumerate(symbols)
    }
    made = pd.DataFrame(columns, index=pd.DatetimeIndex(pd.to_datetime(DATES), name="Date"))
    made.columns = made.columns.set_names(["Price", "Ticker"])
    return made


def closes(one: Imported) -> dict[str, list[float]]:
    return {series.symbol: series.close.round(6).tolist() for series in one.series}


BOTH = {"ABC": CLOSES, "XYZ": [round(2 * c, 6) for c in CLOSES]}


def test_a_stamp_in_utc_is_read_as_the_date_at_the_exchange_that_is_named(tmp_path: Path) -> None:
    # midnight in London, which is 23:00 UTC of the day before in summer; 2024-06-03 was a Monday
    rows = [f"2024-06-{day:02d}T23:00:00Z,{100 + day}" for day in range(2, 7)]
    content = "\n".join(["date,close", *rows]) + "\n"
    one = read(tmp_path, content, basis="raw", calendar="XLON")
    assert one.series[0].first == date(2024, 6, 3)
    assert one.series[0].last == date(2024, 6, 7)
    assert one.understood.zone == "dates in London: more of them are sessions than of the UTC dates"
    assert [found.code for found in one.findings] == ["zone-moved", "no-actions"]
    # by New York's clock it is still the day before, a Sunday
    with_sunday = [
        f.day for f in read(tmp_path, content, basis="raw").findings if f.code == "extra-session"
    ]
    assert with_sunday == [date(2024, 6, 2)]


def test_weekends_are_sessions_of_an_exchange_that_trades_on_them(tmp_path: Path) -> None:
    # Sunday to Thursday in Riyadh, 2024-01-07 was a Sunday
    days = [7, 8, 9, 10, 11, 14, 15, 16, 17, 18]
    content = "\n".join(["date,close", *(f"2024-01-{d:02d},{20 + d}" for d in days)]) + "\n"
    one = read(tmp_path, content, basis="raw", currency="SAR", calendar="XSAU")
    assert [found.code for found in one.findings] == ["no-actions"]
    with pytest.raises(Refused, match="2 of 10 rows are on a Saturday or Sunday") as caught:
        read(tmp_path, content, basis="raw", currency="SAR")
    assert caught.value.code == "weekend-prices"


def test_files_of_one_exchange_make_a_market_of_it(tmp_path: Path) -> None:
    path = tmp_path / "ABC.csv"
    path.write_text("date,close\n2024-07-03,1.5\n2024-07-04,1.6\n2024-07-05,1.7\n")
    market, found = file_market([path], basis="raw", calendar="XLON")
    assert market.exchange.code == "XLON"
    assert market.words == (f"--prices {path}:basis=raw", "--calendar XLON")
    assert "extra-session" not in {one.code for one in found}  # 4 July
    # beside a market of London, files are London's as well
    together, _ = file_market([path], basis="raw", beside=market)
    assert together.exchange is market.exchange


def test_a_plain_file_gives_its_numbers(tmp_path: Path) -> None:
    plain = "date,open,close,volume\n2019-01-02,99.5,100,7\n2019-01-03,,101.25,8\n"
    one = read(tmp_path, plain, basis="raw", currency="EUR")
    (series,) = one.series
    assert series.symbol == "ABC"
    assert series.day.tolist() == [17898, 17899]  # 49 years of 365 days, 12 leap days, and one
    assert series.close.tolist() == [100.0, 101.25]
    assert np.array_equal(series.open, [99.5, np.nan], equal_nan=True)
    assert series.volume is not None
    assert series.volume.tolist() == [7.0, 8.0]
    assert (series.basis, series.currency, series.source) == ("raw", "EUR", "ABC.csv")
    assert series.high is None


def test_the_report_says_what_was_taken_for_what(tmp_path: Path) -> None:
    plain = "Day,Last,Change %\n2019-01-02,100,x\n2019-01-03,101.25,y\n\n2019-01-04,,z\n"
    one = read(tmp_path, plain, basis="total_return")
    told = one.understood
    assert told.columns == (("date", "Day"), ("close", "Last"))
    assert told.ignored == ("Change %",)
    assert (told.rows, told.blank, told.taken[0].kept) == (3, 1, 2)
    assert [(d.reason, d.count, d.first) for d in told.dropped] == [
        ("no close", 1, date(2019, 1, 4))
    ]
    assert list(told.lines()) == [
        f"{tmp_path / 'ABC.csv'}: CSV, commas, one symbol, 3 rows",
        "columns: date from 'Day', close from 'Last'",
        "not used: 'Change %'",
        "dates: text YYYY-MM-DD; time zone none: dates as written",
        "units: decimal sign '.', thousands none; currency USD, for want of another; "
        "symbol from the file's name",
        "ABC: 2 of 3 rows, 2019-01-02 to 2019-01-03, USD, 0 splits, 0 dividends, "
        "total return, adjusted: no use for listed strikes (declared)",
        "dropped: 1 row of ABC from 2019-01-04: no close",
        "skipped: 1 blank line",
    ]


def test_a_long_file_gives_a_series_for_each_symbol(tmp_path: Path) -> None:
    lines = "".join(
        f"{d},{s},{c * k:.2f}\n"
        for d, c in zip(DATES, CLOSES, strict=True)
        for k, s in ((1, "ABC"), (2, "XYZ"))
    )
    content = f"date,ticker,close\n{lines}"
    assert closes(read(tmp_path, content, basis="raw")) == BOTH
    one = read(tmp_path, content, basis="raw", symbol="XYZ")
    assert closes(one) == {"XYZ": BOTH["XYZ"]}
    assert [(d.symbol, d.count) for d in one.understood.dropped] == [("*", 60)]
    with pytest.raises(UnknownSymbol, match="did you mean 'XYZ'"):
        read(tmp_path, content, basis="raw", symbol="XYY")


def test_a_wide_file_gives_a_series_for_each_column(tmp_path: Path) -> None:
    table = [[str(d), f"{c}", f"{2 * c}"] for d, c in zip(DATES, CLOSES, strict=True)]
    for row in table[:10]:
        row[2] = ""  # listed later
    one = read(tmp_path, text(table, "Date,LOW,XYZ"), "prices.csv", basis="raw")
    assert closes(one) == {"LOW": CLOSES, "XYZ": BOTH["XYZ"][10:]}
    assert [(d.symbol, d.reason, d.count) for d in one.understood.dropped] == [
        ("XYZ", "no close before its first or after its last", 10)
    ]
    assert {f.code for f in one.findings} == {"no-actions"}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_frame_of_yfinance_saved_by_pandas_is_understood(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"download.{kind}"
    made = frame()
    if kind == "csv":
        made.to_csv(path)
    else:
        made.to_parquet(path)
    one = import_prices(path, basis="total_return")
    assert closes(one) == BOTH
    assert one.series[1].open.tolist() == pytest.approx(BOTH["XYZ"])
    assert one.findings == ()


def test_a_frame_with_the_tickers_on_top_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "download.csv"
    frame().swaplevel(axis=1).to_csv(path)
    assert closes(import_prices(path, basis="total_return")) == BOTH


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_dates_of_every_unit_are_the_same_days(tmp_path: Path, unit: str) -> None:
    path = tmp_path / "ABC.parquet"
    index = pd.DatetimeIndex(pd.to_datetime(DATES), name="Date").as_unit(unit)  # type: ignore[arg-type]
    pd.DataFrame({"Close": CLOSES}, index=index.tz_localize("America/New_York")).to_parquet(path)
    one = import_prices(path, basis="raw")
    assert one.series[0].day.tolist() == DAYS


def test_an_evening_in_new_york_is_not_the_next_day(tmp_path: Path) -> None:
    # midnight in UTC is 19:00 of the day before: Friday's prices seem to be Saturday's
    path = tmp_path / "ABC.parquet"
    index = pd.DatetimeIndex(pd.to_datetime(DATES), name="Date") + pd.Timedelta(days=1)
    pd.DataFrame({"Close": CLOSES}, index=index.tz_localize("UTC")).to_parquet(path)
    one = import_prices(path, basis="raw")
    assert one.series[0].day.tolist() == DAYS
    assert "zone-moved" in {f.code for f in one.findings}
    with pytest.raises(Refused, match="Saturday"):
        import_prices(path, basis="raw", zone="UTC")


def test_a_declared_zone_moves_time_stamps_without_one(tmp_path: Path) -> None:
    # 23:00 in winter is midnight in Berlin, of the next day
    late = "date,close\n2019-01-01 23:00:00,100\n2019-01-02 23:00:00,101\n"
    one = read(tmp_path, late, basis="raw", zone="Europe/Berlin")
    assert one.series[0].day.tolist() == [17898, 17899]


@pytest.mark.parametrize(
    ("write", "declared"),
    [("%m/%d/%Y", "month-first"), ("%d/%m/%Y", "day-first")],
)
def test_an_ambiguous_date_is_read_as_declared(tmp_path: Path, write: str, declared: str) -> None:
    few = [r for r in dated(lambda d: d.strftime(write)) if r][1:3]
    one = read(tmp_path, text(few, TWO), basis="raw", dates=declared)
    assert one.series[0].day.tolist() == [17899, 17900]


def test_numbers_are_read_as_declared(tmp_path: Path) -> None:
    german = "date;close\n02.01.2019;1.234,50\n03.01.2019;1.240,25\n"
    one = read(tmp_path, german, basis="raw", decimal=",", thousands=".")
    assert one.series[0].close.tolist() == [1234.5, 1240.25]
    assert one.understood.units == "decimal sign ',', thousands '.'"


def test_split_adjusted_prices_are_multiplied_back(tmp_path: Path) -> None:
    # as Yahoo gives them: 2:1 on day 30 shows no jump, 0.50 paid before it was 1.00 a share then
    one = read(tmp_path, text(yahoo(split_at=30, pay_at=10), YAHOO), basis="total_return")
    assert one.series[0].basis == "total_return"
    table = yahoo(split_at=30, pay_at=10, adjusted=lambda i, c: c * (0.995 if i < 10 else 1.0))
    one = read(tmp_path, text(table, YAHOO))
    (series,) = one.series
    assert series.basis == "raw"
    assert series.close[:30].tolist() == pytest.approx([2 * c for c in CLOSES[:30]])
    assert series.close[30:].tolist() == pytest.approx(CLOSES[30:])
    assert series.actions == (Action(DAYS[10], "dividend", 1.0), Action(DAYS[30], "split", 2.0))
    assert [f.code for f in one.findings] == ["un-split"]


def test_a_share_that_pays_nothing_is_multiplied_back_too(tmp_path: Path) -> None:
    # without a dividend the close equals the adjusted close, and the split still counts
    one = read(tmp_path, text(yahoo(split_at=30), YAHOO))
    (series,) = one.series
    assert (series.basis, series.actions) == ("raw", (Action(DAYS[30], "split", 2.0),))
    assert series.close[0] == pytest.approx(2 * CLOSES[0])


def test_reading_a_file_of_text_loads_no_pandas(tmp_path: Path) -> None:
    path = tmp_path / "ABC.csv"
    path.write_bytes(text(yahoo(split_at=30), YAHOO))
    script = (
        "import sys; from microhedge.sources.files import import_prices; "
        f"import_prices({str(path)!r}); print('pandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_prices_as_traded_keep_their_jump_and_their_split(tmp_path: Path) -> None:
    table = yahoo(split_at=30, jump=True, adjusted=lambda i, c: c / 2 if i < 30 else c)
    one = read(tmp_path, text(table, YAHOO))
    (series,) = one.series
    assert (series.basis, one.findings) == ("raw", ())
    assert series.close[29] == pytest.approx(2 * CLOSES[29])
    assert series.actions == (Action(DAYS[30], "split", 2.0),)


def test_what_yfinance_adjusts_on_its_own_is_total_return(tmp_path: Path) -> None:
    # auto_adjust=True leaves no Adj Close, keeps the dividends, and closes are no whole cents
    table = [[r[0], f"{float(r[1]) * 0.9871234:.6f}", *r[3:]] for r in yahoo(pay_at=30)]
    one = read(tmp_path, text(table, "Date,Close,Dividends,Stock Splits"))
    (series,) = one.series
    assert (series.basis, series.actions) == ("total_return", ())
    assert one.understood.taken[0].why == "closes are no whole cents: adjusted by the vendor"


def test_a_split_after_the_file_makes_the_adjusted_close_the_sound_one(tmp_path: Path) -> None:
    # a later 3:1 is in every close
    table = [[r[0], f"{float(r[1]) / 3:.6f}", f"{float(r[1]) / 3.1:.6f}", *r[3:]] for r in yahoo()]
    one = read(tmp_path, text(table, YAHOO))
    assert one.series[0].basis == "total_return"
    assert one.series[0].close[0] == pytest.approx(CLOSES[0] / 3.1, abs=1e-6)


def test_opens_are_adjusted_with_their_close(tmp_path: Path) -> None:
    both = "Date,Open,Close,Adj Close\n2019-01-02,99,100,60\n2019-01-03,101,102,102\n"
    (series,) = read(tmp_path, both, basis="total_return").series
    assert series.open.tolist() == pytest.approx([59.4, 101.0])


def test_the_lone_column_that_may_be_the_close_is_named_and_no_field_becomes_a_share(
    tmp_path: Path,
) -> None:
    head = "Date,Open,High,Low,Px,Volume\n2019-01-02,99,101,98,100,1000\n"
    with pytest.raises(Refused, match=r"no column that can be the close .*: name 'Px' 'close'"):
        read(tmp_path, head, basis="raw")


def test_opendoor_and_lowe_s_are_shares_where_each_column_is_one(tmp_path: Path) -> None:
    wide = "Date,OPEN,LOW,AAPL\n2024-01-02,4.40,221.1,185.6\n2024-01-03,4.10,218.7,184.3\n"
    found = read(tmp_path, wide, basis="raw").series
    assert [one.symbol for one in found] == ["OPEN", "LOW", "AAPL"]


def test_a_caret_marks_an_index(tmp_path: Path) -> None:
    (series,) = read(tmp_path, text(dated(str), TWO), "^GSPC.csv").series
    assert (series.symbol, series.basis) == ("^GSPC", "price_index")


def test_pence_are_declared(tmp_path: Path) -> None:
    (series,) = read(
        tmp_path, text(dated(str), TWO), "VOD.L.csv", basis="raw", currency="GBp"
    ).series
    assert series.currency == "GBX"


def test_whole_cents_mark_traded_prices_in_euros_too_and_fractions_mark_nothing(
    tmp_path: Path,
) -> None:
    head = "Date,Close,Dividends,Currency"
    table = [[*row, "0", "EUR"] for row in dated(str)]
    assert read(tmp_path, text(table, head)).series[0].basis == "raw"
    for row in table:
        row[1] += "5"  # a tick of half a cent, as exchanges in Europe have
    with pytest.raises(Refused, match="nothing tells whether") as refusal:
        read(tmp_path, text(table, head))
    assert refusal.value.code == "basis-unknown"


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"basis": "rwa"}, "did you mean 'raw'"),
        ({"decimal": ";"}, "decimal must be"),
        ({"thousands": "."}, "not the decimal sign"),
        ({"zone": "New York"}, "no time zone 'New York'"),
        ({"currency": "dollar"}, "three letters"),
        ({"dates": "month"}, "did you mean 'month-first'"),
        ({"symbol": " "}, "symbol is empty"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(
    tmp_path: Path, declared: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        read(tmp_path, text(dated(str), TWO), **declared)


def test_files_make_one_market_beside_another(tmp_path: Path) -> None:
    content = text(dated(str), TWO)
    for name in ("ABC", "XYZ"):
        (tmp_path / f"{name}.csv").write_bytes(content)
    paths = [tmp_path / "ABC.csv", tmp_path / "XYZ.csv"]
    market, findings = file_market(paths, basis="raw")
    assert market.symbols == ("ABC", "XYZ")
    assert {f.symbol for f in findings} == {"ABC", "XYZ"}
    day, values = np.array(DAYS, np.int32), np.array(CLOSES)
    nothing = np.full(60, np.nan)
    old = Series("ABC", "total_return", day, values, nothing, (), "old", "")
    index = Series("SPX", "price_index", day, values, nothing, (), "old", "")
    rate = Reference("CMT3M", day, values, "old", "")
    joined, _ = file_market(paths[:1], beside=Market([old, index], [rate]), basis="raw")
    assert joined.symbols == ("ABC", "SPX")
    assert joined.bases("ABC") == ("raw",)
    assert joined.references == (rate,)


def test_an_index_in_another_currency_is_not_beside_a_file_and_the_market_says_why(
    tmp_path: Path,
) -> None:
    (tmp_path / "ABC.csv").write_bytes(text(dated(str), TWO))
    day, values = np.array(DAYS, np.int32), np.array(CLOSES)
    index = Series("SPX", "price_index", day, values, np.full(60, np.nan), (), "old", "")
    said = {"basis": "raw", "currency": "EUR"}
    market, _ = file_market([tmp_path / "ABC.csv"], beside=Market([index]), **said)
    assert market.symbols == ("ABC",)
    with pytest.raises(UnknownSymbol, match="SPX at hand are in USD and those of ABC in EUR") as no:
        market.tape(["ABC", "SPX"])
    assert "give a file of an index in EUR named SPX" in str(no.value)
    with pytest.raises(UnknownSymbol, match="no prices for 'SPY'"):
        market.tape(["ABC", "SPY"])


def test_two_currencies_or_one_symbol_twice_make_no_market(tmp_path: Path) -> None:
    head = "Date,Close,Currency"
    for name, money in (("ABC", "USD"), ("XYZ", "EUR")):
        table = [[*row, money] for row in dated(str)]
        (tmp_path / f"{name}.csv").write_bytes(text(table, head))
    with pytest.raises(Refused, match=r"XYZ is in EUR and ABC in USD") as refusal:
        file_market([tmp_path / "ABC.csv", tmp_path / "XYZ.csv"], basis="raw")
    assert refusal.value.code == "two-currencies"
    with pytest.raises(Refused, match=r"ABC is in .* already"):
        file_market([tmp_path / "ABC.csv"] * 2, basis="raw")
    with pytest.raises(Refused, match="no file was named"):
        file_market([])


def test_a_folder_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(Refused) as refusal:
            import_prices(path)
        assert refusal.value.code == "no-file"


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("acme.csv", "acme.csv", {}),
        (r"C:\prices\acme.csv", r"C:\prices\acme.csv", {}),
        ("a:b.csv:basis=raw", "a:b.csv", {"basis": "raw"}),
        ("a.csv:decimal=,,thousands=.", "a.csv", {"decimal": ",", "thousands": "."}),
        ("a.csv:thousands=,,zone=UTC", "a.csv", {"thousands": ",", "zone": "UTC"}),
    ],
)
def test_what_is_said_behind_a_name_is_split_off(
    text: str, name: str, said: dict[str, str]
) -> None:
    assert split_off(text) == (name, said)
