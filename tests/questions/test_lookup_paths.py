"""Tests of the import paths of a name: which end in it, and where each works or is listed."""

from collections.abc import Sequence

import pytest

from tests.fakes import outcome, subject, trial
from tfcompat.door.door import Door
from tfcompat.door.fill import in_memory
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.questions.lookup import Ranges
from tfcompat.questions.paths.imports import paths
from tfcompat.table.frame import collect

PATH = "tf.keras.layers.Normalization"


def door(trials: Sequence[Trial]) -> Door:
    return in_memory(collect(trials))


def spans(ranges: Ranges) -> dict[str, str]:
    return {str(status): span for status, span in ranges.spans.items()}


def imports(*paths: str) -> list[Outcome]:
    return [outcome(f"imports::{path}") for path in paths]


def test_imports_are_the_paths_that_end_in_the_name() -> None:
    trials = [
        trial(
            "tf2.6.5-py3.9",
            *imports(PATH, "from keras.layers import Normalization", "tf.keras.layers.BatchNormalization"),
            *imports(
                "error_text_of_tf.keras.layers.Normalization", "import keras.layers.Normalization", "Normalization"
            ),
            outcome("adapt::tf.Normalization"),
        )
    ]
    assert [(path.path, path.how) for path in paths(door(trials), "Normalization")] == [
        ("from keras.layers import Normalization", "imported"),
        ("import keras.layers.Normalization", "imported"),
        (PATH, "imported"),
    ]


def test_where_each_path_works_is_told() -> None:
    trials = [
        trial("tf2.5.3-py3.9", outcome(f"imports::{PATH}", Status.MISSING)),
        trial("tf2.6.5-py3.9", outcome(f"imports::{PATH}")),
        trial("tf2.6.5-py3.9+addons", outcome(f"imports::{PATH}", Status.FAILS)),
        trial("tf2.7.4-py3.9", reason=Reason.NO_LOCK),
    ]
    (path,) = paths(door(trials), "Normalization")
    assert spans(path) == {"missing": "2.5.3", "works": "2.6.5", "unknown: no lock": "2.7.4"}


def test_a_path_that_only_an_inventory_lists_is_told_and_said_to_be_listed() -> None:
    other = "tf.keras.layers.experimental.Normalization"
    listed = "inventory::tf.keras"
    trials = [
        trial("tf2.4.4-py3.8", outcome(listed, Status.MISSING)),
        trial("tf2.5.3-py3.9", outcome(listed, observed={})),
        trial("tf2.6.5-py3.9", outcome(f"imports::{PATH}"), outcome(listed, observed={PATH: "()", other: "()"})),
        trial("tf2.7.4-py3.9", outcome(listed, Status.FAILS)),
        trial("tf2.8.4-py3.9", outcome("inventory::tf.nn", observed={"tf.nn.norm": "()"})),
        trial("tf2.9.3-py3.9", reason=Reason.NO_LOCK),
    ]
    tried, listing = paths(door(trials), "Normalization")
    assert (tried.path, tried.how) == (PATH, "imported")
    assert (listing.path, listing.how) == (other, "listed")
    assert spans(listing) == {
        "missing": "2.4.4 – 2.5.3",
        "works": "2.6.5",
        "unknown: not run": "2.7.4 – 2.8.4",
        "unknown: no lock": "2.9.3",
    }


def test_an_exact_name_comes_before_another_case_of_it() -> None:
    trials = [trial("tf2.6.5-py3.9", *imports("tf.nn.moments", "tf.nn.Moments", "tf.nn.Other"))]
    assert [path.path for path in paths(door(trials), "moments")] == ["tf.nn.moments"]
    assert [path.path for path in paths(door(trials), "MOMENTS")] == ["tf.nn.Moments", "tf.nn.moments"]
    assert [path.path for path in paths(door(trials), "other")] == ["tf.nn.Other"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Normalisation", "no path that was tried ends in 'Normalisation': did you mean Normalization?"),
        ("zzz", "no path that was tried ends in 'zzz': name a class or a function, such as Normalization"),
    ],
)
def test_a_name_that_no_path_ends_in_is_one_sentence(name: str, says: str) -> None:
    with pytest.raises(SelectionError) as raised:
        paths(door([trial("tf2.6.5-py3.9", *imports(PATH))]), name)
    assert str(raised.value) == says


def test_without_paths_there_is_nothing_to_offer() -> None:
    with pytest.raises(SelectionError, match="name a class or a function"):
        paths(door([trial(subject(), outcome())]), "Normalization")
