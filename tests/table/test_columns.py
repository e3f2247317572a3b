"""Tests of the columns: which set each cell is in, and which cell stands for its release and its minor."""

import pandas as pd
import pytest

from tests.fakes import outcome, subject, trial
from tfcompat.outcomes import Reason, Status
from tfcompat.table.columns import of_installs, of_minors, of_releases
from tfcompat.table.frame import collect


def sets(*cells: str) -> dict[str, str]:
    """The set of each cell, all of them answered."""
    current = collect(trial(cell, outcome()) for cell in cells).current
    return dict(zip(current["cell"], current["set"], strict=True))


def cells_of(frame: pd.DataFrame) -> list[str]:
    return list(frame["cell"].unique())


MANY = (
    "tf2.5.0-py3.8",
    "tf2.5.3-py3.8",
    "tf2.5.3-py3.9",
    "tf2.16.2-py3.12",
    "tf2.16.2-py3.12+legacy",
    "tf2.22.0rc0-py3.13",
)


def test_each_cell_belongs_to_one_set() -> None:
    cells = {
        "tf2.9.3-py3.10": "minors",
        "tf2.15.0-py3.11": "patches",
        "tf2.15.1-py3.10": "pythons",
        "tf2.15.1-py3.11": "minors",
        "tf2.15.1-py3.11+legacy": "variant",
        "tf2.16.0rc1-py3.11": "pre",
    }
    assert sets(*cells) == cells


def test_the_newest_python_stands_for_a_release_whatever_its_digits() -> None:
    assert sets("tf2.11.1-py3.9", "tf2.11.1-py3.10")["tf2.11.1-py3.10"] == "minors"


def test_an_older_python_with_an_answer_stands_before_the_newest_without_one() -> None:
    hole = trial("tf2.20.0-py3.13", reason=Reason.NO_WHEEL)
    table = collect([trial("tf2.20.0-py3.12", outcome()), hole])
    assert table.current[["cell", "set"]].to_numpy().tolist() == [
        ["tf2.20.0-py3.12", "minors"],
        ["tf2.20.0-py3.13", "pythons"],
    ]
    assert cells_of(of_releases(table.frame)) == ["tf2.20.0-py3.12"]


def test_a_cell_whose_outcomes_are_all_unknown_has_no_answer() -> None:
    hole = trial("tf2.20.0-py3.13", outcome(status=Status.UNKNOWN))
    assert cells_of(of_releases(collect([trial("tf2.20.0-py3.12", outcome()), hole]).frame)) == ["tf2.20.0-py3.12"]


def test_a_release_without_any_answer_is_a_visible_hole() -> None:
    holes = [trial(f"tf2.20.0-py{python}", reason=Reason.NO_WHEEL) for python in ("3.12", "3.13")]
    table = collect([trial("tf2.19.1-py3.12", outcome()), *holes])
    assert cells_of(of_minors(table.frame)) == ["tf2.19.1-py3.12", "tf2.20.0-py3.13"]


def test_a_last_patch_without_an_answer_still_stands_for_its_minor() -> None:
    table = collect([trial("tf2.15.0-py3.11", outcome()), trial("tf2.15.1-py3.11", reason=Reason.NO_LOCK)])
    assert cells_of(of_minors(table.frame)) == ["tf2.15.1-py3.11"]


def test_for_each_stable_release_stands_its_bundled_cell_on_the_newest_python() -> None:
    frame = collect(trial(cell, outcome()) for cell in MANY).frame
    assert cells_of(of_releases(frame)) == ["tf2.5.0-py3.8", "tf2.5.3-py3.9", "tf2.16.2-py3.12"]


def test_for_each_minor_stands_its_last_patch() -> None:
    frame = collect(trial(cell, outcome()) for cell in MANY).frame
    assert cells_of(of_minors(frame)) == ["tf2.5.3-py3.9", "tf2.16.2-py3.12"]


def test_in_each_variant_the_last_patch_stands_for_its_minor() -> None:
    cells = [
        f"tf{release}-py3.12+{name}" for name in ("legacy", "addons") for release in ("2.16.1", "2.16.2", "2.17.0")
    ]
    current = collect(trial(cell, outcome()) for cell in cells).current
    assert sorted(current.loc[current["stands_for_minor"], "cell"]) == [
        "tf2.16.2-py3.12+addons",
        "tf2.16.2-py3.12+legacy",
        "tf2.17.0-py3.12+addons",
        "tf2.17.0-py3.12+legacy",
    ]


def test_nothing_unfinished_stands_for_a_minor() -> None:
    current = collect(trial(cell, outcome()) for cell in ("tf2.22.0rc0-py3.13", "tf2.22.0rc0-py3.13+legacy")).current
    assert not current["stands_for_minor"].any()


@pytest.mark.parametrize("cell", ["tf2.16.2-py3.12+legacy", "tf2.22.0rc0-py3.13"])
def test_where_no_stable_release_was_tested_what_was_tested_stands(cell: str) -> None:
    assert cells_of(of_minors(collect([trial(cell, outcome())]).frame)) == [cell]


def test_what_is_not_current_stands_for_nothing() -> None:
    old = trial(subject("tf2.9.3-py3.9", started="2026-01-01T00:00:00Z"), outcome())
    new = trial(subject("tf2.9.3-py3.9", started="2026-01-02T00:00:00Z"), outcome())
    assert collect([old, new]).trials["stands_for_minor"].tolist() == [False, True]


def test_installs_are_every_cell_of_a_stable_release_that_needs_no_variants_name() -> None:
    cells = (*MANY, "tf2.16.2-py3.12+keras-latest", "tf2.16.2-py3.12+keras3.9", "tf2.22.0rc0-py3.13+keras-latest")
    frame = collect(trial(cell, outcome()) for cell in cells).frame
    assert set(cells_of(of_installs(frame))) == {
        *MANY[:4],
        "tf2.16.2-py3.12+keras-latest",
        "tf2.16.2-py3.12+keras3.9",
    }
