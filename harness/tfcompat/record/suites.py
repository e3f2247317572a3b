"""Suites as trials refer to them: what each said of its scenarios, kept once beside the trials, a line a scenario."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType

from tfcompat.errors import DataError
from tfcompat.files import write_bytes
from tfcompat.record.lines import ScenarioFacts

#: The folder of a store's suites, and the ending of their files.
FOLDER, SUFFIX = "suites", ".jsonl"

#: The scenarios of a suite by id, in their order.
Facts = Mapping[str, ScenarioFacts]
#: The versions in a cell as a header has them; None for what is not imported.
Versions = Mapping[str, str | None]

DECODER = msgspec.json.Decoder(ScenarioFacts)


def facts_by_id(scenarios: Iterable[ScenarioFacts]) -> Facts:
    return {scenario.id: scenario for scenario in scenarios}


def keep(trials: Path, suite: str, scenarios: Iterable[ScenarioFacts]) -> None:
    """Keep what a suite says of its scenarios beside the trials of a folder, once."""
    path = path_of(trials, suite)
    if not path.exists():
        facts = (msgspec.convert(scenario, ScenarioFacts, from_attributes=True) for scenario in scenarios)
        write_bytes(path, b"".join(msgspec.json.encode(scenario) + b"\n" for scenario in facts))


def read(path: Path) -> Facts:
    """The scenarios of a kept suite. Raises DataError where it is not there, or damaged."""
    try:
        return facts_by_id(DECODER.decode_lines(path.read_bytes()))
    except (OSError, msgspec.MsgspecError, RecursionError) as error:
        raise DataError(f"{path} is not a whole suite ({error}): restore it with git checkout") from error


def path_of(trials: Path, suite: str) -> Path:
    return trials / FOLDER / f"{suite}{SUFFIX}"


def documented(facts: ScenarioFacts, versions: Versions) -> object | UnsetType:
    """What is documented in a cell with these versions: the last promise whose requirement they fulfil, else unset."""
    held = [promise for requirement, promise in facts.promises.items() if holds(requirement, versions)]
    return held[-1] if held else UNSET


def holds(requirement: str, versions: Versions) -> bool:
    """Whether versions fulfil a requirement: ``keras>=3``, or ``>=2.6`` of TensorFlow; the empty one always holds."""
    if not requirement:
        return True
    from packaging.requirements import Requirement  # a question that is answered from the index needs none

    wanted = Requirement(requirement if requirement[0].isalpha() else f"tensorflow{requirement}")
    version = versions.get(wanted.name)
    return version is not None and wanted.specifier.contains(version.split("-")[0], prereleases=True)
