"""Which column of a chain file is which?  Told by the header; these layouts are known.

long        one row a contract: quote_date, expiration, strike, right (or type), bid, ask and
            optionally volume, symbol, root, underlying_price, under these or the other usual names
DataShop    the same with Cboe's names; the quotes of 15:45, when the options still trade
HOD         the same with the names of Historical Option Data (DeltaNeutral), old or new
OptionsDX   one row a strike, the call's quote and the put's beside each other
ORATS       the same with the names of its strikes files
snapshot    what `microhedge data snapshot` kept of Yahoo: the long one, with the capture's moment
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from microhedge.errors import BadData, nearest

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "day": ("quote_date", "quotedate", "quote_day", "datadate", "date", "trade_date", "tradedate"),
    "expiry": ("expiration", "expiry", "expire_date", "expiration_date", "expir_date", "expirdate"),
    "strike": ("strike", "strike_price"),
    "right": ("right", "type", "option_type", "call_put", "cp_flag", "cp"),
    "bid": ("bid_1545", "bid", "best_bid", "bid_eod"),
    "ask": ("ask_1545", "ask", "best_offer", "best_ask", "ask_eod"),
    "volume": ("volume", "trade_volume"),
    "symbol": ("underlying_symbol", "underlyingsymbol", "underlying", "ticker", "symbol"),
    "root": ("root", "optionroot", "optionsymbol"),
    "delivery": ("delivery_code",),
    "spot": (
        "active_underlying_price_1545",
        "underlying_price",
        "underlyingprice",
        "underlying_last",
        "stockprice",
        "spot",
    ),
}
_CAPTURED: Final = {
    "captured": "captured_at",
    "state": "market_state",
    "size": "contract_size",
    "root": "contract_symbol",
}
_YFINANCE: Final = {"size": "contractsize", "root": "contractsymbol"}
"""Columns that frames of yfinance keep when a user adds a day, an expiry and a right to them."""
_NEEDED: Final = ("day", "expiry", "strike", "right", "bid", "ask")

# Of a layout with the call and the put in one row: what its quotes are called.
_BESIDE: Final[dict[str, dict[str, dict[str, str]]]] = {
    "OptionsDX": {
        "C": {"bid": "c_bid", "ask": "c_ask", "volume": "c_volume"},
        "P": {"bid": "p_bid", "ask": "p_ask", "volume": "p_volume"},
    },
    "ORATS": {
        "C": {"bid": "callbidprice", "ask": "callaskprice", "volume": "callvolume"},
        "P": {"bid": "putbidprice", "ask": "putaskprice", "volume": "putvolume"},
    },
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The file's own names of what is read of it, by what they are.

    `sides` holds one set of names for each row to be made of a row of the file, with the right
    that the set is of, or None where a column tells it.
    """

    layout: str
    sides: tuple[tuple[str | None, Mapping[str, str]], ...]

    @property
    def read(self) -> list[str]:
        """Every column that is needed, once."""
        return list(dict.fromkeys(name for _, names in self.sides for name in names.values()))


def columns_of(header: Sequence[str]) -> Columns:
    """Tell the layout of a header; BadData names the columns that are missing."""
    plain: dict[str, str] = {}
    for name in header:
        plain.setdefault(_plain(name), name)
    found = {
        role: next(plain[name] for name in names if name in plain)
        for role, names in _NAMES.items()
        if any(name in plain for name in names)
    }
    for layout, sides in _BESIDE.items():
        if {side[what] for side in sides.values() for what in ("bid", "ask")} <= plain.keys():
            shared = {r: n for r, n in found.items() if r not in {"bid", "ask", "volume", "right"}}
            _need(shared, ("day", "expiry", "strike"), header)
            made = (
                (right, shared | {what: plain[name] for what, name in own.items() if name in plain})
                for right, own in sides.items()
            )
            return Columns(layout, tuple(made))
    _need(found, _NEEDED, header)
    layout = _layout(plain)
    for names in (_CAPTURED, _YFINANCE):
        if set(names.values()) <= plain.keys():
            found |= {role: plain[name] for role, name in names.items()}
            layout = "snapshot" if names is _CAPTURED else layout
    return Columns(layout, ((None, found),))


def _layout(plain: Mapping[str, str]) -> str:
    if "bid_1545" in plain or "bid_eod" in plain:
        return "DataShop"
    return "HOD" if {"optionroot", "optionsymbol", "optionext"} & plain.keys() else "long"


def _need(found: Mapping[str, str], roles: Sequence[str], header: Sequence[str]) -> None:
    for role in roles:
        if role not in found:
            if "contractSymbol" in header:
                raise BadData(
                    f"these are columns of yfinance without {_NAMES[role][0]}, and nobody knows "
                    "of which day they are: `microhedge data snapshot` keeps what a chain needs"
                )
            usual = _NAMES[role][0]
            raise BadData(
                f"no column {usual!r} among {', '.join(map(repr, header))}{nearest(usual, header)}"
                ": a chain needs quote_date, expiration, strike, right, bid and ask"
            )


def _plain(name: str) -> str:
    return name.strip("\ufeff []\t\"'").lower().replace(" ", "_")
