"""The collector: trials, or the index of them, to the frames that everything after it reads."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd
from packaging.version import Version

from tfcompat.index.builder import Builder
from tfcompat.index.columns import Columns, Rows, named
from tfcompat.index.shape import LONGEST as LONGEST
from tfcompat.index.shape import WORDS
from tfcompat.index.shape import as_text as as_text
from tfcompat.outcomes import Harm, Outcome, Reason, Status, Subject, Trial
from tfcompat.select.releases import channel_of
from tfcompat.table import columns, names, outcomes
from tfcompat.table.outcomes import OF_OUTCOME as OF_OUTCOME
from tfcompat.table.outcomes import led_by
from tfcompat.table.ranges import Range, ranges
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
    "kind",
    "oracle",
    "status",
    "harm",
    "observed",
    "expected",
    "documented",
    "documentation",
    "reason",
    "message",
    "raised",
    "seconds",
)
#: What the frame has beside them: the number of the trial, the error's type and its message without it, what is missing
#: and whose doing that is, what led to an answer, when it was measured, and which cells stand for their release and minor.
MORE = ("trial", "type", "bare_message", "lacks", "whose", "seen", "measured", "set", "stands_for_minor")
OF_SCENARIO = ("group", "title", "reference", "source", "kind", "oracle", "documented", "answers", "aliases")
#: The columns of ``Table.trials`` that a trial itself says.
TRIAL = (
    *Subject.__dataclass_fields__,
    "channel",
    "keras",
    "versions",
    "reason",
    "message",
    "seconds",
    "file",
    "confirmed",
)
#: What the frame repeats of a cell in each of its rows.
OF_CELL = ("cell", "tensorflow", "python", "keras", "variant", "channel", "engine", "set", "stands_for_minor")
#: The columns of an outcome that the frame has otherwise than as a text with something in the place of a hole.
NOT_FILLED = ("trial", "scenario", "seconds")


@dataclass(frozen=True, kw_only=True)
class Table:
    """All that some trials say.

    ``trials`` has a row a trial, in the order of the columns and of one cell the oldest first: the fields of its subject,
    ``channel``, ``keras``, ``versions`` (a dict), ``reason``, ``message``, ``seconds``, its ``file``, whether it is a line
    that ``confirmed`` that file, and whether it is the ``current`` one of its cell; of those also ``set`` and
    ``stands_for_minor``. ``outcomes`` has a row for each scenario that a trial has an outcome of, with ``OF_OUTCOME``;
    ``trial`` is the row number in ``trials``, and the texts are categories. ``scenarios`` has the words of each scenario,
    by its id. ``names`` has the inventories (``table.names``).
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
        cell's reason: a cell that was not tested is a visible hole. The texts of a scenario and of an outcome are categories.
        """
        cells, scenarios = self.current, self.scenarios
        places = places_of(self.outcomes, cells.index, scenarios.index)
        of_cell = np.repeat(np.arange(len(cells)), len(scenarios))
        of_scenario = np.tile(np.arange(len(scenarios)), len(cells))
        groups = pd.Categorical(scenarios["group"])
        texts = {name: filled(self.outcomes[name], places, of_cell, holes) for name, holes in holes_of(cells).items()}
        frame = pd.DataFrame(
            {
                **{name: cells[name].array.take(of_cell) for name in OF_CELL},
                "trial": cells.index.to_numpy()[of_cell],
                "group": pd.Categorical.from_codes(groups.codes[of_scenario], categories=groups.categories),
                "scenario": pd.Categorical.from_codes(of_scenario, categories=scenarios.index),
                "seconds": np.append(self.outcomes["seconds"].to_numpy(dtype="float64"), 0.0)[places],
                **texts,
            },
            copy=False,
        )
        return frame[[*COLUMNS, *MORE]]

    @cached_property
    def ranges(self) -> Mapping[str, Sequence[Range]]:
        """The ranges of each scenario over the stable releases, as pip installs them; oldest first."""
        return ranges(self.frame)

    @property
    def published(self) -> pd.DataFrame:
        """The frame as ``outcomes.csv`` and ``outcomes.parquet`` have it: ``COLUMNS`` alone, and texts as texts."""
        return self.frame[list(COLUMNS)].astype({name: "str" for name in COLUMNS if name != "seconds"})


def places_of(outcomes: pd.DataFrame, trials: "pd.Index[Any]", scenarios: "pd.Index[Any]") -> Rows:
    """The row number in ``outcomes`` of each trial and scenario, trial by trial; -1 where there is none."""
    asked = pd.Categorical(outcomes["scenario"])
    scenario = scenarios.get_indexer(asked.categories)[asked.codes]
    trial = trials.get_indexer(pd.Index(outcomes["trial"]))
    rows = np.flatnonzero((trial >= 0) & (scenario >= 0))
    places = np.full(len(trials) * len(scenarios), -1, dtype=np.int64)
    places[trial[rows] * len(scenarios) + scenario[rows]] = rows
    return places


def holes_of(cells: pd.DataFrame) -> Mapping[str, Sequence[str]]:
    """What stands in each text of a row that has no outcome, cell by cell: unknown, for the reason of the cell."""
    nothing = {name: [""] * len(cells) for name in OF_OUTCOME if name not in NOT_FILLED}
    return {
        **nothing,
        "status": [str(Status.UNKNOWN)] * len(cells),
        "harm": [str(Harm.NONE)] * len(cells),
        "reason": [reason or str(Reason.NOT_RUN) for reason in cells["reason"]],
        "message": list(cells["message"]),
        "bare_message": list(cells["message"]),
    }


def filled(column: "pd.Series[Any]", places: Rows, of_cell: Rows, holes: Sequence[str]) -> "pd.Categorical[str]":
    """The texts of a column at some places; where that is -1, what its cell has in ``holes``."""
    known = pd.Categorical(column)
    texts = [*known.categories, *holes]
    numbers, there = len(known.categories) + of_cell, places >= 0
    numbers[there] = known.codes[places[there]]
    return outcomes.categorical(texts, texts, numbers)


def collect(trials: Iterable[Trial], engine: str | None = None) -> Table:
    """The table of some trials; ``engine`` chooses whose trials are shown, by default those of either."""
    builder = Builder()
    for trial in trials:
        builder.add_trial(trial)
    return table_of(builder.columns(), engine)


def table_of(index: Columns, engine: str | None = None) -> Table:
    """The table of the trials of an index; ``engine`` chooses whose trials are shown, by default those of either."""
    facts = [of_trial(row) for row in index.trials.to_pylist()]
    numbers = sorted(range(len(facts)), key=lambda number: in_order(facts[number]))
    ordered = [facts[number] for number in numbers]
    shown = shown_of(ordered, engine)
    current = set(shown)
    rows = [{**fact, "current": number in current} for number, fact in enumerate(ordered)]
    cells = pd.DataFrame(rows, columns=[*TRIAL, "current"])
    cells = cells.astype({"current": "bool", "confirmed": "bool", "seconds": "float64"})
    repeated = {number: fact["started"] for number, fact in enumerate(ordered) if fact["rows"] < 0}
    frame = outcomes.frame(index, outcomes.spans(index, facts, numbers), repeated)
    listings = outcomes.listings(frame, sorted(shown))
    return Table(
        trials=columns.with_sets(cells, frame),
        outcomes=frame,
        scenarios=scenarios(index, [ordered[number]["asked"] for number in shown]),
        names=names.frame(names.rows_of(index, ((ordered[number], listings[number]) for number in sorted(shown)))),
    )


def of_trial(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row of ``Table.trials`` of a row of the index."""
    versions = json.loads(row["versions"])
    return {**row, "channel": channel(row["tensorflow"]), "keras": versions.get("keras") or "", "versions": versions}


