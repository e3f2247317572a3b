"""tfcompat history: what each trial of a cell found."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence

import click

from tfcompat.ask.lookup import titles
from tfcompat.commands.completion import complete_cell, complete_scenario
from tfcompat.commands.door import door_of
from tfcompat.commands.options import json_option
from tfcompat.compare import history as moments_of
from tfcompat.compare.history import Moment
from tfcompat.door.door import Row
from tfcompat.errors import SelectionError
from tfcompat.escape import printable
from tfcompat.outcomes import Status
from tfcompat.project import Project
from tfcompat.publish.statuses import QUIET
from tfcompat.select.scenarios import single

#: Characters of an observation in a line, and of an id; those of a hash that tell one suite or lock from another.
LONGEST, LONGEST_NAME, HASH = 160, 200, 12


@click.command()
@click.argument("cell", shell_complete=complete_cell)
@click.argument("scenario", required=False, shell_complete=complete_scenario)
@json_option
@click.pass_obj
def history(project: Project, cell: str, scenario: str | None, as_json: bool) -> None:
    """List the trials of CELL, oldest first, and each scenario whose outcome ever changed; or every outcome of SCENARIO."""
    door = door_of(project)
    trials = door.trials(cell)
    if not trials:
        raise SelectionError(f"there is no trial of {cell!r}: tfcompat list names the cells")
    only = None if scenario is None else single(scenario, titles(door, moments_of.scenarios(door, cell)), door.heirs)
    if as_json:
        moments = moments_of.history(door, cell, only)
        rows = {name: [vars(moment) for moment in of_scenario] for name, of_scenario in moments.items()}
        click.echo(json.dumps({"cell": cell, "scenarios": rows}, indent=1, ensure_ascii=False))
    elif only is not None:
        click.echo("\n".join(map(moment_line, moments_of.history(door, cell, only)[only])))
    else:
        click.echo("\n".join([*map(trial_line, trials), *changed_lines(moments_of.changed(door, cell))]))


def moment_line(moment: Moment) -> str:
    """What one trial said to a scenario."""
    answer = f"{moment.status.symbol} {printable(described(moment), LONGEST)}"
    more = moment.raised or ("" if moment.status is Status.ANSWERED else moment.observed)
    return (
        f"{moment.started}  {moment.engine}  suite {moment.suite[:HASH]}  {answer} {printable(more, LONGEST)}".rstrip()
    )


def described(moment: Moment) -> str:
    """What an answer is called, and its harm where that needs to be said."""
    return moment.word if moment.harm in QUIET else f"{moment.word} ({moment.harm} harm)"


def trial_line(trial: Row) -> str:
    """The line of a trial: how many scenarios have which status, or why there is no answer."""
    words = ", ".join(f"{count} {status}" for status, count in Counter(dict(trial["counts"])).most_common())
    result = words or f"unknown: {trial['reason']}"
    suite, lock = trial["suite"][:HASH], trial["lock"][:HASH]
    return f"{trial['started']}  {trial['engine']}  suite {suite}  lock {lock}  {result}"


def changed_lines(changed: Mapping[str, Sequence[Moment]]) -> list[str]:
    """The scenarios that did not always do the same, each with its turns."""
    lines = [
        f"  {printable(name, LONGEST_NAME)}: "
        + " → ".join(f"{printable(moment.word, LONGEST)} ({moment.started})" for moment in of_scenario)
        for name, of_scenario in changed.items()
    ]
    return lines or ["no outcome has changed"]
