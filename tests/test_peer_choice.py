"""Which peer belongs beside the index, on shipped prices with answers known from elsewhere."""

from __future__ import annotations

from datetime import date

import pytest

from microhedge.errors import NotCovered, UsageError
from microhedge.peer_choice import PeerChoice, find_hedge, summary
from microhedge.sources import bundled


def searched(holding: str) -> PeerChoice:
    return find_hedge(bundled(), holding, index="SPX", start=date(2000, 1, 3), draws=499)


def test_no_peer_earns_its_place_for_microsoft() -> None:
    # measured elsewhere, 2000–22: index 0.51, best past peer 0.25 with 10 changes
    found = searched("MSFT")
    # AAPL beats the index beyond luck, by less than a point of the variance
    assert found.search.beyond_luck
    assert not found.search.adds
    assert found.sentence.startswith("No peer earns its place as a hedge of MSFT; short the index")
    assert found.search.index.removed == pytest.approx(0.51, abs=0.06)
    assert found.search.best_peer.removed < found.search.index.removed - 0.15
    assert 6 <= found.search.best_peer.changes <= 12
    assert "META" in found.left_out


def test_chevron_adds_for_exxon_and_its_correlation_held() -> None:
    found = searched("XOM")
    assert found.search.adds
    assert found.sentence.startswith("CVX adds to the index as a hedge of XOM (so does RRC): ")
    first = found.finalists[0]
    assert (first.way.name, first.judged.state) == ("CVX", "held")
    assert found.document()["ways"][4]["better_than_index"] is True
    assert summary(found)[5][0] == "index + CVX"


def test_candidates_that_were_asked_for_are_the_only_ones() -> None:
    found = find_hedge(bundled(), "KO", index="SPX", universe=["PEP", "KO", "MRK"], draws=99)
    assert [way.name for way in found.search.pairs] == ["PEP", "MRK"]
    assert found.left_out == ()


def test_a_candidate_whose_prices_begin_later_shortens_the_window() -> None:
    found = find_hedge(
        bundled(), "XOM", index="SPX", universe=["META"], start=date(2000, 1, 3), draws=99
    )
    meta = bundled().series("META", "raw")
    assert meta is not None
    assert found.start == meta.first


def test_what_cannot_be_searched_is_refused() -> None:
    with pytest.raises(UsageError, match="is the index itself"):
        find_hedge(bundled(), "SPX", index="SPX")
    with pytest.raises(NotCovered, match="756 sessions"):
        find_hedge(bundled(), "MSFT", index="SPX", universe=["AAPL"], start=date(2021, 1, 4))
