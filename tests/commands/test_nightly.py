"""The commands of a run in parts: run --shard and --output, list --shard, merge, gate, and what a night tells."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from tests.fakes import FakeEngine
from tests.test_cli import Call, InterruptedSandbox, call, engine, trials_in
from tests.trial_files import keep
from tfcompat.commands.nightly import LONGEST_ISSUE, chosen, issue, tell
from tfcompat.compare import changes
from tfcompat.compare.diff import Side, compare
from tfcompat.environments.staging import suite_files, suite_hash
from tfcompat.outcomes import NoAnswerError, Reason, Status
from tfcompat.project import Project
from tfcompat.run import manifest
from tfcompat.trials.judge import CANARY
from tfcompat.trials.store import Store

__all__ = ["call", "engine"]

OLD, NEW = "tf2.9.3-py3.10", "tf2.16.2-py3.12"


def the_manifest(folder: Path) -> manifest.Manifest:
    (path,) = manifest.files(folder / "runs")
    return manifest.read(path)


def test_the_shards_of_a_selection_are_its_parts(call: Call) -> None:
    whole = call("list", "--tf", "all")[1].splitlines()
    parts = [call("list", "--tf", "all", "--shard", f"{index}/3")[1].splitlines() for index in (1, 2, 3)]
    assert sorted(line for part in parts for line in part) == sorted(whole)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert json.loads(call("list", "--tf", "2.9", "--shard", "2/2", "--json")[1]) == []


@pytest.mark.parametrize("command", ["run", "list"])
@pytest.mark.parametrize("shard", ["0/2", "3/2", "one"])
def test_what_is_no_shard_is_said_in_a_sentence(call: Call, engine: FakeEngine, command: str, shard: str) -> None:
    assert call(command, "--shard", shard) == (
        2,
        "",
        f"tfcompat: --shard {shard!r} is no shard: write i/n with i from 1 to n, for example 2/4\n",
    )


def test_a_shard_follows_what_cells_took_when_they_were_measured(call: Call, project_folder: Path) -> None:
    trials = project_folder / "reports" / "trials"
    for cell in (OLD, "tf2.10.1-py3.10", NEW):
        keep(trials, cell, {"adapt::mean": 1.0})
    (slow,) = Store(trials / "..").folder.glob(f"trials/{NEW}/*")
    rewrite(slow, seconds=900.0)
    listed = [call("list", "--tf", "2.9,2.10,2.16", "--shard", f"{index}/2")[1].split() for index in (1, 2)]
    assert [word for word in listed[0] if word.startswith("tf")] == [NEW]
    assert [word for word in listed[1] if word.startswith("tf")] == [OLD, "tf2.10.1-py3.10"]


def rewrite(path: Path, **verdict: Any) -> None:
    """Let a trial's verdict say something else."""
    import gzip

    *lines, last = gzip.decompress(path.read_bytes()).decode().splitlines()
    lines.append(json.dumps({**json.loads(last), **verdict}))
    path.write_bytes(gzip.compress("\n".join(lines).encode()))


def test_a_run_says_beside_its_trials_what_it_planned(call: Call, engine: FakeEngine, project_folder: Path) -> None:
    assert call("run", "--tf", "2.9,2.16")[0] == 0
    made = the_manifest(project_folder / "reports")
    assert (made.shard, made.cells, made.planned) == ("1/1", (OLD, NEW), (OLD, NEW))
    assert (made.suite, made.engine, made.package) == (fakes.program().suite_hash, "docker", "tensorflow-cpu")


def test_a_shard_keeps_its_trials_and_its_plan_where_it_is_told_to(
    call: Call, engine: FakeEngine, project_folder: Path, tmp_path: Path
) -> None:
    place = tmp_path / "shard"
    assert call("run", "--tf", "2.9,2.16", "--shard", "2/2", "--output", str(place))[0] == 0
    made = the_manifest(place)
    assert (made.shard, made.cells, made.planned) == ("2/2", (OLD,), (OLD, NEW))
    assert [trial.subject.cell for trial in Store(place / "trials").read()] == [OLD]
    assert trials_in(project_folder) == []
    assert not (project_folder / "reports" / "runs").exists()


