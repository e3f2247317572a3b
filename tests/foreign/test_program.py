"""Tests of the program that runs the user's code, on this interpreter: what it gives back, its limits, and what it leaves."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.foreign.plain import PlainSandbox
from tfcompat.foreign import copied, lines, program
from tfcompat.foreign.lines import CaseEnded, CaseFound, CellLine, CollectionFailed, ScriptEnded
from tfcompat.foreign.program import Runs

pytestmark = pytest.mark.starts

#: Runs a script or tests of a folder: the lines that come back.
Run = Callable[..., tuple[CellLine, ...]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def running(
        path: Path, *arguments: str, runs: Runs = Runs.SCRIPT, limit: float = 60, each: float = 20
    ) -> tuple[CellLine, ...]:
        files = copied.of_script(path) if runs is Runs.SCRIPT else copied.of_tests(path)
        scratch, texts = tmp_path / "scratch", list[str]()
        scratch.mkdir()
        with program.staged(files, tmp_path / "cache") as folder:
            made = program.program(folder, runs, files.target, arguments=arguments, limit=limit, each=each, cores=1.0)
            ending = PlainSandbox(scratch=scratch).run(made, texts.append)
        assert ending.code == 0, ending.output
        assert list((tmp_path / "cache" / "foreign").iterdir()) == []
        return lines.parse(texts)

    return running


def script(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "s.py"
    path.write_text(text, encoding="utf-8")
    return path


def only(found: tuple[CellLine, ...]) -> ScriptEnded:
    (line,) = found
    assert isinstance(line, ScriptEnded)
    return line


def test_a_script_runs_in_a_copy_of_its_folder(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own"
    path = script(
        own,
        "import sys, helper\n"
        "print(helper.X, sys.argv[1:], open('d.csv').read())\n"
        "open('written', 'w').write('x'); open('d.csv', 'a').write('y')\n"
        "print('é', file=sys.stderr); sys.exit(3)\n",
    )
    (own / "helper.py").write_text("X = 1\n")
    (own / "d.csv").write_text("2")
    line = only(run(path, "--a", "b c"))
    assert (line.code, line.stdout.text, line.stderr.text) == (3, "1 ['--a', 'b c'] 2\n", "é\n")
    assert sorted(file.name for file in own.iterdir()) == ["d.csv", "helper.py", "s.py"]
    assert (own / "d.csv").read_text() == "2"


def test_a_script_that_takes_too_long_is_ended_with_what_it_started(run: Run, tmp_path: Path) -> None:
    text = "import subprocess, sys\nprint('began')\nsubprocess.run([sys.executable, '-c', 'import time; time.sleep(99)'])\n"
    line = only(run(script(tmp_path / "own", text), limit=1.5))
    assert (line.timed_out, line.stdout.text) == (True, "began\n")
    assert line.seconds < 10


def test_output_is_bounded_and_its_end_is_kept(run: Run, tmp_path: Path) -> None:
    line = only(run(script(tmp_path / "own", "print('x' * 3_000_000)\nprint('end')\n")))
    assert line.stdout.left_out == 3_000_005 - program.FIRST - program.LAST
    assert line.stdout.text.endswith("x\nend\n")


def test_a_crash_is_a_signal(run: Run, tmp_path: Path) -> None:
    assert only(run(script(tmp_path / "own", "import os\nos.kill(os.getpid(), 11)\n"))).code == -11


def test_memory_is_bounded(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "MEMORY", 200 << 20)
    line = only(run(script(tmp_path / "own", "x = bytearray(500 << 20)\n")))
    assert "MemoryError" in line.stderr.text


def test_two_runs_print_sets_in_the_same_order(run: Run, tmp_path: Path) -> None:
    assert "0" in only(run(script(tmp_path / "own", "import os\nprint(os.environ['PYTHONHASHSEED'])\n"))).stdout.text


TESTS = """
import os, time
import pytest, lib

@pytest.fixture
def bad():
    raise ValueError("oh")

@pytest.mark.parametrize("number", [1, 2])
def test_parameter(number, three):
    assert number + lib.ONE == three, "no %d" % number

def test_crash():
    os.kill(os.getpid(), 11)

def test_after_it():
    pass

def test_hang():
    time.sleep(99)

@pytest.mark.xfail
def test_expected():
    assert 0

@pytest.mark.skip(reason="why")
def test_skipped():
    pass

def test_fixture(bad):
    pass
"""


def test_tests_have_their_conftest_and_library_and_go_on_after_a_crash(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "tests").mkdir(parents=True)
    (own / "lib.py").write_text("ONE = 1\n")
    (own / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\naddopts = "--cov"\nrequired_plugins = ["pytest-none"]\n'
    )
    (own / "tests" / "conftest.py").write_text("import pytest\n@pytest.fixture\ndef three():\n    return 3\n")
    (own / "tests" / "test_a.py").write_text(TESTS)
    (own / "tests" / "test_b.py").write_text("import nothing_of_this_name\n")
    found = run(own / "tests", runs=Runs.TESTS, each=2.0)
    became = {line.test.partition("::")[2]: str(line.outcome) for line in found if isinstance(line, CaseEnded)}
    assert became == {
        "test_parameter[1]": "failed",
        "test_parameter[2]": "passed",
        "test_crash": "crashed",
        "test_after_it": "passed",
        "test_hang": "hung",
        "test_expected": "xfailed",
        "test_skipped": "skipped",
        "test_fixture": "error",
    }
    assert len([line for line in found if isinstance(line, CaseFound)]) == len(became)
    messages = {line.test.partition("::")[2]: line.message for line in found if isinstance(line, CaseEnded)}
    assert messages["test_parameter[1]"].startswith("AssertionError: no 1")
    assert messages["test_crash"] == "its process was killed by signal 11"
    (broken,) = (line for line in found if isinstance(line, CollectionFailed))
    assert broken.where == "tests/test_b.py"
    assert "nothing_of_this_name" in broken.message


def test_arguments_go_to_pytest(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "test_a.py").write_text("def test_a():\n    pass\ndef test_b():\n    pass\n")
    found = run(own, "-k", "test_b", runs=Runs.TESTS)
    assert [line.test for line in found if isinstance(line, CaseEnded)] == ["test_a.py::test_b"]


def test_wrong_arguments_for_pytest_are_said(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "test_a.py").write_text("def test_a():\n    pass\n")
    (broken,) = (line for line in run(own, "--no-such-option", runs=Runs.TESTS) if isinstance(line, CollectionFailed))
    assert "--no-such-option" in broken.message
