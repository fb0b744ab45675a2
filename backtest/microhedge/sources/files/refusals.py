"""Why a price file is refused: one code for each rule, so that a caller need not read sentences."""

from __future__ import annotations

from typing import Literal, TypeAlias

from microhedge.errors import BadData

RefusalCode: TypeAlias = Literal[
    "no-file",  # there is no file, it is a folder, or it may not be read
    "empty",  # the file has no bytes, or only blank lines
    "not-a-price-file",  # a spreadsheet, an archive, a web page or other bytes
    "encoding",  # text that is not UTF-8
    "unreadable",  # a Parquet file that is damaged or cut off
    "no-header",  # the first line is data already
    "no-rows",  # a header and nothing below it
    "ragged",  # a line has more or fewer cells than the header
    "quotes",  # a quotation mark opens and does not close on its line
    "two-headers",  # two header rows of which none holds the names of prices
    "no-date-column",  # no column can be the date
    "columns-twice",  # two columns could be the same thing
    "no-close",  # no column can be the close, or it is empty
    "no-symbol",  # nothing names the symbol
    "symbol-missing",  # a row without its symbol
    "symbol-twice",  # two series of one symbol
    "no-date",  # a row with prices and no date
    "date-unreadable",  # a cell that is no date
    "date-ambiguous",  # 03/04/2020 can be March or April on every row
    "mixed-units",  # seconds, milliseconds, … since 1970 in one column
    "date-out-of-range",  # before 1960, or still to come
    "zone-ambiguous",  # two time zones give two different sessions
    "intraday",  # several times of day on one date
    "not-daily",  # prices that usually lie further apart than a session: weekly, monthly
    "weekend-prices",  # too many Saturdays and Sundays for an exchange
    "duplicate-dates",  # one date twice with different prices
    "not-a-number",  # a cell that is no number
    "thousands",  # a cell with a separator of thousands that was not declared
    "decimal-comma",  # a cell with a decimal comma that was not declared
    "price-not-positive",  # a zero or negative price
    "bad-action",  # a negative dividend or split
    "action-without-price",  # a dividend or split on a row that has no close
    "basis-unknown",  # nothing tells whether the prices are as traded or adjusted
    "basis-contradicted",  # the prices are not on the basis that was declared
    "splits-mixed",  # some splits show in the prices and some do not
    "unrecorded-split",  # a jump by a whole ratio without a split
    "hundredfold-jump",  # a jump by a hundred: pence and pounds
    "two-currencies",  # prices in more than one currency
    "currency-unknown",  # a foreign listing without its currency
]


class Refused(BadData):
    """A price file breaks a rule; `code` names the rule, the message says how to go on."""

    def __init__(self, sentence: str, code: RefusalCode) -> None:
        super().__init__(sentence, code)  # both, so that a worker's error can be pickled
        self.code: RefusalCode = code


def shown(cell: str) -> str:
    """Return a cell as it is quoted in a sentence: one line, at most forty characters."""
    return repr(cell if len(cell) <= 40 else cell[:39] + "…")
