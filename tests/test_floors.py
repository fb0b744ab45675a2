"""What a put promised and what came, by hand and over twenty years."""

from __future__ import annotations

from datetime import date

import pytest
from tapes import arrange, day, lay, play, sessions

import microhedge as mh
from microhedge.declaration import build
from microhedge.floors import floor_sentence, floors
from microhedge.hedge import Session
from microhedge.loading import load
from microhedge.sources import bundled
from microhedge.tape import Action


def once(now: Session) -> None:
    """A put 10 % out of the money, held to its expiry on 2024-02-16."""
    if not now.fills("put"):
        now.roll("put", now.put(days=45, moneyness=0.9))


def path(last: float, *, split: float = 1.0) -> tuple[list[float], dict[str, tuple[Action, ...]]]:
    axis = sessions("2024-01-02", 35)
    late = axis.index(day("2024-02-01"))
    closes = [100.0 if k < late else last / split for k in range(35)]
    acts = (Action(axis[late], "split", split),) if split != 1.0 else ()
    return closes, {"AAA": acts}


@pytest.mark.parametrize("split", [1.0, 2.0])
def test_a_floor_that_was_tested_holds_to_the_cent(split: float) -> None:
    closes, acts = path(70.0, split=split)
    result = play(once, arrange(lay({"AAA": closes}, actions=acts), sigma=0.3))
    (found,) = floors(result)
    premium = float(result.tables["rolls"]["premium"][0]) / 10_000.0
    # strike 90 for a spot of 100: lost are 10 % and the premium, not the 30 % of the shares
    assert found.promised == pytest.approx(-0.10 - premium, abs=1e-9)
    assert found.unhedged == pytest.approx(-0.30, abs=1e-9)
    assert found.delivered == pytest.approx(found.promised, abs=1e-9)
    assert found.tested
    assert found.held
    assert floor_sentence((found,)).startswith("In the one completed put the shares fell below")


def test_a_floor_that_was_not_needed_cost_its_premium() -> None:
    closes, acts = path(110.0)
    result = play(once, arrange(lay({"AAA": closes}, actions=acts), sigma=0.3))
    (found,) = floors(result)
    premium = float(result.tables["rolls"]["premium"][0]) / 10_000.0
    assert found.delivered == pytest.approx(0.10 - premium, abs=1e-9)
    assert not found.tested
    assert floor_sentence((found,)).startswith(
        "The one completed put was not tested: the shares did not fall"
    )
    assert floor_sentence(()).startswith("No put was completed")


def test_over_years_of_splits_every_floor_of_apple_held() -> None:
    hedge = build(load("protective-put"), {"holding": "AAPL"})
    run = mh.run(hedge, bundled(), mh.Portfolio(shares=1000), end=date(2009, 6, 1))
    result = run.hedges[0].result
    assert result is not None
    found = floors(result)
    assert len(found) > 30
    assert any(floor.tested for floor in found)
    assert all(floor.held for floor in found)
