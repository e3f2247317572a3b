"""The door's connection: it is closed with the door, and its memory is bounded."""

import gc
import sqlite3
from pathlib import Path

import pytest

from tests import fakes
from tfcompat.door.door import PAGES, open_file
from tfcompat.door.fill import in_memory, write
from tfcompat.table.frame import collect


def test_the_connection_is_closed_when_nobody_has_the_door_any_more() -> None:
    door = in_memory(collect([fakes.trial()]))
    connection = door.connection
    del door
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("select 1")


def test_a_door_of_a_file_keeps_a_bounded_part_of_it_in_memory(tmp_path: Path) -> None:
    write(tmp_path / "door", collect([fakes.trial()]))
    assert open_file(tmp_path / "door").rows("pragma cache_size") == [{"cache_size": -PAGES}]
