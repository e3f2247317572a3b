"""tfcompat claims: the verdict of the table on each claim of the documents."""

import json
from collections.abc import Iterator, Sequence

import click

from tfcompat.ask import claims as judging
from tfcompat.ask.claims import Claim, Verdict
from tfcompat.commands.completion import complete_claim
from tfcompat.commands.evidence import known_scenarios, table_of
from tfcompat.commands.options import json_option
from tfcompat.errors import SelectionError
from tfcompat.project import Project

#: What the lines below a claim begin with, and the characters of an observation in one.
INDENT, LONGEST = " " * 8, 120


@click.command()
@click.argument("names", metavar="[CLAIM]...", nargs=-1, shell_complete=complete_claim)
@click.option("--document", metavar="NAME", help="Only the claims of one document.")
@json_option
@click.pass_obj
def claims(project: Project, names: tuple[str, ...], document: str | None, as_json: bool) -> None:
    """Judge the claims of the documents by the trials: all, or those named, these with what they rest on."""
    chosen = select(judging.load(project.claims), names, document)
    table = table_of(project)
    wanted = [scenario for claim in chosen for scenario in claim.scenarios]
    judging.require(chosen, known_scenarios(project, table, wanted))
    verdicts = judging.judged(table, chosen)
    if as_json:
        click.echo(json.dumps(judging.document(verdicts), indent=1))
    else:
        click.echo("\n".join(lines(verdicts, detailed=bool(names))))


def select(known: Sequence[Claim], names: Sequence[str], document: str | None) -> list[Claim]:
    """The claims of a document, and of these the ones named. Raises SelectionError where there is no such name."""
    documents = list(dict.fromkeys(claim.document for claim in known))
    if document is not None and document not in documents:
        raise SelectionError(f"--document {document!r} is not one of {', '.join(documents)}")
    of_document = [claim for claim in known if document in (None, claim.document)]
    if strangers := sorted(set(names) - {claim.id for claim in of_document}):
        raise SelectionError(f"there is no claim {', '.join(strangers)}: tfcompat claims lists them")
    return [claim for claim in of_document if not names or claim.id in names]


def lines(verdicts: Sequence[Verdict], *, detailed: bool) -> Iterator[str]:
    """A line a claim: id, verdict, text; ``detailed`` adds how it was read and the outcomes that it rests on."""
    width = max((len(verdict.words) for verdict in verdicts), default=0)
    for verdict in verdicts:
        yield f"{verdict.claim.id:7} {verdict.words:{width}}  {verdict.claim.text}"
        if verdict.no_answer_on and verdict.no_answer_on not in verdict.words:
            yield f"{INDENT}left out, no answer: {verdict.no_answer_on}"
        if detailed:
            yield from (f"{INDENT}{line}" for line in details(verdict))


def details(verdict: Verdict) -> Iterator[str]:
    """How a claim was read, and the outcomes that its verdict rests on."""
    yield from filter(None, (verdict.claim.title, verdict.claim.reading))
    for outcome in judging.grouped(verdict.evidence):
        cells, observed = outcome["cells"], outcome["observed"]
        where = cells[0] if len(cells) == 1 else f"{cells[0]} … {cells[-1]}"
        text = "" if observed is None else f" {json.dumps(observed)[:LONGEST]}"
        yield f"{outcome['scenario']}: {outcome['status']} on {where}{text}"
