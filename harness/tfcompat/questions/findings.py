"""The findings: the silent wrong results of docs/findings/, with what the trials say of each, as one page for a code host."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pandas as pd

from tfcompat.compare import patches
from tfcompat.errors import DataError
from tfcompat.outcomes import Harm, Status
from tfcompat.questions import datafile, documentation
from tfcompat.questions.datafile import Count, Text, Texts
from tfcompat.questions.evidence import heirs
from tfcompat.rendering import render
from tfcompat.table.agreement import same_text
from tfcompat.table.columns import BUNDLED
from tfcompat.table.frame import Table
from tfcompat.table.ranges import Range, of_rows, where

#: What a user is not told by an error.
WORDLESS = (Harm.SILENT, Harm.VISIBLE)
#: Lines that a script may have, blank ones aside: more is no longer seen at a glance.
LONGEST_SCRIPT = 10


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of an installed package: the release, the path below site-packages, the line's number and text."""

    release: Text
    path: Text
    line: Count
    text: Text


class Sighting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scenario that shows a finding: where its harm is silent or visible, or, where that says too much, where it is
    ``wrong``: the observation as the table has it.
    """

    id: Text
    wrong: Text | None = None

    def __post_init__(self) -> None:
        if self.wrong is not None:
            require_json(self.wrong)

    def shown_by(self, part: Range) -> bool:
        """Whether what cells did shows it."""
        if self.wrong is None:
            return part.harm in WORDLESS
        return bool(part.observed) and same_text(part.observed, self.wrong)


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One silent wrong result: where it is seen, a script that ``prints`` it on one release, and what causes it."""

    name: Annotated[str, msgspec.Meta(pattern=r"^\w+\Z")]
    title: Text
    release: Text
    what: Text
    cause: Text
    instead: Text
    prints: Text
    scenarios: Annotated[tuple[Sighting, ...], msgspec.Meta(min_length=1)]
    places: Annotated[tuple[Place, ...], msgspec.Meta(min_length=1)]


class Explanation(Place, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of an installed package that some rows of the table come from, as somebody saw who read it."""

    what: Text
    scenarios: Texts


class FindingsFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    findings: tuple[Finding, ...]


class SourcesFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    causes: tuple[Explanation, ...]


def require_json(text: str) -> None:
    """Raises ValueError where a text is not the JSON of an observation."""
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"has a wrong that is not JSON ({error}): write the observation as the table has it"
        ) from error


def findings(folder: Path) -> tuple[Finding, ...]:
    """The findings of a folder, most surprising first. Raises DataError where the file is not a list of them."""
    return datafile.load(folder / "findings.toml", FindingsFile, "a list of findings").findings


def explanations(folder: Path) -> tuple[Explanation, ...]:
    """What was read in the sources, in the order of the file. Raises DataError where the file is not a list of that."""
    return datafile.load(folder / "sources.toml", SourcesFile, "a list of causes").causes


def script(finding: Finding, folder: Path) -> str:
    """The script that shows a finding. Raises DataError where it is not there."""
    path = folder / f"{finding.name}.py"
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read ({error}): every finding has a script of its name") from error


def markdown(table: Table, folder: Path) -> str:
    """The page. Raises DataError where a finding or an explanation names what the trials do not show."""
    titles = table.scenarios["title"].to_dict()
    return render(
        "findings.md.jinja",
        sections=sections(table, titles, folder),
        eras=eras(table, titles, folder),
        steps=list(patches.steps(table)),
        documentation=documentation.wrong(table),
        titles=titles,
        words=words,
    )


def sections(table: Table, titles: Mapping[Any, str], folder: Path) -> list[dict[str, Any]]:
    """Each finding with its script, and where each of its scenarios shows it."""
    now = now_of(table)
    return [
        {
            "finding": finding,
            "script": script(finding, folder).rstrip(),
            "seen": [
                (name := now(sighting.id), titles.get(name, name), seen(sighting, table.ranges.get(name, ())))
                for sighting in finding.scenarios
            ],
        }
        for finding in findings(folder)
    ]


def sightings(finding: Finding, table: Table, titles: Mapping[Any, str]) -> list[tuple[str, str, str]]:
    """The scenarios that show a finding in the trials: the id of each, its title, and where. Those that do not are left out."""
    now = now_of(table)
    shown = [
        (name := now(sighting.id), titles.get(name, name), where(table.ranges.get(name, ()), sighting.shown_by))
        for sighting in finding.scenarios
    ]
    return [sighting for sighting in shown if sighting[2]]


def now_of(table: Table) -> Callable[[str], str]:
    """What says the id that a scenario has now, of one that it has or had."""
    renamed = heirs(table.scenarios["aliases"].items())
    return lambda scenario: renamed.get(scenario, scenario)


def eras(table: Table, titles: Mapping[Any, str], folder: Path) -> dict[str, list[dict[str, Any]]]:
    """By release the lines that were read, each with what its scenarios do on that release, whatever its Python."""
    frame, now = table.frame[table.frame["variant"] == BUNDLED], now_of(table)
    of_release = {str(name): rows for name, rows in frame.groupby("tensorflow", sort=False, observed=True)}
    read: dict[str, list[dict[str, Any]]] = {}
    for explanation in explanations(folder):
        rows = of_release.get(explanation.release, frame.iloc[:0])
        scenarios = []
        for name in map(now, explanation.scenarios):
            scenarios.append((name, titles.get(name, name), did(rows, name, explanation.release)))
        read.setdefault(explanation.release, []).append({"explanation": explanation, "scenarios": scenarios})
    return read


def did(rows: pd.DataFrame, name: str, release: str) -> str:
    """What a scenario did in the cells of a release, which Python decides included. Raises DataError where it was not asked."""
    of_scenario = rows[(rows["scenario"] == name) & (rows["status"] != str(Status.UNKNOWN))].astype(object)
    outcomes = of_scenario.to_dict("records")
    if not outcomes:
        raise DataError(f"{name} was not measured on {release}: correct docs/findings/sources.toml, or run it")
    said = {outcome["cell"]: words(outcome) for outcome in outcomes}
    parts = [(part, said[part.tested[0]]) for part in of_rows(outcomes)]
    return "; ".join(f"{part.place.on}: {text}" if len(parts) > 1 else text for part, text in parts)


def words(outcome: Mapping[Any, Any]) -> str:
    """An outcome, by its columns in the table, in a few words: its observation, or its status and message."""
    if outcome["observed"]:
        return str(outcome["observed"])
    if outcome["message"]:
        return f"{outcome['status']}: {outcome['message']}"
    return f"{outcome['status']}, and nothing was observed"


def seen(sighting: Sighting, parts: Sequence[Range]) -> str:
    """Where a scenario shows a finding, as a reader writes it. Raises DataError where it is seen nowhere."""
    if text := where(parts, sighting.shown_by):
        return text
    raise DataError(f"no trial shows {sighting.id} as docs/findings/findings.toml has it: correct the finding there")
