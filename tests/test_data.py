"""The shipped files: are they what their metadata, and the outside world, say they are?"""

import hashlib
import importlib.util
import io
import json
import sys
import zipfile
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

DATA = Path(__file__).resolve().parents[1] / "data"
TWO_VENDORS = 2.5e-3  # reinvested at the close before or at the ex-day's; 40 dividends add up
FILES = sorted(DATA.glob("*.parquet"))


def metadata(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(f"{path}.metadata.json").read_text(encoding="utf-8"))
    return content


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DATA / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def recover(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = script("recover")
    monkeypatch.setitem(sys.modules, "recover", module)
    return module


@pytest.fixture
def build(recover: ModuleType) -> ModuleType:
    return script("build")


def bars(symbol: str) -> pd.DataFrame:
    frame = pd.read_parquet(DATA / "equity_bars.parquet")
    return frame[frame["symbol"] == symbol].set_index("date")


def actions(symbol: str) -> pd.DataFrame:
    frame = pd.read_parquet(DATA / "corporate_actions.parquet")
    return frame[frame["symbol"] == symbol].set_index("ex_date")


def growth(symbol: str) -> float:
    """Total-return growth, written out day by day: shares that splits and dividends buy."""
    held = 1.0
    close, own = bars(symbol)["close"].to_dict(), actions(symbol)
    for day, kind, value in zip(own.index, own["kind"], own["value"], strict=True):
        held *= value if kind == "split" else 1.0 + value / close[day]
    first, *_, last = close.values()
    return float(held * last / first)


def test_seven_files_are_shipped() -> None:
    assert [path.stem for path in FILES] == [
        "corporate_actions",
        "equity_bars",
        "factor_etf_prices",
        "indices",
        "moodys_monthly",
        "total_return_prices",
        "treasury_cmt_bp",
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_metadata_describe_the_bytes_beside_them(path: Path) -> None:
    about, raw, table = metadata(path), path.read_bytes(), pq.read_table(path)
    assert about["file"] == path.name
    assert about["sha256"] == hashlib.sha256(raw).hexdigest()
    assert about["bytes"] == len(raw)
    assert about["rows"] == table.num_rows
    assert list(about["columns"]) == table.column_names
    assert all(column["meaning"] for column in about["columns"].values())
    day = table["date" if "date" in table.column_names else "ex_date"].to_pylist()
    assert about["span"] == [f"{min(day):%Y-%m-%d}", f"{max(day):%Y-%m-%d}"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_names_package_version_inner_file_and_licence(path: Path) -> None:
    about = metadata(path)
    assert about["basis"]
    assert about["added"] == "2026-11-24"
    assert about["sources"]
    for source in about["sources"].values():
        assert all(source[key] for key in ("package", "version", "inner", "licence", "grant"))
        assert len(source["sha256"]) == 64


def test_the_files_are_small() -> None:
    sizes = [path.stat().st_size for path in FILES]
    assert max(sizes) < 1024**2
    assert sum(sizes) < 1_400_000


def test_no_file_of_the_folder_holds_an_address() -> None:
    texts = [p for p in DATA.iterdir() if p.suffix in {".py", ".toml", ".json", ".md"}]
    assert len(texts) >= 11
    assert [p.name for p in texts if "://" in p.read_text(encoding="utf-8")] == []


# Rows and spans as the packages have them, counted independently of the build.
@pytest.mark.parametrize(
    ("symbol", "rows", "first", "last"),
    [
        ("AAPL", 5928, "2000-03-01", "2023-09-21"),
        ("AMZN", 2699, "2013-01-02", "2023-09-21"),
        ("GOOG", 2417, "2004-08-19", "2014-03-26"),
        ("IBM", 3270, "2000-03-01", "2013-03-01"),
        ("META", 2854, "2012-05-18", "2023-09-21"),
        ("MSFT", 3270, "2000-03-01", "2013-03-01"),
        ("NFLX", 2699, "2013-01-02", "2023-09-21"),
        ("NVDA", 2699, "2013-01-02", "2023-09-21"),
    ],
)
def test_bars_cover_their_span(symbol: str, rows: int, first: str, last: str) -> None:
    own = bars(symbol)
    assert len(own) == rows
    assert (str(own.index[0].date()), str(own.index[-1].date())) == (first, last)


def test_186_actions_are_kept() -> None:
    kinds = pd.read_parquet(DATA / "corporate_actions.parquet")["kind"].value_counts()
    assert kinds.to_dict() == {"dividend": 177, "split": 8, "special": 1}


# Splits as the companies announced them.
@pytest.mark.parametrize(
    ("symbol", "splits"),
    [
        ("AAPL", {"2000-06-21": 2, "2005-02-28": 2, "2014-06-09": 7, "2020-08-31": 4}),
        ("AMZN", {"2022-06-06": 20}),
        ("MSFT", {"2003-02-18": 2}),
        ("NFLX", {"2015-07-15": 7}),
        ("NVDA", {"2021-07-20": 4}),
        ("GOOG", {}),
        ("IBM", {}),
        ("META", {}),
    ],
)
def test_splits_are_those_announced(symbol: str, splits: dict[str, int]) -> None:
    own = actions(symbol)
    own = own[own["kind"] == "split"]
    assert {str(day)[:10]: value for day, value in own["value"].items()} == splits


# Dividends a year as declared by the companies: IBM raised its quarterly 0.13 to 0.85 by 2012;
# AAPL paid 2.65 a quarter again from August 2012; NVDA 0.16 a quarter before the 4:1 split.
@pytest.mark.parametrize(
    ("symbol", "year", "amounts"),
    [
        ("IBM", 2000, [0.13, 0.13, 0.13]),
        ("IBM", 2008, [0.40, 0.50, 0.50, 0.50]),
        ("IBM", 2012, [0.75, 0.85, 0.85, 0.85]),
        ("AAPL", 2012, [2.65, 2.65]),
        ("AAPL", 2014, [3.05, 3.29, 0.47, 0.47]),
        ("AAPL", 2020, [0.77, 0.82, 0.82, 0.205]),
        ("NVDA", 2021, [0.16, 0.16, 0.04, 0.04]),
        ("MSFT", 2003, [0.08, 0.16]),
    ],
)
def test_dividends_are_those_declared(symbol: str, year: int, amounts: list[float]) -> None:
    own = actions(symbol)
    own = own[own["kind"] == "dividend"].loc[str(year) : str(year)]
    assert own["value"].tolist() == amounts


def test_the_special_dividend_of_microsoft_is_a_row_of_its_own() -> None:
    # declared on 2004-07-20: a one-off 3.00 beside the quarterly 0.08, ex on 2004-11-15
    own = actions("MSFT").loc["2004-11-15":"2004-11-15"]
    assert dict(zip(own["kind"], own["value"], strict=True)) == {"dividend": 0.08, "special": 3.0}


# Growth of the same shares over the same days in sources that are no part of these bars:
# skfolio's adjusted MSFT and AAPL (AAPL to 2022-12-28), and Yahoo's IBM as packed in qrmdata.
@pytest.mark.parametrize(("symbol", "expected"), [("MSFT", 0.8182), ("IBM", 2.3788)])
def test_total_return_rebuilt_from_bars_matches_other_sources(symbol: str, expected: float) -> None:
    assert growth(symbol) == pytest.approx(expected, rel=TWO_VENDORS)


def test_total_return_of_apple_through_four_splits_matches_another_source() -> None:
    after = 1.0  # what the shares did after 2022-12-28, where the other source ends
    close = {str(day)[:10]: value for day, value in bars("AAPL")["close"].items()}
    for day, amount in actions("AAPL").loc["2022-12-29":]["value"].items():
        after *= 1.0 + amount / close[str(day)[:10]]
    after *= close["2023-09-21"] / close["2022-12-28"]
    assert growth("AAPL") / after == pytest.approx(127.07, rel=TWO_VENDORS)


@pytest.mark.parametrize(
    ("symbol", "eve", "ratio"),
    [
        ("AAPL", "2014-06-06", 7),
        ("AAPL", "2020-08-28", 4),
        ("AMZN", "2022-06-03", 20),
        ("NFLX", "2015-07-14", 7),
        ("NVDA", "2021-07-19", 4),
    ],
)
def test_prices_are_whole_cents_as_traded_and_not_after_the_split_is_applied(
    symbol: str, eve: str, ratio: int
) -> None:
    own = bars(symbol)
    later = own[own["src"] == "yahoo-unsplit"][["open", "high", "low", "close"]]
    assert np.array_equal(later.to_numpy(), later.round(2).to_numpy())
    adjusted = own.loc[eve, ["open", "high", "low", "close"]].astype(float) / ratio
    assert np.abs(adjusted - adjusted.round(2)).max() > 2e-4


# Closes as reported on the day.
@pytest.mark.parametrize(
    ("symbol", "day", "close"),
    [
        ("AAPL", "2014-06-06", 645.57),  # before the 7:1 split
        ("AAPL", "2014-06-09", 93.70),
        ("AAPL", "2020-08-28", 499.23),  # before the 4:1 split
        ("META", "2012-05-18", 38.2318),  # first day
        ("AMZN", "2022-06-03", 2447.00),  # before the 20:1 split
    ],
)
def test_closes_are_those_printed_on_the_day(symbol: str, day: str, close: float) -> None:
    assert bars(symbol).loc[day, "close"] == close


def test_every_bar_is_possible_and_traded() -> None:
    own = pd.read_parquet(DATA / "equity_bars.parquet")
    assert not own.duplicated(["symbol", "date"]).any()
    assert (own["high"] >= own[["open", "close"]].max(axis="columns")).all()
    assert (own["low"] <= own[["open", "close"]].min(axis="columns")).all()
    assert (own["volume"] > 0).all()


def test_each_vendors_dividend_is_read_back_by_its_own_formula(recover: ModuleType) -> None:
    # 1.00 paid on the second day: close 100, then 98.  WIKI's factor steps by 1 + 1/98,
    # Yahoo's by 1/(1 − 1/100); either formula on the other's factor would miss the dollar.
    wiki = pd.DataFrame(
        {
            "symbol": "X",
            "date": pd.to_datetime(["2010-01-04", "2010-01-05"]),
            "close": [100.0, 98.0],
            "adjusted": [100.0 / (1.0 + 1.0 / 98.0), 98.0],
        }
    )
    found = recover.wiki_actions(wiki)
    assert found[["kind", "value"]].to_numpy().tolist() == [["dividend", 1.0]]
    yahoo = wiki.assign(adjusted=[99.0, 98.0], quoted=wiki["close"], scale=1.0)
    found = recover.yahoo_actions(yahoo, [])
    assert found[["kind", "value"]].to_numpy().tolist() == [["dividend", 1.0]]


def test_a_whole_step_of_the_wiki_factor_is_a_split(recover: ModuleType) -> None:
    frame = pd.DataFrame(
        {
            "symbol": "X",
            "date": pd.to_datetime(["2010-01-04", "2010-01-05"]),
            "close": [100.0, 51.0],
            "adjusted": [50.0, 51.0],
        }
    )
    found = recover.wiki_actions(frame)
    assert found[["kind", "value"]].to_numpy().tolist() == [["split", 2.0]]


def test_a_split_with_a_wrong_date_fails_the_cents_test(recover: ModuleType) -> None:
    raw = b"symbol,date,open,high,low,close,volume,adjusted\n" + b"".join(
        f"X,2015-01-0{day},{p},{p},{p},{p},700,{p}\n".encode()
        for day, p in ((5, 100.01 / 7), (6, 100.02 / 7), (7, 14.31), (8, 14.29))
    )
    right = [{"symbol": "X", "ex_date": date(2015, 1, 7), "ratio": 7}]
    recover.cents_test(recover.yahoo_bars(raw, right, []), right)
    for day in (6, 8):
        wrong = [{"symbol": "X", "ex_date": date(2015, 1, day), "ratio": 7}]
        with pytest.raises(recover.SourceError):
            recover.cents_test(recover.yahoo_bars(raw, wrong, []), wrong)


def test_an_inner_file_that_is_not_the_pinned_one_stops_the_build(
    build: ModuleType, recover: ModuleType, tmp_path: Path
) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as wheel:
        wheel.writestr("pack/prices.csv", "1,2\n")
    (tmp_path / "pack-1.0-py3-none-any.whl").write_bytes(content.getvalue())
    pin = {
        "package": "pack",
        "version": "1.0",
        "inner": "pack/prices.csv",
        "sha256": hashlib.sha256(b"1,2\n").hexdigest(),
    }
    assert build.read(pin, tmp_path) == b"1,2\n"
    with pytest.raises(recover.SourceError, match="expected"):
        build.read(pin | {"sha256": "0" * 64}, tmp_path)


def test_writing_the_same_table_twice_gives_the_same_bytes_and_values(
    build: ModuleType, tmp_path: Path
) -> None:
    frame = pd.read_parquet(DATA / "corporate_actions.parquet").astype({"symbol": "str"})
    frame = frame.astype({"kind": "str", "evidence": "str"})
    for name in ("once.parquet", "twice.parquet"):
        build.write(frame, tmp_path / name)
    once, twice = (tmp_path / f"{name}.parquet" for name in ("once", "twice"))
    assert once.read_bytes() == twice.read_bytes()
    assert pq.read_table(once).equals(pq.read_table(DATA / "corporate_actions.parquet"))
