"""What may be set on a strategy, and which values are allowed.

A strategy declares its parameters as annotated class attributes. From that one declaration come
the keyword-only constructor, the options of the command line, the axes of a sweep, the report's
parameter table, equality and the configuration hash. One validator serves them all.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from functools import cache
from typing import Any, TypeVar, dataclass_transform, get_type_hints

from microhedge.errors import ParameterError, UnknownName, nearest
from microhedge.parameter import KINDS, STANDARD, Choice, Parameter, Range, Sessions, Value, Warmup

__all__ = [
    "Choice",
    "Parameter",
    "Range",
    "Sessions",
    "Value",
    "build",
    "dashed",
    "declared",
    "parameters",
    "values",
    "warmup",
]


@dataclass_transform(kw_only_default=True, frozen_default=True)
class _Declared:
    """Makes every subclass a frozen, keyword-only dataclass whose values are checked.

    The decorator and the hook sit on this private parent because type checkers do not see the
    fields of the class that carries the decorator itself.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        _refuse_unannotated(cls)
        dataclass(kw_only=True, frozen=True)(cls)

    def __new__(cls, *_: object, **given: object) -> Any:
        # dataclass would answer with a TypeError that knows no nearest name
        _refuse_unknown(cls, given)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for parameter in declared(type(self)):
            value = getattr(self, parameter.name)
            checked = parameter.check(value)
            if checked is not value:
                object.__setattr__(self, parameter.name, checked)


D = TypeVar("D", bound=_Declared)


def declared(cls: type[_Declared]) -> tuple[Parameter, ...]:
    """All that may be set on *cls*, in order, with what its base class declares (the holding).

    Raises ParameterError when a type is not int, float, str, bool or date, or a default is refused
    by its own declaration.
    """
    key: Any = cls  # a class is hashable whatever its instances are, which mypy does not see
    return _read(key)


@cache
def _read(cls: Any) -> tuple[Parameter, ...]:
    hints = get_type_hints(cls, include_extras=True)
    comments: dict[str, str] = {}
    for ancestor in reversed(cls.__mro__):
        comments |= _comments(ancestor)
    found = []
    for field in fields(cls):
        hint = hints[field.name]
        marks = getattr(hint, "__metadata__", ())
        kind = getattr(hint, "__origin__", hint) if marks else hint
        if kind not in KINDS:
            spelled = getattr(kind, "__name__", str(kind))
            raise ParameterError(
                f"{cls.__name__}.{field.name}: a parameter is an int, float, str, bool or date, "
                f"not {spelled}"
            )
        own = next((mark for mark in marks if isinstance(mark, Range)), None)
        standard = STANDARD.get(field.name) if kind in {int, float} else None
        parameter = Parameter(
            name=field.name,
            kind=kind,
            default=None,
            range=own or standard,
            is_warmup=any(isinstance(mark, Warmup) for mark in marks),
            help=comments.get(field.name, ""),
            choice=next((mark for mark in marks if isinstance(mark, Choice)), None),
        )
        if field.default is not MISSING:
            parameter = _with_default(cls, parameter, field.default)
        found.append(parameter)
    return tuple(found)


def parameters(cls: type[_Declared]) -> tuple[Parameter, ...]:
    """The parameters that the strategy itself declares, without its base class's holding."""
    base = next(kind for kind in reversed(cls.__mro__) if kind is not _Declared and _is(kind))
    inherited = vars(base)["__dataclass_fields__"] if base is not cls else {}
    return tuple(each for each in declared(cls) if each.name not in inherited)


def values(instance: _Declared) -> dict[str, Value]:
    """The parameters of one strategy with their values, in order, without its holding.

    Those that every strategy has are among them where they are not at their defaults.
    """
    own = parameters(type(instance))
    common = [
        each
        for each in declared(type(instance))
        if each not in own and not each.is_required and getattr(instance, each.name) != each.default
    ]
    return {each.name: getattr(instance, each.name) for each in (*own, *common)}


def warmup(instance: _Declared) -> int:
    """How many sessions must have passed before the first decision: the largest `Sessions`."""
    counts = (getattr(instance, each.name) for each in declared(type(instance)) if each.is_warmup)
    return max(counts, default=0)


def build(cls: type[D], given: Mapping[str, object]) -> D:
    """Return a *cls* with the values *given*, of which texts are parsed.

    Raises UnknownName for a name that was not declared and ParameterError for a value that is
    refused or missing.
    """
    _refuse_unknown(cls, given)
    known = declared(cls)
    missing = [each for each in known if each.is_required and given.get(each.name) is None]
    if missing:
        meant = f": {missing[0].help}" if missing[0].help else ""
        raise ParameterError(f"{dashed(cls)} needs a value for {missing[0].name!r}{meant}")
    return cls(
        **{
            each.name: each.parse(value) if isinstance(value, str) else value
            for each in known
            if (value := given.get(each.name)) is not None
        }
    )


def dashed(cls: type) -> str:
    """The name of a class as it is typed on the command line: ProtectivePut, protective-put."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()


def _is(cls: type) -> bool:
    return issubclass(cls, _Declared)


def _with_default(cls: type, parameter: Parameter, default: object) -> Parameter:
    try:
        value = parameter.check(default)
    except ParameterError as error:
        raise ParameterError(f"default of {cls.__name__}: {error}") from None
    return replace(parameter, default=value)


def _refuse_unknown(cls: type[_Declared], given: Mapping[str, object]) -> None:
    known = list(vars(cls)["__dataclass_fields__"])
    for name in given:
        if name not in known:
            hint = nearest(name, known) or f"; it has {', '.join(known)}"
            raise UnknownName(f"{dashed(cls)} has no parameter {name!r}{hint}")


def _refuse_unannotated(cls: type) -> None:
    """Refuse `floor = 0.9`: without its annotation it would silently not be a parameter."""
    annotated = inspect.get_annotations(cls)
    for name, value in vars(cls).items():
        if name.startswith("_") or name in annotated or not name.islower():
            continue
        if isinstance(value, KINDS):
            kind = type(value).__name__
            raise ParameterError(
                f"{cls.__name__}.{name} has no type: write {name}: {kind} = {value!r} for a "
                f"parameter, or ClassVar[{kind}] for a constant"
            )


def _comments(cls: type) -> dict[str, str]:
    """The comment behind each annotated attribute of a class, or nothing without its source."""
    if not (_is(cls) and "__dataclass_fields__" in vars(cls)):
        return {}
    try:
        source = textwrap.dedent(inspect.getsource(cls))
        body = ast.parse(source).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        return {}  # typed at a prompt, or frozen into an executable
    if not isinstance(body, ast.ClassDef):
        return {}
    lines = {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    return {
        node.target.id: lines.get(node.end_lineno or node.lineno, "")
        for node in body.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