def test_a_shard_that_is_interrupted_has_said_before_what_it_planned(
    call: Call, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.sandbox = InterruptedSandbox
    assert call("run", "--tf", "2.9", "--output", str(tmp_path / "shard"))[0] == 130
    assert the_manifest(tmp_path / "shard").cells == (OLD,)


def test_a_shard_without_a_cell_says_so_and_has_a_plan(call: Call, engine: FakeEngine, tmp_path: Path) -> None:
    code, said, complained = call("run", "--tf", "2.9", "--shard", "2/2", "--output", str(tmp_path / "shard"))
    assert (code, said) == (0, "")
    assert "shard 2/2 has nothing to do: the others have all 1 cells" in complained
    assert (the_manifest(tmp_path / "shard").cells, engine.built) == ((), [])


def test_a_part_of_the_suite_has_no_plan_and_is_not_kept_elsewhere(
    call: Call, engine: FakeEngine, project_folder: Path, tmp_path: Path
) -> None:
    assert call("run", "--tf", "2.9", "-k", "mean")[0] == 0
    assert not (project_folder / "reports" / "runs").exists()
    code, _, complained = call("run", "--tf", "2.9", "-k", "mean", "--output", str(tmp_path / "shard"))
    assert (code, complained.splitlines()[-1]) == (
        2,
        "tfcompat: a part of the suite is shown and not kept: leave out --output, or -k and what follows --",
    )
    assert not (tmp_path / "shard").exists()


def shard(folder: Path, suite: str, *cells: str, planned: tuple[str, ...] = (OLD, NEW)) -> str:
    """A shard's folder as a run of that suite would leave it."""
    manifest.write(fakes.manifest(*cells, planned=planned, suite=suite), folder / "runs")
    for cell in cells:
        keep(folder / "trials", fakes.subject(cell, suite=suite), {"adapt::mean": 1.0})
    return str(folder)


def test_merge_puts_shards_into_the_reports_or_elsewhere(call: Call, project_folder: Path, tmp_path: Path) -> None:
    suite = suite_hash(suite_files(project_folder / "scenarios"))
    one, two = (shard(tmp_path / name, suite, cell) for name, cell in (("one", OLD), ("two", NEW)))
    assert call("merge", one, two) == (0, "2 cells of 2 folders were merged, 2 trials of them are new\n", "")
    assert trials_in(project_folder) == [NEW, OLD]
    elsewhere = tmp_path / "elsewhere"
    assert call("merge", one, two, "--output", str(elsewhere))[0] == 0
    assert len(Store(elsewhere / "trials").files()) == 2


def test_merge_refuses_a_shard_of_another_suite_than_the_checkouts(
    call: Call, project_folder: Path, tmp_path: Path
) -> None:
    one = shard(tmp_path / "one", "fedcba9876543210", OLD, NEW)
    code, said, complained = call("merge", one)
    assert (code, said) == (2, "")
    assert complained.startswith(f"tfcompat: {one} is of suite fedcba9876543210, this checkout has ")
    assert trials_in(project_folder) == []


def test_merge_brings_what_did_not_repeat(call: Call, project_folder: Path, tmp_path: Path) -> None:
    suite = suite_hash(suite_files(project_folder / "scenarios"))
    folders = [shard(tmp_path / name, suite, cell) for name, cell in (("one", OLD), ("two", NEW))]
    doubtful = {
        "cell": OLD,
        "scenario": "a::b",
        "engine": "local",
        "suite": suite,
        "started": "2026",
        "baseline": "works",
    }
    (tmp_path / "one" / "flaky.json").write_text(json.dumps([{**doubtful, "seen": ["fails"]}]))
    assert call("merge", *folders)[0] == 0
    assert json.loads((project_folder / "reports" / "flaky.json").read_text())[0]["scenario"] == "a::b"
    (tmp_path / "one" / "flaky.json").write_text("{")
    assert call("merge", *folders, "--output", str(tmp_path / "none"))[0] == 2
    assert not (tmp_path / "none").exists()


def test_the_gate_lets_through_what_is_whole_and_says_what_is_not(
    call: Call, project_folder: Path, tmp_path: Path
) -> None:
    keep(project_folder / "reports" / "trials", NEW, {"adapt::mean": 1.0})
    keep(tmp_path / "published" / "trials", NEW, {"adapt::mean": 1.0})
    published = str(tmp_path / "published")
    assert call("gate", published) == (
        0,
        "1 columns may be published: nothing vanished, and none of them is broken\n",
        "",
    )
    keep(tmp_path / "published" / "trials", OLD, {"adapt::mean": 1.0})
    assert call("gate", published)[:2] == (1, f"the column {OLD} vanished\n")
    assert call("gate", published, "--accept", "tf2.9.*")[0] == 0
    assert call("gate", str(project_folder / "reports"), published)[0] == 0
    code, said, complained = call("gate", published, published, "--max-age", "1")
    assert (code, len(said.splitlines())) == (1, 2)
    assert "for 2 reasons; --accept GLOB takes one back" in complained


def test_the_gate_sees_a_canary_in_the_evidence(call: Call, project_folder: Path, tmp_path: Path) -> None:
    keep(tmp_path / "published" / "trials", NEW, {"adapt::mean": 1.0})
    trials = project_folder / "reports" / "trials"
    broken = fakes.outcome_line(CANARY, "raised", type="ImportError", message="ImportError: no protobuf")
    with Store(trials).begin(fakes.subject(NEW)) as writer:
        for line in whole(NEW, broken):
            writer.write(line)
    assert call("gate", str(tmp_path / "published"))[:2] == (
        1,
        f"the canary of {NEW} failed (canary failed: ImportError: no protobuf)\n",
    )


def whole(cell: str, *lines: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    from tfcompat.trials.record import trial_line, verdict_line

    return [
        trial_line(fakes.subject(cell)),
        fakes.header_line(),
        *lines,
        fakes.end_line(1),
        verdict_line(None, "", 1.0),
    ]


@pytest.mark.starts
def test_the_gate_needs_two_sides(call: Call, tmp_path: Path) -> None:
    code, _, complained = call("gate", str(tmp_path / "nowhere"))
    assert code == 2
    assert "is neither a folder nor a git revision" in complained


def difference(*statuses: Status) -> Any:
    """What changed in one cell from all works to some statuses."""
    names = [f"adapt::{number}" for number in range(len(statuses))]
    before = fakes.trial(NEW, *(fakes.outcome(name) for name in names))
    after = fakes.trial(NEW, *(fakes.outcome(name, status) for name, status in zip(names, statuses, strict=True)))
    return compare(Side(name="published", trials=[before]), Side(name="tonight", trials=[after]))


def test_an_issue_is_about_what_regressed_and_nothing_else() -> None:
    assert issue(difference(Status.WORKS, Status.UNKNOWN)) == ""
    text = issue(difference(Status.FAILS, Status.WORKS, Status.UNKNOWN))
    assert text.startswith(f"What is measured got worse in {NEW}.\n")
    assert "adapt::0" in text
    assert "adapt::1" not in text
    assert "adapt::2" not in text


def test_an_issue_is_within_what_a_code_host_takes_and_says_what_was_cut() -> None:
    found = difference(*[Status.FAILS] * 2000)
    text = issue(found)
    assert LONGEST_ISSUE - 1000 < len(text) < LONGEST_ISSUE + 2200
    shown = text.count("adapt::")
    assert f"\n{2000 - shown} more lines: see what changed of that night.\n" in text
    assert changes.markdown(found).count("adapt::") == 2000


def test_a_night_on_which_nothing_regressed_leaves_no_issue_of_the_night_before(tmp_path: Path) -> None:
    project = Project(root=tmp_path, cache=tmp_path / "cache")
    keep(project.trials, NEW, {"adapt::mean": 1.0})
    (tmp_path / "night").mkdir()
    (tmp_path / "night" / "issue.md").write_text("worse")
    tell(project, project.reports, tmp_path / "night")
    assert sorted(path.name for path in (tmp_path / "night").iterdir()) == ["changes.md", "summary.md"]
    assert "published → tonight" in (tmp_path / "night" / "changes.md").read_text()


def test_a_cell_without_an_answer_is_no_reason_to_stop_a_night(
    call: Call, engine: FakeEngine, project_folder: Path, tmp_path: Path
) -> None:
    engine.trouble = {NEW: NoAnswerError(Reason.NO_IMAGE, "the disk is broken")}
    code, _, complained = call("nightly", "shard", "1/1", "--output", str(tmp_path / "shards"))
    assert code == 0
    place = tmp_path / "shards" / "shard-1of1"
    assert "$ tfcompat run --tf all,pre,nightly --python all --variant all --only tf2.2.3-py3.8," in complained
    reasons = {trial.subject.cell: trial.reason for trial in Store(place / "trials").read()}
    assert reasons.pop(NEW) is Reason.NO_IMAGE
    assert set(reasons.values()) == {None}
    assert {OLD, "tfnightly-py3.13"} < set(reasons) == set(the_manifest(place).cells) - {NEW}


def test_other_columns_of_the_reports_are_measured_by_turns_the_oldest_first(
    project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tfcompat.commands.nightly.TURN", 2)
    project = Project(root=project_folder, cache=project_folder / "cache")
    for day, cell in enumerate(
        (NEW, "tf2.15.1-py3.10", "tf2.9.3-py3.10", "tf2.16.2-py3.12+legacy", "tf2.2.0-py3.8", "tf1.0-py3.8")
    ):
        started = f"2026-01-{20 - day}T00:00:00Z"
        keep(project.trials, fakes.subject(cell, started=started), {"adapt::mean": 1.0})
    keep(project.trials, fakes.subject("tf2.2.0-py3.8", started="2026-02-01T00:00:00Z"), {"adapt::mean": 1.0})
    *_, only = chosen(project)
    assert only.split(",")[-4:] == [
        "tf2.22.0rc0-py3.13",
        "tfnightly-py3.13",
        "tf2.16.2-py3.12+legacy",
        "tf2.15.1-py3.10",
    ]
    assert "tf2.20.0-py3.9" in only.split(",")  # a telling Python is measured each night
    assert len(only.split(",")) == len(set(only.split(",")))


def test_a_night_leaves_out_what_has_no_python_that_the_runner_works_on(project_folder: Path) -> None:
    releases = project_folder / "images" / "releases.toml"
    text = releases.read_text()
    row = next(line for line in text.splitlines() if '"2.22.0rc0"' in line)
    releases.write_text(text.replace(row, re.sub(r"pythons = \[.*\]", 'pythons = ["3.14"]', row)))
    *_, only = chosen(Project(root=project_folder, cache=project_folder / "cache"))
    assert "tfnightly-py3.13" in only.split(",")
    assert "2.22.0rc0" not in only


def test_what_is_there_is_what_a_shard_is_compared_with(
    call: Call, engine: FakeEngine, project_folder: Path, tmp_path: Path
) -> None:
    keep(project_folder / "reports" / "trials", NEW, {"adapt::mean": 7.0})
    code, _, complained = call("nightly", "shard", "1/1", "--output", str(tmp_path / "shards"), "--only", NEW)
    assert code == 0
    assert f"1 outcomes changed against {project_folder / 'reports'}: they are run again" in complained


def test_a_shard_that_is_asked_for_wrongly_stops(call: Call, engine: FakeEngine, tmp_path: Path) -> None:
    code, _, complained = call("nightly", "shard", "1/1", "--output", str(tmp_path), "--python", "2.7")
    assert (code, engine.built) == (2, [])
    assert "--python '2.7' is not one of" in complained


def test_a_night_that_cannot_be_merged_publishes_nothing(call: Call, project_folder: Path, tmp_path: Path) -> None:
    keep(project_folder / "reports" / "trials", NEW, {"adapt::mean": 1.0})
    one = shard(tmp_path / "one", "fedcba9876543210", OLD, NEW)
    code, _, complained = call("nightly", "publish", one, "--output", str(tmp_path / "night"))
    assert code == 2
    assert complained.splitlines()[0].startswith("$ tfcompat merge ")
    assert "is of suite fedcba9876543210" in complained.splitlines()[-1]
    assert not (tmp_path / "night").exists()
    assert [path.name for path in (project_folder / "reports").iterdir()] == ["trials"]
