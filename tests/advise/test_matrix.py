"""Tests of the matrix: read scenario by scenario or release by release, it says the same, and holes are seen."""

from hypothesis import given

from tests import fakes
from tests.door.made import trials
from tfcompat.advise.matrix import matrix, of_releases
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Reason, Status, Trial
from tfcompat.table.frame import collect

#: What both ways of reading tell.
TOLD = ("cell", "tensorflow", "python", "status", "harm", "observed", "reason", "message")


@given(trials())
def test_both_ways_of_reading_say_the_same(made: list[Trial]) -> None:
    if not made:
        return
    door = in_memory(collect(made))
    whole = matrix(door, door.scenarios(), [])
    for release in ("2.5.3", "2.6.5"):
        of_release = of_releases(door, {release})
        for name, rows in of_release.rows.items():
            wanted = [row for row in whole.rows[name] if row["tensorflow"] == release and row["variant"] == "bundled"]
            assert [[row[key] for key in TOLD] for row in rows] == [[row[key] for key in TOLD] for row in wanted]


def test_holes_variants_and_unmeasured_releases() -> None:
    door = in_memory(
        collect(
            [
                fakes.trial("tf2.5.3-py3.9", fakes.outcome("a::one")),
                fakes.trial("tf2.6.5-py3.9", reason=Reason.NO_LOCK),
                fakes.trial("tf2.16.2-py3.12+legacy", fakes.outcome("a::one")),
                fakes.trial("tf2.17.0rc1-py3.12", fakes.outcome("a::one")),
            ]
        )
    )
    made = matrix(door, ["a::one"], ["2.4.0", "2.5.3"])
    assert made.known == ["2.4.0", "2.5.3", "2.6.5"]
    assert [(row["cell"], row["status"], row["reason"]) for row in made.rows["a::one"]] == [
        ("tf2.5.3-py3.9", Status.WORKS, ""),
        ("tf2.6.5-py3.9", Status.UNKNOWN, "no lock"),
    ]
    assert [spot.cell for spot in made.spots] == ["tf2.5.3-py3.9", "tf2.6.5-py3.9"]
