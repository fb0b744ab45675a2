"""Which comparison does a file hold?  The same as was saved, judged again from what was kept.

Nothing is run again and nothing of the file is executed: the strategies may be gone.
"""

from __future__ import annotations

import os
from dataclasses import replace

from microhedge import result as results
from microhedge.comparison import Comparison, assembled
from microhedge.engine import Setup
from microhedge.errors import BadData, MicrohedgeError
from microhedge.kept import KeptHedge, unpack
from microhedge.option_prices import OptionPrices
from microhedge.runs import Run, hedge_run, unhedged_run
from microhedge.vol_choice import Chooser, VolChoice
from microhedge.yardsticks import yardsticks


def load_comparison(path: str | os.PathLike[str]) -> Comparison:
    """Read a comparison back from the file that `Comparison.save` wrote.

    Its document and its report are those of the comparison that was saved, bit for bit, where
    the same version of microhedge reads it.  It holds no strategies: `with_bands` is refused.

    Raises
    ------
    BadData
        There is no such file, it is none of results, it holds bare runs alone, or its parts do
        not belong together.
    """
    runs = results.load_all(path)
    found = results.load_attachment(path)
    if found is None:
        raise BadData(
            f"{path} holds bare runs and no comparison: `load_all` reads them; "
            "make the comparison again with --save"
        )
    try:
        return _judged(runs, found)
    except MicrohedgeError as error:
        raise BadData(f"{path}: {error}") from None
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise BadData(f"{path}: its parts do not belong together: {error}") from None


def _judged(bare: tuple[results.Result, ...], found: results.Attachment) -> Comparison:
    kept, tape = unpack(found)
    if len(bare) != len(kept.hedges) + 1:
        raise BadData(f"{len(bare)} runs for the holding and {len(kept.hedges)} hedges")
    if any(one.data_hash != tape.data_hash for one in bare):
        raise BadData("its prices are not those that its runs were made on")
    setup = Setup(
        tape=tape,
        holding=tape.need(kept.holding),
        portfolio=kept.portfolio,
        # never asked for a price: what they decided is kept
        prices=OptionPrices(tape, Chooser(tape, VolChoice.of(kept.vol), index=kept.rules.rest)),
        costs=kept.costs,
        rules=kept.rules,
    )
    alone = unhedged_run(bare[0])
    hedged = [_run(*each, bare[0]) for each in zip(kept.hedges, bare[1:], strict=True)]
    sold = {one.name: one.sold for one in kept.hedges if one.sold is not None}
    comparison = assembled(
        alone,
        hedged,
        yardsticks(alone, hedged, setup, sold=sold),
        setup,
        vol=kept.vol,
        seed=kept.seed,
        command=kept.command,
        notes=kept.notes,
        bands=kept.bands,
    )
    return comparison.with_details() if kept.detailed else comparison


def _run(kept: KeptHedge, found: results.Result, bare: results.Result) -> Run:
    """Make the column of a hedge; the file's JSON has put its parameters in another order."""
    run = hedge_run(kept.name, found, bare)
    given = run.parameters or {}
    return replace(run, parameters={name: given[name] for name in kept.parameters})
