"""The manifest of a snapshot: what is one, what is none, and what is for another tfcompat."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tfcompat.errors import DataError
from tfcompat.files import hash_of
from tfcompat.index.shape import TABLES
from tfcompat.outcomes import Documentation, Harm, Kind, Oracle, Reason, Status
from tfcompat.snapshot.contents import FILES, FORMAT, Contents, OtherFormatError, dump, facts_of, parse

CONTENTS = Contents(
    format=FORMAT,
    measured="2026-11-27T01:02:03Z",
    tfcompat="0.1.0",
    cells=2,
    trials=3,
    files={name: facts_of(name.encode()) for name in FILES},
)
#: The columns and the words of the tables; where they are others, FORMAT is raised and this renewed.
SHAPE = "4326aff5c8ab507c"


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(dump(CONTENTS))
    change(document)
    return json.dumps(document).encode()


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert parse(dump(CONTENTS), "it") == CONTENTS
    assert (CONTENTS.day, CONTENTS.size) == ("2026-11-27", sum(map(len, FILES)))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"\xff",
        b"{" * 100_000,
        changed(lambda document: document.pop("measured")),
        changed(lambda document: document.update(measured="yesterday\x1b[2J")),
        changed(lambda document: document.update(more=1)),
        changed(lambda document: document.update(tfcompat="\x1b[2J")),
        changed(lambda document: document["files"].pop("names.parquet")),
        changed(lambda document: document["files"].update({"../evil": document["files"]["names.parquet"]})),
        changed(lambda document: document["files"]["names.parquet"].update(size=-1)),
        changed(lambda document: document["files"]["names.parquet"].update(size=1 << 24)),
        changed(lambda document: document["files"]["names.parquet"].update(sha256="../../x")),
    ],
)
def test_what_is_no_manifest_is_one_sentence(text: bytes) -> None:
    with pytest.raises(DataError, match="it is not the manifest of a snapshot") as error:
        parse(text, "it")
    assert "\n" not in str(error.value)
    assert "\x1b" not in str(error.value)


@pytest.mark.parametrize(("number", "todo"), [(FORMAT + 1, "pip install --upgrade"), (FORMAT - 1, "made again")])
def test_one_for_another_tfcompat_says_what_to_do(number: int, todo: str) -> None:
    text = changed(lambda document: document.update(format=number, tfcompat="9.1", more="unknown"))
    with pytest.raises(OtherFormatError, match=rf"it is for tfcompat 9\.1: .*{todo}"):
        parse(text, "it")


def test_the_files_are_the_tables_of_the_index() -> None:
    assert [f"{name}.parquet" for name in TABLES] == list(FILES)


def test_the_format_is_another_one_where_the_tables_are() -> None:
    """An older tfcompat must not read columns and words that it does not know: raise FORMAT, and put the new SHAPE here."""
    words = (word for words in (Status, Harm, Kind, Oracle, Reason, Documentation) for word in words)
    columns = (f"{name} {field.name} {field.type}" for name, schema in TABLES.items() for field in schema)
    assert hash_of(str(FORMAT), *columns, *map(str, words)) == SHAPE
