"""The examples of docs/try.md, each run with a Docker engine that has every environment; what the document says of limits is so."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.command import Call
from tests.conftest import ROOT
from tests.fakes import FakeEngine
from tests.foreign.made import printing, running_tests
from tfcompat import ask
from tfcompat.environments import staging
from tfcompat.foreign import copied, program
from tfcompat.foreign.noise import Noise

jsonschema = pytest.importorskip("jsonschema")
DOCUMENT = (ROOT / "docs" / "try.md").read_text(encoding="utf-8")
EXAMPLES = re.search(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL)


@pytest.fixture
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a script and tests, and a runner bundle that is there."""
    folder = tmp_path / "own"
    (folder / "tests").mkdir(parents=True)
    (folder / "again.py").write_text("print('hello')\n")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(staging, "stage_bundle", lambda images, cache, uv: Path("/bundle"))


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize("line", EXAMPLES[1].splitlines() if EXAMPLES else ())
def test_an_example_runs(line: str, call: Call, engine: FakeEngine) -> None:
    name, *words = shlex.split(line)
    engine.sandbox = lambda: running_tests({"t.py::a": "passed"}) if "--tests" in words else printing("hello")
    code, said, _ = call(*words)
    assert (name, code) == ("tfcompat", 0)
    assert "2." in said


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("try", "try again.py --tf 2.9,2.16"),
        ("tests", "run --tests tests --tf 2.9"),
        ("search", "bisect again.py --good 2.5.3 --bad 2.6.0"),
    ],
)
def test_what_is_printed_for_programs_fits_its_schema(schema: str, words: str, call: Call, engine: FakeEngine) -> None:
    engine.sandbox = lambda: running_tests({"t.py::a": "passed"}) if schema == "tests" else printing("hello")
    code, said, _ = call(*words.split(), "--json")
    assert code == 0
    jsonschema.validate(json.loads(said), ask.schema(schema))


def test_the_document_has_the_numbers_of_the_code() -> None:
    assert EXAMPLES
    assert f"More than {copied.MOST_FILES} files or {copied.MOST_BYTES // 1_000_000} MB is refused" in DOCUMENT
    assert f"The beginning ({program.FIRST // 1000} kB) and the end ({program.LAST // 1000} kB)" in DOCUMENT
    assert f"with {program.MEMORY >> 30} GB of memory" in DOCUMENT
    assert all(f"`{name}`" in DOCUMENT for name in copied.ROOTS)


def test_the_document_has_a_row_for_each_noise() -> None:
    rows = [line for line in DOCUMENT.splitlines() if line.startswith("| ")]
    told = " ".join(rows).lower()
    assert [
        kind for kind in Noise if not any(word in told for word in str(kind).lower().split(" of ")[0].split())
    ] == []
