"""The keys: each thing that an outcome depends on changes its key, and nothing else does."""

from dataclasses import replace

import pytest

from tests import fakes
from tfcompat.environments.engine import LockedCell
from tfcompat.plan.keys import Keys, keys
from tfcompat.select.variants import BUNDLED

LOCKED = LockedCell(cell=fakes.cell(), lock=fakes.lock())
ENGINE = fakes.FakeEngine()
KEYS = Keys(engine=ENGINE, recorder="r", bundle="b", memory=1, scenarios={"adapt::a": "1", "adapt::b": "2"})


def test_each_scenario_has_a_key_of_its_own() -> None:
    of_cell = KEYS.of(LOCKED)
    assert list(of_cell) == ["adapt::a", "adapt::b"]
    assert all(len(key) == 12 and int(key, 16) >= 0 for key in of_cell.values())
    assert of_cell["adapt::a"] != of_cell["adapt::b"]


def test_a_scenario_that_changes_changes_its_key_alone() -> None:
    changed = replace(KEYS, scenarios={"adapt::a": "1", "adapt::b": "3"}).of(LOCKED)
    assert changed["adapt::a"] == KEYS.of(LOCKED)["adapt::a"]
    assert changed["adapt::b"] != KEYS.of(LOCKED)["adapt::b"]


@pytest.mark.parametrize(
    "other",
    [
        replace(KEYS, engine=fakes.FakeEngine(made_from="another recipe")),
        replace(KEYS, recorder="other"),
        replace(KEYS, bundle="other"),
        replace(KEYS, memory=2),
    ],
)
def test_what_all_outcomes_depend_on_changes_all_keys(other: Keys) -> None:
    assert not set(other.of(LOCKED).values()) & set(KEYS.of(LOCKED).values())


def test_the_lock_and_the_variables_of_the_cell_count() -> None:
    other_lock = replace(LOCKED, lock=replace(LOCKED.lock, text=LOCKED.lock.text + "\n"))
    variant = replace(BUNDLED, variables=(("TF_USE_LEGACY_KERAS", "1"),))
    other_variables = replace(LOCKED, cell=replace(LOCKED.cell, variant=variant))
    assert KEYS.of(LOCKED) != KEYS.of(other_lock)
    assert KEYS.of(LOCKED) != KEYS.of(other_variables)


def test_the_keys_of_a_program() -> None:
    made = keys(ENGINE, fakes.program(), "r", {"adapt::a": "1"})
    assert (made.bundle, made.memory, made.recorder) == ("bundle", 1 << 30, "r")
