"""The merge: all of a run or nothing of it, and what was there stays as it was."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from tests import fakes
from tfcompat.errors import DataError
from tfcompat.outcomes import Reason
from tfcompat.record.lines import SCHEMA, ReusedLine, trial_line, verdict_line
from tfcompat.run import manifest, merge
from tfcompat.trials.store import Store

SUITE = "0123456789abcdef"
OLD, NEW, BROKEN = "tf2.9.3-py3.10", "tf2.16.2-py3.12", "tf2.20.0-py3.13"
PLANNED = (OLD, NEW, BROKEN)


def keep(folder: Path, cell: str, *, reason: Reason | None = None, **facts: str) -> None:
    """A trial of a cell: one that answers, or one that says why there is no answer."""
    subject = fakes.subject(cell, **facts)
    answered = () if reason else (fakes.header_line(), fakes.outcome_line(observed=1.0), fakes.end_line())
    fakes.keep_suite(folder / "trials", suite=subject.suite)
    with Store(folder / "trials").begin(subject) as writer:
        for line in (trial_line(subject), *fakes.said(subject, *answered), verdict_line(reason, "why", 1.0)):
            writer.write(line)


@pytest.fixture
def shards(tmp_path: Path) -> tuple[Path, Path]:
    """Two shards of a run of three cells, one of which has no answer and says why."""
    first, second = tmp_path / "one", tmp_path / "two"
    for folder, index, cells in ((first, "1/2", (OLD,)), (second, "2/2", (NEW, BROKEN))):
        manifest.write(fakes.manifest(*cells, planned=PLANNED, shard=index), folder / "runs")
    keep(first, OLD)
    keep(second, NEW)
    keep(second, BROKEN, reason=Reason.NO_LOCK)
    return first, second


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A report's folder that has an older trial already."""
    keep(tmp_path / "reports", OLD, started="2025-01-02T03:04:05Z", suite="an older suite")
    return tmp_path / "reports"


