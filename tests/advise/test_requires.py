"""Tests of what scenarios require: exact over every cell, honest about holes, and the smallest conflict there is."""

from itertools import combinations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from tests.advise.made import NEVER, answer, matrices, matrix, row
from tfcompat.advise.matrix import Matrix
from tfcompat.advise.requires import Requirement, Requires, requires
from tfcompat.outcomes import Harm, Status

ORDER = list(Harm)


def holds(one: dict[str, str], allowed: Harm) -> bool | None:
    """What a row says, by the words of the question alone; None where it says nothing."""
    if one["status"] == Status.UNKNOWN:
        return None
    return one["status"] in ("works", "answered") and ORDER.index(Harm(one["harm"])) <= ORDER.index(allowed)


def suits(made: Matrix, number: int, allowed: Harm) -> bool | None:
    """Whether all scenarios hold in a cell: false where any does not, unknown where any is."""
    said = [holds(dict(rows[number]), allowed) for rows in made.rows.values()]
    return False if False in said else None if None in said else True


def admits(requirement: Requirement, cell: dict[str, str]) -> bool:
    """Whether pip would find that a cell is what is required."""
    keras = SpecifierSet(requirement.keras).contains(cell["keras"]) if requirement.keras else True
    python = SpecifierSet(requirement.python).contains(cell["python"]) if requirement.python else True
    return SpecifierSet(requirement.tensorflow).contains(cell["tensorflow"]) and keras and python


def twin(made: Matrix, cells: list[dict[str, str]], number: int, allowed: Harm) -> bool:
    """Whether a cell that does not suit has the same release, Python and Keras: no specifier tells them apart."""
    keys = ("tensorflow", "python", "keras")
    alike = [other for other, cell in enumerate(cells) if all(cell[key] == cells[number][key] for key in keys)]
    return any(suits(made, other, allowed) is False for other in alike)


@given(matrices(), st.sampled_from([Harm.NONE, Harm.LOUD, Harm.SILENT]))
def test_what_is_required_is_every_cell_that_suits_and_no_other(made: Matrix, allowed: Harm) -> None:
    found = requires(made, allowed)
    some = [dict(one) for one in next(iter(made.rows.values()))]
    for number, cell in enumerate(some):
        admitted = any(admits(requirement, cell) for requirement in found.requirements)
        verdict = suits(made, number, allowed)
        assert admitted or verdict is not True or twin(made, some, number, allowed), cell
        assert not (admitted and verdict is False), cell
        if admitted and verdict is None:
            assert any(cell["cell"] in requirement.unmeasured for requirement in found.requirements)


@given(matrices())
def test_a_release_of_which_nothing_is_known_is_never_admitted_and_is_named(made: Matrix) -> None:
    found = requires(made)
    some = [dict(one) for one in next(iter(made.rows.values()))]
    said = {cell["tensorflow"] for number, cell in enumerate(some) if suits(made, number, Harm.NONE) is not None}
    assert set(found.holes) == set(made.known) - said
    for requirement in found.requirements:
        admitted = {name for name in made.known if SpecifierSet(requirement.tensorflow).contains(name)}
        assert admitted == set(requirement.releases) <= said
        assert not SpecifierSet(requirement.tensorflow).contains("2.99.0")
        assert NEVER not in admitted


@given(matrices())
def test_the_conflict_is_the_smallest_there_is(made: Matrix) -> None:
    found = requires(made)
    numbers = range(len(next(iter(made.rows.values()))))
    denied = [
        {name for name, rows in made.rows.items() if holds(dict(rows[number]), Harm.NONE) is False}
        for number in numbers
    ]
    cells = [names for names in denied if names]
    smallest = next(
        (
            list(some)
            for size in range(1, len(made.rows) + 1)
            for some in combinations(made.rows, size)
            if cells and all(names & set(some) for names in cells)
        ),
        [],
    )
    releases = [str(row["tensorflow"]) for row in next(iter(made.rows.values()))]
    apart = [
        number
        for number in numbers
        if not any(denied[other] for other in numbers if releases[other] == releases[number])
    ]
    if any(suits(made, number, Harm.NONE) for number in apart):
        assert found.requirements
    if found.requirements:
        assert not found.conflict
    else:  # no cell suits, or only one that a specifier cannot tell from a cell that does not
        assert len(found.conflict) == len(smallest)
        assert all(names & set(found.conflict) for names in cells)


