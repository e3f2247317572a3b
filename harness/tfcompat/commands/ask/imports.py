"""tfcompat imports: where each import path of a name works, or the fewest that work on a range of releases."""

from collections.abc import Iterator, Sequence

import click

from tfcompat import ask
from tfcompat.commands.door import evidence_of
from tfcompat.commands.options import json_option
from tfcompat.commands.terminal import show
from tfcompat.escape import printable
from tfcompat.outcomes import Status
from tfcompat.project import Project
from tfcompat.questions.paths.imports import ImportPath

#: Characters of a path in a line.
LONGEST = 300


@click.command()
@click.argument("name")
@click.option(
    "--tf",
    metavar="WHICH",
    help="Print the import that works on all of these releases, or the shortest try and except: '>=2.4,<2.22', 2.4..2.21.",
)
@json_option
@click.pass_obj
def imports(project: Project, name: str, tf: str | None, as_json: bool) -> None:
    """Say where each import path that ends in NAME works, for example of Normalization."""
    found = ask.imports(evidence_of(project), name, tf)
    for note in found.notes:
        click.echo(note, err=True)
    if as_json:
        click.echo(ask.as_json(found))
    elif found.chain:
        click.echo(found.code)
    else:
        show(lines(found.paths), bold=True)
        cells = {cell for path in found.paths for part in path.ranges for cell in part.tested}
        click.echo(f"tested on {len(cells)} cells, as pip installs them; for variants see tfcompat where", err=True)


def lines(paths: Sequence[ImportPath]) -> Iterator[str]:
    """Each path with where it works and then where not, with what was raised there; that of most cells comes first."""
    for path in sorted(paths, key=lambda path: -working(path)):
        yield f"{printable(path.path, LONGEST)}{'' if path.how == 'imported' else '  (listed, not imported)'}"
        raised = {span: printable(text, LONGEST) for text, span in path.raised}
        for word, span in sorted(path.spans.items(), key=lambda said: said[0] != Status.WORKS):
            error = f": {raised.pop(span)}" if span in raised else ""
            yield f"  {printable(word, LONGEST)}  {span}{error}"
        yield from (f"    on {span}: {text}" for span, text in raised.items())


def working(path: ImportPath) -> int:
    """On how many cells a path works."""
    return sum(len(part.tested) for part in path.ranges if part.status is Status.WORKS)
