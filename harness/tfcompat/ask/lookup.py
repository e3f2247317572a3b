"""Looking up: what the table says to one question, about a scenario or about the import paths of a name."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from difflib import get_close_matches
from typing import Any

from tfcompat.errors import SelectionError
from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.table import frame as table

#: What an id of an import scenario begins with where it is a path, and not a question about one.
PATH = re.compile(r"(from|import) |(tf|keras|tf_keras|tfa)\.")
#: The groups whose scenarios try a path each, and whose observations list the paths that are there.
TRIED, LISTED = "imports", "inventory"
#: How many names an error offers.
OFFERED = 8


def where(trials: Sequence[Trial], asked: str) -> dict[str, Any]:
    """Where a scenario does what: its facts, and for each variant the ranges of each status with what they stand on.

    ``asked`` is its id, or a part that only one id has. Raises SelectionError where it names none, or several.
    """
    known = table.facts(trials)
    name = named(asked, list(known))
    of_one = [only(trial, name) for trial in trials]
    return {**asdict(known[name]), "group": known[name].group, "variants": by_variant(of_one)}


def only(trial: Trial, scenario: str) -> Trial:
    """A trial with one scenario of its own."""
    return replace(trial, outcomes=tuple(outcome for outcome in trial.outcomes if outcome.scenario == scenario))


def by_variant(trials: Sequence[Trial]) -> dict[str, Any]:
    """The ranges of the one scenario of some trials: over the releases as pip installs them, then each variant's."""
    frame = table.long(trials)
    releases = table.of_releases(frame)
    rest = frame[~frame["cell"].isin(releases["cell"])]
    found = {"releases": ranges(releases.to_dict("records"))}
    for variant in sorted(rest["variant"].unique()):
        label = "other Pythons and pre-releases" if variant == "bundled" else str(variant)
        found[label] = ranges(rest[rest["variant"] == variant].to_dict("records"))
    return found


def ranges(rows: Sequence[dict[Any, Any]]) -> dict[str, Any]:
    found = list(table.runs(rows))
    return {
        "spans": table.spans(found),
        "observations": table.observations(found) or [(one.observed, one.span) for one in found[:1] if one.observed],
        "ranges": [asdict(one) for one in found],
    }


def named(asked: str, known: Sequence[str]) -> str:
    """The id that was asked for; raises SelectionError with the ids that may have been meant."""
    if asked in known:
        return asked
    found = [name for name in known if asked.casefold() in name.casefold()]
    if len(found) == 1:
        return found[0]
    meant = found or get_close_matches(asked, known, n=OFFERED, cutoff=0.5)
    if not meant:
        raise SelectionError(f"no scenario is called {asked!r}: tfcompat list scenarios names them")
    offered = ", ".join(meant[:OFFERED]) + (f" and {len(meant) - OFFERED} more" if len(meant) > OFFERED else "")
    problem = f"{len(found)} scenarios have {asked!r} in their id" if found else f"no scenario is called {asked!r}"
    raise SelectionError(f"{problem}: did you mean {offered}?")


def imports(trials: Sequence[Trial], name: str) -> list[dict[str, Any]]:
    """Every path that ends in a name, each with the ranges of each status over the releases, and how that is known: it was
    ``imported``, or an inventory has it ``listed``.

    Raises SelectionError where no path ends in it.
    """
    tried, listed = tried_paths(trials), listed_paths(trials)
    listed = {path: scenario for path, scenario in listed.items() if path not in tried}
    wanted = chosen([*sorted(tried), *sorted(listed)], name)
    return [
        {"path": path, "how": "imported", **of_releases(only(trial, f"{TRIED}::{path}") for trial in trials)}
        if path in tried
        else {"path": path, "how": "listed", **of_releases(presence(trial, path, listed[path]) for trial in trials)}
        for path in wanted
    ]


def chosen(paths: Sequence[str], name: str) -> list[str]:
    """The paths that end in a name as it is written; where none does, in whatever case."""
    exact = [path for path in paths if last(path) == name]
    found = exact or [path for path in paths if last(path).casefold() == name.casefold()]
    if not found:
        names = sorted(set(map(last, paths)))
        near = get_close_matches(name, names, n=OFFERED, cutoff=0.4) or names[:OFFERED]
        raise SelectionError(f"no path that was tried ends in {name!r}: did you mean {', '.join(near) or 'another'}?")
    return found


def last(path: str) -> str:
    return re.split(r"[.\s]+", path)[-1]


def outcomes_of(trials: Iterable[Trial], group: str) -> Iterator[Outcome]:
    return (outcome for trial in trials for outcome in trial.outcomes if outcome.group == group)


def tried_paths(trials: Sequence[Trial]) -> set[str]:
    paths = {outcome.scenario.split("::", 1)[-1] for outcome in outcomes_of(trials, TRIED)}
    return {path for path in paths if PATH.match(path)}


def listed_paths(trials: Sequence[Trial]) -> dict[str, str]:
    """Every path that an inventory lists somewhere, and the inventory's scenario."""
    lists = (outcome for outcome in outcomes_of(trials, LISTED) if isinstance(outcome.observed, dict))
    return {path: outcome.scenario for outcome in lists for path in outcome.observed}


def of_releases(trials: Iterable[Trial]) -> dict[str, Any]:
    found: dict[str, Any] = by_variant(list(trials))["releases"]
    return found


def presence(trial: Trial, path: str, scenario: str) -> Trial:
    """A trial that says of a path whether its inventory lists it; what could not be listed stays unknown."""
    for outcome in trial.outcomes:
        if outcome.scenario == scenario and isinstance(outcome.observed, dict):
            status = Status.WORKS if path in outcome.observed else Status.MISSING
            return replace(trial, outcomes=(Outcome(scenario=path, status=status),))
        if outcome.scenario == scenario and outcome.status is Status.MISSING:
            return replace(trial, outcomes=(Outcome(scenario=path, status=Status.MISSING),))
    unknown = Outcome(scenario=path, status=Status.UNKNOWN, reason=trial.reason or Reason.NOT_RUN)
    return replace(trial, outcomes=(unknown,))
