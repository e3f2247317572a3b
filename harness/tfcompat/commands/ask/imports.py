"""tfcompat imports: where each import path of a name works, or the fewest that work on a range of releases."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import click

from tfcompat.ask import lookup
from tfcompat.ask.paths import chain as chains
from tfcompat.ask.paths import code
from tfcompat.commands.door import door_of
from tfcompat.commands.options import json_option
from tfcompat.door.door import Door
from tfcompat.escape import printable
from tfcompat.project import Project
from tfcompat.select import releases

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
    door = door_of(project)
    if tf is not None:
        print_chain(door, name, tf, as_json=as_json)
        return
    paths = lookup.imports(door, name)
    if as_json:
        click.echo(json.dumps(paths, indent=1, ensure_ascii=False))
        return
    click.echo("\n".join(lines(paths)))
    cells = {cell for path in paths for part in path["ranges"] for cell in part["tested"]}
    click.echo(f"tested on {len(cells)} cells, as pip installs them; for variants see tfcompat where", err=True)


def print_chain(door: Door, name: str, tf: str, *, as_json: bool) -> None:
    """Print the shortest chain for a range: Python, or the chain with its code for programs."""
    found = chains.chain(door, name, tf)
    for sentence in releases.said(chains.measured(door), tf, patches=True):
        click.echo(f"TensorFlow {sentence}", err=True)
    text = code.text(found)
    click.echo(json.dumps({**asdict(found), "text": text}, indent=1, ensure_ascii=False) if as_json else text)


def lines(paths: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Each path with where it does what, and what was raised."""
    for path in paths:
        yield f"{printable(path['path'], LONGEST)}{'' if path['how'] == 'imported' else '  (listed, not imported)'}"
        yield from (f"  {printable(word, LONGEST)}  {span}" for word, span in path["spans"].items())
        yield from (f"  raised on {span}: {printable(text, LONGEST)}" for text, span in path["raised"])
