"""Builds the reports of this folder from the shipped prices, and the page that lists them.

    python reports/build.py            all of them, then README.md
    python reports/build.py ko-pep     one of them

Each report is one command of microhedge; README.md shows it beside what the report is about.
"""

from __future__ import annotations

import shlex
import sys
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from microhedge.cli.app import root
from microhedge.cli.outcome import perform

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Case:
    """A report: its file, what it is about in a line, and the words that ask for it."""

    name: str
    about: str
    words: str

    @property
    def command(self) -> str:
        """The command, but for where the report goes."""
        return f"microhedge compare {self.words}"


CASES = (
    Case(
        "aapl-puts-and-peer",
        "Apple at 40 % of a portfolio, 2002 to 2022: a ladder of puts beside a short of the index "
        "and Microsoft. The demo.",
        "AAPL --shares 1000 --weight 0.4 --with protective-put --with index-peer-short:peer=MSFT",
    ),
    Case(
        "msft-ibm",
        "Microsoft 2002 to 2013: is IBM, a similar company, a better hedge than the index?",
        "MSFT --shares 1000 --with pair-short:peer=IBM --with index-short "
        "--start 2002-03-07 --end 2013-03-01",
    ),
    Case(
        "mrk-pfe-vioxx",
        "Merck through 30 September 2004, when Vioxx was withdrawn: a peer cannot know what only "
        "one company will say.",
        "MRK --value 100000 --with pair-short:peer=PFE --with index-peer-short:peer=PFE "
        "--start 2002-01-02 --end 2006-12-29",
    ),
    Case(
        "xom-cvx",
        "Exxon and Chevron, 1992 to 2022: the pair that works, and what thirty years of it cost.",
        "XOM --value 100000 --weight 0.3 --with pair-short:peer=CVX "
        "--with index-peer-short:peer=CVX --with index-short",
    ),
    Case(
        "ko-pep",
        "Coca-Cola hedged with Pepsi, 1998 to 2003: two of one trade, and the hedge lost money.",
        "KO --value 100000 --with pair-short:peer=PEP --start 1998-07-14 --end 2003-02-28",
    ),
    Case(
        "bac-jpm-2008",
        "Bank of America hedged with JPMorgan, October 2007 to March 2009: most of the variance "
        "went, most of the loss did not.",
        "BAC --value 100000 --with pair-short:peer=JPM --with index-short "
        "--start 2007-10-09 --end 2009-03-09",
    ),
    Case(
        "bac-bonds-2008",
        "Bank of America and bonds, June 2006 to 2010: corporate bonds sold short as theory says and "
        "bought as textbooks do, both at a model's prices of Moody's yields, beside Treasuries.",
        "BAC --value 100000 --with corporate-bond:bond=MOODYS-BAA "
        "--with corporate-bond:bond=MOODYS-BAA,side=long --with treasury-long "
        "--start 2006-06-01 --end 2010-12-31",
    ),
    Case(
        "aapl-splits",
        "Apple from 2013 to 2021, through its splits of 7:1 and 4:1: contracts and strikes are "
        "adjusted, and the puts rolled on.",
        "AAPL --shares 500 --weight 0.25 --with protective-put "
        "--with protective-put:moneyness=0.95,tenor=91,tranches=1 "
        "--start 2013-01-02 --end 2021-12-31",
    ),
    Case(
        "meta-2022",
        "Meta through the fall of 26 % on 3 February 2022: in a gap the puts paid most of it back, "
        "a short of the index a tenth.",
        "META --shares 2000 --weight 0.5 --with protective-put --with index-short "
        "--start 2021-01-04 --end 2022-12-28",
    ),
    Case(
        "xom-among-twenty",
        "Exxon as one of twenty equal shares, 2004 to 2022: at 5 % of an account the hedge of one "
        "share is hardly to be seen.",
        "XOM --portfolio twenty-shares.csv --value 100000 --with pair-short:peer=CVX "
        "--with index-short --start 2004-01-02 --end 2022-12-28",
    ),
    Case(
        "nflx-strikes",
        "Netflix 2018 to 2022 with puts at three strikes: what a nearer floor costs, and what it "
        "still lets through.",
        "NFLX --shares 300 --weight 0.2 --with protective-put --with protective-put:moneyness=0.8 "
        "--with protective-put:moneyness=0.95 --start 2018-01-02 --end 2022-12-28",
    ),
)


MEMO = "mrk-pfe-memo"
SAVED = HERE / "mrk-pfe.mhr"
LINES = (
    "microhedge run pair-short --holding MRK --peer PFE --value 100000 "
    f"--start 2002-01-02 --end 2006-12-29 --save {SAVED.name}",
    f"microhedge memo {SAVED.name} --framework ifrs9 --classification fvoci "
    '--relationship "Both sell prescription medicines in the same markets and under the same '
    'rules." '
    f"--out {MEMO}.pdf",
)
"""What makes the memo: a saved run, which is not kept, and the memo of it."""


def page() -> str:
    """Return README.md: one line for each report, and the command that makes it."""
    lines = [
        "# Reports made from the shipped prices",
        "",
        "`make gallery` builds them again, each with one command. Nothing is chosen to flatter: "
        "several of",
        "these hedges did harm, and the reports say so.",
        "",
        "| report | what it shows |",
        "|---|---|",
        *(f"| [{case.name}.pdf]({case.name}.pdf) | {case.about} |" for case in CASES),
        f"| [{MEMO}.pdf]({MEMO}.pdf) | The hedge memo of Merck short of Pfizer, with its "
        f"[calculations]({MEMO}.csv). |",
        "",
        "```console",
        *(f"{case.command} --report {case.name}.pdf" for case in CASES),
        *LINES,
        "```",
        "",
        "The bytes depend on the versions of Python and of the libraries that the last page names; "
        "with the",
        "same ones they are the same.",
        "",
    ]
    return "\n".join(lines)


def main(chosen: list[str]) -> int:
    """Build the chosen reports, or all of them with their page."""
    known = [*(case.name for case in CASES), MEMO]
    if wrong := [name for name in chosen if name not in known]:
        print(f"no report named {', '.join(wrong)}: there are {', '.join(known)}", file=sys.stderr)
        return 2
    for case in CASES:
        if chosen and case.name not in chosen:
            continue
        words = [*shlex.split(case.command)[1:], "--report", f"{case.name}.pdf"]
        with chdir(HERE):
            code = perform(root, words, name="microhedge")
        if code:
            return code
    if not chosen or MEMO in chosen:
        with chdir(HERE):
            code = max(perform(root, shlex.split(line)[1:], name="microhedge") for line in LINES)
            SAVED.unlink(missing_ok=True)
        if code:
            return code
    if not chosen:
        (HERE / "README.md").write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
