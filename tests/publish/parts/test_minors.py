"""The minors: those that were measured, in the order of versions, with the Keras behind each."""

import pytest

from tests.fakes import outcome, trial
from tfcompat.publish.parts import minors
from tfcompat.select import releases
from tfcompat.table.frame import collect


def test_the_minors_are_those_of_stable_releases_as_pip_installs_them() -> None:
    cells = {"tf2.10.1-py3.10": "2.10.0", "tf2.9.3-py3.10": "2.9.0", "tf2.22.0rc1-py3.13": "3.14.0"}
    cells |= {"tf2.16.1-py3.12": "3.0.5", "tf2.16.2-py3.12": "3.4.1", "tf2.16.2-py3.12+legacy": "2.16.0"}
    made = minors.minors(collect(trial(cell, outcome(), versions={"keras": keras}) for cell, keras in cells.items()))
    assert [(column.name, column.below) for column in made.tensorflow] == [
        ("2.9", "2.9"),
        ("2.10", "2.10"),
        ("2.16", "3.4"),
    ]
    assert [column.name for column in made.keras] == ["3.0", "3.4"]
    assert made.releases == ("2.9.3", "2.10.1", "2.16.1", "2.16.2")


@pytest.mark.parametrize(
    ("version", "minor"), [("2.16.2", "2.16"), ("2.3.0-tf", "2.3"), ("", ""), ("nightly", ""), ("3", "3")]
)
def test_the_minor_of_a_version(version: str, minor: str) -> None:
    assert minors.minor_of(version) == minor


def test_minors_are_spanned_over_the_columns_that_there_are() -> None:
    columns = ["2.2", "2.3", "2.4", "2.6"]
    assert releases.spanned({"2.2", "2.3", "2.6"}, columns) == "2.2 – 2.3, 2.6"
    assert releases.spanned({"2.4", "2.6"}, columns) == "2.4 – 2.6"
    assert releases.spanned(set(), columns) == ""
