"""The grid: the trials of both stages as one frame, writer × reader × form, and the tables made of it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tfcompat.exchange.artefacts import READ, WRITE, artefacts_of
from tfcompat.files import write_file, write_text
from tfcompat.outcomes import Harm, Outcome, Reason, Status, Trial
from tfcompat.publish.headings import column_names
from tfcompat.rendering import render
from tfcompat.table.frame import as_text, order, with_type

#: What a reading scenario's reference says before the hash of what it reads.
REFERENCE = "artefact "
COLUMNS = (
    "form",
    "writer",
    "reader",
    "stage",
    "status",
    "harm",
    "saved",
    "loaded",
    "reason",
    "message",
    "artefact",
)
#: What an outcome says of either stage.
ANSWER = ("status", "harm", "reason", "message")
#: TensorFlow names the machine in one of its messages, and each container is another machine.
MACHINE = r"(?<= running on )\S+"


@dataclass(frozen=True, kw_only=True)
class Form:
    """One way of saving and loading: how it reads, and what it reads, as the suites themselves say."""

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
    writers, readers = sorted(writers, key=order), sorted(readers, key=order)
    names = [{"form": form.name, "written_as": form.written_as} for form in forms(writers, readers)]
    pairs = (
        pd.DataFrame(names, columns=["form", "written_as"])
        .merge(holes(writers, "writer"), how="cross")
        .merge(holes(readers, "reader"), how="cross")
        .merge(written_by(writers), how="left", on=["writer", "written_as"])
        .merge(read_by(readers), how="left", on=["form", "writer", "reader", "artefact"], suffixes=("_write", "_read"))
    )
    read = pairs["artefact"].fillna("") != ""
    pairs["stage"] = read.map({True: "read", False: "write"})
    for column in ANSWER:
        answer = pairs[f"{column}_read"].where(read, pairs[f"{column}_write"])
        hole = pairs[f"{column}_reader"].where(read, pairs[f"{column}_writer"])
        pairs[column] = answer.fillna(hole)
    return pd.DataFrame(pairs[list(COLUMNS)].fillna(""))


def holes(trials: Iterable[Trial], role: str) -> pd.DataFrame:
    """What a cell is said to answer where it has no outcome, one row a trial; ``role`` names the column of the cell."""
    rows = [
        (trial.subject.cell, str(Status.UNKNOWN), str(Harm.NONE), str(trial.reason or Reason.NOT_RUN), trial.message)
        for trial in trials
    ]
    return pd.DataFrame(rows, columns=[role, *(f"{column}_{role}" for column in ANSWER)])


def written_by(writers: Iterable[Trial]) -> pd.DataFrame:
    """One row a writer and form: the answer and, where it wrote one, the hash of the artefact and what was saved."""
    rows = [row for trial in writers for row in written_rows(trial)]
    return pd.DataFrame(rows, columns=["writer", "written_as", *ANSWER, "artefact", "saved", "title"])


def written_rows(trial: Trial) -> Iterator[dict[str, Any]]:
    artefacts = {artefact.form: artefact for artefact in artefacts_of(trial)}
    for outcome in trial.outcomes:
        form = form_of(outcome, WRITE)
        if form:
            artefact = artefacts.get(form)
            yield {
                "writer": trial.subject.cell,
                "written_as": form,
                **answer_of(outcome),
                "artefact": artefact.digest if artefact else "",
                "saved": json.dumps(artefact.output) if artefact else "",
                "title": outcome.title,
            }


def read_by(readers: Iterable[Trial]) -> pd.DataFrame:
    """One row a reader, form and writer: the answer, what was loaded, and the hash of what it was given."""
    rows = [
        {
            "reader": trial.subject.cell,
            "form": form,
            "writer": outcome.scenario.removeprefix(f"{READ}::{form}::"),
            "artefact": outcome.reference.removeprefix(REFERENCE),
            **answer_of(outcome),
            "loaded": as_text(outcome.observed),
        }
        for trial in readers
        for outcome in trial.outcomes
        if (form := form_of(outcome, READ))
    ]
    return pd.DataFrame(rows, columns=["reader", "form", "writer", "artefact", *ANSWER, "loaded"])


def answer_of(outcome: Outcome) -> dict[str, str]:
    return {
        "status": str(outcome.status),
        "harm": str(outcome.harm),
        "reason": str(outcome.reason or ""),
        "message": with_type(outcome),
    }


def form_of(outcome: Outcome, group: str) -> str:
    """The form that a scenario of a suite is about; empty where its id, which a cell sent, does not name one."""
    own, _, name = outcome.scenario.partition("::")
    form = name.partition("::")[0]
    return form if own == group and form.isidentifier() else ""


def forms(writers: Iterable[Trial], readers: Iterable[Trial]) -> list[Form]:
    """The forms in the order of the writing suite; one that is read in several ways stands once for each."""
    written, read = written_by(writers), read_by(readers)
    titles = written.drop_duplicates("written_as", keep="last").set_index("written_as")["title"]
    own = pd.DataFrame({"form": written["written_as"].unique()}).assign(written_as=lambda frame: frame["form"])
    kinds = written.loc[written["artefact"] != "", ["artefact", "written_as"]].drop_duplicates("artefact", keep="last")
    others = read.merge(kinds, on="artefact")[["form", "written_as"]]
    named = pd.concat([own, others]).drop_duplicates("form")
    rank = named["written_as"].map({kind: rank for rank, kind in enumerate(own["form"])})
    ordered = named.iloc[rank.argsort(kind="stable")]
    return [
        Form(name=form, written_as=kind, title=titles[kind])
        for form, kind in ordered.itertuples(index=False, name=None)
    ]


def wide(frame: pd.DataFrame, form: str) -> pd.DataFrame:
    """The table of one form: writers down, readers across, a status in each; empty text where nothing was written."""
    rows = frame[frame["form"] == form]
    shown = rows.assign(status=rows["status"].where(rows["stage"] == "read", ""))
    cells = shown.pivot(index="writer", columns="reader", values="status")
    return cells.reindex(index=rows["writer"].unique(), columns=rows["reader"].unique())


def notes(rows: pd.DataFrame) -> list[Note]:
    """What the pairs that were read and do not work say, the most frequent first; what says the same is one note."""
    asked = rows[(rows["stage"] == "read") & (rows["status"] != str(Status.WORKS))]
    groups = asked.assign(text=texts(asked)).groupby(["status", "text"], sort=False)
    counted = groups.agg(pairs=("reader", "size"), writer=("writer", "first"), reader=("reader", "first"))
    ordered = counted.sort_values("pairs", ascending=False, kind="stable").reset_index()
    return [
        Note(
            status=Status(row["status"]),
            text=row["text"],
            pairs=row["pairs"],
            example=f"{row['writer']} to {row['reader']}",
        )
        for row in ordered.to_dict("records")
    ]


def texts(rows: pd.DataFrame) -> "pd.Series[str]":
    """What each row says, without the name of the machine."""
    message = rows["message"].where(rows["message"] != "", rows["reason"]).str.replace(MACHINE, "…", regex=True)
    return message.where(rows["status"] != str(Status.WRONG), rows["loaded"] + " instead of " + rows["saved"])


def unwritten(rows: pd.DataFrame) -> list[tuple[str, str, str]]:
    """The writers that left no artefact: each with its status, and its message."""
    lacking = rows[rows["stage"] == "write"].drop_duplicates("writer")
    messages = lacking["message"].where(lacking["message"] != "", lacking["reason"])
    return list(zip(lacking["writer"], lacking["status"], messages, strict=True))


def counts(rows: pd.DataFrame) -> dict[Status, int]:
    """How many pairs that were read have which status."""
    statuses = rows.loc[rows["stage"] == "read", "status"].value_counts()
    return {status: int(statuses.get(str(status), 0)) for status in Status}


def write(writers: Sequence[Trial], readers: Sequence[Trial], folder: Path) -> list[Path]:
    """Write ``grid.csv`` and ``grid.md`` into a folder; the paths."""
    frame = long(writers, readers)
    return [
        write_file(folder / "grid.csv", lambda path: frame.to_csv(path, index=False, lineterminator="\n")),
        write_text(folder / "grid.md", markdown(frame, forms(writers, readers))),
    ]


def markdown(frame: pd.DataFrame, named: Sequence[Form]) -> str:
    """The tables for a code host: how the forms compare, then each form's writers × readers."""
    readers = [{"cell": cell, "name": name} for cell, name in short_names(frame["reader"].unique()).items()]
    return render(
        "grid.md.jinja",
        sections=[section(frame, form) for form in named],
        readers=readers,
        names=short_names(frame["writer"].unique()),
        statuses=[status for status in Status if status is not Status.ANSWERED],
        symbol_of=symbol_of,
    )


def section(frame: pd.DataFrame, form: Form) -> dict[str, Any]:
    """What the template shows of one form."""
    rows = frame[frame["form"] == form.name]
    statuses = counts(rows)
    return {
        "form": form,
        "counts": statuses,
        "read": sum(statuses.values()),
        "rows": wide(frame, form.name).to_dict("index"),
        "notes": notes(rows),
        "unwritten": unwritten(rows),
    }


def short_names(cells: Iterable[str]) -> dict[str, str]:
    """What heads each column: the release, or the whole cell where a release has several."""
    cells = list(cells)
    return dict(zip(cells, column_names(cells), strict=True))


def symbol_of(status: str) -> str:
    """The symbol of a status; nothing where nothing was written."""
    return Status(status).symbol if status else ""
