"""The axis of a turn: which distribution decides between two neighbouring releases, by crossed locks that are run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from tfcompat.advise.bisect import Turn
from tfcompat.advise.effect import agree
from tfcompat.advise.matrix import is_known
from tfcompat.commands.own.search import AxisReport, Subject
from tfcompat.door.door import Row
from tfcompat.escape import printable
from tfcompat.foreign.crossing import axis, crossed
from tfcompat.foreign.crossing.axis import AxisVerdict, Base, Crossed, Crossing, Found, Like
from tfcompat.foreign.crossing.crossed import CrossedPair
from tfcompat.outcomes import NoAnswerError
from tfcompat.run.matrix import Matrix
from tfcompat.select.cells import Cell

#: Characters of a reason, and how many distributions a line names.
LONGEST, NAMED = 160, 8


@dataclass(kw_only=True)
class Crossings:
    """Runs crossings of a pair of cells, of which the ``older`` and the ``newer`` row are known."""

    subject: Subject
    matrix: Matrix
    pair: CrossedPair
    older: Row
    newer: Row

    def __call__(self, crossing: Crossing) -> Crossed:
        click.echo(f"crossing: {words(self.pair, crossing)}", err=True)
        try:
            cell = self.pair.cell(crossing)
            crossed.make_lock(self.matrix, cell, self.pair)
        except NoAnswerError as error:
            return Crossed(side=None, why=f"{error.reason}: {error.message}")
        row = next(iter(self.subject.run([cell])), None)
        if row is None or not is_known(row):
            return Crossed(side=None, why=str(row["reason"]) if row else "it was not run")
        return Crossed(side=self.side(row))

    def side(self, row: Row) -> Like:
        if agree(row, self.older):
            return Like.OLDER
        return Like.NEWER if agree(row, self.newer) else Like.NEITHER


def pair_of(matrix: Matrix, turn: Turn, choose: Callable[[str], Cell]) -> CrossedPair:
    """The cells of a turn with their locks. Raises NoAnswerError where one has no lock."""
    older, newer = choose(turn.before.cell), choose(turn.after.cell)
    return CrossedPair(older=older, newer=newer, older_lock=matrix.lock(older), newer_lock=matrix.lock(newer))


def report(crossings: Crossings) -> AxisReport:
    """Search the axis of a pair."""
    pair = crossings.pair
    found = axis.Search(names=pair.differing, ask=crossings).found()
    return AxisReport(
        before=pair.older.id,
        after=pair.newer.id,
        verdict=str(found.verdict),
        names={name: pair.versions(name) for name in found.names},
        crossings=dict(asked(pair, found)),
    )


def asked(pair: CrossedPair, found: Found) -> Iterator[tuple[str, str]]:
    for crossing, answer in found.asked:
        yield words(pair, crossing), f"as the {answer.side} release" if answer.side else f"no answer ({answer.why})"


def words(pair: CrossedPair, crossing: Crossing) -> str:
    """A crossing in words: ``TensorFlow 2.6.0 with keras 2.5.0``."""
    newer = crossing.base is Base.NEWER
    cell = pair.newer if newer else pair.older
    names = axis.likely_first(list(crossing.swapped))
    versions = [f"{name} {pair.versions(name)[0 if newer else 1]}" for name in names[:NAMED]]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"TensorFlow {cell.release.version} with {', '.join(versions)}{more}"


def lines(found: AxisReport) -> Iterator[str]:
    """What decides, and what that rests on."""
    yield f"{found.before} → {found.after}: {sentence(found)}"
    for crossing, answer in found.crossings.items():
        yield printable(f"  {crossing}: {answer}", LONGEST * 2)


def sentence(found: AxisReport) -> str:
    """What decides, in a sentence."""
    names = ", ".join(f"{name} {before} → {after}" for name, (before, after) in list(found.names.items())[:NAMED])
    more = f" and {len(found.names) - NAMED} more" if len(found.names) > NAMED else ""
    match AxisVerdict(found.verdict):
        case AxisVerdict.TENSORFLOW:
            return "TensorFlow itself decides"
        case AxisVerdict.ALONE:
            return f"{names} decides alone"
        case AxisVerdict.TOGETHER:
            return f"these decide together: {names}{more}"
        case AxisVerdict.ONE_OF:
            return f"one of these decides, which of them cannot be told: {names}{more}"
        case AxisVerdict.NEITHER:
            return f"with the other release's {names}{more} it does what neither release does"
        case AxisVerdict.UNKNOWN:
            return "what decides is not known: the crossed versions do not stand or run together"
