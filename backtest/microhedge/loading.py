"""Which class is meant by a strategy's name, file or dotted path.

`load` takes what a user types: `protective-put` (a file in ./strategies or a shipped one),
`my_hedge.py`, `my_hedge.py:Collar`, or `package.module:Collar`.
"""

from __future__ import annotations

import copyreg
import hashlib
import importlib
import inspect
import linecache
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from types import ModuleType
from typing import Any

from microhedge.declaration import Parameter, declared, parameters
from microhedge.errors import MicrohedgeError, StrategyFileError, UnknownName, nearest
from microhedge.folders import strategy_files
from microhedge.hedge import Hedge

_PREFIX = "_strategy_"


@dataclass(frozen=True, slots=True)
class Registered:
    """A strategy that can be named: what it is, what it takes, or the error that keeps it out."""

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    error: str | None = None


def load(spec: str) -> type[Hedge]:
    """Return the strategy class that *spec* names.

    Raises UnknownName when no strategy or class has that name, and StrategyFileError when the
    file raises, holds no hedge, or holds several and none was chosen.
    """
    place, wanted = _split(spec)
    if place.endswith(".py") or "/" in place or "\\" in place:
        path = Path(place)
        if path.is_dir():
            raise StrategyFileError(f"{place} is a folder: name a strategy file in it")
        if not path.is_file():
            beside = [str(path.with_name(each.name)) for each in path.parent.glob("*.py")]
            raise StrategyFileError(f"{place}: there is no such file{nearest(str(path), beside)}")
        module = _execute(path)
    elif Path(place).is_file():
        raise StrategyFileError(f"{place} is no strategy file: its name must end in .py")
    elif "." in place or (wanted and place.replace("_", "-") not in strategy_files()):
        module = _import(place)
    else:
        module = _execute(_file_of(place))
        place = str(module.__file__)
    return _choose(module, place, wanted)


def registered() -> list[Registered]:
    """Every strategy that can be named here: the shipped ones and those in ./strategies."""
    found = []
    for name, path in sorted(strategy_files().items()):
        try:
            cls = load(str(path))
        except MicrohedgeError as error:
            found.append(Registered(name, "", (), str(error)))
        else:
            found.append(Registered(name, summary_of(cls), parameters(cls)))
    return found


def summary_of(cls: type[Hedge]) -> str:
    """What a strategy is, in one line: of its file if the file holds nothing else, or its own."""
    module = sys.modules.get(cls.__module__)
    own = cls.__dict__.get("__doc__") or ""
    # a dataclass without a docstring is given its signature as one
    texts = [own if not own.startswith(f"{cls.__name__}(") else ""]
    if module is not None and module.__doc__ and list(_hedges(module).values()) == [cls]:
        texts.insert(0, module.__doc__)
    return next((text.strip().partition("\n")[0] for text in texts if text), "")


def _split(spec: str) -> tuple[str, str | None]:
    place, colon, wanted = spec.rpartition(":")
    # the colon of a drive letter (C:\hedge.py) is not followed by a class name
    return (place, wanted) if colon and wanted.isidentifier() else (spec, None)


def _file_of(name: str) -> Path:
    files = strategy_files()
    path = files.get(name.replace("_", "-"))
    if path is not None:
        return path
    if Path(f"{name}.py").is_file():
        raise UnknownName(f"no strategy named {name!r}: for the file, write {name}.py")
    hint = nearest(name, files) or f"; there are {', '.join(sorted(files))}"
    raise UnknownName(f"no strategy named {name!r}{hint}")


def _import(name: str) -> ModuleType:
    with _importable(Path.cwd()):
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or not name.startswith(error.name):
                raise StrategyFileError(f"{name}: {_said(error)}") from error
            raise UnknownName(f"no module {error.name!r} to take a strategy from") from None
        except (Exception, SystemExit) as error:
            raise StrategyFileError(f"{name}: {_said(error)}") from error


def _execute(path: Path) -> ModuleType:
    path = path.resolve()
    try:
        text = path.read_bytes()
    except OSError as error:
        raise StrategyFileError(f"{path.name} cannot be read: {error.strerror}") from error
    linecache.checkcache(str(path))
    return _run(path, text)


