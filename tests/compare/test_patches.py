"""Patch releases: which releases are neighbours, and what counts as a change."""

from typing import Any

import pytest

from tests.fakes import outcome, subject, trial
from tfcompat.compare import patches
from tfcompat.outcomes import Outcome, Status, Trial


def measured(version: str, *outcomes: Outcome, python: str = "3.12", keras: str = "3.4.1", **changes: str) -> Trial:
    """A trial of a release, under the lock of its own version; ``numpy`` and ``variant`` are changes."""
    of = f"tf{version}-py{python}"
    if "variant" in changes:
        of += "+" + changes["variant"]
    imported = {"tensorflow": version, "keras": keras, "python": f"{python}.1", "numpy": changes.get("numpy", "1.26.4")}
    return trial(subject(of, lock=version), *outcomes, versions=imported)


def saw(observed: Any) -> Outcome:
    return outcome("save::h5", Status.WORKS, observed=observed)


def test_only_patches_of_one_minor_are_neighbours_whatever_the_order_they_come_in() -> None:
    trials = [measured(version) for version in ("2.10.0", "2.9.3", "2.9.10", "2.9.0", "2.10.1")]
    found = [(step.before, step.after) for step in patches.steps(trials)]
    assert found == [("2.9.0", "2.9.3"), ("2.9.3", "2.9.10"), ("2.10.0", "2.10.1")]


def test_pre_releases_and_variants_are_no_patches() -> None:
    trials = [measured("2.16.0rc0"), measured("2.16.1"), measured("2.16.2", variant="legacy")]
    assert list(patches.steps(trials)) == []


def test_the_newest_python_stands_for_a_release() -> None:
    trials = [
        measured("2.20.0", saw("kept"), python="3.13"),
        measured("2.20.1", saw("kept"), python="3.13"),
        measured("2.20.1", saw("lost"), python="3.9"),
    ]
    (step,) = patches.steps(trials)
    assert step.rows == ()


def test_a_change_is_told_with_what_else_changed() -> None:
    before = measured("2.16.1", saw("lost"), keras="3.3.3", numpy="1.26.0")
    after = measured("2.16.2", saw("kept"), python="3.11")
    (step,) = patches.steps([before, after])
    assert [(row.scenario, row.before, row.after) for row in step.rows] == [("save::h5", saw("lost"), saw("kept"))]
    assert [str(cause) for cause in step.beside] == [
        "Keras 3.3.3 → 3.4.1",
        "Python 3.12.1 → 3.11.1",
        "numpy 1.26.0 → 1.26.4",
    ]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (saw("2.16.1"), saw("2.16.2"), 0),
        (saw("2.16.1"), saw("2.16.1"), 0),
        (saw("2.16.1"), saw("nothing"), 1),
        (saw("3.4.1"), outcome("save::h5", Status.FAILS, type="ValueError"), 1),
        (outcome("save::h5", Status.UNKNOWN), saw(1.0), 0),
        (saw(1.0), outcome("another::row"), 0),
        (outcome("inventory::keras", observed=1), outcome("inventory::keras", observed=2), 0),
    ],
)
def test_versions_holes_and_new_rows_are_no_change_of_behaviour(before: Outcome, after: Outcome, changes: int) -> None:
    (step,) = patches.steps([measured("2.16.1", before), measured("2.16.2", after)])
    assert len(step.rows) == changes
