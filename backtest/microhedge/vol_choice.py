"""Which volatility model does a run use: the one asked for, else what the data cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from microhedge.errors import NotCovered, ParameterError, nearest
from microhedge.tape import Tape
from microhedge.volatility import (
    Constant,
    IndexProxy,
    Proxy,
    Realised,
    TermStructure,
    VixRatio,
    VixSmile,
    VolModel,
    WithEarnings,
    choose,
)

Kind = Literal["constant", "realised", "proxy", "vix", "vix-ratio"]

PROXY_WARMUP = 252


@dataclass(frozen=True, slots=True)
class VolChoice:
    """A model by name, with its volatility if it is constant; None lets coverage decide."""

    kind: Kind | None = None
    sigma: float | None = None

    @classmethod
    def of(cls, text: str | None) -> VolChoice:
        """Read "constant:0.25", "realised", "proxy", "vix" or "vix-ratio"."""
        if text is None:
            return cls()
        word, colon, value = text.partition(":")
        for kind in get_args(Kind):
            if word == kind and (colon == ":") == (kind == "constant"):
                return cls(kind, _number(value) if colon else None)
        if word == "constant":
            raise ParameterError(f"volatility {text!r} names no number: constant:0.25 for 25 %")
        try:
            plain, part = float(text.removesuffix("%")), 0.01 if text.endswith("%") else 1.0
        except ValueError:
            pass
        else:
            raise ParameterError(
                f"volatility {text!r} names no model: did you mean constant:{plain * part:g}?"
            )
        known = ", ".join(get_args(Kind))
        raise ParameterError(
            f"no volatility model {text!r}{nearest(word, get_args(Kind))}; known: {known}"
        )

    @property
    def returns_needed(self) -> int:
        """Returns that must lie before the first decision."""
        return {"constant": 0, "realised": 63, "vix": 0}.get(self.kind or "", PROXY_WARMUP)


@dataclass(frozen=True, slots=True, eq=False)
class Chooser:
    """Makes the model of an underlying on a tape; `scale` multiplies its volatilities."""

    tape: Tape
    choice: VolChoice
    index: str
    scale: float = 1.0

    def __call__(self, symbol: str) -> VolModel:
        """Return the model of a symbol, refused where the tape does not cover what it needs.

        Where earnings dates are known their moves are added.
        """
        chosen = self._chosen(symbol)
        known = self.tape.earnings.get(symbol)
        if known is None:
            return chosen
        dates = np.array(known.days, np.int32)
        return WithEarnings(chosen, self.tape.day, dates, known.move * self.scale)

    def _chosen(self, symbol: str) -> VolModel:
        terms = self._terms()
        chosen = self._modelled(symbol, terms)
        if terms is not None and not isinstance(chosen, VixSmile | VixRatio):
            raise ParameterError(
                f"tenors beside VIX shape a model on VIX, and {symbol} has {chosen.name}: "
                "leave --vol-terms out"
            )
        return chosen

    def _terms(self) -> TermStructure | None:
        tape = self.tape
        if not tape.vix_terms:
            return None
        if tape.vix is None:
            raise NotCovered(
                f"tenors beside VIX need VIX on every session from {tape.dates[tape.begin]} to "
                f"{tape.dates[-1]}: choose a window that it covers, or leave --vol-terms out"
            )
        return TermStructure.of(tape.vix, tape.vix_terms)

    def _modelled(self, symbol: str, terms: TermStructure | None) -> VolModel:
        tape, choice, index, scale = self.tape, self.choice, self.index, self.scale
        growth, overnight = tape.growth(symbol), tape.overnight(symbol)
        known = symbol == index
        of_index = tape.basis[symbol] == "price_index"
        if choice.kind is None:
            chosen = choose(
                growth,
                overnight,
                is_index=known,
                begin=tape.begin,
                series=tape.implied.get(symbol),
                vix=tape.vix,
                index_growth=tape.growth(index) if index in tape.close else None,
                scale=scale,
                terms=terms,
            )
            # an index that VIX does not measure is still no single share
            if of_index and isinstance(chosen, Proxy):
                return IndexProxy(growth, overnight, scale=scale)
            return chosen
        if choice.kind == "constant":
            return Constant(choice.sigma or 0.0, scale=scale)
        if choice.kind == "realised":
            return Realised(growth, overnight, scale=scale)
        if choice.kind == "proxy":
            proxy = IndexProxy if of_index else Proxy
            return proxy(growth, overnight, scale=scale)
        if tape.vix is None:
            raise NotCovered(
                f"VIX does not cover every session from {tape.dates[tape.begin]} to "
                f"{tape.dates[-1]}: choose a window that it covers, or --vol proxy"
            )
        if choice.kind == "vix":
            return VixSmile(tape.vix, scale=scale, terms=terms)
        return VixRatio(growth, tape.growth(index), tape.vix, overnight, scale=scale, terms=terms)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ParameterError(f"volatility {text!r} is not a number such as 0.25") from None
