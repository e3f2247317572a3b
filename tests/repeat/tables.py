"""The tables of repeated runs in docs/reliability.md: the settings, and what the last measured runs found.

``measured.json`` has what ``tfcompat run --repeat N --json`` printed of real releases, a list of such documents.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tfcompat.commands.measure.repeat import settings
from tfcompat.commands.measure.repeat.settings import TURKISH, Name, Place

MEASURED = Path(__file__).with_name("measured.json")
#: A machine that can have every setting.
EVERYWHERE = Place(is_local=True, locales=frozenset({TURKISH}))
#: The seed that the table names.
SEED = 1


def tables() -> str:
    """Both tables, as Markdown."""
    return "\n".join((*of_settings(), "", *of_runs(), ""))


def of_settings() -> Iterator[str]:
    """The settings in which a cell runs, in their order."""
    container = settings.left_out(Place(is_local=False))
    yield "| setting | what is other than always | in a container |"
    yield "| --- | --- | --- |"
    for name in Name:
        words = settings.setting(name, SEED, EVERYWHERE).words.replace("<", "&lt;")
        yield f"| {name} | {words} | {f'no: {container[name]}' if name in container else 'yes'} |"
    yield f"| order of seed {SEED + 1}, {SEED + 2}, … | the order | yes |"


def of_runs() -> Iterator[str]:
    """What the measured runs found: a row a run and setting."""
    yield "| cells | engine | setting | rows unlike the first, not marked | marked | without an answer |"
    yield "| --- | --- | --- | ---: | ---: | ---: |"
    for document in json.loads(MEASURED.read_text(encoding="utf-8")):
        yield from of_run(document)


def of_run(document: Mapping[str, Any]) -> Iterator[str]:
    settings_held = list(document["settings"])[1:]
    lacking = sum(row["scenarios"] for row in document["lacking"] if row["setting"] in settings_held)
    each = (document["compared"] + lacking) // len(settings_held)
    cells = f"{', '.join(document['cells'])} ({each:,} rows)"
    for name in settings_held:
        unlike = [row for row in document["differences"] if name in row["unlike"]]
        marked = sum(row["marked"] is not None for row in unlike)
        without = sum(row["scenarios"] for row in document["lacking"] if row["setting"] == name)
        yield f"| {cells} | {document['engine']} | {name} | {len(unlike) - marked} | {marked} | {without} |"
