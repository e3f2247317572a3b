"""tfcompat claims: what the table says to each claim of the documents."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tfcompat.errors import SelectionError, TfcompatError
from tfcompat.project import Project

if TYPE_CHECKING:
    from tfcompat.ask.claims import Claim, Verdict
    from tfcompat.outcomes import Trial


@click.command()
@click.argument("names", metavar="[CLAIM]...", nargs=-1)
@click.option("--document", metavar="NAME", help="Only the claims of one document.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def claims(project: Project, names: tuple[str, ...], document: str | None, as_json: bool) -> None:
    """Judge the claims of the documents by the trials: all, or those named, these with what they rest on."""
    from tfcompat.ask import claims as judging
    from tfcompat.table import frame as table

    chosen = selected(judging.load(project.claims), names, document)
    frame = table.long(trials_of(project))
    judging.require(
        chosen, known(project, set(frame["scenario"]), [one for claim in chosen for one in claim.scenarios])
    )
    verdicts = judging.judged(frame, chosen)
    if as_json:
        click.echo(json.dumps(judging.document(verdicts), indent=1))
    else:
        click.echo("\n".join(lines(verdicts, detailed=bool(names))))


def selected(claims: "Sequence[Claim]", names: Sequence[str], document: str | None) -> "list[Claim]":
    """The claims of a document, and of these the ones named. Raises SelectionError where a name is none."""
    documents = list(dict.fromkeys(claim.document for claim in claims))
    if document is not None and document not in documents:
        raise SelectionError(f"--document {document!r} is none of {', '.join(documents)}")
    of_document = [claim for claim in claims if document in (None, claim.document)]
    if strangers := sorted(set(names) - {claim.id for claim in of_document}):
        raise SelectionError(f"there is no claim {', '.join(strangers)}: tfcompat claims lists them")
    return [claim for claim in of_document if not names or claim.id in names]


def claims_of(project: Project) -> "Sequence[Claim]":
    """The claims of a project; a project need not have any."""
    from tfcompat.ask.claims import load

    return load(project.claims) if project.claims.exists() else ()


def trials_of(project: Project) -> "list[Trial]":
    """The trial that speaks for each cell. Raises TfcompatError where there is none."""
    from tfcompat.trials.store import Store, speaking

    trials = speaking(Store(project.trials).read())
    if not trials:
        raise TfcompatError(f"there are no trials in {project.trials}: make some with tfcompat run")
    return trials


def known(project: Project, asked: set[str], wanted: Sequence[str]) -> set[str]:
    """The scenarios that exist: those that a trial asked, and, where one is wanted that none asked, those of the suite."""
    from tfcompat.run.workshop import Workshop
    from tfcompat.suite import catalogue

    if asked.issuperset(wanted):
        return asked
    program = Workshop(project=project, engine_name="local").program
    return asked | {row["id"] for row in catalogue.scenarios(program)}


def lines(verdicts: "Sequence[Verdict]", *, detailed: bool) -> list[str]:
    """A line a claim: id, verdict, text; ``detailed`` adds how it was read and the outcomes that it rests on."""
    width = max((len(one.words) for one in verdicts), default=0)
    found: list[str] = []
    for one in verdicts:
        found.append(f"{one.claim.id:7} {one.words:{width}}  {one.claim.text}")
        if one.no_answer_on and one.no_answer_on not in one.words:
            found.append(f"{'':7} left out, no answer: {one.no_answer_on}")
        if detailed:
            found += [f"{'':7} {line}" for line in details(one)]
    return found


def details(one: "Verdict") -> list[str]:
    from tfcompat.ask.claims import grouped

    said = [text for text in (one.claim.title, one.claim.reading) if text]
    said += [f"false on {one.false_on}"] if one.ranges and one.false_on else []
    for outcome in grouped(one.evidence):
        cells, seen = outcome["cells"], outcome["observed"]
        where = cells[0] if len(cells) == 1 else f"{cells[0]} … {cells[-1]}"
        observed = "" if seen is None else f" {json.dumps(seen)[:120]}"
        said.append(f"{outcome['scenario']}: {outcome['status']} on {where}{observed}")
    return said
