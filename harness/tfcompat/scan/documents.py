"""Documents: a report for programs, as JSON and as SARIF 2.1.0 for code hosts and editors."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, convert

from tfcompat import __version__
from tfcompat.escape import printable
from tfcompat.scan.judge import BAD, Finding, Verdict
from tfcompat.scan.known.traps import TRAPS
from tfcompat.scan.report import Report

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
#: What the rules are called that are not traps.
RULES = {
    "import": "An import path of a normalization API",
    "argument": "An argument of a normalization layer",
    "attribute": "An attribute or a method of a normalization layer",
    "save": "A normalization layer that is saved or exported",
    "class": "What is made of the class of a normalization layer",
}
#: Characters of a message.
LONGEST = 500


class Met(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A use or a trap at a line (from 1; of a notebook in its cell, else 0): what was asked about it, and what each release
    does. ``verdict`` is the worst on the releases in question; what does not count is under a condition, or not known.
    """

    path: str
    cell: int
    line: int
    column: int
    rule: str
    subject: str
    scenarios: list[str]
    verdict: Verdict
    counts: bool
    spans: dict[Verdict, str]
    releases: dict[str, Verdict]
    write: str


class Widening(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What keeps releases out, those of them that nothing else does, and what to write."""

    subject: str
    write: str
    places: list[str]
    keeps_out: list[str]
    alone: list[str]


class Requiring(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A requirement of the project: the measured releases that it admits, and those of them that do not suit the code."""

    path: str
    text: str
    admits: list[str]
    unsuited: list[str]


class Unread(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that could not be read, or not all of it, and why."""

    path: str
    says: str


class Scanned(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was found in some files; ``asked`` is null where no releases were asked for, ``specifier`` empty where none suits."""

    schema: Literal[1]
    files: int
    measured: list[str]
    asked: list[str] | None
    findings: list[Met]
    suits: list[str]
    specifier: str
    widen: list[Widening]
    requirements: list[Requiring]
    notes: list[Unread]


def document(report: Report) -> Scanned:
    """The report as JSON has it."""
    return Scanned(
        schema=1,
        files=report.files,
        measured=list(report.measured),
        asked=None if report.asked is None else list(report.asked),
        findings=[met(finding, report) for finding in report.findings],
        suits=list(report.suits),
        specifier=report.specifier,
        widen=[convert(one, Widening, from_attributes=True) for one in report.obstacles],
        requirements=[
            Requiring(
                path=one.required.path, text=one.required.text, admits=list(one.admits), unsuited=list(one.unsuited)
            )
            for one in report.requirements
        ],
        notes=[Unread(path=note.path, says=note.says) for note in report.notes],
    )


def met(finding: Finding, report: Report) -> Met:
    use = finding.use
    return Met(
        path=use.path,
        cell=use.cell,
        line=use.line,
        column=use.column + 1,
        rule=use.rule,
        subject=use.subject,
        scenarios=list(finding.scenarios),
        verdict=finding.on(report.in_question),
        counts=finding.counts,
        spans=dict(finding.spans),
        releases=dict(finding.releases),
        write=use.write,
    )


def sarif(report: Report) -> dict[str, Any]:
    """The report as SARIF: a result for each finding that does not work on all the releases in question."""
    results = list(results_of(report))
    names = dict.fromkeys(result["ruleId"] for result in results)
    return {
        "$schema": SARIF,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "tfcompat",
                        "version": __version__,
                        "informationUri": "https://pypi.org/project/tfcompat/",
                        "rules": [{"id": name, "shortDescription": {"text": words_of(name)}} for name in names],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not report.notes,
                        "toolExecutionNotifications": [
                            {"level": "note", "message": {"text": printable(f"{note.path} {note.says}", LONGEST)}}
                            for note in report.notes
                        ],
                    }
                ],
                "results": results,
            }
        ],
    }


def words_of(rule: str) -> str:
    return RULES.get(rule) or TRAPS[rule].says


def results_of(report: Report) -> Iterator[dict[str, Any]]:
    for finding in report.findings:
        verdict = finding.on(report.in_question)
        if verdict is not Verdict.WORKS:
            yield result(finding, level(finding, verdict, report))


def level(finding: Finding, verdict: Verdict, report: Report) -> str:
    """An error is what is bad on the releases that were asked for; elsewhere it is a warning, unknown a note."""
    if not finding.counts or verdict not in BAD:
        return "note"
    return "warning" if report.asked is None else "error"


def result(finding: Finding, level: str) -> dict[str, Any]:
    use = finding.use
    spans = "; ".join(f"{verdict} {span}" for verdict, span in finding.spans) or "not known: no scenario asks for it"
    cell = f" (cell {use.cell}, line {use.line})" if use.cell else ""
    instead = f". Instead: {use.write}" if use.write else ""
    return {
        "ruleId": use.rule,
        "level": level,
        "message": {"text": printable(f"{use.subject}{cell}: {spans}{instead}", LONGEST)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri(use.path)},
                    # A notebook is one line of JSON to a code host: the message names its cell.
                    "region": {"startLine": 1} if use.cell else {"startLine": use.line, "startColumn": use.column + 1},
                }
            }
        ],
        "partialFingerprints": {"subject/v1": f"{use.rule}:{use.subject}"},
    }


def uri(path: str) -> str:
    """A path as SARIF has it: of what is below the current folder relative to that, of anything else its whole URI."""
    whole = Path(path).resolve()
    here = Path.cwd().resolve()
    if whole.is_relative_to(here):
        return whole.as_uri().removeprefix(f"{here.as_uri().rstrip('/')}/")
    return whole.as_uri()
