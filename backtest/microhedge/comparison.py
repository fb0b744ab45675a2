"""What is known of several runs on one path, and what can be concluded from them?

A `Comparison` holds the holding alone, the hedges and the yardsticks of selling, with statistics,
the relation that was leaned on, and judgements.  `comparing` plays them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from microhedge import result as results
from microhedge.bands import Bands, bands
from microhedge.costs import Costs
from microhedge.desk import FillRule
from microhedge.diagnosis import Diagnosis, diagnosis_of
from microhedge.document import document
from microhedge.engine import Setup
from microhedge.errors import UnknownName, UsageError, nearest
from microhedge.hedge import Hedge
from microhedge.judgement import Judgement, judge
from microhedge.kept import KeptHedge, Settings, pack
from microhedge.notes import Note
from microhedge.portfolio import Portfolio
from microhedge.relation import Relation, relation_of
from microhedge.result import Result
from microhedge.runs import Run, sale_beside
from microhedge.tape import Days, Tape
from microhedge.vol_choice import Chooser, VolChoice
from microhedge.window import INDEX

if TYPE_CHECKING:
    from microhedge.hedge_details import HedgeDetails


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Several runs on one path, and what can be said of them.

    `runs` holds the unhedged holding first, then the hedges in the order asked for, then the
    yardsticks.  `strategies` are empty where it was read from a file.  `relations`,
    `judgements` and `bands` are keyed by the name of the hedge's run; `bands` are None until
    `with_bands` has run them, `details` until `with_details` has.
    """

    holding: str
    shares: float
    portfolio: Portfolio
    day: Days
    runs: tuple[Run, ...]
    relations: dict[str, Relation]
    judgements: dict[str, Judgement]
    notes: tuple[Note, ...]
    strategies: tuple[Hedge, ...]
    setup: Setup
    vol: str | None
    seed: int
    command: str
    config_hash: str
    data_hash: str
    bands: Mapping[str, Bands] | None = None
    diagnosis: Diagnosis | None = None
    details: Mapping[str, HedgeDetails] | None = None

    @property
    def tape(self) -> Tape:
        """The prices of the window."""
        return self.setup.tape

    @property
    def costs(self) -> Costs:
        """What trading, borrowing and lending cost."""
        return self.setup.costs

    @property
    def fill(self) -> FillRule:
        """When an evening's orders were filled."""
        return self.setup.rules.fill

    @property
    def returns(self) -> Literal["sleeve", "account"]:
        """Of what the statistics are made."""
        return self.setup.rules.returns

    @property
    def weight(self) -> float:
        """The holding's part of the invested portfolio at the first close."""
        price = self.tape.close[self.holding].item(self.tape.begin)
        return self.portfolio.weight_at(self.tape, self.shares * price)

    @property
    def unhedged(self) -> Run:
        """The holding alone."""
        return self.runs[0]

    @property
    def hedges(self) -> tuple[Run, ...]:
        """The hedges, in the order asked for."""
        return tuple(run for run in self.runs if run.kind == "hedge")

    @property
    def traded(self) -> tuple[tuple[Run, Result], ...]:
        """The hedges that traded at all, with their bare runs, in the order asked for."""
        return tuple(
            (run, run.result)
            for run in self.hedges
            if run.result is not None and len(run.result.tables["fills"]["role"])
        )

    @property
    def result(self) -> Result:
        """The bare run of the first hedge."""
        return self.results[1]

    @property
    def results(self) -> tuple[Result, ...]:
        """The bare runs: the holding alone, then each hedge."""
        return tuple(run.result for run in self.runs if run.result is not None)

    def run(self, name: str) -> Run:
        """Return a run by its name; raises UnknownName with the nearest one."""
        found = {run.name: run for run in self.runs}
        if name not in found:
            raise UnknownName(f"no run named {name!r}{nearest(name, found)}")
        return found[name]

    def with_bands(self) -> Comparison:
        """Return the comparison judged with its option hedges rerun.

        Nine roll phases, the model's volatility times 0.8 and 1.2, and the break-even: about
        thirteen times the work of the hedge itself, on every core where that pays.  A hedge
        without options has no bands.  Raises UsageError for a comparison that was read from a
        file: what a file names is never run.
        """
        if len(self.strategies) < len(self.hedges):
            raise UsageError(
                "a comparison read from a file holds no strategies to rerun: its bands are those "
                f"that it was saved with; make it again with `{self.command}`"
            )
        chooser = Chooser(self.tape, VolChoice.of(self.vol), index=INDEX)
        found = {
            run.name: bands(hedge, run, self.runs, self.setup, chooser)
            for hedge, run in zip(self.strategies, self.hedges, strict=True)
            if run.uses_options
        }
        judged = {
            run.name: judge(run, self.runs, seed=self.seed, bands=found.get(run.name))
            for run in self.hedges
        }
        return replace(self, bands=found, judgements=judged)

    def with_details(self) -> Comparison:
        """Return the comparison with every hedge looked into: its effectiveness, its relation.

        About a second of work for each hedge; nothing that is judged depends on it.
        """
        # half a second of imports that a run without details never needs
        from microhedge.hedge_details import look_into  # noqa: PLC0415

        basket, tape = self.portfolio.rest, self.tape
        rest = tape.returns(INDEX) if basket is None else basket.returns(tape)
        pairs = [(run, self.relations[run.name]) for run in self.hedges]
        found = look_into(
            pairs,
            self.runs[0],
            weight=self.weight,
            rest=None if self.portfolio.is_all else rest[tape.begin :],
            seed=self.seed,
        )
        return replace(self, details=found)

    def document(self, command: str = "compare") -> dict[str, Any]:
        """Return everything as one JSON-able document (`docs/json.md` describes it)."""
        return document(self, command)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write everything to one file, replacing it whole or not at all.

        `microhedge.load_comparison` reads it back, `microhedge.load_all` the bare runs alone.
        """
        settings = Settings(
            holding=self.holding,
            portfolio=self.portfolio,
            costs=self.costs,
            rules=self.setup.rules,
            vol=self.vol,
            seed=self.seed,
            command=self.command,
            hedges=tuple(map(self._kept, self.hedges)),
            notes=self.notes,
            bands=None if self.bands is None else dict(self.bands),
            detailed=self.details is not None,
        )
        return results.save(self.results, path, pack(settings, self.tape))

    def _kept(self, run: Run) -> KeptHedge:
        sale = sale_beside(run, self.runs)
        return KeptHedge(
            name=run.name,
            parameters=tuple(run.parameters or ()),
            sold=None if sale is None else sale.sold,
        )


def assembled(
    alone: Run,
    hedged: Sequence[Run],
    sold: Sequence[Run],
    setup: Setup,
    *,
    vol: str | None,
    seed: int,
    command: str,
    notes: Sequence[Note],
    bands: Mapping[str, Bands] | None = None,
) -> Comparison:
    """Judge what was run: the holding alone, the hedges, then the yardsticks."""
    bare, tape, holding = alone.result, setup.tape, setup.holding
    if bare is None:
        raise ValueError("the holding alone is a run on the ledger")
    runs = (alone, *hedged, *sold)
    rerun = bands or {}
    portfolio = setup.portfolio
    shares = float(bare.tables["ledger"]["quantity"][0])
    weight = portfolio.weight_at(tape, shares * tape.close[holding].item(tape.begin))
    return Comparison(
        holding=holding,
        shares=shares,
        portfolio=portfolio,
        day=bare.day,
        runs=runs,
        relations={one.name: relation_of(one, tape, holding) for one in hedged},
        diagnosis=None
        if portfolio.is_all
        else diagnosis_of(
            tape, holding, weight, portfolio.rest or setup.rules.rest, index=setup.rules.rest
        ),
        judgements={
            one.name: judge(one, runs, seed=seed, bands=rerun.get(one.name)) for one in hedged
        },
        notes=tuple(notes),
        strategies=(),
        setup=setup,
        vol=vol,
        seed=seed,
        command=command,
        config_hash=results.combined([one.result.config_hash for one in hedged if one.result]),
        data_hash=tape.data_hash,
        bands=bands,
    )
