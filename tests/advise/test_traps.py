"""Tests of traps: each is true of exactly the cells that it names, and none beside the releases that suit is passed over."""

from hypothesis import given

from tests.advise.made import matrices
from tfcompat.advise.matrix import Matrix
from tfcompat.advise.requires import requires
from tfcompat.outcomes import Status
from tfcompat.record.words import word
from tfcompat.select.places import Spot, parse


def named(one: dict[str, str]) -> tuple[str, str]:
    return word(one["status"], one["observed"], one["reason"], one["whose"]), one["harm"]


@given(matrices())
def test_a_trap_names_exactly_the_cells_that_do_it(made: Matrix) -> None:
    for trap in requires(made).traps:
        places = list(parse(trap.where))
        for one in map(dict, made.rows[trap.scenario]):
            if one["status"] != Status.UNKNOWN and any(place.admits(Spot.of(one)) for place in places):
                assert named(one) == (trap.word, trap.harm)


@given(matrices())
def test_no_harm_without_an_error_is_passed_over_beside_what_suits(made: Matrix) -> None:
    found = requires(made)
    suiting = {release for requirement in found.requirements for release in requirement.releases}
    known = list(made.known)
    beside = {
        known[place + step]
        for place in range(len(known))
        for step in (-1, 1)
        if known[place] in suiting and 0 <= place + step < len(known)
    }
    for name, rows in made.rows.items():
        said = {(trap.word, trap.harm) for trap in found.traps if trap.scenario == name}
        for one in map(dict, rows):
            if one["tensorflow"] in beside - suiting and one["harm"] in ("silent", "visible", "obscure"):
                assert named(one) in said


@given(matrices())
def test_there_comes_before_right(made: Matrix) -> None:
    for trap in requires(made).traps:
        if trap.there:
            assert made.known.index(trap.there) < made.known.index(trap.right)
            before = [
                dict(one)
                for one in made.rows[trap.scenario]
                if made.known.index(one["tensorflow"]) < made.known.index(trap.there) and one["variant"] == "bundled"
            ]
            assert {one["status"] for one in before} <= {Status.MISSING, Status.UNKNOWN}
