"""Verdicts: what the evidence says of a scenario on what is installed, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from packaging.version import Version

from tfcompat.advise.matrix import called, harm_of, in_order, is_known
from tfcompat.advise.need import Truth, need, truth_of
from tfcompat.door.door import Door, Row
from tfcompat.escape import printable
from tfcompat.outcomes import Harm, Status
from tfcompat.plugin.installed import Installed
from tfcompat.publish.statuses import QUIET
from tfcompat.questions.lookup import filled
from tfcompat.select.places import family_of, version

#: What ends the process of a test, so that it is not run to see whether it still does.
DEADLY = frozenset({Status.CRASHES, Status.HANGS})


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the evidence says; ``why`` is why it does not hold, or why that is not known. ``deadly``: it ends its process."""

    truth: Truth
    why: str = ""
    deadly: bool = False


def verdict(door: Door, scenario: str, allowed: Harm, here: Installed, *, exact: bool = False) -> Verdict:
    """What the cells of the installed release and Keras say of a scenario, and of Python where they differ by it.

    A Keras of the same minor stands for one that was not measured, unless ``exact``, which asks for this Python too.
    """
    if not here.tensorflow:
        return unknown("TensorFlow is not installed here")
    rows = sorted(filled(door.of_scenario(scenario)), key=in_order)
    variant = [row for row in rows if family_of(row["variant"]) == here.variant]
    release = [row for row in variant if row["tensorflow"] == here.tensorflow]
    if not release:
        return unknown(f"{here} was not measured")
    cells = [row for row in of_keras(release, here, exact=exact) if not exact or row["python"] == here.python]
    if not cells:
        return unknown(f"{here} was not measured: TensorFlow {here.tensorflow} was {measured(release, exact=exact)}")
    return decided(scenario, [row for row in variant if is_known(row)], cells, allowed, here)


def of_keras(rows: Sequence[Row], here: Installed, *, exact: bool) -> Sequence[Row]:
    """The cells with the installed Keras; where there is none, those with another patch of its minor."""
    if here.own_keras:
        return rows
    wanted = version(here.keras)
    if wanted is None:
        return []
    same = [row for row in rows if version(row["keras"]) == wanted]
    return same if same or exact else [row for row in rows if minor(version(row["keras"])) == minor(wanted)]


def minor(found: Version | None) -> tuple[int, ...]:
    return found.release[:2] if found else ()


def measured(rows: Iterable[Row], *, exact: bool) -> str:
    """With what a release was measured."""
    some = list(rows)
    pythons = f" on Python {', '.join(dict.fromkeys(row['python'] for row in some))}" if exact else ""
    return f"with Keras {', '.join(dict.fromkeys(row['keras'] for row in some))}{pythons}"


def decided(scenario: str, variant: Sequence[Row], cells: Sequence[Row], allowed: Harm, here: Installed) -> Verdict:
    """The verdict of some cells: where they differ, of those on this Python. A hole is no answer."""
    known = [row for row in cells if is_known(row)]
    if not known:
        return unknown(f"{scenario} has no answer on {here}: {called(cells[0])}")
    if not agree(known, allowed):
        known = [row for row in known if row["python"] == here.python]
    if not known:
        return unknown(f"{scenario} differs by Python on {here}, and Python {here.python} was not measured")
    if not agree(known, allowed):
        names = ", ".join(row["cell"] for row in known)
        return unknown(f"{scenario} differs on {here} between {names}")
    if truth_of(known[0], allowed) is Truth.HOLDS:
        return Verdict(truth=Truth.HOLDS)
    deadly = any(row["status"] in DEADLY for row in known)
    return Verdict(truth=Truth.FALSE, why=denial(scenario, known, here) + holding(variant, allowed), deadly=deadly)


def agree(rows: Iterable[Row], allowed: Harm) -> bool:
    return len({truth_of(row, allowed) for row in rows}) == 1


def unknown(why: str) -> Verdict:
    return Verdict(truth=Truth.UNKNOWN, why=why)


def denial(scenario: str, cells: Sequence[Row], here: Installed) -> str:
    """What a scenario does in some cells that deny it."""
    row = cells[0]
    harm = "" if harm_of(row) in QUIET else f" ({harm_of(row)} harm)"
    error = f": {printable(row['message'])}" if row["type"] else ""
    other = not here.own_keras and version(row["keras"]) != version(here.keras)
    names = ", ".join(row["cell"] for row in cells) + (f" with Keras {row['keras']}" if other else "")
    return f"{scenario}: {printable(called(row))}{harm} on {here}, measured in {names}{error}"


def holding(rows: Iterable[Row], allowed: Harm) -> str:
    """Where a scenario holds, as the end of a sentence."""
    where = need(rows, allowed).words(Truth.HOLDS)
    return f"; it holds on {where}" if where else "; it holds nowhere"