def arrived(path: Path, text: bytes, name: str) -> type[Hedge]:
    """Return a strategy by the text of its file, which need not exist on this machine.

    Raises StrategyFileError as `load` does.
    """
    lines = text.decode().splitlines(keepends=True)
    # what reads a class's source finds it here; no file is asked whether it changed
    linecache.cache[str(path)] = (len(text), None, lines, str(path))
    return _choose(_run(path, text), path.name, name)


def _run(path: Path, text: bytes) -> ModuleType:
    """Run a strategy file as a module of its own; the same text is run once."""
    digest = hashlib.sha256(str(path).encode() + b"\0" + text).hexdigest()[:12]
    # a name of its own: two files called hedge.py, or one called json.py, must not meet
    name = f"{_PREFIX}{path.stem}_{digest}"
    if name in sys.modules:
        return sys.modules[name]
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    try:
        with _importable(path.parent):
            exec(compile(text, str(path), "exec", dont_inherit=True), module.__dict__)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise StrategyFileError(f"{_place(path, error)}: {_said(error)}") from error
    except BaseException:
        del sys.modules[name]
        raise
    return module


@contextmanager
def _importable(place: Path) -> Iterator[None]:
    """Let a file import its neighbours while it runs, and nobody else afterwards."""
    entry = str(place)
    sys.path.insert(0, entry)
    try:
        yield
    finally:
        sys.path.remove(entry)


def _place(path: Path, error: BaseException) -> str:
    """File and line of the user's own code that an error came from."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path.name} line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    return f"{path.name} line {lines[-1]}" if lines else path.name


def _said(error: BaseException) -> str:
    what = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    if isinstance(error, MicrohedgeError):
        return what
    return f"{type(error).__name__}: {what}" if what else type(error).__name__


def _hedges(module: ModuleType) -> dict[str, type[Hedge]]:
    """The strategies that a module defines itself, by name."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, Hedge)
        and value.__module__ == module.__name__
        and name == value.__name__  # an alias is not another hedge
    }


def _choose(module: ModuleType, place: str, wanted: str | None) -> type[Hedge]:
    hedges = _hedges(module)
    complete = {name: cls for name, cls in hedges.items() if not inspect.isabstract(cls)}
    label = Path(place).name if place.endswith(".py") else place
    if wanted is not None:
        if wanted not in hedges:
            hint = nearest(wanted, complete) or _there_are(complete)
            raise UnknownName(f"{label} holds no hedge {wanted!r}{hint}")
        chosen = hedges[wanted]
    elif len(complete) == 1:
        chosen = next(iter(complete.values()))
    elif complete:
        ways = " or ".join(f"{place}:{name}" for name in complete)
        raise StrategyFileError(f"{label} holds {len(complete)} hedges: choose {ways}")
    elif hedges:
        chosen = next(iter(hedges.values()))
    else:
        raise StrategyFileError(f"{label} holds no hedge: define a class that derives from Hedge")
    missing = sorted(getattr(chosen, "__abstractmethods__", ()))
    if missing:
        raise StrategyFileError(f"{label}: {chosen.__name__} does not define {', '.join(missing)}")
    try:
        declared(chosen)
    except (MicrohedgeError, NameError) as error:
        raise StrategyFileError(f"{label}: {_said(error)}") from error
    if module.__name__.startswith(_PREFIX):
        copyreg.pickle(chosen, _recipe)
    return chosen


def _recipe(hedge: Hedge) -> tuple[Any, ...]:
    """What travels to another process of a hedge from a file: the file and its parameters."""
    cls = type(hedge)
    given = {one.name: getattr(hedge, one.name) for one in fields(hedge)}
    return _again, (f"{inspect.getfile(cls)}:{cls.__name__}", cls.__module__, given)


def _again(spec: str, module: str, given: dict[str, Any]) -> Hedge:
    cls = load(spec)
    if cls.__module__ != module:
        raise StrategyFileError(f"{spec} was changed while it ran: start again")
    return cls(**given)


def _there_are(names: dict[str, type[Hedge]]) -> str:
    return f"; it holds {', '.join(names)}" if names else ""
