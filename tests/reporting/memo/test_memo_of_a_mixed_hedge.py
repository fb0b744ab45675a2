"""A hedge of puts and of a short: the memo names both, and what each is for."""

from __future__ import annotations

from datetime import date

import pytest

import microhedge as mh
from microhedge.reporting.memo import section_designation
from microhedge.reporting.memo.facts import Facts, facts
from microhedge.reporting.memo.prospective import regression
from microhedge.reporting.memo.retrospective import legs, look_back
from microhedge.reporting.memo.section_offsets import retrospective


class Mixed(mh.Hedge):
    """Short a peer at once, and buy puts from the fifth session on."""

    peer: str = "MSFT"

    def on_session(self, now: mh.Session) -> None:
        if now.number == 0:
            fit = now.expect(now.regress(self.holding, on=self.peer, sessions=252))
            now.short(self.peer, value=fit.betas[self.peer] * now.value)
        if now.number >= 4:
            for rung in now.due("put", tenor=91, roll=mh.days_before(30), tranches=2):
                now.roll(rung, now.put(days=rung.days, moneyness=0.95))
        now.sleep_until(number=now.number + 1)


@pytest.fixture(scope="module")
def mixed() -> Facts:
    found = mh.compare(
        [Mixed(holding="AAPL")],
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=date(2008, 1, 2),
        end=date(2009, 12, 31),
    )
    return facts(found)


def cells(mixed: Facts) -> dict[str, str]:
    (block,) = section_designation.designation(mixed, False)
    return {row[0]: row[1] for row in block["rows"]}


def test_no_ratio_begins_with_the_mark_between_two(mixed: Facts) -> None:
    ratio = cells(mixed)["Ratio actually used"]
    # no put is among the first trades: there is the cover of later, and then the short
    assert ratio.startswith("of the cover wanted, ")
    assert "; ;" not in ratio
    assert " of MSFT for each 1 of the item at the designation" in ratio


def test_the_risk_is_what_the_puts_cover_and_what_the_short_does(mixed: Facts) -> None:
    found = cells(mixed)
    assert found["Hedged risk"] == (
        "falls of the price of AAPL below the strikes (one-sided); by the rest all changes that "
        "come with those of MSFT (two-sided)"
    )
    assert "what moves AAPL and not MSFT" in found["Sources of ineffectiveness"]
    assert "time value, kept apart as a cost of hedging" in found["Sources of ineffectiveness"]


def test_what_came_in_falling_months_is_said_to_be_of_options_and_short(mixed: Facts) -> None:
    table = mixed.result.equity
    after = table[table.index > mixed.result.trades["date"].iloc[0]].resample("ME").sum()
    fell = after[after["profit/holding"] < 0.0]
    made = {
        name: fell[[column for column in fell if str(column).startswith(f"profit/hedge/{name}")]]
        for name in ("put", "MSFT")
    }
    puts, short = (float(one.sum().sum()) for one in made.values())
    assert puts > 0.0
    assert abs(short) > 100.0
    block = retrospective(mixed, regression(mixed), look_back(mixed), legs(mixed))[-1]
    row = next(row for row in block["rows"] if row[0] == "Offset in the months of falls")
    sign = "+" if puts + short > 0.0 else "−"
    assert row[2].endswith(f", options and short {sign}{abs(puts + short):,.0f}")
    assert row[2].startswith(f"{len(fell)} months")
