"""The grid as blocks: a row a writer, a hole where nothing was read, and what was seen where it does not work."""

from tfcompat.publish.parts import grid
from tfcompat.publish.parts.blocks import Entries, Fields, Folded

TEXT = (
    "form,writer,reader,status,saved,loaded,reason,message\n"
    "h5,tf2.9.3-py3.9,tf2.9.3-py3.9,works,[1],[1],,\n"
    "h5,tf2.9.3-py3.9,tf2.16.2-py3.12+legacy,wrong,[1],[2],,\n"
    "h5,tf2.16.2-py3.12+legacy,tf2.9.3-py3.9,fails,,,,ValueError: no\n"
)


def test_a_form_is_a_table_whose_fields_lead_to_what_was_seen() -> None:
    readers = ["tf2.9.3-py3.9", "tf2.16.2-py3.12+legacy"]
    _, table, folded = grid.of_form(grid.read(TEXT), "h5", readers)
    assert isinstance(table, Fields)
    assert list(table.head) == ["written by", "2.9", "2.16+legacy"]
    fields = [[(field.text, field.tone, field.target) for field in row[1:]] for row in table.rows]
    assert fields == [
        [("✓ works", "w", ""), ("≠ wrong", "s n", "#h5-1")],
        [("✗ fails", "l f", "#h5-2"), ("? unknown", "u", "")],
    ]
    assert isinstance(folded, Folded)
    (entries,) = folded.blocks
    assert isinstance(entries, Entries)
    assert [(entry.anchor, entry.text, list(entry.more)) for entry in entries.entries] == [
        ("h5-1", "wrong: saved `[1]`, loaded `[2]`", ["1 pair: 2.9 → 2.16+legacy."]),
        ("h5-2", "fails: `ValueError: no`", ["1 pair: 2.16+legacy → 2.9."]),
    ]


def test_a_file_of_another_form_is_none_of_ours() -> None:
    assert grid.read("").empty
    assert grid.read("a,b\n1,2\n").empty


def test_what_differs_in_an_old_grid_is_never_taken_for_unknown() -> None:
    line = "h5,tf2.9.3-py3.9,tf2.9.3-py3.9,differs,[1],[2],,\n"
    _, table, _ = grid.of_form(grid.read(TEXT.splitlines()[0] + "\n" + line), "h5", ["tf2.9.3-py3.9"])
    assert isinstance(table, Fields)
    assert [(field.text, field.tone) for field in table.rows[0][1:]] == [("≠ differs", "s n")]
