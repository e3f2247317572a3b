"""The reports: what is derived from the trials, written as files that a program or a person reads."""

import json
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from tfcompat.ask import claims as judging
from tfcompat.ask.claims import Claim
from tfcompat.errors import TfcompatError
from tfcompat.files import write_file
from tfcompat.outcomes import Status, Trial
from tfcompat.rendering import render
from tfcompat.table import frame as table
from tfcompat.table import inventory
from tfcompat.trials.store import newest, speaking

#: Colours of the statuses in pictures, light and dark: told apart by lightness too, and each beside its symbol.
COLOURS: dict[Status, tuple[str, str]] = {
    Status.WORKS: ("#2b7a4b", "#3fa268"),
    Status.DIFFERS: ("#c98500", "#e0a030"),
    Status.MISSING: ("#c9ced6", "#3a404a"),
    Status.FAILS: ("#b3261e", "#e2605a"),
    Status.CRASHES: ("#5b1a5e", "#b277b6"),
    Status.HANGS: ("#27408b", "#7f9be8"),
    Status.UNKNOWN: ("#ffffff", "#14171c"),
}


#: How many changes of a release, and names that share one, the inventory's page tells.
MOST_CHANGES, MOST_ALIASES = 60, 3
#: The groups that the project is named for; the picture shows these.
THEMES = ("imports", "adapt", "readapt", "map")


