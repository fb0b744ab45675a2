"""The machine-readable result: stable keys, always present, null when undefined.

Rates and returns are fractions, money is in the account's currency, dates are ISO.  A number
that is not finite never appears.
"""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any

from microhedge.gaps import gaps_of
from microhedge.plain import plain
from microhedge.version import __version__

if TYPE_CHECKING:
    from microhedge.comparison import Comparison
    from microhedge.judgement import Judgement
    from microhedge.runs import Run

SCHEMA = 1
NOT_RUN = "not run: roll phases and volatility bands need reruns of the hedge (--bands)"
NO_OPTIONS = "holds no option: there is no premium whose roll date or model volatility to vary"
BANDED = ("annual_return", "cost_per_year", "losses_borne", "selling_lead")


def document(found: Comparison, command: str) -> dict[str, Any]:
    """Return a comparison as one document."""
    hedges = found.hedges
    judgements = found.judgements
    return {
        "schema": SCHEMA,
        "microhedge": __version__,
        "command": command,
        "reproduce": found.command,
        "config_hash": found.config_hash,
        "data_hash": found.data_hash,
        "seed": found.seed,
        "start": str(found.tape.dates[found.tape.begin]),
        "end": str(found.tape.dates[-1]),
        "sessions": len(found.day),
        "calendar": found.tape.exchange.code,
        "holding": {
            "symbol": found.holding,
            "shares": found.shares,
            "weight": found.weight,
        },
        "returns": found.returns,
        "runs": [_run(run) for run in found.runs],
        "effectiveness": {run.name: _effectiveness(judgements[run.name]) for run in hedges},
        "diagnosis": None if found.diagnosis is None else found.diagnosis.document(),
        "correlation": {run.name: found.relations[run.name].document() for run in hedges},
        "details": None
        if found.details is None
        else {name: one.document() for name, one in found.details.items()},
        "bands": {run.name: _bands(found, run) for run in hedges},
        "gaps": {
            run.name: None if (one := gaps_of(run, found.unhedged)) is None else one.document()
            for run in hedges
        },
        "verdict": {
            run.name: {
                "sentence": judgements[run.name].sentence,
                "worked": judgements[run.name].worked,
                "selling_better": judgements[run.name].selling_better,
            }
            for run in hedges
        },
        "provenance": _provenance(found),
        "warnings": [note.text for note in found.notes],
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "name": run.name,
        "kind": run.kind,
        "for": run.of,
        "hedge": run.hedge,
        "params": plain(run.parameters),
        "sold": run.sold,
        "stats": {name: _finite(value) for name, value in run.stats.items()},
        "attribution": plain(run.attribution),
        "premium_source": None if run.premium_source is None else dict(run.premium_source),
        "rolled": run.rolled,
    }


def _effectiveness(judgement: Judgement) -> dict[str, Any]:
    found = judgement.intervals
    named = {
        "over_unhedged": found.over_unhedged,
        "over_sale": found.over_sale,
        "losses_borne": found.losses_borne,
        "gains_kept": found.gains_kept,
        "variance_removed": found.variance_removed,
    }
    return {
        "unit": found.unit,
        "n": found.n,
        "draws": found.draws,
        **{
            name: {key: _finite(v) for key, v in asdict(one).items()} for name, one in named.items()
        },
    }


def _bands(found: Comparison, run: Run) -> dict[str, Any]:
    bands = None if found.bands is None else found.bands.get(run.name)
    if bands is None:
        return {
            "roll_phases": None,
            "vol_minus_20": None,
            "vol_plus_20": None,
            "break_even_vol": None,
            "reason": NOT_RUN if found.bands is None else NO_OPTIONS,
        }
    spreads = {name: bands.spread(name) for name in BANDED}
    return {
        "roll_phases": {
            "n": len(bands.phases),
            "sessions": bands.interval,
            **{
                name: None if one is None else dict(zip(("min", "median", "max"), one, strict=True))
                for name, one in spreads.items()
            },
        },
        "vol_minus_20": {name: _finite(getattr(bands.vol_minus_20, name)) for name in BANDED},
        "vol_plus_20": {name: _finite(getattr(bands.vol_plus_20, name)) for name in BANDED},
        "break_even_vol": bands.break_even_vol,
        "reason": None,
    }


def _provenance(found: Comparison) -> list[dict[str, Any]]:
    return [one.record() for one in found.tape.sources]


def _finite(value: float | None) -> float | None:
    return None if value is None or not isfinite(value) else float(value)
