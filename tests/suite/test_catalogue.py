"""Tests of the catalogue: the suite is read without TensorFlow, and what a scenario lacks is named."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests import fakes
from tests.conftest import ROOT
from tfcompat import process
from tfcompat.errors import DataError
from tfcompat.outcomes import Harm, Kind, Oracle
from tfcompat.project import Project
from tfcompat.record.lines import ScenarioFacts
from tfcompat.run.workshop import Workshop
from tfcompat.suite import catalogue
from tfcompat.suite.catalogue import CataloguedScenario, lacks
from tfcompat.suite.program import Program


#: A scenario of each form: parameters, promises by release, limits.
@pytest.mark.parametrize(
    ("change", "lack"),
    [
        ({"kind": None}, "a kind: mark it with promise, presence, question or data"),
        ({"kind": Kind.PROMISE}, "an oracle"),
        ({"kind": Kind.PROMISE, "oracle": Oracle.DOCUMENTED}, "what is documented"),
        ({"kind": Kind.PROMISE, "oracle": Oracle.SNIPPET}, "what is documented"),
        ({"kind": Kind.PROMISE, "oracle": Oracle.REFUSAL}, "the classes of the refusal"),
        ({"kind": Kind.QUESTION}, "answers: at least 2 words"),
        ({"kind": Kind.QUESTION, "answers": {"fresh": Harm.NONE}}, "answers: at least 2 words"),
    ],
)
def test_what_a_row_lacks_to_be_judged_is_named(change: dict[str, Any], lack: str) -> None:
    (found,) = lacks(msgspec.structs.replace(WHOLE, **change))
    assert found.startswith(lack)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": Kind.PRESENCE},
        {"kind": Kind.DATA},
        {"kind": Kind.PROMISE, "oracle": Oracle.NUMPY},
        {"kind": Kind.PROMISE, "oracle": Oracle.INVARIANCE},
        {"kind": Kind.PROMISE, "oracle": Oracle.DOCUMENTED, "promises": {">=2.6": None}},
        {"kind": Kind.PROMISE, "oracle": Oracle.REFUSAL, "refused_by": ["ValueError"]},
        {"kind": Kind.QUESTION, "answers": {"fresh": Harm.NONE, "stale": Harm.SILENT}},
    ],
)
def test_a_row_with_its_oracle_or_answers_lacks_nothing(change: dict[str, Any]) -> None:
    assert list(lacks(msgspec.structs.replace(WHOLE, **change))) == []


SUITE = """
import pytest
import tensorflow as tf
from tensorflow import keras
from scenarios.marks import promise

@pytest.mark.parametrize(("dtype", "kind"), [(tf.float32, "a"), (tf.float64, "b")])
@promise("made::of_{kind}", reference="see {kind}", documented_by_release={"<2.6": (1,), "keras>=3": 2.0}, limit=7)
def test_of(dtype, kind):
    \"\"\"The kind {kind}\"\"\"

class Derived(keras.layers.Layer):
    \"\"\"A class of what is not there.\"\"\"

@promise("made::plain", reference="here", documented=True, fresh=True, largest=9)
def test_plain():
    \"\"\"Plain\"\"\"
"""
WHOLE = fakes.scenario_facts("adapt::axis_none", title="What it does")


def test_a_whole_scenario_lacks_nothing() -> None:
    assert list(lacks(WHOLE)) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"id": "axis_none"}, "id"),
        ({"id": "adapt:: axis"}, "id"),
        ({"title": ""}, "title"),
        ({"title": "It ends."}, "full stop"),
        ({"title": "x" * 200}, "one line"),
        ({"reference": " "}, "reference"),
    ],
)
def test_what_is_lacking_is_named(change: dict[str, str], word: str) -> None:
    (lack,) = lacks(msgspec.structs.replace(WHOLE, **change))
    assert word in lack


def program(project: Project) -> Program:
    return Workshop(project=project, engine_name="local").program


@pytest.fixture
def made(project_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program of a project whose suite is ``SUITE`` alone."""
    for path in (project_folder / "scenarios").glob("test_*.py"):
        path.unlink()
    (project_folder / "scenarios" / "test_made.py").write_text(SUITE)
    return program(Project(root=project_folder, cache=tmp_path_factory.mktemp("staged")))


