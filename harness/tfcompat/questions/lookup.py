"""Looking up: what the table says to one question, about a scenario or about the import paths of a name."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Literal

from msgspec import Struct

from tfcompat.door.door import Door, Row
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Documentation, Harm, Reason, Status
from tfcompat.record.words import Whose
from tfcompat.select import scenarios
from tfcompat.select.places import BUNDLED, Axis, Spot, family_of, words
from tfcompat.table.columns import CellSet
from tfcompat.table.ranges import Range, axes, observations, of_rows, placed, spans
from tfcompat.table.support import KindOrNone, OracleOrNone, SupportHarm, SupportRange, said, words_of

#: What an id of an import scenario begins with where it is a path, and not a question about one.
PATH = re.compile(r"(from|import) |(tf|keras|tf_keras|tfa)\.")
#: The group whose scenarios try a path each.
TRIED = "imports"
#: What the rows of releases as pip installs them are shown as, and those of pre-releases.
RELEASES, PRE = "releases", "pre-releases"
#: How many names an error offers.
OFFERED = 8


class Ranges(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where something does what, and what differs: ``spans`` is by word, ``axes`` what decides beside the release.

    Each of ``observations``, ``raised`` (exceptions) and ``documented`` has its text, as JSON or as raised, and where.
    """

    spans: dict[str, str]
    harms: list[SupportHarm]
    axes: list[Axis]
    observations: list[tuple[str, str]]
    raised: list[tuple[str, str]]
    documented: list[tuple[str, Documentation, str]]
    ranges: list[SupportRange]


