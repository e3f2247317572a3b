"""Filling a door: the tables of SQLite, made from those of pandas."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tfcompat.door import saying
from tfcompat.door.door import ANSWER, FACTS, Door
from tfcompat.door.saying import Said, Vocabulary
from tfcompat.outcomes import Subject
from tfcompat.table.frame import Table

#: The columns of a trial that come from its row in the table as they are.
OF_TRIAL = (*Subject.__dataclass_fields__, "channel", "keras", "reason", "message", "seconds", "set", "file")
FLAGS = ("current", "stands_for_minor", "confirmed")
#: An outcome of a trial is the last run of its cell and engine (``sequence``) that began until then, of those scenarios
#: that the trial was ``asked``. So a trial that repeats the one before takes a row of ``trials`` and nothing else.
SCHEMA = f"""
create table trials (
    number integer primary key, {", ".join(f'"{name}"' for name in OF_TRIAL)},
    versions, current integer, stands_for_minor integer, confirmed integer, sequence integer, list integer, digest, counts
);
create index of_cell on trials (cell);
create index of_current on trials (number) where current;
create table scenarios (
    number integer primary key, scenario unique, place integer, {", ".join(f'"{name}"' for name in FACTS)}
);
create table asked (list integer, place integer, scenario integer, primary key (list, scenario)) without rowid;
create table answers (number integer primary key, same integer, {", ".join(ANSWER)});
create table runs (
    sequence integer, scenario integer, first integer, answer integer, primary key (sequence, scenario, first)
) without rowid;
create table paths (name primary key, root) without rowid;
create table listings (root, name, cell, primary key (root, name, cell)) without rowid;
create table locks (digest primary key, pins) without rowid;
create table flaky (cell, scenario, started, primary key (cell, scenario, started)) without rowid;
"""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What a revision of the project has beside its trials: locks by digest, and the outcomes that do not repeat."""

    locks: Mapping[str, Mapping[str, str]]
    flaky: Collection[tuple[str, str, str]]


NOTHING = Beside(locks={}, flaky=())


def in_memory(table: Table, beside: Beside = NOTHING) -> Door:
    """A door that no file has."""
    connection = sqlite3.connect(":memory:")
    fill(connection, table, beside)
    return Door(connection)


def write(path: Path, table: Table, beside: Beside = NOTHING) -> None:
    """Write a door as a new file."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        fill(connection, table, beside)
    finally:
        connection.close()


def fill(connection: sqlite3.Connection, table: Table, beside: Beside = NOTHING) -> None:
    """Put a table into an empty database."""
    connection.executescript(SCHEMA)
    vocabulary, said = saying.read(table.outcomes)
    sequences = sequences_of(table.trials)
    lists = {
        scenarios: number for number, scenarios in enumerate({(): 0} | {row.scenarios: 0 for row in said.values()})
    }
    insert(connection, "scenarios", scenario_rows(table, vocabulary.scenarios))
    insert(connection, "answers", answer_rows(vocabulary))
    insert(connection, "trials", trial_rows(table.trials, sequences, said, lists, vocabulary.said((), ())))
    insert(connection, "asked", asked_rows(lists))
    insert(connection, "runs", saying.runs(sequences, said))
    insert_names(connection, table.names)
    insert(connection, "locks", [(digest, json.dumps(dict(pins))) for digest, pins in beside.locks.items()])
    insert(connection, "flaky", beside.flaky)
    connection.commit()


def insert(connection: sqlite3.Connection, name: str, rows: Iterable[Iterable[Any]]) -> None:
    rows = iter(rows)
    first = next(rows, None)
    if first is not None:
        values = tuple(first)
        query = f"insert into {name} values ({', '.join('?' * len(values))})"  # noqa: S608
        connection.execute(query, values)
        connection.executemany(query, map(tuple, rows))


def scenario_rows(table: Table, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Each scenario that any trial was asked: its number, id, place in the table and facts, none where it is not in it."""
    places = {str(name): place for place, name in enumerate(table.scenarios.index)}
    facts = dict(zip(places, table.scenarios[list(FACTS)].itertuples(index=False, name=None), strict=True))
    nothing = ("",) * len(FACTS)
    for number, name in enumerate([*names, *(name for name in places if name not in set(names))]):
        yield number, name, places.get(name), *map(str, facts.get(name, nothing))


def answer_rows(vocabulary: Vocabulary) -> Iterator[tuple[Any, ...]]:
    """Each different answer: its number, the one that all share which say the same, and its texts."""
    for number, (meaning, texts) in enumerate(zip(vocabulary.meanings, vocabulary.answers, strict=True)):
        yield number, meaning, *texts


def sequences_of(trials: pd.DataFrame) -> dict[int, int]:
    """A number for the cell and engine of each trial, by the trial's number."""
    codes = pd.factorize(trials["cell"].astype(str) + "\0" + trials["engine"].astype(str))[0]
    return dict(zip(trials.index.tolist(), codes.tolist(), strict=True))


def trial_rows(
    trials: pd.DataFrame,
    sequences: Mapping[int, int],
    said: Mapping[int, Said],
    lists: Mapping[tuple[int, ...], int],
    nothing: Said,
) -> Iterator[tuple[Any, ...]]:
    """Each trial with what it said; one without outcomes said ``nothing``."""
    columns = [trials[name].tolist() for name in (*OF_TRIAL, "versions", *FLAGS)]
    for (number, sequence), (*facts, versions, current, stands, confirmed) in zip(
        sequences.items(), zip(*columns, strict=True), strict=True
    ):
        of_trial = said.get(number, nothing)
        flags = int(current), int(stands), int(bool(confirmed)), sequence, lists[of_trial.scenarios]
        yield number, *facts, json.dumps(versions), *flags, of_trial.digest, of_trial.counts


def asked_rows(lists: Mapping[tuple[int, ...], int]) -> Iterator[tuple[int, int, int]]:
    """The scenarios of each list in its order."""
    for scenarios, number in lists.items():
        yield from ((number, place, scenario) for place, scenario in enumerate(scenarios))


def insert_names(connection: sqlite3.Connection, names: pd.DataFrame) -> None:
    """The names of the inventories: which cell lists which, and below which root the last of them does."""
    listings = names[["root", "name", "cell"]].drop_duplicates()
    insert(connection, "listings", listings.itertuples(index=False, name=None))
    paths = names.loc[names["name"] != "", ["name", "root"]].drop_duplicates("name", keep="last")
    insert(connection, "paths", paths.itertuples(index=False, name=None))
