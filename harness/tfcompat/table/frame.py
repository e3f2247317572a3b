"""The table: trials as a long frame, and what is derived from it: the wide table, the ranges, and where engines disagree."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd
from packaging.version import Version

from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.select.releases import channel_of
from tfcompat.trials.judge import same

COLUMNS = (
    "cell",
    "tensorflow",
    "python",
    "keras",
    "variant",
    "channel",
    "engine",
    "group",
    "scenario",
    "status",
    "observed",
    "reason",
    "message",
    "seconds",
)
#: Characters of an observation that the table repeats.
LONGEST = 4000


@dataclass(frozen=True, kw_only=True)
class Range:
    """Neighbouring cells with one status and, where it ran, one observation; ``tested`` names each of them."""

    status: Status
    first: str
    last: str
    tested: tuple[str, ...]
    observed: str
    reason: str

    @property
    def span(self) -> str:
        """From where to where, as a reader writes it."""
        return self.first if self.first == self.last else f"{self.first} – {self.last}"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a scenario says of itself, from the newest trial that asked it."""

    scenario: str
    title: str
    reference: str
    source: str
    documented: str

    @property
    def group(self) -> str:
        return self.scenario.split("::")[0]


def long(trials: Iterable[Trial]) -> pd.DataFrame:
    """One row a cell and scenario, in the order of releases and then of scenarios, with ``COLUMNS``.

    A scenario that a trial has no line for, because its cell has no answer at all, is unknown with the cell's reason: a
    cell that was not tested is a visible hole.
    """
    trials = sorted(trials, key=order)
    scenarios = list(facts(trials))
    rows = [row(trial, outcome) for trial in trials for outcome in every(trial, scenarios)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"seconds": "float64"})


def order(trial: Trial) -> tuple[Version, Version, str]:
    """Where a trial's column stands: by release, Python and variant, the bundled one first."""
    subject = trial.subject
    variant = "" if subject.variant == "bundled" else subject.variant
    return Version(subject.tensorflow), Version(subject.python), variant


def standing(trials: Iterable[Trial]) -> list[Trial]:
    """The trial that stands for each stable release, oldest first: as pip installs it, on the newest Python that was tested."""
    bundled = [trial for trial in sorted(trials, key=order) if trial.subject.variant == "bundled"]
    stable = [trial for trial in bundled if not Version(trial.subject.tensorflow).is_prerelease]
    return list({trial.subject.tensorflow: trial for trial in stable}.values())


def every(trial: Trial, scenarios: Sequence[str]) -> Iterable[Outcome]:
    known = {outcome.scenario: outcome for outcome in trial.outcomes}
    for scenario in scenarios:
        yield known.get(scenario) or Outcome(
            scenario=scenario, status=Status.UNKNOWN, reason=trial.reason or Reason.NOT_RUN, message=trial.message
        )


def row(trial: Trial, outcome: Outcome) -> dict[str, Any]:
    subject = trial.subject
    return {
        "cell": subject.cell,
        "tensorflow": subject.tensorflow,
        "python": subject.python,
        "keras": trial.versions.get("keras") or "",
        "variant": subject.variant,
        "channel": str(channel_of(Version(subject.tensorflow))),
        "engine": subject.engine,
        "group": outcome.group,
        "scenario": outcome.scenario,
        "status": str(outcome.status),
        "observed": as_text(outcome.observed),
        "reason": str(outcome.reason or ""),
        "message": with_type(outcome),
        "seconds": outcome.seconds,
    }


def with_type(outcome: Outcome) -> str:
    """The message led by the type of its error, once."""
    if not outcome.type or outcome.message.startswith(f"{outcome.type}: "):
        return outcome.message
    return f"{outcome.type}: {outcome.message}"


def as_text(observed: Any) -> str:
    """An observation as JSON; the empty text where there is none.

    Of a long one, such as an inventory, its length and hash: equal ones stay equal, and the trial has it.
    """
    text = "" if observed is None else json.dumps(observed, ensure_ascii=False)
    if len(text) <= LONGEST:
        return text
    return json.dumps(f"{len(text)} characters, {hashlib.sha256(text.encode()).hexdigest()[:12]}")


def facts(trials: Iterable[Trial]) -> dict[str, Facts]:
    """What each scenario says of itself, in the order of groups as the newest trial has them; its newest words win."""
    found: dict[str, Facts] = {}
    for trial in sorted(trials, key=lambda one: one.subject.started, reverse=True):
        for outcome in trial.outcomes:
            found.setdefault(
                outcome.scenario,
                Facts(
                    scenario=outcome.scenario,
                    title=outcome.title,
                    reference=outcome.reference,
                    source=outcome.source,
                    documented=as_text(outcome.documented),
                ),
            )
    groups = list(dict.fromkeys(one.group for one in found.values()))
    return dict(sorted(found.items(), key=lambda item: groups.index(item[1].group)))


