"""Signatures: the text of one read as parameters, and in words what changed from one to another."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import repeat

#: Characters that a signature is read up to; it came out of a cell, and none of TensorFlow's is as long.
LONGEST = 2000
#: Characters of a signature inside a sentence.
SHOWN = 160


class Kind(StrEnum):
    """What may happen to a public name between two releases, in the order in which it is told."""

    APPEARS = "appears"
    GONE = "is gone"
    GAINS = "gains"
    LOSES = "loses"
    DEFAULT = "changes a default"
    PASSING = "changes how an argument is passed"
    ORDER = "changes the order of its arguments"
    OTHER = "changes"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter: its name with its stars, how it is passed, and its default as source text where it has one."""

    name: str
    passed: str
    default: str | None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that changed: ``text`` is a predicate, such as ``gains the argument invert``."""

    kind: Kind
    text: str


def compare(before: str, after: str) -> Iterator[Difference]:
    """What changed from one signature to another; nothing where they say the same in other words."""
    if before == after:
        return
    old, new = parse(before), parse(after)
    if old is None or new is None:
        yield Difference(kind=Kind.OTHER, text=f"changes from {shown(before)} to {shown(after)}")
        return
    if gained := [name for name in new if name not in old]:
        yield Difference(kind=Kind.GAINS, text=f"gains {arguments(gained)}")
    if lost := [name for name in old if name not in new]:
        yield Difference(kind=Kind.LOSES, text=f"loses {arguments(lost)}")
    kept = [name for name in new if name in old]
    for name in kept:
        yield from of_parameter(old[name], new[name])
    if kept != [name for name in old if name in new]:
        yield Difference(kind=Kind.ORDER, text=f"changes the order of its arguments to {', '.join(kept)}")


def of_parameter(old: Parameter, new: Parameter) -> Iterator[Difference]:
    """What changed of one parameter."""
    if old.passed != new.passed:
        yield Difference(kind=Kind.PASSING, text=f"takes {new.name} as {new.passed}, not as {old.passed}")
    if old.default == new.default:
        return
    if old.default is None:
        text = f"gives {new.name} the default {shown(new.default or '')}"
    elif new.default is None:
        text = f"takes the default {shown(old.default)} from {new.name}"
    else:
        text = f"changes the default of {new.name} from {shown(old.default)} to {shown(new.default)}"
    yield Difference(kind=Kind.DEFAULT, text=text)


def arguments(names: Sequence[str]) -> str:
    return f"the argument{'s' if len(names) > 1 else ''} {', '.join(names)}"


def shown(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def parse(text: str) -> Mapping[str, Parameter] | None:
    """The parameters by name, in order; None where the text is not a signature that Python could have."""
    if not text.startswith("(") or len(text) > LONGEST:
        return None
    quoted = re.sub(r"=(<.*?>)(?=, |\))", lambda found: f"={found[1]!r}", text)  # <object> is not an expression
    try:
        (function,) = ast.parse(f"def f{quoted}: pass").body
        return {one.name: one for one in parameters(function.args)} if isinstance(function, ast.FunctionDef) else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def parameters(found: ast.arguments) -> Iterator[Parameter]:
    """The parameters of a parsed signature, as ``inspect`` orders and names them."""
    passing = inspect.Parameter
    positional = [*found.posonlyargs, *found.args]
    defaults = [*repeat(None, len(positional) - len(found.defaults)), *found.defaults]
    for one, default in zip(positional, defaults, strict=True):
        kind = passing.POSITIONAL_ONLY if one in found.posonlyargs else passing.POSITIONAL_OR_KEYWORD
        yield Parameter(name=one.arg, passed=kind.description, default=source(default))
    if found.vararg:
        yield Parameter(name=f"*{found.vararg.arg}", passed=passing.VAR_POSITIONAL.description, default=None)
    for one, default in zip(found.kwonlyargs, found.kw_defaults, strict=True):
        yield Parameter(name=one.arg, passed=passing.KEYWORD_ONLY.description, default=source(default))
    if found.kwarg:
        yield Parameter(name=f"**{found.kwarg.arg}", passed=passing.VAR_KEYWORD.description, default=None)


def source(default: ast.expr | None) -> str | None:
    """A default as source text: numbers as Python writes them, anything that is not an expression as it stood."""
    if default is None:
        return None
    value = default.value if isinstance(default, ast.Constant) else None
    return value if isinstance(value, str) and value.startswith("<") else ast.unparse(default)
