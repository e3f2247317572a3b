"""Tests of the command: what it prints, and what its exit codes say."""

import errno
import gzip
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from tests import fakes
from tests.conftest import ROOT
from tests.fakes import FakeEngine, FakeSandbox
from tfcompat import __version__
from tfcompat.cli import cli, is_fancy, main
from tfcompat.environments import locks, uv
from tfcompat.environments.engine import Engine, Exit, Recipe
from tfcompat.errors import DataError, ToolError
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.process import Completed
from tfcompat.run import workshop
from tfcompat.run.workshop import Workshop
from tfcompat.suite import catalogue
from tfcompat.suite.program import Program
from tfcompat.trials.record import dump_line
from tfcompat.trials.store import Store

CELL = "tf2.16.2-py3.12"
LINES = [dump_line(line) for line in (fakes.header_line(), fakes.outcome_line(observed=[0.5]), fakes.end_line())]

#: Calls the command with arguments: its exit code, and what it printed on standard output and error.
Call = Callable[..., tuple[int, str, str]]


class InterruptedSandbox(FakeSandbox):
    """Somebody presses Ctrl-C while it runs."""

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        raise KeyboardInterrupt


def speaking() -> FakeSandbox:
    return FakeSandbox(lines=LINES)


def use(monkeypatch: pytest.MonkeyPatch, engine: Engine | ToolError) -> None:
    """Let commands meet this Docker engine, or the error that there is none; the suite is staged, and has one scenario."""

    @dataclass(frozen=True, kw_only=True)
    class Prepared(Workshop):
        @cached_property
        def program(self) -> Program:
            return fakes.program(*self.arguments)

        def docker(self) -> Engine:
            if isinstance(engine, ToolError):
                raise engine
            return engine

    monkeypatch.setattr(workshop, "Workshop", Prepared)
    monkeypatch.setattr(catalogue, "scenarios", lambda program: [fakes.scenario_facts()])


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The Docker engine of this machine, a fake whose sandboxes speak a whole record."""
    fake = FakeEngine(name="docker", sandbox=speaking)
    use(monkeypatch, fake)
    return fake


@pytest.fixture
def call(project_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """The command as a person calls it, on a copy of the project."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}

    def called(*arguments: str, project: Path = project_folder) -> tuple[int, str, str]:
        options = ["--project", str(project), "--cache", str(project_folder / "cache")]
        monkeypatch.setattr(sys, "argv", ["tfcompat", *options, *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, said.out, said.err

    yield called
    for number, handler in handlers.items():
        signal.signal(number, handler)


def trials_in(project: Path) -> list[str]:
    return sorted(path.parent.name for path in (project / "reports").glob("trials/*/*"))


def test_the_version_is_the_packages(call: Call) -> None:
    assert call("--version") == (0, f"tfcompat, version {__version__}\n", "")


@pytest.mark.parametrize("command", [(), *((name,) for name in cli.commands), ("images", "build"), ("images", "prune")])
def test_every_command_has_help(command: tuple[str, ...], call: Call) -> None:
    code, said, complained = call(*command, "--help")
    assert (code, complained) == (0, "")
    assert "Usage: " in said


def test_list_names_the_last_patch_of_every_minor(call: Call) -> None:
    code, said, _ = call("list")
    lines = said.splitlines()
    assert code == 0
    assert lines[0] == "tf2.2.3-py3.8            2021-06-15  locked"
    assert CELL in said
    assert "tf2.16.1-py3.12" not in said


def test_list_says_what_is_not_locked(call: Call) -> None:
    assert call("list", "--tf", "2.16.1", "--python", "3.10") == (0, "tf2.16.1-py3.10          2024-03-09\n", "")


def test_list_for_programs(call: Call) -> None:
    code, said, complained = call("list", "--tf", "2.16", "--json")
    assert (code, complained) == (0, "")
    assert json.loads(said) == [
        {
            "cell": CELL,
            "tensorflow": "2.16.2",
            "channel": "stable",
            "date": "2024-06-28",
            "python": "3.12",
            "variant": "bundled",
            "locked": True,
        }
    ]


def test_list_tells_what_cannot_be_asked(call: Call) -> None:
    code, said, complained = call("list", "untestable")
    assert (code, complained) == (0, "")
    assert "distribution::tpu  adapt() and calls under TPUStrategy: no machine of ours has a TPU" in said
    rows = json.loads(call("list", "untestable", "--json")[1])
    assert len(rows) == len(said.splitlines())
    assert {tuple(row) for row in rows} == {("id", "title", "reason", "reference")}


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (("--tf", "9.9.9"), "names no release: the known ones are 2.2.0 to "),
        (("--tf", ">=2.x"), "is not a PEP 440 specifier: write for example"),
        (("--tf", ">=3,<4"), "names no release"),
        (("--tf", "newest"), "is neither a version, a specifier, nor one of latest, all, pre"),
        (("--tf", ""), "has an empty part"),
        (("--tf", "2.9,,2.10"), "has an empty part"),
        (("--python", "2.7"), "is not one of 3.8"),
        (("--only", "tf9*"), "no cell is selected by --only tf9*"),
        (("--tf", "2.2", "--python", "3.12"), "no cell is selected by --python 3.12"),
    ],
)
@pytest.mark.parametrize("command", ["list", "run", "doctor"])
def test_a_selection_of_nothing_is_a_usage_error(
    command: str, arguments: tuple[str, ...], advice: str, call: Call
) -> None:
    code, said, complained = call(command, *arguments)
    assert (code, said) == (2, "")
    assert complained.startswith("tfcompat: ")
    assert advice in complained
    assert complained.count("\n") == 1


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


