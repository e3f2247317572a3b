"""Loads: what some releases make of the models that others saved, as the published grid has it."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Literal

from msgspec import Struct

from tfcompat.errors import DataError, SelectionError
from tfcompat.outcomes import Status
from tfcompat.select import releases
from tfcompat.select.releases import Measured

#: What the form of a model is called: its model, by how the name begins, then the way in which it is saved.
MODELS: Mapping[str, str] = {
    "": "Normalization, Dense",
    "normalization_": "Normalization",
    "batch_normalization_": "BatchNormalization",
    "layer_normalization_": "LayerNormalization",
}
#: What a reader says where the model loads and has none of what was saved, or not the statistics.
LOST = ('"the statistics are lost"', '"nothing was loaded"')
#: What grids call a wrong prediction that are older than harm.
OF_OLD = {"differs": Status.WRONG}
#: The columns of the grid that are read here.
NEEDED = ("form", "writer", "reader", "stage", "status", "saved", "loaded", "reason", "message")
#: The row of the grid as it is in the file.
GridRow = Mapping[str, str]


class LoadResult(StrEnum):
    """What became of a saved model, from the best to what nobody knows."""

    RIGHT = "right"
    WRONG = "wrong"
    LOST = "lost"
    FAILS = "fails"
    NOT_SAVED = "not saved"
    UNKNOWN = "not measured"


class Loaded(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model that one cell saved in one ``format``, and what another made of it.

    ``saved`` and ``loaded`` are the predictions as JSON text, before and after; ``message`` is what was raised, or why
    nothing is known.
    """

    model: str
    format: str
    writer: str
    reader: str
    result: LoadResult
    saved: str
    loaded: str
    message: str


class Loads(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the releases ``readers`` make of what the releases ``writers`` saved.

    ``counts`` is by result over all ``pairs``. ``not_measured`` are the releases that were asked for and that the grid
    does not have; ``notes`` say how the releases were read.
    """

    schema: Literal[1]
    writers: list[str]
    readers: list[str]
    models: list[str]
    counts: dict[LoadResult, int]
    pairs: list[Loaded]
    not_measured: dict[Literal["writers", "readers"], list[str]]
    notes: list[str]


@dataclass(frozen=True, kw_only=True)
class Role:
    """The cells of a grid that write, or that read, of the releases that a text names, and the releases that lack one."""

    cells: Mapping[str, str]
    lacking: Sequence[str]
    notes: Sequence[str]


def read(path: Path) -> list[GridRow]:
    """The rows of a ``grid.csv``. Raises DataError where it is not there, or not one."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows: list[GridRow] = list(csv.DictReader(file, strict=True))
    except FileNotFoundError as error:
        raise DataError(f"{path} is not there: make it with tfcompat grid run and tfcompat grid report") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise not_a_grid(path, str(error)) from error
    if not rows or any(row.get(name) is None for row in rows for name in NEEDED):
        raise not_a_grid(path, f"it has no {', '.join(NEEDED)}")
    if strange := {row["status"] for row in rows} - {*Status, *OF_OLD}:
        raise not_a_grid(path, f"{min(strange)!r} is not a status")
    return rows


def not_a_grid(path: Path, why: str) -> DataError:
    return DataError(f"{path} is not a grid ({why}): make it with tfcompat grid report")


def loads(
    rows: Sequence[GridRow], writers: str, readers: str, model: str | None = None, known: Iterable[str] = ()
) -> Loads:
    """What the grid has of what some releases saved and others loaded, of one model or of all.

    ``writers`` and ``readers`` name releases as ``--tf`` does: of a range the last patch of each minor. ``known`` are the
    releases there are beside those of the grid. Raises SelectionError where a text names no release, or no model.
    """
    every = releases.numbered([*known, *(release_of(row[role]) for row in rows for role in ("writer", "reader"))])
    writing, reading = (role_of(rows, role, text, every) for role, text in (("writer", writers), ("reader", readers)))
    models = [model_named(rows, model)] if model is not None else models_of(rows)
    pairs = [
        loaded_of(row)
        for row in rows
        if row["writer"] in writing.cells and row["reader"] in reading.cells and parts(row["form"])[0] in models
    ]
    counts = Counter(pair.result for pair in pairs)
    return Loads(
        schema=1,
        writers=list(dict.fromkeys(writing.cells.values())),
        readers=list(dict.fromkeys(reading.cells.values())),
        models=models,
        counts={result: counts[result] for result in LoadResult},
        pairs=pairs,
        not_measured={"writers": list(writing.lacking), "readers": list(reading.lacking)},
        notes=list(dict.fromkeys([*writing.notes, *reading.notes])),
    )


def role_of(rows: Iterable[GridRow], role: str, wanted: str, every: Sequence[Measured]) -> Role:
    """The cells in a role of the releases that a text names. Raises SelectionError where it names none."""
    chosen = [str(release.version) for release in releases.named(every, wanted)]
    cells = {row[role]: release_of(row[role]) for row in rows}
    here = {cell: release for cell, release in cells.items() if release in chosen}
    return Role(
        cells=here,
        lacking=[release for release in chosen if release not in here.values()],
        notes=list(releases.said(every, wanted)),
    )


def release_of(cell: str) -> str:
    """The release of a cell's id: ``2.15.1`` of ``tf2.15.1-py3.11``."""
    return cell.removeprefix("tf").partition("-py")[0]


def parts(form: str) -> tuple[str, str]:
    """The model of a form, and the way in which it is saved."""
    prefix = max((prefix for prefix in MODELS if form.startswith(prefix)), key=len)
    return MODELS[prefix], form.removeprefix(prefix)


def models_of(rows: Iterable[GridRow]) -> list[str]:
    """The models of a grid, in its order."""
    return list(dict.fromkeys(parts(form)[0] for form in dict.fromkeys(row["form"] for row in rows)))


def model_named(rows: Iterable[GridRow], wanted: str) -> str:
    """The model that a text names, in whatever case. Raises SelectionError where there is none."""
    models = models_of(rows)
    by_name = {model.casefold(): model for model in models}
    if wanted.casefold() in by_name:
        return by_name[wanted.casefold()]
    near = get_close_matches(wanted.casefold(), by_name, n=1)
    meant = [by_name[name] for name in near] or [repr(model) for model in models]
    raise SelectionError(f"no model of the grid is called {wanted!r}: did you mean {', '.join(meant)}?")


def loaded_of(row: GridRow) -> Loaded:
    model, way = parts(row["form"])
    return Loaded(
        model=model,
        format=way,
        writer=row["writer"],
        reader=row["reader"],
        result=result_of(row),
        saved=row["saved"],
        loaded=row["loaded"],
        message=row["message"] or row["reason"],
    )


def result_of(row: GridRow) -> LoadResult:
    """What became of a model. Where nothing was saved, no reader could load it."""
    status = OF_OLD.get(row["status"]) or Status(row["status"])
    if status is Status.UNKNOWN:
        return LoadResult.UNKNOWN
    if row["stage"] == "write":
        return LoadResult.NOT_SAVED
    if status is Status.WRONG:
        return LoadResult.LOST if row["loaded"] in LOST else LoadResult.WRONG
    return LoadResult.RIGHT if status in (Status.WORKS, Status.ANSWERED) else LoadResult.FAILS
