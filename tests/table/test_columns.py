"""The columns of the page: which cell belongs to which set, and what stands for it."""

from tests.fakes import subject, trial
from tests.publish.site.made_site import made_trials
from tfcompat.outcomes import Trial
from tfcompat.table import columns
from tfcompat.trials.store import speaking


def sets(*cells: str) -> dict[str, str]:
    trials = [trial(cell) for cell in cells]
    return {column.cell: column.set for column in columns.arrange(trials, trials)}


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


def test_the_newest_python_stands_for_a_release_whatever_its_digits() -> None:
    assert sets("tf2.11.1-py3.9", "tf2.11.1-py3.10")["tf2.11.1-py3.10"] == "minors"


def test_the_columns_stand_in_the_order_of_releases() -> None:
    assert list(sets("tf2.10.1-py3.9", "tf2.9.3-py3.9", "tf2.9.3-py3.9+addons")) == [
        "tf2.9.3-py3.9",
        "tf2.9.3-py3.9+addons",
        "tf2.10.1-py3.9",
    ]


def test_the_name_of_a_set_is_safe_as_the_name_of_a_file() -> None:
    odd = trial(subject("tf2.9.3-py3.9", variant="../../Etc X"))
    plain = trial("tf2.9.3-py3.9")
    assert [column.set for column in columns.arrange([odd, plain], [odd, plain])] == ["minors", "etc-x"]


def test_a_set_is_chosen_by_what_it_is() -> None:
    assert columns.label("minors", ["bundled"], {"minors": "no variant"}) == "Last patch of each minor"
    assert columns.label("addons", ["addons"], {}) == "addons"
    assert columns.label("legacy", ["legacy"], {"legacy": "Keras 2 as tf_keras"}) == "legacy: Keras 2 as tf_keras"
    assert columns.label("keras", ["keras3.9", "keras3.10"], {"keras3.9": "one"}) == "keras3.9 to keras3.10"


def test_variants_that_differ_by_a_version_are_one_set_in_its_order() -> None:
    cells = [f"tf2.19.1-py3.12+keras3.{minor}" for minor in (10, 9, 0)]
    assert sets("tf2.19.1-py3.12", *cells) == {"tf2.19.1-py3.12": "minors", **dict.fromkeys(cells, "keras")}
    assert list(sets(*cells)) == cells[::-1]
    assert sets("tf2.19.1-py3.12+keras-latest") == {"tf2.19.1-py3.12+keras-latest": "keras-latest"}


def test_other_trials_of_a_cell_are_its_history_newest_first() -> None:
    def at(started: str) -> Trial:
        return trial(subject("tf2.9.3-py3.9", started=started))

    trials = [at("2026-01-01T00:00:00Z"), at("2026-01-03T00:00:00Z"), at("2026-01-02T00:00:00Z")]
    (column,) = columns.arrange(trials, [trials[1]])
    assert [other.subject.started for other in column.others] == ["2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"]


def test_a_cell_without_others_has_no_history() -> None:
    trials = made_trials()
    others = {column.cell: len(column.others) for column in columns.arrange(trials, speaking(trials))}
    assert {cell for cell, count in others.items() if count} == {"tf2.21.0-py3.11"}
