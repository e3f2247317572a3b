"""Tests of crossed locks: the TensorFlow of one release with versions of another, and nothing else changed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests import fakes
from tests.fakes import FakeUv
from tests.foreign.test_beside import matrix_with
from tfcompat.environments import locks
from tfcompat.environments.locks import Lock
from tfcompat.foreign.crossing import crossed
from tfcompat.foreign.crossing.axis import Base, Crossing
from tfcompat.foreign.crossing.crossed import CrossedPair
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.process import Completed
from tfcompat.select.cells import Cell

OLDER = Cell(release=fakes.release("2.15.1", pythons=("3.10", "3.11")), python="3.11")
NEWER = Cell(release=fakes.release("2.16.1", pythons=("3.11", "3.12")), python="3.12")


def lock_of(cell: Cell, day: date, **pins: str) -> Lock:
    lock = fakes.lock(cell, day=day)
    added = "".join(f"{name}=={version} \\\n    --hash=sha256:{'b' * 64}\n" for name, version in pins.items())
    return replace(lock, text=lock.text + added)


PAIR = CrossedPair(
    older=OLDER,
    newer=NEWER,
    older_lock=lock_of(OLDER, date(2024, 4, 9), keras="2.15.0", numpy="1.26.4", same="1"),
    newer_lock=lock_of(NEWER, date(2024, 4, 7), keras="3.1.1", numpy="1.26.3", same="1"),
)


def crossing(*names: str, base: Base = Base.NEWER) -> Crossing:
    return Crossing(base=base, swapped=frozenset(names))


def test_what_differs_is_not_tensorflow() -> None:
    assert PAIR.differing == ["Python", "keras", "numpy"]
    assert [PAIR.versions(name) for name in PAIR.differing] == [
        ("3.11", "3.12"),
        ("2.15.0", "3.1.1"),
        ("1.26.4", "1.26.3"),
    ]


def test_a_crossing_is_the_one_release_with_versions_of_the_other() -> None:
    cell = PAIR.cell(crossing("keras"))
    assert (cell.release, cell.python, cell.variant.overrides) == (NEWER.release, "3.12", ("keras==2.15.0",))
    assert cell.variant.pinned
    other = PAIR.cell(crossing("keras", "numpy", base=Base.OLDER))
    assert (other.release, other.variant.overrides) == (OLDER.release, ("keras==3.1.1", "numpy==1.26.3"))
    assert cell.id != PAIR.cell(crossing("numpy")).id


def test_python_alone_is_another_cell_of_the_release() -> None:
    assert PAIR.cell(crossing("Python")).id == "tf2.16.1-py3.11"
    with pytest.raises(NoAnswerError) as error:
        PAIR.cell(crossing("Python", base=Base.OLDER))
    assert error.value.reason is Reason.NO_WHEEL
    assert error.value.message == "TensorFlow 2.15.1 has no wheel for Python 3.12"


def test_the_lock_stands_at_the_later_day_and_is_kept(tmp_path: Path) -> None:
    asked: list[list[str]] = []

    def answer(arguments: list[str]) -> Completed:
        asked.append(arguments)
        text = f"keras==2.15.0 \\\n    --hash=sha256:{'a' * 64}\n"
        assert Path(arguments[arguments.index("--override") + 1]).read_text() == "keras==2.15.0\n"
        assert Path(arguments[arguments.index("--constraint") + 1]).read_text().split() == [
            "tensorflow-cpu==2.16.1",
            "numpy==1.26.3",
            "same==1",
        ]
        Path(arguments[arguments.index("--output-file") + 1]).write_text(text)
        return Completed(code=0, output="")

    matrix = matrix_with(FakeUv(answer), tmp_path)
    locks.save(PAIR.newer_lock, tmp_path / "locks" / locks.file_name(NEWER, matrix.package))
    cell = PAIR.cell(crossing("keras"))
    lock = crossed.make_lock(matrix, cell, PAIR)
    assert lock.exclude_newer == date(2024, 4, 9)
    assert crossed.make_lock(matrix, cell, PAIR) == lock
    assert len(asked) == 1
