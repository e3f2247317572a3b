"""Looking up: what the table says to one question, about a scenario or about the import paths of a name."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

import pandas as pd

from tfcompat.errors import SelectionError
from tfcompat.outcomes import Reason, Status
from tfcompat.table.columns import BUNDLED, of_releases
from tfcompat.table.frame import Table
from tfcompat.table.ranges import observations, runs, spans

#: What an id of an import scenario begins with where it is a path, and not a question about one.
PATH = re.compile(r"(from|import) |(tf|keras|tf_keras|tfa)\.")
#: The group whose scenarios try a path each.
TRIED = "imports"
#: How many names an error offers.
OFFERED = 8


def where(table: Table, asked: str) -> dict[str, Any]:
    """Where a scenario does what: its facts, and for each variant the ranges of each status with what they stand on.

    ``asked`` is its id, or a part that only one id has. Raises SelectionError where it names none, or several.
    """
    name = named(asked, list(table.scenarios.index))
    facts = {key: table.scenarios.at[name, key] for key in ("title", "reference", "source", "documented", "group")}
    rows = table.frame[table.frame["scenario"] == name]
    return {"scenario": name, **facts, "variants": by_variant(rows)}


def by_variant(rows: pd.DataFrame) -> dict[str, Any]:
    """The ranges of one scenario's rows: over the releases as pip installs them, then of each variant."""
    releases = of_releases(rows)
    rest = rows.drop(releases.index)
    variants = {"releases": ranges(releases)}
    for variant, of_variant in rest.groupby("variant"):
        label = "other Pythons and pre-releases" if variant == BUNDLED else str(variant)
        variants[label] = ranges(of_variant)
    return variants


def ranges(rows: pd.DataFrame) -> dict[str, Any]:
    """The ranges of neighbouring rows that are alike, with their spans and observations."""
    parts = list(runs(rows.to_dict("records")))
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


def imports(table: Table, name: str) -> list[dict[str, Any]]:
    """Every path that ends in a name, each with the ranges of each status over the releases, and how that is known: it was
    ``imported``, or an inventory has it ``listed``.

    Raises SelectionError where no path ends in it.
    """
    tried, listed = tried_paths(table), listed_paths(table)
    listed = listed.drop(listed.index.intersection(list(tried)))
    frame = of_releases(table.frame)
    return [
        {"path": path, "how": "imported", **ranges(frame[frame["scenario"] == f"{TRIED}::{path}"])}
        if path in tried
        else {"path": path, "how": "listed", **ranges(presence(table, path, listed[path]))}
        for path in chosen([*sorted(tried), *sorted(listed.index)], name)
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


def tried_paths(table: Table) -> set[str]:
    ids = table.scenarios.index[table.scenarios["group"] == TRIED]
    return {path for path in ids.str.removeprefix(f"{TRIED}::") if PATH.match(path)}


def listed_paths(table: Table) -> "pd.Series[str]":
    """The root of every path that an inventory lists somewhere, by the path."""
    names = table.names[table.names["name"] != ""]
    return names.drop_duplicates("name", keep="last").set_index("name")["root"]


def presence(table: Table, path: str, root: str) -> pd.DataFrame:
    """Of each release whether its inventory lists a path; where the root could not be listed, that stays unknown."""
    cells = of_releases(table.current)
    names = table.names[table.names["root"] == root]
    has_answer = cells["cell"].isin(names["cell"])
    is_listed = cells["cell"].isin(names.loc[names["name"] == path, "cell"])
    status = pd.Series(str(Status.UNKNOWN), index=cells.index).mask(has_answer, str(Status.MISSING))
    reason = cells["reason"].replace("", str(Reason.NOT_RUN)).mask(has_answer, "")
    return cells.assign(status=status.mask(is_listed, str(Status.WORKS)), reason=reason, observed="")
