"""Is all that microhedge needs on this machine, and if not, what is to be done?

Packages are looked up, not imported, so that the answer comes at once and a broken one is found
before anything needs it.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from microhedge.errors import BadData, MicrohedgeError
from microhedge.folders import VARIABLE, cache_folder, folder
from microhedge.shipped_files import SIDECAR, verified
from microhedge.version import __version__
from microhedge.workers import cores

OLDEST: Final = (3, 11)
"""The oldest Python."""

FONTS: Final = {
    "font_source_sans_pro": [
        f"files/SourceSansPro-{face}.ttf" for face in ("Regular", "Semibold", "Bold")
    ],
    "matplotlib": ["mpl-data/fonts/ttf/DejaVuSansMono.ttf"],
}
"""The report's font files, by the package that brings them."""

_NOT_FOR_USERS: Final = {"dev", "docs"}
_REQUIREMENT = re.compile(
    r"""(?P<name>[A-Za-z0-9._-]+) \s* (?P<range>(?:[<>=!][^;@~]*?)?) \s*
        (?: ; \s* extra \s* == \s* ['"](?P<extra>[^'"]+)['"] )?""",
    re.VERBOSE,
)
_BOUND = re.compile(r"(>=|<=|==|!=|<|>)\s*([0-9][0-9.]*)")


@dataclass(frozen=True, slots=True)
class Dependency:
    """A package: the versions that fit, and the one that is here (None without it)."""

    name: str
    wanted: str
    version: str | None
    extra: str | None = None

    @property
    def fits(self) -> bool:
        """Whether it is here, at a version that fits."""
        return self.version is not None and _within(self.version, self.wanted)

    @property
    def problem(self) -> str | None:
        """What to do about it, None if it fits."""
        if self.fits:
            return None
        whole = f"{self.name}{self.wanted}"
        was = "is not installed" if self.version is None else f"is {self.version}"
        wanted = self.wanted or "any version"
        return f"{self.name} {was}, and {wanted} is needed: pip install '{whole}'"


@dataclass(frozen=True, slots=True)
class Installation:
    """What was found; `problems` says of each thing that is lacking what to do.

    `extras` are the optional parts, with whether each is here.  `cache_bytes` is the size of
    everything in the cache.  `shipped` are the data files whose hash is that of their metadata.
    `yahoo` is what its answer was, None if it was not asked.
    """

    version: str
    place: str
    python: str
    executable: str
    platform: str
    cores: int
    dependencies: tuple[Dependency, ...]
    extras: dict[str, bool]
    cache: str
    cache_bytes: int
    cache_writable: bool
    fonts: tuple[str, ...]
    shipped: tuple[str, ...]
    yahoo: str | None
    problems: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return asdict(self)


def inspect(*, online: bool = False) -> Installation:
    """Look at this installation; only with `online` is Yahoo asked, once."""
    problems: list[str] = []
    if sys.version_info < OLDEST:
        problems.append(f"Python is {platform.python_version()}, and 3.11 or newer is needed")
    dependencies, extras = _dependencies(problems)
    fonts = tuple(_fonts(problems))
    shipped = tuple(_shipped(problems))
    cache, size, writable = _cache(problems)
    return Installation(
        version=__version__,
        place=str(Path(__file__).resolve().parent),
        python=platform.python_version(),
        executable=sys.executable,
        platform=platform.platform(),
        cores=cores(),
        dependencies=dependencies,
        extras=extras,
        cache=cache,
        cache_bytes=size,
        cache_writable=writable,
        fonts=fonts,
        shipped=shipped,
        yahoo=_yahoo(problems) if online else None,
        problems=tuple(problems),
    )


def _dependencies(problems: list[str]) -> tuple[tuple[Dependency, ...], dict[str, bool]]:
    try:
        said = metadata.requires("microhedge") or []
        named = metadata.metadata("microhedge").get_all("Provides-Extra") or []
    except metadata.PackageNotFoundError:
        problems.append("microhedge is not installed, so its dependencies are unknown: pip install")
        return (), {}
    every = [_dependency(line) for line in said]
    problems += [p for each in every if each.extra is None and (p := each.problem)]
    extras = {
        name: all(each.fits for each in every if each.extra == name)
        for name in named
        if name not in _NOT_FOR_USERS
    }
    wanted = [each for each in every if each.extra is None or each.extra in extras]
    return tuple(wanted), extras


