"""What tfcompat bisect --run does, and tfcompat bisect SCRIPT: the search that runs what is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tfcompat.advise.bisect import Bisection
from tfcompat.advise.matrix import matrix
from tfcompat.ask import OpenEvidence
from tfcompat.commands.own import axis, code
from tfcompat.commands.own.axis import Crossings
from tfcompat.commands.own.code import OwnCode
from tfcompat.commands.own.options import LIMIT
from tfcompat.commands.own.search import AxisReport, Searching, SearchReport
from tfcompat.commands.own.subjects import ScenarioSubject, ScriptSubject
from tfcompat.errors import SelectionError
from tfcompat.escape import verbatim
from tfcompat.foreign import copied
from tfcompat.foreign.groups import Compared
from tfcompat.foreign.program import Runs
from tfcompat.outcomes import NoAnswerError
from tfcompat.project import Project
from tfcompat.questions import lookup
from tfcompat.run.workshop import Workshop, default_jobs
from tfcompat.select import releases, scenarios
from tfcompat.select.cells import Cell, cell_named
from tfcompat.select.variants import BUNDLED
from tfcompat.suite import catalogue

#: Lines of an output that are shown for a group, and characters of a line.
SHOWN, LONGEST = 12, 200


@dataclass(frozen=True, kw_only=True)
class SearchOptions:
    """What ``tfcompat bisect`` is asked for where it runs something."""

    good: str | None
    bad: str | None
    axis: bool
    engine: str
    package: str
    jobs: int | None
    required: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    alone: bool = False
    limit: float = LIMIT
    compare: str = str(Compared.OUTPUT)
    digits: int | None = None
    unsandboxed: bool = False
    arguments: tuple[str, ...] = ()


def of_scenario(evidence: OpenEvidence, text: str, asked: SearchOptions) -> SearchReport:
    """Search where a scenario changed: what is known is known, and of the rest as few cells are run as a search needs.

    Raises SelectionError where the suite does not have it any more, or an end is none.
    """
    project, door = evidence.project, evidence.door
    name = scenarios.single(text, lookup.titles(door, door.scenarios()), door.heirs)
    workshop = Workshop(
        project=project, engine_name=asked.engine, package=asked.package, jobs=asked.jobs or default_jobs()
    )
    catalogue.named(workshop.suite.scenarios, [name])
    whole = matrix(door, [name], evidence.listed)
    subject = ScenarioSubject(name=name, facts=whole.facts[name], workshop=workshop)
    searching = Searching(
        subject=subject,
        pythons=evidence.listed,
        choose=lambda cell: chosen(project, cell),
        rows={row["cell"]: row for row in whole.rows[name]},
        known_versions={trial["cell"]: trial["versions"] for trial in door.current()},
    )
    good, bad = ends_of(evidence, asked)
    found = searching.search(good, bad, ends=[end for end in (good, bad) if end])
    axes = list(axes_of(searching, found)) if asked.axis else []
    return SearchReport(schema=1, bisection=found, ran=list(subject.ran), axes=axes, outputs={})


def of_script(project: Project, script: Path, asked: SearchOptions) -> SearchReport:
    """Search where a script of the user does something else: its two ends are run first."""
    pythons = releases.runnable_pythons(project.releases)
    known = releases.numbered(release for release, some in pythons.items() if some)
    good, bad = (
        str(releases.single(known, end).version) if end else str(known[place].version)
        for end, place in ((asked.good, 0), (asked.bad, -1))
    )
    if good == bad:
        raise SelectionError(f"both ends are {good}: name two releases with --good and --bad")
    own = OwnCode(
        project=project,
        engine=asked.engine,
        package=asked.package,
        jobs=asked.jobs,
        required=asked.required,
        limit=asked.limit,
        unsandboxed=asked.unsandboxed,
    )
    files = copied.of_script(script, asked.include, alone=asked.alone)
    code.require_container(own, script.name)
    code.announce(own, [], files)
    with code.running(own, files, Runs.SCRIPT, asked.arguments) as program:
        subject = ScriptSubject(
            name=script.name, program=program, compared=Compared(asked.compare), digits=asked.digits
        )
        searching = Searching(
            subject=subject, pythons=pythons, choose=lambda cell: own.beside.cell(chosen(project, cell))
        )
        found = between(searching, good, bad)
        axes = list(axes_of(searching, found)) if asked.axis else []
    outputs = {label: {"stdout": one.stdout.text, "stderr": one.stderr.text} for label, one in subject.first.items()}
    return SearchReport(schema=1, bisection=found, ran=list(subject.ran), axes=axes, outputs=outputs)


def between(searching: Searching, good: str, bad: str) -> Bisection:
    """The search between two ends; where both do the same, that is an answer, and no change is known."""
    first, last = sorted((good, bad), key=releases.version_of)
    searching.pythons = {
        release: pythons
        for release, pythons in searching.pythons.items()
        if releases.version_of(first) <= releases.version_of(release) <= releases.version_of(last)
    }
    return searching.search(None, None, ends=[good, bad])


def ends_of(evidence: OpenEvidence, asked: SearchOptions) -> tuple[str | None, str | None]:
    """The releases that the ends name. Raises SelectionError where one names none."""
    known = releases.numbered([*evidence.listed, *(str(release.version) for release in evidence.releases)])
    good, bad = (str(releases.single(known, end).version) if end else None for end in (asked.good, asked.bad))
    return good, bad


def chosen(project: Project, name: str) -> Cell:
    """The cell of an id, as pip installs its release. Raises SelectionError where there is none."""
    return cell_named(releases.load(project.releases), (BUNDLED,), name)


def axes_of(searching: Searching, found: Bisection) -> Iterator[AxisReport]:
    """The axis of each turn between neighbours; one with holes has none yet.

    Raises SelectionError where a cell of a turn has no lock.
    """
    for turn in found.turns:
        if turn.holes:
            continue
        made = searching.subject.matrix()
        try:
            pair = axis.pair_of(made, turn, searching.choose)
        except NoAnswerError as error:
            raise SelectionError(
                f"{turn.before.cell} or {turn.after.cell} cannot be crossed: {error.message}"
            ) from error
        older, newer = (searching.rows[cell] for cell in (turn.before.cell, turn.after.cell))
        yield axis.report(Crossings(subject=searching.subject, matrix=made, pair=pair, older=older, newer=newer))


def lines(found: SearchReport) -> Iterator[str]:
    """What was run, what a script printed by group, and what decides."""
    count = len(found.ran)
    yield f"ran {count} cell{'s' * (count != 1)}: {', '.join(found.ran)}" if count else "nothing had to be run"
    for label, output in found.outputs.items():
        yield f"{label}:"
        yield from of_output(output["stdout"].splitlines() or output["stderr"].splitlines())
    for one in found.axes:
        yield from axis.lines(one)


def of_output(whole: Sequence[str]) -> Iterator[str]:
    """The last lines of an output: they say most."""
    if len(whole) > SHOWN:
        yield f"  … {len(whole) - SHOWN} lines before: --json has them"
    yield from (f"  {verbatim(line, LONGEST)}".rstrip() for line in whole[-SHOWN:])
