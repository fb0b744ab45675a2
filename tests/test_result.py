"""One run as a value: equal, hashed, written and read."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies
from tapes import arrange, day, lay, play

from microhedge.errors import BadData
from microhedge.hedge import Session
from microhedge.result import TABLES, Result, canonical, combined, load, load_all, save
from microhedge.tape import Action


def both(now: Session) -> None:
    if not now.fills("put"):
        now.roll("put", now.put(days=30, moneyness=1.5))
        now.expect(now.regress("AAA", on="BBB", sessions=3))
        now.short("BBB", value=500.0)


def made(price: float = 101.0, *, cash: float = 5_000.0) -> Result:
    tape = lay(
        {
            "AAA": [100.0, 99.0, 101.0, 100.0, price, 51.0],
            "BBB": [50.0, 49.0, 51.0, 50.0, 50.0, 50.0],
        },
        actions={"AAA": (Action(day("2024-01-09"), "split", 2.0),)},
        begin=3,
    )
    return play(both, arrange(tape, cash=cash))


@pytest.fixture(scope="module")
def result() -> Result:
    return made()


def test_a_run_repeated_is_the_same_value(result: Result) -> None:
    again = made()
    assert again == result
    assert hash(again) == hash(result)
    assert again is not result
    assert result != "a result"


def test_when_prices_were_fetched_is_kept_and_is_no_part_of_the_value(
    result: Result, tmp_path: Path
) -> None:
    told = ({"series": "AAA", "fetched": "2020-08-28T23:00:00+00:00"},)
    later = replace(result, provenance=told)
    assert later == result
    assert tuple(load(later.save(tmp_path / "one.mhr")).provenance) == told


def test_one_bit_makes_another_value(result: Result) -> None:
    equity = result.curves["equity"].copy()
    equity[-1] = np.nextafter(equity[-1], 0.0)
    assert replace(result, curves={**result.curves, "equity": equity}) != result
    assert replace(result, config={**result.config, "fill": "close"}) != result
    assert replace(result, data_hash="0" * 64) != result
    assert made(101.01) != result


def test_a_number_that_is_none_equals_itself(result: Result) -> None:
    assert np.isnan(result.curves["cover"][0])
    assert result == made()


def test_a_result_knows_its_ends_and_its_returns(result: Result) -> None:
    assert (result.start, result.end) == (date(2024, 1, 5), date(2024, 1, 9))
    assert result.returns is result.curves["sleeve"]
    whole = replace(result, config={**result.config, "returns": "account"})
    assert whole.returns is result.curves["account"]


def test_a_file_gives_the_same_value_back_and_the_same_bytes_twice(
    result: Result, tmp_path: Path
) -> None:
    first, second = result.save(tmp_path / "a.mhr"), made().save(tmp_path / "b.mhr")
    back = load(first)
    assert back == result
    assert dict(back.attribution) == dict(result.attribution)
    assert back.config == result.config
    for name in TABLES:
        assert list(back.tables[name]) == list(result.tables[name])
    assert first.read_bytes() == second.read_bytes()
    assert back.save(tmp_path / "c.mhr").read_bytes() == first.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mhr", "b.mhr", "c.mhr"]


def test_a_file_is_replaced_whole(result: Result, tmp_path: Path) -> None:
    path = tmp_path / "a.mhr"
    path.write_text("something else")
    result.save(path)
    assert load(path) == result


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    result: Result, tmp_path: Path
) -> None:
    path = tmp_path / "a.mhr"
    result.save(path)
    kept = path.read_bytes()
    broken = replace(result, config={**result.config, "rate": float("nan")})
    with pytest.raises(ValueError, match="JSON"):
        broken.save(path)
    assert path.read_bytes() == kept
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_holds_no_code_and_no_time_of_day(result: Result, tmp_path: Path) -> None:
    with zipfile.ZipFile(result.save(tmp_path / "a.mhr")) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        names = archive.namelist()
        assert names[0] == "meta.json"
        for name in names[1:]:
            with archive.open(name) as stream:
                np.lib.format.read_magic(stream)
                _, _, kind = np.lib.format.read_array_header_1_0(stream)
                assert not kind.hasobject


def test_several_results_fit_into_one_file(result: Result, tmp_path: Path) -> None:
    other = made(cash=6_000.0)
    path = save([result, other], tmp_path / "two.mhr")
    assert load_all(path) == (result, other)
    with pytest.raises(BadData, match="holds 2 results"):
        load(path)


def test_what_is_not_a_file_of_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="there is no such file"):
        load(tmp_path / "missing.mhr")
    plain = tmp_path / "plain.mhr"
    plain.write_text("no archive")
    with pytest.raises(BadData, match=r"plain\.mhr is not a file of results"):
        load(plain)
    with zipfile.ZipFile(tmp_path / "empty.mhr", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(BadData, match=r"empty\.mhr is not a file of results"):
        load(tmp_path / "empty.mhr")


def test_a_file_of_another_format_is_refused_with_its_number(
    result: Result, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "new.mhr", "w") as archive:
        archive.writestr("meta.json", json.dumps({"format": 99, "results": []}))
    with pytest.raises(BadData, match="format 99; this version reads 1"):
        load(tmp_path / "new.mhr")


def test_a_pickle_in_a_file_is_not_opened(result: Result, tmp_path: Path) -> None:
    good = result.save(tmp_path / "good.mhr")
    bad = tmp_path / "bad.mhr"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for name in source.namelist():
            if name == "0/0.npy":
                with target.open(name, "w") as stream:
                    objects = np.array([{"a": 1}], dtype=object)
                    np.lib.format.write_array(stream, objects, allow_pickle=True)
            else:
                target.writestr(name, source.read(name))
    with pytest.raises(BadData, match="not a file of results"):
        load(bad)


def test_the_configuration_hash_is_of_canonical_json(result: Result) -> None:
    turned = dict(reversed(list(result.config.items())))
    assert replace(result, config=turned).config_hash == result.config_hash
    assert canonical({"b": 1, "a": [1.5, None]}) == b'{"a":[1.5,null],"b":1}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("inf"))


def test_the_configuration_of_a_run_does_not_depend_on_what_else_ran() -> None:
    # the runs of a comparison share their option prices
    shared = arrange(lay({"AAA": [100.0] * 4}))

    def put(now: Session) -> None:
        now.roll("put", now.put(days=30, moneyness=1.5))

    before = play(None, shared)
    hedged = play(put, shared)
    assert list(hedged.config["models"]) == ["AAA"]
    assert play(None, shared).config_hash == before.config_hash


def test_hashes_combine_in_their_order() -> None:
    assert combined(["a", "b"]) != combined(["b", "a"])
    assert len(combined([])) == 64


floats = numpy_strategies.arrays(np.float64, 5, elements=st.floats(width=64))


@settings(max_examples=50, deadline=None)
@given(curve=floats, texts=st.lists(st.text(st.characters(codec="ascii"), max_size=9), max_size=4))
def test_any_column_survives_the_file_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, curve: np.ndarray, texts: list[str]
) -> None:
    tables = {name: {"code": np.array(texts, np.str_)} for name in TABLES}
    one = Result(
        {"returns": "sleeve"}, np.arange(5, dtype=np.int32), {"sleeve": curve}, tables, {}, ""
    )
    back = load(one.save(tmp_path_factory.getbasetemp() / "any.mhr"))
    assert back == one
    assert back.curves["sleeve"].tobytes() == curve.tobytes()
    assert back.tables["log"]["code"].tolist() == tables["log"]["code"].tolist()
