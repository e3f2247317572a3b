"""tfcompat grid report: without trials it says what to do; tests/exchange/test_tables.py has the tables."""

from pathlib import Path

from tests.command import Call


def test_without_trials_it_says_what_to_do(call: Call, project_folder: Path) -> None:
    code, said, complained = call("grid", "report")
    assert (code, said) == (2, "")
    grid = project_folder / "reports" / "grid"
    assert complained == f"tfcompat: there are no trials in {grid}: make some with tfcompat grid run\n"
