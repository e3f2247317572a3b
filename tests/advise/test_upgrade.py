"""Tests of an upgrade: each scenario once by what it does on both sides, the worst first, with what to write instead."""

from collections import Counter
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.advise.made import RELEASES, answer, matrices, matrix, row
from tfcompat.advise.effect import Change
from tfcompat.advise.instead import Advice, Instead
from tfcompat.advise.matrix import Matrix
from tfcompat.advise.upgrade import Upgrade, upgrade
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm, Status
from tfcompat.suite.recipes import Recipe

RIGHT, OTHER = answer(("works", "none", '"x"')), answer(("works", "none", '"z"'))
FRESH, STALE = answer(("answered", "none", '"fresh"')), answer(("answered", "silent", '"stale"'))
WRONG, MISSING = answer(("wrong", "silent", '"y"')), answer(("missing", "loud", ""))
FAILS, HOLE = answer(("fails", "obscure", "")), answer(("unknown", "none", ""))


def meets(one: dict[str, str]) -> str:
    """What code meets: r(ight), e(rror), w(rong) or ? by the words of the question alone."""
    if one["status"] == Status.UNKNOWN:
        return "?"
    if one["status"] in ("missing", "fails", "crashes", "hangs") or one["harm"] in ("loud", "obscure"):
        return "e"
    return "r" if one["harm"] == "none" and one["status"] != "wrong" else "w"


def expected(before: dict[str, str], after: dict[str, str]) -> Change | None:
    both = meets(before) + meets(after)
    if "?" in both:
        return Change.UNKNOWN
    keys = ("harm", "observed") if both == "rr" else ("status", "harm", "observed")
    if all(before[key] == after[key] for key in keys):
        return None
    if both == "ew":
        return Change.STARTS_WRONG if before["status"] == "missing" else Change.SILENT
    if both == "ee":
        return Change.OTHERWISE
    return {"e": Change.STOPS, "w": Change.SILENT, "r": Change.OBSERVED if both == "rr" else Change.STARTS}[both[1]]


@given(matrices(), st.sampled_from(sorted(RELEASES)), st.sampled_from(sorted(RELEASES)))
def test_each_scenario_is_what_its_two_cells_say(made: Matrix, old: str, new: str) -> None:
    sides = []
    for release in (old, new):
        rows = [dict(one) for some in made.rows.values() for one in some]
        of_release = [one for one in rows if one["tensorflow"] == release and one["variant"] == "bundled"]
        sides.append({one["python"]: one["cell"] for one in of_release if one["status"] != Status.UNKNOWN})
    if not all(sides):
        with pytest.raises(SelectionError, match="nothing is known of"):
            upgrade(made, old, new, Advice())
        return
    found = upgrade(made, old, new, Advice())
    common = sorted(set(sides[0]) & set(sides[1]))
    newest = (sides[0][max(sides[0], key=len)], sides[1][max(sides[1], key=len)])
    pairs = [(sides[0][python], sides[1][python]) for python in common] or [newest]
    assert sorted(found.pairs) == sorted(pairs)
    assert found.pythons_differ == (not common)
    wanted = set()
    for name, of_name in made.rows.items():
        by_cell = {one["cell"]: dict(one) for one in of_name}
        wanted |= {(name, expected(by_cell[before], by_cell[after])) for before, after in pairs}
    assert {(changed.scenario, changed.change) for changed in found.changes} == {
        (name, change) for name, change in wanted if change
    }
    assert found.counts == {kind: Counter(changed.change for changed in found.changes)[kind] for kind in Change}
    assert found.breaks == any(change in (Change.SILENT, Change.STOPS) for _, change in wanted)
    ranks = [(list(Change).index(changed.change)) for changed in found.changes]
    assert ranks == sorted(ranks)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Upgrade) == found


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (RIGHT, WRONG, Change.SILENT),
        (FRESH, STALE, Change.SILENT),
        (RIGHT, OTHER, Change.OBSERVED),
        (FAILS, STALE, Change.SILENT),
        (RIGHT, MISSING, Change.STOPS),
        (WRONG, FAILS, Change.STOPS),
        (MISSING, WRONG, Change.STARTS_WRONG),
        (MISSING, RIGHT, Change.STARTS),
        (STALE, FRESH, Change.STARTS),
        (MISSING, FAILS, Change.OTHERWISE),
        (RIGHT, HOLE, Change.UNKNOWN),
        (HOLE, HOLE, Change.UNKNOWN),
        (RIGHT, RIGHT, None),
    ],
)
def test_what_a_change_is_called(before: dict[str, str], after: dict[str, str], change: Change | None) -> None:
    rows = [row("2.5.0", **before), row("2.6.0", **after)]
    found = upgrade(matrix(a__one=rows, a__two=[row("2.5.0"), row("2.6.0")]), "2.5.0", "2.6.0", Advice())
    assert [changed.change for changed in found.changes] == ([change] if change else [])


