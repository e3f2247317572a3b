"""Judging: on which releases each use works, as the evidence has it; what nobody measured is not known."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from packaging.version import Version

from tfcompat.door.door import Door, Row
from tfcompat.outcomes import Harm, Kind, Status
from tfcompat.questions.lookup import RELEASES, filled, label_of, presence
from tfcompat.record.words import answer as word_of
from tfcompat.scan.known.names import LISTED, Ask, Use
from tfcompat.select.places import BUNDLED, Spot, words
from tfcompat.table.ranges import placed

#: The variant that has the package which a group of scenarios needs, by how their ids begin.
IN_VARIANT = {"pandas::": "pandas", "ecosystem::tensorflow_addons.": "addons"}

#: The variants that pip makes by itself: when the release came out, and today. An older Keras under it somebody has to pin.
INSTALLED = (BUNDLED, "keras-latest")


class Verdict(StrEnum):
    """What a release does with a use, from the best to the worst."""

    WORKS = "works"
    UNKNOWN = "not known"
    VISIBLE = "visibly wrong"
    BREAKS = "breaks"
    SILENT = "silently wrong"


RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}
#: What does not do what the code wants.
BAD = frozenset({Verdict.VISIBLE, Verdict.BREAKS, Verdict.SILENT})
OF_HARM = {
    Harm.NONE: Verdict.WORKS,
    Harm.LOUD: Verdict.BREAKS,
    Harm.OBSCURE: Verdict.BREAKS,
    Harm.VISIBLE: Verdict.VISIBLE,
    Harm.SILENT: Verdict.SILENT,
}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    return max(verdicts, key=RANK.__getitem__, default=Verdict.UNKNOWN)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A use, the scenarios that were asked about it, and the verdict of each measured cell."""

    use: Use
    scenarios: tuple[str, ...]
    cells: tuple[tuple[Spot, Verdict], ...]

    @property
    def counts(self) -> bool:
        """Whether the verdicts say something of the code: not where a condition decides, or the code cares itself."""
        return not (self.use.guarded or self.use.handled) and any(one is not Verdict.UNKNOWN for _, one in self.cells)

    @cached_property
    def installed(self) -> frozenset[str]:
        """The releases that were measured as pip installs them."""
        return frozenset(spot.tensorflow for spot, _ in self.cells if spot.variant in INSTALLED)

    @cached_property
    def releases(self) -> Mapping[str, Verdict]:
        """The worst verdict of the cells of each release as pip installs it; where there are none, of its others.

        A cell that is not known is passed over beside one that is.
        """
        by_release: dict[str, list[Verdict]] = {}
        for spot, verdict in self.cells:
            if spot.variant in INSTALLED or spot.tensorflow not in self.installed:
                by_release.setdefault(spot.tensorflow, []).append(verdict)
        return {
            release: worst([one for one in some if one is not Verdict.UNKNOWN] or some)
            for release, some in by_release.items()
        }

    @property
    def spans(self) -> list[tuple[Verdict, str]]:
        """Where it does what, in words that are exact over the cells; by verdict, the best first."""
        said = [(spot, verdict is not Verdict.UNKNOWN) for spot, verdict in self.cells]
        inside = {one: [spot.cell for spot, verdict in self.cells if verdict is one] for one in Verdict}
        spans = [(one, words(placed(said, cells))) for one, cells in inside.items() if cells]
        return [(one, span) for one, span in spans if span]

    def on(self, releases: Iterable[str]) -> Verdict:
        """The worst verdict on some releases."""
        return worst(self.releases.get(release, Verdict.UNKNOWN) for release in releases)


