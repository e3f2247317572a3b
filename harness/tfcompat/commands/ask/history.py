"""tfcompat history: what each trial of a cell found."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import click

from tfcompat.ask.lookup import named
from tfcompat.commands.completion import complete_cell, complete_scenario
from tfcompat.commands.evidence import table_of
from tfcompat.commands.options import json_option
from tfcompat.compare.history import Moment, turns
from tfcompat.compare.history import history as moments_of
from tfcompat.errors import SelectionError
from tfcompat.escape import printable
from tfcompat.project import Project
from tfcompat.table.frame import Table

#: Characters of an observation in a line, and of an id; those of a hash that tell one suite or lock from another.
LONGEST, LONGEST_NAME, HASH = 160, 200, 12


@click.command()
@click.argument("cell", shell_complete=complete_cell)
@click.argument("scenario", required=False, shell_complete=complete_scenario)
@json_option
@click.pass_obj
def history(project: Project, cell: str, scenario: str | None, as_json: bool) -> None:
    """List the trials of CELL, oldest first, and each scenario whose outcome ever changed; or every outcome of SCENARIO."""
    table = table_of(project)
    if cell not in set(table.trials["cell"]):
        raise SelectionError(f"there is no trial of {cell!r}: tfcompat list names the cells")
    moments = moments_of(table, cell)
    if scenario is not None:
        name = named(scenario, list(moments))
        moments = {name: moments[name]}
    if as_json:
        rows = {name: [vars(moment) for moment in of_scenario] for name, of_scenario in moments.items()}
        click.echo(json.dumps({"cell": cell, "scenarios": rows}, indent=1, ensure_ascii=False))
    elif scenario is not None:
        click.echo("\n".join(map(moment_line, moments[name])))
    else:
        click.echo("\n".join([*trial_lines(table, cell), *changed_lines(moments)]))


def moment_line(moment: Moment) -> str:
    """What one trial said to a scenario."""
    more = f"({moment.reason})" if moment.reason else printable(moment.observed, LONGEST)
    answer = f"{moment.status.symbol} {moment.status} {more}"
    return f"{moment.started}  {moment.engine}  suite {moment.suite[:HASH]}  {answer}".rstrip()


def trial_lines(table: Table, cell: str) -> Iterator[str]:
    """A line for each trial of a cell: how many scenarios have which status, or why there is no answer."""
    trials = table.trials[table.trials["cell"] == cell]
    statuses = table.outcomes.groupby("trial")["status"]
    for number, trial in trials.iterrows():
        counts = Counter(statuses.get_group(number)) if number in statuses.groups else Counter()
        words = ", ".join(f"{count} {status}" for status, count in counts.most_common())
        suite, lock = trial["suite"][:HASH], trial["lock"][:HASH]
        result = words or f"unknown: {trial['reason']}"
        yield f"{trial['started']}  {trial['engine']}  suite {suite}  lock {lock}  {result}"


def changed_lines(moments: Mapping[str, Sequence[Moment]]) -> list[str]:
    """The scenarios that did not always do the same, each with its turns."""
    changed = {name: turns(of_scenario) for name, of_scenario in moments.items()}
    lines = [
        f"  {printable(name, LONGEST_NAME)}: "
        + " → ".join(f"{moment.status} ({moment.started})" for moment in of_scenario)
        for name, of_scenario in changed.items()
        if len(of_scenario) > 1
    ]
    return lines or ["no outcome has changed"]
