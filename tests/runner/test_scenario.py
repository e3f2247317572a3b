"""Scenarios: the facts that a test gives of itself, by its marker, its docstring and its parameters."""

import types
from collections.abc import Callable
from typing import Any

import pytest

from scenarios.runner.scenario import Scenario, stable

IMPORTED = {"tensorflow": "2.16.2", "keras": "3.4.1"}
BY_KERAS = {"keras<3": "old", "keras>=3": "new"}


def word(word: str) -> None:
    """The word {word}

    And this is not the title.
    """


def wordless() -> None:
    pass


def item(function: Callable[..., None], parameters: dict[str, object] | None = None, **marked: object) -> Any:
    """A test as pytest collects it; what is left out of ``marked`` is as the marker has it by default."""
    facts = {"id": "made::x", "reference": "here", "limit": 30.0, "largest": 4000, "fresh": False, "promises": {}}
    markers = {"scenario": types.SimpleNamespace(kwargs={**facts, **marked})}
    hook = types.SimpleNamespace(get_hookimpls=list)
    return types.SimpleNamespace(
        obj=function,
        function=function,
        cls=None,
        fixturenames=list(parameters or {}),
        iter_markers=lambda: iter(()),
        ihook=types.SimpleNamespace(pytest_runtest_setup=hook, pytest_runtest_call=hook),
        _fixtureinfo=types.SimpleNamespace(name2fixturedefs={}),
        nodeid="test_made.py::test_made",
        fspath="/suite/test_made.py",
        callspec=types.SimpleNamespace(params=parameters or {}),
        get_closest_marker=markers.get,
    )


def of_word(promises: dict[str, str], imported: dict[str, str | None]) -> Scenario:
    marked = {"id": "made::{word}", "reference": "see {word}", "promises": promises}
    return Scenario(item(word, {"word": "a"}, **marked), imported)


def test_parameters_stand_in_id_title_and_reference() -> None:
    scenario = of_word(BY_KERAS, {**IMPORTED})
    assert scenario.id == "made::a"
    assert scenario.facts == {
        "id": "made::a",
        "title": "The word a",
        "reference": "see a",
        "documented": "new",
        "source": f"test_made.py:{word.__code__.co_firstlineno}",
    }


def test_a_test_without_parameters_has_its_id_as_it_is() -> None:
    test = item(wordless)
    del test.callspec
    assert Scenario(test, IMPORTED).id == "made::x"


@pytest.mark.parametrize(("keras", "promise"), [("2.15.0", "old"), ("3.0.0", "new")])
def test_what_is_documented_is_of_the_versions_that_were_imported(keras: str, promise: str) -> None:
    assert of_word(BY_KERAS, {**IMPORTED, "keras": keras}).facts["documented"] == promise


def test_of_versions_that_fulfil_no_requirement_nothing_is_documented() -> None:
    assert "documented" not in of_word(BY_KERAS, {"tensorflow": "2.16.2", "keras": None}).facts


def test_an_undocumented_scenario_has_no_promise_and_one_without_words_no_title() -> None:
    facts = Scenario(item(wordless), IMPORTED).facts
    assert facts["title"] == ""
    assert "documented" not in facts


def test_a_promise_is_recorded_as_an_observation_is() -> None:
    assert Scenario(item(wordless, promises={"": (1.0, 2)}), IMPORTED).facts["documented"] == [1.0, 2]


def test_the_limit_and_the_wish_for_a_fresh_interpreter_are_the_markers() -> None:
    scenario = Scenario(item(wordless, limit=7, fresh=True), IMPORTED)
    assert (scenario.limit, scenario.fresh) == (7.0, True)


def test_a_test_without_a_marker_is_refused_by_its_name() -> None:
    test = item(wordless)
    test.get_closest_marker = {}.get
    with pytest.raises(pytest.UsageError, match=r"test_made has no scenario marker: see docs/add-a-scenario"):
        Scenario(test, IMPORTED)


def test_a_scenario_says_of_itself_what_the_catalogue_has() -> None:
    promises = {"<2.6": (1,), "keras>=3": 2.0}
    marked = {"id": "made::{word}", "limit": 7, "largest": 9, "fresh": True, "promises": promises}
    scenario = Scenario(item(word, {"word": "a"}, **marked), {"tensorflow": None, "keras": None})
    assert scenario.described() == {
        **scenario.facts,
        "file": "test_made.py",
        "function": "word",
        "parameters": {"word": "'a'"},
        "promises": {"<2.6": [1], "keras>=3": 2.0},
        "limit": 7.0,
        "largest": 9,
        "fresh": True,
    }


class Thing:
    """Something whose text has its address."""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        ("1", "'1'"),
        (0.1, "0.1"),
        (None, "None"),
        ([1, ("a",)], "list(1, tuple('a'))"),
        ({"b", "a"}, "set('a', 'b')"),
        ({"b": [1], "a": None}, "dict('b': list(1), 'a': None)"),
        (word, f"{__name__}.word"),
        (int, "builtins.int"),
        (Thing(), f"<{__name__}.Thing object>"),
        ([Thing()], f"list(<{__name__}.Thing object>)"),
    ],
)
def test_the_text_of_a_parameter_is_the_same_in_every_process(value: object, text: str) -> None:
    assert stable(value) == text


def test_parameters_that_differ_have_texts_that_differ() -> None:
    values = [1, "1", 1.0, True, [1], (1,), {1}, {1: 1}, [[1]], [1, 1], ["1"], int, "builtins.int"]
    assert len({stable(value) for value in values}) == len(values)
