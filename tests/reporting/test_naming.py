"""What hedges are called when several of a kind stand side by side."""

from __future__ import annotations

from microhedge.reporting.naming import hedge_labels


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
