"""tfcompat loads: what it prints of one pair and of many, and its exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.commands.ask.questions import three_releases
from tfcompat.commands.ask.loads import loads, spans
from tfcompat.errors import DataError, SelectionError
from tfcompat.project import Project

HEADER = "form,writer,reader,stage,status,harm,saved,loaded,reason,message,artefact"
CELLS = ("tf2.5.3-py3.9", "tf2.6.5-py3.9", "tf2.7.4-py3.9")
LOST = '"""the statistics are lost"""'


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Every release loads what itself saved; older files are lost in 2.7.4, and newer ones fail in older releases."""
    made = three_releases(tmp_path)
    rows = [HEADER]
    for written, writer in enumerate(CELLS):
        for asked, reader in enumerate(CELLS):
            if written == asked:
                rows.append(f"h5,{writer},{reader},read,works,none,[1.0],[1.0],,,a")
            elif reader == CELLS[2]:
                rows.append(f"h5,{writer},{reader},read,wrong,silent,[1.0],{LOST},,,a")
            else:
                rows.append(f"h5,{writer},{reader},read,fails,loud,[1.0],,,ValueError: no \x1b[2J,a")
        stage = "write,missing,loud,,,,Missing: no export," if writer == CELLS[0] else "read,works,none,[1.0],[1.0],,,b"
        rows += [f"export,{writer},{reader},{stage}" for reader in CELLS]
    (tmp_path / "reports" / "grid.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return made


def call(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(loads, arguments, obj=project, catch_exceptions=False)


def test_one_pair_is_told_format_by_format(project: Project) -> None:
    result = call(project, "2.5", "2.7")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "saved by TensorFlow 2.5.3, loaded by TensorFlow 2.7.4",
        "Normalization, Dense:",
        '  h5      lost: loads without what was learned ("the statistics are lost" instead of [1.0])',
        "  export  not saved: could not be saved in this format (Missing: no export)",
        "1 lost, 1 not saved",
    ]
    assert result.stderr.splitlines()[-2:] == ["2.5 is 2.5.3, its last patch", "2.7 is 2.7.4, its last patch"]


def test_ranges_are_counted_and_what_is_not_right_is_named(project: Project) -> None:
    assert call(project, "all", "2.5..2.7").stdout.splitlines() == [
        "saved by TensorFlow 2.5.3, 2.6.5, 2.7.4, loaded by TensorFlow 2.5.3, 2.6.5, 2.7.4",
        "Normalization, Dense:",
        "  h5  right: 3 of 9",
        "  h5  lost: 2 of 9, of 2.5.3 – 2.6.5 in 2.7.4",
        "  h5  fails: 4 of 9, of 2.5.3 in 2.6.5; of 2.6.5 in 2.5.3; of 2.7.4 in 2.5.3 – 2.6.5",
        "  export  right: 6 of 9",
        "  export  not saved: 3 of 9, by 2.5.3",
        "9 right, 2 lost, 4 fails, 3 not saved",
    ]


def test_spans_leave_out_what_is_between() -> None:
    assert (
        spans({"tf2.5-py3", "tf2.7-py3", "tf2.8-py3"}, [f"tf2.{minor}-py3" for minor in (5, 6, 7, 8)])
        == "2.5, 2.7 – 2.8"
    )


def test_what_was_not_measured_is_said_and_is_an_exit_code(project: Project) -> None:
    images = project.root / "images"
    images.mkdir()
    (images / "releases.toml").write_text(
        'releases = [\n  { version = "2.9.3", date = 2022-11-16, pythons = ["3.10"], megabytes = 500 },\n]\n',
        encoding="utf-8",
    )
    result = call(project, "2.9", "2.7")
    assert (result.exit_code, result.stdout) == (3, "not measured as writers, for the grid does not have them: 2.9.3\n")
    assert call(project, "2.5,2.9", "2.7").exit_code == 0


def test_for_programs(project: Project) -> None:
    found = json.loads(call(project, "2.5", "2.7", "normalization, dense", "--json").stdout)
    assert (found["schema"], found["counts"]["lost"], found["models"]) == (1, 1, ["Normalization, Dense"])


def test_what_is_not_there_is_one_sentence(project: Project) -> None:
    with pytest.raises(SelectionError, match=r"'2\.4' names no release"):
        call(project, "2.4", "2.7")
    project.grid_table.unlink()
    with pytest.raises(DataError, match="make it with tfcompat grid run"):
        call(project, "2.5", "2.7")


def test_hostile_text_does_nothing_to_a_terminal(project: Project) -> None:
    said = call(project, "2.6", "2.5").stdout
    assert all(character.isprintable() for line in said.splitlines() for character in line)
