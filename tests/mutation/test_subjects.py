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


def test_the_records_that_are_mutated_are_frozen_and_take_keywords() -> None:
    others = {
        (subject.path, node.name)
        for subject in subjects()
        for node in ast.walk(ast.parse(subject.source))
        if isinstance(node, ast.ClassDef) and is_record(node)
        if not {("frozen", "True"), ("kw_only", "True")}
        <= {*settings(node), *INHERITED.get(ast.unparse(node.bases[0]), ())}
    }
    assert others == {("record/lines.py", "Versioned")}, "one field that nobody keeps"


#: What a class of lines has from its base; whether it is frozen each says again.
INHERITED = {"Line": [("kw_only", "True")]}


def is_record(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base) in ("Struct", "msgspec.Struct", "Line") for base in node.bases)


def settings(node: ast.ClassDef) -> list[tuple[str | None, str]]:
    return [(word.arg, ast.unparse(word.value)) for word in node.keywords]


def test_a_module_is_tried_with_its_own_tests_first_and_those_of_its_folder() -> None:
    tests = [path.name for path in Subject(path="table/ranges.py").tests]
    assert tests[0] == "test_ranges.py"
    assert "test_agreement.py" in tests


def test_a_module_of_the_ground_has_its_own_tests_and_one_without_a_folder_those_above() -> None:
    assert [path.name for path in Subject(path="outcomes.py").tests] == ["test_outcomes.py"]
    above = Subject(path="scan/code/calls.py").tests
    assert {path.parent.name for path in above} == {"scan"}
    assert above[0].name == "test_calls.py"
