"""Small file systems that are really mounted: they are full, out of inodes or read-only where a command wants to write."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.faults.test_interrupted import wait_for
from tests.scan.made import RELEASES, door
from tests.stand_in_project import PYTHON, start, tfcompat
from tfcompat.errors import system_message
from tfcompat.scan.fix import apply, fixes
from tfcompat.scan.judge import Judge
from tfcompat.scan.report import scan

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only the administrator can mount a file system")
RUN = ("run", "--engine", "local", "--jobs", "1", "--tf")
FULL = "the disk is full ({}): free some space: tfcompat images prune removes environments"
FULL_FOLDER = "the disk is full (FOLDER): free some space: tfcompat images prune removes environments"
READ_ONLY_FOLDER = "Read-only file system (FOLDER)"


Completed: TypeAlias = "subprocess.CompletedProcess[str]"


@contextmanager
def mounted(folder: Path, options: str = "size=40m,nr_inodes=4000") -> Iterator[Path]:
    """A file system in memory in the place of a folder, with what the folder has."""
    folder.mkdir(parents=True, exist_ok=True)
    before = folder.with_name(f"{folder.name} before")
    shutil.copytree(folder, before, symlinks=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tfcompat-faults", str(folder)], check=True)
    try:
        shutil.copytree(before, folder, symlinks=True, dirs_exist_ok=True)
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> None:
    with suppress(OSError), (folder / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def use_up_inodes(folder: Path) -> None:
    (folder / "inodes").mkdir()
    with suppress(OSError):
        for number in range(100_000):
            (folder / "inodes" / str(number)).touch()


def make_read_only(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


def run_on_spoilt(folder: Path, spoil: Callable[[Path], None], project: Path, index: str, home: Path) -> Completed:
    """What a run of a cell said where a folder of it is on a disk that was spoilt before."""
    with mounted(folder):
        spoil(folder)
        return tfcompat(project, index, *RUN, "9.0", home=home)


def complaint(done: Completed) -> str:
    """The last thing that a command said on standard error."""
    return done.stderr.strip().splitlines()[-1]


# Before anything runs


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.parametrize(
    ("place", "refuses"),
    [
        pytest.param(
            "project/reports",
            "runs",
            marks=pytest.mark.fault(
                "The disk of reports/ is full when a run begins",
                group="machine",
                reads=FULL_FOLDER,
                code=2,
                kept="everything",
            ),
        ),
        pytest.param(
            "cache",
            "suites",
            marks=pytest.mark.fault(
                "The disk of the cache is full when a run begins",
                group="machine",
                reads=FULL_FOLDER,
                code=2,
                kept="everything",
            ),
        ),
    ],
)
def test_a_full_disk_is_said_before_anything_runs(
    place: str, refuses: str, stand_in_project: Path, index: str, tmp_path: Path, fault: dict[str, Any]
) -> None:
    folder = tmp_path / place
    done = run_on_spoilt(folder, fill, stand_in_project, index, tmp_path)
    assert done.returncode == fault["code"], done.stderr
    assert complaint(done).startswith(f"tfcompat: the disk is full ({folder / refuses}")


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.parametrize(
    ("place", "refuses"),
    [
        pytest.param(
            "project/reports",
            "runs",
            marks=pytest.mark.fault(
                "reports/ has no inode left", group="machine", reads=FULL_FOLDER, code=2, kept="everything"
            ),
        ),
        pytest.param(
            "cache",
            "suites",
            marks=pytest.mark.fault(
                "The cache has no inode left", group="machine", reads=FULL_FOLDER, code=2, kept="everything"
            ),
        ),
    ],
)
def test_no_inodes_are_a_full_disk(
    place: str, refuses: str, stand_in_project: Path, index: str, tmp_path: Path, fault: dict[str, Any]
) -> None:
    folder = tmp_path / place
    done = run_on_spoilt(folder, use_up_inodes, stand_in_project, index, tmp_path)
    assert done.returncode == fault["code"], done.stderr
    assert complaint(done) == f"tfcompat: {FULL.format(folder / refuses)}"


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.parametrize(
    ("place", "refuses"),
    [
        pytest.param(
            "project/reports",
            "runs",
            marks=pytest.mark.fault(
                "reports/ is read-only when a run begins",
                group="machine",
                reads=READ_ONLY_FOLDER,
                code=2,
                kept="everything",
            ),
        ),
        pytest.param(
            "cache",
            "suites",
            marks=pytest.mark.fault(
                "The cache is read-only when a run begins",
                group="machine",
                reads=READ_ONLY_FOLDER,
                code=2,
                kept="everything",
            ),
        ),
    ],
)
def test_a_read_only_folder_is_said_before_anything_runs(
    place: str, refuses: str, stand_in_project: Path, index: str, tmp_path: Path, fault: dict[str, Any]
) -> None:
    folder = tmp_path / place
    done = run_on_spoilt(folder, make_read_only, stand_in_project, index, tmp_path)
    assert done.returncode == fault["code"], done.stderr
    assert complaint(done) == f"tfcompat: Read-only file system ({folder / refuses})"


# While a cell runs


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.fault(
    "The disk of reports/ is filled by somebody while a cell runs",
    group="machine",
    reads="nothing: a trial holds back the room that its end takes",
    code=0,
    kept="every cell, that one too; the store reads",
)
def test_a_disk_that_is_filled_under_a_run(
    stand_in_project: Path, index: str, tmp_path: Path, fault: dict[str, Any]
) -> None:
    trials = stand_in_project / "reports" / "trials"
    with mounted(stand_in_project / "reports") as folder:
        before = tfcompat(stand_in_project, index, *RUN, "9.0", home=tmp_path)
        assert before.returncode == 0, before.stderr
        with start(stand_in_project, index, *RUN, "9.4", home=tmp_path) as process:
            wait_for(lambda: list(trials.glob("tf9.4*/*.partial")), process)
            fill(folder)
            said, complained = process.communicate(timeout=120)
        assert process.returncode == fault["code"], complained
        assert "2 works, 1 hangs" in said
        assert len(list(trials.glob("*/*.jsonl.gz"))) == 2
        (folder / "filler").unlink()
        after = tfcompat(stand_in_project, index, "report", home=tmp_path)
        assert after.returncode == 0, after.stderr
        outcomes = (folder / "outcomes.csv").read_text()
        assert [f"tf9.{minor}.0-py{PYTHON}" in outcomes for minor in (0, 4)] == [True, True]


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(
            fill,
            marks=pytest.mark.fault(
                "The temporary folder of the machine is full",
                group="machine",
                reads="nothing: Python takes the next one, such as /var/tmp",
                code=0,
                kept="all outcomes",
            ),
        ),
        pytest.param(make_read_only, id="read-only"),
    ],
)
def test_a_temporary_folder_without_room_is_not_used(
    spoil: Any, stand_in_project: Path, index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mounted(tmp_path / "temporary") as folder:
        monkeypatch.setenv("TMPDIR", str(folder))
        spoil(folder)
        done = tfcompat(stand_in_project, index, *RUN, "9.0", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "3 works" in done.stdout


@pytest.mark.starts
@pytest.mark.fault(
    "The disk is full while tfcompat scan --fix rewrites a file",
    group="machine",
    reads="the disk is full (FILE): free some space: tfcompat images prune removes environments",
    code=2,
    kept="the file as it was",
)
def test_code_that_is_to_be_fixed_on_a_full_disk_stays_as_it_was(tmp_path: Path) -> None:
    with mounted(tmp_path / "code") as folder:
        code = folder / "model.py"
        code.write_text("from tensorflow.keras.layers.experimental.preprocessing import Normalization\n" + "#\n" * 9000)
        before = code.read_bytes()
        fill(folder)
        findings = scan([code], door()).findings
        with pytest.raises(OSError, match="No space left on device") as raised:
            apply(fixes(Judge(door()), findings, RELEASES[1:]))
        assert code.read_bytes() == before
        assert system_message(raised.value) == FULL.format(code)
