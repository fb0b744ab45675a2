"""Every broken file gives exactly what it must, and no row is lost without a word."""

from collections import Counter
from pathlib import Path

import pytest

from microhedge.sources.files import Imported, Refused, import_prices

from .broken_files import Broken, broken

CASES = broken()


def accounted(one: Imported) -> bool:
    """Tell whether each row of the file is in a series or counted as dropped."""
    told = one.understood
    for taken, series in zip(told.taken, one.series, strict=True):
        lost = sum(d.count for d in told.dropped if d.symbol == taken.symbol)
        if taken.kept != len(series.day) or taken.rows != taken.kept + lost:
            return False
    general = sum(d.count for d in told.dropped if d.symbol == "*")
    wide = told.form == "wide form"
    rows = [taken.rows for taken in told.taken]
    return told.rows - general == (max(rows) if wide else sum(rows))


def test_there_are_sixty_cases_with_names_of_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
    assert sum(bool(case.refused or case.findings) for case in CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_file_gives_exactly_its_code(case: Broken, tmp_path: Path) -> None:
    path = tmp_path / case.file
    path.write_bytes(case.content)
    if case.refused:
        with pytest.raises(Refused) as refusal:
            import_prices(path, **case.declared)
        assert refusal.value.code == case.refused, refusal.value
        assert str(refusal.value).startswith(f"{path}: ")
        assert "\n" not in str(refusal.value)
        return
    one = import_prices(path, **case.declared)
    assert Counter(f.code for f in one.findings) == Counter(case.findings)
    assert one.understood.rows == case.rows
    assert accounted(one)
