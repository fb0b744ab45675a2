"""Work that is spread over processes comes back as it would have been done here."""

from __future__ import annotations

import os
import pickle
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tapes import arrange, lay

import microhedge as mh
from microhedge import workers
from microhedge.declaration import build
from microhedge.engine import Setup, simulate
from microhedge.errors import StrategyFileError
from microhedge.loading import load
from microhedge.option_prices import OptionPrices
from microhedge.sources import bundled
from microhedge.vol_choice import Chooser, VolChoice
from microhedge.window import INDEX

HOLD = mh.Portfolio(shares=1000, weight=0.4)


def square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def test_what_is_soon_done_is_done_here() -> None:
    assert workers.spread(square, range(5)) == [(k * k, os.getpid()) for k in range(5)]
    assert workers.spread(square, []) == []


def test_what_takes_long_goes_to_every_core_and_keeps_its_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "WORTH", 0.0)
    monkeypatch.setattr(workers, "cores", lambda: 2)
    found = workers.spread(square, range(9))
    assert [value for value, _ in found] == [k * k for k in range(9)]
    assert found[0][1] == os.getpid()
    assert os.getpid() not in {process for _, process in found[1:]}


def test_bands_are_the_same_bit_for_bit_wherever_they_run(monkeypatch: pytest.MonkeyPatch) -> None:
    hedge = build(load("protective-put"), {"holding": "AAPL"})
    run = mh.run(hedge, bundled(), HOLD, end=date(2006, 12, 29))
    monkeypatch.setattr(workers, "cores", lambda: 1)
    here = run.with_bands().bands
    monkeypatch.setattr(workers, "WORTH", 0.0)
    monkeypatch.setattr(workers, "cores", lambda: 2)
    assert run.with_bands().bands == here


def test_a_hedge_from_a_file_travels_as_its_file_and_its_parameters(tmp_path: Path) -> None:
    text = Path(__file__).parents[1].joinpath("strategies/protective_put.py").read_text()
    file = tmp_path / "mine.py"
    file.write_text(text)
    hedge = build(load(str(file)), {"holding": "AAPL", "moneyness": 0.85})
    sent = pickle.dumps(hedge)
    assert pickle.loads(sent) == hedge
    file.write_text(text.replace("0.90", "0.91"))
    with pytest.raises(StrategyFileError, match="changed while it ran"):
        pickle.loads(sent)


def test_a_setup_travels_without_what_can_be_computed_again() -> None:
    tape = bundled().tape(["AAPL", "SPX"], warmup=504)
    prices = OptionPrices(tape, Chooser(tape, VolChoice(), index=INDEX))
    setup = Setup(tape=tape, holding="AAPL", portfolio=HOLD, prices=prices, costs=mh.Costs())
    hedge = build(load("protective-put"), {"holding": "AAPL"})
    before = simulate(hedge, setup)
    sent = pickle.dumps(setup)
    assert len(sent) < len(pickle.dumps(before)) / 2
    assert simulate(hedge, pickle.loads(sent)) == before


def test_a_result_travels_whole() -> None:
    result = simulate(None, arrange(lay({"AAA": [100.0, 101.0, 99.0]})))
    again = pickle.loads(pickle.dumps(result))
    assert again == result
    assert np.array_equal(again.curves["equity"], result.curves["equity"])
    assert replace(again, data_hash="") != result