def contents(folder: Path) -> Mapping[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_trials_of_all_shards_come_beside_those_that_were_there(shards: tuple[Path, Path], target: Path) -> None:
    before = contents(target)
    done = merge.merge(shards, target, SUITE)
    assert (done.cells, done.added) == (tuple(sorted(PLANNED)), 3)
    assert contents(target) == {**before, **contents(shards[0]), **contents(shards[1])}
    assert [(trial.subject.cell, trial.reason) for trial in Store(target / "trials").read()] == [
        (OLD, None),
        (NEW, None),
        (BROKEN, Reason.NO_LOCK),
        (OLD, None),
    ]


def test_a_merge_that_is_done_again_adds_nothing(shards: tuple[Path, Path], target: Path) -> None:
    merge.merge(shards, target, SUITE)
    once = contents(target)
    assert merge.merge(shards, target, SUITE).added == 0
    assert contents(target) == once


def test_a_report_that_is_not_there_yet_is_made(shards: tuple[Path, Path], tmp_path: Path) -> None:
    assert merge.merge(shards, tmp_path / "new" / "reports", SUITE).added == 3


def cut_a_trial(first: Path, second: Path) -> None:
    (path,) = Store(first / "trials").files()
    path.write_bytes(path.read_bytes()[:-20])


def leave_half(first: Path, second: Path) -> None:
    (path,) = Store(first / "trials").files()
    path.with_name("20260103T030405Z-local.jsonl.gz.partial").write_text("{}")


def lose_a_trial(first: Path, second: Path) -> None:
    (path,) = Store(first / "trials").files()
    path.unlink()


def lose_the_manifest(first: Path, second: Path) -> None:
    (path,) = manifest.files(first / "runs")
    path.unlink()


def cut_the_manifest(first: Path, second: Path) -> None:
    (path,) = manifest.files(first / "runs")
    path.write_text(path.read_text()[:-20])


def have_a_cell_twice(first: Path, second: Path) -> None:
    manifest.write(fakes.manifest(NEW, planned=PLANNED, started="2026-01-03T03:04:05Z"), first / "runs")
    keep(first, NEW, started="2026-01-03T03:04:05Z")


def be_of_another_suite(first: Path, second: Path) -> None:
    (path,) = manifest.files(first / "runs")
    other = replace(manifest.read(path), suite="fedcba9876543210")
    path.write_text(manifest.dump(other))


def have_a_trial_of_another_suite(first: Path, second: Path) -> None:
    keep(first, OLD, started="2026-01-03T03:04:05Z", suite="fedcba9876543210")


def have_a_trial_of_another_engine(first: Path, second: Path) -> None:
    keep(first, OLD, engine="docker")


def have_a_manifest_of_another_schema(first: Path, second: Path) -> None:
    (path,) = manifest.files(first / "runs")
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": SCHEMA + 1}))


def have_a_trial_that_nobody_planned(first: Path, second: Path) -> None:
    keep(first, "tf2.2.3-py3.8")


def have_a_trial_in_the_wrong_folder(first: Path, second: Path) -> None:
    (path,) = Store(first / "trials").files()
    (first / "trials" / "tf2.10.1-py3.10").mkdir()
    path.rename(first / "trials" / "tf2.10.1-py3.10" / path.name)


@pytest.mark.fault(
    "A shard is cut, lost, twice there, or of another suite or engine",
    group="files",
    reads="FOLDER … : run that shard again",
    code=2,
    kept="the reports as they were",
)
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (cut_a_trial, "is not a whole trial"),
        (leave_half, f"one was cut short while it measured {OLD}: run that shard again"),
        (lose_a_trial, f"one has neither an answer nor a reason for {OLD}: run that shard again"),
        (lose_the_manifest, "one has no manifest in runs/: name a folder that tfcompat run --output made"),
        (cut_the_manifest, "is not a whole manifest"),
        (have_a_cell_twice, f"both have {NEW}: run all shards of one n from one commit"),
        (be_of_another_suite, f"one is of suite fedcba9876543210, this checkout has {SUITE}: run every shard from it"),
        (have_a_trial_of_another_suite, f"its shard planned {SUITE} by local: run that shard again"),
        (have_a_trial_of_another_engine, f"its shard planned {SUITE} by local: run that shard again"),
        (have_a_manifest_of_another_schema, f"schema {SCHEMA + 1}, but this tfcompat reads {SCHEMA}"),
        (have_a_trial_that_nobody_planned, "is of tf2.2.3-py3.8, which its shard did not plan"),
        (have_a_trial_in_the_wrong_folder, f"it is the trial {OLD}/20260102T030405Z-local, and lies at"),
    ],
)
def test_a_shard_that_is_not_whole_or_not_of_this_run_is_refused_and_nothing_merged(
    shards: tuple[Path, Path], target: Path, spoil: Callable[[Path, Path], None], sentence: str
) -> None:
    before = contents(target)
    spoil(*shards)
    with pytest.raises(DataError) as refused:
        merge.merge(shards, target, SUITE)
    assert sentence in str(refused.value)
    assert contents(target) == before


