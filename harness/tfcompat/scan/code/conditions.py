"""Conditions: what decides by the installed release, and where a version that is compared as text decides wrongly."""

import ast
import re
from collections.abc import Callable, Mapping

from packaging.version import InvalidVersion, Version

from tfcompat.scan.known.names import Gate

#: What a condition says that decides by the version of a package, or by what it has.
GUARD = re.compile(r"version|^hasattr$|^getattr$", re.IGNORECASE)
#: The comparisons by their signs.
SIGNS: Mapping[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
#: Up to this minor of TensorFlow 2, from 2.2 on, is looked for one on which a gate is wrong.
MINORS = 100
#: A comparison read from right to left.
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def gate_of(node: ast.Compare, is_release: Callable[[ast.expr], bool]) -> Gate | None:
    """The gate that a comparison is; None where it is of something else, with a text that is no version, or never wrong."""
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if sign := SIGNS.get(type(operator)):
            return gate_of_sides(sign, left, right, is_release)
    return None


def gate_of_sides(sign: str, left: ast.expr, right: ast.expr, is_release: Callable[[ast.expr], bool]) -> Gate | None:
    """The gate that two sides and what is between them are."""
    if is_release(right):
        sign, left, right = MIRRORED[sign], right, left
    if not (is_release(left) and isinstance(right, ast.Constant) and isinstance(right.value, str)):
        return None
    try:
        Version(right.value)
    except InvalidVersion:
        return None
    gate = Gate(sign=sign, version=right.value)
    return gate if any(gate.is_wrong(f"2.{minor}.0") for minor in range(2, MINORS)) else None


def is_guard(test: ast.expr) -> bool:
    """Whether a condition is about what the installed release is or has."""
    plain = test.operand if isinstance(test, ast.UnaryOp) else test
    if isinstance(plain, ast.Name):
        return not plain.id.islower()
    return any(bool(GUARD.search(name)) for child in ast.walk(test) if (name := name_of(child))) or is_none(plain)


def name_of(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_none(test: ast.expr) -> bool:
    """Whether a condition asks whether a class is there."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is() | ast.IsNot()]):
            return name[:1].isupper()
    return False
