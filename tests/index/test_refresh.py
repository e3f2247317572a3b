"""Tests of the index as a whole: it fits the trials, reads only what it lacks, and says so where it is made again."""

import threading
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.fakes import header_line, keep_suite, outcome_line, scenario_facts
from tests.index.made_trials import CELL, NAMES, rows, write
from tfcompat.errors import DataError
from tfcompat.index import parallel, refresh
from tfcompat.index.columns import Columns
from tfcompat.project import Project
from tfcompat.record.lines import ReusedLine
from tfcompat.table.frame import collect, table_of
from tfcompat.trials import confirmed
from tfcompat.trials.file import SUFFIX
from tfcompat.trials.store import Store

SCENARIOS = [scenario_facts("adapt::mean"), scenario_facts("adapt::other"), scenario_facts("inventory::tf.nn")]
HEADER = header_line(*SCENARIOS)
OTHER = "tf2.10.1-py3.10"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two trials of a cell in January and one in February, and one of another cell."""
    made = Project(root=tmp_path / "project", cache=tmp_path / "cache")
    keep_suite(made.trials, *SCENARIOS)
    listing = outcome_line("inventory::tf.nn", observed={"tf.nn.norm": "(x)"})
    for place in (0, 2, 3):
        write(made.trials, place, HEADER, outcome_line(observed=float(place)), listing)
    write(made.trials, 0, HEADER, outcome_line(observed=5.0), cell=OTHER)
    return made


class Asked:
    """What a call of the index read, and said."""

    def __init__(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read: list[str] = []
        self.said: list[str] = []
        real = parallel.read

        def read(folder: Path, files: Any) -> Columns:
            self.read = [name for name, _ in files]
            return real(folder, files)

        with monkeypatch.context() as patched:
            patched.setattr(parallel, "read", read)
            self.columns = refresh.columns(project, self.said.append)


def confirm(project: Project, place: int = 3, started: str = "2026-02-02T00:00:00Z") -> None:
    """Add a line that confirms a trial."""
    path = project.trials / CELL / f"{NAMES[place]}{SUFFIX}"
    line = confirmed.line_of(Store(project.trials).trial(path), path, SUFFIX)
    later = replace(line, started=started, environment="later", tfcompat="9.9", seconds=99.0)
    confirmed.add(path.parent, [later])


def contents(project: Project) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in refresh.folder_of(project).iterdir()}


def same_tables(project: Project, columns: Columns) -> None:
    """The table of the index is that of the trials themselves."""
    made, known = table_of(columns), collect(Store(project.trials).read())
    for name in ("trials", "outcomes", "scenarios", "names", "frame"):
        assert getattr(made, name).to_dict("records") == getattr(known, name).to_dict("records"), name
    assert list(made.scenarios.index) == list(known.scenarios.index)


def test_the_table_of_the_index_is_that_of_the_trials(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Asked(project, monkeypatch)
    assert len(first.read) == 4
    same_tables(project, first.columns)
    second = Asked(project, monkeypatch)
    assert second.read == []
    same_tables(project, second.columns)


def test_a_month_is_a_part(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    Asked(project, monkeypatch)
    assert sorted(contents(project)) == sorted(
        f"{table}-{month}.parquet"
        for table in ("names", "outcomes", "scenarios", "trials")
        for month in ("2026-01", "2026-02")
    )


def test_only_a_new_file_is_read_and_only_its_month_written(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    Asked(project, monkeypatch)
    before = contents(project)
    times = {path.name: path.stat().st_mtime_ns for path in refresh.folder_of(project).iterdir()}
    new = write(project.trials, 1, HEADER, outcome_line(observed=9.0))
    asked = Asked(project, monkeypatch)
    assert asked.read == [new]
    assert asked.said == []
    same_tables(project, asked.columns)
    after = contents(project)
    written = {name for name, content in after.items() if before[name] != content}
    assert {name.removesuffix("-2026-01.parquet") for name in written} >= {"outcomes", "trials"}
    assert all(name.endswith("-2026-01.parquet") for name in written)
    for path in refresh.folder_of(project).glob("*-2026-02.parquet"):
        assert path.stat().st_mtime_ns == times[path.name]


def test_an_index_that_grew_is_the_one_that_is_made_at_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    Asked(project, monkeypatch)
    write(project.trials, 1, HEADER, outcome_line(observed=9.0))
    confirm(project)
    Asked(project, monkeypatch)
    grown = contents(project)
    for path in refresh.folder_of(project).iterdir():
        path.unlink()
    Asked(project, monkeypatch)
    assert contents(project) == grown


def test_a_file_that_changed_is_read_with_those_of_its_cell(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may refer to it."""
    again = ReusedLine(trial=NAMES[0], scenarios=["adapt::mean"])
    write(project.trials, 1, HEADER, again, outcome_line("adapt::other"))
    Asked(project, monkeypatch)
    write(project.trials, 0, HEADER, outcome_line(observed=77.0))
    asked = Asked(project, monkeypatch)
    assert asked.read == [f"{CELL}/{NAMES[place]}{SUFFIX}" for place in (0, 1, 2, 3)]
    same_tables(project, asked.columns)
    assert [row["observed"] for row in asked.columns.outcomes.to_pylist()].count("77.0") == 2


