"""tfcompat scan: its forms, its exit codes, and what it writes into files."""

import json
import re
import shlex
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import ROOT
from tests.scan.made import door
from tfcompat.cli import COMMANDS
from tfcompat.commands.advise import scan as module
from tfcompat.commands.advise.scan import scan
from tfcompat.errors import SelectionError
from tfcompat.project import Project
from tfcompat.scan.report import used
from tfcompat.scan.sources import read

OLD = "from tensorflow.keras.layers.experimental.preprocessing import Normalization\n"
PAGE = ROOT / "docs" / "scan.md"


@pytest.fixture(autouse=True)
def _made_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "door_of", lambda project: door())
    monkeypatch.chdir(tmp_path)


def call(*arguments: str) -> Result:
    project = Project(root=Path(), cache=Path("cache"))
    return CliRunner().invoke(scan, arguments, obj=project, catch_exceptions=False)


@pytest.mark.parametrize(
    ("releases", "code"), [((), 0), (("--tf", "<2.16"), 0), (("--tf", ">=2.15"), 1), (("--tf", "latest"), 1)]
)
def test_the_exit_code_says_whether_something_breaks_on_what_was_asked(releases: tuple[str, ...], code: int) -> None:
    Path("code.py").write_text(OLD, encoding="utf-8")
    done = call("code.py", *releases)
    assert done.exit_code == code
    assert ("code.py:1:1: tf.keras.layers.experimental.preprocessing.Normalization" in done.stdout) is (
        releases != ("--tf", "<2.16")
    )


@pytest.mark.parametrize(("releases", "code"), [("<2.16", 3), (">=2.16", 1)])
def test_a_file_that_cannot_be_read_is_an_exit_code_unless_something_is_worse(releases: str, code: int) -> None:
    Path("code.py").write_text(OLD, encoding="utf-8")
    Path("broken.py").write_text(f"{OLD}(", encoding="utf-8")
    done = call("code.py", "broken.py", "--tf", releases)
    assert (done.exit_code, "note: broken.py cannot be parsed" in done.stdout) == (code, True)


@pytest.mark.parametrize("form", [("--json",), ("--format", "json"), ("--format", "sarif")])
def test_programs_get_json_with_the_same_exit_code(form: tuple[str, ...]) -> None:
    Path("code.py").write_text(OLD, encoding="utf-8")
    done = call("code.py", "--tf", "all", *form)
    assert done.exit_code == 1
    assert set(json.loads(done.stdout)) >= {"findings" if "sarif" not in form else "runs"}


def test_what_to_write_for_a_path_is_told(tmp_path: Path) -> None:
    Path("code.py").write_text(OLD, encoding="utf-8")
    assert "  instead: tf.keras.layers.Normalization\n" in call("code.py", "--tf", ">=2.6").stdout


def test_fix_writes_what_works_and_then_all_is_well() -> None:
    Path("code.py").write_text(OLD, encoding="utf-8")
    Path("notebook.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code", "source": OLD}]}), encoding="utf-8")
    done = call("code.py", "--tf", ">=2.6", "--fix", "--all")
    assert (done.exit_code, Path("code.py").read_text(encoding="utf-8")) == (
        0,
        "from tensorflow.keras.layers import Normalization\n",
    )
    assert done.stderr.startswith("fixed code.py:1:1: ")
    left = call("notebook.ipynb", "--tf", ">=2.6", "--fix")
    assert left.exit_code == 1
    assert left.stderr == "not fixed notebook.ipynb:cell 1:1:1: write tf.keras.layers.Normalization by hand\n"


def test_fix_has_to_know_the_releases() -> None:
    Path("code.py").write_text(OLD, encoding="utf-8")
    with pytest.raises(SelectionError, match="--fix has to know for which releases"):
        call("code.py", "--fix")
    assert Path("code.py").read_text(encoding="utf-8") == OLD


@pytest.mark.parametrize("arguments", [("nowhere.py",), (".", "--tf", "2.x"), (".", "--tf", "3.0")])
def test_bad_input_is_one_sentence(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SelectionError, match=r"^[^\n]+$"):
        call(*arguments)


def examples() -> list[tuple[str, str, str]]:
    """The code of the document, each command that is shown, and what it prints."""
    text = PAGE.read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    shown = re.findall(r"```\n\$ tfcompat (.*?)\n(.*?)```", text, re.DOTALL)
    return [(code, command, printed) for command, printed in shown]


@pytest.mark.parametrize(("code", "command", "printed"), examples())
def test_the_examples_of_the_document_print_what_it_says(code: str, command: str, printed: str) -> None:
    Path("forecast.py").write_text(code, encoding="utf-8")
    name, *arguments = shlex.split(command)
    assert name == "scan"
    assert call(*arguments).stdout == printed


def test_the_hook_for_pre_commit_calls_a_command_that_there_is() -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    assert "entry: tfcompat scan" in text
    assert "scan" in COMMANDS
    assert {"python", "jupyter"} <= set(re.findall(r"\w+", text))


def test_the_time_grows_with_the_files_and_no_faster() -> None:
    """10,000 files in a minute are 6 milliseconds each: of the time that this process had, not of the machine's."""
    written = sorted((ROOT / "tests" / "scan" / "written").glob("*.txt"))
    for number in range(len(written) * 8):
        Path(f"code{number}.py").write_bytes(written[number % len(written)].read_bytes())
    paths = sorted(Path().glob("code*.py"))
    times = []
    for some in (paths[: len(paths) // 4], paths):
        started = time.process_time()
        assert all(used(read(path))[1] == [] for path in some)
        times.append(time.process_time() - started)
    assert times[1] / len(paths) < 0.006
    assert times[1] < 8 * times[0], f"four times the files took {times[1] / times[0]:.1f} times as long"


@pytest.mark.starts
def test_the_command_imports_no_pandas() -> None:
    import subprocess

    code = (
        "import sys, tfcompat.commands.advise.scan; print(sorted({'pandas', 'pyarrow', 'docker'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"
