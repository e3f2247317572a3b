"""Tests of the parts: the same bytes for the same trials, a new day behind the old ones, and nothing believed that is damaged."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.fakes import header_line, keep_suite, outcome_line, scenario_facts
from tests.index.made_trials import MOMENTS, rows, write
from tfcompat.index import parts
from tfcompat.index.columns import Columns, chosen, joined
from tfcompat.index.reader import Reader
from tfcompat.index.refresh import months_of
from tfcompat.index.shape import TABLES

RULES = "rules"
SUITES = {"a" * 16: "of the file"}
SCENARIOS = [scenario_facts("adapt::mean"), scenario_facts("inventory::tf.nn")]
HEADER = header_line(*SCENARIOS)


@pytest.fixture
def trials(tmp_path: Path) -> Path:
    """Two trials on a day, one on the next."""
    folder = tmp_path / "trials"
    keep_suite(folder, *SCENARIOS)
    for place, observed in enumerate((1.0, 2.0, 3.0)):
        names = {f"tf.nn.norm{place}": "(x)"}
        write(folder, place, HEADER, outcome_line(observed=observed), outcome_line("inventory::tf.nn", observed=names))
    return folder


def columns_of(trials: Path, *places: int) -> Columns:
    """The trials of some moments, in the order that a month has."""
    reader = Reader(trials)
    for path in sorted(trials.glob("*/*.gz")):
        if path.name[:15] in {MOMENTS[place].replace("-", "").replace(":", "")[:15] for place in places}:
            reader.add(f"{path.parent.name}/{path.name}", path.name[:8])
    columns = reader.columns()
    return chosen(columns, months_of(columns.trials, range(columns.trials.num_rows))["2026-01"])


def test_a_part_is_read_as_it_was_written(trials: Path, tmp_path: Path) -> None:
    columns = columns_of(trials, 0, 1, 2)
    parts.write(tmp_path, "2026-01", columns, RULES, SUITES)
    assert parts.months(tmp_path) == ["2026-01"]
    assert sorted(path.name for path in tmp_path.glob("*.parquet")) == [
        f"{name}-2026-01.parquet" for name in sorted(TABLES)
    ]
    assert rows(parts.read(tmp_path, "2026-01", RULES, SUITES)) == rows(columns)


def test_a_part_without_outcomes_is_one_too(tmp_path: Path) -> None:
    write(tmp_path / "trials", 0)
    columns = columns_of(tmp_path / "trials", 0)
    parts.write(tmp_path, "2026-01", columns, RULES, SUITES)
    found = parts.read(tmp_path, "2026-01", RULES, SUITES)
    assert rows(found) == rows(columns)
    assert found.outcomes.num_rows == 0


def test_a_new_day_is_added_behind_the_others(trials: Path, tmp_path: Path) -> None:
    parts.write(tmp_path / "one", "2026-01", columns_of(trials, 0, 1), RULES, SUITES)
    parts.write(tmp_path / "two", "2026-01", columns_of(trials, 0, 1, 2), RULES, SUITES)
    for name in ("outcomes", "trials"):
        before, after = (parts.path_of(tmp_path / place, name, "2026-01") for place in ("one", "two"))
        with pq.ParquetFile(before) as file, pq.ParquetFile(after) as later:
            assert (file.num_row_groups, later.num_row_groups) == (1, 2)
            group = later.metadata.row_group(1)
            columns = [group.column(number) for number in range(group.num_columns)]
            end = min(
                filter(
                    None,
                    (place for column in columns for place in (column.dictionary_page_offset, column.data_page_offset)),
                )
            )
        assert end > 100
        assert after.read_bytes()[:end] == before.read_bytes()[:end]


def test_the_bytes_do_not_tell_how_the_trials_came(trials: Path, tmp_path: Path) -> None:
    parts.write(tmp_path / "at once", "2026-01", columns_of(trials, 0, 1, 2), RULES, SUITES)
    parts.write(tmp_path / "first", "2026-01", columns_of(trials, 1), RULES, SUITES)
    every = joined(
        [columns_of(trials, 2), parts.read(tmp_path / "first", "2026-01", RULES, SUITES), columns_of(trials, 0)]
    )
    parts.write(
        tmp_path / "by turns",
        "2026-01",
        chosen(every, months_of(every.trials, range(every.trials.num_rows))["2026-01"]),
        RULES,
        SUITES,
    )
    for name in TABLES:
        texts = [parts.path_of(tmp_path / place, name, "2026-01").read_bytes() for place in ("at once", "by turns")]
        assert texts[0] == texts[1], name


def test_other_rules_are_told_from_damage(trials: Path, tmp_path: Path) -> None:
    parts.write(tmp_path, "2026-01", columns_of(trials, 0), RULES, SUITES)
    with pytest.raises(parts.OutdatedError):
        parts.read(tmp_path, "2026-01", "others", SUITES)


def test_another_file_of_a_suite_is_noticed(trials: Path, tmp_path: Path) -> None:
    """What a scenario asks, and how it is judged, is in that file; one that no trial is of makes no difference."""
    (suite,) = set(columns_of(trials, 0).trials["suite"].to_pylist())
    parts.write(tmp_path, "2026-01", columns_of(trials, 0), RULES, {suite: "before"})
    parts.read(tmp_path, "2026-01", RULES, {suite: "before", "other": "new"})
    with pytest.raises(parts.DAMAGE):
        parts.read(tmp_path, "2026-01", RULES, {suite: "after"})


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "older", "foreign"])
def test_a_damaged_file_is_noticed(table: str, damage: str, trials: Path, tmp_path: Path) -> None:
    parts.write(tmp_path, "2026-01", columns_of(trials, 0, 1, 2), RULES, SUITES)
    path = parts.path_of(tmp_path, table, "2026-01")
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "older":
        parts.write(tmp_path / "older", "2026-01", columns_of(trials, 0, 1), RULES, SUITES)
        parts.path_of(tmp_path / "older", table, "2026-01").replace(path)
    else:
        pq.write_table(pq.read_table(path).select([0]).replace_schema_metadata(None), path)
    with pytest.raises(parts.DAMAGE):
        parts.read(tmp_path, "2026-01", RULES, SUITES)


def test_a_flipped_bit_among_the_rows_is_noticed(trials: Path, tmp_path: Path) -> None:
    columns = columns_of(trials, 0, 1, 2)
    parts.write(tmp_path, "2026-01", columns, RULES, SUITES)
    path = parts.path_of(tmp_path, "outcomes", "2026-01")
    content = path.read_bytes()
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    noticed = 0
    for place in range(4, footer, 13):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        try:
            assert rows(parts.read(tmp_path, "2026-01", RULES, SUITES)) == rows(columns)
        except parts.DAMAGE:
            noticed += 1
    assert noticed > 20


def test_a_part_is_removed_with_all_of_its_files(trials: Path, tmp_path: Path) -> None:
    parts.write(tmp_path, "2026-01", columns_of(trials, 0), RULES, SUITES)
    parts.remove(tmp_path, "2026-01")
    parts.remove(tmp_path, "2026-01")
    assert parts.months(tmp_path) == []
