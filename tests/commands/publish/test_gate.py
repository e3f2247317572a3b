"""tfcompat gate: what it lets through, and what it says where it does not."""

from pathlib import Path

import pytest

from tests import fakes
from tests.command import NEW, OLD, Call
from tests.trial_files import keep
from tfcompat.outcomes import Reason
from tfcompat.record.judge import CANARY
from tfcompat.record.lines import Line, trial_line, verdict_line
from tfcompat.select.rotation import LIMIT
from tfcompat.trials import nights
from tfcompat.trials.nights import Night
from tfcompat.trials.store import Store


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
    code, said, complained = call("gate", published)
    assert code == 1
    assert said.startswith(f"the column {OLD} vanished: ")
    assert "for 1 reasons; --accept GLOB ignores an objection" in complained
    assert call("gate", published, "--accept", "tf2.9.*")[0] == 0
    assert call("gate", str(project_folder / "reports"), published)[0] == 0
    assert call("gate", published, "--write")[0] == 2


def test_the_gate_sees_a_canary_in_the_evidence(call: Call, project_folder: Path, tmp_path: Path) -> None:
    keep(tmp_path / "published" / "trials", NEW, {"adapt::mean": 1.0})
    trials = project_folder / "reports" / "trials"
    fakes.keep_suite(trials)
    broken = fakes.outcome_line(CANARY, "raised", type="ImportError", message="ImportError: no protobuf")
    with Store(trials).begin(fakes.subject(NEW)) as writer:
        for line in whole(NEW, broken):
            writer.write(line)
    code, said, _ = call("gate", str(tmp_path / "published"))
    assert code == 1
    assert said.startswith(f"the canary of {NEW} failed (canary failed: ImportError: no protobuf): ")


def whole(cell: str, *lines: Line) -> list[Line]:
    subject = fakes.subject(cell)
    return [trial_line(subject), *fakes.said(subject, fakes.header_line(), *lines), verdict_line(None, "", 1.0)]


def nights_after(folder: Path, count: int) -> None:
    for day in range(1, count + 1):
        nights.add(Night(started=f"2026-02-{day:02}T03:17:00Z", cells=1), folder)


def test_what_was_published_is_what_the_reports_are_compared_with(call: Call, project_folder: Path) -> None:
    reports = project_folder / "reports"
    for cell in (OLD, NEW):
        keep(reports / "trials", cell, {"adapt::mean": 1.0})
    assert call("gate") == (0, "2 columns may be published: nothing vanished, and none of them is broken\n", "")
    assert not (reports / "published.json").exists()
    assert call("gate", "--write")[1].splitlines()[1] == str(reports / "published.json")
    later = fakes.subject(NEW, started="2026-01-03T03:04:05Z")
    keep(reports / "trials", later, {}, reason=Reason.NO_IMAGE)
    code, said, _ = call("gate", "--write")
    assert code == 1
    assert said.startswith(f"{NEW} had answers and has none now (no image): ")
    assert call("gate", "--accept", NEW, "--write")[0] == 0
    assert call("gate")[0] == 0
    assert f"{NEW}/20260103T030405Z-local.jsonl.gz" in (reports / "published.json").read_text()


def test_a_cell_that_nights_pass_over_is_refused_until_somebody_accepts_it(call: Call, project_folder: Path) -> None:
    reports = project_folder / "reports"
    for cell in (NEW, "tf1.0-py3.8"):  # nobody can measure the latter: the lists do not have it
        keep(reports / "trials", cell, {"adapt::mean": 1.0})
    nights_after(reports, 1)
    assert call("gate", "--write")[0] == 0
    nights_after(reports, LIMIT)
    assert call("gate")[0] == 0
    keep(reports / "trials", fakes.subject(NEW, started="2026-02-03T00:00:00Z"), {}, reason=Reason.NO_NETWORK)
    nights_after(reports, LIMIT + 1)
    code, said, _ = call("gate")
    assert (code, len(said.splitlines())) == (1, 1)
    assert said.startswith(
        f"{NEW} was measured {LIMIT + 1} nights ago, the limit is {LIMIT}, and its newest run has no "
    )
    assert "(no network)" in said
    assert call("gate", "--accept", NEW, "--write")[0] == 0
    nights_after(reports, LIMIT + 2)
    assert call("gate")[0] == 0


def test_a_column_whose_hole_was_accepted_is_not_old_as_well(call: Call, project_folder: Path) -> None:
    reports = project_folder / "reports"
    keep(reports / "trials", NEW, {"adapt::mean": 1.0})
    keep(reports / "trials", fakes.subject(NEW, started="2026-01-03T03:04:05Z"), {}, reason=Reason.NO_IMAGE)
    nights_after(reports, 1)
    assert call("gate", "--write")[0] == 0
    nights_after(reports, LIMIT + 2)
    assert call("gate")[0] == 0


def test_where_the_list_of_what_is_published_is_damaged_it_says_what_to_do(call: Call, project_folder: Path) -> None:
    keep(project_folder / "reports" / "trials", NEW, {"adapt::mean": 1.0})
    (project_folder / "reports" / "published.json").write_text("{")
    code, _, complained = call("gate", "--write")
    assert code == 2
    assert "published.json is damaged" in complained


@pytest.mark.starts
def test_the_gate_needs_two_sides(call: Call, tmp_path: Path) -> None:
    code, _, complained = call("gate", str(tmp_path / "nowhere"))
    assert code == 2
    assert "is neither a folder nor a git revision" in complained
