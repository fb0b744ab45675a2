"""Did it do its job: points that add up to the statistics, a sale's own line, and every gap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from labels import boxes, clashes, clipped
from matplotlib.text import Text
from tapes import arrange, day, lay, play, sessions

import microhedge as mh
from microhedge.analysis.by_move import Move
from microhedge.declaration import build as declared
from microhedge.floors import floors
from microhedge.hedge import Session
from microhedge.loading import load
from microhedge.reporting import charts_protection, page_protection, reading_protection
from microhedge.reporting import findings_protection as told
from microhedge.reporting.inputs import Subject
from microhedge.reporting.inputs_protection import Floors, Miss, Protection, Put, Tests
from microhedge.reporting.model import model
from microhedge.reporting.reading import read
from microhedge.reporting.render import render
from microhedge.tape import Action

Build = Callable[..., Subject]
STAMP = date(2012, 7, 2)


def compared(*hedges: tuple[str, dict[str, Any]], **options: Any) -> mh.Comparison:
    return mh.compare(
        [declared(load(name), {"holding": "AAPL", **own}) for name, own in hedges],
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        **{"start": date(2008, 1, 2), "end": date(2010, 12, 31), **options},
    )


@pytest.fixture(scope="module")
def found() -> mh.Comparison:
    return compared(("protective-put", {}), ("index-short", {}))


@pytest.fixture(scope="module")
def subject(found: mh.Comparison) -> Subject:
    return read(found)


def job(subject: Subject) -> Protection:
    assert subject.protection is not None
    return subject.protection


def body(subject: Subject) -> tuple[dict[str, Any], ...]:
    (page,) = page_protection.pages(subject)
    return page.body


def named(subject: Subject, name: str) -> dict[str, Any]:
    return next(block for block in body(subject) if block.get("name", "").startswith(name))


def table_of_tests(subject: Subject) -> dict[str, Any]:
    return next(block for block in body(subject) if "Usual bar" in block.get("head", ()))


# ---- what the numbers are ---------------------------------------------------------------------


def test_the_points_add_up_to_what_the_statistics_say(subject: Subject) -> None:
    # losses borne and gains kept are sums over these very periods
    periods = job(subject).periods
    put, sale = subject.hedges[0], subject.yardstick("sell-once", subject.hedges[0])
    assert sale is not None
    for run in (put, sale):
        for name, inside in (
            ("losses_borne", periods.alone < 0),
            ("gains_kept", periods.alone > 0),
        ):
            own = periods.returns[run.name][inside].sum() / periods.alone[inside].sum()
            assert run.stat(name) == pytest.approx(own)
    whole = periods.whole
    counts = [one.count for one in periods.moves]
    assert sum(counts) == whole.count == len(periods.alone)
    for number in range(len(periods.names)):
        total = sum(one.count * (one.hedged[number] or 0.0) for one in periods.moves)
        assert whole.hedged[number] == pytest.approx(total / whole.count)


def test_a_part_sold_once_offsets_that_part_and_explains_all(subject: Subject) -> None:
    # in money it loses what was sold of each move, but for interest on the proceeds
    sale = subject.yardstick("sell-once", subject.hedges[0])
    assert sale is not None
    assert sale.sold is not None
    tests = job(subject).tests[sale.name]
    assert tests.slope == pytest.approx(-sale.sold, abs=2e-3)
    assert tests.r_squared == pytest.approx(1.0, abs=1e-4)
    assert tests.offset == pytest.approx(sale.sold, abs=0.02)
    assert tests.expected == pytest.approx(0.0, abs=0.01)


def test_what_is_removed_by_period_is_of_the_same_points(subject: Subject) -> None:
    periods, tests = job(subject).periods, job(subject).tests[subject.hedges[0].name]
    hedged = periods.returns[subject.hedges[0].name]
    assert tests.variance == pytest.approx(1.0 - np.var(hedged) / np.var(periods.alone))
    alone, own = subject.unhedged.returns[1:], subject.hedges[0].returns[1:]
    lost = [np.sum(np.minimum(series, 0.0) ** 2) for series in (own, alone)]
    assert tests.semivariance == pytest.approx(1.0 - lost[0] / lost[1])
    tail = [run.stat("tail_loss") for run in (subject.hedges[0], subject.unhedged)]
    assert tests.tail == pytest.approx(1.0 - float(tail[0] or 0.0) / float(tail[1] or 0.0))


def test_a_linear_hedge_is_tested_by_month(found: mh.Comparison, subject: Subject) -> None:
    tests = job(subject).tests["index-short"]
    assert not tests.rolls
    assert tests.count == 35  # from the last session of January 2008 to that of December 2010
    details = found.with_details().details
    assert details is not None
    assert tests.slope == details["index-short"].line.slope
    assert tests.inside == details["index-short"].offset.by_period.inside


def test_the_floors_are_those_of_the_details(found: mh.Comparison, subject: Subject) -> None:
    result = found.hedges[0].result
    assert result is not None
    own, mine = floors(result), job(subject).floors["protective-put"]
    assert [put.delivered for put in mine.puts] == [one.delivered for one in own]
    assert len(mine.tested) == sum(one.tested for one in own) > 0
    assert mine.worst is None
    assert "index-short" not in job(subject).floors


def test_puts_that_expire_one_after_the_other_lie_on_the_line_of_their_payoff() -> None:
    hedge = {"tranches": 1, "tenor": 91, "moneyness": 0.95, "roll": "hold-to-expiry"}
    subject = read(compared(("protective-put", hedge), start=date(2005, 1, 3)))
    periods = job(subject).periods
    payoff = periods.payoff
    assert payoff is not None
    assert payoff.floor == pytest.approx(0.945, abs=0.01)  # listed strikes at or below 0.95
    # without dividends (Apple paid none) the sleeve is worth max(S, K) for S + P at the start;
    # strikes and premiums that differ from the mean, and costs, are what is left
    line = np.maximum(1.0 + periods.alone, payoff.floor) / (1.0 + payoff.premium) - 1.0
    gap = periods.returns["protective-put"] - line
    assert len(gap) > 20
    assert float(np.median(np.abs(gap))) < 0.015
    assert float(np.abs(gap).max()) < 0.06
    block = named(subject, "payoffs")
    assert "for the mean premium of" in block["note"]


def test_a_ladder_has_no_line_and_says_so(subject: Subject) -> None:
    assert job(subject).periods.payoff is None
    assert "No payoff line is drawn" in named(subject, "payoffs")["note"]


def test_a_saved_comparison_has_the_same_page(found: mh.Comparison, tmp_path: Path) -> None:
    again = read(mh.load_comparison(found.save(tmp_path / "run.mhr")))
    old, new = job(read(found)), job(again)
    assert new.tests == old.tests
    assert new.floors == old.floors
    assert new.periods.moves == old.periods.moves
    assert [one.tolist() for one in new.periods.returns.values()] == [
        one.tolist() for one in old.periods.returns.values()
    ]


def test_returns_of_the_account_are_called_so() -> None:
    subject = read(compared(("protective-put", {}), returns="account", end=date(2009, 12, 31)))
    assert job(subject).periods.payoff is None
    assert "Return of the account (across)" in named(subject, "payoffs")["sub"]
    assert named(subject, "payoffs")["finding"].startswith("The account fell in")
    assert named(subject, "payoffs")["note"] == ""
    assert "what the account did" in body(subject)[1]["sub"]


# ---- floors that did not hold -----------------------------------------------------------------


def once(now: Session) -> None:
    """A put 10 % out of the money, held to its expiry on 2024-02-16."""
    if not now.fills("put"):
        now.roll("put", now.put(days=45, moneyness=0.9))


def test_the_worst_miss_is_dated_and_explained() -> None:
    axis = sessions("2024-01-02", 35)
    late = axis.index(day("2024-02-01"))
    closes = [100.0 if k < late else 70.0 for k in range(35)]
    result = play(once, arrange(lay({"AAA": closes}, actions={"AAA": ()}), sigma=0.3))
    assert reading_protection._floors(result, ()).worst is None
    # the same put, had 300 of the 2,000 for each contract not come
    rolls = {name: column.copy() for name, column in result.tables["rolls"].items()}
    rolls["received"] -= 3.0 * rolls["contracts"] * 100.0
    short = replace(result, tables={**result.tables, "rolls": rolls})
    ended = int(result.day[rolls["closed"][0]])
    miss = reading_protection._floors(short, ()).worst
    assert miss is not None
    assert miss.missing == pytest.approx(0.03)  # 3 of 100 a share
    assert (miss.day, miss.why) == (ended, "it paid less than its strike promised")
    special = (Action(axis[late], "special", 3.0),)
    miss = reading_protection._floors(short, special).worst
    assert miss is not None
    assert miss.why == "a special dividend was paid while it was held"
    rolls["end"] = np.array(["sold"])
    miss = reading_protection._floors(short, ()).worst
    assert miss is not None
    assert miss.why == "it was sold for less than its exercise would have paid"


def missed(count: int = 1) -> Floors:
    put = Put(19000, -0.15, -0.15, -0.30, tested=True, held=True, through=False)
    bad = replace(put, delivered=-0.20, held=False, day=19090)
    return Floors((put, *(bad,) * count), None, Miss(19090, 0.05, "it was sold"))


def test_a_floor_that_was_missed_has_a_mark_of_its_own(sample: Subject) -> None:
    broken = replace(job(sample), floors={"protective-put": missed()})
    block = named(replace(sample, protection=broken), "floors")
    texts = [one.get_text() for one in block["figures"][0].findobj(Text)]
    assert "Delivered less than promised" in texts
    assert block["note"] == "Worst miss: −5.0 points, ended 8 Apr 2022; it was sold."
    kept = [one.get_text() for one in named(sample, "floors")["figures"][0].findobj(Text)]
    assert "Delivered" in kept
    assert "Delivered less than promised" not in kept


# ---- whatever is missing ----------------------------------------------------------------------


def test_few_periods_leave_dashes_and_a_notice() -> None:
    subject = read(compared(("protective-put", {}), start=date(2008, 1, 2), end=date(2008, 6, 30)))
    tests = job(subject).tests["protective-put"]
    assert 0 < tests.count < 8
    notices = [block for block in body(subject) if block["kind"] == "notice"]
    assert notices[0]["title"] == "Not shown: tests by period of the protective put"
    assert "the tests need 8" in notices[0]["text"]
    rows = {row[0]: row[1:] for row in table_of_tests(subject)["rows"] if len(row) > 1}
    for name in ("Variance removed, by period", "Dollar offset, falling periods",
                 "Periods inside 80% to 125%", "R² of hedge result on holding",
                 "Slope of that line"):  # fmt: skip
        assert rows[name][0] == "–", name
    assert rows["Semivariance removed, daily"][0] != "–"
    assert "No hedge can be held against" in table_of_tests(subject)["finding"]
    assert render(model(subject), timestamp=STAMP)


def test_no_period_at_all_is_a_notice_and_dashes(build: Build) -> None:
    short = build(count=60, rolls=1)
    blocks = body(short)
    assert blocks[0]["title"] == "Not shown: returns by period"
    assert all(row[1:] == ["0", *["–"] * 5] for row in blocks[1]["rows"])
    assert blocks[1]["finding"] == "No period was completed."
    assert render(model(short), timestamp=STAMP)


def test_a_range_without_a_period_is_shown_with_0_and_dashes(sample: Subject) -> None:
    periods = job(sample).periods
    none = Move(0, None, (None,) * len(periods.names))
    moves = (none, *periods.moves[1:])
    found = replace(sample, protection=replace(job(sample), periods=replace(periods, moves=moves)))
    assert body(found)[1]["rows"][0] == ["fell more than 10%", "0", *["–"] * 5]


def test_a_hedge_that_never_traded_is_left_out() -> None:
    # a holding of 50 shares cannot have one contract
    comparison = mh.compare(
        [declared(load(name), {"holding": "AAPL"}) for name in ("protective-put", "index-short")],
        mh.data.bundled(),
        mh.Portfolio(shares=50),
        start=date(2009, 1, 2),
        end=date(2010, 12, 31),
    )
    subject = read(comparison)
    assert subject.hedges[0].never_traded is not None
    assert job(subject).periods.of == "index-short"
    assert next(iter(job(subject).tests)) == "index-short"
    assert "protective put" not in named(subject, "payoffs")["alt"]
    alone = read(
        replace(comparison, runs=tuple(r for r in comparison.runs if r.name != "index-short"))
    )
    assert alone.protection is None
    assert page_protection.pages(alone) == ()


def test_a_hedge_without_puts_has_no_floors_and_a_spread_says_why() -> None:
    linear = read(compared(("index-short", {})))
    assert all(not block.get("name", "").startswith("floors") for block in body(linear))
    assert all(block["kind"] != "notice" for block in body(linear))
    assert named(linear, "payoffs")["note"] == ""
    spread = read(compared(("put-spread", {})))
    notices = [block["title"] for block in body(spread) if block["kind"] == "notice"]
    assert notices == ["Not shown: floors of the put spread"]


def test_several_hedges_with_puts_are_counted_in_a_table() -> None:
    subject = read(compared(("collar", {}), ("put-spread", {}), ("protective-put", {})))
    last = body(subject)[-1]
    assert [row[0] for row in last["rows"]] == ["Collar", "Put spread", "Protective put"]
    assert last["rows"][1][1:4] == ["0", "0", "0"]
    assert last["finding"] == "Every floor that was tested held."
    assert named(subject, "floors-collar")["note"] == ""
    assert render(model(subject), timestamp=STAMP)


def test_of_many_puts_the_tested_are_drawn_and_of_many_of_these_the_deepest() -> None:
    calm = Put(15000, -0.1, 0.1, 0.12, tested=False, held=True, through=False)
    hit = replace(calm, delivered=-0.1, unhedged=-0.3, tested=True)
    many = Floors((*(replace(calm, day=15000 + k) for k in range(80)), hit, hit), None, None)
    found = replace_floors(many)
    assert found["sub"].endswith("Drawn: those that were tested.")
    assert len(found["figures"][0].axes[0].collections[1].get_segments()) == 2
    deep = tuple(replace(hit, day=15000 + k, unhedged=-0.2 - k / 1000) for k in range(100))
    found = replace_floors(Floors(deep, None, None))
    assert found["sub"].endswith("Drawn: the 66 of the deepest falls.")
    assert len(found["figures"][0].axes[0].collections[1].get_segments()) == 66


def replace_floors(own: Floors) -> dict[str, Any]:
    from .sample import subject as made

    sample = made(count=2600)
    return named(
        replace(sample, protection=replace(job(sample), floors={"protective-put": own})), "floors"
    )


@pytest.mark.parametrize("count", [1, 30, 400])
@pytest.mark.parametrize("scale", [0.001, 0.1, 3.0])
def test_no_two_texts_of_a_chart_overlap(sample: Subject, count: int, scale: float) -> None:
    rng = np.random.default_rng(count)
    periods = job(sample).periods
    alone = rng.normal(size=count) * scale
    returns = {name: alone * 0.6 + 0.2 * scale * rng.normal(size=count) for name in periods.names}
    changed = replace(periods, alone=alone, returns=returns)
    floors_of = {"protective-put": missed(3)}
    found = replace(sample, protection=replace(job(sample), periods=changed, floors=floors_of))
    for name in ("payoffs", "floors"):
        (figure,) = named(found, name)["figures"]
        assert len(boxes(figure)) > 8
        assert clashes(figure) + clipped(figure) == []


@pytest.mark.parametrize("width", [107.0, 158.0, 230.0])
@pytest.mark.parametrize(("low", "high"), [(-0.42, 0.40), (-0.31, 0.30), (-0.004, 0.003)])
def test_an_axis_of_moves_has_a_label_on_both_sides(low: float, high: float, width: float) -> None:
    at = charts_protection._roomy(low, high, width)
    assert min(at) < 0.0 < max(at)


# ---- what the sentences say -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("borne", "kept", "bounds", "text"),
    [
        (0.71, 0.77, ((0.61, 0.83), None),
         "The put bore 71% (95% interval 61% to 83%) of the losses and kept 77% of the gains over "
         "44 completed roll periods."),
        (0.71, None, (None, None),
         "The put bore 71% of the losses over 44 completed roll periods."),
        (None, None, (None, None), "The put completed no period in which the holding moved."),
    ],
)  # fmt: skip
def test_the_lead_has_the_intervals_that_exist(
    borne: float | None, kept: float | None, bounds: Any, text: str
) -> None:
    span = told.completed(44, rolls=True)
    assert told.share_of_losses("Put", borne, kept, bounds, span) == text
    assert told.completed(1, rolls=False) == "1 complete month"
    assert told.periods(2, rolls=False) == "2 months"


@pytest.mark.parametrize(
    ("hedges", "falls", "rises", "text"),
    [
        ([("Put", 8, 0), ("Short", 5, 9)], 12, 35,
         "X fell in 12 periods and rose in 35: the put stood above keeping all in 8 and none, "
         "the short in 5 and 9 of them."),
        ([("Put", 1, 0)], 1, 2, "X fell in 1 period and rose in 2: the put stood above keeping all "
                                "in 1 and none of them."),
        ([("Put", 3, 0)], 3, 0, "X fell in all 3 periods: the put stood above keeping all in 3 of "
                                "them."),
        ([("Put", 0, 0)], 0, 2, "X rose in all 2 periods: the put stood above keeping all in none "
                                "of them."),
        ([("Put", 0, 0)], 0, 0, "X moved in none of the periods."),
    ],
)  # fmt: skip
def test_points_above_the_line_are_counted(
    hedges: list[tuple[str, int, int]], falls: int, rises: int, text: str
) -> None:
    assert told.above_the_line(hedges, falls, rises, "X") == text


def moves(*leads: float | None) -> tuple[Move, ...]:
    return tuple(
        Move(0, None, (None,)) if lead is None else Move(4, 0.01, (0.01 + lead,)) for lead in leads
    )


@pytest.mark.parametrize(
    ("leads", "text"),
    [
        ((0.056, 0.006, -0.03, -0.02, -0.04),
         "only where X fell more than 10% (+5.6 points in 4) or fell 5 to 10% (+0.6 points in 4)."),
        ((0.02, None, -0.03, -0.02, None), "only where X fell more than 10% (+2.0 points in 4)."),
        ((-0.02, -0.02, -0.02, 0.0004, -0.02), "ahead of keeping all on average after no size of"),
        ((0.02, None, 0.02, 0.02, 0.02), "ahead of keeping all on average after every move."),
        ((None,) * 5, "No period was completed."),
    ],
)  # fmt: skip
def test_it_is_said_after_which_moves_the_hedge_was_ahead(
    leads: tuple[float | None, ...], text: str
) -> None:
    assert text in told.where_ahead("Put", moves(*leads), "X")


GOOD = Tests(20, True, 0.5, 0.5, 0.6, 1.0, 20, 20, 0.3, 0.9, -1.0, (-1.1, -0.9))


def test_a_bar_on_its_edge_is_met() -> None:
    assert told.bars_met(GOOD) == 4
    edges = replace(GOOD, offset=0.80, r_squared=0.80, slope=-1.25)
    assert told.bars_met(edges) == 4
    beyond = replace(GOOD, offset=1.26, inside=19, r_squared=0.799, slope=-0.79)
    assert told.bars_met(beyond) == 0
    assert told.bars_met(Tests(3, True, None, None)) == 0


@pytest.mark.parametrize(
    ("tests", "text"),
    [
        ([("Put", GOOD)], "The put meets 4 of the four customary bars."),
        ([("Put", replace(GOOD, offset=0.1, inside=0, r_squared=0.1, slope=-0.1))],
         "The put meets none of the four customary bars."),
        ([("Put", GOOD), ("Short", replace(GOOD, offset=0.1))],
         "The put meets 4 of the four customary bars and the short 3."),
        ([("Put", replace(GOOD, offset=0.1, inside=0, r_squared=0.1, slope=-0.1))] * 2,
         "None of these hedges meets any of the four customary bars."),
        ([("Put", Tests(3, True, 0.5, 0.5))], "No hedge can be held against the customary bars on "
                                              "this window."),
    ],
)  # fmt: skip
def test_the_bars_that_each_hedge_met_are_counted(
    tests: list[tuple[str, Tests]], text: str
) -> None:
    assert told.customary(tests) == text


def test_floors_are_told_tested_held_missed_or_untested() -> None:
    found = missed()
    assert told.floors_held(found, "Put") == (
        "The shares fell below the floor of 2 of 2 completed puts; it held 1 time: at worst "
        "−30.0% became −15.0%."
    )
    kept = Floors(found.puts[:1], "SPX", None)
    assert told.floors_held(kept, "Index put").startswith(
        "SPX fell below the floor of the one completed put; it held every time"
    )
    assert "it never held" in told.floors_held(Floors(found.puts[1:], None, found.worst), "Put")
    calm = Floors((replace(found.puts[0], tested=False),) * 3, None, None)
    assert told.floors_held(calm, "Put") == (
        "In none of 3 completed puts of the put did the shares fall below the floor."
    )
    assert told.worst_miss(calm) == "No put missed its floor."
    assert told.who_held([("Put", calm)]) == "No floor was tested."
    assert told.who_held([("Put", kept), ("Collar", calm)]) == "Every floor that was tested held."
    assert told.who_held([("Put", found), ("Collar", calm)]) == (
        "Not every floor held: the put missed one or more."
    )