def test_the_worst_comes_first_and_a_python_that_decides_is_named() -> None:
    def side(release: str, **answers: dict[str, str]) -> list[dict[str, str]]:
        return [row(release, python, **answers.get(f"on_{python[2:]}", RIGHT)) for python in ("3.8", "3.9")]

    made = matrix(
        a__one=[*side("2.5.0"), *side("2.6.0", on_8=MISSING, on_9=MISSING)],
        a__two=[*side("2.5.0"), *side("2.6.0", on_9=FAILS)],
        a__three=[*side("2.5.0"), *side("2.6.0", on_9=STALE)],
    )
    found = upgrade(made, "2.5.0", "2.6.0", Advice())
    assert [(changed.scenario, changed.pythons) for changed in found.changes] == [
        ("a::three", ["3.9"]),
        ("a::two", ["3.9"]),
        ("a::one", []),
    ]


def test_what_more_rests_on_comes_before_what_is_worse() -> None:
    both = {"a__rare": FAILS, "a__asked": MISSING, "a__often": MISSING}
    made = matrix(**{name: [row("2.5.0", **RIGHT), row("2.6.0", **after)] for name, after in both.items()})
    found = upgrade(made, "2.5.0", "2.6.0", Advice(asked={"a::asked": 1, "a::often": 2}))
    assert [changed.scenario for changed in found.changes] == ["a::often", "a::asked", "a::rare"]


def test_a_public_import_path_counts_as_one_more() -> None:
    advice = Advice(asked={"imports::tf.keras.X": 1})
    assert [advice.used(name) for name in ("imports::tf.keras.X", "imports::tf.keras.Y", "imports::keras.Y")] == [
        2,
        1,
        0,
    ]


def test_what_to_write_instead_is_what_works_on_the_newer_release() -> None:
    old, new, moved = (f"imports::tf.{path}.Norm" for path in ("old", "new", "moved"))
    both = [row("2.5.0"), row("2.6.0")]
    made = Matrix(
        rows={
            old: [row("2.5.0", observed='"class"'), row("2.6.0", **MISSING)],
            new: [row("2.5.0", **MISSING), row("2.6.0")],
            moved: [row("2.5.0", observed='"another class"'), row("2.6.0")],
            "a::lost": [row("2.5.0"), row("2.6.0", **WRONG)],
            "a::gone": [row("2.5.0"), row("2.6.0", **FAILS)],
            "recipes::good": both,
            "recipes::bad": [row("2.5.0"), row("2.6.0", **FAILS)],
        },
        known=["2.5.0", "2.6.0"],
    )
    good, bad = (Recipe(scenario=f"recipes::{name}", title=name, code=f"{name}()") for name in ("good", "bad"))
    finding = Instead(source="finding", name="lost", text="Call finalize_state().")
    advice = Advice(
        findings={"a::lost": [finding], "a::gone": [finding]},
        recipes={"a::lost": [good, bad]},
        paths=["tf.old.Norm", "tf.new.Norm", "tf.moved.Norm"],
    )
    instead = {changed.scenario: changed.instead for changed in upgrade(made, "2.5.0", "2.6.0", advice).changes}
    assert [some.name for some in instead[old]] == ["tf.new.Norm"]
    assert [some.name for some in instead["a::lost"]] == ["lost", "good"]
    assert instead["a::gone"] == []


@pytest.mark.parametrize(
    ("facts", "change"),
    [
        ({"kind": "question"}, Change.SILENT),
        ({"kind": "promise", "oracle": "documented"}, Change.SILENT),
        ({"kind": "promise", "oracle": "invariance"}, Change.OBSERVED),
        ({"kind": "presence"}, Change.OBSERVED),
        ({"kind": "data"}, None),
    ],
)
def test_another_observation_is_another_behaviour_where_it_is_the_answer(
    facts: dict[str, str], change: Change | None
) -> None:
    made = matrix(a__one=[row("2.5.0", **RIGHT), row("2.6.0", **OTHER)], a__two=[row("2.5.0"), row("2.6.0")])
    found = upgrade(replace(made, facts={"a::one": facts}), "2.5.0", "2.6.0", Advice())
    assert [changed.change for changed in found.changes] == ([change] if change else [])


def test_harm_decides_and_not_the_status() -> None:
    loud = answer(("answered", "loud", '"refused"'))
    found = upgrade(matrix(a__one=[row("2.5.0"), row("2.6.0", **loud)]), "2.5.0", "2.6.0", Advice())
    assert (found.changes[0].change, found.changes[0].after.harm) == (Change.STOPS, Harm.LOUD)
