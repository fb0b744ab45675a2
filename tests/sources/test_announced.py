"""Earnings dates and volatilities by tenor as people keep them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tapes import acting, day, sessions

import microhedge as mh
from microhedge.causality import check
from microhedge.errors import BadData, NotCovered, ParameterError
from microhedge.hedge import Session
from microhedge.instruments import Option
from microhedge.market import Market
from microhedge.option_prices import OptionPrices
from microhedge.series import Reference, Series
from microhedge.sources.announced import with_earnings, with_vol_terms
from microhedge.tape import Tape
from microhedge.vol_choice import Chooser, VolChoice

COUNT = 400
AXIS = np.array(sessions("2015-01-02", COUNT), np.int32)


def market(vix: bool = False) -> Market:
    walk = 100 * np.exp(np.random.default_rng(3).normal(0, 0.01, (2, COUNT)).cumsum(axis=1))
    nothing = np.full(COUNT, np.nan)
    series = [
        Series("AAA", "raw", AXIS, walk[0], nothing.copy(), (), "made up", "0" * 64),
        Series("SPX", "price_index", AXIS, 20 * walk[1], nothing, (), "made up", "1" * 64),
    ]
    known = [Reference("VIX", AXIS, np.full(COUNT, 20.0), "made up", "2" * 64)] if vix else []
    return Market(series, known)


def laid(found: Market) -> Tape:
    return found.tape(["AAA", "SPX"], warmup=252)


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("2016-02-03\n2016-05-04\n", 2),
        ("date\n2016-05-04\n# a remark\n\n2016-02-03\n", 2),
        ("symbol,date\nAAA,2016-02-03\nBBB,2016-03-01\naaa,2016-05-04\n", 3),
    ],
)
def test_a_file_of_dates_is_read_with_and_without_a_header(
    tmp_path: Path, content: str, rows: int
) -> None:
    path = tmp_path / "when.csv"
    path.write_text(content, encoding="utf-8")
    found = with_earnings(market(), "AAA", str(path), move=0.08)
    tape = laid(found)
    assert tape.earnings["AAA"].days == (day("2016-02-03"), day("2016-05-04"))
    assert tape.earnings["AAA"].move == 0.08
    (source,) = (one.record() for one in tape.sources if one.symbol == "AAA earnings dates")
    assert (source["rows"], source["kept"]) == (rows, 2)
    assert source["span"] == ["2016-02-03", "2016-05-04"]
    assert found.words == (f"--earnings {path}", "--earnings-move 0.08")


def test_dates_may_be_typed_in_any_order() -> None:
    found = with_earnings(market(), "AAA", "2016-05-04,2016-02-03")
    assert laid(found).earnings["AAA"].days == (day("2016-02-03"), day("2016-05-04"))
    assert laid(found).data_hash != laid(market()).data_hash


def test_dates_of_another_share_are_not_on_the_tape() -> None:
    assert laid(market().with_earnings("BBB", [date(2016, 2, 3)])).earnings == {}


@pytest.mark.parametrize(
    ("asked", "content", "said"),
    [
        ("2016-2-30", None, "'2016-2-30' is no file and no date as in 2022-02-03"),
        ("when.csv", "date\nsoon\n", "when.csv line 2: 'soon'"),
        ("when.csv", "symbol,date\nBBB,2016-02-03\n", "no earnings date of AAA"),
        ("when.csv", "", "no earnings date of AAA"),
    ],
)
def test_what_is_no_date_is_refused_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, content: str | None, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path(asked).write_text(content, encoding="utf-8")
    with pytest.raises((BadData, ParameterError), match=said):
        with_earnings(market(), "AAA", asked)


def test_a_move_in_per_cent_is_a_slip() -> None:
    with pytest.raises(ParameterError, match=r"did you mean 0\.05\?"):
        market().with_earnings("AAA", [date(2016, 2, 3)], move=5.0)


def test_options_over_an_announced_date_cost_more_until_it_has_passed() -> None:
    found = market()
    announced = found.with_earnings("AAA", [date(2016, 5, 4)], move=0.10)
    now, then = (
        OptionPrices(tape, Chooser(tape, VolChoice(), index="SPX"))
        for tape in (laid(found), laid(announced))
    )
    tape = laid(found)
    option = Option("AAA", "P", 100.0, date(2016, 6, 17))
    begin = tape.dates.index(date(2016, 4, 1))
    plain, dear = now.life(option, begin), then.life(option, begin)
    past = tape.dates.index(date(2016, 5, 4)) - begin
    assert np.all(dear.volatility[:past] > plain.volatility[:past])
    np.testing.assert_array_equal(dear.volatility[past:], plain.volatility[past:])
    # total variance on the evening before: 10 %² more than without
    years = (day("2016-06-17") - day("2016-05-03")) / 365
    more = (dear.volatility[past - 1] ** 2 - plain.volatility[past - 1] ** 2) * years
    assert more == pytest.approx(0.01, rel=1e-9)


def test_a_put_on_announced_dates_does_not_look_ahead() -> None:
    def act(now: Session) -> None:
        for rung in now.rungs("put", 2):
            if rung.days_left <= 20:
                now.roll(rung, now.put(days=90, moneyness=0.95))

    tape = laid(market(vix=True).with_earnings("AAA", [date(2016, 2, 3), date(2016, 5, 4)]))
    found = check(
        acting(act),
        tape,
        lambda other: OptionPrices(other, Chooser(other, VolChoice(), index="SPX")),
        cuts=8,
    )
    assert found.passed, found.sentences()


def write_terms(place: Path, *, head: str = "date,VIX9D,vix3m", points: str = "22.5") -> Path:
    path = place / "terms.csv"
    days = AXIS.astype("datetime64[D]").astype(str)
    path.write_text("\n".join([head, *(f"{one},18,{points}" for one in days)]), encoding="utf-8")
    return path


def test_indices_of_other_tenors_come_from_one_file(tmp_path: Path) -> None:
    path = write_terms(tmp_path)
    tape = laid(with_vol_terms(market(vix=True), path))
    assert {days: set(column) for days, column in tape.vix_terms.items()} == {9: {18.0}, 93: {22.5}}
    assert {"VIX9D", "VIX3M"} <= {one.symbol for one in tape.sources}
    model = Chooser(tape, VolChoice(), index="SPX")("SPX")
    assert model.name == "VIX with index skew, tenors of 9, 30, 93 days"
    assert laid(market(vix=True)).data_hash != tape.data_hash


@pytest.mark.parametrize(
    ("head", "points", "said"),
    [
        ("day,VIX9D,VIX3M", "20", "a header with date"),
        ("date,VIX9X,other", "20", "did you mean 'VIX9D'"),
        ("date,VIX9D,VIX3M", "0.2", "terms.csv line 2: '0.2' is no volatility in points"),
        ("date,VIX9D,VIX3M", "x", "'x' is no volatility in points"),
    ],
)
def test_a_file_of_tenors_that_cannot_be_read_is_refused(
    tmp_path: Path, head: str, points: str, said: str
) -> None:
    path = write_terms(tmp_path, head=head, points=points)
    with pytest.raises(BadData, match=said):
        with_vol_terms(market(vix=True), path)


def test_tenors_that_do_not_cover_the_run_or_shape_no_vix_are_refused(tmp_path: Path) -> None:
    path = write_terms(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    short = tmp_path / "short.csv"
    short.write_text("\n".join(lines[:300]), encoding="utf-8")
    with pytest.raises(NotCovered, match="VIX9D does not cover every session"):
        laid(with_vol_terms(market(vix=True), short))
    with pytest.raises(NotCovered, match="need VIX on every session"):
        Chooser(laid(with_vol_terms(market(), path)), VolChoice(), index="SPX")("AAA")
    tape = laid(with_vol_terms(market(vix=True), path))
    with pytest.raises(ParameterError, match="leave --vol-terms out"):
        Chooser(tape, VolChoice.of("proxy"), index="SPX")("AAA")


def test_a_saved_run_keeps_its_dates_and_tenors(tmp_path: Path) -> None:
    class Floor(mh.Hedge):
        def on_session(self, now: Session) -> None:
            if now.leg("put") is None:
                now.roll("put", now.put(days=90, moneyness=0.95))

    known = with_earnings(with_vol_terms(market(vix=True), write_terms(tmp_path)), "AAA",
                          "2016-05-04")  # fmt: skip
    found = mh.run(Floor(holding="AAA"), known, mh.Portfolio(shares=100), rate=0.01)
    assert any(note.code == "earnings" for note in found.notes)
    assert "--earnings 2016-05-04" in found.command
    found.save(tmp_path / "kept.mhr")
    again = mh.load_comparison(tmp_path / "kept.mhr")
    assert again.document() == found.document()
    assert again.tape.earnings == found.tape.earnings
    np.testing.assert_array_equal(again.tape.vix_terms[93], found.tape.vix_terms[93])
