"""Scenarios: the facts that a test gives of itself, by its marker, its docstring and its parameters."""

import types
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from scenarios.runner.scenario import Scenario, stable
from tfcompat.outcomes import Kind
from tfcompat.suite.catalogue import CataloguedScenario


def word(word: str) -> None:
    """The word {word}

    And this is not the title.
    """


def wordless() -> None:
    pass


def item(function: Callable[..., None], parameters: dict[str, object] | None = None, **marked: object) -> Any:
    """A test as pytest collects it; what is left out of ``marked`` is as the marker has it by default."""
    facts = {"kind": "data", "id": "made::x", "reference": "here", "limit": 30.0, "largest": 4000, "fresh": False}
    facts |= {"oracle": "", "promises": {}, "refused_by": [], "answers": {}, "aliases": []}
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


def test_parameters_stand_in_id_title_reference_and_aliases() -> None:
    marked = {"id": "made::{word}", "reference": "see {word}", "aliases": ["old::{word}"]}
    scenario = Scenario(item(word, {"word": "a"}, **marked))
    assert scenario.id == "made::a"
    said = scenario.described()
    assert (said["id"], said["title"], said["reference"], said["aliases"]) == (
        "made::a",
        "The word a",
        "see a",
        ["old::a"],
    )
    assert said["source"] == f"test_made.py:{word.__code__.co_firstlineno}"


def test_a_test_without_parameters_has_its_id_as_it_is() -> None:
    test = item(wordless)
    del test.callspec
    assert Scenario(test).id == "made::x"


def test_one_without_words_has_no_title() -> None:
    assert Scenario(item(wordless)).described()["title"] == ""


def test_a_promise_is_recorded_as_an_observation_is() -> None:
    assert Scenario(item(wordless, promises={"": (1.0, 2)})).described()["promises"] == {"": [1.0, 2]}


def test_the_limit_and_the_wish_for_a_fresh_interpreter_are_the_marks() -> None:
    scenario = Scenario(item(wordless, limit=7, fresh=True))
    assert (scenario.limit, scenario.fresh) == (7.0, True)


def test_a_test_without_a_mark_is_refused_by_its_name() -> None:
    test = item(wordless)
    test.get_closest_marker = {}.get
    with pytest.raises(pytest.UsageError, match=r"test_made has no mark of a scenario: see docs/add-a-scenario"):
        Scenario(test)


def test_a_scenario_says_of_itself_what_the_catalogue_has() -> None:
    facts = {"kind": "question", "answers": {"stale": "silent"}, "promises": {">=2.6": "stale"}}
    scenario = Scenario(item(word, {"word": "a"}, limit=7, largest=9, fresh=True, **facts))
    assert scenario.described() == {
        "id": "made::x",
        "title": "The word a",
        "reference": "here",
        "source": scenario.source,
        **facts,
        "oracle": None,
        "refused_by": [],
        "aliases": [],
        "file": "test_made.py",
        "function": "word",
        "parameters": {"word": "'a'"},
        "limit": 7.0,
        "largest": 9,
        "fresh": True,
    }
    assert msgspec.convert(scenario.described(), CataloguedScenario).kind is Kind.QUESTION


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
