"""Tests of what is mutated, and of what is not because a test reads it."""

import ast

from tests.mutation.subjects import Subject, subjects

#: What is filled in while it is made.
FILLED = {("questions/search/ranking.py", "Fit"), ("scan/code/values.py", "Model"), ("scan/code/values.py", "World")}


def test_the_dataclasses_that_are_mutated_are_frozen_and_take_keywords() -> None:
    """What the mutants of these two words would be killed by."""
    others = {
        (subject.path, node.name)
        for subject in subjects()
        for node in ast.walk(ast.parse(subject.source))
        if isinstance(node, ast.ClassDef)
        for decorator in map(ast.unparse, node.decorator_list)
        if decorator.startswith("dataclass") and not decorator.startswith("dataclass(frozen=True, kw_only=True")
    }
    assert others == FILLED


def test_a_module_is_tried_with_its_own_tests_first_and_those_of_its_folder() -> None:
    tests = [path.name for path in Subject(path="table/ranges.py").tests]
    assert tests[0] == "test_ranges.py"
    assert "test_agreement.py" in tests


def test_a_module_of_the_ground_has_its_own_tests_and_one_without_a_folder_those_above() -> None:
    assert [path.name for path in Subject(path="outcomes.py").tests] == ["test_outcomes.py"]
    assert {path.parent.name for path in Subject(path="scan/code/calls.py").tests} == {"scan"}
