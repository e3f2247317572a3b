"""Tests of the history of made trials: each outcome of each trial in its turn, and what changed is the turns of the whole."""

from collections.abc import Iterator

from hypothesis import given, settings

from tests.door import made
from tfcompat.compare.history import changed, history, scenarios, turns
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Reason, Status, Trial
from tfcompat.table.frame import collect


@given(made.trials())
@settings(deadline=None)  # a table of pandas takes its time
def test_the_history_is_each_outcome_of_each_trial_and_what_changed_its_turns(trials: list[Trial]) -> None:
    door = in_memory(collect(trials))
    for cell in made.CELLS:
        whole = history(door, cell)
        of_cell = sorted((one for one in trials if one.subject.cell == cell), key=lambda one: one.subject.started)
        asked = {outcome.scenario for one in of_cell for outcome in one.outcomes}
        assert {
            name: [(moment.started, moment.engine, moment.status, moment.reason) for moment in moments]
            for name, moments in whole.items()
        } == {name: list(said_to(name, of_cell)) for name in asked}
        turned = {name: turns(moments) for name, moments in whole.items()}
        assert changed(door, cell) == {name: moments for name, moments in turned.items() if len(moments) > 1}
        assert scenarios(door, cell) == list(whole)
        for name in whole:
            assert history(door, cell, name) == {name: whole[name]}


def said_to(scenario: str, trials: list[Trial]) -> Iterator[tuple[str, str, Status, Reason | None]]:
    """What some trials said to a scenario: an outcome of it, or that there is no answer at all."""
    for one in trials:
        answers = [outcome for outcome in one.outcomes if outcome.scenario == scenario]
        for status, reason in [(answer.status, answer.reason) for answer in answers] or [(Status.UNKNOWN, one.reason)]:
            if answers or reason:
                yield one.subject.started, one.subject.engine, status, reason
