"""Groups: the releases on which a script did the same, as ranges, and what it did there."""

import re
import signal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

import msgspec

from tfcompat.foreign.lines import ScriptEnded
from tfcompat.foreign.noise import Cleaned, Noise, clean
from tfcompat.foreign.visits import Visit
from tfcompat.outcomes import fault
from tfcompat.select.naming import order, places
from tfcompat.select.places import BUNDLED, words

#: A number with a point or an exponent, as programs print it.
NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?(?![\w.])")
#: Significant digits to which numbers are looked at where it is asked whether two outputs differ beyond them only.
LOOSE = 5


class Compared(StrEnum):
    """What has to be equal where two releases do the same."""

    OUTPUT = "output"
    STDOUT = "stdout"
    STATUS = "status"
    RAW = "raw"


@dataclass(frozen=True, kw_only=True)
class Did:
    """What a script did in a cell: how it ended, and what it printed, without its noise and as it was."""

    visit: Visit
    ended: ScriptEnded
    stdout: Cleaned
    stderr: Cleaned

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        if self.ended.timed_out:
            return "its time limit"
        if self.ended.code >= 0:
            return f"exit status {self.ended.code}"
        memory = " (out of memory)" if self.visit.out_of_memory else ""
        return f"killed by {signal_name(-self.ended.code)}{memory}"

    @property
    def succeeded(self) -> bool:
        return self.ended.code == 0 and not self.ended.timed_out

    def key(self, compared: Compared, digits: int | None) -> tuple[str, ...]:
        """What has to be equal where another cell does the same."""
        match compared:
            case Compared.STATUS:
                return (self.ending,)
            case Compared.STDOUT:
                return self.ending, rounded(self.stdout.text, digits)
            case Compared.OUTPUT:
                return self.ending, rounded(self.stdout.text, digits), rounded(self.stderr.text, digits)
            case Compared.RAW:
                return self.ending, self.ended.stdout.text, self.ended.stderr.text


class RanIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cell in which the script ran; what it printed is there where it was asked for as it is."""

    cell: str
    tensorflow: str
    python: str
    seconds: float
    noise: dict[str, int]
    stdout: str | None = None
    stderr: str | None = None


class ScriptGroup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cells in which a script did the same: ``where`` they are, in words, how it ended, and what it printed."""

    where: str
    cells: list[RanIn]
    ending: str
    succeeded: bool
    stdout: str
    stderr: str


class NotRun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cell without an answer: the reason, whose fault it is, and what is known of it."""

    cell: str
    reason: str
    cause: str
    message: str


class TryReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a script did on some releases: the groups that did the same, the oldest first, and the cells without an answer.

    ``close`` says that all groups would be one if numbers were compared to 5 digits.
    """

    schema: Literal[1]
    script: str
    compared: str
    digits: int | None
    differs: bool
    fails: bool
    close: bool
    groups: list[ScriptGroup]
    unknown: list[NotRun]
    noise: dict[str, int]


def did(visit: Visit) -> Did | None:
    """What the script did in a visited cell; None where the cell has no answer."""
    ended = next((line for line in visit.lines if isinstance(line, ScriptEnded)), None)
    if visit.error is not None or ended is None:
        return None
    stdout, stderr = (clean(output.text, ended.places) for output in (ended.stdout, ended.stderr))
    return Did(visit=visit, ended=ended, stdout=stdout, stderr=stderr)


def report(
    script: str, visits: Iterable[Visit], *, compared: Compared = Compared.OUTPUT, digits: int | None = None
) -> TryReport:
    """What a script did in some cells."""
    visited = sorted(visits, key=lambda visit: order(visit.spot))
    dids = [found for found in map(did, visited) if found is not None]
    groups = grouped(dids, compared, digits)
    return TryReport(
        schema=1,
        script=script,
        compared=compared,
        digits=digits,
        differs=len(groups) > 1,
        fails=not all(found.succeeded for found in dids),
        close=len(groups) > 1 and compared is not Compared.RAW and len(grouped(dids, compared, LOOSE)) == 1,
        groups=[group_of(some, dids, compared) for some in groups],
        unknown=[hole(visit) for visit in visited if visit.error is not None],
        noise=together(noise_of(found) for found in dids),
    )


def grouped(dids: Sequence[Did], compared: Compared, digits: int | None) -> list[list[Did]]:
    """The cells that did the same, in the order in which the first of each comes."""
    groups: dict[tuple[str, ...], list[Did]] = {}
    for found in dids:
        groups.setdefault(found.key(compared, digits), []).append(found)
    return list(groups.values())


def group_of(group: Sequence[Did], dids: Sequence[Did], compared: Compared) -> ScriptGroup:
    first, raw = group[0], compared is Compared.RAW
    return ScriptGroup(
        where=where([found.visit for found in group], [found.visit for found in dids]),
        cells=[ran(found, raw) for found in group],
        ending=first.ending,
        succeeded=first.succeeded,
        stdout=first.ended.stdout.text if raw else first.stdout.text,
        stderr=first.ended.stderr.text if raw else first.stderr.text,
    )


def where(group: Iterable[Visit], all_visits: Iterable[Visit]) -> str:
    """Some cells of all that have an answer, in words: spans of releases, and Pythons or Keras versions where these decide.

    A variant that all of them have, such as that of ``--with``, needs no name.
    """
    spots = [visit.spot for visit in all_visits]
    if len({spot.variant for spot in spots}) == 1:
        spots = [replace(spot, variant=BUNDLED) for spot in spots]
    return words(places(spots, {visit.cell.id for visit in group}))


def ran(found: Did, raw: bool) -> RanIn:
    cell = found.visit.cell
    return RanIn(
        cell=cell.id,
        tensorflow=str(cell.release.version),
        python=cell.python,
        seconds=found.ended.seconds,
        noise=noise_of(found),
        stdout=found.ended.stdout.text if raw else None,
        stderr=found.ended.stderr.text if raw else None,
    )


def hole(visit: Visit) -> NotRun:
    """A cell without an answer. Raises ValueError where it has one."""
    if visit.error is None:
        raise ValueError(f"{visit.cell.id} has an answer")
    reason = visit.error.reason
    return NotRun(cell=visit.cell.id, reason=reason, cause=fault(reason), message=visit.error.message)


def noise_of(found: Did) -> dict[str, int]:
    return together((found.stdout.noise, found.stderr.noise))


def together(counts: Iterable[Mapping[Noise, int] | Mapping[str, int]]) -> dict[str, int]:
    """Counts of noise, added up in the order of ``Noise``."""
    counts = list(counts)
    added = {str(kind): sum(some.get(kind, 0) for some in counts) for kind in Noise}
    return {kind: count for kind, count in added.items() if count}


def rounded(text: str, digits: int | None) -> str:
    """A text with its numbers to so many significant digits; as it is where none are given."""
    if digits is None:
        return text
    return NUMBER.sub(lambda match: f"{float(match[0]) + 0.0:.{digits}g}", text)


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
