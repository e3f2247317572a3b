"""The grid of saving and loading as blocks: a table a form, and what was seen where it does not work."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from tfcompat.escape import printable, shortened
from tfcompat.exchange.errors import errors
from tfcompat.outcomes import Harm, Status
from tfcompat.publish.parts.blocks import Block, Entries, Field, Fields, Folded, Heading, ListEntry
from tfcompat.publish.parts.minors import minor_of
from tfcompat.publish.parts.prose import count, quoted
from tfcompat.publish.statuses import css
from tfcompat.record.words import USUAL

#: The columns of the grid that are needed to show it.
GRID = ("form", "writer", "reader", "status")
#: What a status was called in grids that were made before there were kinds.
OLD = {"differs": Status.WRONG}
#: Characters of what was seen, and pairs that are named beside it.
LONGEST, SHOWN = 220, 12


def read(text: str) -> pd.DataFrame:
    """The lines of a ``grid.csv``, the last of each form, writer and reader; none where it is of another form."""
    lines = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False) if text else pd.DataFrame()
    if lines.empty or not set(GRID) <= set(lines.columns):
        return pd.DataFrame(columns=list(GRID))
    return lines.drop_duplicates(["form", "writer", "reader"], keep="last")


def errors_of(lines: pd.DataFrame) -> Iterator[Block]:
    """The errors that were raised, each once, with which release raised it on what another one saved."""
    raised = errors(lines.to_dict("records")) if {"stage", "message"} <= set(lines.columns) else []
    if raised:
        entries = [
            ListEntry(text=quoted(printable(error.message, LONGEST)), more=list(error.where), anchor=error.anchor)
            for error in raised
        ]
        yield Heading(text="Errors", anchor="errors")
        yield Folded(
            summary=f"Each error that was raised, and between which releases ({len(raised)})",
            blocks=[Entries(entries=entries)],
        )


def of_form(lines: pd.DataFrame, form: str, readers: Sequence[str]) -> Iterator[Block]:
    """The table of a form, and what was seen where it does not work."""
    facts = {(line["writer"], line["reader"]): line for line in lines.to_dict("records")}
    notes: dict[str, list[str]] = {}
    numbers: dict[tuple[str, str], int] = {}
    for (writer, reader), line in facts.items():
        if line["status"] != Status.WORKS:
            pairs = notes.setdefault(seen(line), [])
            pairs.append(f"{short(writer)} → {short(reader)}")
            numbers[writer, reader] = list(notes).index(seen(line))
    rows = []
    for writer in dict.fromkeys(lines["writer"]):
        fields = [
            mark(facts.get((writer, reader), {}), target(form, numbers.get((writer, reader)))) for reader in readers
        ]
        rows.append([Field(text=short(writer)), *fields])
    yield Heading(text=f"`{form}`", anchor=form)
    yield Fields(name=form, head=("written by", *map(short, readers)), rows=rows, narrow=True)
    if notes:
        entries = [
            ListEntry(text=text, more=[pairs_of(pairs)], anchor=target(form, number).removeprefix("#"))
            for number, (text, pairs) in enumerate(notes.items())
        ]
        yield Folded(summary=f"What was seen ({len(notes)})", blocks=[Entries(entries=entries)])


def target(form: str, number: int | None) -> str:
    return "" if number is None else f"#{form}-{number + 1}"


def seen(line: Mapping[Any, Any]) -> str:
    """What was seen in a pair: the error, or what was loaded in place of what was saved."""
    if message := line.get("message"):
        return f"{line['status']}: {quoted(printable(message, LONGEST))}"
    if loaded := line.get("loaded"):
        texts = [quoted(shortened(text, LONGEST)) for text in (line.get("saved", ""), loaded)]
        return f"{line['status']}: saved {texts[0]}, loaded {texts[1]}"
    return str(line["status"]) + (f": {line['reason']}" if line.get("reason") else "")


def pairs_of(pairs: Sequence[str]) -> str:
    more = f", and {len(pairs) - SHOWN} more" if len(pairs) > SHOWN else ""
    return f"{count(len(pairs), 'pair')}: {', '.join(pairs[:SHOWN])}{more}."


def mark(line: Mapping[Any, Any], target: str = "") -> Field:
    """What was seen in a pair as a symbol, in the colour of its harm."""
    word = line.get("status") or str(Status.UNKNOWN)
    status = OLD.get(word) or (Status(word) if word in set(Status) else Status.UNKNOWN)
    harm = Harm(line["harm"]) if line.get("harm") in set(Harm) else USUAL.get(status, Harm.NONE)
    return Field(text=f"{status.symbol} {word}", tone=css(status, harm), target=target)


def short(cell: str) -> str:
    """A cell without what is the same in all: its minor, and its variant."""
    release, _, rest = cell.removeprefix("tf").partition("-py")
    _, plus, variant = rest.partition("+")
    return (minor_of(release) or release) + plus + variant
