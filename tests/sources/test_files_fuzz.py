"""Whatever bytes a file has, only an error of microhedge comes out, in one line."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .mutations import chain_outcome, chain_seeds, mutated, outcome, seeds

SEEDS = seeds()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "ABC.csv"


@given(st.integers(0, len(SEEDS) - 1), st.integers(0, 2**32))
@settings(max_examples=400)
def test_changed_bytes_are_read_or_refused(place: Path, which: int, seed: int) -> None:
    content, declared = SEEDS[which]
    assert outcome(place, mutated(content, random.Random(seed)), declared)


@given(st.binary(max_size=200))
@settings(max_examples=100)
def test_any_bytes_are_read_or_refused(place: Path, content: bytes) -> None:
    assert outcome(place, content, {})
    assert outcome(place, b"PAR1" + content + b"PAR1", {})


@given(st.text(alphabet='0123456789-,.;:/ "\nabcdeDatclosTZ', max_size=120))
@settings(max_examples=200)
def test_any_text_below_a_header_is_read_or_refused(place: Path, body: str) -> None:
    assert outcome(place, f"date,close\n{body}".encode(), {"basis": "raw"})


@given(st.sampled_from(chain_seeds()), st.integers(0, 2**32))
@settings(max_examples=300)
def test_changed_quotes_are_read_or_refused(place: Path, content: bytes, seed: int) -> None:
    assert chain_outcome(place, mutated(content, random.Random(seed)))


@given(st.binary(max_size=200))
@settings(max_examples=50)
def test_any_bytes_are_quotes_or_refused(place: Path, content: bytes) -> None:
    assert chain_outcome(place, content)
    assert chain_outcome(place, b"PAR1" + content + b"PAR1")
