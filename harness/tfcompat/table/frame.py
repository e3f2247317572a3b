"""The collector: trials to the frames that everything after it reads."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from packaging.version import Version

from tfcompat.outcomes import Outcome, Reason, Status, Subject, Trial
from tfcompat.select.releases import channel_of
from tfcompat.table import columns, names
from tfcompat.trials.current import current_trials

#: The columns of the published frame, ``outcomes.csv``.
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
#: What the frame has beside them: the number of the trial, the error's type and its message without it, what is
#: documented, and which cells stand for their release and minor (``table.columns``).
MORE = ("trial", "type", "bare_message", "documented", "set", "stands_for_minor")
#: Of an outcome, in every trial.
OF_OUTCOME = (
    "trial",
    "scenario",
    "status",
    "observed",
    "reason",
    "type",
    "message",
    "bare_message",
    "documented",
    "seconds",
)
OF_SCENARIO = ("group", "title", "reference", "source", "documented")
#: Characters of an observation that the frame repeats.
LONGEST = 4000


@dataclass(frozen=True, kw_only=True)
class Table:
    """All that some trials say.

    ``trials`` has a row a trial, in the order of the columns and of one cell the oldest first: the fields of its subject,
    ``channel``, ``keras``, ``versions`` (a dict), ``reason``, ``message``, ``seconds``, and whether it is the ``current``
    one of its cell; of those also ``set`` and ``stands_for_minor``. ``outcomes`` has a row for each scenario that a trial
    has an outcome of, with ``OF_OUTCOME``; ``trial`` is the row number in ``trials``. ``scenarios`` has the words of each
    scenario, by its id. ``names`` has the inventories (``table.names``).
    """

    trials: pd.DataFrame
    outcomes: pd.DataFrame
    scenarios: pd.DataFrame
    names: pd.DataFrame

    @property
    def current(self) -> pd.DataFrame:
        """The rows of ``trials`` that are shown: one a cell."""
        return self.trials[self.trials["current"]]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a cell and scenario, in the order of releases and then of scenarios, with ``COLUMNS`` and ``MORE``.

        A scenario that the current trial has no outcome of, for its cell has no answer at all, is unknown with the
        cell's reason: a cell that was not tested is a visible hole.
        """
        cells = self.current
        every = pd.MultiIndex.from_product([cells.index, self.scenarios.index], names=["trial", "scenario"])
        asked = self.outcomes[self.outcomes["trial"].isin(cells.index)].set_index(["trial", "scenario"])
        filled = asked.reindex(every).reset_index()
        of_cell = cells.drop(columns=["seconds"]).rename(columns={"reason": "why", "message": "why_message"})
        frame = filled.join(of_cell, on="trial")
        frame["group"] = frame["scenario"].map(self.scenarios["group"])
        return pd.DataFrame(with_holes(frame)[[*COLUMNS, *MORE]])

    @property
    def published(self) -> pd.DataFrame:
        """The frame as ``outcomes.csv`` and ``outcomes.parquet`` have it: ``COLUMNS`` alone."""
        return self.frame[list(COLUMNS)]


def with_holes(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an unknown outcome in the place of each that is not there."""
    hole = frame["status"].isna()
    frame.loc[hole, "status"] = str(Status.UNKNOWN)
    frame.loc[hole, "reason"] = frame.loc[hole, "why"].replace("", str(Reason.NOT_RUN))
    for message in ("message", "bare_message"):
        frame.loc[hole, message] = frame.loc[hole, "why_message"]
    frame.loc[hole, "seconds"] = 0.0
    texts = ["observed", "type", "documented"]
    frame[texts] = frame[texts].fillna("")
    return frame


def collect(trials: Iterable[Trial], engine: str | None = None) -> Table:
    """The table of some trials; ``engine`` chooses whose trials are shown, by default those of either."""
    ordered = sorted(trials, key=lambda trial: (*order(trial), trial.subject.started))
    shown = current_trials(sorted(ordered, key=lambda trial: trial.subject.started), engine)
    current = {id(trial) for trial in shown}
    rows = [{**of_trial(trial), "current": id(trial) in current} for trial in ordered]
    outcomes = [of_outcome(number, outcome) for number, trial in enumerate(ordered) for outcome in trial.outcomes]
    frame = pd.DataFrame(outcomes, columns=list(OF_OUTCOME)).astype({"trial": "int64", "seconds": "float64"})
    cells = pd.DataFrame(rows, columns=[*TRIAL, "current"]).astype({"current": "bool", "seconds": "float64"})
    return Table(
        trials=columns.with_sets(cells, frame),
        outcomes=frame,
        scenarios=scenarios(shown),
        names=names.frame(sorted(shown, key=order)),
    )


#: The columns of ``Table.trials`` that a trial itself says.
TRIAL = (*Subject.__dataclass_fields__, "channel", "keras", "versions", "reason", "message", "seconds")


def of_trial(trial: Trial) -> dict[str, Any]:
    return {
        **asdict(trial.subject),
        "channel": str(channel_of(Version(trial.subject.tensorflow))),
        "keras": trial.versions.get("keras") or "",
        "versions": dict(trial.versions),
        "reason": str(trial.reason or ""),
        "message": trial.message,
        "seconds": trial.seconds,
    }


def of_outcome(number: int, outcome: Outcome) -> tuple[Any, ...]:
    return (
        number,
        outcome.scenario,
        str(outcome.status),
        as_text(outcome.observed),
        str(outcome.reason or ""),
        outcome.type,
        with_type(outcome),
        outcome.message,
        as_text(outcome.documented),
        outcome.seconds,
    )


def order(trial: Trial) -> tuple[Version, Version, str]:
    """Where a trial's column stands: by release, Python and variant, the bundled one first."""
    subject = trial.subject
    variant = "" if subject.variant == "bundled" else subject.variant
    return Version(subject.tensorflow), Version(subject.python), variant


def scenarios(trials: Sequence[Trial]) -> pd.DataFrame:
    """What each scenario says of itself, by its id, in the order of groups as the newest trial has them; its newest words
    win.
    """
    newest_first = sorted(trials, key=lambda trial: trial.subject.started, reverse=True)
    rows = [
        (asked.scenario, asked.group, asked.title, asked.reference, asked.source, as_text(asked.documented))
        for trial in newest_first
        for asked in trial.outcomes
    ]
    words = pd.DataFrame(rows, columns=["scenario", *OF_SCENARIO]).drop_duplicates("scenario").set_index("scenario")
    rank = words["group"].map({group: rank for rank, group in enumerate(words["group"].unique())})
    return words.iloc[rank.argsort(kind="stable")]


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


def wide(frame: pd.DataFrame) -> pd.DataFrame:
    """The table: scenarios down, cells across, a status in each."""
    cells, scenarios = frame["cell"].unique(), frame["scenario"].unique()
    return frame.pivot(index="scenario", columns="cell", values="status").reindex(index=scenarios, columns=cells)
