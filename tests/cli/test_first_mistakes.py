"""What a newcomer types wrong is answered in one line that says what to type instead."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from microhedge import folders
from microhedge.errors import UsageError

from .conftest import Typed

ENTRY = "from microhedge.cli import entry; entry()"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("data", "nothing to do with data: there are list, check, fetch, snapshot, chains"),
        ("run", "no strategy named: `microhedge list` shows what there is"),
        ("check", "no strategy named: `microhedge list` shows what there is"),
        ("compare", "Missing argument 'HOLDING': see `microhedge compare --help`"),
        ("compare AAPL", "Missing option '--with': see `microhedge compare --help`"),
        ("data fetch", "Missing argument 'SYMBOL...': see `microhedge data fetch --help`"),
        ("run protective-put", "Missing option '--holding': see `microhedge run protective-put"),
        ("correlation KO", "Missing argument 'B': see `microhedge correlation --help`"),
        ("comapre AAPL", "no command 'comapre' (did you mean 'compare'?)"),
        ("help", "no command 'help' (did you mean '--help'?)"),
        ("version", "no command 'version' (did you mean '--version'?)"),
        ("data lst", "No such command 'lst'. Did you mean 'list'?"),
        ("run AAPL", "no strategy named 'AAPL'; there are basket-short"),
        ("compare AAPL --with x --weight 40%", "'40%' is not a number (did you mean 0.4?)"),
        ("compare AAPL --with x --shares 1,000", "'1,000' is not a number (did you mean 1000?)"),
        ("compare AAPL --with x --cash 10%", "'10%' is not an amount of money, such as 10000"),
        ("compare AAPL --with x --shares 10%", "'10%' is not a number, such as 1000"),
        ("compare AAPL --with x --shares many", "'many' is not a number"),
        ("compare AAPL --with protective-put --weight 40", "did you mean 0.4?"),
        ("diagnose AAPL --weight 40", "not a fraction of the account, 0 to 1: did you mean 0.4?"),
        ("run index-short --holding AAPL --cost borrow=2", "borrow=2 can be 2% or 200% a year"),
        ("run index-short --holding AAPL --cost borrow=2000%", "can be: did you mean 0.2?"),
        ("sweep index-short --holding AAPL --cost borrow=0.5,2", "can be 2% or 200% a year"),
        ("run index-short --holding AAPL --vol 0.3", "did you mean constant:0.3?"),
        ("run index-short --holding AAPL --vol 30%", "did you mean constant:0.3?"),
        ("run index-short --holding AAPL --charts-as png", "of the charts: add --charts FOLDER"),
        ("run index-short --holding AAPL --report a.png", "is a PDF (did you mean 'a.pdf'?)"),
        ("report a.mhr --out a.png", "is a PDF (did you mean 'a.pdf'?)"),
        ("report a.mhr --charts-as svg", "of the charts: add --charts FOLDER"),
        ("memo a.mhr --out a.docx", "is a PDF (did you mean 'a.pdf'?)"),
        ("results a --report a.html", "is a PDF (did you mean 'a.pdf'?)"),
        ("demo --report a.png", "is a PDF (did you mean 'a.pdf'?)"),
        ("run protective-put --holding AAPL --moneyness 90%", "did you mean 0.9?"),
        ("run protective-put --holding AAPL --start 02/01/2015", "must be a date as in 2015-01-02"),
        (
            "run protective-put --holding AAPL --peer MSFT",
            "protective-put has no option --peer: it is of index-peer-short, pair-short",
        ),
        ("run protective-put --holding AAPL --moneynes 2", "Did you mean '--moneyness'?"),
        ("run protective-put AAPL", "'AAPL': for the share held, write --holding AAPL"),
        ("sweep protective-put AAPL", "'AAPL': for the share held, write --holding AAPL"),
        ("check protective-put AAPL", "'AAPL': for the share held, write --holding AAPL"),
        ("run pair-short --holding KO peer=PEP", "unexpected 'peer=PEP': write --peer PEP"),
        ("run protective-put --holding KO PEP", "Got unexpected extra argument (PEP)"),
        (
            "compare KO --with protective-put,index-short",
            "names 2 hedges: repeat it, --with protective-put --with index-short",
        ),
        (
            "compare KO --with protective-put:moneyness=0.9,index-short",
            "repeat it, --with protective-put:moneyness=0.9 --with index-short",
        ),
        ("compare KO --with pair-short peer=PEP", "as in --with pair-short:peer=PEP"),
        (
            "compare KO --with pair-short:peer=PEP window=252",
            "as in --with pair-short:peer=PEP,window=252",
        ),
        ("compare KO --with pair-short --peer PEP", "as in --with pair-short:peer=…"),
        ("compare KO --with pair-short index-short", "as in --with index-short"),
        ("compare --holding KO --with collar", "the share held comes first, as in compare AAPL"),
        ("compare KO PEP --with pair-short", "Got unexpected extra argument (PEP)"),
        ("run a.folder/", "a.folder/ is a folder: name a strategy file in it"),
        ("run folder.py", "folder.py is a folder: name a strategy file in it"),
    ],
)
def test_the_answer_is_one_line_and_exit_code_2(
    typed: Typed, tmp_path: Path, line: str, said: str
) -> None:
    (tmp_path / "a.folder").mkdir()
    (tmp_path / "folder.py").mkdir()
    answer = typed(*line.split())
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.error


def test_nothing_at_all_shows_the_help(typed: Typed) -> None:
    answer = typed()
    assert (answer.code, answer.err) == (0, "")
    assert "microhedge compare AAPL --shares 1000" in answer.out


@pytest.mark.parametrize("option", ["--report", "--save"])
def test_a_name_too_long_for_a_file_is_counted_not_repeated(typed: Typed, option: str) -> None:
    answer = typed(*f"run protective-put --holding AAPL {option}".split(), "a" * 300)
    assert answer.code == 2
    assert answer.error == "a name of 300 characters is too long for a file"


def test_a_user_without_a_home_is_told_of_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(UsageError, match="set MICROHEDGE_CACHE to a folder"):
        folders.cache_folder({})
    assert folders.cache_folder({"XDG_CACHE_HOME": "/x"}) == Path("/x/microhedge")


def in_a_shell(script: str, place: Path) -> "subprocess.CompletedProcess[str]":
    """Run a line of sh in which `$M` is the command."""
    return subprocess.run(
        ["sh", "-c", script],
        env=os.environ | {"M": f"{sys.executable} -P -c '{ENTRY}'"},
        cwd=place,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("data list", "standard output: No space left on device"),
        ("--help", "No space left on device"),
    ],
)
def test_output_that_finds_no_room_is_one_line(tmp_path: Path, line: str, said: str) -> None:
    done = in_a_shell(f'eval "$M {line}" > /dev/full', tmp_path)
    assert (done.returncode, done.stderr) == (1, f"error: {said}\n")


@pytest.mark.skipif(os.name != "posix", reason="a shell closes it")
@pytest.mark.parametrize("line", ["data list", "list", "--help"])
def test_a_closed_output_is_no_error(tmp_path: Path, line: str) -> None:
    done = in_a_shell(f'eval "$M {line}" >&-', tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps a folder that is in use")
def test_a_folder_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    line = "run protective-put --holding AAPL --start 2020-01-02 --report x.pdf"
    done = in_a_shell(f'mkdir gone; cd gone; rmdir ../gone; eval "$M {line}"', tmp_path)
    assert done.returncode == 2
    said = "the folder in which this was typed is gone: change to another"
    assert done.stderr == f"error: {said}\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("run treasury-long --holding AAPL --bond UST5", "did you mean 'UST"),
        ("run corporate-bond --holding AAPL --bond MOODYS-BA", "did you mean 'MOODYS-BAA'?"),
        ("run corporate-bond --holding AAPL", "needs a value for 'bond': a bond of your own by"),
        ("run pair-short --holding AAPL", "needs a value for 'peer': a company whose share"),
    ],
)
def test_a_missing_or_misspelt_symbol_is_answered_with_what_is_meant(
    typed: Typed, line: str, said: str
) -> None:
    answer = typed(*line.split())
    assert answer.code in {2, 3}
    assert said in answer.error


@pytest.mark.parametrize(
    "line",
    [
        "report none",
        "memo none",
        "data check none.csv",
        "data chains none",
        "language none",
        "run protective-put --holding AAPL --prices none",
        "run protective-put --holding AAPL --chains none",
        "run protective-put --holding AAPL --portfolio none",
        "run protective-put --holding AAPL --vol-terms none",
        "run none.py",
        "sweep none.toml",
    ],
)
def test_a_file_that_is_not_there_is_said_to_be_in_the_same_words(typed: Typed, line: str) -> None:
    assert "none" in (said := typed(*line.split()).error)
    assert said.endswith(": there is no such file")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("report text.mhr", "text.mhr is not a file of results, as --save writes them"),
        ("memo book.xlsx", "book.xlsx is not a file of results, as --save writes them"),
        ("report .", ". is a folder: name a file in it, as --save writes them"),
        ("memo .", ". is a folder: name a file in it, as --save writes them"),
        ("data check book.xlsx", "book.xlsx: is a spreadsheet or zip archive: save it as CSV"),
        ("data chains book.xlsx", "book.xlsx: is a spreadsheet or zip archive: save it as CSV"),
        ("results none", "none: there is no such folder"),
        ("results text.mhr", "text.mhr: is a file, no folder of a sweep"),
    ],
)
def test_a_file_of_another_kind_is_said_to_be_one(
    typed: Typed, tmp_path: Path, line: str, said: str
) -> None:
    (tmp_path / "text.mhr").write_text("text", encoding="utf-8")
    with ZipFile(tmp_path / "book.xlsx", "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    assert typed(*line.split()).error == said
