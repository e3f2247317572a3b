"""Tests of the chain: the right paths for a range, and code that Python takes and that does what its comments say."""

import builtins
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import outcome, trial
from tfcompat.door.door import Door
from tfcompat.door.fill import in_memory
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Outcome, Reason, Status
from tfcompat.questions.paths.chain import USUAL, Chain, chain, raised
from tfcompat.questions.paths.code import text
from tfcompat.table.frame import collect

MINORS = ("4", "5", "6", "15", "16")
CORE = "from tensorflow.keras.layers import Normalization"
OLD = "from tensorflow.keras.layers.experimental.preprocessing import Normalization"
CORE_PATH = "tf.keras.layers.Normalization"
PRIVATE = "from tensorflow.python.keras.layers.preprocessing.normalization import Normalization"


def did(path: str, status: Status | type[Exception]) -> Outcome:
    name = f"imports::{path}"
    if isinstance(status, Status):
        return outcome(name, status)
    return outcome(name, Status.MISSING, type=status.__name__, message="no")


def door(paths: Mapping[str, str], error: type[Exception] = ImportError) -> Door:
    """What paths do on each of ``MINORS``: there (``+``), missing (``-``), not known (``?``) or a crash (``!``)."""
    does: dict[str, Any] = {"+": Status.WORKS, "-": error, "?": Status.UNKNOWN, "!": Status.CRASHES}
    return in_memory(
        collect(
            trial(f"tf2.{minor}.0-py3.9", *(did(path, does[marks[place]]) for path, marks in paths.items()))
            for place, minor in enumerate(MINORS)
        )
    )


def branches(found: Chain) -> list[tuple[str, str]]:
    return [(branch.path, branch.where) for branch in found.branches]


def test_one_path_is_enough_where_one_works_everywhere() -> None:
    known = door({CORE_PATH: "--+++", CORE: "--+++", OLD: "++++-"})
    assert branches(chain(known, "Normalization", ">=2.6")) == [(CORE, "2.6.0 – 2.16.0")]
    assert branches(chain(known, "Normalization", ">=2.4,<2.16")) == [(OLD, "2.4.0 – 2.15.0")]
    assert text(chain(known, "Normalization", "2.6..2.16")).split("\n") == [
        "# Normalization on TensorFlow 2.6.0 – 2.16.0 (3 measured cells): one import path on all of them",
        f"{CORE}  # 2.6.0 – 2.16.0",
    ]


def test_a_function_of_another_module_is_another_one() -> None:
    known = door(
        {
            "tf.nn.batch_normalization": "+++++",
            "tf.compat.v1.layers.batch_normalization": "+++--",
            "tf.layers.batch_normalization": "-----",
        }
    )
    found = chain(known, "batch_normalization", "all", like="tf.layers.batch_normalization")
    assert branches(found) == [("tf.compat.v1.layers.batch_normalization", "2.4.0 – 2.6.0")]
    assert branches(chain(known, "batch_normalization", "all")) == [("tf.nn.batch_normalization", "2.4.0 – 2.16.0")]


def test_a_function_is_that_of_the_module_of_its_attributes_however_it_is_imported() -> None:
    known = door(
        {"tf.nn.moments": "+++--", "from tensorflow.nn import moments": "---++", "from a.math import moments": "+++++"}
    )
    assert [path for path, _ in branches(chain(known, "moments", "all"))] == [
        "from tensorflow.nn import moments",
        "tf.nn.moments",
    ]
    other = chain(known, "moments", "all", like="from a.math import moments")
    assert branches(other) == [("from a.math import moments", "2.4.0 – 2.16.0")]


def test_every_patch_is_in_a_range_and_no_variant_is() -> None:
    cells = ("tf2.6.0-py3.9", "tf2.6.5-py3.9", "tf2.6.5-py3.9+addons", "tf2.7.0rc1-py3.9", "tf2.7.4-py3.9")
    known = in_memory(collect(trial(cell, did(CORE, Status.WORKS)) for cell in cells))
    found = chain(known, "Normalization", "2.6..2.7")
    assert (found.cells, found.releases) == (3, "2.6.0 – 2.7.4")
    assert found.branches[0].cells == ("tf2.6.0-py3.9", "tf2.6.5-py3.9", "tf2.7.4-py3.9")


