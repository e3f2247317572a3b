"""The rotation: a tenth of the cells each night, the oldest first, and nobody is passed over."""

import pytest

from tfcompat.select.rotation import LIMIT, ROTATION, Tonight, Turn, tonight, within

CELLS = [f"cell{number:02}" for number in range(25)]


def turn(day: int, *, passed: int = 0, hole: bool = False) -> Turn:
    return Turn(measured=f"2026-01-{day:02}T03:00:00Z" if day else "", passed=passed, hole=hole)


def test_a_tenth_rounded_up_is_measured_anew_the_oldest_first_and_the_rest_where_it_is_new() -> None:
    turns = {cell: turn(28 - number) for number, cell in enumerate(CELLS)}
    plan = tonight(turns)
    assert plan.anew == ("cell24", "cell23", "cell22")
    assert plan.new == tuple(CELLS[21::-1])
    assert plan.waiting == ()


def test_of_cells_of_one_age_the_name_decides() -> None:
    assert tonight({cell: turn(3) for cell in reversed(CELLS)}).anew == ("cell00", "cell01", "cell02")


def test_what_was_never_run_is_new_and_goes_before_what_was() -> None:
    plan = tonight({"cell0": None, "cell1": turn(2), "cell2": turn(1)})
    assert (plan.anew, plan.new) == (("cell2",), ("cell0", "cell1"))


def test_holes_come_first_and_are_no_part_of_the_tenth() -> None:
    turns = {cell: turn(1 + number) for number, cell in enumerate(CELLS)}
    turns |= {"cell20": turn(21, hole=True), "cell21": turn(0, hole=True)}
    assert tonight(turns).anew == ("cell21", "cell20", "cell00", "cell01", "cell02")


@pytest.mark.parametrize(("passed", "part"), [(ROTATION - 2, 3), (ROTATION - 1, 6), (ROTATION, 6)])
def test_what_would_not_be_confirmed_in_time_is_measured_whatever_its_number(passed: int, part: int) -> None:
    turns = {cell: turn(1 + number, passed=passed if number < 6 else 1) for number, cell in enumerate(CELLS)}
    assert tonight(turns).anew == tuple(CELLS[:part])


@pytest.mark.parametrize("count", [1, 9, 10, 11, 30, 114])
def test_every_cell_has_its_turn_within_the_rotation(count: int) -> None:
    """From any beginning: here all are measured on one night, and then each night what the plan says."""
    last = {f"cell{number:03}": 0 for number in range(count)}
    for night in range(1, 3 * ROTATION):
        turns = {
            cell: Turn(measured=f"{since:03}", passed=night - since - 1, hole=False) for cell, since in last.items()
        }
        chosen = tonight(turns).anew
        assert len(chosen) <= -(-count // ROTATION)
        last |= dict.fromkeys(chosen, night)
        assert night - min(last.values()) < ROTATION
    assert LIMIT > ROTATION


PLAN = Tonight(anew=("hole", "oldest"), new=("never", "newest"))
SECONDS = {"hole": 10.0, "oldest": 20.0, "never": 40.0, "newest": 5.0}


@pytest.mark.parametrize(
    ("limit", "waiting"),
    [
        (75.0, ()),
        (74.9, ("newest",)),
        (69.0, ("never", "newest")),
        (30.0, ("never", "newest")),
        (29.0, ("oldest", "never", "newest")),
        (1.0, ("oldest", "never", "newest")),
    ],
)
def test_what_a_night_has_no_time_for_waits_and_what_is_urgent_goes_first(
    limit: float, waiting: tuple[str, ...]
) -> None:
    """A short cell does not overtake a long one, else the long one would wait for ever."""
    plan = within(PLAN, SECONDS, limit)
    assert plan.waiting == waiting
    assert (*plan.anew, *plan.new) == tuple(cell for cell in SECONDS if cell not in waiting)
    assert plan.anew == tuple(cell for cell in PLAN.anew if cell not in waiting)


def test_what_has_nothing_to_run_takes_no_time() -> None:
    plan = within(PLAN, {**SECONDS, "newest": 0.0}, 10.0)
    assert (plan.new, plan.waiting) == (("newest",), ("oldest", "never"))