def test_a_damaged_list_of_releases_is_said(call: Call, project_folder: Path) -> None:
    (project_folder / "images" / "releases.toml").write_text('releases = [{ version = "2.2.0", colour = "red" }]')
    code, _, complained = call("list")
    assert code == 2
    assert "releases.toml is not a list of releases" in complained
    assert complained.count("\n") == 1


@pytest.mark.usefixtures("engine")
def test_a_run_keeps_the_trials_and_prints_the_table(call: Call, project_folder: Path) -> None:
    code, said, complained = call("run", "--tf", "2.9,2.16")
    assert code == 0
    assert said.splitlines()[:2] == ["             2.9.3  2.16.2", "adapt::mean    ✓      ✓"]
    assert "2 environments are to be made" in complained
    assert f"{CELL}  1 works  in 0 s" in complained
    assert "tfcompat report derives the reports" in complained
    assert trials_in(project_folder) == [CELL, "tf2.9.3-py3.10"]


def test_a_run_with_cells_without_an_answer_exits_with_three(
    call: Call, engine: FakeEngine, project_folder: Path
) -> None:
    engine.trouble = {CELL: NoAnswerError(Reason.NO_IMAGE, "no space for it")}
    code, said, complained = call("run", "--tf", "2.9,2.16")
    assert code == 3
    assert said.splitlines()[1] == "adapt::mean    ✓      ?"
    assert complained.endswith(f"{CELL}: no image (the doing of the distributions): no space for it\n")
    assert trials_in(project_folder) == [CELL, "tf2.9.3-py3.10"]


def test_a_scenario_that_fails_is_no_failure_of_the_run(call: Call, engine: FakeEngine) -> None:
    lines = [fakes.header_line(), fakes.outcome_line(happened="raised", type="ValueError"), fakes.end_line()]
    engine.sandbox = lambda: FakeSandbox(lines=list(map(dump_line, lines)))
    code, said, _ = call("run", "--tf", "2.16")
    assert code == 0
    assert said.splitlines()[1] == "adapt::mean    ✗"


def test_an_interruption_says_how_to_go_on(call: Call, engine: FakeEngine, project_folder: Path) -> None:
    engine.sandbox = InterruptedSandbox
    code, said, complained = call("run", "--tf", "2.16")
    assert (code, said) == (130, "")
    assert complained.endswith("--resume goes on with the rest\n")
    assert engine.cancelled
    assert trials_in(project_folder) == []


def test_resume_leaves_out_what_is_there(call: Call, engine: FakeEngine, project_folder: Path) -> None:
    call("run", "--tf", "2.16")
    code, said, complained = call("run", "--tf", "2.9,2.16", "--resume")
    assert code == 0
    assert "1 of 2 cells are there already" in complained
    assert CELL not in said
    assert trials_in(project_folder) == [CELL, "tf2.9.3-py3.10"]


@pytest.mark.usefixtures("engine")
def test_resume_where_everything_is_there_is_complete(call: Call) -> None:
    call("run", "--tf", "2.16")
    code, said, complained = call("run", "--tf", "2.16", "--resume")
    assert (code, said) == (0, "")
    assert complained == "1 of 1 cells are there already\n"


@pytest.mark.parametrize("arguments", [("-k", "mean"), ("--", "-k", "mean")])
def test_a_part_of_the_suite_is_shown_and_not_kept(
    arguments: tuple[str, ...], call: Call, engine: FakeEngine, project_folder: Path
) -> None:
    code, said, complained = call("run", "--tf", "2.16", *arguments)
    assert code == 0
    assert "adapt::mean" in said
    assert "tfcompat report" not in complained
    assert trials_in(project_folder) == []
    assert engine.made[CELL].ran[0].arguments == ("-k", "mean")


