"""The uses of some code by what asks about them: which scenarios matter to it, and at which of its lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tfcompat.advise.upgrade import Code
from tfcompat.scan.judge import BAD, Finding
from tfcompat.scan.known.names import Use
from tfcompat.scan.report import Report, place


@dataclass(frozen=True, kw_only=True)
class CodeUses:
    """By scenario the places of the code that it asks about, and the code itself."""

    places: Mapping[str, Sequence[str]]
    code: Code


def uses(report: Report, release: str) -> CodeUses:
    """What the code of a report uses that has to work on a release.

    A use under a condition, or one whose failure is handled, is left out; of one with several ways to write it, all while one
    of them works on that release. A trap without an answer of its own has no scenario either.
    """
    places: dict[str, list[str]] = {}
    for finding in report.findings:
        if not conditional(finding.use) and not has_another_way(finding, release):
            for scenario in finding.scenarios:
                places.setdefault(scenario, []).append(place(finding.use))
    return CodeUses(places=places, code=code_of(report, len(places)))


def code_of(report: Report, scenarios: int) -> Code:
    conditions = [finding.use for finding in report.findings if conditional(finding.use)]
    unasked = [finding.use for finding in report.findings if not finding.scenarios and not conditional(finding.use)]
    return Code(
        files=report.files,
        scenarios=scenarios,
        conditional=[named(use) for use in conditions],
        not_asked=[named(use) for use in unasked],
        unread=[f"{note.path} {note.says}" for note in report.notes],
    )


def conditional(use: Use) -> bool:
    return use.guarded or use.handled


def has_another_way(finding: Finding, release: str) -> bool:
    """Whether the code goes on where one of its ways fails, and some way works on the release."""
    return len(finding.use.ways) > 1 and finding.on([release]) not in BAD


def named(use: Use) -> str:
    return f"{use.subject} at {place(use)}"