def test_a_trial_of_another_schema_is_refused(
    shards: tuple[Path, Path], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(target)
    subject = fakes.subject(OLD, started="2026-01-03T03:04:05Z")
    with Store(shards[0] / "trials").begin(subject) as writer:
        writer.write(msgspec.structs.replace(trial_line(subject), schema=3))
        writer.write(verdict_line(Reason.NO_LOCK, "", 1.0))
    with pytest.raises(DataError, match="schema 3, but this tfcompat reads 1 and 2"):
        merge.merge(shards, target, SUITE)
    assert contents(target) == before


def test_a_shard_that_is_not_named_is_missed(shards: tuple[Path, Path], target: Path) -> None:
    before = contents(target)
    with pytest.raises(DataError, match=f"no shard has {NEW}, {BROKEN}, which the run planned"):
        merge.merge(shards[:1], target, SUITE)
    assert contents(target) == before


def test_a_shard_that_is_named_twice_is_refused(shards: tuple[Path, Path], target: Path) -> None:
    with pytest.raises(DataError, match=f"both have {OLD}"):
        merge.merge((*shards, shards[0]), target, SUITE)


@pytest.mark.fault(
    "A shard has another trial under a name that is taken",
    group="files",
    reads="FILE is there already and is not FILE: a trial is never written over",
    code=2,
    kept="the reports as they were",
)
def test_a_trial_is_never_written_over(shards: tuple[Path, Path], target: Path) -> None:
    keep(target, NEW, package="tensorflow")
    before = contents(target)
    with pytest.raises(DataError, match="a trial is never written over"):
        merge.merge(shards, target, SUITE)
    assert contents(target) == before


@pytest.mark.fault(
    "The disk is full in the middle of a merge",
    group="machine",
    reads="FILE cannot be written (No space left on device): nothing was merged",
    code=2,
    kept="the reports as they were",
)
def test_where_the_disk_is_full_nothing_is_left_of_a_merge(
    shards: tuple[Path, Path], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, renamed = contents(target), 0

    def rename(self: Path, goal: Path) -> None:
        nonlocal renamed
        renamed += 1
        if renamed == 3:
            raise OSError(28, "No space left on device", str(goal))
        self.replace(goal)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(DataError, match=r"No space left on device.*: nothing was merged"):
        merge.merge(shards, target, SUITE)
    assert contents(target) == before


def test_a_shard_without_a_cell_is_whole(shards: tuple[Path, Path], target: Path, tmp_path: Path) -> None:
    manifest.write(fakes.manifest(planned=PLANNED, shard="3/3"), tmp_path / "three" / "runs")
    assert merge.merge((*shards, tmp_path / "three"), target, SUITE).added == 3


def test_a_cell_in_which_there_was_nothing_to_do_is_not_missed(shards: tuple[Path, Path], target: Path) -> None:
    (path,) = manifest.files(shards[1] / "runs")
    path.write_text(manifest.dump(replace(manifest.read(path), cells=(NEW,), reused=(BROKEN,))))
    (hole,) = Store(shards[1] / "trials").files(BROKEN)
    hole.unlink()
    done = merge.merge(shards, target, SUITE)
    assert (done.cells, done.added, done.unmeasured) == ((NEW, OLD), 2, ())


def confirm(folder: Path, target: Path, cell: str, started: str) -> None:
    """Let a shard say again what the newest trial of a cell says."""
    subject = fakes.subject(cell, started=started)
    fakes.keep_suite(folder / "trials")
    with Store(folder / "trials", [target / "trials"], confirms=True).begin(subject) as writer:
        told = fakes.said(subject, fakes.header_line(), fakes.outcome_line(observed=1.0))
        for line in (trial_line(subject), *told):
            writer.write(line)
        writer.write(verdict_line(None, "", 1.0))


def test_what_a_shard_confirms_comes_beside_what_was_confirmed(tmp_path: Path) -> None:
    target, folder = tmp_path / "reports", tmp_path / "one"
    keep(target, OLD)
    keep(target, NEW)
    confirm(target, target, OLD, "2026-01-03T03:04:05Z")
    before = contents(target)
    for cell in (OLD, NEW):
        confirm(folder, target, cell, "2026-01-04T03:04:05Z")
    manifest.write(fakes.manifest(OLD, NEW), folder / "runs")
    assert Store(folder / "trials").files() == []
    done = merge.merge([folder], target, SUITE)
    assert (done.cells, done.added) == ((NEW, OLD), 2)
    assert [(trial.subject.cell, trial.subject.started[:10]) for trial in Store(target / "trials").read()] == [
        (NEW, "2026-01-02"),
        (OLD, "2026-01-02"),
        (OLD, "2026-01-03"),
        (NEW, "2026-01-04"),
        (OLD, "2026-01-04"),
    ]
    changed = {name for name, content in contents(target).items() if before.get(name) != content}
    assert changed == {
        f"trials/{OLD}/confirmed.jsonl",
        f"trials/{NEW}/confirmed.jsonl",
        *(name for name in contents(folder) if name.startswith("runs/")),
    }
    assert merge.merge([folder], target, SUITE).added == 0


def test_a_confirmation_of_what_the_report_does_not_have_is_refused(tmp_path: Path) -> None:
    target, folder = tmp_path / "reports", tmp_path / "one"
    keep(target, OLD)
    confirm(folder, target, OLD, "2026-01-04T03:04:05Z")
    manifest.write(fakes.manifest(OLD), folder / "runs")
    with pytest.raises(DataError, match="is not there, and another trial refers to it"):
        merge.merge([folder], tmp_path / "elsewhere", SUITE)


def test_where_a_merge_fails_the_confirmations_are_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, folder = tmp_path / "reports", tmp_path / "one"
    for cell in (OLD, NEW):
        keep(target, cell)
        confirm(target, target, cell, "2026-01-03T03:04:05Z")
        confirm(folder, target, cell, "2026-01-04T03:04:05Z")
    manifest.write(fakes.manifest(OLD, NEW), folder / "runs")
    before = contents(target)

    def rename(self: Path, goal: Path) -> None:
        if goal.parent.name == OLD:
            raise OSError(28, "No space left on device", str(goal))
        self.replace(goal)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(DataError, match=r"No space left on device.*: nothing was merged"):
        merge.merge([folder], target, SUITE)
    assert contents(target) == before


def test_reused_outcomes_are_those_of_the_trials_of_the_report(tmp_path: Path) -> None:
    target, folder = tmp_path / "reports", tmp_path / "one"
    keep(target, OLD)
    subject = fakes.subject(OLD, started="2026-01-04T03:04:05Z")
    reused = ReusedLine(trial="20260102T030405Z-local", scenarios=["adapt::mean"])
    fakes.keep_suite(folder / "trials")
    with Store(folder / "trials").begin(subject) as writer:
        for line in (trial_line(subject), fakes.header_line(), reused, verdict_line(None, "", 1.0)):
            writer.write(line)
    manifest.write(fakes.manifest(OLD), folder / "runs")
    assert merge.merge([folder], target, SUITE).added == 1
    with pytest.raises(DataError, match="is not there, and another trial refers to it"):
        merge.merge([folder], tmp_path / "elsewhere", SUITE)


def test_what_is_whole_is_merged_and_said_what_is_not(shards: tuple[Path, Path], target: Path, tmp_path: Path) -> None:
    cut_a_trial(*shards)
    before = contents(target)
    done = merge.merge_whole([*shards, tmp_path / "three"], target, SUITE)
    assert contents(target) == {**before, **contents(shards[1])}
    assert (done.cells, done.added, done.unmeasured) == ((NEW, BROKEN), 2, (OLD,))
    assert [str(shard) for shard in done.missing] == ["1/2"]
    assert ["is not a whole trial" in done.refused[0], "three has no manifest" in done.refused[1]] == [True, True]
    assert done.started == "2026-01-02T03:04:05Z"


def test_of_a_shard_that_was_cut_short_what_it_finished_is_merged(shards: tuple[Path, Path], target: Path) -> None:
    first, second = shards
    leave_half(first, second)
    (path,) = Store(second / "trials").files(NEW)
    path.unlink()
    done = merge.merge_whole(shards, target, SUITE)
    assert (done.cells, done.unmeasured, done.refused, done.missing) == ((BROKEN, OLD), (NEW,), (), ())
    assert not list(target.rglob("*.partial"))


def test_of_two_shards_with_one_cell_the_first_is_merged(shards: tuple[Path, Path], target: Path) -> None:
    done = merge.merge_whole((*shards, shards[0]), target, SUITE)
    assert (done.added, len(done.refused)) == (3, 1)
    assert f"both have {OLD}" in done.refused[0]


def test_a_shard_that_would_write_over_a_trial_is_left_out_and_the_others_are_merged(
    shards: tuple[Path, Path], target: Path
) -> None:
    keep(target, NEW, package="tensorflow")
    done = merge.merge_whole(shards, target, SUITE)
    assert (done.cells, done.unmeasured) == ((OLD,), (NEW, BROKEN))
    assert "a trial is never written over" in done.refused[0]


def test_where_nothing_is_whole_nothing_is_merged(shards: tuple[Path, Path], target: Path) -> None:
    cut_a_trial(*shards)
    before = contents(target)
    with pytest.raises(DataError, match=r"nothing was merged, for no shard left anything whole: .*not a whole trial"):
        merge.merge_whole(shards[:1], target, SUITE)
    assert contents(target) == before


def test_a_long_list_of_cells_is_cut() -> None:
    assert merge.names(f"tf2.{minor}.0-py3.9" for minor in range(10, 30)).endswith("tf2.19.0-py3.9 and 10 more")


@pytest.mark.parametrize(
    ("count", "more"), [(1, ""), (merge.NAMED, ""), (merge.NAMED + 1, " and 1 more"), (merge.NAMED + 5, " and 5 more")]
)
def test_some_cells_are_named_and_the_others_counted(count: int, more: str) -> None:
    cells = [f"tf2.{number:02}.0-py3.9" for number in range(count)]
    assert merge.names(reversed(cells)) == ", ".join(cells[: merge.NAMED]) + more


def test_the_last_shard_is_missed_as_any_other() -> None:
    plans = [
        manifest.Manifest(
            suite=SUITE,
            engine="docker",
            package="tensorflow-cpu",
            started="2026-01-01T00:00:00Z",
            tfcompat="0.1.0",
            shard=text,
            cells=(),
            planned=(),
        )
        for text in ("1/3", "2/3")
    ]
    assert list(map(str, merge.missing_shards(plans))) == ["3/3"]
