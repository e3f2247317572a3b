"""The calendar: 400 nights on which all goes wrong that does in a year, and none is refused but for what a person must decide."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests import fakes
from tests.conftest import MEMORY
from tests.repository.world import BUILD, Trouble, World, moment
from tfcompat.compare.gate import ObjectionKind
from tfcompat.outcomes import Reason, Status, Trial
from tfcompat.select.cells import Cell
from tfcompat.select.rotation import LIMIT, ROTATION
from tfcompat.trials import nights, published

DAYS = 400
#: Cells that something happens to.
GONE, FRAGILE, GROWING, DROPPED = "tf2.5.0-py3.9", "tf2.7.0-py3.9", "tf2.9.0-py3.9", "tf2.3.0-py3.9"
NEW = ("tf2.22.0-py3.13", "tf2.23.0-py3.13", "tf2.24.0-py3.13", "tf2.25.0-py3.13")
#: Days on which things happen.
LOST, PAUSE, SHARD_LOST, GONE_FROM, UNPLUGGED, ALL_UNPLUGGED, CANARY = 20, range(40, 54), 70, 90, 130, 140, 150
REGRESSED, EDITED, REWRITTEN, REMOVED, DROPPED_FROM, GROWN_FROM = 170, 190, 210, 230, 250, 290
APPEAR = dict(zip(NEW, (15, 100, 215, 270), strict=True))
#: A release that does not even import.
BROKEN = NEW[3]
#: An objection, by kind and name.
Refusal = tuple[ObjectionKind, str]
#: The days on which a person decides.
GONE_ACCEPTED, REMOVED_ACCEPTED, BROKEN_ACCEPTED, GROWN_ACCEPTED = 110, 232, 273, 350


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What is special about a day: what changes in the world, what goes wrong, and what a person accepts."""

    change: Callable[[World], object] = lambda world: None
    trouble: Trouble = field(default_factory=Trouble)
    accept: tuple[str, ...] = ()


def cell(name: str) -> Cell:
    release, _, python = name.removeprefix("tf").partition("-py")
    return fakes.cell("2.22.0.dev20260905" if release == "nightly" else release, python)


def world(folder: Path) -> World:
    """30 cells, of which nothing was measured yet."""
    stable = [f"tf2.{minor}.0-py3.{python}" for minor in range(2, 22) for python in (9, 10)][:29]
    return World(
        reports=folder / "reports",
        shards=folder / "shards",
        cells={name: cell(name) for name in (*stable, BUILD)},
        scenarios={"adapt::mean": 1, "adapt::axis": 1, "map::use": 1},
    )


def appear(name: str) -> Happening:
    return Happening(change=lambda world: world.cells.update({name: cell(name)}))


def edit(*names: str) -> Happening:
    return Happening(change=lambda world: world.scenarios.update(dict.fromkeys(names, 2)))


HAPPENINGS: Mapping[int, Happening] = {
    **{day: appear(name) for name, day in APPEAR.items()},
    LOST: Happening(trouble=Trouble(lost=(1, 2, 3, 4))),
    SHARD_LOST: Happening(trouble=Trouble(lost=(2, 3))),
    GONE_ACCEPTED: Happening(accept=(GONE,)),
    UNPLUGGED: Happening(trouble=Trouble(unplugged=(3,))),
    ALL_UNPLUGGED: Happening(trouble=Trouble(unplugged=(1, 2, 3, 4))),
    REGRESSED: Happening(change=lambda world: world.regressed.add((BUILD, "adapt::mean"))),
    EDITED: edit("adapt::axis"),
    REWRITTEN: Happening(
        change=lambda world: world.scenarios.update(dict.fromkeys(world.scenarios, 3)), trouble=Trouble(lost=(1,))
    ),
    DROPPED_FROM: Happening(change=lambda world: world.cells.pop(DROPPED)),
    REMOVED: Happening(change=lambda world: world.scenarios.pop("map::use")),
    REMOVED_ACCEPTED: Happening(accept=("map::use",)),
    BROKEN_ACCEPTED: Happening(accept=(BROKEN,)),
    GROWN_ACCEPTED: Happening(accept=(GROWING,)),
}


def lasting(world: World) -> dict[str, Reason]:
    """The cells that have no answer on a day, whatever else happens on it."""
    reasons: dict[str, Reason] = {}
    day = world.day
    if day >= GONE_FROM:
        reasons[GONE] = Reason.NO_IMAGE
    if day >= GROWN_FROM:
        reasons[GROWING] = Reason.OUT_OF_MEMORY
    if day >= APPEAR[BROKEN]:
        reasons[BROKEN] = Reason.CANARY_FAILED
    if day == CANARY:
        reasons[world.tonight().anew[-1]] = Reason.CANARY_FAILED
    return reasons


