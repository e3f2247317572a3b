"""Tests that no test is skipped or left out without a reason that CI prints."""

import ast
import configparser
import re
import tomllib
from collections.abc import Iterator

import pytest

from tests import conftest
from tests.conftest import ROOT

PLACES = ("pytest.skip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.xfail")


def without_reason(source: str) -> Iterator[str]:
    """The skips of a source that say no reason."""
    tree = ast.parse(source)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in called and ast.unparse(node) in PLACES:
            yield ast.unparse(node)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in PLACES and not has_reason(node):
            yield ast.unparse(node)


def has_reason(call: ast.Call) -> bool:
    """Whether a call has a reason: by name, or as the first argument of those that take no condition."""
    given = [word.value for word in call.keywords if word.arg == "reason"]
    if not ast.unparse(call.func).endswith("skipif"):
        given += call.args
    return any(ast.unparse(reason) not in ("''", "None") for reason in given)


@pytest.mark.parametrize(
    "source",
    [
        "pytest.skip()",
        "pytest.skip('')",
        "pytest.mark.skipif(slow)",
        "pytest.mark.skipif(slow, reason='')",
        "@pytest.mark.skip\ndef test(): ...",
    ],
)
def test_a_skip_without_a_reason_is_seen(source: str) -> None:
    assert len(list(without_reason(source))) == 1


@pytest.mark.parametrize("source", ["pytest.skip('no node')", "pytest.mark.skipif(slow, reason='slow')", "skip()"])
def test_a_skip_with_a_reason_is_none(source: str) -> None:
    assert list(without_reason(source)) == []


def test_every_skip_says_why() -> None:
    silent = {
        path.relative_to(ROOT).as_posix(): found
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if (found := list(without_reason(path.read_text(encoding="utf-8"))))
    }
    assert silent == {}


def test_pytest_prints_the_reasons_wherever_ci_runs_it() -> None:
    """-ra lists each skip with its reason at the end; -q, -r and --no-summary would take that away."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "-ra" in project["tool"]["pytest"]["ini_options"]["addopts"]
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini")
    commands = [line for name in tox.sections() for line in tox[name].get("commands", "").splitlines()]
    commands += (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    runs = [line for line in commands if "pytest" in line or "tox run" in line]
    assert len(runs) > 5
    assert [line for line in runs if re.search(r"\s(-q+|--quiet|-r\w|--no-summary|--no-header)(\s|$)", line)] == []


def test_what_is_left_out_is_said_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TFCOMPAT_REAL", raising=False)
    monkeypatch.delenv("TFCOMPAT_FAULTS", raising=False)
    monkeypatch.setenv("TFCOMPAT_BROWSER", "1")
    assert conftest.pytest_report_header() == [
        "left out: tests marked docker, which TFCOMPAT_REAL=1 runs",
        "left out: tests marked tensorflow, which TFCOMPAT_REAL=1 runs",
        "left out: tests marked minutes, which tox run -e repeat runs",
    ]
