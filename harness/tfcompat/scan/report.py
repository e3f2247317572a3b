"""The report of a scan: the findings of some files, the releases that suit all of them, and what stands in the way of more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tfcompat.advise.specifier import exactly
from tfcompat.door.door import Door
from tfcompat.scan.code.statements import Statements, TooLongError
from tfcompat.scan.judge import BAD, Finding, Judge, Verdict
from tfcompat.scan.known.names import Use
from tfcompat.scan.modules import Modules
from tfcompat.scan.requirement import Required, required
from tfcompat.scan.sources import Note, Source, files, read
from tfcompat.select.releases import Measured, select


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """What has to be changed for more releases: its findings, what to write, and the releases that it alone keeps out."""

    subject: str
    write: str
    places: tuple[str, ...]
    keeps_out: tuple[str, ...]
    alone: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A requirement of the project against the code: the releases that it admits, and those of them that do not suit."""

    required: Required
    admits: tuple[str, ...]
    unsuited: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a scan found.

    ``measured`` are the releases that the evidence has, ``asked`` those that the options or the project's requirement
    name, None where nothing does. ``suits`` are those on which all works, and ``specifier`` the expression for them, empty
    where there is none.
    """

    files: int
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    measured: tuple[str, ...]
    asked: tuple[str, ...] | None
    suits: tuple[str, ...]
    specifier: str
    obstacles: tuple[Obstacle, ...]
    requirements: tuple[Judged, ...]

    @property
    def in_question(self) -> tuple[str, ...]:
        """The releases that are asked for, all that were measured where nothing is."""
        return self.measured if self.asked is None else self.asked

    @property
    def unasked(self) -> list[Finding]:
        """What the code uses, and no measured cell answers."""
        return [one for one in self.findings if not (one.use.guarded or one.use.handled or one.counts)]

    @property
    def conditional(self) -> list[Finding]:
        """What a condition guards, and does not work on each of the releases that suit the rest."""
        guarded = [one for one in self.findings if one.use.guarded]
        return [one for one in guarded if any(one.releases.get(release) is not Verdict.WORKS for release in self.suits)]

    @property
    def bad(self) -> list[Finding]:
        """What breaks or is wrong on a release that was asked for; where none was, whatever leaves no release at all."""
        if self.asked is None and self.suits:
            return []
        return [one for one in self.findings if one.counts and one.on(self.in_question) in BAD]


def scan(paths: Sequence[Path], door: Door, wanted: str | None = None) -> Report:
    """The report on some files and folders; ``wanted`` names releases as ``--tf`` does.

    Raises SelectionError where a path is not there, or the releases are malformed or none of them was measured.
    """
    judge = Judge(door)
    said, notes = required(paths)
    releases = chosen(wanted, said, judge.releases)
    uses: list[Use] = []
    count, modules = 0, Modules()
    for file in files(paths):
        count += 1
        source = read(file)
        of_file, more = used(source, modules)
        uses += of_file
        notes += [*source.notes, *more]
    return reported(judge, judge.findings(uses), notes=notes, count=count, asked_for=releases, said=said)


def chosen(wanted: str | None, said: Sequence[Required], measured: Sequence[str]) -> tuple[str, ...] | None:
    """The releases that are asked for: by the option, else by the project."""
    if wanted is not None:
        return tuple(asked(wanted, measured))
    admits = {release for one in said for release in admitted(one.specifier, measured)}
    return tuple(release for release in measured if release in admits) if said else None


def asked(wanted: str, measured: Sequence[str]) -> list[str]:
    """The measured releases that a selection names; all patches of a range.

    Raises SelectionError where a part of it is malformed or names nothing.
    """
    known = [Measured(version=Version(release)) for release in measured]
    chosen = {release.version for release in select(known, wanted, patches=True)}
    return [release for release in measured if Version(release) in chosen]


def admitted(wanted: SpecifierSet, measured: Sequence[str]) -> list[str]:
    return [release for release in measured if wanted.contains(release)]


def used(source: Source, modules: Modules | None = None) -> tuple[list[Use], list[Note]]:
    """What a file uses, in the order of its lines; a note where there is too much to follow."""
    beside = modules or Modules()
    code = Statements(str(source.path), lambda node: beside.names(source.path, node))
    notes = []
    try:
        for piece in source.pieces:
            code.follow(piece.tree, piece.cell)
        code.finish()
    except (TooLongError, RecursionError):
        notes.append(
            Note(path=str(source.path), says="has more to follow than is looked at: what comes later is not known")
        )
    return sorted(code.met(), key=lambda use: use.key), notes


def reported(
    judge: Judge,
    findings: Sequence[Finding],
    *,
    notes: Sequence[Note],
    count: int,
    asked_for: tuple[str, ...] | None,
    said: Sequence[Required],
) -> Report:
    counting = [finding for finding in findings if finding.counts]
    suits = [release for release in judge.releases if all(one.releases[release] is Verdict.WORKS for one in counting)]
    text = exactly(suits, judge.releases) if counting and suits else ""
    return Report(
        files=count,
        findings=tuple(findings),
        notes=tuple(notes),
        measured=tuple(judge.releases),
        asked=asked_for,
        suits=tuple(suits),
        specifier=text,
        obstacles=tuple(obstacles(counting, judge.releases)),
        requirements=tuple(against(said, suits, judge.releases)),
    )


def obstacles(findings: Sequence[Finding], measured: Iterable[str]) -> Iterator[Obstacle]:
    """What keeps releases out, that which alone keeps out most first."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.use.subject, []).append(finding)
    unsuited = {
        subject: {release for one in some for release, verdict in one.releases.items() if verdict is not Verdict.WORKS}
        for subject, some in groups.items()
    }
    made = []
    for subject, some in groups.items():
        others = set().union(*(releases for name, releases in unsuited.items() if name != subject))
        out = {release for one in some for release, verdict in one.releases.items() if verdict in BAD}
        kept = [release for release in measured if release in out]
        if kept:
            made.append(
                Obstacle(
                    subject=subject,
                    write=next((one.use.write for one in some if one.use.write), ""),
                    places=tuple(place(one.use) for one in some),
                    keeps_out=tuple(kept),
                    alone=tuple(release for release in kept if release not in others),
                )
            )
    yield from sorted(made, key=lambda obstacle: (-len(obstacle.alone), -len(obstacle.keeps_out)))


def against(said: Sequence[Required], suits: Sequence[str], measured: Sequence[str]) -> Iterator[Judged]:
    for one in said:
        admits = admitted(one.specifier, measured)
        yield Judged(
            required=one, admits=tuple(admits), unsuited=tuple(release for release in admits if release not in suits)
        )


def place(use: Use) -> str:
    """Where a use is: the file, of a notebook the cell, the line and the column from 1."""
    cell = f"cell {use.cell}:" if use.cell else ""
    return f"{use.path}:{cell}{use.line}:{use.column + 1}"
