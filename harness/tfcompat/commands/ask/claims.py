"""tfcompat claims: the verdict of the table on each claim of the documents."""

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import click

from tfcompat.commands.completion import complete_claim
from tfcompat.commands.options import json_option
from tfcompat.commands.terminal import screen, show
from tfcompat.door import answers, evidence
from tfcompat.errors import SelectionError
from tfcompat.files import fingerprint
from tfcompat.project import Project

if TYPE_CHECKING:  # an answer that is kept needs no pandas
    from tfcompat.questions.claims import Claim, Verdict

#: What the lines below a claim begin with, the characters of an observation in one, and the columns of a terminal in which
#: a claim has room beside its verdict.
INDENT, LONGEST, WIDE = " " * 8, 120, 160


class Form(StrEnum):
    """How verdicts are printed: for programs, or beside or below their claims."""

    JSON = "json"
    COLUMNS = "columns"
    BELOW = "below"


@click.command()
@click.argument("names", metavar="[CLAIM]...", nargs=-1, shell_complete=complete_claim)
@click.option("--document", metavar="NAME", help="Only the claims of one document.")
@json_option
@click.pass_obj
def claims(project: Project, names: tuple[str, ...], document: str | None, as_json: bool) -> None:
    """Judge the claims of the documents by the trials: all, or those named, these with what they rest on."""
    width = screen().width
    form = Form.JSON if as_json else Form.COLUMNS if width is None or width >= WIDE else Form.BELOW
    statements = project.claims.read_bytes() if project.claims.exists() else b""
    suite = fingerprint(project.suite) if project.suite.exists() else ""
    asked: tuple[str | bytes, ...] = ("claims", form, document or "", *names, statements, suite)
    text = answers.answer(
        evidence.of_project(project), project.cache, asked, lambda: judged(project, names, document, form)
    )
    if as_json:
        click.echo(text)
    else:
        show(text.split("\n"), hang=len(INDENT))


def judged(project: Project, names: Sequence[str], document: str | None, form: Form) -> str:
    """The verdicts as they are printed. Raises SelectionError where there is no such claim or document."""
    from tfcompat.commands.evidence import known_scenarios, table_of
    from tfcompat.questions import claims as judging  # these need pandas

    chosen = select(judging.load(project.claims), names, document)
    table = table_of(project)
    wanted = [scenario for claim in chosen for scenario in claim.scenarios]
    judging.require(chosen, known_scenarios(project, table, wanted))
    verdicts = judging.judged(table, chosen)
    if form is Form.JSON:
        return json.dumps(judging.document(verdicts), indent=1)
    return "\n".join(lines(verdicts, detailed=bool(names), in_columns=form is Form.COLUMNS))


def select(known: "Sequence[Claim]", names: Sequence[str], document: str | None) -> "list[Claim]":
    """The claims of a document, and of these the ones named. Raises SelectionError where there is no such name."""
    documents = list(dict.fromkeys(claim.document for claim in known))
    if document is not None and document not in documents:
        raise SelectionError(f"--document {document!r} is not one of {', '.join(documents)}")
    of_document = [claim for claim in known if document in (None, claim.document)]
    if strangers := sorted(set(names) - {claim.id for claim in of_document}):
        raise SelectionError(f"there is no claim {', '.join(strangers)}: tfcompat claims lists them")
    return [claim for claim in of_document if not names or claim.id in names]


def lines(verdicts: "Sequence[Verdict]", *, detailed: bool, in_columns: bool = True) -> Iterator[str]:
    """A line a claim: id, verdict, text, or where these have no room as columns, the verdict below the text.

    ``detailed`` adds how it was read and the outcomes that it rests on.
    """
    width = max((len(verdict.words) for verdict in verdicts), default=0)
    for verdict in verdicts:
        if in_columns:
            yield f"{verdict.claim.id:7} {verdict.words:{width}}  {verdict.claim.text}"
        else:
            yield f"{verdict.claim.id:7} {verdict.claim.text}"
            yield f"{INDENT}{verdict.words}"
        if verdict.no_answer_on and verdict.no_answer_on not in verdict.words:
            yield f"{INDENT}left out, no answer: {verdict.no_answer_on}"
        if detailed:
            yield from (f"{INDENT}{line}" for line in details(verdict))


def details(verdict: "Verdict") -> Iterator[str]:
    """How a claim was read, and the outcomes that its verdict rests on."""
    from tfcompat.questions.claims import grouped  # it needs pandas

    yield from filter(None, (verdict.claim.title, verdict.claim.reading))
    for outcome in grouped(verdict.evidence):
        cells, observed = outcome["cells"], outcome["observed"]
        where = cells[0] if len(cells) == 1 else f"{cells[0]} … {cells[-1]}"
        text = "" if observed is None else f" {json.dumps(observed)[:LONGEST]}"
        yield f"{outcome['scenario']}: {outcome['status']} on {where}{text}"
