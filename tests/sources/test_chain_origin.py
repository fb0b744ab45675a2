"""Where quotes come from, by the files that hold them."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from microhedge.sources.chain_origin import chain_source
from microhedge.sources.chains import read_chain

HEAD = "quote_date,expiration,strike,type,bid,ask,volume"


def test_every_file_is_named_with_the_hash_of_its_bytes_those_of_a_folder_too(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "quotes"
    folder.mkdir()
    paths = [tmp_path / "old.csv", folder / "a.csv", folder / "b.csv"]
    for number, path in enumerate(paths):
        row = f"2016-03-{7 + number:02d},2016-04-15,100,put,1.00,1.10,5"
        path.write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
    (folder / "notes.txt").write_text("no quotes", encoding="utf-8")
    # a bid above its ask is read and not kept
    paths[2].write_text(f"{paths[2].read_text()}2016-03-09,2016-04-15,90,put,2.00,1.00,5\n")
    found = read_chain([paths[0], folder], "AAA")
    told = chain_source(found)
    assert told.origin.files == tuple(
        (path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths
    )
    assert (told.symbol, told.source, told.basis) == ("AAA options", "old.csv and 2 more", "quotes")
    assert told.span == (date(2016, 3, 7), date(2016, 3, 9))
    assert (told.origin.rows, told.origin.kept, told.origin.fetched) == (4, 3, None)
    assert told.sha256 == found.chain.sha256
