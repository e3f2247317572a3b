"""The inventory: names from the observations, and what changed from one release to the next."""

from typing import Any

import pandas as pd

from tests.fakes import outcome, subject, trial
from tfcompat.outcomes import Outcome, Status, Trial
from tfcompat.table import inventory
from tfcompat.table.inventory import COLUMNS, Change, Inventory
from tfcompat.table.signatures import Kind

MISSING = object()
PATH = "tf.keras.layers.Normalization"


def of(cell: str, roots: dict[str, Any], **versions: str) -> Trial:
    """A trial whose inventory found these names under these roots; ``MISSING`` where there is no such root."""
    found = [
        outcome(f"inventory::{root}", Status.MISSING)
        if names is MISSING
        else outcome(f"inventory::{root}", observed=names)
        for root, names in roots.items()
    ]
    return trial(cell, outcome(), *found, versions=versions)


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What is told between two releases with these names."""
    taken = inventory.taken([of("tf2.9.3-py3.10", before), of("tf2.10.1-py3.10", after)])
    (step,) = inventory.steps(taken)
    return [change.sentence for change in step.changes]


def under(root: str, **names: str) -> dict[str, Any]:
    return {root: {f"{root}.{name}": signature for name, signature in names.items()}}


def test_a_row_a_cell_and_name() -> None:
    roots = {"tf.nn": {"tf.nn.moments_norm": "(x)"}, "tf.keras": {PATH: "(axis=-1)"}, "tf.image": {}, "keras": MISSING}
    trials = [of("tf2.10.1-py3.10", {}), of("tf2.9.3-py3.10", roots, keras="2.9.0")]
    expected = [
        ("tf2.9.3-py3.10", "2.9.3", "2.9.0", "tf.nn", "tf.nn.moments_norm", "(x)"),
        ("tf2.9.3-py3.10", "2.9.3", "2.9.0", "tf.keras", PATH, "(axis=-1)"),
    ]
    pd.testing.assert_frame_equal(
        inventory.frame(inventory.taken(trials)), pd.DataFrame(expected, columns=list(COLUMNS))
    )


def test_trials_without_an_inventory_have_no_row() -> None:
    frame = inventory.frame(inventory.taken([trial("tf2.9.3-py3.10", outcome()), trial("tf2.9.3-py3.9")]))
    assert list(frame.columns) == list(COLUMNS)
    assert frame.empty


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
    (found,) = inventory.taken([of("tf2.9.3-py3.10", {"tf.nn": names, "tf.math": "shortened [...]", "tf.image": [1]})])
    assert found.roots == {"tf.nn": {"tf.nn.norm": "(a, [31mb)"}}


def test_a_signature_is_bounded() -> None:
    (found,) = inventory.taken([of("tf2.9.3-py3.10", under("tf.nn", norm="x" * 100_000))])
    assert inventory.frame([found])["signature"].str.len().max() < 3000


def test_a_gained_argument_is_told() -> None:
    before, after = (
        under("tf.keras", Normalization="(axis=-1)"),
        under("tf.keras", Normalization="(axis=-1, invert=False)"),
    )
    assert changes(before, after) == ["tf.keras.Normalization gains the argument invert"]


def test_what_comes_and_goes_is_told_with_what_it_takes() -> None:
    before, after = (
        under("tf.nn", old_norm="(x)", same_norm="(x)"),
        under("tf.nn", norm="(x, axis=-1)", same_norm="(x)"),
    )
    assert changes(before, after) == ["tf.nn.norm appears: (x, axis=-1)", "tf.nn.old_norm is gone"]


def test_a_root_that_comes_or_goes_is_told_as_a_whole() -> None:
    names = under("keras", norm="(x)", normalize="(x)")
    assert changes({"keras": MISSING}, names) == ["keras appears, with 2 of these names"]
    assert changes(names, {"keras": MISSING}) == ["keras is gone, with 2 of these names"]
    assert changes({"keras": MISSING}, {"keras": MISSING}) == []


def test_aliases_are_told_once() -> None:
    before = {
        root: {f"{root}.layers.Norm": "(a)", f"{root}.norm": "(a)"} for root in ("tf.keras", "keras", "tf.compat.v1")
    }
    after = {root: {f"{root}.layers.Norm": "(a, b)", f"{root}.norm": "(a, c)"} for root in before}
    after["tf.compat.v1"]["tf.compat.v1.layers.Norm"] = "(a, c)"
    assert changes(before, after) == [
        "tf.keras.layers.Norm gains the argument b (likewise keras.layers.Norm)",
        "tf.keras.norm gains the argument c (likewise keras.norm, tf.compat.v1.norm)",
        "tf.compat.v1.layers.Norm gains the argument c",
    ]


def test_the_kinds_come_in_their_order() -> None:
    before = under("tf.nn", a_norm="(x)", b_norm="(x=1)", c_norm="(x)", d_norm="(x, y)")
    after = under("tf.nn", a_norm="(x, y)", b_norm="(x=2)", d_norm="(x)", e_norm="(x)")
    taken = inventory.taken([of("tf2.9.3-py3.10", before), of("tf2.10.1-py3.10", after)])
    kinds = [change.kind for change in inventory.steps(taken)[0].changes]
    assert kinds == [Kind.APPEARS, Kind.GONE, Kind.GAINS, Kind.LOSES, Kind.DEFAULT]


def test_a_root_without_an_answer_is_not_compared() -> None:
    before = of("tf2.9.3-py3.10", under("tf.nn", norm="(x)"))
    failed = outcome("inventory::tf.nn", Status.FAILS, type="AttributeError")
    after = trial("tf2.10.1-py3.10", failed, outcome("inventory::tf.math", observed={}))
    (step,) = inventory.steps(inventory.taken([before, after]))
    assert step.changes == ()
    assert step.untold == ("tf.nn", "tf.math")


def names(taken: list[Inventory], releases: set[str] | None = None) -> list[tuple[str, str]]:
    return [(step.before.cell, step.after.cell) for step in inventory.steps(taken, releases)]


def test_neighbours_are_releases_as_pip_installs_them() -> None:
    cells = ["tf2.10.1-py3.10", "tf2.9.3-py3.10", "tf2.9.3-py3.9", "tf2.16.2-py3.12+legacy", "tf2.16.2-py3.12"]
    cells += ["tf2.17.0rc1-py3.12", "tf2.17.1-py3.12"]
    taken = inventory.taken([of(cell, under("tf.nn", norm="(x)")) for cell in cells])
    assert names(taken) == [
        ("tf2.9.3-py3.10", "tf2.10.1-py3.10"),
        ("tf2.10.1-py3.10", "tf2.16.2-py3.12"),
        ("tf2.16.2-py3.12", "tf2.17.1-py3.12"),
    ]
    assert names(taken, {"2.9.3", "2.17.0rc1"}) == [("tf2.9.3-py3.10", "tf2.17.0rc1-py3.12")]
    assert names(taken, {"2.9.3"}) == []
    assert names([]) == []


def test_the_document_tells_each_change() -> None:
    before, after = under("tf.nn", norm="(x)"), under("tf.nn", norm="(x, y)")
    taken = inventory.taken([of("tf2.9.3-py3.10", before), of("tf2.10.1-py3.10", after)])
    change = {"kind": "gains", "name": "tf.nn.norm", "also": [], "said": "gains the argument y"}
    assert inventory.document(inventory.steps(taken)) == [
        {"before": "2.9.3", "after": "2.10.1", "untold": [], "changes": [change]}
    ]


def test_a_sentence_names_what_shares_it() -> None:
    change = Change(kind=Kind.GONE, name="a.norm", also=("b.norm", "c.norm"), said="is gone")
    assert change.sentence == "a.norm is gone (likewise b.norm, c.norm)"


def test_an_outcome_of_another_group_is_no_root() -> None:
    strange = Outcome(scenario="other::tf.nn", status=Status.WORKS, observed={"tf.nn.norm": "(x)"})
    assert inventory.taken([trial(subject("tf2.9.3-py3.10"), strange)]) == []
