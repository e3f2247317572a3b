"""The formats: every form of the report that is one file, each made from the one table."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from tfcompat.compare.diff import Change, Diff
from tfcompat.outcomes import Trial
from tfcompat.publish import junit, report, summary
from tfcompat.table import frame as table


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a report is made from: the trial that speaks for each cell, and what changed against a baseline, if asked."""

    trials: Sequence[Trial]
    diff: Diff | None = None

    @cached_property
    def frame(self) -> pd.DataFrame:
        return table.long(self.trials)

    @cached_property
    def support(self) -> dict[str, Any]:
        return table.support(self.trials, self.frame)

    @property
    def regressed(self) -> set[tuple[str, str]]:
        rows = self.diff.changed if self.diff else ()
        return {(row.cell, row.scenario) for row in rows if row.change is Change.REGRESSED}


def as_csv(told: Told) -> str:
    return str(told.frame.to_csv(index=False, lineterminator="\n"))


def as_json(told: Told) -> str:
    return json.dumps(told.support, indent=1, ensure_ascii=False) + "\n"


def as_markdown(told: Told) -> str:
    return report.markdown(told.trials, told.frame, told.support)


def as_junit(told: Told) -> str:
    ordered = sorted(told.trials, key=table.order)
    return junit.document(told.frame.to_dict("records"), ordered, told.regressed)


def as_summary(told: Told) -> str:
    return summary.markdown(told.trials, told.support, told.diff)


def as_svg(told: Told) -> str:
    return report.picture(told.frame)


def as_parquet(told: Told) -> bytes:
    return bytes(told.frame.to_parquet(index=False))


#: The maker of each format; a text is written as UTF-8.
MAKERS: Mapping[str, Callable[[Told], str | bytes]] = {
    "csv": as_csv,
    "parquet": as_parquet,
    "json": as_json,
    "markdown": as_markdown,
    "junit": as_junit,
    "summary": as_summary,
    "svg": as_svg,
}


def made(form: str, told: Told) -> bytes:
    """A report in a format, as the bytes of its file."""
    content = MAKERS[form](told)
    return content if isinstance(content, bytes) else content.encode()
