"""What hedges are called when several of a kind stand side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np

from microhedge.reporting import findings
from microhedge.reporting.casting import spoken
from microhedge.reporting.inputs import Subject
from microhedge.reporting.naming import hedge_labels, label
from microhedge.runs import Kind, Run


def test_a_hedge_alone_is_called_by_its_strategy() -> None:
    assert hedge_labels(["protective-put"]) == {"protective-put": "Protective put"}


def test_twins_are_told_apart_by_as_few_options_as_do() -> None:
    plain, near = "protective-put", "protective-put[moneyness=0.95,tenor=91,tranches=1]"
    assert list(hedge_labels([plain, near]).values()) == ["Protective put", "Protective put 0.95"]
    far = "protective-put[moneyness=0.95,tenor=273,tranches=1]"
    assert list(hedge_labels([plain, near, far]).values()) == [
        "Protective put",
        "Protective put 0.95 91",
        "Protective put 0.95 273",
    ]


def test_names_that_are_cut_to_the_same_words_are_counted() -> None:
    long = "a-strategy-with-a-name-that-is-far-too-long"
    found = hedge_labels([f"{long}-one", f"{long}-two", f"{long}-three"])
    assert list(found.values()) == [
        "A strategy with a name that…",
        "A strategy with a name that… (2)",
        "A strategy with a name that… (3)",
    ]


def test_what_all_hedges_of_a_strategy_share_gives_way_to_what_tells_them_apart() -> None:
    short, long = "corporate-bond[bond=MOODYS-BAA]", "corporate-bond[bond=MOODYS-BAA,side=long]"
    assert list(hedge_labels([short, long]).values()) == ["Corporate bond", "Corporate bond long"]
    # alone, its bond is the more telling
    assert hedge_labels([short])[short] == "Corporate bond MOODYS-BAA"


def test_an_option_of_nothing_is_named_and_a_whole_number_has_no_decimals() -> None:
    names = ["below", "below[cap=0.0]", "below[cap=1.0]", "below[cap=0.05]"]
    assert list(hedge_labels(names).values()) == ["Below", "Below cap 0", "Below 1", "Below 0.05"]


def test_a_sale_of_less_than_one_percent_is_named_with_it() -> None:
    nothing = np.zeros(1)
    sale = Run("sale", "sell-once", "put", None, None, nothing, nothing, None, {}, sold=0.004)
    assert label(sale, []) == "Sell 0.4% once"
    assert label(replace(sale, sold=0.29), []) == "Sell 29% once"
    assert findings.lower(label(replace(sale, sold=0.0002), [])) == "selling under 0.1% once"
    assert "selling 0.4% once" in findings.sold_reason(0.004, -0.1, -0.2)
    told = findings.sold_instead(0.0002, 120.0, 100.0, (-0.1, -0.2))
    assert told.startswith("Selling under 0.1% at the start instead")


def test_every_yardstick_has_a_name_that_a_sentence_can_hold(sample: Subject) -> None:
    nothing = np.zeros(1)
    said = {}
    for kind in get_args(Kind):
        run = Run(kind, kind, None, None, None, nothing, nothing, None, {}, sold=0.29)
        name = label(run, [kind])
        shown = replace(sample.runs[0], kind=kind, label=name)
        said[kind] = findings.upper(spoken(shown))
        assert "," not in name
    assert said == {
        "hedge": "The hedge",
        "unhedged": "Keeping all",
        "sell-once": "Selling 29% once",
        "sell-diversify": "Selling 29% to diversify",
        "staged-sale": "Selling 29% in twelve parts",
        "constant-mix": "A constant mix with 29% sold",
        "hindsight": "A hindsight sale of 29%",
        "stop-loss": "A stop-loss",
        "macro-future": "A short index future",
        "macro-put": "An index put at equal cost",
    }