class WhereScenario(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scenario: what it says of itself, and for each variant where it does what; ``releases`` is as pip installs them."""

    scenario: str
    title: str
    reference: str
    source: str
    kind: KindOrNone
    oracle: OracleOrNone
    documented: str
    group: str
    answers: dict[str, Harm]
    aliases: list[str]
    variants: dict[str, Ranges]


class Where(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where some scenarios do what, in the order of the table."""

    schema: Literal[1]
    scenarios: list[WhereScenario]


def where(door: Door, wanted: Sequence[str]) -> Where:
    """Where the scenarios that some texts name do what (``select.scenarios``). Raises SelectionError where one names none."""
    return Where(schema=1, scenarios=[of_scenario(door, name) for name in selected(door, wanted)])


def of_scenario(door: Door, name: str) -> WhereScenario:
    """Where a scenario of the table does what."""
    facts = door.facts(name) or {}
    return WhereScenario(scenario=name, **words_of(facts), variants=by_variant(filled(door.of_scenario(name))))


def filled(rows: Sequence[Row]) -> list[Row]:
    """The rows of a scenario, with an unknown outcome in each hole: a cell that was not tested is seen."""
    return [
        row if row["status"] else {**row, "status": str(Status.UNKNOWN), "reason": row["why"] or str(Reason.NOT_RUN)}
        for row in rows
    ]


def by_variant(rows: Sequence[Row]) -> dict[str, Ranges]:
    """The ranges of one scenario's rows: over the releases as pip installs them, on every Python and with every Keras, then
    those of pre-releases and of each other variant, which the label names already.
    """
    labels = [RELEASES, *sorted({label_of(row) for row in rows} - {RELEASES})]
    return {label: ranges([{**row, "variant": BUNDLED} for row in rows if label_of(row) == label]) for label in labels}


def shown(rows: Iterable[Row]) -> tuple[str, list[Row]]:
    """The rows of a scenario that say most, and what they are shown as: those of releases as pip installs them, unless these lack a
    package that the scenario needs; then those of the first variant that has it.
    """
    labelled: dict[str, list[Row]] = {RELEASES: []}
    for row in rows:
        labelled.setdefault(label_of(row), []).append({**row, "variant": BUNDLED})
    labels = [RELEASES, *sorted(labelled.keys() - {RELEASES, PRE})]
    whole = (
        label for label in labels if any(not lacks_package(row["status"], row["whose"]) for row in labelled[label])
    )
    chosen = next(whole, RELEASES)
    return chosen, labelled[chosen]


def lacks_package(status: str, whose: str) -> bool:
    """Whether an outcome is no answer, or none but that a package is not there."""
    return status == Status.UNKNOWN or whose == Whose.PACKAGE


def label_of(row: Row) -> str:
    """What a row is shown among."""
    family = family_of(row["variant"])
    return family or (PRE if row["set"] == CellSet.PRE else RELEASES)


def ranges(rows: Sequence[Row]) -> Ranges:
    """The ranges of some rows: where what was said, with its harm, observed and raised, and by what they differ."""
    parts = of_rows(rows)
    return Ranges(
        spans=spans(parts),
        harms=[
            SupportHarm(word=part.word, status=part.status, harm=part.harm, span=span) for part, span in said(parts)
        ],
        axes=list(axes(parts)),
        observations=observations(parts) or [(part.observed, part.span) for part in parts[:1] if part.observed],
        raised=raised(rows),
        documented=documentation(rows),
        ranges=list(map(range_of, parts)),
    )


def range_of(part: Range) -> SupportRange:
    return SupportRange(
        status=part.status,
        harm=part.harm,
        first=part.first,
        last=part.last,
        on=part.place.on,
        tested=list(part.tested),
        observed=part.observed,
        reason=part.reason,
        whose=Whose(part.whose),
    )


def raised(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """The different exceptions of some rows as they were raised, each with where."""
    return gathered(rows, lambda row: row["message"] if row.get("type") else "")


def documentation(rows: Sequence[Row]) -> list[tuple[str, Documentation, str]]:
    """What is documented of some rows, whether it is what they do, and where."""
    facts = gathered(rows, lambda row: (row["documented"], row["documentation"]) if row.get("documentation") else None)
    return [(text, Documentation(agrees), span) for (text, agrees), span in facts]


def gathered(rows: Sequence[Row], key: Callable[[Row], Any]) -> list[tuple[Any, str]]:
    """What some rows say, each once, with the places of the rows that say it."""
    texts = dict.fromkeys(filter(None, map(key, rows)))
    spots = [(Spot.of(row), row["status"] != Status.UNKNOWN) for row in rows]
    cells = {text: [row["cell"] for row in rows if key(row) == text] for text in texts}
    return [(text, words(placed(spots, inside))) for text, inside in cells.items()]


def selected(door: Door, wanted: Sequence[str]) -> tuple[str, ...]:
    """The scenarios of the table that some texts name (``select.scenarios``). Raises SelectionError where one names none."""
    return scenarios.select(wanted, titles(door, door.scenarios()), door.heirs)


def titles(door: Door, names: Iterable[str]) -> dict[str, str]:
    """The titles of some scenarios that were ever asked, by their ids."""
    return {name: str(door.words[name]["title"]) for name in names}


def chosen(paths: Sequence[str], name: str) -> list[str]:
    """The paths that end in a name as it is written; where none does, in whatever case."""
    exact = [path for path in paths if last(path) == name]
    wanted = exact or [path for path in paths if last(path).casefold() == name.casefold()]
    if not wanted:
        names = sorted(set(map(last, paths)))
        near = get_close_matches(name, names, n=OFFERED, cutoff=0.5)
        meant = f"did you mean {', '.join(near)}?" if near else "name a class or a function, such as Normalization"
        raise SelectionError(f"no path that was tried ends in {name!r}: {meant}")
    return wanted


def last(path: str) -> str:
    return re.split(r"[.\s]+", path)[-1]


def tried_paths(door: Door) -> set[str]:
    paths = (name.removeprefix(f"{TRIED}::") for name in door.scenarios(TRIED))
    return {path for path in paths if PATH.match(path)}


def presence(door: Door, path: str, root: str) -> list[Mapping[str, Any]]:
    """Of each cell whether its inventory lists a path; where the root could not be listed, that stays unknown."""
    answered, listing = door.listing(root), door.listing(root, path)
    return [{**cell, **present(cell, answered, listing)} for cell in door.current()]


def present(cell: Row, answered: set[str], listing: set[str]) -> dict[str, str]:
    """What the inventory of a cell says of a path, as an outcome."""
    if cell["cell"] not in answered:
        return {"status": str(Status.UNKNOWN), "observed": "", "reason": cell["reason"] or str(Reason.NOT_RUN)}
    status, harm = (Status.WORKS, Harm.NONE) if cell["cell"] in listing else (Status.MISSING, Harm.LOUD)
    return {"status": str(status), "harm": str(harm), "observed": "", "reason": ""}
