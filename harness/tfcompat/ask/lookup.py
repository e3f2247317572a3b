"""Looking up: what the table says to one question, about a scenario or about the import paths of a name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

from tfcompat.door.door import Door, Row
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Reason, Status
from tfcompat.table.columns import BUNDLED, CellSet
from tfcompat.table.ranges import observations, runs, spans

#: What an id of an import scenario begins with where it is a path, and not a question about one.
PATH = re.compile(r"(from|import) |(tf|keras|tf_keras|tfa)\.")
#: The group whose scenarios try a path each.
TRIED = "imports"
#: The sets of cells that stand for a stable release, as pip installs it.
RELEASES = (CellSet.MINORS, CellSet.PATCHES)
#: How many names an error offers.
OFFERED = 8


def where(door: Door, asked: str) -> dict[str, Any]:
    """Where a scenario does what: its facts, and for each variant the ranges of each status with what they stand on.

    ``asked`` is its id, or a part that only one id has. Raises SelectionError where it names none, or several.
    """
    name = named(asked, door.scenarios())
    return {"scenario": name, **(door.facts(name) or {}), "variants": by_variant(filled(door.of_scenario(name)))}


def filled(rows: Sequence[Row]) -> list[Row]:
    """The rows of a scenario, with an unknown outcome in each hole: a cell that was not tested is seen."""
    return [
        row if row["status"] else {**row, "status": str(Status.UNKNOWN), "reason": row["why"] or str(Reason.NOT_RUN)}
        for row in rows
    ]


def by_variant(rows: Sequence[Row]) -> dict[str, Any]:
    """The ranges of one scenario's rows: over the releases as pip installs them, then of each variant."""
    variants = {"releases": ranges(of_releases(rows))}
    rest = [row for row in rows if row["set"] not in RELEASES]
    for variant in sorted({row["variant"] for row in rest}):
        label = "other Pythons and pre-releases" if variant == BUNDLED else variant
        variants[label] = ranges([row for row in rest if row["variant"] == variant])
    return variants


def of_releases(rows: Sequence[Row]) -> list[Row]:
    """The rows of the one cell that stands for each stable release, as pip installs it; oldest first."""
    return [row for row in rows if row["set"] in RELEASES]


def ranges(rows: Sequence[Row]) -> dict[str, Any]:
    """The ranges of neighbouring rows that are alike, with their spans and observations."""
    parts = list(runs(rows))
    return {
        "spans": spans(parts),
        "observations": observations(parts) or [(part.observed, part.span) for part in parts[:1] if part.observed],
        "ranges": [asdict(part) for part in parts],
    }


def named(asked: str, known: Sequence[str]) -> str:
    """The id that was asked for; raises SelectionError with the ids that may have been meant."""
    if asked in known:
        return asked
    containing = [name for name in known if asked.casefold() in name.casefold()]
    if len(containing) == 1:
        return containing[0]
    meant = containing or get_close_matches(asked, known, n=OFFERED, cutoff=0.5)
    if not meant:
        raise SelectionError(f"no scenario is called {asked!r}: tfcompat list scenarios names them")
    offered = ", ".join(meant[:OFFERED]) + (f" and {len(meant) - OFFERED} more" if len(meant) > OFFERED else "")
    problem = f"{len(meant)} scenarios have {asked!r} in their id" if containing else f"no scenario is called {asked!r}"
    raise SelectionError(f"{problem}: did you mean {offered}?")


def imports(door: Door, name: str) -> list[dict[str, Any]]:
    """Every path that ends in a name, each with the ranges of each status over the releases, and how that is known: it was
    ``imported``, or an inventory has it ``listed``.

    Raises SelectionError where no path ends in it.
    """
    tried = tried_paths(door)
    listed = {path: root for path, root in door.listed().items() if path not in tried}
    return [
        {"path": path, "how": "imported", **ranges(filled(of_releases(door.of_scenario(f"{TRIED}::{path}"))))}
        if path in tried
        else {"path": path, "how": "listed", **ranges(presence(door, path, listed[path]))}
        for path in chosen([*sorted(tried), *sorted(listed)], name)
    ]


def chosen(paths: Sequence[str], name: str) -> list[str]:
    """The paths that end in a name as it is written; where none does, in whatever case."""
    exact = [path for path in paths if last(path) == name]
    wanted = exact or [path for path in paths if last(path).casefold() == name.casefold()]
    if not wanted:
        names = sorted(set(map(last, paths)))
        near = get_close_matches(name, names, n=OFFERED, cutoff=0.4) or names[:OFFERED]
        raise SelectionError(f"no path that was tried ends in {name!r}: did you mean {', '.join(near) or 'another'}?")
    return wanted


def last(path: str) -> str:
    return re.split(r"[.\s]+", path)[-1]


def tried_paths(door: Door) -> set[str]:
    paths = (name.removeprefix(f"{TRIED}::") for name in door.scenarios(TRIED))
    return {path for path in paths if PATH.match(path)}


def presence(door: Door, path: str, root: str) -> list[Mapping[str, Any]]:
    """Of each release whether its inventory lists a path; where the root could not be listed, that stays unknown."""
    answered, listing = door.listing(root), door.listing(root, path)
    return [{**cell, **present(cell, answered, listing)} for cell in of_releases(door.current())]


def present(cell: Row, answered: set[str], listing: set[str]) -> dict[str, str]:
    """What the inventory of a cell says of a path, as an outcome."""
    if cell["cell"] not in answered:
        return {"status": str(Status.UNKNOWN), "observed": "", "reason": cell["reason"] or str(Reason.NOT_RUN)}
    status = Status.WORKS if cell["cell"] in listing else Status.MISSING
    return {"status": str(status), "observed": "", "reason": ""}
