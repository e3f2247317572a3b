"""What is published: the trial of each column, and one sentence where the file that says it is damaged."""

import json
from pathlib import Path

import pytest

from tests import fakes
from tests.trial_files import keep
from tfcompat.errors import DataError
from tfcompat.outcomes import Trial
from tfcompat.trials import published
from tfcompat.trials.store import Store

CELL, OTHER = "tf2.9.3-py3.10", "tf2.10.1-py3.10"
NIGHT = "2026-01-03T03:17:00Z"


@pytest.fixture
def trials(tmp_path: Path) -> list[Trial]:
    """The trials of a report's folder: two of one cell, and one of another."""
    for cell, day in ((CELL, 1), (CELL, 2), (OTHER, 1)):
        keep(tmp_path / "trials", fakes.subject(cell, started=f"2026-01-0{day}T00:00:00Z"), {"adapt::mean": day})
    return Store(tmp_path / "trials").read()


def test_where_nothing_was_published_nothing_is(tmp_path: Path) -> None:
    assert published.load(tmp_path) is None


def test_what_is_written_is_read_again_a_line_a_cell_by_name(tmp_path: Path, trials: list[Trial]) -> None:
    shown = [trials[0], trials[1]]
    published.write(reversed(shown), NIGHT, tmp_path)
    last = published.load(tmp_path)
    assert last is not None
    assert (last.night, list(last.trials), last.cells) == (NIGHT, shown, {CELL, OTHER})
    assert (tmp_path / "published.json").read_text().splitlines()[1:] == [
        f' "night": "{NIGHT}",',
        ' "cells": {',
        f'  "{OTHER}": "{OTHER}/20260101T000000Z-local.jsonl.gz",',
        f'  "{CELL}": "{CELL}/20260101T000000Z-local.jsonl.gz"',
        " }",
        "}",
    ]


def test_a_trial_that_is_known_is_not_read_again(
    tmp_path: Path, trials: list[Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    published.write(trials[:2], NIGHT, tmp_path)

    def refused(*arguments: object) -> None:
        raise AssertionError(arguments)

    monkeypatch.setattr(Store, "trial", refused)
    last = published.load(tmp_path, trials)
    assert last is not None
    assert list(last.trials) == trials[:2]


@pytest.mark.parametrize("text", ["{", "[]", '{"night": "", "cells": {"a": 1}}', '{"night": ""}', '{"cells": {}}'])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "published.json").write_text(text)
    with pytest.raises(DataError, match=r"damaged \(.*\): restore it with git checkout, or remove it, and all columns"):
        published.load(tmp_path)


@pytest.mark.parametrize(
    "file",
    [
        f"{CELL}/20260109T000000Z-local.jsonl.gz",
        f"{OTHER}/20260101T000000Z-local.jsonl.gz",
        f"{CELL}/../{OTHER}/20260101T000000Z-local.jsonl.gz",
        f"{CELL}/",
        "",
    ],
)
def test_a_trial_that_is_not_there_or_of_another_cell_is_one_sentence(
    tmp_path: Path, trials: list[Trial], file: str
) -> None:
    (tmp_path / "published.json").write_text(json.dumps({"night": NIGHT, "cells": {CELL: file}}))
    with pytest.raises(DataError, match=rf"says that {CELL} is of .*, which is not among its trials: restore both"):
        published.load(tmp_path)
