"""The tools: each question that an assistant may ask, by its arguments, what answers it, and the list that it may cut."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec import Struct, json

from tfcompat import ask
from tfcompat.ask import OpenEvidence
from tfcompat.assist import arguments as given
from tfcompat.errors import SelectionError

#: How many files of the user are read for one question, and what code is called that has no file.
FILES, FILE = 2_000, "code.py"


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A question as a tool. ``longest`` is the list of the result that ``limit`` cuts, empty where none is long."""

    name: str
    title: str
    description: str
    arguments: type[Struct]
    answer: Callable[[OpenEvidence, Any], Struct]
    longest: str = ""


def answers(evidence: OpenEvidence, asked: given.AskArguments) -> Struct:
    return ask.ask(evidence, asked.text, asked.on)


def where(evidence: OpenEvidence, asked: given.WhereArguments) -> Struct:
    return ask.where(evidence, *asked.scenarios)


def imports(evidence: OpenEvidence, asked: given.ImportsArguments) -> Struct:
    return ask.imports(evidence, asked.name, asked.tf)


def upgrade(evidence: OpenEvidence, asked: given.UpgradeArguments) -> Struct:
    return ask.upgrade(evidence, asked.old, asked.new, *few(asked.paths))


def scan(evidence: OpenEvidence, asked: given.ScanArguments) -> Struct:
    if bool(asked.paths) == bool(asked.code):
        raise SelectionError("scan takes either paths or code: give one of them")
    if asked.paths:
        return ask.scan(evidence, *few(asked.paths), tf=asked.tf)
    return scan_code(evidence, asked.code, asked.tf)


def scan_code(evidence: OpenEvidence, code: str, tf: str | None) -> Struct:
    """The scan of code that has no file: it is written to one for the time of the scan, of whose folder nothing is said."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, FILE)
        path.write_text(code, encoding="utf-8", errors="replace")
        found = ask.scan(evidence, path, tf=tf)
    before = json.encode(str(path))[1:-1]
    return json.decode(json.encode(found).replace(before, FILE.encode()), type=type(found))


def requires(evidence: OpenEvidence, asked: given.RequiresArguments) -> Struct:
    return ask.requires(evidence, *asked.scenarios, harm=asked.harm)


def explain(evidence: OpenEvidence, asked: given.ExplainArguments) -> Struct:
    return ask.explain(evidence, asked.cell, asked.scenario)


def loads(evidence: OpenEvidence, asked: given.LoadsArguments) -> Struct:
    return ask.loads(evidence, asked.writers, asked.readers, asked.model)


def few(paths: Iterable[str]) -> list[Path]:
    """Some paths. Raises SelectionError where one is not there, or where there are too many files below them."""
    from tfcompat.scan.sources import files

    known = list(map(Path, paths))
    if len(list(islice(files(known), FILES + 1))) > FILES:
        raise SelectionError(f"there are more than {FILES} files: name a smaller folder")
    return known


TOOLS = (
    Tool(
        name="ask",
        title="Answer an error or a question",
        description="The measured answers to a pasted error, traceback, import or question about TensorFlow normalization, the "
        "best first: where it is so, what to write instead, and the scenario ids behind it. Start here.",
        arguments=given.AskArguments,
        answer=answers,
        longest="answers",
    ),
    Tool(
        name="where",
        title="Where a behaviour is so",
        description="On which TensorFlow releases, Pythons and Keras versions some scenarios do what, with what was observed and "
        "raised. A scenario is one measured behaviour or API.",
        arguments=given.WhereArguments,
        answer=where,
        longest="scenarios",
    ),
    Tool(
        name="imports",
        title="Import paths of a name",
        description="Where each import path of a name works; with tf also the code that imports it on all of these releases.",
        arguments=given.ImportsArguments,
        answer=imports,
        longest="paths",
    ),
    Tool(
        name="upgrade",
        title="What an upgrade changes",
        description="What stops working, silently changes and starts between two TensorFlow releases, the worst first, with what "
        "to write instead; with paths only what the code there uses.",
        arguments=given.UpgradeArguments,
        answer=upgrade,
        longest="changes",
    ),
    Tool(
        name="scan",
        title="Check code against the releases",
        description="Which normalization APIs and known traps are in Python code, on which releases each works, the version "
        "specifier that suits all of it, and what to change for more. Give paths or code.",
        arguments=given.ScanArguments,
        answer=scan,
        longest="findings",
    ),
    Tool(
        name="requires",
        title="Versions that suit scenarios",
        description="The version specifiers of TensorFlow, and of Keras or Python where these decide, on which all of some "
        "scenarios hold, with the traps beside them; else the fewest scenarios that exclude each other.",
        arguments=given.RequiresArguments,
        answer=requires,
        longest="scenarios",
    ),
    Tool(
        name="explain",
        title="One measured outcome",
        description="All that is known of what a scenario did on one release: observation, expectation, exception and traceback, "
        "and how to reproduce it.",
        arguments=given.ExplainArguments,
        answer=explain,
    ),
    Tool(
        name="loads",
        title="Loading saved models",
        description="What some TensorFlow releases make of models with normalization layers that other releases saved, by format.",
        arguments=given.LoadsArguments,
        answer=loads,
        longest="pairs",
    ),
)
