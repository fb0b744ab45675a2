"""Prices from the user's own files: CSV or Parquet, checked, with a report of how each was read."""

from microhedge.sources.files.importing import Imported, import_prices
from microhedge.sources.files.market import file_market
from microhedge.sources.files.refusals import RefusalCode, Refused
from microhedge.sources.files.understood import Taken, Understood

__all__ = [
    "Imported",
    "RefusalCode",
    "Refused",
    "Taken",
    "Understood",
    "file_market",
    "import_prices",
]
