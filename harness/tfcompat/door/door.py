"""The door itself: a SQLite database that holds a table, and what a question may ask it."""

import json
import sqlite3
import weakref
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

#: Kilobytes of pages that a door keeps in memory.
PAGES = 8192
#: What is known of an answer, and what its scenario says of itself.
ANSWER = ("status", "harm", "observed", "reason", "whose", "type", "message", "expected", "documented", "documentation")
WORDS = ("title", "reference", "source", "kind", "oracle", "answers")
#: What the newest trials say of a scenario.
FACTS = (*WORDS, "documented", "aliases", "group")

#: A row of something, by the names of its columns.
Row = Mapping[str, Any]
#: A scenario's answer in one trial: its number in ``answers``, and a number that all answers share that say the same.
Given = tuple[int, int]

#: Of each scenario that is in the table, what it did in each current trial; none where the trial was not asked it.
OF_SCENARIO = f"""
select t.cell, t.tensorflow, t.python, t.keras, t.variant, t."set", t.reason as why, t.message as because,
    {", ".join(f"a.{name}" for name in ANSWER)}
from trials t
left join answers a on a.number = (
    select r.answer from runs r
    where r.sequence = t.sequence and r.scenario = :scenario and r.first <= t.number
        and exists (select 1 from asked q where q.list = t.list and q.scenario = :scenario)
    order by r.first desc limit 1
)
where t.current order by t.number
"""  # noqa: S608
#: The runs of a trial's cell and engine that began until then, so that of each scenario the last one counts.
OF_TRIAL = """
select r.scenario, r.answer, a.same from runs r join answers a on a.number = r.answer
where r.sequence = ? and r.first <= ? order by r.scenario, r.first
"""
#: The scenarios of the table that had other ids before.
ALIASES = "select scenario, aliases from scenarios where place is not null and aliases != '' order by place"
OF_CELL = (
    "select sequence, scenario, first, answer from runs where sequence in (select sequence from trials where cell = ?)"
)


