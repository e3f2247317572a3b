"""tfcompat gate: what it lets through, and what it says where it does not."""

from pathlib import Path

import pytest

from tests import fakes
from tests.command import NEW, OLD, Call
from tests.trial_files import keep
from tfcompat.trials.judge import CANARY
from tfcompat.trials.record import Line, trial_line, verdict_line
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
    assert call("gate", published)[:2] == (1, f"the column {OLD} vanished\n")
    assert call("gate", published, "--accept", "tf2.9.*")[0] == 0
    assert call("gate", str(project_folder / "reports"), published)[0] == 0
    code, said, complained = call("gate", published, published, "--max-age", "1")
    assert (code, len(said.splitlines())) == (1, 2)
    assert "for 2 reasons; --accept GLOB ignores an objection" in complained


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


def whole(cell: str, *lines: Line) -> list[Line]:
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