@pytest.mark.parametrize("option", ["--resume", "--output"])
def test_a_part_of_the_suite_is_not_resumed_and_not_kept(option: str, call: Call, tmp_path: Path) -> None:
    options = [option, *([str(tmp_path)] if option == "--output" else [])]
    code, _, complained = call("run", "--tf", "2.16", *options, "-k", "mean")
    assert (code, complained) == (
        2,
        f"tfcompat: a part of the suite is shown and not kept: leave out {option}, or -k and what follows --\n",
    )


def test_a_part_that_is_nothing_is_said_before_anything_is_made(
    call: Call, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "scenarios", lambda program: [])
    code, _, complained = call("run", "--tf", "2.16", "-k", "no such thing")
    assert (code, engine.made) == (2, {})
    assert complained == "tfcompat: -k 'no such thing' leaves no scenario: tfcompat list scenarios names them\n"


def test_what_pytest_does_not_take_is_said_before_anything_is_made(
    call: Call, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(program: Program) -> None:
        raise DataError("the suite cannot be read: Wrong expression")

    monkeypatch.setattr(catalogue, "scenarios", refused)
    code, _, complained = call("run", "--tf", "2.16", "-k", "(")
    assert (code, engine.made) == (2, {})
    assert complained == "tfcompat: pytest was told -k '(': the suite cannot be read: Wrong expression\n"


@pytest.mark.usefixtures("engine")
def test_a_run_that_cannot_start_leaves_no_manifest(call: Call, project_folder: Path) -> None:
    lock = project_folder / "images" / "locks" / f"{CELL}.txt"
    text = lock.read_text()
    lock.write_text("damaged")
    assert call("run", "--tf", "2.16")[0] == 2
    assert not (project_folder / "reports" / "runs").exists()
    lock.write_text(text)
    assert call("run", "--tf", "2.16")[0] == 0
    assert len(list((project_folder / "reports" / "runs").iterdir())) == 1


class UnheardSandbox(FakeSandbox):
    """Nobody reads standard error any more."""

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        raise BrokenPipeError


def test_a_run_that_nobody_hears_any_more_is_interrupted(call: Call, engine: FakeEngine) -> None:
    engine.sandbox = UnheardSandbox
    assert call("run", "--tf", "2.16")[0] == 130
    assert engine.cancelled


class GoneEngine(FakeEngine):
    """It answered, and does so no more."""

    def find(self, recipe: Recipe) -> FakeSandbox | None:
        raise NoAnswerError(Reason.ENGINE_LOST, "the Docker engine does not answer")


def test_an_engine_that_is_gone_before_the_first_cell_is_one_sentence(
    call: Call, monkeypatch: pytest.MonkeyPatch, project_folder: Path
) -> None:
    use(monkeypatch, GoneEngine(name="docker"))
    assert call("run", "--tf", "2.16") == (2, "", "tfcompat: the Docker engine does not answer\n")
    assert not (project_folder / "reports").exists()


@pytest.mark.usefixtures("engine")
def test_reports_that_are_no_folder_are_one_sentence(call: Call, project_folder: Path) -> None:
    (project_folder / "reports").touch()
    code, said, complained = call("run", "--tf", "2.16")
    assert (code, said) == (2, "")
    assert complained.splitlines()[-1].startswith("tfcompat: ")
    assert str(project_folder / "reports") in complained.splitlines()[-1]


def test_prune_removes_each_environment_after_its_cell(call: Call, engine: FakeEngine) -> None:
    assert call("run", "--tf", "2.9,2.16", "--prune")[0] == 0
    assert sorted(engine.removed) == [CELL, "tf2.9.3-py3.10"]


def test_a_run_says_what_an_earlier_one_left_half_done(call: Call, engine: FakeEngine, project_folder: Path) -> None:
    left = project_folder / "reports" / "trials" / "tf2.9.3-py3.10" / "20260101T000000Z-docker.jsonl.gz.partial"
    left.parent.mkdir(parents=True)
    left.write_text("half a line")
    _, _, complained = call("run", "--tf", "2.16")
    assert complained.startswith("an earlier run was killed while it measured tf2.9.3-py3.10: ")
    assert not left.exists()


def test_without_an_engine_auto_falls_back_with_one_line(
    call: Call, monkeypatch: pytest.MonkeyPatch, project_folder: Path
) -> None:
    use(monkeypatch, ToolError("no Docker engine answers (refused): start one, or use --engine local"))
    code, said, complained = call("images", "list")
    assert (code, said) == (0, "")
    assert complained == "using local environments: no Docker engine answers (refused)\n0 environments, 0 MB\n"


def test_without_an_engine_who_asks_for_docker_is_told(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, ToolError("no Docker engine answers (refused): start one, or use --engine local"))
    code, said, complained = call("run", "--engine", "docker", "--tf", "2.16")
    assert (code, said) == (2, "")
    assert complained == "tfcompat: no Docker engine answers (refused): start one, or use --engine local\n"


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
@pytest.mark.parametrize("command", [("report",), ("run", "--tf", "2.16", "--resume")])
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


def test_environments_are_built_listed_and_pruned(call: Call, engine: FakeEngine) -> None:
    assert call("images", "build", "--tf", "2.9,2.16")[:2] == (
        0,
        f"tf2.9.3-py3.10  fake:0123456789abcdef\n{CELL}  fake:0123456789abcdef\n",
    )
    code, said, complained = call("images", "list")
    assert said.splitlines()[1] == f"{CELL:24}     1 MB  fake:{CELL}"
    assert (code, complained) == (0, "2 environments, 2 MB\n")
    assert call("images", "prune", "--tf", "2.9") == (0, "1 environments were removed\n", "")
    assert list(engine.made) == [CELL]
    assert call("images", "prune") == (0, "1 environments were removed\n", "")
    assert engine.made == {}


def test_an_environment_that_cannot_be_built_exits_with_three(call: Call, engine: FakeEngine) -> None:
    engine.trouble = {"tf2.9.3-py3.10": NoAnswerError(Reason.OUT_OF_DISK, "the disk is full")}
    code, said, complained = call("images", "build", "--tf", "2.9,2.16")
    assert (code, said) == (3, f"{CELL}  fake:0123456789abcdef\n")
    assert complained.endswith("tf2.9.3-py3.10: out of disk: the disk is full\n")


def test_locks_that_are_there_are_not_made_again(call: Call) -> None:
    assert call("images", "lock", "--tf", "2.16") == (0, f"{CELL}  is there\n", "")


def test_an_interruption_of_locking_ends_uv(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = fakes.FakeUv(lambda asked: Completed(code=0, output=""))

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(uv, "Uv", lambda: fake)
    monkeypatch.setattr(locks, "make", interrupted)
    assert call("images", "lock", "--tf", "2.16", "--force")[0] == 130
    assert fake.cancelled.is_set()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_ends_the_command_ends_it_as_an_interruption_does_unless_that_is_ignored(
    number: signal.Signals, call: Call
) -> None:
    for before, after in ((signal.SIG_DFL, signal.default_int_handler), (signal.SIG_IGN, signal.SIG_IGN)):
        signal.signal(number, before)
        call("--version")
        assert signal.getsignal(number) is after


def test_a_shell_exits_as_the_shell_did(call: Call, engine: FakeEngine) -> None:
    engine.made[CELL] = FakeSandbox(ending=Exit(code=7, output=""))
    assert call("shell", CELL) == (7, "", "")
    assert engine.made[CELL].shells == 1


def test_a_shell_of_a_cell_that_there_is_not(call: Call) -> None:
    code, _, complained = call("shell", "tf1.15.0-py3.6")
    assert code == 2
    assert complained.startswith("tfcompat: there is no cell 'tf1.15.0-py3.6'")


def test_a_shell_without_an_environment_says_why(call: Call, engine: FakeEngine) -> None:
    engine.trouble = {CELL: NoAnswerError(Reason.NO_IMAGE, "no base image")}
    code, _, complained = call("shell", CELL)
    assert code == 2
    assert complained.splitlines()[0].startswith("1 environments are to be made: ")
    assert complained.splitlines()[1] == f"tfcompat: {CELL} has no environment: no base image"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full (/somewhere): free some space, or use --prune"),
        (errno.EDQUOT, "the disk is full (/somewhere): free some space, or use --prune"),
        (errno.EACCES, "refused (/somewhere)"),
    ],
)
def test_what_the_system_refuses_is_one_sentence(
    number: int, words: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: Store) -> None:
        raise OSError(number, "refused", "/somewhere")

    monkeypatch.setattr(Store, "read", refused)
    code, _, complained = call("report")
    assert (code, complained) == (2, f"tfcompat: {words}\n")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "no_color", "fancy"),
    [(Terminal(), "", True), (Terminal(), "1", False), (io.StringIO(), "", False), (None, "", False)],
)
def test_the_table_has_colours_on_a_terminal_that_wants_them(
    stream: io.StringIO | None, no_color: str, fancy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("NO_COLOR", no_color)
    assert is_fancy() is fancy


@pytest.mark.starts
def test_a_stream_that_knows_few_characters_gets_a_stand_in(project_folder: Path, tmp_path: Path) -> None:
    places = ["--project", str(project_folder), "--cache", str(tmp_path / "cache")]
    command = [sys.executable, "-m", "tfcompat", *places, "doctor", "--tf", "2.16"]
    settings = {**os.environ, "PYTHONIOENCODING": "latin-1", "DOCKER_HOST": "unix:///nowhere"}
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("? uv is at ")


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
