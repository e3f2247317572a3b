"""tfcompat explain: all that is known of one outcome."""

from collections.abc import Iterator

import click

from tfcompat import ask
from tfcompat.commands.ask.where import answers, described
from tfcompat.commands.completion import complete_cell, complete_scenario
from tfcompat.commands.door import evidence_of
from tfcompat.commands.options import json_option
from tfcompat.escape import printable
from tfcompat.outcomes import Harm
from tfcompat.project import Project
from tfcompat.publish.statuses import HARMS, QUIET, TRUTH
from tfcompat.questions.explain.around import Around, Neighbour
from tfcompat.questions.explain.explained import Explained, Ran

#: Characters of a text, and lines of the traceback, that are shown at once and with --all; those of a hash that tell.
SHORT, WHOLE, FRAMES, HASH = 200, 4000, 4, 12
#: How many cells or releases a line names.
NAMED = 6


@click.command()
@click.argument("cell", shell_complete=complete_cell)
@click.argument("scenario", shell_complete=complete_scenario)
@click.option("--all", "everything", is_flag=True, help="Show whole texts and the whole traceback.")
@json_option
@click.pass_obj
def explain(project: Project, cell: str, scenario: str, everything: bool, as_json: bool) -> None:
    """Say all that is known of what SCENARIO did in CELL: what happened, what it was held against, where else it is so, which
    trial it stands in, and the command that measures it again.

    CELL is the id of a cell, or a release such as 2.4: then it is its cell as pip installs it, on the newest Python.
    """
    found = ask.explain(evidence_of(project), cell, scenario)
    for note in found.notes:
        click.echo(note, err=True)
    click.echo(ask.as_json(found) if as_json else "\n".join(lines(found, everything=everything)))


def lines(found: Explained, *, everything: bool) -> Iterator[str]:
    """An outcome as a person reads it; a screen of it, or with ``everything`` all of it."""
    longest = WHOLE if everything else SHORT
    yield printable(f"{found.scenario} in {found.cell}: {said(found.word, found.harm)}", longest)
    yield f"  {printable(found.title, longest)}"
    yield from (f"  {key}: {printable(text, longest)}" for key, text in what(found).items() if text)
    frames = [line for line in found.frames[:-1] if line[:1].isspace()]
    yield from (f"  {frame(line, longest)}" for line in (found.frames if everything else frames[-FRAMES:]))
    yield from (f"  {line}" for line in where_else(found.around))
    yield from (f"  {printable(line, longest)}" for line in evidence(found.ran))
    yield f"  again: {found.command if found.command.isprintable() else printable(found.command, WHOLE)}"


def frame(line: str, longest: int) -> str:
    """A line of a traceback, which stands in as far as it did."""
    return line[: len(line) - len(line.lstrip(" "))] + printable(line, longest)


def said(word: str, harm: Harm) -> str:
    """What an outcome is called, and what its harm is where that needs to be said."""
    return word if harm in QUIET else f"{word} ({harm} harm: {HARMS[harm]})"


def what(found: Explained) -> dict[str, str]:
    """What is asked, what happened, and what it was held against, by what it is called."""
    documented = f"{found.documented}, {TRUTH[found.documentation]}" if found.documented else ""
    return {
        found.kind or "kind": described(found.kind, found.oracle),
        "answers": answers(found.answers),
        "observed": found.observed,
        "expected": found.expected,
        "seen": found.seen,
        "documented": documented,
        "reference": found.reference,
        "source": f"scenarios/{found.source}" if found.source else "",
        "before": ", ".join(found.aliases),
        "why": found.message,
        "lacks": found.lacks,
        "raised": found.raised,
    }


def where_else(around: Around) -> Iterator[str]:
    """Where the scenario does the same, and the nearest releases that do not."""
    yield f"the same on {around.where}"
    for name, other in (("before", around.older), ("after", around.newer)):
        if other:
            yield f"{name}: {other.release} {of_neighbour(other)}"
    if around.same_release:
        texts = [f"{other.cell} {of_neighbour(other)}" for other in around.same_release]
        yield f"otherwise in the same release: {some(texts)}"
    if around.unknown:
        yield f"not known on {some(around.unknown)}"


def of_neighbour(other: Neighbour) -> str:
    return printable(other.word if other.harm in QUIET else f"{other.word} ({other.harm} harm)", SHORT)


def some(texts: list[str]) -> str:
    """Some texts on a line, and how many more there are."""
    return ", ".join(texts[:NAMED]) + (f" and {len(texts) - NAMED} more" if len(texts) > NAMED else "")


def evidence(ran: Ran) -> Iterator[str]:
    """The trial that shows the outcome, the one in which it ran, and with what."""
    versions = ", ".join(f"{name} {version}" for name, version in ran.versions.items() if version)
    yield f"trial: {ran.started} by {ran.engine}, suite {ran.suite[:HASH]}, lock {ran.lock[:HASH]}"
    if versions:
        yield f"with {versions}"
    if ran.file:
        confirmed = ", confirmed by this trial" if ran.confirmed else ""
        yield f"file: reports/trials/{ran.file}{confirmed}{'' if ran.here else ' (not here)'}"
    if ran.origin:
        yield f"reused from reports/trials/{ran.origin}, where it ran last at {ran.measured}"
    if ran.here and ran.measured:
        yield f"it took {ran.seconds:.2f} s"
