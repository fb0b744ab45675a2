"""`microhedge data snapshot`, against a Yahoo of our own."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from sources.yahoo_server import Contract, Listed, Optioned, Yahoo, flat, options_of, serving

from microhedge.sources.yahoo import snapshot as captures

from .conftest import Typed

NOW, DEC = datetime(2026, 11, 20, 20, 45, tzinfo=UTC), date(2026, 12, 18)


def puts(root: str) -> Optioned:
    crossed = Contract(f"{root}261218P00135000", 135.0, 1.3, 1.2)
    unbid = Contract(f"{root}261218P00100000", 100.0, 0.0, 0.05)
    return Optioned({DEC: ([], [Contract(f"{root}261218P00140000", 140.0), crossed, unbid])})


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Yahoo]:
    with serving() as found:
        found.optioned |= {"AAPL": puts("AAPL"), "MSFT": puts("MSFT")}
        found.listed["AAPL"] = Listed({DEC: flat(150.0)})
        asked = partial(
            captures.snapshot, session=found.session(), clock=lambda: NOW, sleep=lambda _: None
        )
        monkeypatch.setattr(captures, "snapshot", asked)
        monkeypatch.setenv("MICROHEDGE_CACHE", str(tmp_path / "cache"))
        yield found


def kept(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.parquet*"))


@pytest.mark.usefixtures("server")
def test_a_table_says_what_was_kept_and_where(typed: Typed, tmp_path: Path) -> None:
    answer = typed("data", "snapshot", "AAPL", "msft", "--out", "quotes")
    assert (answer.code, answer.err) == (0, "")
    head, aapl, msft = answer.out.splitlines()
    assert (
        head.split() == "symbol expiries contracts two-sided quotes zero bids crossed file".split()
    )
    assert aapl.split()[:-1] == ["AAPL", "1", "3", "1", "1", "1"]
    files = kept(tmp_path / "quotes")
    assert [aapl.split()[-1], msft.split()[-1]] == [str(p.relative_to(tmp_path)) for p in files]
    assert [path.parent.name for path in files] == ["AAPL", "MSFT"]


@pytest.mark.usefixtures("server")
def test_one_json_document_for_a_program(typed: Typed, tmp_path: Path) -> None:
    (found,) = json.loads(typed("data", "snapshot", "AAPL", "--json").out)
    assert found["symbol"] == "AAPL"
    assert (found["contracts"], found["two_sided"], found["crossed"]) == (3, 1, 1)
    assert kept(tmp_path / "chains") == [tmp_path / found["file"]]


def test_a_closed_market_ends_with_code_3_and_one_line(
    typed: Typed, server: Yahoo, tmp_path: Path
) -> None:
    server.optioned["AAPL"].state = "CLOSED"
    answer = typed("data", "snapshot", "AAPL", "--out", ".")
    assert (answer.code, answer.out) == (3, "")
    assert answer.error.startswith("AAPL: the market is closed (CLOSED, ")
    assert kept(tmp_path) == []
    answer = typed("data", "snapshot", "AAPL", "--out", ".", "--anyway")
    assert answer.code == 0
    assert answer.err.startswith("note: AAPL: the market is CLOSED: these are quotes of ")
    assert len(kept(tmp_path)) == 1


def test_what_was_kept_is_told_before_what_failed(typed: Typed, server: Yahoo) -> None:
    server.optioned["FUND"] = Optioned({})
    answer = typed("data", "snapshot", "FUND", "AAPL", "--out", ".")
    assert (answer.code, len(answer.out.splitlines())) == (3, 2)
    assert answer.error == "FUND: Yahoo lists no options on it; nothing of it was kept"


def test_each_of_several_failures_is_told(typed: Typed, server: Yahoo) -> None:
    server.optioned["FUND"] = Optioned({})
    server.always[options_of("MSFT")] = "429"
    answer = typed("data", "snapshot", "FUND", "AAPL", "MSFT", "--json")
    assert (answer.code, len(json.loads(answer.out))) == (3, 1)
    fund, msft, last = answer.err.splitlines()
    assert fund == "note: FUND: Yahoo lists no options on it; nothing of it was kept"
    assert msft.startswith("note: MSFT: Yahoo gave no option quotes in 5 tries (YFRateLimitError")
    assert last == "error: 2 of 3 symbols were not captured, see above"


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ([], "Missing argument"),
        (["A/B"], "'A/B' is no symbol of Yahoo"),
        (["AAPL", "--out", "a_file"], "Directory 'a_file' is a file"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused(
    typed: Typed, tmp_path: Path, line: list[str], said: str
) -> None:
    (tmp_path / "a_file").touch()
    answer = typed("data", "snapshot", *line)
    assert answer.code == 2
    assert said in answer.error


@pytest.mark.usefixtures("server")
def test_the_folder_of_a_symbol_is_read_as_one(typed: Typed) -> None:
    typed("data", "snapshot", "AAPL", "--out", "quotes")
    answer = typed("data", "chains", "quotes/chains/AAPL")
    assert (answer.code, answer.err) == (0, "")
    first, second, *findings = answer.out.splitlines()
    assert first == "AAPL: 2 of 3 rows are quotes (layout snapshot)"
    assert second.endswith("1 session from 2026-11-20 to 2026-11-20")
    assert "  crossed: 1 row left out, 2026-11-20" in findings