def test_a_path_of_another_package_says_so_and_one_for_a_time_comes_behind_one_that_stays() -> None:
    keras = chain(door({"from keras.layers import Normalization": "+++++"}), "Normalization", "all")
    assert [branch.note for branch in keras.branches] == ["not of tf.keras"]
    both = {"tf.keras.experimental.Normalization": "+++++", CORE_PATH: "+++++"}
    assert branches(chain(door(both), "Normalization", "all", attributes=True)) == [(CORE_PATH, "2.4.0 – 2.16.0")]


def test_of_exceptions_that_are_kinds_of_one_another_the_general_one_is_caught() -> None:
    assert raised([{"type": "KeyError"}, {"type": "LookupError"}]) == ("LookupError",)
    assert raised([{"type": "KeyError"}, {"type": "ValueError"}]) == ("KeyError", "ValueError")
    assert raised([{"type": "KeyboardInterrupt"}]) == USUAL


def test_a_class_is_the_same_wherever_it_is() -> None:
    found = chain(door({CORE_PATH: "--+++", OLD: "++---"}), "Normalization", "all", like=CORE_PATH)
    assert [path for path, _ in branches(found)] == [CORE_PATH, OLD]


def test_attributes_are_taken_where_they_are_wanted() -> None:
    known = door({CORE_PATH: "--+++", CORE: "--+++", OLD: "++++-"})
    assert branches(chain(known, "Normalization", ">=2.6", attributes=True)) == [(CORE_PATH, "2.6.0 – 2.16.0")]


def test_else_the_newest_public_path_is_tried_first() -> None:
    found = chain(door({PRIVATE: "+++--", OLD: "++++-", CORE: "--+++"}), "normalization", ">=2.4,<2.22")
    assert text(found).split("\n") == [
        "# Normalization on TensorFlow 2.4.0 – 2.16.0 (5 measured cells): 2 import paths, tried in turn on all of them",
        "try:",
        f"    {CORE}  # 2.6.0 – 2.16.0",
        "except ImportError:",
        f"    {OLD}  # 2.4.0 – 2.5.0",
    ]


def test_what_nothing_covers_and_what_is_not_known_is_said() -> None:
    found = chain(door({CORE: "-?+++", PRIVATE: "-?---"}), "Normalization", "all")
    assert (found.nothing, found.unknown) == ("2.4.0", "2.5.0")
    assert text(found).split("\n")[1:] == [
        f"{CORE}  # 2.6.0 – 2.16.0",
        "# no path that was tried works on 2.4.0",
        "# not measured on 2.5.0",
    ]
    nowhere = chain(door({CORE: "-----"}), "Normalization", "2.6")
    assert (branches(nowhere), nowhere.nothing) == ([], "2.6.0")
    assert text(nowhere).split("\n")[0].endswith("(1 measured cell): no import path")


def test_a_private_path_serves_only_what_no_other_does_and_says_that_it_is_one() -> None:
    found = chain(door({CORE: "--+++", PRIVATE: "+++--"}), "Normalization", "all")
    assert branches(found) == [(CORE, "2.6.0 – 2.16.0"), (PRIVATE, "2.4.0 – 2.5.0")]
    assert text(found).split("\n")[-1] == f"    {PRIVATE}  # 2.4.0 – 2.5.0, a private path"


def test_a_path_that_ends_the_process_is_never_tried() -> None:
    found = chain(door({CORE: "!-+++", OLD: "++++-"}), "Normalization", "all")
    assert branches(found) == [(OLD, "2.4.0 – 2.15.0")]
    assert found.nothing == "2.16.0"


@pytest.mark.parametrize(
    ("path", "error", "lines"),
    [
        (CORE_PATH, AttributeError, ["import tensorflow as tf", f"Normalization = {CORE_PATH}", "AttributeError"]),
        (
            "keras.Normalization",
            ModuleNotFoundError,
            ["import keras", "Normalization = keras.Normalization", "ImportError"],
        ),
        ("import a.Normalization", ValueError, ["import a.Normalization as Normalization", "ValueError"]),
    ],
)
def test_a_path_becomes_statements_and_what_it_raised_is_caught(
    path: str, error: type[Exception], lines: list[str]
) -> None:
    found = chain(door({path: "--+++", PRIVATE: "++---"}, error), "Normalization", "all")
    code = text(found).split("\n")
    assert [line.split("  #")[0].strip() for line in code[2 : 1 + len(lines)]] == lines[:-1]
    assert code[1 + len(lines)] == f"except {lines[-1]}:"


