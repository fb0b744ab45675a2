"""A comparison that is read back is the one that was saved, and a file that is not is refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import microhedge as mh
from microhedge import loading
from microhedge.comparison import Comparison
from microhedge.declaration import build
from microhedge.errors import BadData, UsageError
from microhedge.result import load_attachment

HOLD = mh.Portfolio(shares=1000, weight=0.4)
WINDOW: dict[str, Any] = {"start": date(2013, 1, 2), "end": date(2015, 6, 30)}

DATED = '''
"""Holds one put until a date."""

from datetime import date

from microhedge import Hedge, Session


class Dated(Hedge):
    """Own a put until a date."""

    until: date = date(2014, 1, 3)  # last purchase
    late: bool = False
    above: float = 0.9  # strike as a fraction

    def on_session(self, now: Session) -> None:
        if now.leg("put") is None and now.today < self.until:
            now.roll("put", now.put(days=91, moneyness=self.above))
'''


def made(*hedges: tuple[str, dict[str, Any]], **settings: Any) -> Comparison:
    built = [build(loading.load(name), {"holding": "AAPL"} | own) for name, own in hedges]
    portfolio = settings.pop("portfolio", HOLD)
    return mh.compare(built, mh.data.bundled(), portfolio, **(WINDOW | settings))


@cache
def saved() -> Comparison:
    """A put ladder with its reruns, and a two-factor short."""
    found = made(("protective-put", {"tenor": 91}), ("index-peer-short", {"peer": "MSFT"}))
    return found.with_bands()


def words(found: Comparison) -> str:
    """The whole document."""
    return json.dumps(found.document(), allow_nan=False, sort_keys=True)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved().save(tmp_path_factory.mktemp("saved") / "a.mhr")


def test_the_document_of_what_is_read_back_is_that_of_what_was_saved(file: Path) -> None:
    back = mh.load_comparison(file)
    assert words(back) == words(saved())
    assert back.results == saved().results
    assert [run.name for run in back.runs] == [run.name for run in saved().runs]
    for ours, theirs in zip(back.runs, saved().runs, strict=True):
        assert ours.returns.tobytes() == theirs.returns.tobytes()
        assert ours.growth.tobytes() == theirs.growth.tobytes()


def test_the_report_of_what_is_read_back_has_the_same_bytes(file: Path, tmp_path: Path) -> None:
    first = mh.report(saved(), tmp_path / "a.pdf").read_bytes()
    assert mh.report(mh.load_comparison(file), tmp_path / "b.pdf").read_bytes() == first


def test_a_folder_that_is_not_there_is_made_as_for_a_report(file: Path, tmp_path: Path) -> None:
    deep = mh.load_comparison(file).save(tmp_path / "not" / "there" / "a.mhr")
    assert deep.read_bytes() == file.read_bytes()


def test_saved_once_more_it_is_the_same_file(file: Path, tmp_path: Path) -> None:
    assert mh.load_comparison(file).save(tmp_path / "b.mhr").read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("hedges", "settings"),
    [
        pytest.param(
            [("pair-short", {"peer": "MSFT"})],
            {"end": date(2020, 6, 30), "seed": 7},
            id="held-rate",
        ),
        pytest.param(
            [("protective-put", {}), ("protective-put", {"moneyness": 0.8})],
            {"vol": "constant:0.3", "rate": 0.01, "returns": "account", "fill": "next_open"},
            id="every-setting",
        ),
        pytest.param(
            [("index-short", {})],
            {"costs": mh.Costs(stock_rate=0, borrow=0.01), "portfolio": mh.Portfolio(value=25_000)},
            id="costs",
        ),
        pytest.param(
            [("collar", {}), ("put-spread", {"when": "drawdown>0.05"})],
            {"stop_loss": 0.1, "trailing_stop": True},
            id="written-and-conditional",
        ),
        pytest.param(
            [("protective-put", {"excess_over": 0.1})],
            {
                "portfolio": mh.Portfolio(
                    shares=1000, rest=mh.Basket.by_shares({"MSFT": 500.0, "XOM": 200.0})
                )
            },
            id="basket",
        ),
    ],
)
def test_every_setting_survives_the_file(
    tmp_path: Path, hedges: list[tuple[str, dict[str, Any]]], settings: dict[str, Any]
) -> None:
    found = made(*hedges, **settings)
    assert words(mh.load_comparison(found.save(tmp_path / "a.mhr"))) == words(found)


def test_a_basket_around_the_holding_leaves_the_same_report(tmp_path: Path) -> None:
    rest = mh.Basket.by_weight({"MSFT": 1.0, "XOM": 2.0, "KO": 1.0})
    found = made(
        ("pair-short", {"peer": "MSFT"}), portfolio=mh.Portfolio(shares=500, weight=0.2, rest=rest)
    )
    first = mh.report(found, tmp_path / "a.pdf").read_bytes()
    back = mh.load_comparison(found.save(tmp_path / "a.mhr"))
    assert mh.report(back, tmp_path / "b.pdf").read_bytes() == first


def test_details_that_were_looked_into_are_there_again(tmp_path: Path) -> None:
    found = made(("index-short", {})).with_details()
    back = mh.load_comparison(found.save(tmp_path / "a.mhr"))
    assert back.details is not None
    assert words(back) == words(found)


def test_a_strategy_whose_file_is_gone_leaves_its_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "dated.py"
    source.write_text(DATED, encoding="utf-8")
    found = made((str(source), {"above": 0.95}))
    first = mh.report(found, tmp_path / "a.pdf").read_bytes()
    path = found.save(tmp_path / "a.mhr")
    source.unlink()

    def refuse(*_: object) -> None:
        raise AssertionError("a file of results must load no strategy")

    monkeypatch.setattr(loading, "load", refuse)
    back = mh.load_comparison(path)
    assert mh.report(back, tmp_path / "b.pdf").read_bytes() == first
    # in the order in which they were declared, though JSON sorts its keys
    assert list(back.hedges[0].parameters or {}) == ["until", "late", "above"]


def test_a_hedge_that_never_traded_is_read_back_as_that(tmp_path: Path) -> None:
    source = tmp_path / "dated.py"
    source.write_text(DATED, encoding="utf-8")
    found = made((str(source), {"until": "2012-01-03"}))
    back = mh.load_comparison(found.save(tmp_path / "a.mhr"))
    assert words(back) == words(found)
    assert not any(run.kind == "sell-once" for run in back.runs)
    first = mh.report(found, tmp_path / "a.pdf").read_bytes()
    assert mh.report(back, tmp_path / "b.pdf").read_bytes() == first


def test_what_a_file_names_is_never_rerun(file: Path) -> None:
    back = mh.load_comparison(file)
    assert back.strategies == ()
    with pytest.raises(UsageError, match=r"no strategies to rerun.*microhedge compare AAPL"):
        back.with_bands()


def test_the_bare_runs_are_read_without_the_comparison(file: Path) -> None:
    assert mh.load_all(file) == saved().results


def test_a_file_of_bare_runs_is_told_from_one_of_a_comparison(tmp_path: Path) -> None:
    path = saved().result.save(tmp_path / "a.mhr")
    assert load_attachment(path) is None
    with pytest.raises(BadData, match=r"holds bare runs and no comparison.*--save"):
        mh.load_comparison(path)


def edited(source: Path, target: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Copy a file with its JSON changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "meta.json":
                meta = json.loads(content)
                change(meta)
                content = json.dumps(meta).encode()
            new.writestr(name, content)
    return target


def settings_of(meta: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = meta["attached"]["values"]["settings"]
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m["attached"]["values"].update(format=2), "comparison of format 2; .* reads 1"),
        (lambda m: m["attached"].update(values=[]), "comparison of format None"),
        (lambda m: m.update(attached=7), "not a file of results"),
        (lambda m: settings_of(m).update(seed="0"), r"Expected `int`, got `str`.*settings\.seed"),
        (lambda m: settings_of(m)["portfolio"].update(weight=40.0), "did you mean 0.4"),
        (lambda m: settings_of(m).update(holding="MSTF"), "not part of this run"),
        (lambda m: settings_of(m)["hedges"].pop(), "3 runs for the holding and 1 hedges"),
        (lambda m: settings_of(m)["hedges"][0].update(parameters=["no"]), "do not belong together"),
        (lambda m: m["attached"]["values"]["frame"].update(begin=-1), "first decision is none"),
        (lambda m: m["attached"]["values"]["frame"]["basis"].pop("SPX"), "a close, an open and a"),
        (lambda m: m["results"][1].update(data_hash="0"), "not those that its runs were made on"),
        (lambda m: m["attached"]["columns"].pop(), "not all a close"),
    ],
)
def test_a_file_that_was_changed_is_refused_in_one_line(
    file: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    with pytest.raises(BadData, match=said) as caught:
        mh.load_comparison(edited(file, tmp_path / "b.mhr", change))
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "b.mhr"))


def test_another_price_in_a_file_is_noticed(file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(tmp_path / "b.mhr", "w") as new:
        names = json.loads(old.read("meta.json"))["attached"]["columns"]
        place = f"attached/{names.index('close|AAPL')}.npy"
        for name in old.namelist():
            content = old.read(name)
            if name == place:
                column = np.lib.format.read_array(io.BytesIO(content)).copy()
                column[-1] += 0.01
                buffer = io.BytesIO()
                np.lib.format.write_array(buffer, column)
                content = buffer.getvalue()
            new.writestr(name, content)
    with pytest.raises(BadData, match="prices are not those"):
        mh.load_comparison(tmp_path / "b.mhr")


def test_a_folder_is_no_file_of_results(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="is a folder"):
        mh.load_comparison(tmp_path)
