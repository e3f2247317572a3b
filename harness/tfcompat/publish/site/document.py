"""The page: the sheet as files that a browser opens without a server, and what a reader may take away from it."""

import json
import shlex
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from markupsafe import escape as escape_html

from tfcompat import escape
from tfcompat.files import write_file
from tfcompat.outcomes import Status, Subject, Trial
from tfcompat.publish.site import badge, feed, sheet
from tfcompat.publish.site.highlights import Finding, findings
from tfcompat.publish.site.sections import Section
from tfcompat.publish.site.sheet import Answer, Row, Sheet
from tfcompat.rendering import render
from tfcompat.suite import sources
from tfcompat.suite.sources import Definition
from tfcompat.table import columns, schema
from tfcompat.table.columns import Column
from tfcompat.table.frame import Range

STATIC_FILES = Path(__file__).parents[2] / "templates" / "site"
STATIC = ("page.css", "theme.js", "versions.js", "sheet.js", "view.js", "panel.js", "page.js")
#: The folders of a site that hold nothing but what was written last.
OUR_FOLDERS = ("data", "badges")
DOWNLOADS = ("outcomes.csv", "outcomes.parquet", "support.json")
#: Characters of an observation that the page holds; the downloads have the whole of it.
LARGEST = 3000
#: What the page knows of a column before its set is there.
HEAD = ("cell", "tensorflow", "python", "variant")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: The distribution that a run measures unless it is asked for another.
USUAL_PACKAGE = "tensorflow-cpu"
#: What a browser may do here: run and show the files beside the page, and nothing else. ``file:`` stands beside ``'self'``
#: because a page opened from a file has no origin that it could be; a page from a server cannot load ``file:`` at all.
POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file:; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types tfcompat"
)
MEANINGS: Mapping[Status, str] = {
    Status.WORKS: "it ran, and what was observed is what the reference documents, or nothing is documented",
    Status.DIFFERS: "it ran, and something other than the documented was observed",
    Status.MISSING: "the path, class, argument or method is not there",
    Status.FAILS: "it is there and raises",
    Status.CRASHES: "it took the process down",
    Status.HANGS: "it outran its time limit",
    Status.UNKNOWN: "no answer, for a reason that is given; never a sign that it does not work",
}


@dataclass(frozen=True, kw_only=True)
class Site:
    """All that the page is made from: the sheet, the suite's functions, its findings and further sections."""

    sheet: Sheet
    definitions: tuple[Definition, ...]
    findings: tuple[Finding, ...]
    sections: tuple[Section, ...] = ()
    flaky: frozenset[tuple[str, str, str]] = frozenset()
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def trials(self) -> list[Trial]:
        return [column.trial for column in self.sheet.columns]

    @property
    def badges(self) -> Mapping[str, str]:
        return badge.file_names(row.facts.scenario for row in self.sheet.rows)


def make(
    trials: Iterable[Trial],
    speaking: Iterable[Trial],
    *,
    suite: Path | None = None,
    sections: Iterable[Section] = (),
    flaky: frozenset[tuple[str, str, str]] = frozenset(),
    titles: Mapping[str, str] | None = None,
) -> Site:
    """The site of all trials; ``speaking`` has the one of each cell, ``suite`` is where its functions are read.

    ``flaky`` are the outcomes (cell, scenario, when the trial started) that are known not to repeat, ``titles`` say
    what the variants are.
    """
    made = sheet.make(columns.arrange(trials, speaking))
    return Site(
        sheet=made,
        definitions=tuple(sources.read(suite)) if suite else (),
        findings=tuple(findings(made)),
        sections=tuple(sections),
        flaky=flaky,
        titles=titles or {},
    )


def write(site: Site, folder: Path, reports: Path) -> list[Path]:
    """Write the site into a folder, whole files only; ``reports`` is where the downloads are. The paths."""
    files: dict[str, Callable[[Path], object]] = {
        name: text_writer(text) for name, text in {**texts(site), **badges(site)}.items()
    }
    files |= {name: copier(reports / name) for name in DOWNLOADS if (reports / name).exists()}
    files["index.html"] = text_writer(document(site))  # last: what it names is there before it
    written = [write_file(folder / name, make) for name, make in files.items()]
    for ours in OUR_FOLDERS:
        for stale in set((folder / ours).iterdir()) - set(written):
            stale.unlink()
    return written


