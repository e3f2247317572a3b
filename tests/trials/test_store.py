"""The store: a trial file is whole or not there, is never written over, and says which one is damaged."""

import errno
import gzip
import io
import os
from collections.abc import Callable
from dataclasses import replace
from io import FileIO
from pathlib import Path
from typing import IO, Any

import pytest

from tests import fakes
from tfcompat.errors import DataError
from tfcompat.outcomes import NoAnswerError, Reason, Subject
from tfcompat.record.lines import Line, dump_line, trial_line, verdict_line
from tfcompat.trials import store
from tfcompat.trials.store import Store, Writer

SUBJECT = fakes.subject()
NAME = "tf2.16.2-py3.12/20260102T030405Z-local.jsonl.gz"


def lines_of(subject: Subject) -> list[Line]:
    """A trial with one scenario that answered."""
    return [
        trial_line(subject),
        *fakes.said(subject, fakes.header_line(), fakes.outcome_line(observed=[0.0, "é\u2028"])),
        verdict_line(None, "", 1.0),
    ]


@pytest.fixture(autouse=True)
def suite(tmp_path: Path) -> None:
    """The suite that the trials of these tests refer to."""
    fakes.keep_suite(tmp_path)


def keep(folder: Path, subject: Subject = SUBJECT) -> None:
    with Store(folder).begin(subject) as writer:
        for line in lines_of(subject):
            writer.write(line)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.glob("tf*/*"))


def test_a_trial_gets_a_file_named_by_cell_moment_and_engine(tmp_path: Path) -> None:
    keep(tmp_path)
    assert files(tmp_path) == [NAME]


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    keep(tmp_path)
    (trial,) = Store(tmp_path).read()
    assert trial.subject == SUBJECT
    assert [(outcome.scenario, outcome.observed) for outcome in trial.outcomes] == [("adapt::mean", [0.0, "é\u2028"])]


def test_the_same_record_is_packed_to_the_same_bytes_at_another_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, now in ((tmp_path / "one", 1.0e9), (tmp_path / "other", 1.7e9)):
        monkeypatch.setattr("gzip.time.time", lambda now=now: now)
        keep(folder)
    assert (tmp_path / "one" / NAME).read_bytes() == (tmp_path / "other" / NAME).read_bytes()


def test_while_it_is_written_a_trial_is_not_read_but_each_line_is_on_disk(tmp_path: Path) -> None:
    with Store(tmp_path).begin(SUBJECT) as writer:
        for count, line in enumerate(lines_of(SUBJECT), 1):
            writer.write(line)
            assert len((tmp_path / f"{NAME}.partial").read_text().splitlines()) == count
        assert Store(tmp_path).read() == []


@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt()])
def test_a_trial_whose_writing_ends_with_an_error_is_not_kept(tmp_path: Path, error: BaseException) -> None:
    def write() -> None:
        with Store(tmp_path).begin(SUBJECT) as writer:
            writer.write(trial_line(SUBJECT))
            raise error

    with pytest.raises(type(error)):
        write()
    assert files(tmp_path) == []


def test_a_trial_is_never_written_over(tmp_path: Path) -> None:
    keep(tmp_path)
    before = (tmp_path / NAME).read_bytes()
    with Store(tmp_path).begin(SUBJECT) as writer:
        for line in lines_of(writer.subject):
            writer.write(line)
    assert (tmp_path / NAME).read_bytes() == before
    later = replace(SUBJECT, started="2026-01-02T03:04:06Z")
    assert [trial.subject for trial in Store(tmp_path).read()] == [SUBJECT, later], "it has the next second"


@pytest.mark.fault(
    "Two runs measure one cell in the same second",
    group="person",
    reads="nothing: the later one has the next second",
    code=0,
    kept="both trials",
)
def test_who_comes_second_in_one_second_leaves_the_first_in_peace(tmp_path: Path) -> None:
    with Store(tmp_path).begin(SUBJECT) as first, Store(tmp_path).begin(SUBJECT) as second:
        assert second.subject.started > first.subject.started
        for writer in (first, second):
            for line in lines_of(writer.subject):
                writer.write(line)
    assert [trial.subject for trial in Store(tmp_path).read()] == [first.subject, second.subject]


