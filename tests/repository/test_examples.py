"""The examples of the documents: each question is asked of the committed evidence, and what is shown has the form of the answer."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import ROOT
from tfcompat import ask
from tfcompat.cli import cli
from tfcompat.compare.baseline import EVIDENCE
from tfcompat.errors import ExitCode

#: What is written by hand for people. The examples of scan.md are of a made table, those of try.md run code:
#: tests/scan/test_report.py and tests/commands/own/test_examples.py run them.
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
ELSEWHERE = {"scan.md", "try.md"}
#: What stands in an example for what a reader puts there.
SCENARIO, CELL, OTHER = "imports::tf.keras.layers.Normalization", "tf2.15.1-py3.11", "tf2.16.2-py3.12"
PLACES = {
    "SCENARIO…": [SCENARIO],
    "SCENARIO": [SCENARIO],
    "OLD_ID": ["imports::error_text_of_tf.keras.layers.Normalization"],
    "CELL": [CELL],
    "X": [CELL],
    "Y": [OTHER],
    "A": [str(ROOT / "reports")],
    "B": [str(ROOT / "reports")],
    "PATH…": [str(ROOT / "docs" / "findings")],
}
#: What says in a document that lines are left out, and the least that the documents have to show.
LEFT_OUT, LEAST = "…", 15
#: How a question may end: it is answered, something changed or breaks, or not enough is known.
ANSWERED = {ExitCode.COMPLETE, ExitCode.CHANGED, ExitCode.UNKNOWN_CELLS}


@dataclass(frozen=True, kw_only=True)
class Example:
    """A command of a document, and the lines that the document shows below it."""

    document: str
    command: str
    shown: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.document}: {self.command}"

    @property
    def arguments(self) -> list[str]:
        """The words behind ``tfcompat``, with something in each place that is left for the reader."""
        words = shlex.split(self.command)[1:]
        return [given for word in words for given in PLACES.get(word, [word])]


def examples(path: Path) -> Iterator[Example]:
    """The questions of a document: in its blocks, and in the code inside its lines where it has arguments."""
    text = path.read_text(encoding="utf-8")
    fence = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    for block in fence.findall(text):
        yield from of_block(path.name, block)
    for command in re.findall(r"`(tfcompat [^`]+)`", fence.sub("", text)):
        yield Example(document=path.name, command=command.replace("\\|", "|"))


def of_block(document: str, block: str) -> Iterator[Example]:
    command, shown = "", list[str]()
    for line in [*block.splitlines(), "$ "]:
        if line.startswith(("$ ", "tfcompat ")):
            if command.startswith("tfcompat "):
                yield Example(document=document, command=command, shown=tuple(shown))
            command, shown = line.removeprefix("$ "), []
        else:
            shown.append(line)


def is_question(example: Example) -> bool:
    """Whether an example asks something of a clone, and is not only the name of a command."""
    words = example.command.split()
    return words[1] in ask.RESULTS and len(words) > 2 and EVIDENCE not in words


EXAMPLES = [
    example
    for document in DOCUMENTS
    if document.name not in ELSEWHERE
    for example in dict.fromkeys(examples(document))
    if is_question(example)
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def form(line: str) -> str:
    """A line without what another day's evidence says otherwise: releases, dates, numbers, hashes, and how many of them."""
    line = re.sub(r"tf[\d.]+-py[\d.]+(\+\S+)?", "#", line)
    line = re.sub(r"(?<![\w:])[0-9a-f]{12,64}\b|\d[\w.:+-]*", "#", line)
    return re.sub(r"#( – #)?(, #( – #)?)*", "#", " ".join(line.split()))


def lacking(shown: tuple[str, ...], printed: list[str]) -> list[str]:
    """The lines that are shown and that nothing printed has the form of, in their order."""
    rest = iter(map(form, printed))
    return [line for line in shown if line.strip() != LEFT_OUT and form(line) not in rest]


def test_the_documents_have_examples_of_every_question() -> None:
    asked = {example.command.split()[1] for document in DOCUMENTS for example in examples(document)}
    assert ask.RESULTS.keys() - asked == set()
    assert len(EXAMPLES) >= LEAST
    assert any(example.shown for example in EXAMPLES)


@pytest.mark.starts  # where the index is older than the trials, processes read them
@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_is_answered_as_it_is_shown(example: Example, cache: Path) -> None:
    options = ["--project", str(ROOT), "--cache", str(cache)]
    pasted = "AttributeError: module 'tensorflow.keras.layers' has no attribute 'Normalization'\n"
    result = CliRunner().invoke(cli, [*options, *example.arguments], input=pasted, catch_exceptions=False)
    assert result.exit_code in ANSWERED
    assert result.stdout.strip()
    assert lacking(example.shown, result.output.splitlines()) == []


def test_the_form_of_a_line_is_told_from_another() -> None:
    printed = ["TensorFlow 2.15.1 → 2.16.2, 979 scenarios", "works  2.6.0 – 2.21.0, 2.4.4", "suite 38100395d23a"]
    assert lacking(("TensorFlow 2.15.0 → 2.16.1, 7 scenarios", "…", "suite aaaa00395d23a"), printed) == []
    assert lacking(("works 2.6.5 – 2.21.0",), printed) == []
    assert lacking(("breaks 2.6.5",), printed) == ["breaks 2.6.5"]
    assert lacking(("suite 38100395d23a", "works 2.6.5"), printed) == ["works 2.6.5"]


def code_blocks() -> list[str]:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.starts
def test_the_code_for_python_runs(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The blocks go on from one another, as a reader pastes them."""
    monkeypatch.setattr("tfcompat.project.default_cache", lambda: cache)
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for block in code_blocks():
        exec(compile(block, "api.md", "exec"), names)  # noqa: S102 - it is our own document
    assert len(code_blocks()) >= 3
    assert "tfcompat run --fresh" in capsys.readouterr().out


def test_the_document_has_every_function_and_what_it_returns() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)\(evidence, [^`]*\)` \| `\w+` \| `(\w+)`", text, re.MULTILINE))
    assert rows == {question: result.rpartition(":")[2] for question, result in ask.RESULTS.items()}
    assert all(callable(getattr(ask, question)) for question in rows)