def _dependency(line: str) -> Dependency:
    found = _REQUIREMENT.fullmatch(line)
    if found is None:
        raise BadData(f"this installation asks for {line!r}, which cannot be read: reinstall")
    name = found["name"]
    return Dependency(name, found["range"], _version(name), found["extra"])


def _version(name: str) -> str | None:
    """Return a package's version, None where its record or its files are gone."""
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
    return version if find_spec(name.lower().replace("-", "_")) else None


def _within(version: str, wanted: str) -> bool:
    """Tell whether a version lies within a range such as >=3.10,<4, by its leading numbers."""
    compare = {
        ">=": lambda a, b: a >= b,
        "<=": lambda a, b: a <= b,
        "==": lambda a, b: a == b,
        "!=": lambda a, b: a != b,
        "<": lambda a, b: a < b,
        ">": lambda a, b: a > b,
    }
    leading = re.match(r"[0-9]+(\.[0-9]+)*", version)
    here = _numbers(leading[0] if leading else "0")
    return all(compare[sign](here, _numbers(bound)) for sign, bound in _BOUND.findall(wanted))


def _numbers(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in version.strip(".").split(".")]
    return tuple(parts + [0] * (6 - len(parts)))  # 3.0 is 3.0.0


def _fonts(problems: list[str]) -> Iterator[str]:
    for package, files in FONTS.items():
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            continue  # named among the dependencies
        for file in files:
            path = Path(spec.origin).parent / file
            if path.is_file():
                yield path.name
            else:
                problems.append(f"the font {path} is gone: reinstall {package.replace('_', '-')}")


def _shipped(problems: list[str]) -> Iterator[str]:
    try:
        place = folder("data")
        folder("strategies")
    except MicrohedgeError as error:
        problems.append(str(error))
        return
    names = sorted(path.name.removesuffix(SIDECAR) for path in place.glob(f"*{SIDECAR}"))
    if not names:
        problems.append(f"{place} holds no prices: reinstall microhedge")
    for name in names:
        if not (place / name).is_file():
            continue  # a redistributor may leave out a file
        try:
            verified(place, name)
        except (MicrohedgeError, OSError) as error:
            problems.append(f"{error}, or reinstall microhedge")
        else:
            yield name


def _cache(problems: list[str]) -> tuple[str, int, bool]:
    try:
        place = cache_folder()
    except MicrohedgeError as error:
        problems.append(str(error))
        return "", 0, False
    size = sum(_sizes(place))
    above = next(each for each in (place, *place.absolute().parents) if each.exists())
    return str(place), size, above.is_dir() and os.access(above, os.W_OK | os.X_OK)


def _sizes(place: Path) -> Iterable[int]:
    for at, _, files in os.walk(place):
        for name in files:
            try:
                yield os.stat(os.path.join(at, name)).st_size
            except FileNotFoundError:
                continue  # another process has just moved it


def _yahoo(problems: list[str]) -> str:
    try:
        from microhedge.sources.yahoo.fetch import Line, fetch  # noqa: PLC0415 - asked for
        from microhedge.sources.yahoo.rebuild import utc_now  # noqa: PLC0415
    except ImportError as error:
        problems.append(f"Yahoo was not asked: {error}")
        return "not asked"
    now = utc_now()
    line = Line(cache_folder() / "yfinance", tries=1)
    try:
        answer = fetch("^GSPC", now.date() - timedelta(days=14), now, line)
    except MicrohedgeError as error:
        problems.append(str(error))
        return "no answer"
    except OSError as error:
        problems.append(f"{error.filename}: {error.strerror}: set {VARIABLE} to another folder")
        return "not asked"
    last = date.fromordinal(date(1970, 1, 1).toordinal() + int(answer.columns.day[-1]))
    return f"answers, ^GSPC to {last}"
