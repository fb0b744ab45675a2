"""Which class a name, a file or a dotted path means, and what is said when it means none."""

import sys
import textwrap
from pathlib import Path

import pytest

from microhedge import folders
from microhedge.declaration import build, parameters
from microhedge.errors import StrategyFileError, UnknownName
from microhedge.folders import folder
from microhedge.loading import load, registered, summary_of

COLLAR = '''
"""A collar of the user's own."""

from microhedge.hedge import Hedge, Session


class Collar(Hedge):
    """Own a put and sell a call."""

    floor: float = 0.90  # strike of the put

    def on_session(self, now: Session) -> None:
        now.roll("put", now.put(days=91, moneyness=self.floor))
'''

SECOND = '''

class Floor(Hedge):
    """Own a put."""

    def on_session(self, now: Session) -> None:
        now.roll("put", now.put(days=91, moneyness=0.9))
'''


def write(place: Path, text: str, name: str = "my_collar.py") -> Path:
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def refused(spec: str) -> str:
    with pytest.raises((StrategyFileError, UnknownName)) as error:
        load(spec)
    assert "\n" not in str(error.value)
    assert error.value.exit_code == 2
    return str(error.value)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs in an empty folder, as a user's shell would."""
    monkeypatch.chdir(tmp_path)


def test_a_file_is_loaded_as_the_one_hedge_defined_in_it(tmp_path: Path) -> None:
    cls = load(str(write(tmp_path, COLLAR)))
    assert cls.__name__ == "Collar"
    assert [each.name for each in parameters(cls)] == ["floor"]
    assert parameters(cls)[0].help == "strike of the put"
    assert build(cls, {"holding": "AAPL"}) == build(cls, {"holding": "AAPL", "floor": "0.9"})


def test_a_relative_file_is_loaded_from_where_the_user_stands(tmp_path: Path) -> None:
    write(tmp_path, COLLAR)
    assert load("my_collar.py").__name__ == "Collar"


def test_one_of_two_hedges_is_chosen_by_its_class(tmp_path: Path) -> None:
    write(tmp_path, COLLAR + SECOND)
    assert load("my_collar.py:Floor").__name__ == "Floor"
    assert refused("my_collar.py") == (
        "my_collar.py holds 2 hedges: choose my_collar.py:Collar or my_collar.py:Floor"
    )
    assert refused("my_collar.py:Colar") == (
        "my_collar.py holds no hedge 'Colar' (did you mean 'Collar'?)"
    )


def test_a_hedge_that_is_only_imported_does_not_count(tmp_path: Path) -> None:
    write(tmp_path, COLLAR, "base_collar.py")
    write(tmp_path, "from base_collar import Collar\n" + SECOND.replace("(Hedge)", "(Collar)"))
    write(tmp_path, COLLAR + SECOND.replace("Hedge", "Collar"), "both.py")
    with pytest.raises(StrategyFileError, match="NameError: name 'Session' is not defined"):
        load("my_collar.py")
    assert "holds 2 hedges" in refused("both.py")
    write(tmp_path, "from base_collar import Collar, Session\n" + SECOND.replace("Hedge", "Collar"))
    assert load("my_collar.py").__name__ == "Floor"


def test_a_dotted_path_names_a_class_of_an_importable_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    write(tmp_path, COLLAR, "desk_pkg/collars.py")
    write(tmp_path, "", "desk_pkg/__init__.py")
    assert load("desk_pkg.collars:Collar").__name__ == "Collar"
    assert load("desk_pkg.collars").__name__ == "Collar"
    assert "no module 'desk_pkg.colars'" in refused("desk_pkg.colars:Collar")


def test_a_local_strategies_folder_comes_before_the_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "shipped"
    write(shipped, COLLAR, "zero_cost_collar.py")
    write(shipped, COLLAR, "_private.py")
    monkeypatch.setattr(folders, "folder", lambda _: shipped)
    assert summary_of(load("zero-cost-collar")) == "A collar of the user's own."
    assert [each.name for each in registered()] == ["zero-cost-collar"]
    mine = COLLAR.replace("A collar", "Mine: a collar")
    write(tmp_path / "strategies", mine, "zero_cost_collar.py")
    assert summary_of(load("zero-cost-collar")) == "Mine: a collar of the user's own."
    assert summary_of(load("zero_cost_collar")) == "Mine: a collar of the user's own."


def test_an_unknown_name_is_answered_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "shipped", COLLAR, "zero_cost_collar.py")
    monkeypatch.setattr(folders, "folder", lambda _: tmp_path / "shipped")
    assert refused("zero-cost-colar") == (
        "no strategy named 'zero-cost-colar' (did you mean 'zero-cost-collar'?)"
    )
    assert refused("qqq") == "no strategy named 'qqq'; there are zero-cost-collar"
    write(tmp_path, COLLAR)
    assert refused("my_collar") == (
        "no strategy named 'my_collar': for the file, write my_collar.py"
    )


def test_a_file_that_is_not_there_is_answered_with_its_neighbour(tmp_path: Path) -> None:
    write(tmp_path, COLLAR)
    assert (
        refused("my_colar.py")
        == "my_colar.py: there is no such file (did you mean 'my_collar.py'?)"
    )
    write(tmp_path, COLLAR, "desk/my_collar.py")
    wrong, right = str(Path("desk", "my_collar")), str(Path("desk", "my_collar.py"))
    assert refused(wrong) == f"{wrong}: there is no such file (did you mean {right!r}?)"


