"""How often do the tests of a correlation reject, and what does the verdict say, by design?

`python tests/bench/size_and_power.py [PAGE]` plays designs of known truth, 400 draws each with
199 random signs, on every core; prints rejection rates at 5 % and the verdicts beside those of an
independent implementation (1,000 and 300 draws); and stops with 1 where a rate is more than 3.5
standard errors of the difference away.  With a page it writes the tables there.  The designs:
correlation 0.8 or 0.5 with normal returns, t with 4 degrees of freedom, GARCH(1,1) with t(6), a
correlation that drifts (DCC), volatilities that double in the middle; breaks in the middle or
late, correlations that take turns; and shipped pairs, resampled in blocks of 60 sessions.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from microhedge.analysis.classical import fisher
from microhedge.analysis.constancy import constancy
from microhedge.analysis.correlation import judge
from microhedge.analysis.lasting_break import lasting_break
from microhedge.analysis.resampling import draw_blocks
from microhedge.analysis.shift import shift
from microhedge.sources import bundled
from microhedge.tape import Floats

DRAWS, SIGNS, SEED = 400, 199, 20261124
REAL = ("KO/PEP", "XOM/CVX")
STATES = ("held", "weakened", "broken", "unstable", "inconclusive")


@dataclass(frozen=True)
class Design:
    """Correlations before and after the middle, and how returns are made.

    A kind may end in ", at 75%": the break comes after three quarters, while the split stays in
    the middle; or in ", in turns": the two correlations take turns, eight times in the sample.
    """

    before: float
    after: float
    kind: str

    @property
    def name(self) -> str:
        """The design in words."""
        if self.before == self.after:
            return f"constant {self.before:g}, {self.kind}"
        return f"{self.before:g} to {self.after:g}, {self.kind}"


def make(
    design: Design, n: int, rng: np.random.Generator, pair: Floats | None
) -> tuple[Floats, Floats]:
    """Draw two return series; of a pair, blocks of it."""
    kind, _, course = design.kind.partition(", ")
    if pair is not None:
        return _resampled(pair, n, rng)
    z = rng.standard_normal((n, 2))
    row = np.arange(n)
    late = row >= (3 * n // 4 if course == "at 75%" else n // 2)
    if course == "in turns":
        late = row // (n // 8) % 2 == 1
    rho = np.where(late, design.after, design.before)
    if kind == "DCC":
        return _dcc(rho, z)
    e = np.column_stack((z[:, 0], rho * z[:, 0] + np.sqrt(1.0 - rho**2) * z[:, 1]))
    if kind == "t4":
        e *= np.sqrt(2.0 / rng.chisquare(4.0, (n, 1)))
    if kind == "vol x2":
        e[n // 2 :] *= 2.0
    if kind == "GARCH t6":
        e *= np.sqrt(4.0 / rng.chisquare(6.0, (n, 1)))
    if kind.startswith("GARCH"):
        return _garch(e[:, 0]), _garch(e[:, 1])
    return e[:, 0], e[:, 1]


def _pair(names: str) -> Floats:
    """The shipped log returns of two companies, both present."""
    market = bundled()
    tape = market.tape(names.split("/"))
    columns = [np.log1p(tape.returns(name)[tape.begin + 1 :]) for name in names.split("/")]
    return np.array(columns)


def _resampled(pair: Floats, n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw blocks of 60 sessions on average: drift as in life, and no lasting break."""
    rows = draw_blocks(pair.shape[1], block=60.0, draws=1, rng=rng).rows()[0, :n]
    return pair[0, rows], pair[1, rows]


def _garch(e: Floats) -> Floats:
    h, out = 1.0, np.empty(len(e))
    for t, shock in enumerate(e.tolist()):
        out[t] = shock * h**0.5
        h = 0.02 + 0.08 * out[t] ** 2 + 0.90 * h
    return out


