"""Tests of what is beside the table: docstrings, questions and recipes of the suite as they are committed."""

from pathlib import Path

from tests.conftest import ROOT
from tfcompat.questions import answers
from tfcompat.questions.search import texts
from tfcompat.suite import recipes

BESIDE = texts.read(ROOT / "statements" / "answers.toml", ROOT / "scenarios")


def test_the_questions_are_those_of_the_answers() -> None:
    of_answers = answers.load(ROOT / "statements" / "answers.toml")
    assert [one.question for one in BESIDE.questions] == [one.question for one in of_answers]
    assert [one.scenarios for one in BESIDE.questions] == [one.scenarios for one in of_answers]


def test_the_code_of_a_question_is_that_of_its_first_recipe() -> None:
    first = BESIDE.questions[0]
    assert BESIDE.code([first]) == recipes.load(ROOT / "scenarios" / "test_recipes.py")[first.recipes[0]].code
    assert BESIDE.code([]) == ""
    assert first in list(BESIDE.answering(first.scenarios[0]))


def test_a_docstring_is_found_by_its_first_line_with_or_without_parameters(tmp_path: Path) -> None:
    (tmp_path / "test_made.py").write_text(
        'def a():\n    """The mean\n\n    Divides by n.\n    """\n\ndef b():\n    """`{name}` is there\n\n    Or not.\n    """\n'
    )
    beside = texts.read(tmp_path / "nothing.toml", tmp_path)
    assert beside.detail("The mean", "test_made.py:3") == "Divides by n."
    assert beside.detail("`Dense` is there", "test_made.py:99") == "Or not."
    assert beside.detail("another", "test_made.py:3") == beside.detail("The mean", "") == ""
    assert beside.detail("the `Dense` is there", "test_made.py:99") == ""
    assert (beside.questions, beside.recipe("x")) == ((), "")


FINDING = '[[findings]]\nname = "lost"\ntitle = "Lost"\nwhat = "It is."\ninstead = "Keep it."\n'


def test_findings_are_read_where_there_are_any(tmp_path: Path) -> None:
    file = tmp_path / "findings.toml"
    assert texts.read(tmp_path / "answers.toml", tmp_path, file).findings == ()
    file.write_text(FINDING)
    (finding,) = texts.read(tmp_path / "answers.toml", tmp_path, file).findings
    assert (finding.name, finding.title, finding.what, finding.instead) == ("lost", "Lost", "It is.", "Keep it.")


def test_bessel_is_in_a_docstring_only() -> None:
    assert any("Bessel" in text for text in BESIDE.docstrings["test_batch_norm.py"].values())
