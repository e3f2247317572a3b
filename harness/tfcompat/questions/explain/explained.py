"""The explanation of one outcome: what happened, what it was held against, where it stands, and what measures it again."""

import json
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from tfcompat.door.door import Door, Row
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Documentation, Harm, Outcome, Status
from tfcompat.questions.explain.around import Around, around, rows_of
from tfcompat.questions.explain.reproduce import command
from tfcompat.questions.lookup import titles
from tfcompat.record import words
from tfcompat.record.words import Whose
from tfcompat.select import releases
from tfcompat.select.places import BUNDLED
from tfcompat.select.scenarios import single
from tfcompat.table.support import KindOrNone, OracleOrNone, ReasonOrNone, words_of
from tfcompat.trials.file import SUFFIX
from tfcompat.trials.store import Store

#: Lines of a traceback, and characters of one, that are kept: the last ones say where.
LINES, LONGEST = 60, 400


class Ran(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an outcome came by: the trial that shows it and, where that reuses it, the trial in which it ran.

    ``file`` and ``origin`` are files below ``reports/trials``, empty where there is none; ``confirmed`` says that the trial
    repeated that file to the letter. ``measured`` is when the scenario ran last (ISO 8601, UTC), ``seconds`` how long.
    What only the trial file says is empty where that file is not here, and ``here`` is false.
    """

    engine: str
    started: str
    suite: str
    lock: str
    package: str
    environment: str
    versions: dict[str, str | None]
    file: str
    confirmed: bool
    here: bool
    origin: str
    measured: str
    seconds: float
    key: str


class Explained(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is known of one outcome.

    ``word`` is what it is called. ``observed``, ``expected`` (what a promise was compared with), ``seen`` (what led to an
    answer) and ``documented`` are JSON text, empty where there is nothing. ``raised`` is the exception with its type,
    ``lacks`` what is missing, ``frames`` the last lines of the traceback. ``answers`` are the possible ones with their
    harm. ``spans`` says where the scenario does what, over the releases as pip installs them or in the cell's variant.
    """

    schema: Literal[1]
    cell: str
    scenario: str
    title: str
    kind: KindOrNone
    oracle: OracleOrNone
    word: str
    status: Status
    harm: Harm
    reason: ReasonOrNone
    whose: Whose
    observed: str
    expected: str
    seen: str
    raised: str
    message: str
    lacks: str
    frames: list[str]
    documented: str
    documentation: Documentation
    answers: dict[str, Harm]
    reference: str
    source: str
    aliases: list[str]
    ran: Ran
    around: Around
    command: str
    notes: list[str]


def explain(door: Door, store: Store, cell: str, scenario: str) -> Explained:
    """What is known of a scenario in a cell: an id of a cell, or a release, which its cell as pip installs it stands for.

    Raises SelectionError where either names none, or several; DataError where the trial file is damaged.
    """
    name = single(scenario, titles(door, door.scenarios()), door.heirs)
    row, notes = row_of(door, cell, name)
    trial = next(trial for trial in door.current() if trial["cell"] == row["cell"])
    facts = words_of(door.facts(name) or {})
    outcome, here = recorded(store, trial["file"], name)
    unknown = row["status"] == Status.UNKNOWN
    return Explained(
        schema=1,
        cell=row["cell"],
        scenario=name,
        title=facts["title"],
        kind=facts["kind"],
        oracle=facts["oracle"],
        word=words.word(row["status"], row["observed"], row["reason"], row["whose"]),
        status=Status(row["status"]),
        harm=Harm(row["harm"] or Harm.NONE),
        reason=row["reason"],
        whose=Whose(row["whose"]),
        observed=row["observed"],
        expected=row["expected"],
        seen="" if outcome is None or outcome.seen is None else json.dumps(outcome.seen, ensure_ascii=False),
        raised=row["message"] if row["type"] else "",
        message=(row["message"] or row["because"]) if unknown else "" if row["type"] else row["message"],
        lacks=outcome.lacks if outcome else "",
        frames=frames_of(outcome.traceback) if outcome else [],
        documented=row["documented"],
        documentation=Documentation(row["documentation"] or ""),
        answers=facts["answers"],
        reference=facts["reference"],
        source=facts["source"],
        aliases=facts["aliases"],
        ran=ran(trial, outcome, here=here),
        around=around(rows_of(door, name, row), row),
        command=command(trial, name, trial["engine"]),
        notes=notes,
    )


def row_of(door: Door, cell: str, scenario: str) -> tuple[Row, list[str]]:
    """What a scenario did in the cell that a text names, and how the text was read. Raises SelectionError where there is none."""
    trials = {trial["cell"]: trial for trial in door.current()}
    if cell in trials:
        return in_cell(door, trials[cell], scenario), []
    installed = [trial for trial in trials.values() if trial["variant"] == BUNDLED]
    known = releases.numbered(trial["tensorflow"] for trial in installed)
    try:
        release = str(releases.single(known, cell).version)
    except SelectionError as error:
        raise SelectionError(
            f"there is no trial of {cell!r}: tfcompat list names the cells, and a release such as 2.15 is one too"
        ) from error
    rows = [in_cell(door, trial, scenario) for trial in installed if trial["tensorflow"] == release]
    row = next((row for row in reversed(rows) if row["status"] != Status.UNKNOWN), rows[-1])
    others = [other["cell"] for other in rows if other is not row]
    notes = [*releases.said(known, cell), f"{release} is {row['cell']}{beside(others)}"]
    return row, notes


def beside(others: list[str]) -> str:
    return f", as pip installs it; there is also {', '.join(others)}" if others else ", as pip installs it"


def in_cell(door: Door, trial: Row, scenario: str) -> Row:
    """What a scenario did in the cell of a trial, unknown where it was not asked."""
    return next(row for row in rows_of(door, scenario, trial) if row["cell"] == trial["cell"])


def recorded(store: Store, file: str, scenario: str) -> tuple[Outcome | None, bool]:
    """The outcome as the trial file has it, where that is here, and whether it is."""
    if not file or not (store.folder / file).is_file():
        return None, False
    outcomes = store.trial(store.folder / file).outcomes
    return next((one for one in outcomes if scenario == one.scenario or scenario in one.aliases), None), True


def frames_of(traceback: str) -> list[str]:
    """The last lines of a traceback, each bounded."""
    lines = [line for line in traceback.splitlines() if line.strip()]
    return [line[:LONGEST] for line in lines[-LINES:]]


def ran(trial: Row, outcome: Outcome | None, *, here: bool) -> Ran:
    texts: Mapping[str, str] = {
        name: str(trial[name]) for name in ("engine", "started", "suite", "lock", "package", "environment", "file")
    }
    reused = outcome and outcome.origin and not texts["file"].endswith(f"/{outcome.origin}{SUFFIX}")
    return Ran(
        **texts,
        versions=trial["versions"],
        confirmed=bool(trial["confirmed"]),
        here=here,
        origin=f"{trial['cell']}/{outcome.origin}{SUFFIX}" if outcome and reused else "",
        measured=outcome.measured if outcome else "",
        seconds=outcome.seconds if outcome else 0.0,
        key=outcome.key if outcome else "",
    )
