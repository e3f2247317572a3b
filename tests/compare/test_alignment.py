"""Tests of the alignment: which scenarios two trials answered otherwise, whatever they are called by now."""

import pytest

from tests.fakes import outcome, subject, trial
from tfcompat.compare.alignment import Alignment, Asked, align, is_same, renamed
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Outcome, Status
from tfcompat.table.frame import collect

CELL = "tf2.9.3-py3.9"


def asked(*outcomes: Outcome) -> Asked:
    """A trial that gave some outcomes, by itself."""
    door = in_memory(collect([trial(subject(CELL), *outcomes)]))
    return Asked(door=door, trial=door.current()[0])


def names(found: Alignment) -> list[str]:
    return [name for name, _, _ in found.different]


def test_what_both_answered_alike_is_not_different() -> None:
    before = asked(outcome("a::one"), outcome("a::two"), outcome("a::three"))
    after = asked(outcome("a::two", Status.FAILS), outcome("a::one"), outcome("a::four"))
    found = align(before, after)
    assert (found.scenarios, names(found)) == (4, ["a::two", "a::four", "a::three"])


def test_a_scenario_that_got_another_id_is_compared_with_what_it_was() -> None:
    before = asked(outcome("a::old"), outcome("a::other"))
    after = asked(outcome("a::new", Status.FAILS, aliases=("a::old",)), outcome("a::other"))
    ((name, was, now),) = align(before, after).different
    assert was is not None
    assert now is not None
    assert (name, was["status"], now["status"]) == ("a::new", "works", "fails")


def test_two_trials_of_one_digest_are_not_looked_at() -> None:
    one = asked(outcome("a::one"), outcome("a::two", Status.FAILS))
    assert align(one, one) == Alignment(scenarios=2)


@pytest.mark.parametrize(
    ("names", "others", "heirs", "found"),
    [
        (["old"], ["new"], {"old": ["new"]}, {"old": "new"}),
        (["old"], ["new"], {"old": ["elsewhere"]}, {}),
        (["old", "new"], ["new"], {"old": ["new"]}, {}),
        (["old"], ["old", "new"], {"old": ["new"]}, {}),
        (["old"], ["new", "newer"], {"old": ["new", "newer"]}, {}),
        (["old"], ["new"], {"old": ["gone", "new"]}, {"old": "new"}),
        (["one", "two"], ["new"], {"one": ["new"], "two": ["new"]}, {}),
    ],
)
def test_an_id_has_one_heir_that_nobody_else_claims(
    names: list[str], others: list[str], heirs: dict[str, list[str]], found: dict[str, str]
) -> None:
    assert renamed(names, others, heirs) == found


def test_answers_are_the_same_where_they_say_the_same_whatever_their_number() -> None:
    assert is_same((1, 7), (2, 7))
    assert not is_same((1, 7), (1, 8))
    assert not is_same((7, 1), (2, 7))
    assert not is_same((2, 7), (7, 1))
    assert not is_same(None, (1, 7))
    assert not is_same((1, 7), None)
    assert not is_same(None, None)
