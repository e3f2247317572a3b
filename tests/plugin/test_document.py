"""docs/pytest.md: its tests do what it shows by the committed evidence, and its command is one."""

import re
import shlex
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.plugin.session import install
from tfcompat.plugin import elsewhere

pytest_plugins = ["pytester"]

TEXT = (ROOT / "docs" / "pytest.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def block(language: str, begins: str) -> str:
    """The one block of a language that begins so."""
    (found,) = [text for name, text in BLOCKS if name == language and text.startswith(begins)]
    return str(found)


def test_the_tests_of_the_document_are_skipped_as_it_shows(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = pytester.path / "site"
    install(site, {"tensorflow": "2.15.1", "keras": "2.15.0"})
    monkeypatch.syspath_prepend(str(site))
    pytester.makepyfile(test_it=block("python", "import pytest"))
    result = pytester.runpytest_inprocess("-rs", "--strict-markers")
    assert result.ret == pytest.ExitCode.OK
    shown = " ".join(block("", "SKIPPED").split()).partition("it holds on")[0]
    assert shown.partition(": ")[2] in result.stdout.str()


def test_the_command_of_the_document_is_one(pytester: pytest.Pytester) -> None:
    Path(pytester.path, "tests").mkdir()
    config = pytester.parseconfig(*shlex.split(block("", "pytest "))[1:])
    assert elsewhere.command(config) == [
        *("run", "--tests", "tests", "--tf", ">=2.6"),
        *("--", "-k", "normalization and not slow"),
    ]


@pytest.mark.parametrize("setting", ["tfcompat_unknown", "tfcompat_exact"])
def test_the_settings_of_the_document_are_those_of_the_plugin(setting: str, pytester: pytest.Pytester) -> None:
    assert f"| `{setting}` |" in TEXT
    pytester.parseconfig().getini(setting)