@dataclass(frozen=True, kw_only=True)
class Year:
    """What became of the nights: on which days the gate refused what, and of which nothing was left."""

    world: World
    refused: Mapping[Refusal, list[int]]
    lost: list[int]
    statuses: Mapping[int, Status]

    @property
    def shown(self) -> dict[str, Trial]:
        """What the page shows of each cell at the end."""
        return {trial.subject.cell: trial for trial in self.world.candidate.current}


@pytest.fixture(scope="module")
def year() -> Iterator[Year]:
    with TemporaryDirectory(dir=MEMORY) as folder:
        yield lived(world(Path(folder)))


def lived(made: World) -> Year:
    """The year that a world lives through."""
    refused: dict[Refusal, list[int]] = {}
    lost: list[int] = []
    statuses: dict[int, Status] = {}
    for made.day in (day for day in range(DAYS) if day not in PAUSE):
        happening = HAPPENINGS.get(made.day, Happening())
        happening.change(made)
        objections = made.night(replace(happening.trouble, cells=lasting(made)), happening.accept)
        if objections is None:
            lost.append(made.day)
        for objection in objections or ():
            refused.setdefault((objection.kind, objection.name), []).append(made.day)
        statuses[made.day] = status_of_the_build(made)
        check_that_all_was_confirmed(made)
    return Year(world=made, refused=refused, lost=lost, statuses=statuses)


def status_of_the_build(made: World) -> Status:
    """What the page says to a question about the nightly build."""
    (trial,) = (trial for trial in made.candidate.current if trial.subject.cell == BUILD)
    statuses = {outcome.scenario: outcome.status for outcome in trial.outcomes}
    return statuses.get("adapt::mean", Status.UNKNOWN)


def check_that_all_was_confirmed(made: World) -> None:
    """Every outcome of a cell that can be measured is confirmed within as many nights as the rotation has.

    A night counts for a cell where it took place for it: its shard came back, and its machine did what it should.
    """
    for trial in made.candidate.current:
        name = trial.subject.cell
        for outcome in trial.outcomes if name in made.cells and name not in (GONE, BROKEN) else ():
            of_cell = [night for night in made.candidate.nights if night.started not in made.held_up.get(name, ())]
            assert nights.passed(outcome.measured, of_cell) < ROTATION, (made.day, name, outcome.scenario)


def test_a_night_is_refused_for_what_a_person_must_decide_and_for_nothing_else(year: Year) -> None:
    """Nights that are not named here were published: after the pause, of half the machines, of none, with a canary."""
    gone_first = year.refused[ObjectionKind.SILENT, GONE][0]
    grown_first = year.refused[ObjectionKind.OLD, GROWING][0]
    assert year.refused == {
        (ObjectionKind.SILENT, GONE): list(range(gone_first, GONE_ACCEPTED)),
        (ObjectionKind.ROW, "map::use"): list(range(REMOVED, REMOVED_ACCEPTED)),
        (ObjectionKind.CANARY, BROKEN): list(range(APPEAR[BROKEN], BROKEN_ACCEPTED)),
        (ObjectionKind.OLD, GROWING): list(range(grown_first, GROWN_ACCEPTED)),
    }
    assert GONE_FROM <= gone_first < GONE_FROM + ROTATION
    assert GROWN_FROM + LIMIT - ROTATION < grown_first <= GROWN_FROM + LIMIT


def test_only_a_night_of_which_no_shard_came_back_did_not_take_place(year: Year) -> None:
    assert year.lost == [LOST]
    took_place = nights.load(year.world.reports)
    assert [night.started for night in took_place] == [
        moment(day) for day in range(DAYS) if day not in PAUSE and day != LOST
    ]
    assert {night.started: night.missing for night in took_place if night.missing} == {
        moment(SHARD_LOST): ("2/4", "3/4"),
        moment(REWRITTEN): ("1/4",),
    }


def test_what_is_published_at_the_end_is_all_that_was_measured(year: Year) -> None:
    last = published.load(year.world.reports)
    assert last is not None
    assert last.night == moment(DAYS - 1)
    assert {trial.subject.cell: trial.file for trial in last.trials} == {
        name: trial.file for name, trial in year.shown.items()
    }
    assert set(year.shown) == {*year.world.cells, DROPPED}


def test_a_hole_is_shown_where_a_person_accepted_it_and_what_was_measured_where_a_machine_failed(year: Year) -> None:
    holes = {name: trial.reason for name, trial in year.shown.items() if trial.reason}
    assert holes == {GONE: Reason.NO_IMAGE, BROKEN: Reason.CANARY_FAILED}
    assert year.shown[GROWING].subject.started < moment(GROWN_FROM)


def test_a_build_that_regresses_is_shown_on_the_same_day(year: Year) -> None:
    days = [day for day in year.statuses if day != LOST]
    assert [year.statuses[day] for day in days] == [Status.FAILS if day >= REGRESSED else Status.WORKS for day in days]
