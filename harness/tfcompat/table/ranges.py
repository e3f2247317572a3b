"""Ranges: neighbouring releases on which a scenario does the same. Nothing is filled in: a range is what was tested."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tfcompat.outcomes import Status
from tfcompat.table.agreement import alike, same_text
from tfcompat.table.columns import of_releases

if TYPE_CHECKING:  # questions that need no frame are answered without pandas
    import pandas as pd

#: What of the rows of a frame makes ranges.
OF_RANGE = ("scenario", "cell", "tensorflow", "status", "observed", "reason")


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


def ranges(frame: "pd.DataFrame") -> dict[str, list[Range]]:
    """The ranges of each scenario over the stable releases, oldest first."""
    of_scenarios: dict[str, list[Mapping[Any, Any]]] = {}
    for row in of_releases(frame)[list(OF_RANGE)].astype(object).to_dict("records"):
        of_scenarios.setdefault(row["scenario"], []).append(row)
    return {scenario: list(runs(rows)) for scenario, rows in of_scenarios.items()}


def runs(rows: Sequence[Mapping[Any, Any]]) -> Iterable[Range]:
    """The runs of neighbouring rows that are alike: status, reason, and observation within the tolerance."""
    start = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or not alike(rows[start], rows[end]):
            tested = rows[start:end]
            yield Range(
                status=Status(tested[0]["status"]),
                observed=tested[0]["observed"],
                reason=tested[0]["reason"],
                first=tested[0]["tensorflow"],
                last=tested[-1]["tensorflow"],
                tested=tuple(row["cell"] for row in tested),
            )
            start = end


def spans(ranges: Sequence[Range]) -> dict[Status, str]:
    """The ranges of each status as a reader writes them: ``2.6.5 – 2.21.0``, several with commas."""
    merged: list[Range] = []
    for part in ranges:
        if merged and merged[-1].status is part.status:
            merged[-1] = replace(merged[-1], last=part.last, tested=merged[-1].tested + part.tested)
        else:
            merged.append(part)
    statuses = dict.fromkeys(part.status for part in merged)
    return {status: ", ".join(part.span for part in merged if part.status is status) for status in statuses}


def observations(ranges: Sequence[Range]) -> list[tuple[str, str]]:
    """The different observations of a scenario, each with where it was made; empty where all are one."""
    where: dict[str, list[str]] = {}
    for part in ranges:
        if part.observed:
            known = next((text for text in where if same_text(text, part.observed)), part.observed)
            where.setdefault(known, []).append(part.span)
    return [(observed, ", ".join(spans)) for observed, spans in where.items()] if len(where) > 1 else []
