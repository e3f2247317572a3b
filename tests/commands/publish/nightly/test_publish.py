"""tfcompat nightly publish: what a night says of itself, and that it publishes nothing where it cannot merge."""

from pathlib import Path
from typing import Any

from tests import fakes
from tests.command import NEW, OLD, Call
from tests.commands.publish.shards import shard
from tests.trial_files import keep
from tfcompat.commands.publish.nightly.publish import LONGEST_ISSUE, issue, write_changes
from tfcompat.compare import changes
from tfcompat.compare.diff import Side, compare
from tfcompat.outcomes import Status
from tfcompat.project import Project
from tfcompat.table.frame import collect


def difference(*statuses: Status) -> Any:
    """What changed in one cell from all works to some statuses."""
    names = [f"adapt::{number}" for number in range(len(statuses))]
    before = fakes.trial(NEW, *(fakes.outcome(name) for name in names))
    after = fakes.trial(NEW, *(fakes.outcome(name, status) for name, status in zip(names, statuses, strict=True)))
    return compare(Side(name="published", table=collect([before])), Side(name="tonight", table=collect([after])))


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
    write_changes(project, project.reports, tmp_path / "night")
    assert sorted(path.name for path in (tmp_path / "night").iterdir()) == ["changes.md", "summary.md"]
    assert "published → tonight" in (tmp_path / "night" / "changes.md").read_text()


def test_a_night_that_cannot_be_merged_publishes_nothing(call: Call, project_folder: Path, tmp_path: Path) -> None:
    keep(project_folder / "reports" / "trials", NEW, {"adapt::mean": 1.0})
    folder = shard(tmp_path / "one", "fedcba9876543210", OLD, NEW)
    code, _, complained = call("nightly", "publish", folder, "--output", str(tmp_path / "night"))
    assert code == 2
    assert complained.splitlines()[0].startswith("$ tfcompat merge ")
    assert "is of suite fedcba9876543210" in complained.splitlines()[-1]
    assert not (tmp_path / "night").exists()
    assert [path.name for path in (project_folder / "reports").iterdir()] == ["trials"]
