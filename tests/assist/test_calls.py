"""Calls of the tools: documents that fit their schemas, cut where there is a limit, and one sentence for each mistake."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.assist.asking import BAD, good
from tests.commands.ask.questions import NAME
from tfcompat import ask as api
from tfcompat.assist import calls, schemas
from tfcompat.assist.calls import BY_NAME, Reply, call
from tfcompat.assist.tools import FILE
from tfcompat.project import Project

jsonschema = pytest.importorskip("jsonschema")


def ask(project: Project, name: str, arguments: Mapping[str, Any]) -> Reply:
    return call(project, BY_NAME[name], arguments)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_tool_returns_what_its_schema_says(name: str, project: Project) -> None:
    reply = ask(project, name, good(project.root)[name])
    assert reply.document is not None, reply.text
    jsonschema.validate(reply.document, schemas.of_result(name), jsonschema.Draft202012Validator)
    assert reply.document["result"]["schema"] == 1


def test_the_answers_are_those_of_the_questions(project: Project) -> None:
    document = ask(project, "where", {"scenarios": [NAME]}).document
    assert document is not None
    (scenario,) = document["result"]["scenarios"]
    assert scenario["variants"]["releases"]["spans"] == {"works": "2.5.3 – 2.6.5", "unknown: no lock": "2.7.4"}
    chain = ask(project, "imports", {"name": "Normalization", "tf": "2.6"}).document
    assert chain is not None
    assert "\nNormalization = tf.keras.layers.Normalization  # 2.6.5" in chain["result"]["code"]


@pytest.mark.parametrize(("name", "arguments", "says"), BAD)
def test_a_mistake_is_one_bounded_sentence(
    name: str, arguments: Mapping[str, Any], says: str, project: Project
) -> None:
    reply = ask(project, name, arguments)
    assert reply.document is None
    assert says in reply.text
    assert len(reply.text) <= calls.LONGEST
    assert reply.text.isprintable()


def test_the_longest_list_is_cut_and_that_is_said(project: Project) -> None:
    document = ask(project, "where", {"scenarios": ["*"], "limit": 1}).document
    assert document is not None
    assert len(document["result"]["scenarios"]) == 1
    assert document["left_out"] == 2


def test_what_is_too_large_is_refused_with_what_to_do(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "LARGEST", 100)
    reply = ask(project, "where", {"scenarios": [NAME]})
    assert reply.document is None
    assert reply.text.endswith("more than the 100 that a tool returns: ask with a lower limit")


def test_code_is_read_and_never_run_and_its_file_is_gone(project: Project) -> None:
    code = "from tensorflow.keras.layers import Normalization\nraise SystemExit\n"
    document = ask(project, "scan", {"code": code}).document
    assert document is not None
    assert {finding["path"] for finding in document["result"]["findings"]} == {FILE}


def test_too_many_files_are_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tfcompat.assist.tools.FILES", 1)
    (project.root / "more.py").write_text("")
    reply = ask(project, "scan", {"paths": [str(project.root)]})
    assert reply.text == "there are more than 1 files: name a smaller folder"


def test_a_project_without_trials_is_a_sentence(project: Project) -> None:
    reply = call(Project(root=project.root / "empty", cache=project.cache), BY_NAME["where"], {"scenarios": [NAME]})
    assert "there are no trials" in reply.text


def test_a_mistake_of_tfcompat_is_said_and_kept_for_who_runs_it(
    project: Project, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(project: Project) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(api, "of_project", broken)
    reply = ask(project, "where", {"scenarios": [NAME]})
    assert reply.text == "where failed by a mistake of tfcompat (RuntimeError): please report it"
    assert "secret" in caplog.text
