"""Tests of the paths of a name: those that were imported and those that an inventory lists, and how a question is read."""

import msgspec
import pytest

from tests.fakes import outcome, trial
from tfcompat.door.door import Door
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Status
from tfcompat.questions.paths.imports import imports, paths
from tfcompat.table.frame import collect

PATH, OTHER = "tf.keras.layers.Normalization", "tf.keras.layers.experimental.Normalization"


def door() -> Door:
    """A path that was imported since 2.6, and one that only an inventory lists, on both; a variant has neither."""
    found = {
        "tf2.5.3-py3.9": (Status.MISSING, {OTHER: "()"}),
        "tf2.6.0-py3.9": (Status.WORKS, {PATH: "()", OTHER: "()"}),
        "tf2.6.5-py3.9": (Status.WORKS, {PATH: "()", OTHER: "()"}),
        "tf2.6.5-py3.9+addons": (Status.FAILS, {}),
    }
    return in_memory(
        collect(
            trial(cell, outcome(f"imports::{PATH}", status), outcome("inventory::tf.keras", observed=listed))
            for cell, (status, listed) in found.items()
        )
    )


def test_a_path_that_was_imported_comes_before_one_that_is_listed() -> None:
    assert [(path.path, path.how, path.spans) for path in paths(door(), "Normalization")] == [
        (PATH, "imported", {"missing": "2.5.3", "works": "2.6.0 – 2.6.5"}),
        (OTHER, "listed", {"works": "2.5.3 – 2.6.5"}),
    ]


def test_without_releases_there_is_no_chain() -> None:
    found = imports(door(), "Normalization")
    assert (found.name, found.chain, found.code, found.notes) == ("Normalization", None, "", [])


def test_of_a_whole_path_the_name_is_asked_and_that_is_said() -> None:
    found = imports(door(), PATH)
    assert (found.name, found.notes) == ("Normalization", [f"{PATH}: all paths that end in Normalization"])
    assert imports(door(), PATH, "2.6").notes == [*found.notes, "TensorFlow 2.6 is 2.6.5, its last patch"]


def test_a_range_has_every_patch_and_is_said_as_it_is() -> None:
    found = imports(door(), "Normalization", "2.5..2.6")
    assert found.chain is not None
    assert (found.chain.cells, found.notes) == (3, [])
    assert f"Normalization = {PATH}  # 2.6.0 – 2.6.5" in found.code


def test_of_functions_that_are_called_the_same_the_path_says_which() -> None:
    names = ("tf.nn.moments", "tf.math.moments")
    known = in_memory(collect([trial("tf2.6.5-py3.9", *(outcome(f"imports::{name}") for name in names))]))
    for name in names:
        found = imports(known, name, "2.6").chain
        assert found is not None
        assert [branch.path for branch in found.branches] == [name]


def test_a_reader_of_the_paths_refuses_a_key_that_it_does_not_know() -> None:
    told = imports(door(), "Normalization", "2.6")
    for part in (told, told.paths[0]):
        whole = msgspec.to_builtins(part)
        assert msgspec.convert(whole, type(part)) == part
        with pytest.raises(msgspec.ValidationError, match="unknown field `more`"):
            msgspec.convert({**whole, "more": 1}, type(part))
    assert msgspec.to_builtins(told)["schema"] == 1
