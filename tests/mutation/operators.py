"""The small changes that are made: one for each kind of place, most of them cosmic-ray's.

Of cosmic-ray's operators each replaces a word by its opposite or its neighbour. The others of its 120 (such as ``|`` by ``**``)
raise at the first call: they would only make the figure look better.
"""

from collections.abc import Iterator
from typing import Any

import parso
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

NAMES = (
    "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_NotEq_Eq",
    "ReplaceComparisonOperator_Lt_LtE",
    "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_Gt_GtE",
    "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_IsNot_Is",
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceBinaryOperator_Mul_Div",
    "ReplaceBinaryOperator_Div_Mul",
    "ReplaceBinaryOperator_FloorDiv_Mul",
    "ReplaceBinaryOperator_Mod_Mul",
    "ReplaceBinaryOperator_BitOr_BitAnd",
    "ReplaceBinaryOperator_BitAnd_BitOr",
    "ReplaceUnaryOperator_USub_UAdd",
    "ReplaceUnaryOperator_Delete_Not",
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "NumberReplacer",
    "RemoveDecorator",
    "ZeroIterationForLoop",
)


class _Words(Operator):
    """One operator of a comparison by another; cosmic-ray's own know ``==`` and ``is``, and not ``in``."""

    before, after = "", ""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        if node.type == "comparison":
            yield from ((word.start_pos, word.end_pos) for word in self._places(node))

    def mutate(self, node: Any, index: int) -> Any:
        place = node.children.index(self._places(node)[index])
        node.children[place] = parso.parse(f" {self.after}")
        return node

    def _places(self, node: Any) -> list[Any]:
        return [word for word in node.children[1::2] if " ".join(word.get_code().split()) == self.before]

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class InByNotIn(_Words):
    before, after = "in", "not in"


class NotInByIn(_Words):
    before, after = "not in", "in"


class ExceptNothing(Operator):
    """An exception that a handler names, replaced by one that nothing raises; cosmic-ray's own breaks at a dotted name."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        if node.type == "except_clause":
            yield from ((name.start_pos, name.end_pos) for name in self._names(node))

    def mutate(self, node: Any, index: int) -> Any:
        name = self._names(node)[index]
        siblings = name.parent.children
        siblings[siblings.index(name)] = parso.parse(f"{name.get_first_leaf().prefix}StopAsyncIteration")
        return node

    def _names(self, clause: Any) -> list[Any]:
        named = clause.children[1]
        if named.type != "atom":
            return [named]
        inner = named.children[1]
        return inner.children[::2] if inner.type == "testlist_comp" else [inner]

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class NegateFilter(Operator):
    """The condition of a comprehension, negated; cosmic-ray's AddNot does it for statements."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        if node.type == "comp_if":
            yield node.children[1].start_pos, node.children[1].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        node.children[1] = parso.parse(f" not ({node.children[1].get_code().strip()})")
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


def operators() -> list[Operator]:
    """All of them, in the order in which they are applied."""
    theirs = [get_operator(f"core/{name}")() for name in NAMES]
    return [*theirs, InByNotIn(), NotInByIn(), ExceptNothing(), NegateFilter()]
