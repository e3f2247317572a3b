"""Errors of loading: what the grid raised with models that were saved, each error once, with where that was."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tfcompat.exchange.loads import read as rows_of
from tfcompat.exchange.loads import release_of
from tfcompat.files import hash_of
from tfcompat.outcomes import Status
from tfcompat.questions.search.texts import LoadError
from tfcompat.select.releases import spanned

#: What differs between two prints of one error, and how much of what is left tells it from others.
DIFFERS = re.compile(r"running on \w+|__inference_\w+|0x[0-9a-f]+|[\W_]+|\d+")
TELLING = 90
#: The statuses whose message is that of an error, and sentences that say where it was.
RAISED = (Status.FAILS, Status.MISSING)
MOST = 6
#: A pair of releases: which wrote, and which read.
Pair = tuple[str, str]


def read(path: Path) -> list[LoadError]:
    """The errors of a ``grid.csv``; none where it is not there. Raises DataError where it is not one."""
    return errors(rows_of(path)) if path.is_file() else []


def errors(rows: Sequence[Mapping[Any, str]]) -> list[LoadError]:
    """The errors of a grid, the most frequent first."""
    alike: dict[str, list[Mapping[Any, str]]] = defaultdict(list)
    for row in rows:
        if row["message"] and row["status"] in RAISED:
            alike[DIFFERS.sub("", row["message"].lower())[:TELLING]].append(row)
    releases = list(dict.fromkeys(release_of(row["writer"]) for row in rows))
    frequent = sorted(alike.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        LoadError(message=raised[0]["message"], anchor=f"error-{hash_of(known)}", where=tuple(where(raised, releases)))
        for known, raised in frequent
    ]


def where(raised: Iterable[Mapping[Any, str]], releases: Sequence[str]) -> Iterator[str]:
    """Which forms raised an error, written and read by which of the releases, a sentence for each set of pairs."""
    pairs: dict[str, set[Pair]] = defaultdict(set)
    for row in raised:
        reader = "" if row["stage"] == "write" else release_of(row["reader"])
        pairs[row["form"]].add((release_of(row["writer"]), reader))
    forms: dict[frozenset[Pair], list[str]] = defaultdict(list)
    for form, found in pairs.items():
        forms[frozenset(found)].append(form)
    said = sorted(forms.items(), key=lambda item: -len(item[1]))
    yield from (f"{', '.join(names)}: {sentence(found, releases)}" for found, names in said[:MOST])
    if more := said[MOST:]:
        yield f"and {', '.join(name for _, names in more for name in names)}: tfcompat loads says where"


def sentence(pairs: Collection[Pair], releases: Sequence[str]) -> str:
    """Between which releases it was: of those that wrote with those that read, in how many of the pairs."""
    writers, readers = ({pair[role] for pair in pairs} for role in (0, 1))
    if readers == {""}:
        return f"saved by {spanned(writers, releases)}"
    part = "" if len(pairs) == len(writers) * len(readers) else f", in {len(pairs)} of these pairs"
    return f"saved by {spanned(writers, releases)}, loaded by {spanned(readers, releases)}{part}"