class Door:
    """A table behind SQL. Trials are known by their row number in ``Table.trials``, and come in that order."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        weakref.finalize(self, connection.close)  # a door lives as long as somebody may ask it, and no longer
        self.answers: dict[int, Row] = {}
        self.lists: dict[int, Mapping[int, str]] = {}

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """What a query selects, each row by the names of its columns."""
        cursor = self.connection.execute(query, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def current(self) -> list[Row]:
        """The trials that are shown: one a cell."""
        return [trial_row(row) for row in self.rows("select * from trials where current order by number")]

    def trials(self, cell: str) -> list[Row]:
        """All trials of a cell, oldest first."""
        return [trial_row(row) for row in self.rows("select * from trials where cell = ? order by number", cell)]

    def trial(self, number: int) -> Row:
        """The trial of a row number. Raises KeyError where there is none."""
        rows = self.rows("select * from trials where number = ?", number)
        if not rows:
            raise KeyError(number)
        return trial_row(rows[0])

    def scenarios(self, group: str | None = None) -> list[str]:
        """The ids of the scenarios in the table, in its order; of one group or of all."""
        query = 'select scenario from scenarios where place is not null and ? in ("group", "") order by place'
        return [name for (name,) in self.connection.execute(query, (group or "",))]

    def facts(self, scenario: str) -> Row | None:
        """The ``FACTS`` of a scenario in the table; None where there is no such scenario in it."""
        columns = ", ".join(f'"{name}"' for name in FACTS)
        rows = self.rows(f"select {columns} from scenarios where scenario = ? and place is not null", scenario)  # noqa: S608
        return rows[0] if rows else None

    def of_scenario(self, scenario: str) -> list[Row]:
        """What a scenario did in each current trial: the cell, and the ``ANSWER``, empty texts in a hole.

        ``why`` is the reason for which the trial has no answer at all, and ``because`` the message of it; empty where it
        has one.
        """
        numbers = self.connection.execute("select number from scenarios where scenario = ?", (scenario,)).fetchone()
        cursor = self.connection.execute(OF_SCENARIO, {"scenario": numbers[0] if numbers else None})
        names = [column[0] for column in cursor.description]
        return [{name: value or "" for name, value in zip(names, row, strict=True)} for row in cursor]

    def listed(self) -> dict[str, str]:
        """The root of every public name that an inventory of a current trial lists, by the name."""
        return dict(self.connection.execute("select name, root from paths").fetchall())

    def listing(self, root: str, name: str = "") -> set[str]:
        """The cells that list a name below a root; without a name those that say whether there is such a root."""
        query = "select cell from listings where root = ? and name = ?"
        return {cell for (cell,) in self.connection.execute(query, (root, name))}

    def asked(self, trial: Row) -> Mapping[int, str]:
        """The scenarios that a trial was asked, in its order: number and id."""
        which = trial["list"]
        if which not in self.lists:
            query = "select number, s.scenario from asked a join scenarios s on number = a.scenario where list = ? order by a.place"
            self.lists[which] = dict(self.connection.execute(query, (which,)).fetchall())
        return self.lists[which]

    def given(self, trial: Row) -> dict[str, Given]:
        """The answer of each scenario that a trial was asked, in its order."""
        cursor = self.connection.execute(OF_TRIAL, (trial["sequence"], trial["number"]))
        newest = {scenario: (answer, same) for scenario, answer, same in cursor}
        return {name: newest[number] for number, name in self.asked(trial).items()}

    def answer(self, number: int) -> Row:
        """The ``ANSWER`` of a number."""
        if number not in self.answers:
            query = f"select {', '.join(ANSWER)} from answers where number = ?"  # noqa: S608
            (self.answers[number],) = self.rows(query, number)
        return self.answers[number]

    @cached_property
    def heirs(self) -> Mapping[str, Sequence[str]]:
        """By an id that is in the table no more the scenarios that had it before."""
        heirs: dict[str, list[str]] = {}
        for name, aliases in self.connection.execute(ALIASES):
            for alias in aliases.splitlines():
                heirs.setdefault(alias, []).append(name)
        known = set(self.scenarios())
        return {alias: names for alias, names in heirs.items() if alias not in known}

    def heir(self, scenario: str) -> str:
        """The id that a scenario has now: another one where exactly one scenario of the table had this one before."""
        heirs = self.heirs.get(scenario, ())
        return heirs[0] if len(heirs) == 1 else scenario

    @cached_property
    def words(self) -> Mapping[str, Row]:
        """The ``WORDS`` of each scenario that any trial was asked, empty where it is not in the table any more."""
        rows = self.rows(f"select scenario, {', '.join(WORDS)} from scenarios")  # noqa: S608
        return {row.pop("scenario"): row for row in rows}

    def outcome(self, scenario: str, answer: int) -> Row:
        """An outcome with the id of its scenario, ``ANSWER`` and ``WORDS``."""
        return {"scenario": scenario, **self.answer(answer), **self.words[scenario]}

    def runs(self, cell: str) -> Mapping[tuple[int, int], Sequence[tuple[int, int]]]:
        """By the sequence of a cell and engine and by scenario: from which trial on which answer was given, oldest first."""
        runs: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for sequence, scenario, first, answer in self.connection.execute(OF_CELL, (cell,)):
            runs.setdefault((sequence, scenario), []).append((first, answer))
        return runs

    def locks(self) -> dict[str, dict[str, str]]:
        """The distributions of the locks that were kept with the trials, by digest."""
        rows = self.connection.execute("select digest, pins from locks")
        return {digest: json.loads(pins) for digest, pins in rows}

    def flaky(self) -> frozenset[tuple[str, str, str]]:
        """The outcomes that were kept with the trials as not repeating: cell, scenario, and when the trial started."""
        return frozenset(self.connection.execute("select cell, scenario, started from flaky").fetchall())


def trial_row(row: dict[str, Any]) -> Row:
    """A row of ``trials`` with its JSON and booleans as such."""
    return {
        **row,
        "versions": json.loads(row["versions"]),
        "counts": json.loads(row["counts"]),
        "current": bool(row["current"]),
        "stands_for_minor": bool(row["stands_for_minor"]),
        "confirmed": bool(row["confirmed"]),
    }


def open_file(path: Path) -> Door:
    """The door of a file, which is never written again."""
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
    connection.execute(f"pragma cache_size = -{PAGES}")
    return Door(connection)
