"""The grid: the trials of both stages as one frame, writer × reader × form, and the tables made of it."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tfcompat.exchange.artefacts import READ, WRITE, Artefact, artefacts_of
from tfcompat.files import write_file
from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.publish import report
from tfcompat.rendering import render
from tfcompat.table import frame as table

#: What a reading scenario's reference says before the hash of what it reads.
REFERENCE = "artefact "
COLUMNS = (
    "form",
    "writer",
    "reader",
    "stage",
    "status",
    "saved",
    "loaded",
    "reason",
    "message",
    "artefact",
)


@dataclass(frozen=True, kw_only=True)
class Form:
    """One way of saving and loading: how it reads, and what it reads, told by the suites themselves."""

    name: str
    written_as: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Note:
    """What several pairs of one form have in common that do not work."""

    status: Status
    text: str
    pairs: int
    example: str


def long(writers: Sequence[Trial], readers: Sequence[Trial]) -> pd.DataFrame:
    """One row a form, writer and reader, in the order of releases, with ``COLUMNS``.

    ``stage`` says which of the two the status is of: where nothing was written, the writer's stands for every reader.
    A reader that was not asked about the artefact that the writer has now is unknown: a visible hole.
    """
    writers, readers = sorted(writers, key=table.order), sorted(readers, key=table.order)
    made = {(one.writer, one.form): one for trial in writers for one in artefacts_of(trial)}
    answers = [{one.scenario: one for one in trial.outcomes} for trial in readers]
    rows = [
        row(form, writer, reader, made.get((writer.subject.cell, form.written_as)), known)
        for form in forms(writers, readers)
        for writer in writers
        for reader, known in zip(readers, answers, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def forms(writers: Iterable[Trial], readers: Iterable[Trial]) -> list[Form]:
    """The forms in the order of the writing suite; one that is read in several ways stands once for each."""
    asked = [outcome for trial in writers for outcome in trial.outcomes]
    titles = {name: outcome.title for outcome in asked if (name := form_of(outcome))}
    kinds = {one.digest: one.form for trial in writers for one in artefacts_of(trial)}
    found = {name: name for name in titles}
    for outcome in (outcome for trial in readers for outcome in trial.outcomes):
        name, kind = form_of(outcome), kinds.get(digest_of(outcome))
        if name and kind:
            found.setdefault(name, kind)
    order = list(titles)
    made = [Form(name=name, written_as=kind, title=titles[kind]) for name, kind in found.items()]
    return sorted(made, key=lambda form: order.index(form.written_as))


def form_of(outcome: Outcome) -> str:
    """The form that a scenario of either suite is about; empty where its id, which a cell sent, is no such name."""
    name = outcome.scenario.split("::")[1]
    return name if name.isidentifier() else ""


def digest_of(outcome: Outcome) -> str:
    """The hash of what a reading scenario was given."""
    return outcome.reference.removeprefix(REFERENCE)


def row(
    form: Form, writer: Trial, reader: Trial, artefact: Artefact | None, answers: Mapping[str, Outcome]
) -> dict[str, Any]:
    cell = writer.subject.cell
    outcome = reading(f"{READ}::{form.name}::{cell}", artefact, reader, answers) if artefact else writing(form, writer)
    return {
        "form": form.name,
        "writer": cell,
        "reader": reader.subject.cell,
        "stage": "read" if artefact else "write",
        "status": str(outcome.status),
        "saved": json.dumps(artefact.output) if artefact else "",
        "loaded": table.as_text(outcome.observed) if artefact else "",
        "reason": str(outcome.reason or ""),
        "message": table.with_type(outcome),
        "artefact": artefact.digest if artefact else "",
    }


def reading(name: str, artefact: Artefact, reader: Trial, answers: Mapping[str, Outcome]) -> Outcome:
    """What a reader did with an artefact, unless what it was asked about is another by now."""
    outcome = answers.get(name)
    if outcome is not None and digest_of(outcome) == artefact.digest:
        return outcome
    return hole(name, reader)


def writing(form: Form, writer: Trial) -> Outcome:
    """What a writer did where it left no artefact."""
    name = f"{WRITE}::{form.written_as}"
    return next((one for one in writer.outcomes if one.scenario == name), hole(name, writer))


def hole(name: str, trial: Trial) -> Outcome:
    reason = trial.reason or Reason.NOT_RUN
    return Outcome(scenario=name, status=Status.UNKNOWN, reason=reason, message=trial.message)


def wide(frame: pd.DataFrame, form: str) -> pd.DataFrame:
    """The table of one form: writers down, readers across, a status in each; empty text where nothing was written."""
    rows = frame[frame["form"] == form]
    shown = rows.assign(status=rows["status"].where(rows["stage"] == "read", ""))
    cells = shown.pivot(index="writer", columns="reader", values="status")
    return cells.reindex(index=rows["writer"].unique(), columns=rows["reader"].unique())


def notes(rows: pd.DataFrame) -> list[Note]:
    """What the pairs that were read and do not work say, the most frequent first; what tells the same is one."""
    asked = rows[(rows["stage"] == "read") & (rows["status"] != Status.WORKS)].to_dict("records")
    found: dict[tuple[str, str], list[Mapping[Any, Any]]] = {}
    for one in asked:
        found.setdefault((one["status"], text_of(one)), []).append(one)
    made = [
        Note(
            status=Status(status), text=text, pairs=len(pairs), example=f"{pairs[0]['writer']} to {pairs[0]['reader']}"
        )
        for (status, text), pairs in found.items()
    ]
    return sorted(made, key=lambda note: -note.pairs)


def text_of(one: Mapping[Any, Any]) -> str:
    """What a row says; TensorFlow names the machine in one of its messages, and each container is another."""
    if one["status"] == Status.DIFFERS:
        return f"{one['loaded']} instead of {one['saved']}"
    return re.sub(r"(?<= running on )\S+", "…", str(one["message"] or one["reason"]))


def unwritten(rows: pd.DataFrame) -> list[tuple[str, str, str]]:
    """The writers that left no artefact: each with its status, and what it said."""
    lacking = rows[rows["stage"] == "write"].drop_duplicates("writer")
    return [(one["writer"], one["status"], one["message"] or one["reason"]) for one in lacking.to_dict("records")]


def counts(rows: pd.DataFrame) -> dict[Status, int]:
    """How many pairs that were read have which status."""
    found = rows.loc[rows["stage"] == "read", "status"].value_counts()
    return {status: int(found.get(str(status), 0)) for status in Status}


def write(writers: Sequence[Trial], readers: Sequence[Trial], folder: Path) -> list[Path]:
    """Write ``grid.csv`` and ``grid.md`` into a folder; the paths."""
    frame = long(writers, readers)
    text = markdown(frame, forms(writers, readers))
    return [
        write_file(folder / "grid.csv", lambda path: frame.to_csv(path, index=False, lineterminator="\n")),
        write_file(folder / "grid.md", lambda path: path.write_text(text, encoding="utf-8")),
    ]


def markdown(frame: pd.DataFrame, named: Sequence[Form]) -> str:
    """The tables for a code host: how the forms compare, then each form's writers × readers."""
    readers = [{"cell": cell, "name": name} for cell, name in short_names(frame["reader"].unique()).items()]
    names = short_names(frame["writer"].unique())
    sections = []
    for form in named:
        rows = frame[frame["form"] == form.name]
        sections.append(
            {
                "form": form,
                "counts": counts(rows),
                "read": sum(counts(rows).values()),
                "rows": wide(frame, form.name).to_dict("index"),
                "notes": notes(rows),
                "unwritten": unwritten(rows),
            }
        )
    return render(
        "grid.md.jinja", sections=sections, readers=readers, names=names, statuses=Status, symbol_of=symbol_of
    )


def short_names(cells: Iterable[str]) -> dict[str, str]:
    """What heads each column: the release, or the whole cell where a release has several."""
    wide = pd.DataFrame(columns=list(cells))
    return dict(zip(wide.columns, report.column_names(wide), strict=True))


def symbol_of(status: str) -> str:
    """The symbol of a status; nothing where nothing was written."""
    return Status(status).symbol if status else ""