@given(matrices())
def test_the_answer_is_what_its_type_says(made: Matrix) -> None:
    found = requires(made)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Requires) == found


WRONG, MISSING, HOLE = (
    answer(outcome) for outcome in (("wrong", "silent", '"y"'), ("missing", "loud", ""), ("unknown", "none", ""))
)


def test_invert_is_there_before_it_is_right() -> None:
    invert = [row("2.9.3", **MISSING), row("2.10.0", **WRONG), row("2.10.1", **WRONG), row("2.11.0"), row("2.12.0")]
    found = requires(matrix(a__invert=invert))
    assert [requirement.tensorflow for requirement in found.requirements] == [">=2.11.0,<=2.12.0"]
    (trap,) = found.traps
    assert (trap.there, trap.right, trap.word, trap.harm) == ("2.10.0", "2.11.0", "wrong", "silent")
    assert trap.where == "2.10.0 – 2.10.1"


def test_what_is_far_from_the_edge_is_no_trap_and_a_clear_error_is_none() -> None:
    rows = [row("2.3.0", **WRONG), row("2.4.0", **MISSING), row("2.5.0"), row("2.6.0", **MISSING)]
    assert requires(matrix(a__one=rows)).traps == []


def test_an_unmeasured_release_is_left_out_of_the_middle() -> None:
    rows = [row("2.5.0"), row("2.6.0", **HOLE), row("2.7.4"), row("2.8.0"), row("2.9.0", **HOLE)]
    found = requires(matrix("2.8.4", a__one=rows))
    assert found.requirements[0].tensorflow == ">=2.5.0,!=2.6.*,<=2.8.0"
    assert found.holes == {"2.6.0": "no lock", "2.8.4": "not run", "2.9.0": "no lock"}


def test_a_python_that_decides_is_named_and_what_it_does_otherwise_is_a_trap() -> None:
    rows = [
        row("2.15.0", "3.9"),
        *(row("2.16.1", python, **(WRONG if python == "3.9" else {})) for python in ("3.9", "3.12")),
    ]
    found = requires(matrix(a__one=rows))
    assert [(some.tensorflow, some.python) for some in found.requirements] == [
        ("==2.15.0", ""),
        ("==2.16.1", ">=3.12,<3.13"),
    ]
    assert [trap.where for trap in found.traps] == ["2.16.1 on Python ≤ 3.9"]


def test_a_keras_that_decides_is_named() -> None:
    rows = [
        row("2.17.0", "3.12", "3.4.1", **WRONG),
        row("2.17.0", "3.12", "3.6.0", "keras3.6"),
        row("2.19.1", "3.12", "3.9.2"),
        row("2.19.1", "3.12", "3.5.0", "keras3.5", **WRONG),
    ]
    (found,) = requires(matrix(a__one=rows)).requirements
    assert (found.tensorflow, found.keras) == (">=2.17.0,<=2.19.1", ">=3.6,<=3.9.2")


def test_a_cell_without_an_answer_is_named_where_its_release_has_another() -> None:
    rows = [row("2.15.0", "3.9"), row("2.15.0", "3.12", **HOLE)]
    (found,) = requires(matrix(a__one=rows)).requirements
    assert found.unmeasured == {"tf2.15.0-py3.12": "no lock"}
    assert found.pythons == ["3.9"]


def test_harm_that_is_allowed_is_no_reason_to_leave_out_and_still_a_trap() -> None:
    stale = answer(("answered", "silent", '"stale"'))
    made = matrix(a__one=[row("2.5.0"), row("2.6.0", **stale)])
    assert requires(made).requirements[0].releases == ["2.5.0"]
    found = requires(made, Harm.SILENT)
    assert found.requirements[0].releases == ["2.5.0", "2.6.0"]
    assert [trap.word for trap in found.traps] == ["stale"]


@pytest.mark.parametrize("some", [["2.5.0"], ["2.5.0", "2.6.0"]])
def test_nothing_known_is_no_conflict(some: list[str]) -> None:
    found = requires(matrix(a__one=[row(release, **HOLE) for release in some]))
    assert (found.requirements, found.conflict, list(found.holes)) == ([], [], some)
