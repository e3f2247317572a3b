"""The columns of the page: their order, their sets, and what stands above them."""

import pandas as pd

from tests.fakes import subject, trial
from tfcompat.outcomes import Trial
from tfcompat.publish.site import columns
from tfcompat.table.frame import collect


def arranged(*trials: Trial) -> pd.DataFrame:
    return columns.arrange(collect(trials).current)


def sets(*cells: str) -> dict[str, str]:
    made = arranged(*map(trial, cells))
    return dict(zip(made["cell"], made["set"], strict=True))


def test_each_cell_belongs_to_one_set() -> None:
    assert sets(
        "tf2.15.0-py3.11",
        "tf2.15.1-py3.10",
        "tf2.15.1-py3.11",
        "tf2.15.1-py3.11+legacy",
        "tf2.16.0rc1-py3.11",
        "tf2.9.3-py3.10",
    ) == {
        "tf2.9.3-py3.10": "minors",
        "tf2.15.0-py3.11": "patches",
        "tf2.15.1-py3.10": "pythons",
        "tf2.15.1-py3.11": "minors",
        "tf2.15.1-py3.11+legacy": "legacy",
        "tf2.16.0rc1-py3.11": "pre",
    }


def test_the_columns_stand_in_the_order_of_releases() -> None:
    assert list(sets("tf2.10.1-py3.9", "tf2.9.3-py3.9", "tf2.9.3-py3.9+addons")) == [
        "tf2.9.3-py3.9",
        "tf2.9.3-py3.9+addons",
        "tf2.10.1-py3.9",
    ]


def test_variants_that_differ_by_a_version_are_one_set_in_its_order() -> None:
    cells = [f"tf2.19.1-py3.12+keras3.{minor}" for minor in (10, 9, 0)]
    assert sets("tf2.19.1-py3.12", *cells) == {"tf2.19.1-py3.12": "minors", **dict.fromkeys(cells, "keras")}
    assert list(sets(*cells)) == cells[::-1]
    assert sets("tf2.19.1-py3.12+keras-latest") == {"tf2.19.1-py3.12+keras-latest": "keras-latest"}


def test_the_name_of_a_set_is_safe_as_the_name_of_a_file() -> None:
    odd = trial(subject("tf2.9.3-py3.9", cell="odd", variant="../../Etc X"))
    assert list(arranged(odd, trial("tf2.9.3-py3.9"))["set"]) == ["minors", "etc-x"]
    assert columns.family("../") == "other"


def test_the_sets_of_every_release_come_before_the_variants() -> None:
    made = arranged(*map(trial, ("tf2.9.3-py3.9+b", "tf2.9.3-py3.9+a", "tf2.9.3-py3.9", "tf2.9.2-py3.9")))
    assert columns.sets(made) == ["minors", "patches", "a", "b"]


def test_a_set_is_chosen_by_what_it_is() -> None:
    names = ("", "+addons", "+legacy", "+keras3.9", "+keras3.10")
    made = arranged(*(trial(f"tf2.9.3-py3.9{name}") for name in names))
    titles = {"legacy": "Keras 2 as tf_keras", "minors": "not a variant", "keras3.9": "one"}
    assert {name: columns.label(name, made, titles) for name in columns.sets(made)} == {
        "minors": "Last patch of each minor",
        "addons": "addons",
        "legacy": "legacy: Keras 2 as tf_keras",
        "keras": "keras3.9 to keras3.10",
    }


def test_a_head_has_the_minor_of_its_keras() -> None:
    versions = {"2.9.3": "2.9.0", "2.16.2": "3.3.3", "2.17.1": None}
    made = arranged(*(trial(f"tf{release}-py3.9", versions={"keras": keras}) for release, keras in versions.items()))
    assert [head["keras"] for head in columns.heads(made)] == ["2.9", "3.3", ""]
    assert columns.heads(made)[0] == {
        "cell": "tf2.9.3-py3.9",
        "tensorflow": "2.9.3",
        "python": "3.9",
        "variant": "bundled",
        "set": "minors",
        "keras": "2.9",
    }
