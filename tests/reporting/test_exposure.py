"""How exposed the holding stayed: the appendix of greeks, its sentences and its hard cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from labels import boxes, clashes, clipped

import microhedge as mh
from microhedge.declaration import build as declared
from microhedge.loading import load
from microhedge.reporting import findings_exposure as told
from microhedge.reporting import page_exposure, reading_exposure
from microhedge.reporting.exhibits import final
from microhedge.reporting.inputs import Subject
from microhedge.reporting.inputs_exposure import Exposures, Held, Range, Slopes
from microhedge.reporting.model import model
from microhedge.reporting.reading import read
from microhedge.reporting.render import render
from microhedge.sources import with_bonds

STAMP = date(2012, 7, 2)


def compared(*hedges: tuple[str, dict[str, Any]], **options: Any) -> mh.Comparison:
    return mh.compare(
        [declared(load(name), {"holding": "AAPL", **own}) for name, own in hedges],
        with_bonds(mh.data.bundled()),
        mh.Portfolio(shares=options.pop("shares", 1000)),
        **{"start": date(2008, 1, 2), "end": date(2010, 6, 30), **options},
    )


@pytest.fixture(scope="module")
def found() -> mh.Comparison:
    return compared(("protective-put", {}), ("index-short", {}), ("future-short", {}))


@pytest.fixture(scope="module")
def subject(found: mh.Comparison) -> Subject:
    return read(found)


def exposed(subject: Subject) -> Exposures:
    assert subject.exposures is not None
    return subject.exposures


def body(subject: Subject) -> tuple[dict[str, Any], ...]:
    (page,) = page_exposure.pages(subject)
    return page.body


def named(subject: Subject, name: str) -> dict[str, Any]:
    return next(block for block in body(subject) if block.get("name") == name)


def rows_of(subject: Subject) -> list[list[str]]:
    rows: list[list[str]] = body(subject)[-1]["rows"]
    return rows


# ---- what the numbers are ---------------------------------------------------------------------


def test_a_put_keeps_a_part_of_each_move_gains_by_volatility_and_loses_by_time(
    subject: Subject,
) -> None:
    found = exposed(subject)
    ladder = found.options["protective-put"]
    assert found.step == 1
    assert len(found.days) == len(subject.days)
    paths, ranges = ladder.paths, ladder.ranges
    assert 0.0 < ranges["delta"].least < ranges["delta"].mean < ranges["delta"].most < 1.0
    assert ranges["gamma"].mean > 0.0
    assert ranges["vega"].mean > 0.0
    assert ranges["theta"].mean < 0.0
    assert paths["delta"][0] == 1.0  # nothing is traded before the second close
    traded = paths["delta"][1:]
    assert ladder.little == np.mean(1.0 - traded < 0.10)
    assert ranges["delta"].end == traded[-1]


def test_the_money_at_the_end_is_of_the_holding_then(
    found: mh.Comparison, subject: Subject
) -> None:
    result = found.hedges[0].result
    assert result is not None
    value = result.curves["holding"][-1]
    ranges = exposed(subject).options["protective-put"].ranges
    assert ranges["delta"].money == pytest.approx(0.01 * value * (ranges["delta"].end or 0.0))
    assert ranges["theta"].money == pytest.approx(value * (ranges["theta"].end or 0.0))
    cells = {row[1]: row[-1] for row in rows_of(subject)}
    assert cells["Theta, bp a day"].endswith(" a day")
    assert cells["Net delta, of the holding"].endswith(" a 1% move")


def test_a_future_on_the_holding_stands_for_all_of_it_and_is_drawn(subject: Subject) -> None:
    future = exposed(subject).linear["future-short"]
    assert not future.long
    assert future.range.mean == pytest.approx(1.0, abs=0.05)
    block = named(subject, "held")
    assert block["finding"].startswith("The future short stood for")
    # the ratios of the index short are drawn with its correlation, and only tabled here
    assert "index short" not in block["alt"]
    assert body(subject)[-1]["note"] == (
        "The ratios that the index short set out for are drawn with the correlation."
    )


class Both(mh.Hedge):
    """Own puts, and be short half as much of a peer."""

    peer: str = "MSFT"

    def on_session(self, now: mh.Session) -> None:
        for rung in now.due("put", tenor=182, roll=mh.days_before(30), tranches=3):
            now.roll(rung, now.put(days=rung.days, moneyness=0.9))
        if not now.fills(self.peer):
            now.short(self.peer, value=0.5 * now.value)


def test_the_delta_of_a_put_with_a_short_of_a_peer_is_that_of_the_put(subject: Subject) -> None:
    mixed = read(
        mh.compare(
            [Both(holding="AAPL")],
            mh.data.bundled(),
            mh.Portfolio(shares=1000),
            start=date(2008, 1, 2),
            end=date(2010, 6, 30),
        )
    )
    (name,) = exposed(mixed).options
    one, put = exposed(mixed).options[name], exposed(subject).options["protective-put"]
    # the same ladder of puts is bought, and Microsoft's shares have no delta on Apple's
    assert one.ranges["delta"] == put.ranges["delta"]
    assert one.what == ("MSFT",)
    assert one.apart is not None
    block = named(mixed, "greeks")
    assert block["finding"].startswith("By the model the options of the both offset ")
    assert "The delta leaves MSFT out, traded by the both as well" in block["note"]
    row = next(row for row in rows_of(mixed) if row[1].startswith("Short MSFT"))
    assert row[1] == "Short MSFT per 1 held, not in the delta"
    assert 0.3 < float(row[2]) < 1.0


def test_bonds_that_were_bought_are_long() -> None:
    subject = read(compared(("treasury-long", {}), end=date(2009, 6, 30)))
    bonds = exposed(subject).linear["treasury-long"]
    assert bonds.long
    assert bonds.range.mean > 0.0
    assert rows_of(subject)[0][1] == "Long per 1 held"
    assert all(block.get("name") != "greeks" for block in body(subject))


def test_every_hedge_is_in_the_table_and_the_first_three_are_drawn(subject: Subject) -> None:
    slopes = exposed(subject).options["protective-put"]
    runs = [
        replace(subject.hedges[0], name=f"put-{k}", label=f"Protective put {k}") for k in range(4)
    ]
    shown = replace(
        subject,
        runs=(subject.unhedged, *runs),
        exposures=Exposures(subject.days, 1, {run.name: slopes for run in runs}, {}),
    )
    labels = [row[0] for row in rows_of(shown) if row[0]]
    assert labels == [run.label for run in runs]
    (figure,) = named(shown, "greeks")["figures"]
    assert len(figure.axes) == 12


def test_the_document_has_the_page_between_the_ledger_and_the_data(subject: Subject) -> None:
    document = model(subject)
    assert [page["label"] for page in document["pages"]][-3:] == ["ledger", "exposure", "data"]
    assert render(document, timestamp=STAMP)


def test_a_long_window_is_looked_at_in_steps_with_its_last_close() -> None:
    comparison = compared(("protective-put", {}), start=date(2006, 1, 3), end=date(2010, 12, 31))
    subject = read(comparison)
    found = exposed(subject)
    assert found.step == 2
    assert found.days[:-1].tolist() == subject.days[::2].tolist()[: len(found.days) - 1]
    assert found.days[-1] == subject.days[-1]
    assert "at one close in 2 and the last" in named(subject, "greeks")["sub"]


def test_a_saved_comparison_has_the_same_numbers(found: mh.Comparison, tmp_path: Path) -> None:
    again = read(mh.load_comparison(found.save(tmp_path / "run.mhr")))
    old, new = exposed(read(found)), exposed(again)
    for name, slopes in old.options.items():
        assert new.options[name].ranges == slopes.ranges
        assert new.options[name].little == slopes.little
        for key, path in slopes.paths.items():
            assert new.options[name].paths[key].tolist() == path.tolist()
    assert {n: h.range for n, h in new.linear.items()} == {
        n: h.range for n, h in old.linear.items()
    }


def test_options_on_an_index_are_said_to_be_so() -> None:
    subject = read(compared(("index-put", {}), end=date(2009, 6, 30)))
    assert exposed(subject).options["index-put"].on == "SPX"
    block = named(subject, "greeks")
    assert "small moves of SPX" in block["finding"]
    assert "the holding's beta is left out" in block["note"]


# ---- whatever is missing ----------------------------------------------------------------------


def test_a_hedge_that_never_traded_has_no_exposure_and_no_page() -> None:
    # a holding of 50 shares cannot have one contract
    both = compared(("protective-put", {}), ("index-short", {}), shares=50, end=date(2008, 12, 31))
    subject = read(both)
    assert list(exposed(subject).options) == []
    assert list(exposed(subject).linear) == ["index-short"]
    alone = read(replace(both, runs=tuple(r for r in both.runs if r.name != "index-short")))
    assert alone.exposures is None
    assert page_exposure.pages(alone) == ()


def test_a_holding_that_is_gone_leaves_dashes(found: mh.Comparison) -> None:
    run = found.hedges[0]
    assert run.result is not None

    def with_value(path: np.ndarray) -> mh.Comparison:
        assert run.result is not None
        curves = {**run.result.curves, "value/holding": path, "holding": path}
        gone = replace(run, result=replace(run.result, curves=curves))
        return replace(found, runs=(found.runs[0], gone))

    value = run.result.curves["value/holding"].copy()
    value[-100:] = 0.0
    exposures = reading_exposure.exposures_of(with_value(value))
    assert exposures is not None
    ladder = exposures.options["protective-put"]
    assert ladder.ranges["delta"].end is None
    assert np.isfinite(ladder.ranges["delta"].mean)
    shown = replace(read(found), exposures=exposures)
    assert [row[-2:] for row in rows_of(shown)] == [["–", "–"]] * 4
    assert "nan" not in str(body(shown)[-1]).lower()
    assert "–" in named(shown, "greeks")["alt"]
    # gone at once: there is nothing to measure
    assert reading_exposure.exposures_of(with_value(np.zeros(len(value)))) is None


def test_an_option_that_moves_nothing_is_drawn(subject: Subject) -> None:
    flat = np.ones(len(subject.days))
    none = np.zeros(len(subject.days))
    still = Range(1.0, 1.0, 1.0, 1.0, 0.0)
    zero = Range(0.0, 0.0, 0.0, 0.0, 0.0)
    slopes = Slopes(
        {"delta": flat, "gamma": none, "vega": none, "theta": none},
        {"delta": still, "gamma": zero, "vega": zero, "theta": zero},
        1.0,
        None,
    )
    shown = replace(subject, exposures=Exposures(subject.days, 1, {"protective-put": slopes}, {}))
    assert "offset nothing of small moves" in named(shown, "greeks")["finding"]
    assert "−0" not in str(rows_of(shown))
    (page,) = page_exposure.pages(shown)
    assert "<svg" in str(final(page))


def test_a_spike_is_cut_off_and_said_to_be(subject: Subject) -> None:
    found = exposed(subject)
    slopes = found.options["protective-put"]
    spiked = slopes.paths["theta"].copy()
    spiked[100] = -1.0
    paths = {**slopes.paths, "theta": spiked}
    changed = replace(found, options={"protective-put": replace(slopes, paths=paths)})
    note = named(replace(subject, exposures=changed), "greeks")["note"]
    assert note.endswith("Cut off, as spikes go beyond the axis: Theta, bp a day.")
    assert "Cut off" not in named(subject, "greeks")["note"]


@pytest.mark.parametrize(("count", "sessions"), [(1, 30), (1, 600), (3, 30), (3, 600)])
@pytest.mark.parametrize("scale", [1e-4, 30.0])
def test_no_two_texts_of_a_chart_overlap(
    subject: Subject, count: int, scale: float, sessions: int
) -> None:
    rng = np.random.default_rng(count)
    days = subject.days[:sessions]
    paths = {
        name: factor * scale * rng.normal(size=sessions)
        for name, factor in (("delta", 1.0), ("gamma", 0.02), ("vega", 1e-3), ("theta", -1e-4))
    }
    ranges = {
        name: Range(float(p.mean()), float(p.min()), float(p.max()), float(p[-1]), 1.0)
        for name, p in paths.items()
    }
    runs = [
        replace(subject.hedges[0], name=f"put-{k}", label=f"Protective put {k}")
        for k in range(count)
    ]
    options = {run.name: Slopes(paths, ranges, 0.2, None) for run in runs}
    path = scale * rng.normal(size=sessions)
    line = Held(path, Range(0.0, -1.0, 1.0, 0.5, 1.0), long=False)
    held = [replace(run, name=f"future-{k}", label=f"Future {k}") for k, run in enumerate(runs)]
    shown = replace(
        subject,
        days=days,
        runs=(subject.unhedged, *runs, *held),
        correlations={},
        exposures=Exposures(days, 1, options, {run.name: line for run in held}),
    )
    for name in ("greeks", "held"):
        (figure,) = named(shown, name)["figures"]
        assert len(boxes(figure)) >= 4
        assert clashes(figure) + clipped(figure) == []


# ---- what the sentences say -------------------------------------------------------------------


def delta(mean: float, least: float, most: float) -> Range:
    return Range(mean, least, most, mean, 1.0)


@pytest.mark.parametrize(
    ("range_", "text"),
    [
        (delta(0.67, 0.02, 1.0),
         "By the model the put offset 33% of small moves of X on average, from 0% to 98%."),
        (delta(0.60, 0.58, 0.62), "By the model the put offset about 40% of small moves of X "
                                  "throughout."),
        (delta(1.0, 1.0, 1.0), "By the model the put offset nothing of small moves of X."),
        (delta(1.30, 1.29, 1.31), "By the model the put added about 30% to small moves of X "
                                  "throughout."),
        (delta(1.30, 1.00, 1.50),
         "By the model the put added 30% to small moves of X on average, and between 0% and 50%."),
        # no more than noise on average, but not at the extremes
        (delta(1.001, 0.80, 1.2),
         "By the model the put offset 0% of small moves of X on average, from −20% to 20%."),
    ],
)  # fmt: skip
def test_the_part_that_was_offset_is_said_with_its_extremes(range_: Range, text: str) -> None:
    assert told.offset("Put", range_, "X", None) == text
    assert told.offset("Put", range_, "X", "SPX") == text.replace(" X", " SPX")


def slopes(little: float) -> Slopes:
    return Slopes({}, {}, little, None)


@pytest.mark.parametrize(
    ("hedges", "text"),
    [
        ([("Put", 0.41)], "Less than 10% of small moves was offset at 41% of closes by the put."),
        ([("Put", 0.41), ("Collar", 0.0)],
         "Less than 10% of small moves was offset at 41% of closes by the put."),
        ([("Put", 0.41), ("Collar", 0.001)],
         "Less than 10% of small moves was offset at 41% of closes by the put and at under 1% of "
         "closes by the collar."),
        ([("Put", 0.999)],
         "Less than 10% of small moves was offset at over 99% of closes by the put."),
        ([("Put", 0.0)], "The put offset 10% of small moves or more at every close."),
        ([("Put", 0.0), ("Collar", 0.0)],
         "The put and the collar offset 10% of small moves or more at every close."),
        ([("Put", 1.0)], "The put offset less than 10% of small moves at every close."),
    ],
)  # fmt: skip
def test_closes_with_little_offset_are_counted(hedges: list[tuple[str, float]], text: str) -> None:
    assert told.little_offset([(label, slopes(part)) for label, part in hedges]) == text


def test_what_a_linear_hedge_stood_for_is_said_of_the_money_held() -> None:
    moved, steady = delta(0.88, 0.2, 1.1), delta(0.5, 0.49, 0.51)
    gone = Range(0.5, 0.4, 0.6, None, None)
    assert told.held("Short", moved) == (
        "The short stood for 0.88 of the money held on average, from 0.20 to 1.10."
    )
    assert told.held("Bond", steady) == (
        "The bond stood for about 0.50 of the money held throughout."
    )
    assert told.ended([("Short", moved), ("Bond", steady)]) == (
        "At the last close the short stood for 0.88 and the bond for 0.50 of the money held."
    )
    assert told.ended([("Short", gone), ("Bond", steady)]) == (
        "At the last close the bond stood for 0.50 of the money held."
    )
    assert told.ended([("Short", gone)]) == "At the last close nothing was held."
