"""Tests of the names that inventories list: what is no name with a text is left out."""

from typing import Any

from tests.fakes import outcome, trial
from tfcompat.outcomes import Outcome, Status, Trial
from tfcompat.table.frame import collect
from tfcompat.table.names import COLUMNS, published
from tfcompat.table.signatures import LONGEST

PATH = "tf.keras.layers.Normalization"


def listing(cell: str, **roots: Any) -> Trial:
    return trial(cell, *(outcome(f"inventory::{root}", observed=names) for root, names in roots.items()))


def rows(*trials: Trial) -> list[list[Any]]:
    rows: list[list[Any]] = collect(trials).names[["root", "name", "signature", "there"]].to_numpy().tolist()
    return rows


def test_a_row_a_cell_and_name() -> None:
    outcomes = [
        outcome("adapt::mean"),
        outcome("inventory::tf.nn", observed={"tf.nn.moments_norm": "(x)"}),
        outcome("inventory::tf.keras", observed={PATH: "(axis=-1)"}),
    ]
    names = published(collect([trial("tf2.9.3-py3.10", *outcomes, versions={"keras": "2.9.0"})]).names)
    assert tuple(names.columns) == COLUMNS
    assert names.to_numpy().tolist() == [
        ["tf2.9.3-py3.10", "2.9.3", "2.9.0", "tf.nn", "tf.nn.moments_norm", "(x)"],
        ["tf2.9.3-py3.10", "2.9.3", "2.9.0", "tf.keras", PATH, "(axis=-1)"],
    ]


def test_a_root_without_names_is_there_and_one_that_is_missing_is_not() -> None:
    missing = outcome("inventory::keras", Status.MISSING)
    failed = outcome("inventory::tf.math", Status.FAILS, type="AttributeError")
    assert rows(trial("tf2.9.3-py3.10", outcome("inventory::tf.image", observed={}), missing, failed)) == [
        ["tf.image", "", "", True],
        ["keras", "", "", False],
    ]


def test_trials_without_an_inventory_have_no_row() -> None:
    names = collect([trial("tf2.9.3-py3.10", outcome()), trial("tf2.9.3-py3.9")]).names
    assert list(names.columns) == [*COLUMNS, "there"]
    assert names.empty


def test_what_is_no_name_with_a_text_is_left_out() -> None:
    """It came out of a cell: a name may hold anything, and an observation too."""
    names = {
        "tf.nn.norm": "(a,\n\x1b[31mb)",
        "tf.nn.norm`|<b>": "(x)",
        "tf.nn.": "(x)",
        "tf.nn": "(x)",
        "tf_nn.norm": "(x)",
        "tf.keras.norm": "(x)",
        "tf.nn.other_norm": ["(x)"],
    }
    asked = {"tf.nn": names, "tf.math": "shortened [...]", "tf.image": [1]}
    assert rows(listing("tf2.9.3-py3.10", **asked)) == [
        ["tf.nn", "", "", True],
        ["tf.nn", "tf.nn.norm", "(a, [31mb)", True],
    ]


def test_a_signature_is_bounded() -> None:
    names = collect([listing("tf2.9.3-py3.10", **{"tf.nn": {"tf.nn.norm": "x" * 100_000}})]).names
    assert names["signature"].str.len().max() == LONGEST + 1, "one more than is read, so that it is seen to be too long"


def test_an_outcome_of_another_group_lists_nothing() -> None:
    strange = Outcome(scenario="other::tf.nn", status=Status.WORKS, observed={"tf.nn.norm": "(x)"})
    assert collect([trial("tf2.9.3-py3.10", strange)]).names.empty
