"""Doors that are kept: made once, found again, made anew where the trials or the rules changed or the file is damaged."""

import os
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests import fakes
from tfcompat.door import kept
from tfcompat.door.door import Door
from tfcompat.door.evidence import Evidence
from tfcompat.files import hash_of_source
from tfcompat.index import listing
from tfcompat.table.frame import Table, collect

CELL = "tf2.6.5-py3.9"


@dataclass(kw_only=True)
class Read:
    """A table of one trial, and how often it was read."""

    cell: str = CELL
    times: list[int] = field(default_factory=list)

    def __call__(self) -> Table:
        self.times.append(1)
        return collect([fakes.trial(self.cell, fakes.outcome())])


@pytest.fixture
def read() -> Read:
    return Read()


def evidence(read: Callable[[], Table], key: str = "key", notice: str = "") -> Evidence:
    return Evidence(key=key, read=read, notice=notice)


def files(cache: Path) -> list[Path]:
    return sorted((cache / "index").iterdir())


def cells(door: Door) -> list[str]:
    return [trial["cell"] for trial in door.current()]


def test_what_was_asked_before_is_not_read_again(read: Read, tmp_path: Path) -> None:
    for _ in range(3):
        assert cells(kept.door(evidence(read), tmp_path)) == [CELL]
    assert len(read.times) == 1
    assert [path.suffix for path in files(tmp_path)] == [".sqlite"]


def test_of_other_trials_another_one_is_made(read: Read, tmp_path: Path) -> None:
    kept.door(evidence(read), tmp_path)
    assert cells(kept.door(evidence(Read(cell="tf2.7.4-py3.9"), "other"), tmp_path)) == ["tf2.7.4-py3.9"]
    assert cells(kept.door(evidence(read), tmp_path)) == [CELL]
    assert len(read.times) == 1


