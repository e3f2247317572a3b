"""tfcompat answers: the questions that people ask, answered from the table."""

import click

from tfcompat.commands.clone import require_clone
from tfcompat.commands.evidence import known_scenarios, table_of
from tfcompat.files import write_text
from tfcompat.project import Project
from tfcompat.questions import answers as questions
from tfcompat.suite import recipes


@click.command()
@click.option("--write", is_flag=True, help="Write them to docs/answers.md instead of printing them.")
@click.pass_obj
def answers(project: Project, write: bool) -> None:
    """Answer the questions from the trials: ranges, links, and recipes with the releases on which they work."""
    if write:
        require_clone(project, "tfcompat answers --write")
    asked = questions.load(project.questions)
    table = table_of(project)
    wanted = [scenario for question in asked for scenario in question.scenarios]
    questions.require(asked, known_scenarios(project, table, wanted))
    text = questions.markdown(asked, recipes.load(project.suite / "test_recipes.py"), table, project.site)
    click.echo(write_text(project.answers, text) if write else text, nl=write)
