"""tfcompat report: the files that it names, and what it says where it cannot write or read them."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import Call


def test_a_report_without_trials_says_what_to_do(call: Call, project_folder: Path) -> None:
    code, said, complained = call("report")
    assert (code, said) == (2, "")
    assert complained.startswith(f"tfcompat: there are no trials in {project_folder / 'reports' / 'trials'}: ")


@pytest.mark.usefixtures("engine")
def test_a_report_names_the_files_that_it_wrote(call: Call, project_folder: Path, tmp_path: Path) -> None:
    call("run", "--tf", "2.16")
    code, said, _ = call("report", "--output", str(tmp_path / "out"))
    assert code == 0
    assert str(tmp_path / "out" / "table.csv") in said.splitlines()
    assert all(Path(line).is_file() for line in said.splitlines())
    assert call("report")[1].splitlines()[0] == str(project_folder / "reports" / "table.csv")


def cut(text: str) -> str:
    return text[:-40]


def renamed(text: str) -> str:
    """The header no longer names the scenario that the outcome is of."""
    return text.replace("adapt::mean", "adapt::other", 1)


def undecodable(text: str) -> str:
    return text.replace("adapt", "\xff", 1)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("damage", [cut, renamed, undecodable])
@pytest.mark.parametrize("command", [("report",), ("run", "--tf", "2.16")])
def test_a_damaged_trial_is_named_with_what_to_do(
    command: tuple[str, ...], damage: Callable[[str], str], call: Call, project_folder: Path
) -> None:
    call("run", "--tf", "2.16")
    (path,) = (project_folder / "reports" / "trials").glob("*/*.jsonl.gz")
    path.write_bytes(gzip.compress(damage(gzip.decompress(path.read_bytes()).decode()).encode("latin-1")))
    code, said, complained = call(*command)
    assert (code, said) == (2, "")
    assert complained.startswith(f"tfcompat: {path} is not a whole trial (")
    assert complained.count("\n") == 1


@pytest.mark.usefixtures("engine")
def test_an_output_that_cannot_be_written_is_one_sentence(call: Call, tmp_path: Path) -> None:
    call("run", "--tf", "2.16")
    (tmp_path / "file").touch()
    code, _, complained = call("report", "--output", str(tmp_path / "file" / "below"))
    assert code == 2
    assert "table.csv cannot be written" in complained
    assert complained.count("\n") == 1


@pytest.mark.usefixtures("engine")
def test_the_look_up_file_is_packed_beside_the_snapshot(call: Call, project_folder: Path) -> None:
    code, _, complained = call("report", "--lookup")
    assert (code, complained.count("\n")) == (2, 1)
    assert "has no snapshot for this tfcompat: tfcompat report writes it" in complained
    call("run", "--tf", "2.16")
    call("report")
    code, said, _ = call("report", "--lookup")
    (packed,) = (project_folder / "reports" / "snapshot").glob("*.sqlite.xz")
    assert (code, said) == (0, f"{packed}\n")


def test_packing_the_look_up_file_takes_no_other_option(call: Call, project_folder: Path) -> None:
    code, _, complained = call("report", "--lookup", "--output", str(project_folder / "elsewhere"))
    assert code == 2
    assert "--output is not for --lookup, which packs one file: leave it out" in complained
    assert not (project_folder / "elsewhere").exists()
