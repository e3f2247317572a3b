"""The store: a trial file is whole or not there, is never written over, and says which one is damaged."""

import errno
import gzip
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness import store
from harness.errors import DataError
from harness.outcomes import NoAnswerError, Reason, Subject
from harness.record import trial_line, verdict_line
from harness.store import Store, Writer, newest
from tests import fakes
from tests.conftest import ROOT

SUBJECT = fakes.subject()
NAME = "tf2.16.2-py3.12/20260102T030405Z-local.jsonl.gz"


def lines_of(subject: Subject) -> list[Mapping[str, Any]]:
    """A trial with one scenario that answered."""
    return [
        trial_line(subject),
        fakes.header_line(),
        fakes.outcome_line(observed=[0.0, "é\u2028"]),
        fakes.end_line(),
        verdict_line(None, "", 1.0),
    ]


def keep(folder: Path, subject: Subject = SUBJECT) -> None:
    with Store(folder).begin(subject) as writer:
        for line in lines_of(subject):
            writer.write(line)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_trial_gets_a_file_named_by_cell_moment_and_engine(tmp_path: Path) -> None:
    keep(tmp_path)
    assert files(tmp_path) == [NAME]


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    keep(tmp_path)
    (trial,) = Store(tmp_path).read()
    assert trial.subject == SUBJECT
    assert [(outcome.scenario, outcome.observed) for outcome in trial.outcomes] == [("adapt::mean", [0.0, "é\u2028"])]


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
    with pytest.raises(DataError, match="is there already"), Store(tmp_path).begin(SUBJECT):
        pass
    assert (tmp_path / NAME).read_bytes() == before


def test_who_comes_second_in_one_second_leaves_the_first_in_peace(tmp_path: Path) -> None:
    with Store(tmp_path).begin(SUBJECT) as writer:
        with pytest.raises(DataError, match="is there already"), Store(tmp_path).begin(SUBJECT):
            pass
        for line in lines_of(SUBJECT):
            writer.write(line)
    assert files(tmp_path) == [NAME]


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


def test_the_committed_trials_are_whole() -> None:
    trials = Store(ROOT / "reports" / "trials").read()
    assert trials
    assert all(trial.outcomes or trial.reason for trial in trials)


def test_a_sweep_removes_what_killed_runs_left_and_names_their_cells(tmp_path: Path) -> None:
    keep(tmp_path)
    (tmp_path / "tf2.5.3-py3.9").mkdir()
    (tmp_path / "tf2.5.3-py3.9" / "20260101T000000Z-docker.jsonl.gz.partial").write_text("{")
    assert Store(tmp_path).sweep() == ["tf2.5.3-py3.9"]
    assert files(tmp_path) == [NAME]


def test_a_sweep_leaves_what_a_run_is_writing(tmp_path: Path) -> None:
    with Store(tmp_path).begin(SUBJECT) as writer:
        assert Store(tmp_path).sweep() == []
        for line in lines_of(SUBJECT):
            writer.write(line)
    assert files(tmp_path) == [NAME]


class FullDisk(io.StringIO):
    """A file on a disk that takes no more."""

    name = "trial.jsonl"

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def flush(self) -> None:
        raise OSError(self.number, "no room")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_a_reason(number: int) -> None:
    with pytest.raises(NoAnswerError, match=r"trial\.jsonl cannot be written: no room") as raised:
        Writer(FullDisk(number)).write({"kind": "end"})
    assert raised.value.reason is Reason.OUT_OF_DISK


def test_another_trouble_of_the_disk_is_not_taken_for_a_full_one() -> None:
    with pytest.raises(OSError, match="no room"):
        Writer(FullDisk(errno.EIO)).write({"kind": "end"})


def test_the_newest_trial_of_a_cell_is_the_last_of_those_that_are_given() -> None:
    old, new = (fakes.trial(fakes.subject(started=f"2026-01-0{day}T00:00:00Z")) for day in (1, 2))
    other = fakes.trial("tf2.5.3-py3.9")
    assert newest([old, other, new]) == {"tf2.16.2-py3.12": new, "tf2.5.3-py3.9": other}


def test_the_newest_trial_of_an_engine_is_not_another_engines() -> None:
    docker = fakes.trial(fakes.subject(engine="docker"))
    local = fakes.trial(fakes.subject(engine="local"))
    assert newest([docker, local], "docker") == {"tf2.16.2-py3.12": docker}
    assert newest([docker], "local") == {}


def test_a_moment_is_a_date_and_time_that_a_file_name_can_hold() -> None:
    assert store.moment("2026-11-21T03:45:00Z") == "20261121T034500Z"


def test_of_two_trials_of_one_suite_and_lock_the_container_speaks() -> None:
    docker = fakes.trial(fakes.subject(engine="docker", started="2026-01-01T00:00:00Z"))
    local = fakes.trial(fakes.subject(engine="local", started="2026-01-02T00:00:00Z"))
    assert store.speaking([docker, local]) == [docker]


@pytest.mark.parametrize("newer", [{"suite": "another"}, {"lock": "another"}])
def test_a_newer_trial_of_another_suite_or_lock_speaks(newer: dict[str, str]) -> None:
    docker = fakes.trial(fakes.subject(engine="docker", started="2026-01-01T00:00:00Z"))
    local = fakes.trial(fakes.subject(engine="local", started="2026-01-02T00:00:00Z", **newer))
    assert store.speaking([docker, local]) == [local]
