"""Completion in a shell: the ids of cells, scenarios and claims, from what takes no time to read."""

import json
import tomllib
from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

from tfcompat import project as projects
from tfcompat.commands.door import door_if_kept
from tfcompat.errors import TfcompatError
from tfcompat.project import Project
from tfcompat.select import cells, releases, variants

#: Completes a parameter: given the context, the parameter and the beginning that was typed.
Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def cells_of(project: Project) -> set[str]:
    """The cells of the releases, and those that have a lock."""
    locked = {path.stem for path in project.locks.glob("tf*.txt")}
    known = releases.load(project.releases)
    every = cells.cells(known, python="all", variants=variants.load(project.variants))
    return locked | {cell.id for cell in every}


def scenarios_of(project: Project) -> set[str]:
    """The scenarios of the trials, if a question about them was asked before; else those of the reports."""
    if door := door_if_kept(project):
        return set(door.scenarios())
    return set(json.loads((project.reports / "support.json").read_text(encoding="utf-8"))["scenarios"])


def claims_of(project: Project) -> set[str]:
    """The claims of the documents."""
    return {claim["id"] for claim in tomllib.loads(project.claims.read_text(encoding="utf-8"))["claims"]}


def completing(names: Callable[[Project], Iterable[str]]) -> Complete:
    """Complete a parameter by some names of the project; by none where its files cannot be read."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        options = context.find_root().params
        try:
            known = sorted(names(projects.find(options.get("root"), options.get("cache"))))
        except (OSError, ValueError, LookupError, TfcompatError):
            return []
        return [CompletionItem(name) for name in known if name.startswith(incomplete)]

    return complete


complete_cell = completing(cells_of)
complete_scenario = completing(scenarios_of)
complete_claim = completing(claims_of)
