"""tfcompat merge: the shards of this checkout's suite, and what did not repeat in them."""

import json
from pathlib import Path

from tests.command import NEW, OLD, Call, trials_in
from tests.commands.publish.shards import shard
from tfcompat.environments.staging import suite_files, suite_hash
from tfcompat.trials.store import Store


def test_merge_puts_shards_into_the_reports_or_elsewhere(call: Call, project_folder: Path, tmp_path: Path) -> None:
    suite = suite_hash(suite_files(project_folder / "scenarios"))
    first, second = (shard(tmp_path / name, suite, cell) for name, cell in (("one", OLD), ("two", NEW)))
    assert call("merge", first, second) == (0, "2 cells of 2 folders were merged, 2 trials of them are new\n", "")
    assert trials_in(project_folder) == [NEW, OLD]
    elsewhere = tmp_path / "elsewhere"
    assert call("merge", first, second, "--output", str(elsewhere))[0] == 0
    assert len(Store(elsewhere / "trials").files()) == 2


def test_merge_refuses_a_shard_of_another_suite_than_the_checkouts(
    call: Call, project_folder: Path, tmp_path: Path
) -> None:
    folder = shard(tmp_path / "one", "fedcba9876543210", OLD, NEW)
    code, said, complained = call("merge", folder)
    assert (code, said) == (2, "")
    assert complained.startswith(f"tfcompat: {folder} is of suite fedcba9876543210, this checkout has ")
    assert trials_in(project_folder) == []


def test_merge_takes_what_is_whole_where_that_is_enough(call: Call, project_folder: Path, tmp_path: Path) -> None:
    suite = suite_hash(suite_files(project_folder / "scenarios"))
    first = shard(tmp_path / "one", suite, OLD)
    assert call("merge", first)[0] == 2
    (tmp_path / "two").mkdir()
    (tmp_path / "one" / "flaky.json").write_text("{")
    code, said, complained = call("merge", "--partial", first, str(tmp_path / "two"))
    assert (code, said) == (3, "1 cells of 1 folders were merged, 1 trials of them are new\n")
    assert complained.splitlines() == [
        complained.splitlines()[0],
        f"{tmp_path / 'two'} has no manifest in runs/: name a folder that tfcompat run --output made",
        f"not measured: {NEW}; the next night measures what is oldest first",
    ]
    assert "is not a list of flaky outcomes" in complained.splitlines()[0]
    assert trials_in(project_folder) == [OLD]
    both = shard(tmp_path / "three", suite, NEW)
    (tmp_path / "one" / "flaky.json").unlink()
    assert call("merge", "--partial", first, both) == (
        0,
        "2 cells of 2 folders were merged, 1 trials of them are new\n",
        "",
    )


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
