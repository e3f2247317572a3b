"""Tests of the command line itself: its help, its exit codes, and what ends it."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.command import Call, call
from tests.conftest import ROOT
from tfcompat import __version__
from tfcompat.cli import COMMANDS, cli, interruption
from tfcompat.commands.group import LazyGroup
from tfcompat.errors import InterruptedRunError
from tfcompat.index import refresh

__all__ = ["call"]

#: Every command that there is, as the words that a person types.
EVERY = [
    *((name,) for name in COMMANDS),
    *((name, word) for name, group in COMMANDS.items() if isinstance(group, LazyGroup) for word in group.targets),
]


def test_what_a_first_interruption_says_holds_where_another_comes_while_it_is_told() -> None:
    assert interruption(click.Abort()) == "interrupted"
    try:
        try:
            raise InterruptedRunError("interrupted: 1 of 2 cells had finished")
        except InterruptedRunError:
            raise KeyboardInterrupt  # noqa: B904 - as a signal does
    except KeyboardInterrupt as again:
        aborted = click.Abort()
        aborted.__cause__ = again
    assert interruption(aborted) == "interrupted: 1 of 2 cells had finished"


def test_the_version_is_the_packages(call: Call) -> None:
    assert call("--version") == (0, f"tfcompat, version {__version__}\n", "")


def test_a_clone_other_than_that_of_the_code_is_said(project_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project_folder / "scenarios")
    done = CliRunner().invoke(cli, ["list", "--tf", "2.9"])
    assert (done.exit_code, done.stdout.split()[0]) == (0, "tf2.9.3-py3.10")
    assert done.stderr == f"this tfcompat is the code of {ROOT}; files and results are those of {project_folder}\n"
    monkeypatch.chdir(ROOT / "scenarios")
    assert CliRunner().invoke(cli, ["list", "--tf", "2.9"]).stderr == ""


@pytest.mark.parametrize("command", [(), *EVERY])
def test_every_command_has_help(command: tuple[str, ...], call: Call) -> None:
    code, said, complained = call(*command, "--help")
    assert (code, complained) == (0, "")
    assert "Usage: " in said


def test_all_that_there_was_is_there() -> None:
    assert len(EVERY) == 42


@pytest.mark.parametrize(
    "arguments",
    [("frobnicate",), ("list", "--frobnicate"), ("run", "--engine", "podman"), ("run", "--jobs", "0"), ("shell",)],
)
def test_what_the_command_does_not_know_is_a_usage_error(arguments: tuple[str, ...], call: Call) -> None:
    code, said, complained = call(*arguments)
    assert (code, said) == (2, "")
    assert "Error: " in complained


@pytest.mark.parametrize("command", ["list", "run", "doctor"])
def test_a_folder_that_is_no_project_is_said_with_what_to_do(command: str, call: Call, tmp_path: Path) -> None:
    code, _, complained = call(command, project=tmp_path / "nowhere")
    assert code == 2
    assert complained.startswith(f"tfcompat: {tmp_path / 'nowhere' / 'images' / 'releases.toml'} is not there: ")
    assert "--project" in complained


@pytest.mark.fault(
    "SIGTERM or SIGHUP",
    group="person",
    reads="as Ctrl-C",
    code=130,
    kept="every cell that had finished",
)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_ends_the_command_ends_it_as_an_interruption_does_unless_that_is_ignored(
    number: signal.Signals, call: Call
) -> None:
    for before, after in ((signal.SIG_DFL, signal.default_int_handler), (signal.SIG_IGN, signal.SIG_IGN)):
        signal.signal(number, before)
        call("--version")
        assert signal.getsignal(number) is after


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full (/somewhere): free some space: tfcompat images prune removes environments"),
        (errno.EDQUOT, "the disk is full (/somewhere): free some space: tfcompat images prune removes environments"),
        (errno.EACCES, "refused (/somewhere)"),
    ],
)
def test_what_the_system_refuses_is_one_sentence(
    number: int, words: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(number, "refused", "/somewhere")

    monkeypatch.setattr(refresh, "columns", refused)
    code, _, complained = call("report")
    assert (code, complained) == (2, f"tfcompat: {words}\n")


@pytest.mark.starts
def test_a_stream_that_knows_few_characters_gets_a_stand_in(project_folder: Path, tmp_path: Path) -> None:
    places = ["--project", str(project_folder), "--cache", str(tmp_path / "cache")]
    command = [sys.executable, "-m", "tfcompat", *places, "doctor", "--tf", "2.16"]
    settings = {**os.environ, "PYTHONIOENCODING": "latin-1", "DOCKER_HOST": "unix:///nowhere"}
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("+ uv is at ")


@pytest.mark.starts
def test_help_imports_neither_pandas_nor_docker() -> None:
    question = (
        "import sys; from tfcompat.cli import cli; cli.main(['--help'], standalone_mode=False); "
        "sys.exit(bool({'pandas', 'docker', 'pyarrow', 'jinja2'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", question], cwd=ROOT, capture_output=True, check=False).returncode == 0


@pytest.mark.starts
def test_a_reader_that_has_seen_enough_is_no_error(project_folder: Path) -> None:
    shutil.rmtree(project_folder / "scenarios")
    command = [sys.executable, "-m", "tfcompat", "--project", str(project_folder), "list", "--tf", "all"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.starts
def test_a_reader_that_leaves_takes_no_exit_code_along(project_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "old.py").write_text("from tensorflow.keras.layers import Normalization\n", encoding="utf-8")
    command = [sys.executable, "-m", "tfcompat", "scan", str(tmp_path), "--tf", "all", "--all"]
    codes = {}
    for leaves in (True, False):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout is not None
            if leaves:
                process.stdout.close()
            else:
                process.stdout.read()
        codes[leaves] = process.returncode
    assert codes == {True: 1, False: 1}


def test_packages_that_do_not_suit_one_another_are_one_sentence(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise ImportError("pyarrow requires NumPy 2.0 or newer, found 1.26.4")

    monkeypatch.setattr(cli, "main", refuses)
    code, said, complained = call("where", "adapt::mean")
    assert (code, said) == (2, "")
    assert complained.startswith("tfcompat: pyarrow requires NumPy 2.0 or newer, found 1.26.4: install tfcompat in an ")
    assert len(complained.splitlines()) == 1
