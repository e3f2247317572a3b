"""tfcompat nightly publish: what a night says of itself, and that it publishes nothing where it cannot merge."""

from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from tests.command import NEW, OLD, Call
from tests.commands.publish.shards import shard
from tests.trial_files import keep
from tfcompat.commands.publish.nightly import publish
from tfcompat.commands.publish.nightly.publish import LONGEST_ISSUE, issue
from tfcompat.compare import changes
from tfcompat.compare.diff import Side, compare
from tfcompat.environments.staging import suite_files, suite_hash
from tfcompat.errors import ExitCode
from tfcompat.outcomes import Reason, Status
from tfcompat.run import manifest
from tfcompat.table.frame import collect
from tfcompat.trials import nights
from tfcompat.trials.current import current_trials
from tfcompat.trials.nights import Night
from tfcompat.trials.published import load, write
from tfcompat.trials.store import Store


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


NIGHT = "2026-01-05T03:17:00Z"


def measured(
    project: Path, folder: Path, started: str, *cells: str, planned: tuple[str, ...] = (), **facts: Any
) -> str:
    """The folder of a shard that measured some cells at some moment; ``facts`` are those of the trials."""
    suite = suite_hash(suite_files(project / "scenarios"))
    plan = fakes.manifest(*cells, planned=planned or cells, suite=suite, started=started, shard="1/2")
    manifest.write(plan, folder / "runs")
    for cell in cells:
        keep(folder / "trials", fakes.subject(cell, suite=suite, started=started), **facts)
    return str(folder)


@pytest.fixture
def published(project_folder: Path) -> Path:
    """A project of which two columns were published, and whose reports are not derived anew."""
    reports = project_folder / "reports"
    for cell in (OLD, NEW):
        keep(reports / "trials", cell, {"adapt::mean": 1.0})
    current = current_trials(Store(reports / "trials").read())
    write(current, "2026-01-02T03:17:00Z", reports)
    return project_folder


@pytest.fixture(autouse=True)
def _no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the report writes is the business of its own tests."""
    monkeypatch.setattr(publish, "tfcompat", lambda context, *arguments: ExitCode.COMPLETE)


def told(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def publishing(call: Call, tmp_path: Path, *arguments: str) -> tuple[int, str, str]:
    return call("nightly", "publish", *arguments, "--output", str(tmp_path / "night"))


def test_a_night_that_is_published_says_so_in_the_reports(call: Call, published: Path, tmp_path: Path) -> None:
    (tmp_path / "night").mkdir()
    (tmp_path / "night" / "issue.md").write_text("worse")
    folder = measured(published, tmp_path / "one", NIGHT, NEW, answers={"adapt::mean": 2.0})
    code, said, _ = publishing(call, tmp_path, folder)
    assert (code, said.splitlines()[-1]) == (0, str(published / "reports" / "published.json"))
    last = load(published / "reports")
    assert last is not None
    assert (last.night, [trial.subject.started for trial in last.trials]) == (NIGHT, [NIGHT, "2026-01-02T03:04:05Z"])
    assert nights.load(published / "reports") == [Night(started=NIGHT, cells=1, missing=("2/2",))]
    files = told(tmp_path / "night")
    assert sorted(files) == ["changes.md", "summary.md"]
    assert "published → tonight" in files["changes.md"]
    assert files["summary.md"].startswith("## Not measured\n\n- missing: shard 2/2, see its log\n\n# tfcompat\n")


def test_what_a_refused_night_measured_is_kept_and_it_says_what_a_person_must_decide(
    call: Call, published: Path, tmp_path: Path
) -> None:
    before = (published / "reports" / "published.json").read_bytes()
    folder = measured(published, tmp_path / "one", NIGHT, NEW, answers={}, reason=Reason.NO_IMAGE)
    code, said, complained = publishing(call, tmp_path, folder)
    assert code == 1
    assert said.splitlines()[-1].startswith(f"{NEW} had answers and has none now (no image): ")
    assert "not to be published, for 1 reasons" in complained
    assert (published / "reports" / "published.json").read_bytes() == before
    assert len(Store(published / "reports" / "trials").files(NEW)) == 2
    assert [night.started for night in nights.load(published / "reports")] == [NIGHT]
    assert told(tmp_path / "night")["summary.md"].startswith(
        f"## Not published\n\n- {NEW} had answers and has none now"
    )
    assert publishing(call, tmp_path, folder, "--accept", NEW)[0] == 0
    assert publishing(call, tmp_path, folder)[0] == 0


def test_a_night_without_a_network_is_published_with_what_was_measured_before(
    call: Call, published: Path, tmp_path: Path
) -> None:
    before = load(published / "reports")
    folder = measured(published, tmp_path / "one", NIGHT, NEW, answers={}, reason=Reason.NO_NETWORK)
    assert publishing(call, tmp_path, folder)[0] == 0
    after = load(published / "reports")
    assert before is not None
    assert after is not None
    assert after.trials == before.trials
    assert f"- {NEW}: no network; it shows what was measured before" in told(tmp_path / "night")["summary.md"]


def test_an_issue_is_about_what_regressed_since_the_night_before_also_where_that_one_was_refused(
    call: Call, published: Path, tmp_path: Path
) -> None:
    """Else each night after a refused one would open the same issue again."""
    worse = ValueError("worse")
    first = measured(published, tmp_path / "one", NIGHT, NEW, answers={"adapt::mean": worse})
    hole = measured(published, tmp_path / "hole", NIGHT, OLD, answers={}, reason=Reason.NO_IMAGE)
    assert publishing(call, tmp_path, first, hole)[0] == 1
    assert f"got worse in {NEW}" in told(tmp_path / "night")["issue.md"]
    second = measured(published, tmp_path / "two", "2026-01-06T03:17:00Z", NEW, answers={"adapt::mean": worse})
    assert publishing(call, tmp_path, second)[0] == 1
    files = told(tmp_path / "night")
    assert "issue.md" not in files
    assert "regressed" in files["changes.md"]


def test_on_the_first_night_all_is_new_and_published(call: Call, project_folder: Path, tmp_path: Path) -> None:
    folder = measured(project_folder, tmp_path / "one", NIGHT, NEW, answers={}, reason=Reason.CANARY_FAILED)
    assert publishing(call, tmp_path, folder)[0] == 0
    assert load(project_folder / "reports") is not None
    assert publishing(call, tmp_path, folder)[0] == 0


def test_a_damaged_list_of_what_is_published_costs_no_trial(call: Call, published: Path, tmp_path: Path) -> None:
    (published / "reports" / "published.json").write_text("{")
    folder = measured(published, tmp_path / "one", NIGHT, NEW, answers={"adapt::mean": 2.0})
    code, _, complained = publishing(call, tmp_path, folder)
    assert (code, "published.json is damaged" in complained) == (2, True)
    assert len(Store(published / "reports" / "trials").files(NEW)) == 2


def test_a_night_that_cannot_be_merged_publishes_nothing(call: Call, published: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in (published / "reports").rglob("*") if path.is_file()}
    folder = shard(tmp_path / "one", "fedcba9876543210", OLD, NEW)
    code, _, complained = publishing(call, tmp_path, folder, str(tmp_path / "shards" / "*"))
    assert code == 2
    assert "nothing was merged, for no shard left anything whole: " in complained
    assert "is of suite fedcba9876543210" in complained
    assert "has no manifest in runs/" in complained
    assert not (tmp_path / "night").exists()
    assert {path: path.read_bytes() for path in (published / "reports").rglob("*") if path.is_file()} == before