@pytest.mark.local
def test_a_catalogued_scenario_has_all_that_its_test_says(made: Program, tmp_path: Path) -> None:
    first, second, plain = catalogue.load(made, tmp_path).scenarios
    lines = SUITE.splitlines()
    assert first == CataloguedScenario(
        id="made::of_a",
        title="The kind a",
        reference="see a",
        source=f"test_made.py:{1 + lines.index(next(line for line in lines if 'parametrize' in line))}",
        file="test_made.py",
        function="test_of",
        parameters={"dtype": "tensorflow.float32", "kind": "'a'"},
        kind=Kind.PROMISE,
        oracle=Oracle.DOCUMENTED,
        promises={"<2.6": [1], "keras>=3": 2.0},
        limit=7.0,
        largest=4000,
        fresh=False,
    )
    assert second.parameters == {"dtype": "tensorflow.float64", "kind": "'b'"}
    assert (plain.promises, plain.parameters) == ({"": True}, {})
    assert (plain.fresh, plain.largest) == (True, 9)


@pytest.mark.local
def test_a_catalogue_is_collected_once(made: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collected = catalogue.load(made, tmp_path)
    assert [path.name for path in (tmp_path / "catalogues").iterdir()] == [f"{made.suite_hash}.json"]
    monkeypatch.setattr(process, "stream", None)  # nothing may be started
    assert catalogue.load(made, tmp_path) == collected
    part = replace(made, arguments=("-k", "plain"), scenarios=("made::plain",))
    assert catalogue.load(part, tmp_path) == collected


@pytest.mark.local
def test_the_whole_suite_is_catalogued_whatever_the_arguments_select(made: Program, tmp_path: Path) -> None:
    part = replace(made, arguments=("-k", "plain"), scenarios=("made::plain",))
    assert len(catalogue.load(part, tmp_path).scenarios) == 3
    assert [facts.id for facts in catalogue.scenarios(part)] == ["made::plain"]


@pytest.mark.local
@pytest.mark.parametrize(
    "damaged",
    [b"", b"{", b'{"scenarios":[]}', b'{"scenarios":[{"id":"a::x"}],"schema":1}', b"[" * 100_000, b"\xff"],
)
def test_a_damaged_catalogue_is_made_again(damaged: bytes, made: Program, tmp_path: Path) -> None:
    path = tmp_path / "catalogues" / f"{made.suite_hash}.json"
    path.parent.mkdir()
    path.write_bytes(damaged)
    again = catalogue.load(made, tmp_path)
    assert len(again.scenarios) == 3
    assert msgspec.json.decode(path.read_bytes(), type=catalogue.Catalogue) == again


@pytest.mark.local
def test_what_a_suite_is_kept_with_is_what_judges_its_scenarios(made: Program) -> None:
    _, _, plain = catalogue.scenarios(made)
    kept = msgspec.convert(plain, ScenarioFacts, from_attributes=True)
    assert msgspec.to_builtins(kept) == {
        "id": "made::plain",
        "title": "Plain",
        "reference": "here",
        "source": plain.source,
        "kind": "promise",
        "oracle": "documented",
        "promises": {"": True},
    }


@pytest.mark.local
def test_the_suite_of_this_project_lacks_nothing(tmp_path: Path) -> None:
    rows = catalogue.scenarios(program(Project(root=ROOT, cache=tmp_path)))
    assert len(rows) >= 300
    assert len({facts.id.split("::")[0] for facts in rows}) >= 12
    assert {facts.id: list(lacks(facts)) for facts in rows if any(lacks(facts))} == {}


@pytest.mark.local
def test_only_what_the_arguments_select_is_listed(tmp_path: Path) -> None:
    whole = program(Project(root=ROOT, cache=tmp_path))
    rows = catalogue.scenarios(replace(whole, arguments=("-k", "axis_none_2d")))
    assert [facts.id for facts in rows] == ["adapt::axis_none_2d"]
    assert list(catalogue.scenarios(replace(whole, arguments=("-k", "no_such_thing")))) == []
    with pytest.raises(DataError, match="Wrong expression"):
        catalogue.scenarios(replace(whole, arguments=("-k", "(")))


@pytest.mark.local
def test_a_suite_that_cannot_be_collected_is_an_error_that_says_why(project_folder: Path, tmp_path: Path) -> None:
    (project_folder / "scenarios" / "test_broken.py").write_text("import nothing_of_that_name\n")
    with pytest.raises(DataError, match="nothing_of_that_name"):
        catalogue.scenarios(program(Project(root=project_folder, cache=tmp_path / "cache")))