def text_writer(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text, encoding="utf-8")


def copier(source: Path) -> Callable[[Path], object]:
    return lambda path: shutil.copyfile(source, path)


def texts(site: Site) -> dict[str, str]:
    """The files beside the document, badges apart."""
    static = {name: (STATIC_FILES / name).read_text(encoding="utf-8") for name in STATIC}
    data = {
        f"data/{name}.js": escape.script("tfcompat.take", name, cells(site.sheet, name)) for name in sets(site.sheet)
    }
    newest = max(trial.subject.started for trial in site.trials)
    return {
        **static,
        **data,
        **{f"{one.name}.html": section(one, site.sections) for one in site.sections},
        "data/index.js": escape.script("tfcompat.index", index(site)),
        "data/sources.js": escape.script("tfcompat.sources", list(functions(site))),
        "feed.xml": feed.atom(feed.entries(site.sheet.columns), newest),
        "outcomes.schema.json": json.dumps(schema.outcomes(), indent=1) + "\n",
        "support.schema.json": json.dumps(schema.support(), indent=1) + "\n",
    }


def badges(site: Site) -> dict[str, str]:
    """A badge a scenario and one for all of it, each as a shields.io endpoint and as a picture."""
    releases = {column.release for column in site.sheet.columns}
    newest = max(trial.subject.started for trial in site.trials)
    made = {"tfcompat": badge.of_all(len(releases), len(site.sheet.rows), newest)}
    made |= {
        site.badges[row.facts.scenario]: badge.of_row(row.facts.scenario, site.sheet.ranges(row))
        for row in site.sheet.rows
    }
    return {f"badges/{name}.json": json.dumps(one.endpoint()) + "\n" for name, one in made.items()} | {
        f"badges/{name}.svg": one.picture() for name, one in made.items()
    }


def sets(of: Sheet) -> list[str]:
    """The sets of columns that there are, those of every release before the variants."""
    there = dict.fromkeys(column.set for column in of.columns)
    return [name for name in columns.LABELS if name in there] + sorted(set(there) - set(columns.LABELS))


def index(site: Site) -> dict[str, Any]:
    """What the page knows before any cell: statuses, sets, columns, scenarios with their sources, findings."""
    numbers = functions(site)
    return {
        "statuses": [{"word": str(one), "symbol": one.symbol, "meaning": MEANINGS[one]} for one in Status],
        "sets": {name: label(site, name) for name in sets(site.sheet)},
        "shown": site.sheet.columns[site.sheet.shown[0]].set if site.sheet.shown else "",
        "columns": [head(column) for column in site.sheet.columns],
        "scenarios": [scenario(row, site, numbers) for row in site.sheet.rows],
        "flaky": [
            [row, place]
            for row, one in enumerate(site.sheet.rows)
            for place, column in enumerate(site.sheet.columns)
            if (column.cell, one.facts.scenario, column.trial.subject.started) in site.flaky
        ],
        "findings": {
            one.kind: {"label": one.label, "rows": [row.facts.scenario for row in one.rows]} for one in site.findings
        },
    }


def label(site: Site, name: str) -> str:
    variants = dict.fromkeys(column.trial.subject.variant for column in site.sheet.columns if column.set == name)
    return columns.label(name, list(variants), site.titles)


def functions(site: Site) -> dict[str, int]:
    """The text of each function that a scenario comes from, and its number: several scenarios may come from one."""
    found = (sources.defining(row.facts.title, row.facts.source, site.definitions) for row in site.sheet.rows)
    return {text: number for number, text in enumerate(dict.fromkeys(one.text for one in found if one))}