def test_no_trial_starts_in_the_second_of_a_confirmation(tmp_path: Path) -> None:
    keep(tmp_path)
    store = Store(tmp_path, confirms=True)
    for _ in range(2):
        with store.begin(replace(SUBJECT, started="2026-01-03T00:00:00Z")) as writer:
            for line in lines_of(writer.subject):
                writer.write(line)
    moments = [trial.subject.started for trial in Store(tmp_path).read()]
    assert moments == [SUBJECT.started, "2026-01-03T00:00:00Z", "2026-01-03T00:00:01Z"]


def test_all_trials_are_read_oldest_first(tmp_path: Path) -> None:
    moments = {"tf2.9.3-py3.10": "2026-01-03T00:00:00Z", "tf2.6.5-py3.9": "2026-01-04T00:00:00Z"}
    for cell, started in [*moments.items(), ("tf2.6.5-py3.9", "2026-01-01T00:00:00Z")]:
        keep(tmp_path, fakes.subject(cell, started=started))
    assert [(trial.subject.cell, trial.subject.started[:10]) for trial in Store(tmp_path).read()] == [
        ("tf2.6.5-py3.9", "2026-01-01"),
        ("tf2.9.3-py3.10", "2026-01-03"),
        ("tf2.6.5-py3.9", "2026-01-04"),
    ]


def test_a_store_that_is_not_there_has_no_trials(tmp_path: Path) -> None:
    assert Store(tmp_path / "nothing").read() == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-30],
        lambda data: data[:1] + data[2:],
        lambda data: data[:40] + b"\xff" + data[41:],
        lambda data: gzip.decompress(data),
        lambda data: gzip.compress(b""),
        lambda data: gzip.compress(gzip.decompress(data)[:-30]),
        lambda data: gzip.compress(gzip.decompress(data)[:400]),
        lambda data: gzip.compress(gzip.decompress(data).replace(b"local", b"\xff")),
    ],
    ids=[
        "empty",
        "cut",
        "not packed",
        "a byte changed",
        "unpacked",
        "empty inside",
        "cut in its last line",
        "cut inside",
        "no text",
    ],
)
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, damage: Any) -> None:
    keep(tmp_path)
    (tmp_path / NAME).write_bytes(damage((tmp_path / NAME).read_bytes()))
    with pytest.raises(DataError, match=rf"{NAME} is not a whole trial .*git checkout"):
        Store(tmp_path).read()


def test_a_value_that_no_recorder_writes_is_named_with_its_file(tmp_path: Path) -> None:
    keep(tmp_path)
    text = gzip.decompress((tmp_path / NAME).read_bytes())
    (tmp_path / NAME).write_bytes(
        gzip.compress(text.replace(b'"tensorflow":"2.16.2","python"', b'"tensorflow":"2.x","python"'))
    )
    with pytest.raises(
        DataError, match=rf"{NAME} is not a whole trial \(tensorflow .*'2\.x', in the line .*\): restore it"
    ):
        Store(tmp_path).read()


@pytest.mark.parametrize(
    "make", [lambda path: path.symlink_to("nowhere"), lambda path: path.mkdir()], ids=["a dangling link", "a folder"]
)
def test_what_is_no_file_is_named_with_what_to_do(tmp_path: Path, make: Callable[[Path], None]) -> None:
    place = tmp_path / NAME
    place.parent.mkdir()
    make(place)
    with pytest.raises(DataError, match=rf"{NAME} is not a whole trial .*git checkout"):
        Store(tmp_path).read()


