"""Byte-code of the bundle: a cell's own interpreter makes it, once for each Python, and only files of the bundle have any."""

import base64
import json
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests import fakes
from tests.conftest import ROOT
from tfcompat import process
from tfcompat.environments import bytecode, staging
from tfcompat.environments.engine import Exit
from tfcompat.environments.uv import Uv
from tfcompat.suite.program import Program

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def line(file: str, code: bytes = b"code", **others: str) -> str:
    return json.dumps({"kind": "bytecode", "file": file, "code": base64.b64encode(code).decode(), **others})


@dataclass
class Compiler:
    """A sandbox that writes some lines, and keeps the programs that it ran."""

    lines: Sequence[str] = ()
    code: int = 0
    ran: list[Program] = field(default_factory=list)
    environment: str = "none"

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        self.ran.append(program)
        for text in self.lines:
            on_line(text)
        return Exit(code=self.code, output="")

    def shell(self, program: Program) -> int:
        return 0


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A program with a bundle of two files."""
    bundle = tmp_path / "bundles" / "0123456789abcdef"
    (bundle / "package").mkdir(parents=True)
    for name in ("single.py", "package/part.py"):
        (bundle / name).touch()
    return replace(fakes.program(), bundle=bundle)


def compiled(program: Program) -> dict[str, bytes]:
    return {path.relative_to(program.bundle).as_posix(): path.read_bytes() for path in program.bundle.rglob("*.pyc")}


def test_byte_code_lies_where_python_looks_for_it_and_all_may_read_it(program: Program) -> None:
    sandbox = Compiler([line("single.py", b"1"), line("package/part.py", b"2")])
    bytecode.prepare(program, sandbox, "3.10")
    assert compiled(program) == {
        "__pycache__/single.cpython-310.pyc": b"1",
        "package/__pycache__/part.cpython-310.pyc": b"2",
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in program.bundle.rglob("*.pyc")} == {0o644}
    assert {stat.S_IMODE(path.stat().st_mode) for path in program.bundle.rglob("__pycache__")} == {0o755}
    assert sandbox.ran == [replace(program, compiles=True)]


def test_each_python_has_its_own_and_makes_it_once(program: Program) -> None:
    sandbox = Compiler([line("single.py")])
    for python in ("3.9", "3.10", "3.9", "3.10"):
        bytecode.prepare(program, sandbox, python)
    assert set(compiled(program)) == {f"__pycache__/single.cpython-{tag}.pyc" for tag in ("39", "310")}
    assert len(sandbox.ran) == 2


def test_what_a_failed_sandbox_wrote_is_not_kept_and_the_next_tries_again(program: Program) -> None:
    bytecode.prepare(program, Compiler([line("single.py")], code=1), "3.10")
    assert compiled(program) == {}
    bytecode.prepare(program, Compiler([line("single.py")]), "3.10")
    assert len(compiled(program)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        line("absent.py"),
        line("../outside.py"),
        line("package"),
        line("package/../single.py"),
        line("single.py", other="key"),
        json.dumps({"kind": "bytecode", "file": "single.py", "code": "no base64!"}),
        json.dumps({"kind": "outcome", "file": "single.py", "code": ""}),
    ],
)
def test_what_is_not_byte_code_of_the_bundle_is_left_out(text: str, program: Program) -> None:
    (program.bundle.parent / "outside.py").touch()
    bytecode.prepare(program, Compiler([text, line("package/part.py")]), "3.10")
    assert set(compiled(program)) == {"package/__pycache__/part.cpython-310.pyc"}
    assert list(program.bundle.parent.rglob("outside*.pyc")) == []


def test_a_bundle_that_is_not_there_needs_none(tmp_path: Path) -> None:
    sandbox = Compiler()
    bytecode.prepare(replace(fakes.program(), bundle=tmp_path / "nowhere"), sandbox, "3.10")
    assert sandbox.ran == []
    assert list(tmp_path.iterdir()) == []


@dataclass
class Here(Compiler):
    """A sandbox with the interpreter that runs the tests."""

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        argv = program.argv(sys.executable, str(program.suite), str(program.bundle), "")
        done = process.stream(argv, on_line, limit=60, env={}, cwd=program.suite)
        return Exit(code=done.code, output=done.output)


@pytest.mark.local
def test_an_interpreter_uses_what_it_made_of_the_real_bundle(tmp_path: Path) -> None:
    suite = staging.stage_suite(staging.suite_files(ROOT / "scenarios"), tmp_path)
    bundle = staging.stage_bundle(ROOT / "images", tmp_path, Uv())
    for path in list(bundle.rglob("*.pyc")):
        path.unlink()
    (bundle / "of_another_python.py").write_text("print 'two'\n")
    program = replace(fakes.program(), suite=suite, bundle=bundle)
    bytecode.prepare(program, Here(), HERE)
    assert len(list(bundle.rglob("*.pyc"))) == len(list(bundle.rglob("*.py"))) - 1
    shown = subprocess.run(
        [sys.executable, "-I", "-B", "-S", "-v", "-c", f"import sys; sys.path.append({str(bundle)!r}); import pytest"],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    assert f"matches {bundle}/_pytest/main.py" in shown
    sources = [text for text in shown.splitlines() if f"code object from '{bundle}" in text and text.endswith(".py'")]
    assert sources == []  # that is what it says of what it compiles
