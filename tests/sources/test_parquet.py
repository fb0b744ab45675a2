from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest

from microhedge.errors import BadData
from microhedge.sources.parquet import days, floats, words

TABLE = pa.table(
    {
        "date": pa.array(
            [datetime(1969, 12, 31), datetime(1970, 1, 1), datetime(2014, 6, 20)],
            pa.timestamp("ms"),
        ),
        "price": pa.array([1.5, 2.5, 3.5], pa.float64()),
        "single": pa.array([0.25, None, 0.75], pa.float32()),
        "points": pa.array([None, 7, 8], pa.int16()),
        "word": pa.array(["a", "b", "b"]).dictionary_encode(),
    }
)


def test_timestamps_become_days_since_1970() -> None:
    # 2014-06-20 is day 16241
    assert days(TABLE, "date").tolist() == [-1, 0, 16241]
    assert days(TABLE, "date").dtype == np.int32


def test_what_a_file_does_not_have_becomes_nan() -> None:
    assert np.array_equal(floats(TABLE, "single"), [0.25, np.nan, 0.75], equal_nan=True)
    assert np.array_equal(floats(TABLE, "points"), [np.nan, 7.0, 8.0], equal_nan=True)


def test_a_part_of_a_table_gives_its_own_rows() -> None:
    part = TABLE.slice(1)
    assert floats(part, "price").tolist() == [2.5, 3.5]
    assert np.array_equal(floats(part, "single"), [np.nan, 0.75], equal_nan=True)
    assert days(part, "date").tolist() == [0, 16241]
    names, code = words(part, "word")
    assert [names[one] for one in code] == ["b", "b"]


def test_words_of_several_chunks_are_numbered_together() -> None:
    other = TABLE.set_column(4, "word", pa.array(["c", "a", "c"]).dictionary_encode())
    names, code = words(pa.concat_tables([TABLE, other]), "word")
    assert [names[one] for one in code] == ["a", "b", "b", "c", "a", "c"]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(BadData, match="no column 'volume' among date, price"):
        floats(TABLE, "volume")