def test_what_every_branch_begins_with_stands_before_them() -> None:
    found = chain(
        door({CORE_PATH: "--+++", "tf.keras.layers.experimental.preprocessing.Normalization": "++++-"}),
        "Normalization",
        "all",
    )
    assert [line.split("  #")[0] for line in text(found).split("\n")[1:]] == [
        "import tensorflow as tf",
        "try:",
        f"    Normalization = {CORE_PATH}",
        "except ImportError:",
        "    Normalization = tf.keras.layers.experimental.preprocessing.Normalization",
    ]


def test_an_exception_of_a_library_is_caught_by_the_usual_ones() -> None:
    class LibraryError(Exception): ...

    assert "except (AttributeError, ImportError):" in text(
        chain(door({CORE: "--+++", OLD: "++++-"}, LibraryError), "Normalization", "all")
    )


def test_a_release_without_any_answer_is_not_measured() -> None:
    trials = [trial("tf2.6.0-py3.9", did(CORE, Status.WORKS)), trial("tf2.7.0-py3.9", reason=Reason.NO_LOCK)]
    assert chain(in_memory(collect(trials)), "Normalization", ">=2.6").unknown == "2.7.0"


@pytest.mark.parametrize(
    ("name", "wanted", "says"),
    [
        ("Normalisation", "all", "did you mean Normalization"),
        ("Normalization", "3.0", r"'3\.0' names no release: the known ones are 2\.4\.0 to 2\.16\.0"),
        ("Normalization", "new", "is neither a version"),
    ],
)
def test_what_is_not_there_is_one_sentence(name: str, wanted: str, says: str) -> None:
    with pytest.raises(SelectionError, match=says):
        chain(door({CORE: "+++++"}), name, wanted)


def test_hostile_names_never_become_code() -> None:
    hostile = ["from a import b; x.Normalization", "import os, Normalization", "from a import Normalization\nprint(1)"]
    found = chain(door(dict.fromkeys([*hostile, "from class import Normalization"], "+++++")), "Normalization", "all")
    assert found.branches == ()
    shown = Chain(name="x\nprint(1)", releases="2.4.0", branches=(), nothing="\nprint(1)", unknown="", cells=1)
    assert [line[0] for line in text(shown).split("\n")] == ["#", "#"]


def test_a_comment_is_bounded() -> None:
    many = Chain(name="x", releases="2.4.0", branches=(), nothing="2.4.0, " * 99, unknown="", cells=1)
    assert [len(line) for line in text(many).split("\n")][1:] == [len("# ") + 400]


PATHS = (CORE, OLD, PRIVATE, "from keras.layers import Normalization", "from tensorflow.layers import Normalization")


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(PATHS), st.text("+-?", min_size=5, max_size=5), min_size=1))
def test_the_code_runs_and_binds_what_its_branch_says_on_each_release(paths: dict[str, str]) -> None:
    found = chain(door(paths), "Normalization", "all")
    program = compile(text(found), "chain", "exec")
    by_cell = {cell: branch.path for branch in found.branches for cell in branch.cells}
    for place, minor in enumerate(MINORS):
        cell = f"tf2.{minor}.0-py3.9"
        there = {path for path, marks in paths.items() if marks[place] == "+"}
        assert (cell in by_cell) == bool(there)
        if there:
            assert bound(program, there) == by_cell[cell]


def bound(program: Any, there: set[str]) -> str:
    """Which path a program imports from where only some are there."""

    class Module:
        def __init__(self, name: str) -> None:
            self.name = name

        def __getattr__(self, name: str) -> str:
            path = f"from {self.name} import {name}"
            if path not in there:
                raise AttributeError(name)
            return path

    def importing(name: str, *_: object) -> Module:
        return Module(name)

    names: dict[str, Any] = {"__builtins__": {**vars(builtins), "__import__": importing}}
    exec(program, names)  # noqa: S102
    return str(names["Normalization"])
