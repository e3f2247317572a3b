"""Text: a report as a person reads it in a terminal."""

from collections.abc import Iterator, Sequence

from tfcompat.escape import printable
from tfcompat.scan.documents import RULES
from tfcompat.scan.judge import BAD, Finding, Verdict
from tfcompat.scan.report import Judged, Obstacle, Report, place

#: Characters of a path and of a piece of the user's code in a line, and how many releases or places are named.
LONGEST, NAMED = 300, 6
ONE_MORE = "1 more works wherever it was asked: --all shows it"


def lines(report: Report, everything: bool = True) -> Iterator[str]:
    """The findings line by line, then what suits all of them."""
    shown = [finding for finding in report.findings if everything or worth(finding, report)]
    for finding in shown:
        yield from of_finding(finding)
    if left := len(report.findings) - len(shown):
        yield f"{left} more work wherever they were asked: --all shows them" if left > 1 else ONE_MORE
    yield from (f"note: {printable(note.path, LONGEST)} {printable(note.says, LONGEST)}" for note in report.notes)
    yield from summary(report)


def worth(finding: Finding, report: Report) -> bool:
    """Whether a finding does not work somewhere that was asked, or is not known there."""
    return any(finding.releases.get(release) is not Verdict.WORKS for release in report.in_question)


def of_finding(finding: Finding) -> Iterator[str]:
    use = finding.use
    rule = "" if use.rule in RULES else f" [{use.rule}]"
    yield f"{printable(place(use), LONGEST)}: {printable(use.subject, LONGEST)}{rule}"
    for verdict, span in finding.spans:
        yield f"  {verdict} {span}"
    if not finding.spans:
        yield "  not known: no scenario asks for it"
    if use.guarded or use.handled:
        yield "  not judged: " + (
            "a condition decides whether it runs" if use.guarded else "the code cares for a failure"
        )
    if use.write and any(verdict in BAD for verdict, _ in finding.spans):
        yield f"  instead: {use.write}"


def summary(report: Report) -> Iterator[str]:
    """What suits all of the findings, what widens that, and what the project's own requirement says."""
    uses = "1 use or trap" if len(report.findings) == 1 else f"{len(report.findings)} uses and traps"
    yield f"{uses} in {report.files} {'file' if report.files == 1 else 'files'}"
    if not report.findings:
        return
    yield suits(report)
    for obstacle in report.obstacles:
        if obstacle.alone:
            yield widening(obstacle)
    for judged in report.requirements:
        yield of_requirement(judged)


def suits(report: Report) -> str:
    span = f"measured: {report.measured[0]} to {report.measured[-1]}" if report.measured else "nothing is measured"
    if not any(finding.counts for finding in report.findings):
        return f"which releases suit is not known ({span})"
    if not report.specifier:
        return f"no release suits all of it ({span})"
    if left := left_out(report):
        return f"suits what could be judged: tensorflow{report.specifier} ({span}); not {left}"
    return f"suits all of it: tensorflow{report.specifier} ({span})"


def left_out(report: Report) -> str:
    """What the releases that suit were not held against: uses that no measurement answers or a condition guards, and what
    could not be read.
    """
    left = [*report.unasked, *report.conditional]
    subjects = dict.fromkeys(printable(finding.use.subject, LONGEST) for finding in left)
    return " and ".join(
        [*([some(list(subjects))] if subjects else []), *(["what the notes name"] if report.notes else [])]
    )


def widening(obstacle: Obstacle) -> str:
    instead = f": {obstacle.write}" if obstacle.write else ""
    places = some(obstacle.places)
    return f"to add {some(obstacle.alone)}, change {printable(obstacle.subject, LONGEST)} at {printable(places, LONGEST)}{instead}"


def of_requirement(judged: Judged) -> str:
    said = f"{printable(judged.required.path, LONGEST)} requires {printable(judged.required.text, LONGEST)}"
    if not judged.admits:
        return f"{said}, which admits no release that was measured"
    if not judged.unsuited:
        return f"{said}, which suits the code"
    return f"{said}, which admits releases that do not suit the code: {some(judged.unsuited)}"


def some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
