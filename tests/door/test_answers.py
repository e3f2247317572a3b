"""Tests of kept answers: worked out once for the same evidence and question, and never instead of an error."""

from dataclasses import replace
from pathlib import Path

import pytest

from tfcompat.door import answers
from tfcompat.door.evidence import Evidence
from tfcompat.errors import SelectionError
from tfcompat.table.frame import Table


def unread() -> Table:
    raise AssertionError("the evidence itself is not read")


EVIDENCE = Evidence(key="one", read=unread)


class Worker:
    """Works an answer out, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        return f"answer {self.times}"


def test_the_same_question_is_worked_out_once(tmp_path: Path) -> None:
    work = Worker()
    for _ in range(3):
        assert answers.answer(EVIDENCE, tmp_path, ["claims", b"text"], work) == "answer 1"
    assert work.times == 1


def test_other_evidence_another_question_or_other_rules_have_another_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Worker()
    answers.answer(EVIDENCE, tmp_path, ["claims"], work)
    assert answers.answer(replace(EVIDENCE, key="two"), tmp_path, ["claims"], work) == "answer 2"
    assert answers.answer(EVIDENCE, tmp_path, ["claims", "C1"], work) == "answer 3"
    monkeypatch.setattr(answers, "rules", lambda: "others")
    assert answers.answer(EVIDENCE, tmp_path, ["claims"], work) == "answer 4"


def test_the_day_of_the_evidence_is_said_with_what_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dated = replace(EVIDENCE, day="evidence of 2026-01-03")
    answers.answer(dated, tmp_path, [], Worker())
    assert capsys.readouterr().err == "", "who works it out says it"
    answers.answer(dated, tmp_path, [], Worker())
    assert capsys.readouterr().err == "evidence of 2026-01-03\n"


def test_an_error_is_not_kept_and_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    def refuse() -> str:
        raise SelectionError("no such claim")

    with pytest.raises(SelectionError):
        answers.answer(EVIDENCE, tmp_path, [], refuse)
    assert answers.answer(EVIDENCE, tmp_path, [], Worker()) == "answer 1"
    (tmp_path / "file").touch()
    assert answers.answer(EVIDENCE, tmp_path / "file", [], Worker()) == "answer 1"
    assert answers.answer(None, tmp_path, [], Worker()) == "answer 1"


def test_only_those_that_were_asked_last_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "KEPT", 2)
    for number in range(5):
        answers.answer(EVIDENCE, tmp_path, [str(number)], Worker())
    assert len(list((tmp_path / "answers").iterdir())) == 2