def test_a_file_of_another_kind_is_not_taken_for_a_module(tmp_path: Path) -> None:
    write(tmp_path, "A collar.", "notes.md")
    assert refused("notes.md") == "notes.md is no strategy file: its name must end in .py"


def test_a_class_can_be_chosen_from_a_registered_strategy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "folder", lambda _: tmp_path / "shipped")
    write(tmp_path / "shipped", COLLAR, "zero_cost_collar.py")
    assert load("zero-cost-collar:Collar").__name__ == "Collar"
    assert "holds no hedge 'moneyness'; it holds Collar" in refused("zero-cost-collar:moneyness")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\ny = 1 / 0\n", "my_collar.py line 2: ZeroDivisionError: division by zero"),
        ("x = (\n", "my_collar.py line 1: SyntaxError: '(' was never closed"),
        ("\nimport no_such_thing\n", "my_collar.py line 2: ModuleNotFoundError: No module named"),
        ("import sys\nsys.exit('bye')\n", "my_collar.py line 2: SystemExit: bye"),
        ("x = 1\n", "my_collar.py holds no hedge: define a class that derives from Hedge"),
        (
            COLLAR.replace("on_session", "on_sesion"),
            "my_collar.py: Collar does not define on_session",
        ),
        (
            COLLAR.replace("floor: float = 0.90", "floor = 0.90"),
            "my_collar.py line 7: Collar.floor has no type: write floor: float = 0.9",
        ),
        (
            COLLAR.replace("floor: float", "moneyness: float").replace("0.90", "95"),
            "my_collar.py: default of Collar: moneyness 95 is not a fraction of the price",
        ),
        (
            "from __future__ import annotations\n" + COLLAR.replace("floor: float", "floor: flota"),
            "my_collar.py: NameError: name 'flota' is not defined",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    write(tmp_path, text)
    assert refused("my_collar.py").startswith(message)


def test_a_file_that_raised_leaves_nothing_behind_and_loads_once_mended(tmp_path: Path) -> None:
    write(tmp_path, COLLAR + "\nraise ValueError\n")
    modules, path = set(sys.modules), list(sys.path)
    assert refused("my_collar.py") == "my_collar.py line 15: ValueError"
    assert set(sys.modules) == modules
    assert sys.path == path
    write(tmp_path, COLLAR)
    assert load("my_collar.py").__name__ == "Collar"
    assert sys.path == path


def test_an_edited_file_is_read_again_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    write(tmp_path, COLLAR)
    first = load("my_collar.py")
    assert load("my_collar.py") is first
    write(tmp_path, COLLAR.replace("0.90", "0.80"))
    second = load("my_collar.py")
    assert parameters(second)[0].default == 0.8
    assert parameters(first)[0].default == 0.9


def test_two_files_of_one_name_do_not_meet(tmp_path: Path) -> None:
    write(tmp_path, COLLAR, "one/json.py")
    write(tmp_path, COLLAR + SECOND, "two/json.py")
    one, two = load("one/json.py"), load("two/json.py:Floor")
    assert one.__module__ != two.__module__
    assert "json" not in {one.__module__, two.__module__}


def test_a_file_may_import_its_neighbour(tmp_path: Path) -> None:
    write(tmp_path, "FLOOR = 0.85\n", "desk/house_limits.py")
    text = COLLAR.replace("from microhedge", "from house_limits import FLOOR\nfrom microhedge")
    write(tmp_path, text.replace("0.90", "FLOOR"), "desk/my_collar.py")
    assert parameters(load("desk/my_collar.py"))[0].default == 0.85


def test_the_loaders_own_future_import_does_not_reach_the_file(tmp_path: Path) -> None:
    write(tmp_path, COLLAR.replace("floor: float", "floor: Later"))
    # without the future import an undefined annotation fails at once, as in any other module
    assert refused("my_collar.py") == (
        "my_collar.py line 10: NameError: name 'Later' is not defined"
    )


def test_a_broken_file_in_the_local_folder_is_listed_with_its_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "shipped", COLLAR, "zero_cost_collar.py")
    monkeypatch.setattr(folders, "folder", lambda _: tmp_path / "shipped")
    write(tmp_path / "strategies", "1 / 0\n", "broken.py")
    broken, good = registered()
    assert (broken.name, good.name) == ("broken", "zero-cost-collar")
    assert broken.error == "broken.py line 1: ZeroDivisionError: division by zero"
    assert good.error is None
    assert [each.name for each in good.parameters] == ["floor"]


def test_a_strategy_alone_in_its_file_is_summed_up_by_the_file(tmp_path: Path) -> None:
    assert summary_of(load(str(write(tmp_path, COLLAR)))) == "A collar of the user's own."
    write(tmp_path, COLLAR + SECOND, "two.py")
    assert summary_of(load("two.py:Floor")) == "Own a put."
    bare = COLLAR.replace('"""A collar of the user\'s own."""', "")
    assert summary_of(load(str(write(tmp_path, bare)))) == "Own a put and sell a call."
    bare = bare.replace('"""Own a put and sell a call."""', "")
    assert summary_of(load(str(write(tmp_path, bare)))) == ""


def test_every_shipped_strategy_is_called_as_its_file() -> None:
    paths = [path for path in folder("strategies").glob("*.py") if path.name[0] != "_"]
    assert paths
    for path in paths:
        cls = load(path.stem.replace("_", "-"))
        assert cls.__name__.lower() == path.stem.replace("_", "")
        assert summary_of(cls)
        assert all(each.help for each in parameters(cls))
