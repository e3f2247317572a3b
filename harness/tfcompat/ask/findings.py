"""The surprises: the silent wrong results of docs/findings/, with what the trials say of each, as one page for a code host."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from packaging.version import Version

from tfcompat.compare import patches
from tfcompat.errors import DataError
from tfcompat.outcomes import Outcome, Status, Trial
from tfcompat.rendering import render
from tfcompat.table import frame as table
from tfcompat.table.frame import Range

#: Lines that a script may have, blank ones aside: more is no longer seen at a glance.
LONGEST_SCRIPT = 10


@dataclass(frozen=True, kw_only=True)
class Place:
    """A line of an installed package: the release, the path below site-packages, the line's number and text."""

    release: str
    path: str
    line: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A scenario that shows a finding: where it differs, or, where nothing is documented, where it is ``wrong``."""

    id: str
    wrong: str | None = None

    def shown_by(self, status: Status, observed: str) -> bool:
        """Whether an outcome, its observation as the table has it, shows it."""
        if self.wrong is None:
            return status is Status.DIFFERS
        return bool(observed) and table.same_text(observed, self.wrong)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One silent wrong result: where it is seen, a script that ``prints`` it on one release, and what causes it."""

    name: str
    title: str
    release: str
    what: str
    cause: str
    instead: str
    prints: str
    scenarios: tuple[Sighting, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True)
class Cause:
    """A line of an installed package that some rows of the table come from, as somebody found who read it."""

    place: Place
    what: str
    scenarios: tuple[str, ...]


def findings(folder: Path) -> tuple[Finding, ...]:
    """The findings of a folder, most surprising first. Raises DataError where the file is not a list of them."""
    path = folder / "findings.toml"
    try:
        return tuple(
            Finding(
                **{
                    **row,
                    "scenarios": tuple(Sighting(**one) for one in row["scenarios"]),
                    "places": tuple(Place(**one) for one in row["places"]),
                }
            )
            for row in rows_of(path, "findings")
        )
    except (TypeError, KeyError) as error:
        raise DataError(f"{path} is no list of findings ({error}): see docs/findings/findings.toml") from error


def causes(folder: Path) -> tuple[Cause, ...]:
    """The causes of a folder, in the order of their file. Raises DataError where the file is not a list of them."""
    path = folder / "sources.toml"
    try:
        return tuple(
            Cause(
                place=Place(**{key: row[key] for key in Place.__dataclass_fields__}),
                what=row["what"],
                scenarios=tuple(row["scenarios"]),
            )
            for row in rows_of(path, "causes")
        )
    except (TypeError, KeyError) as error:
        raise DataError(f"{path} is no list of causes ({error}): see docs/findings/sources.toml") from error


def rows_of(path: Path, name: str) -> Sequence[Mapping[str, Any]]:
    try:
        found: Sequence[Mapping[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))[name]
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read ({error}): restore it with git checkout") from error
    return found


def script(finding: Finding, folder: Path) -> str:
    """The script that shows a finding. Raises DataError where it is not there."""
    path = folder / f"{finding.name}.py"
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): every finding has a script of its name") from error


def markdown(trials: Sequence[Trial], folder: Path) -> str:
    """The page. Raises DataError where a finding or a cause names what the trials do not show."""
    ranges = table.ranges(table.long(trials))
    titles = {name: facts.title for name, facts in table.facts(trials).items()}
    sections = [
        {
            "finding": finding,
            "script": script(finding, folder).rstrip(),
            "seen": [
                (one.id, titles.get(one.id, one.id), seen(one, ranges), list(with_keras(one, trials)))
                for one in finding.scenarios
            ],
        }
        for finding in findings(folder)
    ]
    known = {
        (trial.subject.tensorflow, one.scenario): one for trial in table.standing(trials) for one in trial.outcomes
    }
    eras: dict[str, list[Mapping[str, Any]]] = {}
    for cause in causes(folder):
        rows = [(name, titles.get(name, name), does(known, cause.place.release, name)) for name in cause.scenarios]
        eras.setdefault(cause.place.release, []).append({"cause": cause, "told": rows})
    steps = list(patches.steps(trials))
    return render("findings.md.jinja", sections=sections, eras=eras, steps=steps, titles=titles, told=told)


def told(outcome: Outcome) -> str:
    """An outcome in a few words: its observation, or its status and message."""
    if outcome.observed is not None:
        return table.as_text(outcome.observed)
    said = table.with_type(outcome)
    return f"{outcome.status}: {said}" if said else f"{outcome.status}, and nothing was observed"


def seen(sighting: Sighting, ranges: Mapping[str, Sequence[Range]]) -> str:
    """Where a scenario shows a finding, as a reader writes it. Raises DataError where it is seen nowhere."""
    shown = [(one.first, one.last, sighting.shown_by(one.status, one.observed)) for one in ranges.get(sighting.id, ())]
    found = ", ".join(spans(shown))
    if not found:
        raise DataError(f"no trial shows {sighting.id} as docs/findings/findings.toml has it: mend the finding")
    return found


def with_keras(sighting: Sighting, trials: Sequence[Trial]) -> Iterator[str]:
    """Where a scenario shows a finding among the releases of Keras 3 that were put on one TensorFlow."""
    put = [trial for trial in trials if trial.subject.variant.startswith("keras3.") and trial.versions.get("keras")]
    for tensorflow, group in groupby(sorted(put, key=both_versions), key=lambda trial: trial.subject.tensorflow):
        outcomes = [(str(trial.versions["keras"]), one) for trial in group for one in trial.outcomes]
        asked = [(keras, one) for keras, one in outcomes if one.scenario == sighting.id]
        shown = [(keras, keras, sighting.shown_by(one.status, table.as_text(one.observed))) for keras, one in asked]
        if found := spans(shown):
            yield f"Keras {', '.join(found)} on {tensorflow}"


def both_versions(trial: Trial) -> tuple[Version, Version]:
    return Version(trial.subject.tensorflow), Version(str(trial.versions["keras"]))


def spans(told: Iterable[tuple[str, str, bool]]) -> list[str]:
    """The spans of those neighbours that show something: each is from where, to where, and whether it does."""
    found = []
    for shown, run in groupby(told, key=lambda one: one[2]):
        first, *_, last = [version for start, end, _ in run for version in (start, end)]
        if shown:
            found.append(first if first == last else f"{first} – {last}")
    return found


def does(known: Mapping[tuple[str, str], Outcome], release: str, scenario: str) -> str:
    """What a scenario does on a release: its observation, or its status and message."""
    outcome = known.get((release, scenario))
    if outcome is None:
        raise DataError(f"{scenario} was not measured on {release}: mend docs/findings/sources.toml, or run it")
    return told(outcome)
