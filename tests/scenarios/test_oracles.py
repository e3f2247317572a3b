"""The oracles of promises: each passes layers that are right, and a sign, an axis or a dtype that is wrong in it is seen."""

import ast
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from scenarios.observe import Compared, plain
from tests.conftest import ROOT
from tests.scenarios import numpy_keras
from tfcompat.outcomes import Status
from tfcompat.record import verdict


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """A change of an oracle: in a function of a file of the suite, what stands there and what is put in its place."""

    file: str
    function: str
    old: str
    new: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.function}: {self.old} → {self.new}"


FAR = 1e8 + np.array([[1.0, 3.0]])
SIGNS = [
    Mutation(
        file="test_adapt.py",
        function="test_axis_last_2d",
        old="QUERY - ROWS.mean(axis=0)",
        new="QUERY + ROWS.mean(axis=0)",
    ),
    Mutation(
        file="test_construction.py",
        function="test_mean_for_a_middle_axis",
        old="inputs - [[1.0], [3.0]]",
        new="inputs + [[1.0], [3.0]]",
    ),
    Mutation(
        file="test_batch_norm.py",
        function="test_moving_statistics",
        old="data.mean() * 0.5",
        new="-data.mean() * 0.5",
        arguments={"kind": "rows", "shape": (2, 1)},
    ),
    Mutation(file="test_other_norms.py", function="test_layer_default", old="ROW - ROW.mean()", new="ROW.mean() - ROW"),
]
AXES = [
    Mutation(file="test_adapt.py", function="test_axis_none_2d", old="ROWS.std()", new="ROWS.std(axis=0)"),
    Mutation(
        file="test_adapt.py", function="test_axis_middle", old="data.mean(axis=(0, 2))", new="data.mean(axis=(0, 1))"
    ),
    Mutation(
        file="test_axes.py",
        function="test_layer",
        old="data.mean(tupled(axis), keepdims=True)",
        new="data.mean(others(axis, rank), keepdims=True)",
        arguments={"rank": 4, "axis": [1, 2], "axes": "1_2"},
    ),
    Mutation(
        file="test_other_norms.py",
        function="test_unit_two_axes",
        old="(MATRIX**2).sum()",
        new="(MATRIX**2).sum(axis=2, keepdims=True)",
    ),
]
DTYPES = [
    Mutation(
        file="test_dtypes.py",
        function="test_layer",
        old="standardized(data, 1)",
        new='standardized(data.astype("float32"), 1)',
        arguments={"dtype": "float64", "output": "float64", "data": FAR},
    ),
    Mutation(
        file="test_dtypes.py",
        function="test_unit",
        old="expected(formula, output)",
        new='expected(formula, "float16")',
        arguments={"dtype": "float64", "output": "float64", "data": FAR},
    ),
]
#: Neither a sign nor an axis nor a dtype, but what oracles of these layers are got wrong by.
FORMULAS = [
    Mutation(
        file="test_batch_norm.py",
        function="test_moving_statistics",
        old="data.var() * 0.5",
        new="data.var(ddof=1) * 0.5",
        arguments={"kind": "rows", "shape": (2, 1)},
    ),
    Mutation(
        file="test_other_norms.py",
        function="test_layer_epsilon_place",
        old="np.sqrt(row.var() + 1.0)",
        new="(np.sqrt(row.var()) + 1.0)",
    ),
]
ALL = [*SIGNS, *AXES, *DTYPES, *FORMULAS]


@pytest.fixture(autouse=True, scope="module")
def _known_mark(request: pytest.FixtureRequest) -> None:
    request.config.addinivalue_line("markers", "scenario: a row of the suite, which the tests themselves do not run")


@pytest.fixture(autouse=True)
def _right_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", numpy_keras.module())


def outcome(mutation: Mutation, *, mutated: bool) -> Status:
    """What the verdict on a promise is, held against its own oracle or a mutated one."""
    source = (ROOT / "scenarios" / mutation.file).read_text(encoding="utf-8")
    written = text_of(source, mutation.function)
    assert written.count(mutation.old) == 1, "the oracle has been written otherwise: change the mutation"
    text = source.replace(written, written.replace(mutation.old, mutation.new)) if mutated else source
    names: dict[str, Any] = {"__name__": mutation.file}
    exec(compile(text, mutation.file, "exec"), names)  # noqa: S102 - the suite's own text
    compared = names[mutation.function](**mutation.arguments)
    assert isinstance(compared, Compared)
    return verdict.compared(plain(compared.observed), plain(compared.expected)).status


def text_of(source: str, function: str) -> str:
    """The source of a function of a file."""
    (found,) = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == function)
    return ast.get_source_segment(source, found) or ""


def test_ten_oracles_and_more_are_tried() -> None:
    assert len({(mutation.file, mutation.function) for mutation in ALL}) >= 10


@pytest.mark.parametrize("mutation", ALL, ids=str)
def test_an_oracle_passes_layers_that_are_right(mutation: Mutation) -> None:
    assert outcome(mutation, mutated=False) is Status.WORKS


@pytest.mark.parametrize("mutation", ALL, ids=str)
def test_an_oracle_with_a_mistake_in_it_is_told_apart(mutation: Mutation) -> None:
    assert outcome(mutation, mutated=True) is Status.WRONG