def test_by_other_rules_another_one_is_made(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.door(evidence(read), tmp_path)
    monkeypatch.setattr(kept, "rules", lambda: "others")
    kept.door(evidence(read), tmp_path)
    assert len(read.times) == 2


def test_the_rules_are_the_source_of_what_makes_the_rows() -> None:
    assert kept.rules() == hash_of_source(*listing.RULES, *kept.RULES)


@pytest.fixture
def packed(read: Read, tmp_path: Path) -> Evidence:
    """Evidence whose door is packed beside it, and was read for that."""
    folder = tmp_path / "packed"
    path = kept.pack(evidence(read), folder)
    assert list(folder.iterdir()) == [path]
    return Evidence(key="key", read=read, packed=folder)


def test_a_packed_door_is_used_and_nothing_is_read(packed: Evidence, read: Read, tmp_path: Path) -> None:
    for _ in range(2):
        assert cells(kept.door(packed, tmp_path)) == [CELL]
    assert len(read.times) == 1
    assert kept.find(evidence(read), tmp_path) is not None, "it is the one that would have been made"


def test_a_packed_door_of_a_cache_that_cannot_be_written_is_used_too(
    packed: Evidence, read: Read, tmp_path: Path
) -> None:
    (tmp_path / "index").write_text("a file, so that no folder can be here")
    assert cells(kept.door(packed, tmp_path)) == [CELL]
    assert len(read.times) == 1


def test_a_packed_door_of_other_rules_or_evidence_is_not_used(
    packed: Evidence, read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.door(replace(packed, key="another"), tmp_path)
    assert len(read.times) == 2
    monkeypatch.setattr(kept, "rules", lambda: "others")
    kept.door(packed, tmp_path)
    assert len(read.times) == 3


def test_a_new_packed_door_takes_the_place_of_the_old_one(packed: Evidence, read: Read) -> None:
    assert packed.packed is not None
    path = kept.pack(evidence(read, "another"), packed.packed)
    assert list(packed.packed.iterdir()) == [path]


def test_a_notice_is_said_where_it_is_made_and_then_no_more(
    read: Read, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept.door(evidence(read, notice="it takes a while"), tmp_path)
    assert capsys.readouterr() == ("", "it takes a while\n")
    kept.door(evidence(read, notice="it takes a while"), tmp_path)
    assert capsys.readouterr() == ("", "")


def garbage(path: Path) -> None:
    path.write_bytes(b"nothing")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


def one_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [garbage, cut, one_bit, emptied])
def test_a_damaged_file_is_made_again_and_that_is_said_in_one_line(
    damage: Callable[[Path], None], read: Read, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept.door(evidence(read), tmp_path)
    (path,) = files(tmp_path)
    damage(path)
    assert kept.find(evidence(read), tmp_path) is None
    assert cells(kept.door(evidence(read), tmp_path)) == [CELL]
    assert capsys.readouterr().err == f"{path} is damaged: it is made again from the trials\n"
    assert cells(kept.door(evidence(read), tmp_path)) == [CELL]
    assert capsys.readouterr().err == ""
    assert len(read.times) == 2


@pytest.mark.fault(
    "The cache is read-only when a question is asked",
    group="machine",
    reads="nothing: the answer is given without being kept",
    code=0,
    kept="everything",
)
def test_a_cache_that_cannot_be_written_is_done_without(read: Read, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file, so that no folder can be here")
    assert cells(kept.door(evidence(read), tmp_path)) == [CELL]


@pytest.mark.fault(
    "The disk is full when a question is asked",
    group="machine",
    reads="nothing: the answer is given without being kept",
    code=0,
    kept="everything",
)
def test_a_disk_that_is_full_is_done_without(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    from tfcompat.door import fill

    monkeypatch.setattr(fill, "write", full)
    assert cells(kept.door(evidence(read), tmp_path)) == [CELL]
    assert files(tmp_path) == []


def test_only_the_newest_are_kept(read: Read, tmp_path: Path) -> None:
    first = evidence(read, "0")
    for number in range(kept.KEPT):
        kept.door(evidence(read, str(number)), tmp_path)
        for age, path in enumerate(sorted(files(tmp_path), key=lambda path: path.stat().st_mtime_ns)):
            os.utime(path, (age, age))
    kept.door(first, tmp_path)  # asked last, so not the oldest any more
    kept.door(evidence(read, "more"), tmp_path)
    assert len(files(tmp_path)) == kept.KEPT
    assert kept.find(first, tmp_path) is not None
    assert kept.find(evidence(read, "1"), tmp_path) is None


def test_other_files_of_the_cache_stay(read: Read, tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "files.json").write_text("{}")
    for number in range(kept.KEPT + 1):
        kept.door(evidence(read, str(number)), tmp_path)
    assert (tmp_path / "index" / "files.json").exists()


@pytest.mark.parametrize("damage", [garbage, cut, one_bit, emptied])
def test_a_packed_door_that_is_damaged_is_not_used(
    damage: Callable[[Path], None], packed: Evidence, read: Read, tmp_path: Path
) -> None:
    assert packed.packed is not None
    (path,) = packed.packed.iterdir()
    damage(path)
    assert cells(kept.door(packed, tmp_path)) == [CELL]
    assert len(read.times) == 2


def test_two_that_make_it_at_once_get_the_same_answer(tmp_path: Path) -> None:
    meeting = threading.Barrier(2)
    told: list[list[str]] = []

    def reading() -> Table:
        meeting.wait(timeout=30)  # both have found nothing
        return collect([fakes.trial(CELL, fakes.outcome())])

    def ask() -> None:
        told.append(cells(kept.door(evidence(reading), tmp_path)))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [[CELL], [CELL]]
    assert all(path.suffix == ".sqlite" for path in files(tmp_path))


def test_a_door_in_use_may_be_removed(read: Read, tmp_path: Path) -> None:
    door = kept.door(evidence(read), tmp_path)
    for path in files(tmp_path):
        path.unlink()
    assert cells(door) == [CELL]


def test_a_kept_door_cannot_be_written(read: Read, tmp_path: Path) -> None:
    kept.door(evidence(read), tmp_path)
    door = kept.door(evidence(read), tmp_path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        door.connection.execute("delete from trials")


def test_a_folder_with_strange_letters_is_no_other_place(read: Read, tmp_path: Path) -> None:
    cache = tmp_path / "a ?b#c%20"
    kept.door(evidence(read), cache)
    assert cells(kept.door(evidence(read), cache)) == [CELL]
    assert len(read.times) == 1
