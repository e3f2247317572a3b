"""The same tests elsewhere: what becomes of pytest's options, and real cells of stand-ins."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stand_in_project import folder_of_python
from tfcompat import process
from tfcompat.plugin import elsewhere

pytest_plugins = ["pytester"]

MINE = """
import pytest, tensorflow

@pytest.mark.tfcompat("no::scenario")
def test_value(): assert tensorflow.value() == 1.0

def test_other(): assert tensorflow.value() == 2.0

@pytest.mark.slow
def test_slow(): assert False
"""


def command(pytester: pytest.Pytester, *arguments: str) -> list[str]:
    return elsewhere.command(pytester.parseconfig("--tfcompat", ">=2.6", *arguments))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("tests",), []),
        (("tests", "-n", "auto"), []),
        (("tests", "-k", "a or b", "-m", "not slow"), ["--", "-k", "a or b", "-m", "not slow"]),
        (("tests", "-x"), ["--", "--maxfail", "1"]),
        (("tests", "-n", "3", "--junitxml", "out.xml"), ["--jobs", "3", "--junit", "out.xml"]),
        (
            ("tests", "--tfcompat-run", "--engine local --with 'pandas<2'", "-k", "a"),
            ["--engine", "local", "--with", "pandas<2", "--", "-k", "a"],
        ),
    ],
)
def test_the_selection_goes_along(arguments: tuple[str, ...], expected: list[str], pytester: pytest.Pytester) -> None:
    pytester.mkdir("tests")
    assert command(pytester, *arguments) == ["run", "--tests", "tests", "--tf", ">=2.6", *expected]


def test_without_a_folder_it_is_what_pytest_would_take(pytester: pytest.Pytester) -> None:
    assert command(pytester)[2] == str(pytester.path)
    pytester.mkdir("mine")
    pytester.makeini("[pytest]\ntestpaths = mine\naddopts = -m 'not slow'\n")
    assert command(pytester)[2:] == ["mine", "--tf", ">=2.6", "--", "-m", "not slow"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("a/test_it.py::test_it",), "runs a folder or a file: choose tests in it with -k and -m"),
        (("a", "b"), "runs one folder or file: name one of a, b"),
        (("a", "--lf"), "--lf does not go with --tfcompat"),
        (("a", "--ignore", "b"), "--ignore does not go with --tfcompat"),
        (("a", "--co"), "--collect-only does not go with --tfcompat"),
    ],
)
def test_what_no_cell_can_follow_is_refused(arguments: tuple[str, ...], says: str, pytester: pytest.Pytester) -> None:
    for name in ("a", "b"):
        pytester.mkdir(name)
    pytester.path.joinpath("a", "test_it.py").touch()
    with pytest.raises(pytest.UsageError, match=says):
        command(pytester, *arguments)


@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 1), (2, 4), (3, 3), (130, 2), (-9, 3)])
def test_the_exit_code_is_one_of_pytest(
    code: int, expected: int, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []

    def interactive(argv: list[str], **options: object) -> int:
        ran.append(argv)
        return code

    monkeypatch.setattr(process, "interactive", interactive)
    assert elsewhere.run(pytester.parseconfig("--tfcompat", "2.9")) == expected
    assert [argv[:5] for argv in ran] == [[sys.executable, "-P", "-m", "tfcompat", "run"]]


def test_the_tests_do_not_run_here(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "interactive", lambda argv, **options: 0)
    pytester.makepyfile(test_it="def test_it(): assert False")
    result = pytester.runpytest_inprocess("--tfcompat", "2.9")
    assert result.ret == pytest.ExitCode.OK
    assert "collected" not in result.stdout.str()


def test_help_runs_nothing_anywhere(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--tfcompat", "2.9", "--help")
    result.stdout.fnmatch_lines(["TensorFlow releases:", "*--tfcompat=WHICH*"])


@pytest.mark.local
def test_tests_run_on_releases_and_their_selection_with_them(
    stand_in_project: Path, staged_bundle: None, index: str, tmp_path: Path
) -> None:
    mine = stand_in_project / "mine"
    mine.mkdir()
    (mine / "pytest.ini").write_text("[pytest]\nmarkers = slow: takes long\nfilterwarnings = error\n")
    (mine / "test_mine.py").write_text(MINE)
    environment = {
        **os.environ,
        "UV_DEFAULT_INDEX": index,
        "TFCOMPAT_CACHE": str(tmp_path / "cache"),
        "PATH": os.pathsep.join([str(folder_of_python(tmp_path)), os.environ["PATH"]]),
    }
    arguments = ["--tfcompat", "9.0.0,9.1.0", "--tfcompat-run", "--engine local --unsandboxed", "-m", "not slow"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, "."],
        cwd=mine,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert "passed on 9.0.0" in done.stdout
    assert "test_slow" not in done.stdout
    assert "cannot be collected" not in done.stdout
