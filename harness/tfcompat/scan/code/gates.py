"""Gates: a release that code compares as text, and on which releases that decides otherwise than their versions do."""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from packaging.version import InvalidVersion, Version

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
SIGNS: Mapping[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
#: Up to this minor of TensorFlow 2, from 2.2 on, is looked for one on which a gate is wrong.
MINORS = 100
#: A comparison read from right to left.
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, kw_only=True)
class Gate:
    """``tf.__version__``, one of ``<``, ``<=``, ``>`` and ``>=``, and a version that is written out."""

    sign: str
    version: str

    def is_wrong(self, release: str) -> bool:
        """Whether the texts compare otherwise than the versions on a release."""
        compare = COMPARISONS[self.sign]
        return compare(release, self.version) is not compare(Version(release), Version(self.version))


def gate_of(node: ast.Compare, is_release: Callable[[ast.expr], bool]) -> Gate | None:
    """The gate that a comparison is; None where it is of something else, with a text that is no version, or never wrong."""
    if len(node.ops) != 1 or type(node.ops[0]) not in SIGNS:
        return None
    sign, left, right = SIGNS[type(node.ops[0])], node.left, node.comparators[0]
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
