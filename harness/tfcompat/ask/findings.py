"""The findings: the silent wrong results of docs/findings/, with what the trials say of each, as one page for a code host."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pandas as pd
from packaging.version import Version

from tfcompat.ask import datafile
from tfcompat.ask.datafile import Count, Text, Texts
from tfcompat.compare import patches
from tfcompat.errors import DataError
from tfcompat.outcomes import Status
from tfcompat.rendering import render
from tfcompat.table.agreement import same_text
from tfcompat.table.columns import of_releases
from tfcompat.table.frame import Table
from tfcompat.table.ranges import Range, ranges

#: Lines that a script may have, blank ones aside: more is no longer seen at a glance.
LONGEST_SCRIPT = 10


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of an installed package: the release, the path below site-packages, the line's number and text."""

    release: Text
    path: Text
    line: Count
    text: Text


class Sighting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scenario that shows a finding: where it differs, or, where nothing is documented, where it is ``wrong``."""

    id: Text
    wrong: Text | None = None

    def __post_init__(self) -> None:
        if self.wrong is not None:
            require_json(self.wrong)

    def shown_by(self, status: Status, observed: str) -> bool:
        """Whether an outcome, its observation as the table has it, shows it."""
        if self.wrong is None:
            return status is Status.WRONG
        return bool(observed) and same_text(observed, self.wrong)


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
        titles=titles,
        words=words,
    )


def sections(table: Table, titles: Mapping[Any, str], folder: Path) -> list[dict[str, Any]]:
    """Each finding with its script, and where each of its scenarios shows it."""
    of_scenarios = ranges(table.frame)
    return [
        {
            "finding": finding,
            "script": script(finding, folder).rstrip(),
            "seen": [
                (
                    sighting.id,
                    titles.get(sighting.id, sighting.id),
                    seen(sighting, of_scenarios.get(sighting.id, ())),
                    list(with_keras(sighting, table.frame)),
                )
                for sighting in finding.scenarios
            ],
        }
        for finding in findings(folder)
    ]


def eras(table: Table, titles: Mapping[Any, str], folder: Path) -> dict[str, list[dict[str, Any]]]:
    """By release the lines that were read, each with what its scenarios do on that release."""
    frame = of_releases(table.frame)
    rows = frame[frame["status"] != str(Status.UNKNOWN)].set_index(["tensorflow", "scenario"])
    measured = rows[["status", "observed", "message"]].to_dict("index")
    read: dict[str, list[dict[str, Any]]] = {}
    for explanation in explanations(folder):
        scenarios = []
        for name in explanation.scenarios:
            outcome = measured.get((explanation.release, name))
            if outcome is None:
                raise DataError(
                    f"{name} was not measured on {explanation.release}: correct docs/findings/sources.toml, or run it"
                )
            scenarios.append((name, titles.get(name, name), words(outcome)))
        read.setdefault(explanation.release, []).append({"explanation": explanation, "scenarios": scenarios})
    return read


def words(outcome: Mapping[Any, Any]) -> str:
    """An outcome, by its columns in the table, in a few words: its observation, or its status and message."""
    if outcome["observed"]:
        return str(outcome["observed"])
    if outcome["message"]:
        return f"{outcome['status']}: {outcome['message']}"
    return f"{outcome['status']}, and nothing was observed"


def seen(sighting: Sighting, parts: Sequence[Range]) -> str:
    """Where a scenario shows a finding, as a reader writes it. Raises DataError where it is seen nowhere."""
    text = ", ".join(spans((part.first, part.last, sighting.shown_by(part.status, part.observed)) for part in parts))
    if not text:
        raise DataError(
            f"no trial shows {sighting.id} as docs/findings/findings.toml has it: correct the finding there"
        )
    return text


def with_keras(sighting: Sighting, frame: pd.DataFrame) -> Iterator[str]:
    """Where a scenario shows a finding among the releases of Keras 3 that were put on one TensorFlow."""
    of_keras = frame["variant"].str.startswith("keras3.") & (frame["keras"] != "")
    rows = frame[of_keras & (frame["scenario"] == sighting.id)]
    for tensorflow, group in rows.groupby("tensorflow", sort=False):
        releases = group.sort_values("keras", key=lambda texts: texts.map(Version))
        outcomes = zip(releases["keras"], releases["status"], releases["observed"], strict=True)
        shown = [(keras, keras, sighting.shown_by(Status(status), observed)) for keras, status, observed in outcomes]
        if text := ", ".join(spans(shown)):
            yield f"Keras {text} on {tensorflow}"


def spans(parts: Iterable[tuple[str, str, bool]]) -> Iterator[str]:
    """The spans of those neighbours that show something: each is from where, to where, and whether it does."""
    for shown, run in groupby(parts, key=lambda part: part[2]):
        first, *_, last = [version for start, end, _ in run for version in (start, end)]
        if shown:
            yield first if first == last else f"{first} – {last}"