@cache
def version(text: str) -> Version:
    return Version(text)


@cache
def channel(tensorflow: str) -> str:
    return str(channel_of(version(tensorflow)))


def in_order(fact: Mapping[str, Any]) -> tuple[Version, Version, str, str]:
    """Where a trial stands: of one cell the oldest first."""
    return (*place(fact["tensorflow"], fact["python"], fact["variant"]), fact["started"])


def order(trial: Trial) -> tuple[Version, Version, str]:
    """Where a trial's column stands."""
    return place(trial.subject.tensorflow, trial.subject.python, trial.subject.variant)


def place(tensorflow: str, python: str, variant: str) -> tuple[Version, Version, str]:
    """Where a column stands: by release, Python and variant, the bundled one first."""
    return version(tensorflow), version(python), "" if variant == columns.BUNDLED else variant


def with_type(outcome: Outcome) -> str:
    """The message of an outcome, led by the type of its error, once."""
    return led_by(outcome.type, outcome.message)


def shown_of(facts: Sequence[Mapping[str, Any]], engine: str | None) -> list[int]:
    """The numbers of the trials that are shown, the newest first."""
    trials = [
        Trial(
            subject=Subject(**{name: fact[name] for name in Subject.__dataclass_fields__}),
            schema=fact["schema"],
            reason=Reason(fact["reason"]) if fact["reason"] else None,
        )
        for fact in facts
    ]
    numbers = {id(trial): number for number, trial in enumerate(trials)}
    shown = current_trials(sorted(trials, key=lambda trial: trial.subject.started), engine)
    return [numbers[id(trial)] for trial in sorted(shown, key=lambda trial: trial.subject.started, reverse=True)]


def scenarios(index: Columns, asked: Iterable[str]) -> pd.DataFrame:
    """What each scenario says of itself, by its id, in the order of groups as the newest trial has them; its newest words
    win. ``asked`` are the lists of the trials, the newest first.
    """
    rows = named(index.scenarios, dict.fromkeys(asked))
    words = pd.DataFrame({name: rows[name].to_pandas() for name in WORDS}).drop_duplicates("scenario").astype("str")
    words = words.assign(group=words["scenario"].str.split("::").str[0]).set_index("scenario")[list(OF_SCENARIO)]
    rank = words["group"].map({group: rank for rank, group in enumerate(words["group"].unique())})
    return words.iloc[rank.argsort(kind="stable")]


def wide(frame: pd.DataFrame, column: str = "status") -> pd.DataFrame:
    """The table: scenarios down, cells across, a status or another column's text in each."""
    plain = frame[["scenario", "cell", column]].astype("str")
    cells, scenarios = plain["cell"].unique(), plain["scenario"].unique()
    return plain.pivot(index="scenario", columns="cell", values=column).reindex(index=scenarios, columns=cells)
