"""The commands ``tfcompat where``, ``imports`` and ``history``: questions to the committed trials."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from tfcompat.errors import SelectionError, TfcompatError
from tfcompat.project import Project

if TYPE_CHECKING:
    from tfcompat.compare.history import Moment
    from tfcompat.outcomes import Trial

#: Characters of an observation in a line.
LONGEST = 160

as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.command()
@click.argument("scenario")
@as_json_option
@click.pass_obj
def where(project: Project, scenario: str, as_json: bool) -> None:
    """Say where SCENARIO does what: the releases of each status, what was observed, and what that stands on.

    SCENARIO is an id, or a part that only one id has.
    """
    from tfcompat.ask import lookup
    from tfcompat.trials.store import speaking

    found = lookup.where(speaking(trials_of(project)), scenario)
    click.echo(json.dumps(found, indent=1, ensure_ascii=False) if as_json else "\n".join(told(found)))


def told(found: dict[str, Any]) -> list[str]:
    from tfcompat.escape import printable

    lines = [printable(found["scenario"], 300), f"  {printable(found['title'], 300)}"]
    for what in ("documented", "reference", "source"):
        if found[what]:
            lines.append(f"  {what}: {printable(found[what], LONGEST)}")
    for variant, of_one in found["variants"].items():
        lines.append(f"{variant}:")
        lines.extend(f"  {status}  {span}" for status, span in of_one["spans"].items())
        lines.extend(f"  observed on {span}: {printable(text, LONGEST)}" for text, span in of_one["observations"])
        lines.append(f"  tested on {tested(of_one['ranges'])}")
    return lines


def tested(ranges: list[dict[str, Any]]) -> str:
    cells = [cell for one in ranges for cell in one["tested"]]
    return f"{len(cells)} cells: {', '.join(cells)}" if len(cells) > 1 else ", ".join(cells)


@click.command()
@click.argument("name")
@as_json_option
@click.pass_obj
def imports(project: Project, name: str, as_json: bool) -> None:
    """Say where each import path that ends in NAME works, for example of Normalization."""
    from tfcompat.ask import lookup
    from tfcompat.escape import printable
    from tfcompat.trials.store import speaking

    found = lookup.imports(speaking(trials_of(project)), name)
    if as_json:
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{printable(one['path'], 300)}{'' if one['how'] == 'imported' else '  (listed, not imported)'}")
        for status, span in one["spans"].items():
            click.echo(f"  {status}  {span}")
    cells = {cell for one in found for part in one["ranges"] for cell in part["tested"]}
    click.echo(f"tested on {len(cells)} cells, as pip installs them; tfcompat where tells of variants", err=True)


@click.command()
@click.argument("cell")
@click.argument("scenario", required=False)
@as_json_option
@click.pass_obj
def history(project: Project, cell: str, scenario: str | None, as_json: bool) -> None:
    """Say what each trial of CELL found, oldest first: of SCENARIO, or of all, and which ever changed."""
    from tfcompat.ask.lookup import named
    from tfcompat.compare.history import history as of_trials

    trials = [trial for trial in trials_of(project) if trial.subject.cell == cell]
    if not trials:
        raise SelectionError(f"there is no trial of {cell!r}: tfcompat list names the cells")
    found = of_trials(trials)[cell]
    if scenario is not None:
        name = named(scenario, list(found))
        found = {name: found[name]}
    if as_json:
        rows = {name: [vars(one) for one in moments] for name, moments in found.items()}
        click.echo(json.dumps({"cell": cell, "scenarios": rows}, indent=1, ensure_ascii=False))
    elif scenario is not None:
        click.echo("\n".join(map(line, found[name])))
    else:
        click.echo("\n".join([*map(trial_line, trials), *changing(found)]))


def line(one: "Moment") -> str:
    from tfcompat.escape import printable

    more = f"({one.reason})" if one.reason else printable(one.observed, LONGEST)
    return f"{one.started}  {one.engine}  suite {one.suite[:12]}  {one.status.symbol} {one.status} {more}".rstrip()


def trial_line(trial: "Trial") -> str:
    counts = Counter(str(outcome.status) for outcome in trial.outcomes)
    words = ", ".join(f"{count} {status}" for status, count in counts.most_common()) or f"unknown: {trial.reason}"
    subject = trial.subject
    return f"{subject.started}  {subject.engine}  suite {subject.suite[:12]}  lock {subject.lock[:12]}  {words}"


def changing(found: Any) -> list[str]:
    """The scenarios that did not always say the same, each with its turns."""
    from tfcompat.compare.history import turns
    from tfcompat.escape import printable

    lines = []
    for name, moments in found.items():
        if len(said := turns(moments)) > 1:
            words = " → ".join(f"{one.status} ({one.started})" for one in said)
            lines.append(f"  {printable(name, 200)}: {words}")
    return lines or ["no scenario ever said anything else"]


def trials_of(project: Project) -> "list[Trial]":
    """The committed trials. Raises TfcompatError where there are none."""
    from tfcompat.trials.store import Store

    trials = Store(project.trials).read()
    if not trials:
        raise TfcompatError(f"there are no trials in {project.trials}: make some with tfcompat run")
    return trials
