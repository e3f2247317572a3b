"""The questions from Python: each answers by itself, fits its schema, and is what the command prints for programs."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.commands.ask.questions import NAME, PATH, three_releases
from tfcompat import ask
from tfcompat.ask import OpenEvidence
from tfcompat.cli import cli
from tfcompat.errors import SelectionError, TfcompatError
from tfcompat.outcomes import Harm
from tfcompat.project import Project

jsonschema = pytest.importorskip("jsonschema")

CELL, TRIED = "tf2.6.5-py3.9", f"imports::{PATH}"
GRID = """form,writer,reader,stage,status,harm,saved,loaded,reason,message,artefact
h5,tf2.5.3-py3.9,tf2.6.5-py3.9,read,wrong,silent,[1.0],"""  # the rest of the line is the loss
CODE = "from tensorflow.keras.layers import Normalization\n\nNormalization().adapt([[1.0]])\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = three_releases(tmp_path)
    (tmp_path / "reports" / "grid.csv").write_text(GRID + '"""the statistics are lost""",,,a\n', encoding="utf-8")
    (tmp_path / "code.py").write_text(CODE, encoding="utf-8")
    return made


@pytest.fixture
def evidence(project: Project) -> OpenEvidence:
    return ask.open_evidence(project.root, project.cache)


def commands(project: Project) -> dict[str, list[str]]:
    """Each question as it is asked on the command line, with and without what is optional."""
    code, reports = str(project.root / "code.py"), str(project.reports)
    return {
        "ask": ["title", "of", "mean", "--on", "2.6"],
        "where": ["adapt::*"],
        "imports": ["Normalization", "--tf", "2.5.."],
        "history": [CELL],
        "explain": ["2.6", NAME],
        "loads": ["2.5", "2.5..2.6"],
        "diff": [reports, "--cell", "tf2.5.3-py3.9", "--cell", CELL],
        "requires": ["adapt::*"],
        "upgrade": ["2.5", "2.6", code],
        "bisect": [NAME, "--good", "2.5"],
        "scan": [code, "--tf", "2.6"],
    }


@pytest.mark.parametrize("question", ask.RESULTS)
def test_what_a_command_prints_for_programs_fits_its_published_schema(question: str, project: Project) -> None:
    options = ["--project", str(project.root), "--cache", str(project.cache)]
    result = CliRunner().invoke(cli, [*options, question, *commands(project)[question], "--json"])
    assert result.exit_code in (0, 1, 3), result.output
    document = json.loads(result.stdout)
    schema = ask.schema(question)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(document)) == []
    assert isinstance(document["schema"], int)
    assert not jsonschema.Draft202012Validator(schema).is_valid({**document, "schema": 99})
    assert not jsonschema.Draft202012Validator(schema).is_valid({**document, "more": 1})


def answers(evidence: OpenEvidence) -> dict[str, Any]:
    """Each question as it is asked from Python: the same as ``commands``."""
    code, reports = evidence.project.root / "code.py", str(evidence.project.reports)
    return {
        "ask": ask.ask(evidence, "title of mean", on="2.6"),
        "where": ask.where(evidence, "adapt::*"),
        "imports": ask.imports(evidence, "Normalization", tf="2.5.."),
        "history": ask.history(evidence, CELL),
        "explain": ask.explain(evidence, "2.6", NAME),
        "loads": ask.loads(evidence, "2.5", "2.5..2.6"),
        "diff": ask.diff(evidence, reports, cells=("tf2.5.3-py3.9", CELL)),
        "requires": ask.requires(evidence, "adapt::*"),
        "upgrade": ask.upgrade(evidence, "2.5", "2.6", code),
        "bisect": ask.bisect(evidence, NAME, good="2.5"),
        "scan": ask.scan(evidence, code, tf="2.6"),
    }


def test_a_function_returns_what_the_command_of_its_name_prints(project: Project, evidence: OpenEvidence) -> None:
    options = ["--project", str(project.root), "--cache", str(project.cache)]
    found = answers(evidence)
    for question, arguments in commands(project).items():
        result = CliRunner().invoke(cli, [*options, question, *arguments, "--json"])
        assert result.stdout.rstrip("\n") == ask.as_json(found[question]), question


def test_answers_are_typed_and_say_how_the_releases_were_read(evidence: OpenEvidence) -> None:
    explained = ask.explain(evidence, "2.5", TRIED)
    assert (explained.word, explained.harm, explained.raised) == ("fails", Harm.OBSCURE, "AttributeError: no")
    assert explained.notes == ["2.5 is 2.5.3, its last patch", "2.5.3 is tf2.5.3-py3.9, as pip installs it"]
    assert ask.loads(evidence, "2.5", "2.6").pairs[0].result == "lost"
    assert ask.upgrade(evidence, "2.5", "2.6").notes[0] == "2.5 is 2.5.3, its last patch"
    assert ask.requires(evidence, TRIED, harm="silent").requirements[0].tensorflow == "==2.6.5"
    assert [str(release.version) for release in evidence.releases] == ["2.5.3", "2.6.5", "2.7.4"]


def test_a_page_is_a_file_of_the_clone_or_is_published_or_there_is_none(
    evidence: OpenEvidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = replace(evidence, project=replace(evidence.project, output=evidence.project.root))
    assert [of.page[:13] for of in ask.ask(evidence, "title of mean").answers[:1]] == ["reports/site/"]
    assert [of.page for of in ask.ask(carried, "title of mean").answers[:1]] == [""]
    monkeypatch.setenv("TFCOMPAT_SITE", "https://example.org/tfcompat")
    assert ask.ask(carried, "title of mean").answers[0].page.startswith("https://example.org/tfcompat/s/")


def test_what_is_not_there_is_a_sentence_without_the_name_of_an_option(evidence: OpenEvidence) -> None:
    for question in (
        lambda: ask.where(evidence, "adapt::meen"),
        lambda: ask.upgrade(evidence, "2.4", "2.6"),
        lambda: ask.loads(evidence, "2.4", "2.6"),
        lambda: ask.explain(evidence, "2.4", NAME),
        lambda: ask.bisect(evidence, NAME, good="2.4"),
        lambda: ask.ask(evidence, "mean", on="2.4"),
    ):
        with pytest.raises(SelectionError) as raised:
            question()
        assert not str(raised.value).startswith("--")
    with pytest.raises(KeyError):
        ask.schema("nothing")


def test_without_evidence_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TfcompatError, match="there are no trials in"):
        ask.open_evidence(tmp_path, tmp_path / "cache")
