"""Patch releases: which releases are neighbours, and what counts as a change."""

from typing import Any

import pytest

from tests.compare.tables import outcome_row
from tests.fakes import outcome, subject, trial
from tfcompat.compare import patches
from tfcompat.compare.patches import PatchStep
from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.table.frame import collect


def measured(
    version: str, *outcomes: Outcome, python: str = "3.12", keras: str | None = "3.4.1", **changes: str
) -> Trial:
    """A trial of a release, under the lock of its own version; ``numpy`` and ``variant`` are changes."""
    of = f"tf{version}-py{python}"
    if "variant" in changes:
        of += "+" + changes["variant"]
    imported = {"tensorflow": version, "keras": keras, "python": f"{python}.1", "numpy": changes.get("numpy", "1.26.4")}
    return trial(subject(of, lock=version), *outcomes, versions=imported)


def steps(*trials: Trial) -> list[PatchStep]:
    return list(patches.steps(collect(trials)))


def saw(observed: Any) -> Outcome:
    return outcome("save::h5", Status.WORKS, observed=observed)


def test_only_patches_of_one_minor_are_neighbours_whatever_the_order_they_come_in() -> None:
    trials = [measured(version) for version in ("2.10.0", "2.9.3", "2.9.10", "2.9.0", "2.10.1")]
    found = [(step.before, step.after) for step in steps(*trials)]
    assert found == [("2.9.0", "2.9.3"), ("2.9.3", "2.9.10"), ("2.10.0", "2.10.1")]


def test_pre_releases_and_variants_are_no_patches() -> None:
    trials = [measured("2.16.0rc0"), measured("2.16.1"), measured("2.16.2", variant="legacy")]
    assert steps(*trials) == []
    assert [(step.before, step.after) for step in steps(*trials, measured("2.16.3"))] == [("2.16.1", "2.16.3")]


def test_the_newest_python_stands_for_a_release() -> None:
    trials = [
        measured("2.20.0", saw("kept"), python="3.13"),
        measured("2.20.1", saw("kept"), python="3.13"),
        measured("2.20.1", saw("lost"), python="3.9"),
    ]
    (step,) = steps(*trials)
    assert step.rows == ()


def test_a_python_without_an_answer_does_not_stand_for_a_release() -> None:
    hole = trial(subject("tf2.20.1-py3.13"), reason=Reason.NO_IMAGE)
    answered = [measured("2.20.1", saw("lost"), python="3.12")]
    (step,) = steps(measured("2.20.0", saw("kept"), python="3.12"), *answered, hole)
    assert [row.scenario for row in step.rows] == ["save::h5"]


def test_a_change_is_told_with_what_else_changed() -> None:
    before = measured("2.16.1", saw("lost"), keras="3.3.3", numpy="1.26.0")
    after = measured("2.16.2", saw("kept"), python="3.11")
    (step,) = steps(before, after)
    sides = [(row.scenario, row.before, row.after) for row in step.rows]
    assert sides == [("save::h5", outcome_row(saw("lost")), outcome_row(saw("kept")))]
    assert [str(cause) for cause in step.beside] == [
        "Keras 3.3.3 → 3.4.1",
        "Python 3.12.1 → 3.11.1",
        "numpy 1.26.0 → 1.26.4",
    ]


def test_what_observed_nothing_tells_no_version_though_one_was_not_imported() -> None:
    """The cell of the version that was not imported has no version, as the outcome has no observation."""
    fails = outcome("save::h5", Status.FAILS)
    (step,) = steps(measured("2.16.1", saw("2.16.1")), measured("2.16.2", fails, keras=None))
    assert [row.change for row in step.rows] == ["regressed"]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (saw("2.16.1"), saw("2.16.2"), 0),
        (saw("2.16.1"), saw("2.16.1"), 0),
        (saw("2.16.1"), saw("nothing"), 1),
        (saw("3.4.1"), outcome("save::h5", Status.FAILS, type="ValueError"), 1),
        (outcome("save::h5", Status.FAILS, type="TypeError"), outcome("save::h5", Status.FAILS, type="E"), 1),
        (outcome("save::h5", Status.UNKNOWN), saw(1.0), 0),
        (saw(1.0), outcome("another::row"), 0),
        (outcome("inventory::keras", observed=1), outcome("inventory::keras", observed=2), 0),
    ],
)
def test_versions_holes_and_new_rows_are_no_change_of_behaviour(before: Outcome, after: Outcome, changes: int) -> None:
    (step,) = steps(measured("2.16.1", before), measured("2.16.2", after))
    assert len(step.rows) == changes
