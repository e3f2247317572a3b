"""The history of a cell: what each of its trials said to each scenario, oldest first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from msgspec import Struct

from tfcompat.compare.alignment import HOLE
from tfcompat.door.door import Door, Row
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm, Reason, Status
from tfcompat.record import words
from tfcompat.select import releases
from tfcompat.select.places import BUNDLED
from tfcompat.select.scenarios import single
from tfcompat.table.agreement import alike

#: How many cells an error offers.
OFFERED = 8
#: From which trial on which answer was given, oldest first.
Runs = Sequence[tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What one trial said: when it started (ISO 8601, UTC), by which engine, with which suite and lock, and its answer.

    ``observed`` is JSON text, empty where nothing was observed; ``raised`` is the exception, empty where there was none.
    """

    started: str
    engine: str
    suite: str
    lock: str
    status: Status
    harm: Harm = Harm.NONE
    observed: str
    reason: Reason | None
    whose: str = ""
    raised: str = ""

    @property
    def word(self) -> str:
        """What the answer is called."""
        return words.word(self.status, self.observed, self.reason or "", self.whose)


class HistoryTrial(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A trial of a cell: how many scenarios have which status, or the reason for which none has an answer."""

    started: str
    engine: str
    suite: str
    lock: str
    reason: str
    counts: dict[Status, int]


class History(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The trials of a cell, oldest first, and by scenario what they said: of one that was named every moment, else the turns
    of each that did not always do the same.
    """

    schema: Literal[1]
    cell: str
    trials: list[HistoryTrial]
    scenarios: dict[str, list[Moment]]


def of_cell(door: Door, cell: str, scenario: str | None = None) -> History:
    """The history of a cell, or of a release as pip installs it: of the scenario that a text names or of all that changed.

    Raises SelectionError where there is no trial of the cell, or the text names no scenario or several.
    """
    cell = cell_named(cell, door.current())
    trials = door.trials(cell)
    if not trials:
        raise SelectionError(f"there is no trial of {cell!r}: {meant(door, cell)}")
    said = changed(door, cell) if scenario is None else history(door, cell, named(door, cell, scenario))
    return History(
        schema=1,
        cell=cell,
        trials=list(map(trial_of, trials)),
        scenarios={name: list(moments) for name, moments in said.items()},
    )


def cell_named(text: str, trials: Iterable[Mapping[str, Any]]) -> str:
    """The cell that a text names: of a release the newest of those that pip installs; any other text stays as it is."""
    installed = [trial for trial in trials if trial["variant"] == BUNDLED]
    try:
        release = releases.single(releases.numbered(trial["tensorflow"] for trial in installed), text)
    except SelectionError:
        return text
    return [str(trial["cell"]) for trial in installed if trial["tensorflow"] == str(release.version)][-1]


def meant(door: Door, cell: str) -> str:
    """Which cells a text may have meant that names none: a release, or one in another case. A scenario comes after its cell."""
    if cell in door.words:
        newest = [trial["cell"] for trial in door.current() if trial["variant"] == BUNDLED][-1:]
        return (
            f"name a cell before the scenario{''.join(f', such as tfcompat history {name} {cell}' for name in newest)}"
        )
    near = [trial["cell"] for trial in door.current() if cell and cell.casefold() in trial["cell"]]
    return f"did you mean {', '.join(near[:OFFERED])}?" if near else "tfcompat list names the cells"


def named(door: Door, cell: str, scenario: str) -> str:
    """The scenario that a text names among those that a cell was ever asked."""
    titles = {name: str(door.words[name]["title"]) for name in scenarios(door, cell)}
    return single(scenario, titles, door.heirs)


def trial_of(row: Row) -> HistoryTrial:
    counts = {Status(status): count for status, count in row["counts"]}
    texts = {name: str(row[name] or "") for name in ("started", "engine", "suite", "lock", "reason")}
    return HistoryTrial(**texts, counts=counts)


def scenarios(door: Door, cell: str) -> list[str]:
    """The scenarios that a cell was ever asked; those of its newest trial come first."""
    return list(asked(door, door.trials(cell)))


def asked(door: Door, trials: Sequence[Row]) -> dict[str, list[int]]:
    """The scenarios that any of some trials was asked, by the id that they have now: the number of that and of each id before.

    Those of the last trial come first.
    """
    lists = {trial["list"]: trial for trial in trials}  # of each list the last trial
    found: dict[str, dict[int, None]] = {}
    for trial in sorted(lists.values(), key=lambda trial: trial["number"], reverse=True):
        for number, name in door.asked(trial).items():
            found.setdefault(door.heir(name), {})[number] = None
    return {name: list(numbers) for name, numbers in found.items()}


def history(door: Door, cell: str, only: str | None = None) -> dict[str, tuple[Moment, ...]]:
    """The moments of each scenario that a cell was ever asked, oldest first; or of the ``only`` one.

    The scenarios of its newest trial come first. A trial that did not ask a scenario has no moment of it; one whose cell
    had no answer at all has one, unknown, for every scenario that the cell was asked at another time.
    """
    return {name: tuple(moments) for name, moments in moments_in(door, cell, door.trials(cell)) if only in (None, name)}


def changed(door: Door, cell: str) -> dict[str, tuple[Moment, ...]]:
    """The turns of each scenario that a cell did not always give one answer to."""
    trials = list(unrepeated(door.trials(cell)))
    found = ((name, turns(moments)) for name, moments in moments_in(door, cell, trials) if moments.may_turn)
    return {name: of_scenario for name, of_scenario in found if len(of_scenario) > 1}


def unrepeated(trials: Iterable[Row]) -> Iterator[Row]:
    """The trials that did not say to all scenarios what the one before said: of a year of nights a few."""
    for _, repeated in groupby(trials, key=lambda trial: (trial["list"], trial["digest"], trial["reason"])):
        yield next(repeated)


@dataclass(frozen=True, kw_only=True)
class Moments:
    """The moments of one scenario in some trials of a cell, made as they are asked for.

    ``scenarios`` are its numbers: a scenario that had another id before has one more. Where a trial was asked both, the
    one that comes first counts.
    """

    door: Door
    scenarios: Sequence[int]
    trials: Sequence[Row]
    runs: Mapping[tuple[int, int], Runs]

    def __iter__(self) -> Iterator[Moment]:
        left = {run: list(self.runs.get(run, ())) for run in self.all_runs}
        answer: dict[tuple[int, int], int] = {}
        for trial in self.trials:
            scenario = next((number for number in self.scenarios if number in self.door.asked(trial)), None)
            if scenario is not None:
                run = trial["sequence"], scenario
                while left[run] and left[run][0][0] <= trial["number"]:
                    answer[run] = left[run].pop(0)[1]
                yield moment(trial, self.door.answer(answer[run]))
            elif trial["reason"]:
                yield moment(trial, HOLE | {"reason": trial["reason"]})

    @property
    def all_runs(self) -> set[tuple[int, int]]:
        """The sequences of the trials, with each number of the scenario."""
        return {(trial["sequence"], number) for trial in self.trials for number in self.scenarios}

    @property
    def may_turn(self) -> bool:
        """Whether there can be two different moments: else all trials gave one answer, or none."""
        answers = {answer for run in self.all_runs for _, answer in self.runs.get(run, ())}
        return len(answers) > 1 or any(trial["reason"] for trial in self.trials)


def moments_in(door: Door, cell: str, trials: Sequence[Row]) -> Iterator[tuple[str, Moments]]:
    """Each scenario that some trials of a cell were asked with its moments; those of the newest come first."""
    runs = door.runs(cell)
    for name, numbers in asked(door, trials).items():
        yield name, Moments(door=door, scenarios=numbers, trials=trials, runs=runs)


def moment(trial: Row, answer: Row) -> Moment:
    return Moment(
        started=trial["started"],
        engine=trial["engine"],
        suite=trial["suite"],
        lock=trial["lock"],
        status=Status(answer["status"]),
        harm=Harm(answer["harm"]),
        observed=answer["observed"],
        reason=Reason(answer["reason"]) if answer["reason"] else None,
        whose=answer["whose"],
        raised=answer["message"] if answer["type"] else "",
    )


def turns(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """The moments whose answer is not that of the moment before; the first is one of them."""
    changed: list[Moment] = []
    for current in moments:
        if not changed or not alike(vars(changed[-1]), vars(current)):
            changed.append(current)
    return tuple(changed)
