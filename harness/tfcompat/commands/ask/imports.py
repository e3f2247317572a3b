"""tfcompat imports: where each import path of a name works."""

import json

import click

from tfcompat.ask import lookup
from tfcompat.commands.door import door_of
from tfcompat.commands.options import json_option
from tfcompat.escape import printable
from tfcompat.project import Project

#: Characters of a path in a line.
LONGEST = 300


@click.command()
@click.argument("name")
@json_option
@click.pass_obj
def imports(project: Project, name: str, as_json: bool) -> None:
    """Say where each import path that ends in NAME works, for example of Normalization."""
    paths = lookup.imports(door_of(project), name)
    if as_json:
        click.echo(json.dumps(paths, indent=1, ensure_ascii=False))
        return
    for path in paths:
        click.echo(
            f"{printable(path['path'], LONGEST)}{'' if path['how'] == 'imported' else '  (listed, not imported)'}"
        )
        for word, span in path["spans"].items():
            click.echo(f"  {printable(word, LONGEST)}  {span}")
        for text, span in path["raised"]:
            click.echo(f"  raised on {span}: {printable(text, LONGEST)}")
    cells = {cell for path in paths for part in path["ranges"] for cell in part["tested"]}
    click.echo(f"tested on {len(cells)} cells, as pip installs them; for variants see tfcompat where", err=True)