def _dcc(level: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Correlation that wanders around a level: Engle's recursion with a = 0.03 and b = 0.95."""
    n = len(z)
    q11, q22, q12 = 1.0, 1.0, float(level[0])
    y, x = np.empty(n), np.empty(n)
    for t in range(n):
        rho = q12 / (q11 * q22) ** 0.5
        y[t] = z[t, 0]
        x[t] = rho * z[t, 0] + (1.0 - rho * rho) ** 0.5 * z[t, 1]
        q11 = 0.02 + 0.03 * y[t] ** 2 + 0.95 * q11
        q22 = 0.02 + 0.03 * x[t] ** 2 + 0.95 * q22
        q12 = 0.02 * level[t] + 0.03 * y[t] * x[t] + 0.95 * q12
    return y, x


# rejection in per cent of Fisher's z, by design and n: 1,000 draws, independent implementation
FISHER = {
    ("constant 0.8, normal", 250): 4, ("constant 0.8, normal", 1000): 5,
    ("constant 0.8, t4", 250): 21, ("constant 0.8, t4", 1000): 27, ("constant 0.8, t4", 2500): 32,
    ("constant 0.8, GARCH t6", 250): 15, ("constant 0.8, GARCH t6", 1000): 19,
    ("constant 0.8, GARCH t6", 2500): 30,
    ("constant 0.8, vol x2", 1000): 5, ("constant 0.8, DCC", 1000): 40,
    ("constant 0.8, DCC", 2500): 45,
    ("constant 0.8, GARCH", 250): 5, ("constant 0.8, GARCH", 1000): 7,
    ("constant 0.8, GARCH", 2500): 13, ("constant 0.8, vol x2", 250): 5,
    ("constant 0.8, vol x2", 2500): 5, ("constant 0.8, DCC", 250): 29,
    ("constant 0.8, normal", 2500): 5,
}  # fmt: skip
# the same of Wied, Krämer and Dehling's test on normal scores
CONSTANCY = {
    ("constant 0.8, normal", 250): 5, ("constant 0.8, normal", 1000): 5,
    ("constant 0.8, normal", 2500): 4, ("constant 0.8, t4", 250): 5, ("constant 0.8, t4", 1000): 4,
    ("constant 0.8, t4", 2500): 5, ("constant 0.8, GARCH t6", 250): 4,
    ("constant 0.8, GARCH t6", 1000): 4, ("constant 0.8, GARCH t6", 2500): 4,
    ("constant 0.8, vol x2", 1000): 4, ("constant 0.8, vol x2", 2500): 6,
    ("constant 0.8, DCC", 1000): 51, ("constant 0.8, DCC", 2500): 60,
    ("0.8 to 0.7, normal", 1000): 88, ("0.8 to 0.7, t4", 1000): 65,
    ("0.8 to 0.7, GARCH t6", 1000): 76, ("0.8 to 0.7, GARCH t6", 2500): 99,
    ("constant 0.8, GARCH", 250): 7, ("constant 0.8, GARCH", 1000): 6,
    ("constant 0.8, GARCH", 2500): 4, ("constant 0.8, vol x2", 250): 5,
    ("constant 0.8, DCC", 250): 29, ("0.8 to 0.7, normal", 250): 26, ("0.8 to 0.7, t4", 250): 13,
    ("0.8 to 0.7, GARCH t6", 250): 17, ("0.8 to 0.7, normal", 2500): 100,
    ("0.8 to 0.7, t4", 2500): 96, ("0.8 to 0.4, normal", 250): 100, ("0.8 to 0.4, t4", 250): 91,
    ("0.8 to 0.4, GARCH t6", 250): 96,
}  # fmt: skip
# verdicts in per cent (held, weakened, broken, unstable, inconclusive) and rejections of T1, T2,
# T3: 300 draws, the same
VERDICTS = {
    ("constant 0.8, normal", 500): ((88.7, 0.3, 0.0, 0.0, 11.0), (4.3, 3.0, 3.3)),
    ("constant 0.8, t4", 500): ((67.0, 1.0, 0.0, 0.0, 32.0), (5.0, 3.3, 2.0)),
    ("constant 0.8, GARCH t6", 500): ((82.3, 0.7, 0.0, 0.0, 17.0), (6.3, 5.7, 1.3)),
    ("constant 0.8, DCC", 500): ((68.0, 4.7, 0.7, 7.7, 19.0), (17.7, 14.0, 43.7)),
    ("constant 0.8, vol x2", 500): ((86.7, 1.3, 0.0, 0.0, 12.0), (6.3, 5.0, 2.0)),
    ("constant 0.5, normal", 500): ((38.7, 0.7, 0.0, 0.3, 60.3), (3.7, 3.7, 1.7)),
    ("constant 0.5, GARCH t6", 500): ((37.3, 0.0, 0.7, 0.3, 61.7), (5.0, 7.0, 1.7)),
    ("0.8 to 0.7, normal", 500): ((4.3, 53.3, 0.7, 0.3, 41.3), (68.7, 50.7, 3.3)),
    ("0.8 to 0.7, t4", 500): ((4.0, 27.7, 2.0, 0.3, 66.0), (47.0, 29.3, 1.7)),
    ("0.8 to 0.7, GARCH t6", 500): ((8.7, 35.7, 0.3, 0.7, 54.7), (52.0, 33.3, 2.0)),
    ("0.8 to 0.4, normal", 500): ((0.0, 0.0, 100.0, 0.0, 0.0), (100.0, 100.0, 1.0)),
    ("0.8 to 0.4, t4", 500): ((0.0, 0.0, 100.0, 0.0, 0.0), (100.0, 99.3, 2.0)),
    ("0.8 to 0.4, GARCH t6", 500): ((0.0, 0.3, 99.7, 0.0, 0.0), (100.0, 99.7, 2.3)),
    ("constant 0.8, normal", 1000): ((98.7, 0.0, 0.0, 0.0, 1.3), (5.7, 5.7, 2.3)),
    ("constant 0.8, t4", 1000): ((91.0, 0.3, 0.0, 0.3, 8.3), (5.3, 5.7, 1.7)),
    ("constant 0.8, GARCH t6", 1000): ((93.7, 0.7, 0.0, 0.0, 5.7), (7.3, 6.7, 5.3)),
    ("constant 0.8, DCC", 1000): ((72.0, 5.0, 0.3, 15.0, 7.7), (13.0, 12.0, 87.0)),
    ("constant 0.8, vol x2", 1000): ((98.0, 0.3, 0.0, 0.0, 1.7), (5.7, 5.3, 2.7)),
    ("constant 0.5, normal", 1000): ((55.0, 0.7, 0.3, 0.7, 43.3), (5.0, 5.3, 2.3)),
    ("constant 0.5, GARCH t6", 1000): ((58.3, 0.3, 0.7, 0.3, 39.3), (7.0, 5.3, 5.0)),
    ("0.8 to 0.7, normal", 1000): ((5.7, 80.7, 0.0, 0.7, 13.0), (89.3, 81.7, 2.3)),
    ("0.8 to 0.7, t4", 1000): ((5.3, 49.7, 0.3, 0.3, 44.3), (69.3, 50.7, 2.7)),
    ("0.8 to 0.7, GARCH t6", 1000): ((7.7, 56.0, 0.0, 1.7, 34.7), (73.7, 59.0, 5.7)),
    ("0.8 to 0.4, GARCH t6", 1000): ((0.0, 0.0, 100.0, 0.0, 0.0), (100.0, 100.0, 5.7)),
    ("0.8 to 0.6, GARCH t6", 1000): ((0.0, 74.0, 25.0, 0.0, 1.0), (100.0, 96.3, 5.7)),
    ("constant 0.8, normal", 2500): ((100.0, 0.0, 0.0, 0.0, 0.0), (5.3, 4.7, 3.0)),
    ("constant 0.8, t4", 2500): ((99.7, 0.0, 0.0, 0.0, 0.3), (6.3, 5.7, 3.7)),
    ("constant 0.8, GARCH t6", 2500): ((99.7, 0.3, 0.0, 0.0, 0.0), (4.0, 4.0, 5.3)),
    ("constant 0.8, DCC", 2500): ((79.3, 1.7, 0.0, 19.0, 0.0), (7.3, 7.7, 100.0)),
    ("constant 0.8, vol x2", 2500): ((100.0, 0.0, 0.0, 0.0, 0.0), (3.7, 3.7, 5.7)),
    ("constant 0.5, normal", 2500): ((90.0, 1.0, 0.0, 1.7, 7.3), (6.3, 6.3, 3.0)),
    ("constant 0.5, GARCH t6", 2500): ((80.7, 1.7, 0.0, 1.7, 16.0), (4.3, 4.7, 3.7)),
    ("0.8 to 0.7, normal", 2500): ((4.7, 95.3, 0.0, 0.0, 0.0), (100.0, 99.3, 3.0)),
    ("0.8 to 0.7, t4", 2500): ((4.7, 90.3, 0.0, 1.0, 4.0), (96.3, 91.0, 4.0)),
    ("0.8 to 0.7, GARCH t6", 2500): ((3.0, 95.3, 0.0, 0.0, 1.7), (99.7, 94.7, 4.3)),
    ("constant 0.5, DCC", 500): ((31.7, 0.3, 5.3, 22.0, 40.7), (15.0, 15.7, 42.7)),
    ("KO/PEP", 500): ((32.0, 1.0, 3.3, 22.3, 41.3), (15.0, 13.0, 43.0)),
    ("XOM/CVX", 500): ((49.0, 3.3, 3.0, 19.0, 25.7), (20.0, 18.3, 53.3)),
    ("0.8 to 0.6, GARCH t6", 500): ((0.7, 48.7, 32.7, 0.0, 18.0), (92.7, 76.0, 1.7)),
    ("0.8 to 0.4, DCC", 500): ((0.0, 8.3, 82.7, 5.0, 4.0), (93.7, 91.7, 51.3)),
    ("0.8 to 0.4, GARCH t6, at 75%", 500): ((0.0, 1.7, 80.3, 7.3, 10.7), (72.7, 94.3, 76.7)),
    ("0.85 to 0.65, GARCH t6, in turns", 500): ((43.0, 0.0, 0.0, 7.3, 49.7), (1.0, 0.3, 30.0)),
    ("0.8 to 0.4, GARCH t6, in turns", 500): ((13.7, 0.0, 0.0, 44.3, 42.0), (0.0, 0.3, 75.0)),
    ("constant 0.5, DCC", 1000): ((21.7, 0.3, 6.0, 60.0, 12.0), (15.0, 13.0, 86.0)),
    ("KO/PEP", 1000): ((22.7, 0.3, 3.3, 51.7, 22.0), (9.0, 7.3, 79.3)),
    ("XOM/CVX", 1000): ((39.3, 3.7, 1.3, 50.0, 5.7), (14.0, 12.7, 90.3)),
    ("0.8 to 0.4, normal", 1000): ((0.0, 0.0, 100.0, 0.0, 0.0), (100.0, 100.0, 2.3)),
    ("0.8 to 0.4, t4", 1000): ((0.0, 0.0, 100.0, 0.0, 0.0), (100.0, 100.0, 2.7)),
    ("0.8 to 0.4, DCC", 1000): ((0.0, 3.3, 95.3, 1.3, 0.0), (99.7, 97.7, 89.0)),
    ("0.8 to 0.4, GARCH t6, at 75%", 1000): ((0.0, 0.0, 99.7, 0.3, 0.0), (86.7, 100.0, 98.0)),
    ("0.85 to 0.65, GARCH t6, in turns", 1000): ((50.7, 0.0, 0.0, 43.0, 6.3), (0.0, 0.0, 92.7)),
    ("0.8 to 0.4, GARCH t6, in turns", 1000): ((2.0, 0.0, 0.0, 98.0, 0.0), (0.0, 0.0, 100.0)),
    ("constant 0.5, DCC", 2500): ((8.0, 1.7, 0.7, 89.7, 0.0), (6.7, 5.7, 99.3)),
    ("KO/PEP", 2500): ((14.3, 1.7, 1.3, 82.3, 0.3), (7.7, 6.3, 99.0)),
    ("XOM/CVX", 2500): ((32.0, 1.7, 0.0, 66.3, 0.0), (5.7, 4.3, 100.0)),
    ("0.8 to 0.4, normal", 2500): ((0.0, 0.0, 100.0, 0.0, 0.0), (100.0, 100.0, 2.7)),
    ("0.8 to 0.4, t4", 2500): ((0.0, 0.0, 100.0, 0.0, 0.0), (100.0, 100.0, 4.3)),
    ("0.8 to 0.4, GARCH t6", 2500): ((0.0, 0.0, 100.0, 0.0, 0.0), (100.0, 100.0, 3.0)),
    ("0.8 to 0.4, DCC", 2500): ((0.0, 0.3, 99.7, 0.0, 0.0), (100.0, 100.0, 99.7)),
    ("0.8 to 0.4, GARCH t6, at 75%", 2500): ((0.0, 0.0, 100.0, 0.0, 0.0), (99.7, 100.0, 100.0)),
    ("0.85 to 0.65, GARCH t6, in turns", 2500): ((28.7, 0.0, 0.0, 71.3, 0.0), (0.0, 0.0, 100.0)),
    ("0.8 to 0.4, GARCH t6, in turns", 2500): ((0.0, 0.0, 0.0, 100.0, 0.0), (0.0, 0.0, 100.0)),
    ("0.8 to 0.6, GARCH t6", 2500): ((0.0, 84.3, 15.7, 0.0, 0.0), (100.0, 100.0, 4.0)),
}  # fmt: skip


def design_of(name: str) -> Design:
    """Read a design from its name."""
    if name in REAL:
        return Design(0.0, 0.0, name)
    levels, _, kind = name.partition(", ")
    if levels.startswith("constant"):
        return Design(float(levels.split()[1]), float(levels.split()[1]), kind)
    before, after = levels.split(" to ")
    return Design(float(before), float(after), kind)


def played(name: str, n: int) -> tuple[Counter[str], list[float]]:
    """Return the verdicts, and the rejections of T1, T2, T3, Fisher and constancy in per cent."""
    rng = np.random.default_rng([SEED, n, *name.encode()])
    pair = _pair(name) if name in REAL else None
    states: Counter[str] = Counter()
    rejected = np.zeros(5)
    for draw in range(DRAWS):
        y, x = make(design_of(name), n, rng, pair)
        if (name, n) in VERDICTS:
            found = judge(y, x, n // 2, draws=SIGNS, seed=draw)
            states[found.state] += 1
            rejected[:3] += [test.rejects() for test in found.tests]
            rejected[3] += found.classical[0].rejects()
        else:
            rejected[:2] += [shift(y, x, n // 2).rejects(), lasting_break(y, x, n // 2).rejects()]
            rejected[3] += fisher(y, x, n // 2).rejects()
        rejected[4] += constancy(y, x, n // 2).rejects()
    rates: list[float] = (100.0 * rejected / DRAWS).tolist()
    return states, rates


def apart(ours: float, theirs: float, draws: int) -> bool:
    """Tell whether two rates differ by more than 3.5 standard errors of their difference."""
    # a rate of 0 or 100 % still has an error: that of the pooled rate, half a draw inside
    pooled = (ours * DRAWS + theirs * draws) / (DRAWS + draws) / 100.0
    pooled = min(max(pooled, 0.5 / (DRAWS + draws)), 1.0 - 0.5 / (DRAWS + draws))
    error = (pooled * (1.0 - pooled) * (1.0 / DRAWS + 1.0 / draws)) ** 0.5
    # theirs are printed rounded
    return bool(abs(ours - theirs) / 100.0 > 3.5 * error + 0.0005)


def main(page: str = "") -> None:
    """Play, print, compare; write the page if one is named."""
    cells = sorted({*FISHER, *CONSTANCY, *VERDICTS}, key=lambda cell: (cell[1], cell[0]))
    results = Parallel(n_jobs=-1)(delayed(played)(*cell) for cell in cells)
    lines = [
        f"| design | n | T1 | T2 | T3 | Fisher | constancy | {' | '.join(STATES)} |",
        "|---" * (7 + len(STATES)) + "|",
    ]
    off = []
    for cell, (states, rates) in zip(cells, results, strict=True):
        name, n = cell
        judged = cell in VERDICTS
        shares = [100.0 * states[state] / DRAWS for state in STATES]
        pairs: list[tuple[float, float, int]] = []
        if judged:
            theirs, tests = VERDICTS[cell]
            pairs += [(a, b, 300) for a, b in zip(shares, theirs, strict=True)]
            pairs += [(a, b, 300) for a, b in zip(rates[:3], tests, strict=True)]
        for known, ours in ((FISHER, rates[3]), (CONSTANCY, rates[4])):
            if cell in known:
                # these were printed without decimals
                printed = known[cell]
                pairs.append((ours, min(max(ours, printed - 0.5), printed + 0.5), 1000))
        off += [f"{name}, n = {n}: {a:.1f} against {b:.1f}" for a, b, d in pairs if apart(a, b, d)]
        shown = [f"{rate:.1f}" for rate in rates]
        if not judged:
            shown[2] = "–"
        shown += [f"{share:.0f}" if judged else "–" for share in shares]
        lines.append(f"| {name} | {n} | {' | '.join(shown)} |")
    print("\n".join(lines))
    print(f"{len(off)} of the rates are further than 3.5 standard errors from those known")
    print("\n".join(off))
    if page:
        target = Path(page)
        head, _, _ = target.read_text().partition("<!-- table -->")
        target.write_text(f"{head}<!-- table -->\n\n" + "\n".join(lines) + "\n")
    if off:
        raise SystemExit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
