"""tfcompat ask: the answers to a pasted error, traceback, import or question."""

import sys
from collections.abc import Iterator

import click

from tfcompat import ask as api
from tfcompat.commands.door import evidence_of
from tfcompat.commands.options import json_option
from tfcompat.errors import SelectionError
from tfcompat.escape import printable, shortened
from tfcompat.outcomes import Harm
from tfcompat.project import Project
from tfcompat.publish.statuses import QUIET
from tfcompat.questions.search.answer import Answer

#: Characters of a sentence, and of a line of code.
LONGEST, LONGEST_CODE = 400, 400


@click.command()
@click.argument("text", nargs=-1)
@click.option(
    "--on", metavar="WHICH", help="The releases that it is about: 2.4 (its last patch), 2.4..2.6, '>=2.4,<2.7'."
)
@json_option
@click.pass_obj
def ask(project: Project, text: tuple[str, ...], on: str | None, as_json: bool) -> None:
    """Answer TEXT: an error line, a traceback, an import or a question, as it was pasted; - reads it from standard input.

    The best answer comes first: where it is so, what to write instead, and the address of its page.
    """
    pasted = sys.stdin.read() if text == ("-",) else " ".join(text)
    if not pasted.strip():
        raise SelectionError("nothing is asked: give an error line or a question, or - to read it from standard input")
    found = api.ask(evidence_of(project), pasted, on)
    for note in found.notes:
        click.echo(note, err=True)
    if as_json:
        click.echo(api.as_json(found))
    elif found.answers:
        click.echo("\n\n".join("\n".join(lines(number, answer)) for number, answer in enumerate(found.answers, 1)))
    else:
        raise SelectionError(
            "nothing that was measured has any of these words: tfcompat list scenarios has all that was asked"
        )


def lines(number: int, answer: Answer) -> Iterator[str]:
    """An answer as a person reads it."""
    harm = "" if not answer.harm or Harm(answer.harm) in QUIET else f"  ({answer.harm} harm)"
    yield f"{number}. {printable(answer.says, LONGEST)}{harm}"
    if not all(part in answer.says for part in answer.where.split(", ")):
        yield f"   {printable(answer.where, LONGEST)}"
    yield from (f"   {printable(more, LONGEST)}" for more in answer.more)
    if answer.instead:
        yield "   write:"
        yield from (f"     {line.rstrip()}" for line in map(plain, answer.instead.split("\n")))
    if answer.page:
        yield f"   {answer.page}"


def plain(line: str) -> str:
    """A line of code with its spaces, and nothing that a terminal obeys."""
    shown = (letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line)
    return shortened("".join(shown), LONGEST_CODE)
