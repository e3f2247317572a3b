"""tfcompat check: what the scenarios of the suite lack."""

import click

from tfcompat.commands.options import leave_if
from tfcompat.environments.uv import Uv
from tfcompat.errors import ExitCode
from tfcompat.plan import staged
from tfcompat.project import Project
from tfcompat.suite import catalogue


@click.command()
@click.argument("what", type=click.Choice(["scenarios"]))
@click.pass_obj
def check(project: Project, what: str) -> None:
    """Say what the scenarios lack: an id, a title, a reference."""
    scenarios = catalogue.scenarios(staged.program(project, Uv()))
    lacking = [f"{facts.id} ({facts.source}) lacks {lack}" for facts in scenarios for lack in catalogue.lacks(facts)]
    groups = {facts.id.split("::")[0] for facts in scenarios}
    click.echo("\n".join(lacking) or f"{len(scenarios)} {what} in {len(groups)} groups")
    leave_if(lacking, ExitCode.USAGE)