def scenario(row: Row, site: Site, numbers: Mapping[str, int]) -> dict[str, Any]:
    """What the page knows of a scenario."""
    found = sources.defining(row.facts.title, row.facts.source, site.definitions)
    told: dict[str, Any] = {
        "id": row.facts.scenario,
        "title": row.facts.title,
        "reference": row.facts.reference,
        "badge": site.badges[row.facts.scenario],
    }
    if found is None:
        return told | {"source": row.facts.source}
    return told | {"source": f"{found.file}:{found.first}", "text": numbers[found.text], "test": found.name}


def described(column: Column) -> dict[str, Any]:
    """A column's cell, what stands for its environment, its versions as imported, and how to measure it again."""
    trial = column.trial
    return {
        **{key: value for key, value in asdict(trial.subject).items() if key not in HEAD},
        "versions": {name: version for name, version in trial.versions.items() if version},
        "seconds": trial.seconds,
        "reason": str(trial.reason or ""),
        "message": trial.message if trial.reason else "",
        "others": [
            {"started": other.subject.started, "engine": other.subject.engine, "suite": other.subject.suite}
            for other in column.others
        ],
        "command": command(trial.subject),
    }


def command(subject: Subject) -> str:
    """What measures a cell again; ``-k`` and a scenario's function narrow it."""
    options = {"--tf": subject.tensorflow, "--python": subject.python}
    if subject.variant != columns.BUNDLED:
        options["--variant"] = subject.variant
    if subject.package != USUAL_PACKAGE:
        options["--package"] = subject.package
    return shlex.join(["tfcompat", "run", *(word for pair in options.items() for word in pair)])


def cells(of: Sheet, name: str) -> dict[str, Any]:
    """The outcomes of one set of columns, row by row."""
    places = [place for place, column in enumerate(of.columns) if column.set == name]
    facts = [described(of.columns[place]) for place in places]
    return {"columns": places, "facts": facts, "rows": [packed(row, places) for row in of.rows]}


def packed(row: Row, places: Sequence[int]) -> dict[str, Any]:
    """A row of a set: its distinct answers (``a``), and for each column the number of one (``c``) and its centiseconds (``t``).

    ``h`` has, for the columns where an earlier trial answered otherwise, the numbers of all of them; -1 was not asked.
    """
    numbers: dict[Answer, int] = {}

    def number(answer: Answer | None) -> int:
        return -1 if answer is None else numbers.setdefault(answer, len(numbers))

    chosen = [number(row.answers[place]) for place in places]
    earlier = {
        str(there): [number(one) for one in row.earlier[place]]
        for there, place in enumerate(places)
        if any(one is None or not one.tells_the_same(row.answers[place]) for one in row.earlier[place])
    }
    made: dict[str, Any] = {"c": chosen, "t": [round(row.seconds[place] * 100) for place in places]}
    return made | ({"h": earlier} if earlier else {}) | {"a": [packed_answer(one) for one in numbers]}


def packed_answer(answer: Answer) -> list[Any]:
    """An answer as a list: status, kind, observed, documented, reason, type, message; empty texts at its end left out."""
    values: list[Any] = [
        list(Status).index(answer.status),
        answer.kind,
        bounded(answer.observed),
        bounded(answer.documented),
        answer.reason,
        answer.type,
        answer.message,
    ]
    while values[-1] == "":
        values.pop()
    return values


def bounded(text: str) -> str:
    return (
        text
        if len(text) <= LARGEST
        else f"{text[:LARGEST]} … ({len(text)} characters; all of them are in outcomes.csv)"
    )


def document(site: Site) -> str:
    """The page itself, with the columns that it opens with."""
    made = site.sheet
    shown = [made.columns[place] for place in made.shown]
    started = sorted(trial.subject.started for trial in site.trials)
    return render(
        "site/index.html.jinja",
        columns=[head(column) for column in shown],
        kerases=bands(shown),
        groups=[(name, [body(made, row) for row in rows]) for name, rows in made.groups.items()],
        statuses=Status,
        meanings=MEANINGS,
        findings=site.findings,
        sections=site.sections,
        scenarios=len(made.rows),
        cells=len(made.columns),
        releases=list(dict.fromkeys(column.release for column in made.columns)),
        oldest=started[0],
        newest=started[-1],
        made_with=sorted({f"tfcompat {trial.subject.tfcompat}" for trial in site.trials}),
        engines=sorted({trial.subject.engine for trial in site.trials}),
        suites=sorted({trial.subject.suite for trial in site.trials}),
        sets=sets(made),
        shown=shown[0].set if shown else "",
        downloads=DOWNLOADS,
        anchor=anchor,
        code=as_code,
        policy=POLICY,
    )


