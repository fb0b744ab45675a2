"""What is one column of a comparison?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from microhedge.analysis.effectiveness import variance_removed
from microhedge.analysis.performance import growth, max_drawdown, worst_month
from microhedge.orders import future_role
from microhedge.result import Result
from microhedge.scorecard import (
    NO_HEDGE,
    Stats,
    against_unhedged,
    first_premise,
    hedge_stats,
    is_future,
    returns_stats,
    roll_bounds,
    rolled_by,
)
from microhedge.tape import Days, Floats
from microhedge.together import in_use

Kind = Literal[
    "hedge",
    "unhedged",
    "sell-once",
    "sell-diversify",
    "staged-sale",
    "constant-mix",
    "hindsight",
    "stop-loss",
    "macro-future",
    "macro-put",
]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """The holding alone, a hedge, or a yardstick.

    `of` names the hedge that a yardstick belongs to, `hedge` is a strategy's registered name.
    `returns` start with 0 and `growth` with 1; `equity` is the account in money, None for a
    yardstick that is defined by its returns alone.  `sold` is the fraction that a yardstick of
    selling sold.  `premium_source` splits the premiums paid and received by where their price
    came from.  `result` is the bare run of what was played on the ledger.
    """

    name: str
    kind: Kind
    of: str | None
    hedge: str | None
    parameters: Mapping[str, Any] | None
    returns: Floats
    growth: Floats
    equity: Floats | None
    stats: Stats
    sold: float | None = None
    attribution: Mapping[str, Any] | None = None
    premium_source: Mapping[str, float] | None = None
    result: Result | None = field(default=None)

    @property
    def parameters_in_use(self) -> dict[str, Any]:
        """The parameters without those that another one stands in place of."""
        return in_use(self.parameters or {})

    @property
    def uses_options(self) -> bool:
        """Whether the hedge bought or wrote an option."""
        return self.result is not None and len(self.result.tables["rolls"]["role"]) > 0

    @property
    def rolled(self) -> dict[str, int] | None:
        """What ended the completed rolls, and how often; None for a run without options."""
        return rolled_by(self.result) if self.result is not None and self.uses_options else None

    @property
    def futures(self) -> tuple[str, ...]:
        """The symbols on which the hedge traded futures."""
        if self.result is None:
            return ()
        fills = self.result.tables["fills"]
        roles = fills["role"][is_future(fills)].tolist()
        return tuple(dict.fromkeys(role.removesuffix(future_role("")) for role in roles))

    @property
    def unrecorded(self) -> tuple[str, ...]:
        """The symbols beside the holding that were traded though no premise was recorded.

        Options do not count: they pay by the price of what they are on.
        """
        if self.result is None or len(self.result.tables["premises"]["session"]):
            return ()
        fills = self.result.tables["fills"]
        straight = (fills["right"] == "") & ~is_future(fills)
        traded = (*fills["instrument"][straight].tolist(), *self.futures)
        return tuple(s for s in dict.fromkeys(traded) if s != self.result.config["holding"])


def sale_beside(hedge: Run, runs: Sequence[Run]) -> Run | None:
    """Return the sale, fixed beforehand, that a hedge of a comparison is judged by."""
    return next((run for run in runs if run.kind == "sell-once" and run.of == hedge.name), None)


def unhedged_run(bare: Result) -> Run:
    """Make the first column: the holding alone."""
    stats: Stats = {
        **returns_stats(bare.returns, bare.day),
        **NO_SHARES,
        **NO_HEDGE,
        **account_stats(bare.curves["equity"], bare.curves["sleeve"], bare),
    }
    return Run(
        name="unhedged",
        kind="unhedged",
        of=None,
        hedge=None,
        parameters=None,
        returns=bare.returns,
        growth=growth(bare.returns),
        equity=bare.curves["equity"],
        stats=stats,
        attribution=bare.attribution,
        result=bare,
    )


def hedge_run(name: str, result: Result, bare: Result) -> Run:
    """Make the column of a hedge from its bare run and that of the holding alone."""
    premise = first_premise(result)
    stats: Stats = {
        **returns_stats(result.returns, result.day),
        **against_unhedged(result.returns, bare.returns, roll_bounds(result), premise or 0),
        **hedge_stats(result),
        **account_stats(result.curves["equity"], result.curves["sleeve"], bare),
    }
    return Run(
        name=name,
        kind="hedge",
        of=None,
        hedge=result.config["hedge"],
        parameters=result.config["parameters"],
        returns=result.returns,
        growth=growth(result.returns),
        equity=result.curves["equity"],
        stats=stats,
        attribution=result.attribution,
        premium_source=premium_source(result),
        result=result,
    )


def premium_source(result: Result) -> dict[str, float] | None:
    """Split the premiums of what a run opened by where their price came from; None without any.

    Premiums paid for bought options and received for written ones count alike.
    """
    rolls, fills = result.tables["rolls"], result.tables["fills"]
    if len(rolls["role"]) == 0:
        return None
    begun = {
        (role, row, contracts > 0.0)
        for role, row, contracts in zip(
            *(rolls[name].tolist() for name in ("role", "opened", "contracts")), strict=True
        )
    }
    keys = zip(
        fills["role"].tolist(),
        fills["session"].tolist(),
        (fills["quantity"] > 0.0).tolist(),
        strict=True,
    )
    opened = (fills["right"] != "") & np.array([key in begun for key in keys])
    premium = np.abs(fills["quantity"][opened]) * fills["mid"][opened]
    total = float(premium.sum())
    quoted = float(premium[fills["source"][opened] == "quote"].sum())
    quote = quoted / total if total > 0.0 else 0.0
    return {"quote": quote, "model": 1.0 - quote}


def yardstick_run(
    kind: Kind,
    returns: Floats,
    alone: Run,
    *,
    of: Run | None,
    equity: Floats | None,
    sold: float | None = None,
    turnover: float | None = None,
) -> Run:
    """Make the column of a yardstick from its returns, and from its account if it has one."""
    bare = alone.result
    if bare is None:
        raise ValueError("a yardstick is measured against a run on the ledger")
    path = growth(returns)
    source = of.result if of is not None and of.result is not None else bare
    premise = first_premise(source) or 0
    stats: Stats = {
        **returns_stats(returns, bare.day),
        **against_unhedged(returns, bare.returns, roll_bounds(source), premise),
        **NO_HEDGE,
        "turnover": turnover,
        **account_stats(equity, returns if bare.config["returns"] == "sleeve" else None, bare),
    }
    return Run(
        name=kind if of is None else f"{kind} for {of.name}",
        kind=kind,
        of=None if of is None else of.name,
        hedge=None,
        parameters=None,
        returns=returns,
        growth=path,
        equity=equity,
        stats=stats,
        sold=sold,
    )


def account_stats(equity: Floats | None, sleeve: Floats | None, bare: Result) -> Stats:
    """Money at the end, and how the account fell on the way.

    `final_equity` is the account, where the hedge is paid in cash and dividends are kept as
    cash; `sleeve_value` is the holding with its hedge, everything reinvested pro rata, from the
    returns of the sleeve: None where only those of the account are known.
    `portfolio_variance_removed` is the part of the whole account's daily variance that went; for
    the holding alone it is None.
    """
    day: Days = bare.day
    path = np.zeros(0) if equity is None else account_returns(equity)
    bare_path = account_returns(bare.curves["equity"])
    return {
        "final_equity": None if equity is None else float(equity[-1]),
        "sleeve_value": None
        if sleeve is None
        else float(bare.curves["holding"][0] * growth(sleeve)[-1]),
        "portfolio_worst_month": worst_month(path, day) if len(path) else None,
        "portfolio_max_drawdown": max_drawdown(path) if len(path) else None,
        "portfolio_variance_removed": variance_removed(path, bare_path)
        if len(path) and len(bare_path) and equity is not bare.curves["equity"]
        else None,
    }


def account_returns(equity: Floats) -> Floats:
    """Return the account's returns, the first 0; none where it was used up."""
    if equity.min() <= 0.0:
        return np.zeros(0)
    return np.concatenate(([0.0], equity[1:] / equity[:-1] - 1.0))


NO_SHARES: Mapping[str, float | None] = dict.fromkeys(
    ("losses_borne", "gains_kept", "variance_removed", "sell_equivalent")
)
