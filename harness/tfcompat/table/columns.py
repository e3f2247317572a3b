"""The columns of the page: each cell that was measured, the trial that speaks for it, its earlier ones, and its set."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from packaging.version import Version

from tfcompat.outcomes import Subject, Trial
from tfcompat.table import frame as table

#: The sets that are no variant, and what a reader chooses them by.
LABELS: Mapping[str, str] = {
    "minors": "Last patch of each minor",
    "patches": "Every other patch",
    "pythons": "Other Pythons",
    "pre": "Pre-releases",
}
BUNDLED = "bundled"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One cell: the trial that speaks for it, and the others of it, newest first."""

    trial: Trial
    others: tuple[Trial, ...]
    set: str

    @property
    def cell(self) -> str:
        return self.trial.subject.cell

    @property
    def release(self) -> str:
        return self.trial.subject.tensorflow


def arrange(trials: Iterable[Trial], speaking: Iterable[Trial]) -> list[Column]:
    """The columns in the order of the table; ``speaking`` has one trial a cell, of all the ``trials`` there are."""
    chosen = sorted(speaking, key=order)
    default = {trial.subject.tensorflow: trial.subject.cell for trial in table.standing(chosen)}
    last = last_patches(default)
    newest_first = sorted(trials, key=lambda trial: trial.subject.started, reverse=True)
    others: dict[str, list[Trial]] = {}
    for trial in newest_first:
        others.setdefault(trial.subject.cell, []).append(trial)
    return [
        Column(
            trial=trial,
            others=tuple(other for other in others[trial.subject.cell] if other.subject != trial.subject),
            set=set_of(trial.subject, default, last),
        )
        for trial in chosen
    ]


def order(trial: Trial) -> tuple[Version, Version, list[tuple[int, str]]]:
    """As in the table; variants that differ by a version stand in the order of versions: 3.9 before 3.10."""
    release, python, variant = table.order(trial)
    return release, python, [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", variant)]


def last_patches(releases: Iterable[str]) -> frozenset[str]:
    """Of each minor its last patch; the releases are stable and come oldest first."""
    return frozenset({Version(release).release[:2]: release for release in releases}.values())


def set_of(subject: Subject, default: Mapping[str, str], last: Collection[str]) -> str:
    """The set that a cell is chosen by; a variant is a set of its own, or one with those that differ by a version at its end.

    ``default`` has the cell that stands for each stable release, ``last`` the last patches.
    """
    if subject.variant != BUNDLED:
        family = re.sub(r"\d[\d.]*$", "", subject.variant.lower())
        return re.sub(r"[^a-z0-9.-]+", "-", family).strip(".-") or "other"
    if Version(subject.tensorflow).is_prerelease:
        return "pre"
    if subject.cell != default[subject.tensorflow]:
        return "pythons"
    return "minors" if subject.tensorflow in last else "patches"


def label(name: str, variants: Sequence[str], titles: Mapping[str, str]) -> str:
    """What a reader chooses a set by: ``variants`` are those in it, and ``titles`` say what they are, as far as it is known."""
    if name in LABELS:
        return LABELS[name]
    if len(variants) > 1:
        return f"{variants[0]} to {variants[-1]}"
    return f"{variants[0]}: {titles[variants[0]]}" if variants[0] in titles else variants[0]