def as_code(text: str) -> Markup:
    """A text, escaped, in which what stands between backticks is code."""
    return Markup("").join((code if place % 2 else escape_html)(part) for place, part in enumerate(text.split("`")))


def code(path: str) -> Markup:
    """A path that may break after a dot."""
    return Markup("<code>{}</code>").format(Markup(".<wbr>").join(path.split(".")))


def section(one: Section, all_of_them: Sequence[Section]) -> str:
    """A further table, as a document of its own."""
    return render(
        "site/section.html.jinja",
        section=one,
        sections=all_of_them,
        policy=POLICY,
        statuses=[str(status) for status in Status],
    )


def anchor(scenario: str) -> str:
    """The part of the page's address that names a row: as ``encodeURIComponent`` writes it."""
    return "scenario=" + quote(scenario, safe="!'()*-._~")


def head(column: Column) -> dict[str, str]:
    """What heads a column, and the set that it is in."""
    subject = column.trial.subject
    return {**{key: getattr(subject, key) for key in HEAD}, "set": column.set, "keras": keras(column.trial)}


def keras(trial: Trial) -> str:
    """The Keras of a trial by its major version, as the band above the columns has it; empty where it is not known."""
    version = trial.versions.get("keras") or ""
    return f"Keras {version.split('.')[0]}" if version else ""


def bands(shown: Sequence[Column]) -> list[tuple[str, int]]:
    """The Keras behind neighbouring columns, by its major version, and how many columns each takes."""
    found: list[tuple[str, int]] = []
    for column in shown:
        name = keras(column.trial)
        if found and found[-1][0] == name:
            found[-1] = (name, found[-1][1] + 1)
        else:
            found.append((name, 1))
    return found


def body(made: Sheet, row: Row) -> dict[str, Any]:
    """A row as the document has it: a class, a word and a letter for each cell, and its ranges as a list."""
    ranges = made.ranges(row)
    answers = {made.columns[place].cell: row.answers[place] for place in made.shown}
    letters = lettered([answers[one.tested[0]] for one in ranges])
    return {
        "id": row.facts.scenario,
        "name": row.name,
        "title": row.facts.title,
        "cells": [cell for one in ranges for cell in range_cells(one, letters.get(answers[one.tested[0]].kind, ""))],
        "ranges": [
            {
                "class": css_class(one.status),
                "word": answers[one.tested[0]].word,
                "span": one.span,
                "tested": len(one.tested),
                "letter": letters.get(answers[one.tested[0]].kind, ""),
            }
            for one in ranges
        ],
    }


def range_cells(one: Range, letter: str) -> Iterator[dict[str, str]]:
    """The cells of a range: the first starts it, the last ends it."""
    word = f"{one.status}: {one.reason}" if one.reason else str(one.status)
    for place in range(len(one.tested)):
        edges = (" s" if place == 0 else "") + (" e" if place == len(one.tested) - 1 else "")
        yield {"class": css_class(one.status) + edges, "word": word, "letter": letter}


def lettered(answers: Iterable[Answer]) -> dict[int, str]:
    """A letter for each different observation of some answers, in the order of their numbers; none where there is one."""
    kinds = sorted({answer.kind for answer in answers} - {-1})
    return {kind: letter(kind) for kind in kinds} if len(kinds) > 1 else {}


def letter(kind: int) -> str:
    """A, B, … Z, then A2, B2, …"""
    again, place = divmod(kind, len(LETTERS))
    return LETTERS[place] + (str(again + 1) if again else "")


def css_class(status: Status) -> str:
    """One character a status: its initial, all of which differ."""
    return str(status)[0]
