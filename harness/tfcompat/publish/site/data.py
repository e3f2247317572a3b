"""The data files of the page: what its scripts load, a file a set of columns."""

import base64
import gzip
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from tfcompat.escape import script
from tfcompat.outcomes import Harm, Status
from tfcompat.publish.parts.evidence import SiteEvidence
from tfcompat.publish.site.columns import heads, label, sets
from tfcompat.publish.site.highlights import Highlight
from tfcompat.publish.site.sheet import Answer, Row, Sheet
from tfcompat.publish.statuses import CLASSES, HARMS, KINDS, MARKS, MEANINGS, OF_HARM, ORACLES, TRUTH, Tone, css
from tfcompat.questions.explain.reproduce import command
from tfcompat.suite.sources import Definition
from tfcompat.table.ranges import axes
from tfcompat.table.support import said

#: Characters of an observation that the page holds; the downloads have the whole of it.
LARGEST = 3000
#: Characters of an observation or error that a row is found by, and of all of them.
LONGEST_FOUND, LONGEST_TEXT = 300, 2000
#: What describes a column beside what stands above it.
OF_COLUMN = ("package", "engine", "environment", "lock", "suite", "started", "tfcompat")


def files(
    sheet: Sheet,
    evidence: SiteEvidence,
    *,
    badges: Mapping[str, str],
    highlights: Iterable[Highlight],
    flaky: Collection[tuple[str, str, str]],
    frames: Mapping[str, Mapping[str, str]],
) -> dict[str, str]:
    """The text of each file by its name; ``badges`` are by scenario, and ``frames`` by trial file and scenario."""
    functions = evidence.functions
    texts = list(dict.fromkeys(function.text for function in functions.values()))
    index = {
        "statuses": [
            {"word": str(status), "symbol": status.symbol, "meaning": MEANINGS[status], "class": CLASSES[status]}
            for status in Status
        ],
        "harms": [
            {
                "word": str(harm),
                "mark": MARKS[harm],
                "meaning": HARMS[harm],
                "class": str(OF_HARM.get(harm, Tone.ANSWERED)),
            }
            for harm in Harm
        ],
        "kinds": KINDS,
        "oracles": ORACLES,
        "truth": TRUTH,
        "sets": {name: label(name, sheet.columns, evidence.titles) for name in sets(sheet.columns)},
        "shown": sheet.opens_with,
        "columns": heads(sheet.columns),
        "scenarios": [
            {
                **words(row),
                **({"used": used} if (used := evidence.advice.used(row.scenario)) else {}),
                "badge": badges[row.scenario],
                "page": evidence.paths.get(row.scenario, ""),
                **source(row, functions.get(row.scenario), texts),
            }
            for row in sheet.rows
        ],
        "flaky": flaky_places(sheet, flaky),
        "findings": {
            highlight.kind: {"label": highlight.label, "rows": [row.scenario for row in highlight.rows]}
            for highlight in highlights
        },
    }
    names = sets(sheet.columns)
    opened = [answers_in(row, places_of(sheet, sheet.opens_with)) for row in sheet.rows]
    said = {name: [] if name == sheet.opens_with else opened for name in names}
    return {
        **{f"data/{name}.js": script("tfcompat.take", name, cells(sheet, name, said[name])) for name in names},
        **{f"data/frames-{name}.js": script("tfcompat.frames", name, framed(sheet, name, frames)) for name in names},
        "data/index.js": script("tfcompat.index", index),
        "data/texts.js": script("tfcompat.texts", zipped([text_of(row) for row in sheet.rows])),
        "data/sources.js": script("tfcompat.sources", zipped(texts)),
    }


def text_of(row: Row) -> str:
    """What a row is found by beside its words, whatever columns are shown: what was observed, and errors as they were raised."""
    seen = dict.fromkeys(
        text
        for answer in row.answers
        for text in (answer.observed, f"{answer.type}: {answer.message}" if answer.type else "", answer.lacks)
        if text
    )
    return "\n".join(text[:LONGEST_FOUND] for text in seen).lower()[:LONGEST_TEXT]


def words(row: Row) -> dict[str, Any]:
    """What a scenario says of itself, and by what its outcomes differ beside the release; then also where it does what."""
    facts = {
        "id": row.scenario,
        "title": row.title,
        "reference": row.reference,
        "kind": row.kind,
        "oracle": row.oracle,
        "answers": list(row.harms.items()),
        "before": row.aliases,
        "split": row.split,
    }
    differs = [str(axis) for axis in axes(row.ranges)]
    places = [[part.word, css(part.status, part.harm), span] for part, span in said(row.ranges)] if differs else []
    return {key: fact for key, fact in {**facts, "axes": differs, "places": places}.items() if fact}


def source(row: Row, function: Definition | None, texts: Sequence[str]) -> dict[str, Any]:
    """Where a scenario comes from, and the number of its function's text, where the suite still has the function."""
    if function is None:
        return {"source": row.source}
    return {
        "source": f"{function.file}:{function.first}",
        "text": texts.index(function.text),
        "test": function.name,
    }


def flaky_places(sheet: Sheet, flaky: Collection[tuple[str, str, str]]) -> list[list[int]]:
    """Row and column of each outcome that is known not to repeat."""
    trials = list(zip(sheet.columns["cell"], sheet.columns["started"], strict=True))
    return [
        [place, column]
        for place, row in enumerate(sheet.rows)
        for column, (cell, started) in enumerate(trials)
        if (cell, row.scenario, started) in flaky
    ]