def wide(frame: pd.DataFrame) -> pd.DataFrame:
    """The table: scenarios down, cells across, a status in each."""
    cells, scenarios = frame["cell"].unique(), frame["scenario"].unique()
    return frame.pivot(index="scenario", columns="cell", values="status").reindex(index=scenarios, columns=cells)


def of_releases(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the one cell that stands for each stable release: as pip installs it, on the newest Python that was tested."""
    bundled = frame[frame["variant"] == "bundled"]
    cells = {row.tensorflow: row.cell for row in bundled[["tensorflow", "cell"]].drop_duplicates().itertuples()}
    standing = {cell for release, cell in cells.items() if not Version(str(release)).is_prerelease}
    return bundled[bundled["cell"].isin(standing)]


def default_columns(frame: pd.DataFrame) -> list[dict[str, str]]:
    """The columns that stand for their variant and minor: its last stable patch, on its newest Python; each with its
    cell, tensorflow, python and variant.
    """
    columns = frame[["cell", "tensorflow", "python", "variant"]].drop_duplicates().to_dict("records")
    chosen: dict[tuple[str, int, int], dict[str, str]] = {}
    for row in sorted(columns, key=lambda row: (Version(row["tensorflow"]), Version(row["python"]))):
        version = Version(row["tensorflow"])
        if not version.is_prerelease:
            chosen[row["variant"], version.major, version.minor] = {str(key): str(value) for key, value in row.items()}
    return list(chosen.values())


def of_minors(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last patch of each minor, as far as it was tested; where no stable release was, all rows."""
    standing = [row["cell"] for row in default_columns(frame) if row["variant"] == "bundled"]
    return frame[frame["cell"].isin(standing)] if standing else frame


def ranges(frame: pd.DataFrame) -> dict[str, list[Range]]:
    """The ranges of each scenario over the stable releases, oldest first. Nothing is filled in: a range is what was tested."""
    standing = of_releases(frame)
    return {str(name): list(runs(rows.to_dict("records"))) for name, rows in standing.groupby("scenario", sort=False)}


def runs(rows: Sequence[Mapping[Any, Any]]) -> Iterable[Range]:
    """The runs of neighbouring rows that tell the same: status, reason, and observation within the tolerance."""
    start = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or not tell_the_same(rows[start], rows[end]):
            tested = rows[start:end]
            yield Range(
                status=Status(tested[0]["status"]),
                observed=tested[0]["observed"],
                reason=tested[0]["reason"],
                first=tested[0]["tensorflow"],
                last=tested[-1]["tensorflow"],
                tested=tuple(one["cell"] for one in tested),
            )
            start = end


def tell_the_same(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> bool:
    if (one["status"], one["reason"]) != (other["status"], other["reason"]):
        return False
    return same_text(one["observed"], other["observed"])


def same_text(one: str, other: str) -> bool:
    """Whether two observations, as the JSON text of a row, agree."""
    return one == other or bool(one and other and same(json.loads(one), json.loads(other)))


def spans(found: Sequence[Range]) -> dict[Status, str]:
    """The ranges of each status as a reader writes them: ``2.6.5 – 2.21.0``, several with commas."""
    merged: list[Range] = []
    for one in found:
        if merged and merged[-1].status is one.status:
            merged[-1] = replace(merged[-1], last=one.last, tested=merged[-1].tested + one.tested)
        else:
            merged.append(one)
    statuses = dict.fromkeys(one.status for one in merged)
    return {status: ", ".join(one.span for one in merged if one.status is status) for status in statuses}


def observations(found: Sequence[Range]) -> list[tuple[str, str]]:
    """The different observations of a scenario, each with where it was made; empty where all are one."""
    told: dict[str, list[str]] = {}
    for one in found:
        if one.observed:
            known = next((text for text in told if same_text(text, one.observed)), one.observed)
            told.setdefault(known, []).append(one.span)
    return [(observed, ", ".join(where)) for observed, where in told.items()] if len(told) > 1 else []


def support(trials: Sequence[Trial], frame: pd.DataFrame) -> dict[str, Any]:
    """For each scenario the ranges of each status and what they were tested on, as one JSON document."""
    found, known = ranges(frame), facts(trials)
    return {
        "schema": 1,
        "tested_on": list(frame["cell"].unique()),
        "scenarios": {
            name: {
                **asdict(known[name]),
                "group": known[name].group,
                "spans": spans(of_one),
                "observations": observations(of_one),
                "ranges": [asdict(one) for one in of_one],
            }
            for name, of_one in found.items()
        },
    }


def disagreements(frame: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """The rows of cells in both frames where status or observation differ; the second frame's columns end in ``_other``."""
    both = frame.merge(other, on=["cell", "scenario"], suffixes=("", "_other"))
    observed = zip(both["observed"], both["observed_other"], strict=True)
    agree = pd.Series([same_text(one, another) for one, another in observed], index=both.index, dtype="bool")
    differ = (both["status"] != both["status_other"]) | ~agree
    columns = ["cell", "scenario", "engine", "status", "observed", "engine_other", "status_other", "observed_other"]
    return both.loc[differ, columns].reset_index(drop=True)