class Judge:
    """Judges uses by a door; each scenario is looked up once, and what is used in many places is judged once."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.known = frozenset(door.scenarios())
        self.spots = [Spot.of(row) for row in door.current() if label_of(row) == RELEASES]
        self.looked_up: dict[str, Mapping[str, Verdict]] = {}
        self.judged: dict[tuple[tuple[Ask, ...], ...], tuple[tuple[Spot, Verdict], ...]] = {}

    @cached_property
    def releases(self) -> Sequence[str]:
        """The stable releases that were measured, oldest first."""
        return sorted({spot.tensorflow for spot in self.spots}, key=Version)

    @cached_property
    def listed(self) -> Mapping[str, str]:
        return self.door.listed()

    def findings(self, uses: Iterable[Use]) -> list[Finding]:
        """The findings of some uses, in their order, without what nothing asks for or what its class says already."""
        return [finding for use in uses if (finding := self.finding(use))]

    def finding(self, use: Use) -> Finding | None:
        ways = [[(name, ask) for ask in way if (name := self.chosen(ask))] for way in use.ways]
        named = tuple(dict.fromkeys(name for way in ways for name, _ in way))
        if not named and use.optional:
            return None
        if use.ways not in self.judged:
            self.judged[use.ways] = tuple((spot, self.verdict(ways, use.ways, spot)) for spot in self.spots)
        cells = self.judged[use.ways]
        if use.within and all(verdict is Verdict.WORKS or self.lacks(use, spot) for spot, verdict in cells):
            return None
        return Finding(use=use, scenarios=named, cells=cells)

    def verdict(self, ways: Sequence[Sequence[tuple[str, Ask]]], asked: Sequence[Sequence[Ask]], spot: Spot) -> Verdict:
        """What a cell does: the first way that neither breaks there nor is unknown, such as one by a package that pip does not
        install with it: where that fails the next is taken.
        """
        verdicts = []
        for way, whole in zip(ways, asked, strict=True):
            known = [self.answer(name, ask, spot) for name, ask in way]
            verdicts.append(worst(known) if len(way) == len(whole) else Verdict.UNKNOWN)
        left = Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts or not verdicts else Verdict.BREAKS
        return next((one for one in verdicts if one not in (Verdict.BREAKS, Verdict.UNKNOWN)), left)

    def answer(self, name: str, ask: Ask, spot: Spot) -> Verdict:
        """What a cell says of a scenario; of a gate, whether it decides on that release as the version does."""
        if ask.gate:
            return Verdict.SILENT if ask.gate.is_wrong(spot.tensorflow) else Verdict.WORKS
        return self.of(name, ask.refused).get(spot.cell, Verdict.UNKNOWN)

    def lacks(self, use: Use, spot: Spot) -> bool:
        """Whether a cell does not have the class of an argument: then that is what is said."""
        name = self.chosen(Ask(scenarios=use.within))
        return bool(name) and self.of(name, False).get(spot.cell) is Verdict.BREAKS

    def chosen(self, ask: Ask) -> str:
        """The first scenario that there is; empty where there is none."""
        for name in ask.scenarios:
            heir = self.door.heir(name)
            if heir in self.known or (name.startswith(f"{LISTED}::") and name.partition("::")[2] in self.listed):
                return heir
        return ""

    def of(self, name: str, refused: bool) -> Mapping[str, Verdict]:
        """The verdict of each cell on a scenario; of a package that only a variant has, that of the release's cell there."""
        key = f"{name} {refused}"
        if key not in self.looked_up:
            self.looked_up[key] = self.look_up(name, refused)
        return self.looked_up[key]

    def look_up(self, name: str, refused: bool) -> Mapping[str, Verdict]:
        if name.startswith(f"{LISTED}::"):
            path = name.partition("::")[2]
            rows: Sequence[Row] = presence(self.door, path, self.listed[path])
        else:
            rows = filled(self.door.of_scenario(name))
        answers = self.vocabulary(name)
        variant = next((label for prefix, label in IN_VARIANT.items() if name.startswith(prefix)), "")
        if not variant:
            return {row["cell"]: verdict_of(row, answers, refused) for row in rows}
        there = {row["tensorflow"]: verdict_of(row, answers, refused) for row in rows if label_of(row) == variant}
        return {spot.cell: there.get(spot.tensorflow, Verdict.UNKNOWN) for spot in self.spots}

    def vocabulary(self, name: str) -> frozenset[str] | None:
        """The answers of a question; None where it is none."""
        facts = self.door.facts(name)
        if not facts or facts["kind"] != Kind.QUESTION:
            return None
        return frozenset(json.loads(facts["answers"] or "{}"))


def verdict_of(row: Row, answers: frozenset[str] | None, refused: bool) -> Verdict:
    """What the outcome of a cell means for code that does what the scenario asks about."""
    status = Status(row["status"])
    if status is Status.UNKNOWN or (status is Status.MISSING and row.get("whose")):
        return Verdict.UNKNOWN
    if answers is not None and status in (Status.WORKS, Status.ANSWERED) and word_of(row["observed"]) not in answers:
        return Verdict.UNKNOWN  # a trial that is older than the question's answers
    if refused and status is Status.WORKS:
        return Verdict.BREAKS
    return OF_HARM[Harm(row.get("harm") or Harm.NONE)]