def write(trials: Sequence[Trial], folder: Path, engine: str | None = None, claims: Sequence[Claim] = ()) -> list[Path]:
    """Derive every report from all trials and write them into a folder; the paths. ``engine`` chooses whose trials speak.

    The verdicts on ``claims`` are a report too, where there are any.

    Raises TfcompatError where the folder cannot be written, or no trial is of that engine.
    """
    chosen = list(newest(trials, engine).values()) if engine else speaking(trials)
    if not chosen:
        raise TfcompatError(f"no trial is of the {engine} engine: make some with tfcompat run --engine {engine}")
    frame = table.long(chosen)
    support = table.support(chosen, frame)
    taken = inventory.taken(chosen)
    makers: dict[str, Callable[[Path], object]] = {
        "table.csv": lambda path: table.wide(frame).to_csv(path, lineterminator="\n"),
        "outcomes.csv": lambda path: frame.to_csv(path, index=False, lineterminator="\n"),
        "outcomes.parquet": lambda path: frame.to_parquet(path, index=False),
        "support.json": lambda path: path.write_text(
            json.dumps(support, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        ),
        "engines.csv": lambda path: engines(trials).to_csv(path, index=False, lineterminator="\n"),
        "README.md": lambda path: path.write_text(markdown(chosen, frame, support), encoding="utf-8"),
        "matrix.svg": lambda path: path.write_text(picture(frame), encoding="utf-8"),
        "matrix-dark.svg": lambda path: path.write_text(picture(frame, dark=True), encoding="utf-8"),
        "inventory.csv": lambda path: inventory.frame(taken).to_csv(path, index=False, lineterminator="\n"),
        "inventory.md": lambda path: path.write_text(inventory_page(taken), encoding="utf-8"),
    }
    if claims:
        makers["claims.json"] = lambda path: path.write_text(verdicts(frame, claims), encoding="utf-8")
    return [write_file(folder / name, make) for name, make in makers.items()]


def verdicts(frame: pd.DataFrame, claims: Sequence[Claim]) -> str:
    return json.dumps(judging.document(judging.judged(frame, claims)), indent=1, ensure_ascii=False) + "\n"


def engines(trials: Sequence[Trial]) -> pd.DataFrame:
    """Where the newest whole trials of the two engines, of one suite, disagree; empty where they agree or only one ran."""
    whole = [trial for trial in trials if trial.reason is None]
    docker, local = (newest(whole, engine) for engine in ("docker", "local"))
    both = [cell for cell in docker if cell in local and docker[cell].subject.suite == local[cell].subject.suite]
    return table.disagreements(table.long([docker[cell] for cell in both]), table.long([local[cell] for cell in both]))


def markdown(trials: Sequence[Trial], frame: pd.DataFrame, support: dict[str, Any]) -> str:
    """The table for a code host: the groups, then of each the ranges first and its cells behind them."""
    scenarios = [{"id": name, **facts} for name, facts in support["scenarios"].items()]
    groups = [(group, list(rows)) for group, rows in groupby(scenarios, key=lambda one: one["group"])]
    wide = table.wide(table.of_minors(frame))
    return render(
        "README.md.jinja",
        columns_of=lambda members: merged(wide.loc[[one["id"] for one in members]]),
        cells=len(trials),
        trials=sorted(trials, key=table.order),
        groups=groups,
        statuses=Status,
        symbol_of=lambda name, cell: Status(str(wide.at[name, cell])).symbol,
        oldest=min(trial.subject.started for trial in trials),
        newest=max(trial.subject.started for trial in trials),
    )


def merged(wide: pd.DataFrame) -> list[dict[str, str]]:
    """The columns of some rows, neighbours that are the same in every row as one: a cell of them, and what heads them."""
    found: list[dict[str, str]] = []
    for cell, name in zip(wide.columns, column_names(wide), strict=True):
        if found and wide[cell].equals(wide[found[-1]["cell"]]):
            found[-1]["name"] = f"{found[-1]['name'].split(' – ')[0]} – {name}"
        else:
            found.append({"cell": str(cell), "name": name})
    return found


def picture(frame: pd.DataFrame, *, dark: bool = False) -> str:
    """A picture of the table as an SVG: a square for each cell, on a light ground or on a dark one."""
    wide = pictured(table.wide(table.of_minors(frame)))
    rows = [
        {
            "id": name,
            "group": name.split("::")[0],
            "label": name.split("::", 1)[1],
            "statuses": [Status(value) for value in values],
        }
        for name, values in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    columns = column_names(wide)
    groups = [(group, list(members)) for group, members in groupby(rows, key=lambda one: one["group"])]
    colours = {status: pair[dark] for status, pair in COLOURS.items()}
    return render("matrix.svg.jinja", columns=columns, groups=groups, colours=colours, dark=dark)


def pictured(wide: pd.DataFrame) -> pd.DataFrame:
    """The rows that a picture has room for: of the four themes those that change between releases, where there are any."""
    changes = wide.nunique(axis=1) > 1
    themes = wide.index.str.split("::").str[0].isin(THEMES)
    for chosen in (changes & themes, changes):
        if chosen.any():
            return wide[chosen]
    return wide


def column_names(wide: pd.DataFrame) -> list[str]:
    """What heads each column: the release, or the whole cell where a release has several."""
    names = [str(cell).removeprefix("tf") for cell in wide.columns]
    short = [name.split("-")[0] for name in names]
    return short if len(set(short)) == len(short) else names


def inventory_page(taken: Sequence[inventory.Inventory]) -> str:
    """What changed among the public names from each release to the next, bounded, for a code host."""
    return render("inventory.md.jinja", steps=inventory.steps(taken), most=MOST_CHANGES, aliases=MOST_ALIASES)


def for_terminal(trials: Sequence[Trial], fancy: bool) -> str:
    """The table of some trials as text: a symbol a cell, and what the symbols mean; ``fancy`` colours them."""
    import click

    frame = table.long(trials)
    if frame.empty:
        return "no scenario has an answer"
    wide = table.wide(frame)
    columns = column_names(wide)
    width = max(len(name) for name in wide.index)
    colour = {
        Status.WORKS: "green",
        Status.DIFFERS: "yellow",
        Status.FAILS: "red",
        Status.CRASHES: "magenta",
        Status.HANGS: "blue",
    }
    lines = [" " * width + "  " + "  ".join(columns)]
    for name, values in zip(wide.index, wide.to_numpy(), strict=True):
        cells = [
            click.style(
                Status(value).symbol.center(len(column)), fg=colour.get(Status(value)) if fancy else None, reset=fancy
            )
            for value, column in zip(values, columns, strict=True)
        ]
        lines.append(name.ljust(width) + "  " + "  ".join(cells).rstrip())
    lines.append("")
    lines.append("  ".join(f"{status.symbol} {status}" for status in Status))
    return "\n".join(lines)
