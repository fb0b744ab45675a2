"""Bonds from shipped yields and from files: what they pay, and when it was known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from microhedge.calendar import day_number, sessions, to_date
from microhedge.errors import BadData, MicrohedgeError, NotCovered, ParameterError, UnknownSymbol
from microhedge.exchange import new_york
from microhedge.instruments import Bond
from microhedge.market import Market
from microhedge.relation import correlation
from microhedge.series import Series
from microhedge.sources import bundled, with_bonds
from microhedge.sources.bonds import (
    MODEL_BONDS,
    given_bond,
    known_from,
    model_bond,
    with_given_bonds,
    with_model_bonds,
)
from microhedge.tape import Action

TERMS = "FORD:coupon=6,maturity=2030-05-15"


def number(text: str) -> int:
    return day_number(date.fromisoformat(text))


def series(symbol: str, first: str, last: str, close: float = 80.0) -> Series:
    day = sessions(number(first), number(last))
    prices = np.full(len(day), close)
    return Series(symbol, "raw", day, prices, np.full(len(day), np.nan), (), "a file", "0" * 64)


def market(last: str = "2025-02-14", bond_last: str = "2025-02-14") -> Market:
    return Market(
        [series("AAA", "2024-05-01", last), series("FORD", "2024-05-01", bond_last, 80.0)]
    )


@pytest.fixture(scope="module")
def shipped() -> Market:
    return with_bonds(bundled())


def test_model_bonds_run_as_long_as_their_yields_are_known(shipped: Market) -> None:
    found = {s: shipped.series(s, "bond") for s in MODEL_BONDS}
    spans = {s: (str(one.first), str(one.last)) for s, one in found.items() if one}
    assert spans == {
        "UST10": ("1990-01-02", "2019-08-26"),
        "UST20": ("1993-10-01", "2019-08-26"),  # the 20-year yield begins there
        # the Treasury sold none from 2002 on and published no yield until it did again
        "UST30": ("2006-02-09", "2019-08-26"),
        # December 2018 is known in January 2019, and stands until February
        "MOODYS-AAA": ("1990-01-02", "2019-01-31"),
        "MOODYS-BAA": ("1990-01-02", "2019-01-31"),
    }
    for one in found.values():
        assert one is not None
        assert "model: a par bond" in one.source
    assert "a proxy" in str(found["MOODYS-BAA"] and found["MOODYS-BAA"].source)


def test_long_treasuries_of_2008_rose_by_the_quarter_that_is_remembered(shipped: Market) -> None:
    """Ten-year Treasuries returned 20.1 % in 2008 and −11.1 % in 2009 by Damodaran's table
    (histretSP.xls, from the 10-year constant-maturity yield, a year at a time)."""
    one = shipped.series("UST10", "bond")
    assert one is not None
    close = {
        year: float(one.close[np.searchsorted(one.day, number(f"{year + 1}-01-01")) - 1])
        for year in (2007, 2008, 2009)
    }
    assert close[2008] / close[2007] - 1.0 == pytest.approx(0.201, abs=0.01)
    assert close[2009] / close[2008] - 1.0 == pytest.approx(-0.111, abs=0.015)


def test_a_month_s_yield_moves_the_proxy_on_the_first_session_of_the_next(shipped: Market) -> None:
    one = shipped.series("MOODYS-BAA", "bond")
    assert one is not None
    # Baa: 7.31 % in September, 8.88 % in October, 9.21 % in November 2008
    within = (one.day >= number("2008-11-01")) & (one.day < number("2008-12-10"))
    moved = np.diff(np.log(one.close))[within[1:]]
    days = [str(to_date(int(day))) for day in one.day[within]]
    jumps = {day: move for day, move in zip(days, moved, strict=True) if abs(move) > 0.005}
    assert list(jumps) == ["2008-11-03", "2008-12-01"]
    # 7.31 for 20 years at 8.88 %: 0.8232 · (1 − 1.0444^−40) + 1.0444^−40 = 0.8543 of par, and the
    # interest of three days, 0.0007
    assert jumps["2008-11-03"] == pytest.approx(np.log(0.8543 + 0.0007), abs=5e-4)


@pytest.mark.parametrize("symbol", ["UST20", "MOODYS-BAA"])
def test_yields_of_later_change_nothing_before_they_were_known(symbol: str) -> None:
    draw = np.random.default_rng(3)
    month = np.array([number(f"{y}-{m:02d}-01") for y in (2001, 2002) for m in range(1, 13)])
    day, last = month.astype(np.int32), number("2002-12-31")
    if symbol == "MOODYS-BAA":
        day, last = known_from(month.astype(np.int32))
        assert to_date(int(day[0])) == date(2001, 2, 1)
        assert to_date(last) == date(2003, 1, 31)
    par = 0.06 + 0.01 * draw.random(len(day))
    one = model_bond(symbol, day, par, last, new_york().days)
    for cut in (3, 11, 20):
        other = model_bond(
            symbol,
            day,
            np.where(np.arange(len(par)) >= cut, par * draw.uniform(0.5, 2.0, len(par)), par),
            last,
            new_york().days,
        )
        before = one.day < day[cut]
        assert one.close[before].tobytes() == other.close[before].tobytes()
        assert one.close[~before][1] != other.close[~before][1]


def test_a_yield_that_is_missing_is_the_last_one_and_never_the_next() -> None:
    days = sessions(number("2002-02-01"), number("2002-02-28")).astype(np.int32)
    gap = np.full(len(days), 0.05)
    gap[5:] = np.nan
    gap[-1] = 0.09
    one = model_bond("UST30", days, gap, int(days[-1]), new_york().days)
    flat = model_bond("UST30", days, np.full(len(days), 0.05), int(days[-1]), new_york().days)
    assert one.close[:-1].tobytes() == flat.close[:-1].tobytes()
    assert one.close[-1] < 0.7 * flat.close[-1]


def test_a_bond_that_nobody_could_buy_for_years_begins_after_them(shipped: Market) -> None:
    """With the last yield carried it would have stood still from 2002 to 2006."""
    one = shipped.series("UST30", "bond")
    assert one is not None
    moved = np.abs(np.diff(np.log(one.close)))
    assert np.median(moved) > 0.002
    years = np.diff(one.day[np.append(np.flatnonzero(moved > 0.001), len(moved))]) / 365
    assert years.max() < 0.1


def test_a_window_that_such_a_bond_does_not_cover_is_refused_with_the_day_it_begins(
    shipped: Market,
) -> None:
    early = date(2000, 1, 3)
    said = "the prices of UST30 begin on 2006-02-09"
    for warmup in (0, 504):
        with pytest.raises(NotCovered, match=said):
            shipped.tape(["XOM", "UST30"], start=early, warmup=warmup)
        with pytest.raises(NotCovered, match=said):
            shipped.tape(["XOM", "UST30"], end=date(2005, 1, 3), warmup=warmup)
    with pytest.raises(NotCovered, match=r"0 common .* in common from 2006-02-09 to 2019-08-26"):
        correlation(shipped, "XOM", "UST30", split=date(2005, 12, 30))


def test_symbols_that_are_there_keep_their_prices_and_only_those_asked_for_are_made() -> None:
    own = Market([series("UST10", "2010-01-04", "2012-12-31")])
    found = with_model_bonds(own, ["UST10", "UST20", "AAA"])
    assert found.symbols == ("UST10", "UST20")
    assert found.bases("UST10") == ("raw",)


def test_a_folder_without_the_yields_makes_no_bond(tmp_path: Path) -> None:
    assert with_model_bonds(market(), folder=tmp_path).symbols == ("AAA", "FORD")


def test_clean_prices_of_a_file_get_their_accrued_interest_and_coupons() -> None:
    found = with_given_bonds(market(), [TERMS])
    one = found.series("FORD", "bond")
    assert one is not None
    assert found.bases("FORD") == ("bond",)
    assert isinstance(one.bond, Bond)
    assert (one.bond.issuer, one.bond.coupon, one.bond.freq) == ("FORD", 6.0, 2)
    assert found.words == (f"--bond-terms {TERMS}",)
    full = dict(zip(map(int, one.day), one.close.tolist(), strict=True))
    # 178 and 179 of 360 days after 15 November 2023, then none
    assert full[number("2024-05-13")] == pytest.approx(80.0 + 6.0 * 178 / 360)
    assert full[number("2024-05-14")] == pytest.approx(80.0 + 6.0 * 179 / 360)
    assert full[number("2024-05-15")] == 80.0
    assert [a for a in one.actions if a.day <= one.day[-1]] == [
        Action(number("2024-05-15"), "coupon", 3.0),
        Action(number("2024-11-15"), "coupon", 3.0),
    ]
    # it lives on: nothing ends it inside its prices
    assert one.last == date(2025, 2, 14)


def test_a_default_ends_the_coupons_and_leaves_what_is_recovered() -> None:
    # no price on the day itself, and none after it
    given = f"{TERMS},default=2025-02-03,recovery=0.35,grade=high-yield,issuer=Ford Motor"
    found = with_given_bonds(market(bond_last="2025-01-31"), [given])
    one = found.series("FORD", "bond")
    assert one is not None
    assert one.actions[-1] == Action(number("2025-02-03"), "default", 35.0)
    assert all(action.day < number("2025-02-03") for action in one.actions[:-1])
    after = one.day >= number("2025-02-03")
    assert one.close[after].tolist() == [35.0] * int(after.sum())
    assert one.last == date(2025, 2, 14)
    assert found.words == (f"--bond-terms '{given}'",)


def test_a_bond_that_is_paid_back_has_its_last_coupon_on_that_day() -> None:
    one = with_given_bonds(market(), ["FORD:coupon=6,maturity=2024-11-15"]).series("FORD", "bond")
    assert one is not None
    assert one.actions[-2:] == (
        Action(number("2024-11-15"), "coupon", 3.0),
        Action(number("2024-11-15"), "redemption", 100.0),
    )
    assert one.close[-1] == 100.0


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("FORD", ParameterError, "is no bond: write SYMBOL:coupon"),
        ("FORD:coupon=6", ParameterError, "is no bond: write SYMBOL:coupon"),
        ("FORD:cupon=6,maturity=2030-05-15", ParameterError, "did you mean 'coupon'"),
        ("FORD:coupon,maturity=2030-05-15", ParameterError, "has no value"),
        ("FORD:coupon=six,maturity=2030-05-15", ParameterError, "coupon must be a number"),
        ("FORD:coupon=inf,maturity=2030-05-15", ParameterError, "coupon must be a number"),
        ("FORD:coupon=6,maturity=15.5.2030", ParameterError, "must be a date"),
        (f"{TERMS},grade=junk", ParameterError, "grade was 'junk'"),
        (f"{TERMS},recovery=0.4", ParameterError, "recovery needs a default"),
        (f"{TERMS},default=2031-01-02", ParameterError, "is paid back on 2030-05-15"),
        (f"{TERMS},default=2025-02-03,recovery=40", ParameterError, "recovery was 40"),
        (f"{TERMS},default=2024-01-02", BadData, "no price before 2024-01-02"),
        (f"{TERMS},default=2026-01-02", NotCovered, "sessions before its default"),
        ("FROD:coupon=6,maturity=2030-05-15", UnknownSymbol, "FORD"),
        ("F-6:coupon=6,maturity=2030-05-15", UnknownSymbol, "2030-05-15,prices=FILE$"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(
    text: str, error: type[MicrohedgeError], said: str
) -> None:
    with pytest.raises(error, match=said) as caught:
        with_given_bonds(market(), [text])
    assert "\n" not in str(caught.value)


def test_a_series_with_splits_is_no_bond() -> None:
    split = (Action(number("2024-06-03"), "split", 2.0),)
    one = series("FORD", "2024-05-01", "2025-02-14")
    with_split = Series("FORD", "raw", one.day, one.close, one.open, split, "a file", "0" * 64)
    with pytest.raises(BadData, match="no splits or dividends"):
        with_given_bonds(Market([with_split]), [TERMS])


def test_all_that_is_said_of_a_bond_is_read() -> None:
    given = given_bond(f"{TERMS},freq=4,issuer=Ford,grade=high-yield,default=2025-02-03")
    assert (given.bond.freq, given.bond.issuer, given.bond.grade) == (4, "Ford", "high-yield")
    assert (given.default, given.recovery) == (date(2025, 2, 3), 0.4)


def test_a_file_of_clean_prices_may_fall_as_no_share_may(tmp_path: Path) -> None:
    """From 80 to 40 in a day is no split, and 32nds are no whole cents."""
    path = tmp_path / "clean.csv"
    days = [str(to_date(int(d))) for d in sessions(number("2024-05-13"), number("2024-06-14"))]
    prices = [80.03125] * 12 + [40.015625] * (len(days) - 12)
    lines = [f"{when},{price}" for when, price in zip(days, prices, strict=True)]
    path.write_text("\n".join(["date,close", *lines]) + "\n")
    shares = Market([series("AAA", "2024-05-01", "2025-02-14")])
    one = with_given_bonds(shares, [f"{TERMS},prices={path}"]).series("FORD", "bond")
    assert one is not None
    assert one.close[2] == 80.03125
    assert one.last == date(2024, 6, 14)
    assert [name for name, _ in one.origin.files] == ["clean.csv"]
