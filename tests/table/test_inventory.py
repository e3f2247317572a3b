"""Tests of the inventory: what changed among the public names from one release to the next."""

from typing import Any

from tests.fakes import outcome, trial
from tfcompat.outcomes import Status, Trial
from tfcompat.table import inventory
from tfcompat.table.frame import Table, collect
from tfcompat.table.inventory import NameChange
from tfcompat.table.signatures import Kind

MISSING = object()


def listing(cell: str, roots: dict[str, Any], **versions: str) -> Trial:
    """A trial whose inventory found these names under these roots; ``MISSING`` where there is no such root."""
    outcomes = [
        outcome(f"inventory::{root}", Status.MISSING)
        if names is MISSING
        else outcome(f"inventory::{root}", observed=names)
        for root, names in roots.items()
    ]
    return trial(cell, outcome(), *outcomes, versions=versions)


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What has changed between two releases with these names."""
    (step,) = inventory.steps(collect([listing("tf2.9.3-py3.10", before), listing("tf2.10.1-py3.10", after)]))
    return [change.sentence for change in step.changes]


def under(root: str, **names: str) -> dict[str, Any]:
    return {root: {f"{root}.{name}": signature for name, signature in names.items()}}


def names(table: Table, releases: set[str] | None = None) -> list[tuple[str, str]]:
    return [(step.before.cell, step.after.cell) for step in inventory.steps(table, releases)]


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
    table = collect([listing("tf2.9.3-py3.10", before), listing("tf2.10.1-py3.10", after)])
    kinds = [change.kind for change in inventory.steps(table)[0].changes]
    assert kinds == [Kind.APPEARS, Kind.GONE, Kind.GAINS, Kind.LOSES, Kind.DEFAULT]


def test_a_root_without_an_answer_is_not_compared() -> None:
    before = listing("tf2.9.3-py3.10", under("tf.nn", norm="(x)"))
    failed = outcome("inventory::tf.nn", Status.FAILS, type="AttributeError")
    after = trial("tf2.10.1-py3.10", failed, outcome("inventory::tf.math", observed={}))
    (step,) = inventory.steps(collect([before, after]))
    assert step.changes == ()
    assert step.unanswered == ("tf.nn", "tf.math")


def test_neighbours_are_releases_as_pip_installs_them() -> None:
    cells = ["tf2.10.1-py3.10", "tf2.9.3-py3.10", "tf2.9.3-py3.9", "tf2.16.2-py3.12+legacy", "tf2.16.2-py3.12"]
    cells += ["tf2.17.0rc1-py3.12", "tf2.17.1-py3.12"]
    table = collect([listing(cell, under("tf.nn", norm="(x)")) for cell in cells])
    assert names(table) == [
        ("tf2.9.3-py3.10", "tf2.10.1-py3.10"),
        ("tf2.10.1-py3.10", "tf2.16.2-py3.12"),
        ("tf2.16.2-py3.12", "tf2.17.1-py3.12"),
    ]
    assert names(table, {"2.9.3", "2.17.0rc1"}) == [("tf2.9.3-py3.10", "tf2.17.0rc1-py3.12")]
    assert names(table, {"2.9.3"}) == []
    assert names(collect([])) == []


def test_the_document_tells_each_change() -> None:
    before, after = under("tf.nn", norm="(x)"), under("tf.nn", norm="(x, y)")
    table = collect([listing("tf2.9.3-py3.10", before), listing("tf2.10.1-py3.10", after)])
    change = {"kind": "gains", "name": "tf.nn.norm", "also": [], "said": "gains the argument y"}
    assert inventory.document(inventory.steps(table)) == [
        {"before": "2.9.3", "after": "2.10.1", "untold": [], "changes": [change]}
    ]


def test_a_sentence_names_what_shares_it() -> None:
    change = NameChange(kind=Kind.GONE, name="a.norm", also=("b.norm", "c.norm"), text="is gone")
    assert change.sentence == "a.norm is gone (likewise b.norm, c.norm)"
