"""tfcompat answers: the questions that people ask, answered from the table."""

from pathlib import Path

import click

from tfcompat.project import Project


@click.command()
@click.option("--write", is_flag=True, help="Write them to docs/answers.md instead of printing them.")
@click.pass_obj
def answers(project: Project, write: bool) -> None:
    """Answer the questions from the trials: ranges, links, and recipes with the releases on which they work."""
    from tfcompat.ask import answers as answering
    from tfcompat.commands.claims import known, trials_of
    from tfcompat.files import write_file
    from tfcompat.suite import recipes
    from tfcompat.table import frame as table

    questions = answering.load(project.questions)
    frame = table.long(trials_of(project))
    wanted = [name for question in questions for name in question.scenarios]
    answering.require(questions, known(project, set(frame["scenario"]), wanted))
    text = answering.markdown(questions, recipes.load(project.suite / "test_recipes.py"), frame)

    def make(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    click.echo(write_file(project.answers, make) if write else text, nl=write)