def test_what_a_suite_says_counts_as_the_trials_do(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A title that was changed in its file and changed back is read both times."""
    titles = [Asked(project, monkeypatch).columns.scenarios["title"].to_pylist()]
    (path,) = (project.trials / "suites").iterdir()
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"title":"', b'"title":"edited '))
    titles.append(Asked(project, monkeypatch).columns.scenarios["title"].to_pylist())
    path.write_bytes(content)
    titles.append(Asked(project, monkeypatch).columns.scenarios["title"].to_pylist())
    assert all(title.startswith("edited ") for title in titles[1])
    assert titles[0] == titles[2] != titles[1]


def test_a_file_that_is_gone_is_dropped(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    Asked(project, monkeypatch)
    (project.trials / CELL / f"{NAMES[3]}{SUFFIX}").unlink()
    asked = Asked(project, monkeypatch)
    same_tables(project, asked.columns)
    assert asked.columns.trials.num_rows == 3
    assert not any("2026-02" in name for name in contents(project))


def test_without_trials_there_is_no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(Project(root=tmp_path, cache=tmp_path / "cache"), monkeypatch)
    assert asked.columns.trials.num_rows == asked.columns.outcomes.num_rows == 0
    assert asked.said == []


def test_a_confirmation_is_a_trial_with_the_outcomes_of_its_file(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    Asked(project, monkeypatch)
    confirm(project)
    asked = Asked(project, monkeypatch)
    assert asked.read == []
    same_tables(project, asked.columns)
    table = table_of(asked.columns)
    (row,) = table.current[table.current["cell"] == CELL].to_dict("records")
    assert (row["started"], row["environment"], row["seconds"], row["confirmed"]) == (
        "2026-02-02T00:00:00Z",
        "later",
        99.0,
        True,
    )
    assert row["file"] == f"{CELL}/{NAMES[3]}{SUFFIX}"
    shown = table.frame[table.frame["cell"] == CELL].set_index("scenario")
    assert dict(shown["observed"].astype(str))["adapt::mean"] == "3.0"
    assert dict(shown["measured"].astype(str)) == {
        "adapt::mean": "2026-02-02T00:00:00Z",
        "adapt::other": "",
        "inventory::tf.nn": "2026-02-02T00:00:00Z",
    }
    assert Asked(project, monkeypatch).read == []


def test_a_confirmation_of_an_earlier_month_stays_where_its_own_is(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(project, started="2026-05-01T00:00:00Z")
    asked = Asked(project, monkeypatch)
    same_tables(project, asked.columns)
    same_tables(project, Asked(project, monkeypatch).columns)
    assert "trials-2026-05.parquet" in contents(project)


def test_a_confirmation_of_what_is_not_there_is_damage(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    confirm(project)
    write(project.trials, 3, HEADER, outcome_line(observed=4.0))
    with pytest.raises(DataError, match=r"is not what .* confirms"):
        Asked(project, monkeypatch)
    (project.trials / CELL / f"{NAMES[3]}{SUFFIX}").unlink()
    with pytest.raises(DataError, match="is not there"):
        Asked(project, monkeypatch)


def test_a_damaged_trial_is_named_and_the_index_stays(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    Asked(project, monkeypatch)
    before = contents(project)
    path = project.trials / write(project.trials, 1, "{")
    with pytest.raises(DataError, match=str(path)):
        Asked(project, monkeypatch)
    assert contents(project) == before


@pytest.mark.fault(
    "The index is damaged",
    group="files",
    reads="the index in FOLDER is damaged: it is made again from N trial files",
    code=0,
    kept="all trials",
)
@pytest.mark.parametrize("table", ["names", "outcomes", "scenarios", "trials"])
def test_a_damaged_index_is_made_again_and_said_so(
    table: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    Asked(project, monkeypatch)
    before = contents(project)
    path = refresh.folder_of(project) / f"{table}-2026-01.parquet"
    path.write_bytes(before[path.name][:100])
    asked = Asked(project, monkeypatch)
    assert asked.said == [f"the index in {path.parent} is damaged: it is made again from 4 trial files"]
    assert len(asked.read) == 3
    same_tables(project, asked.columns)
    assert contents(project) == before
    assert Asked(project, monkeypatch).said == []


def test_an_index_of_other_rules_is_made_again_and_said_so(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    Asked(project, monkeypatch)
    monkeypatch.setattr(refresh, "rules", lambda: "others")
    asked = Asked(project, monkeypatch)
    (said,) = asked.said
    assert "was made by other rules: it is made again from 4 trial files" in said
    assert len(asked.read) == 4
    assert Asked(project, monkeypatch).read == []


@pytest.mark.parametrize(("noticed", "says"), [(4, True), (5, False)])
def test_an_index_that_is_missing_is_said_where_it_takes_a_while(
    noticed: int, says: bool, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "NOTICED", noticed)
    assert any("is missing" in text for text in Asked(project, monkeypatch).said) == says


@pytest.mark.fault(
    "The reports are read-only when a question is asked",
    group="machine",
    reads="nothing: the index is made in memory",
    code=0,
    kept="everything",
)
def test_a_folder_that_cannot_be_written_still_answers(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh.folder_of(project).write_text("no folder")
    for _ in range(2):
        asked = Asked(project, monkeypatch)
        assert len(asked.read) == 4
        same_tables(project, asked.columns)
    assert refresh.folder_of(project).read_text() == "no folder"


@pytest.mark.fault(
    "Several commands make the index at once",
    group="person",
    reads="nothing",
    code=0,
    kept="one whole index",
)
def test_several_at_once_leave_one_index(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Columns] = []
    threads = [threading.Thread(target=lambda: made.append(refresh.columns(project, str))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked = Asked(project, monkeypatch)
    assert asked.read == []
    assert [rows(columns) for columns in made] == [rows(asked.columns)] * 4
    assert all(name.endswith(".parquet") for name in contents(project))