def test_a_sweep_removes_what_killed_runs_left_and_names_their_cells(tmp_path: Path) -> None:
    keep(tmp_path)
    (tmp_path / "tf2.5.3-py3.9").mkdir()
    (tmp_path / "tf2.5.3-py3.9" / "20260101T000000Z-docker.jsonl.gz.partial").write_text("{")
    assert Store(tmp_path).sweep() == ["tf2.5.3-py3.9"]
    assert files(tmp_path) == [NAME]


@pytest.mark.fault(
    "A run begins while another writes a trial in the same store",
    group="person",
    reads="nothing",
    code=0,
    kept="what the other writes",
)
def test_a_sweep_leaves_what_a_run_is_writing(tmp_path: Path) -> None:
    with Store(tmp_path).begin(SUBJECT) as writer:
        assert Store(tmp_path).sweep() == []
        for line in lines_of(SUBJECT):
            writer.write(line)
    assert files(tmp_path) == [NAME]


class SmallDisk(FileIO):
    """A file on a disk with so many bytes of room, as long as ``reserve`` holds the rest; it takes what fits."""

    def __init__(self, path: Path, room: int, reserve: IO[bytes], number: int = errno.ENOSPC) -> None:
        super().__init__(path, "xb")
        self.room = room
        self.reserve = reserve
        self.number = number

    def write(self, data: Any, /) -> int:
        room = len(data) if self.reserve.closed else max(0, self.room - self.tell())
        if room == 0:
            raise OSError(self.number, "no room")
        return super().write(data[:room])


@pytest.mark.fault(
    "The disk or a quota is full while a trial is written",
    group="machine",
    reads="the disk is full (FILE): free some space: tfcompat images prune removes environments",
    code=3,
    reason="out of disk",
    kept="earlier trials, and every whole line before",
)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_a_reason_and_the_lines_before_and_after_are_whole(tmp_path: Path, number: int) -> None:
    reserve, path = io.BytesIO(), tmp_path / "trial.jsonl"
    first, second, verdict = fakes.end_line(), fakes.outcome_line(), verdict_line(Reason.OUT_OF_DISK, "full", 1.0)
    with SmallDisk(path, len(dump_line(first)) + 9, reserve, number) as file:
        writer = Writer(file, reserve, SUBJECT)
        writer.write(first)
        with pytest.raises(NoAnswerError, match=r"the disk is full \(.*trial\.jsonl\): free some space") as raised:
            writer.write(second)
        writer.write(verdict)
    assert raised.value.reason is Reason.OUT_OF_DISK
    assert path.read_text().splitlines() == [dump_line(first), dump_line(verdict)]


def test_after_a_full_disk_nothing_of_the_refused_line_is_left_where_what_follows_is_shorter(tmp_path: Path) -> None:
    path, reserve = tmp_path / "trial.jsonl", io.BytesIO()
    first, long = fakes.end_line(), fakes.outcome_line(message="x" * 5000)
    with SmallDisk(path, len(dump_line(first)) + 4000, reserve) as file:
        writer = Writer(file, reserve, SUBJECT)
        writer.write(first)
        with pytest.raises(NoAnswerError):
            writer.write(long)
        assert path.read_bytes() == (dump_line(first) + "\n").encode()
        writer.write(fakes.end_line(2))
    assert path.read_bytes() == f"{dump_line(first)}\n{dump_line(fakes.end_line(2))}\n".encode()


def test_another_trouble_of_the_disk_is_not_taken_for_a_full_one(tmp_path: Path) -> None:
    reserve = io.BytesIO()
    with SmallDisk(tmp_path / "trial", 0, reserve, errno.EIO) as file, pytest.raises(OSError, match="no room"):
        Writer(file, reserve, SUBJECT).write(fakes.end_line())
    assert not reserve.closed


def test_a_trial_holds_disk_back_while_it_is_written(tmp_path: Path) -> None:
    with Store(tmp_path).begin(SUBJECT) as writer:
        assert os.fstat(writer.reserve.fileno()).st_size == store.RESERVE
        for line in lines_of(SUBJECT):
            writer.write(line)
    assert writer.reserve.closed