def framed(sheet: Sheet, name: str, frames: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The frames of the exceptions in a set of columns: each text once and compressed, and by row and column the number of one."""
    places = sheet.columns.index[sheet.columns["set"] == name]
    files = [frames.get(file, {}) for file in sheet.columns.loc[places, "file"]]
    numbers: dict[str, int] = {}
    rows = {
        number: {
            column: numbers.setdefault(of_file[row.scenario], len(numbers))
            for column, of_file in enumerate(files)
            if row.scenario in of_file
        }
        for number, row in enumerate(sheet.rows)
    }
    return {"texts": zipped(list(numbers)), "rows": {number: places for number, places in rows.items() if places}}


def zipped(texts: Sequence[str]) -> str:
    """Some long texts as JSON that a browser unpacks: gzip in base64, the same for the same texts."""
    return base64.b64encode(gzip.compress(json.dumps(texts).encode(), mtime=0)).decode()


def cells(sheet: Sheet, name: str, said: Sequence[Iterable[Answer]] = ()) -> dict[str, Any]:
    """The columns of a set, by their places, and their outcomes row by row; ``said`` are the answers of each row that another
    file has, which a browser loads first.
    """
    places = places_of(sheet, name)
    facts = described(sheet.columns.iloc[places], sheet.others)
    started = list(sheet.columns["started"])
    known = said or [()] * len(sheet.rows)
    rows = [packed(row, places, started, others) for row, others in zip(sheet.rows, known, strict=True)]
    return {"columns": places, "facts": facts, "rows": rows}


def places_of(sheet: Sheet, name: str) -> list[int]:
    """The places of the columns of a set."""
    return [place for place, of_column in enumerate(sheet.columns["set"]) if of_column == name]


def described(columns: pd.DataFrame, others: pd.DataFrame) -> list[dict[str, Any]]:
    """Of each column what stands for its environment, its versions as imported, and how to measure it again."""
    of_cells = dict(iter(others.groupby("cell")[["started", "engine", "suite"]]))
    return [
        {
            **{key: trial[key] for key in OF_COLUMN},
            "versions": {name: version for name, version in trial["versions"].items() if version},
            "seconds": trial["seconds"],
            "reason": trial["reason"],
            "message": trial["message"] if trial["reason"] else "",
            "others": of_cells[trial["cell"]].to_dict("records") if trial["cell"] in of_cells else [],
            "command": command(trial),
        }
        for trial in columns.to_dict("records")
    ]


def packed(row: Row, places: Sequence[int], started: Sequence[str], said: Iterable[Answer] = ()) -> dict[str, Any]:
    """A row of a set: its distinct answers (``a``), and for each column the number of one (``c``) and its centiseconds
    (``t``). The numbers of answers that another file has said are before those of ``a``.

    ``h`` has, for the columns where an earlier trial answered otherwise, the numbers of all of them: each list once, with the
    columns that have it; -1 was not asked, and so was what is left out at its end. ``m`` has, for those whose answer is
    reused, when it was measured.
    """
    before = list(said)
    answers = list(dict.fromkeys([*before, *answers_in(row, places)]))
    numbers = {answer: number for number, answer in enumerate(answers)}
    earlier: dict[tuple[int, ...], list[int]] = {}
    for column, others in other_answers(row, places):
        earlier.setdefault(asked(numbers.get(answer, -1) if answer else -1 for answer in others), []).append(column)
    reused = {
        str(column): row.measured[place]
        for column, place in enumerate(places)
        if row.measured[place] not in ("", started[place])
    }
    return {
        "c": [numbers[row.answers[place]] for place in places],
        "t": [round(row.seconds[place] * 100) for place in places],
        **({"h": list(earlier.items())} if earlier else {}),
        **({"m": reused} if reused else {}),
        "a": [packed_answer(answer) for answer in answers[len(before) :]],
    }


def answers_in(row: Row, places: Sequence[int]) -> list[Answer]:
    """The distinct answers of a row in some columns, and of their other trials where those answered otherwise."""
    answers = dict.fromkeys(row.answers[place] for place in places)
    for _, others in other_answers(row, places):
        answers |= dict.fromkeys(answer for answer in others if answer)
    return list(answers)


def other_answers(row: Row, places: Sequence[int]) -> Iterator[tuple[int, tuple[Answer | None, ...]]]:
    """What other trials answered, newest first, by the columns where one of them did not answer the same."""
    for column, place in enumerate(places):
        now = row.answers[place]
        if any(answer is None or not (answer is now or answer.agrees_with(now)) for answer in row.earlier[place]):
            yield column, row.earlier[place]


def asked(numbers: Iterable[int]) -> tuple[int, ...]:
    """The numbers of some answers without those at the end that were not asked for."""
    listed = list(numbers)
    while listed and listed[-1] < 0:
        listed.pop()
    return tuple(listed)


def packed_answer(answer: Answer) -> dict[str, Any]:
    """An answer by the letters of what it has: what it has not is left out."""
    facts: dict[str, Any] = {
        "s": list(Status).index(answer.status),
        "h": list(Harm).index(answer.harm),
        "c": css(answer.status, answer.harm),
        "v": answer.variety + 1,
        "w": answer.word if answer.says_word else "",
        "k": int(answer.as_documented),
        "o": bounded(answer.observed),
        "e": bounded(answer.expected),
        "n": bounded(answer.seen),
        "d": bounded(answer.documented),
        "g": str(answer.documentation),
        "r": answer.reason,
        "p": answer.whose,
        "y": answer.type,
        "m": answer.message,
        "l": answer.lacks,
    }
    return {key: fact for key, fact in facts.items() if fact not in ("", 0)}


def bounded(text: str) -> str:
    if len(text) <= LARGEST:
        return text
    return f"{text[:LARGEST]} … ({len(text)} characters; all of them are in outcomes.csv)"
