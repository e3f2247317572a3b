"""Tests of answers to one question: the right scenario, the right paths, and honest ranges."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from tests.door import made
from tests.fakes import outcome, trial
from tfcompat.door.door import Door
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Documentation, Harm, Kind, Outcome, Reason, Status, Trial
from tfcompat.questions import lookup
from tfcompat.questions.lookup import Ranges, WhereScenario
from tfcompat.record import words
from tfcompat.record.words import whose_of
from tfcompat.select.places import Spot, parse
from tfcompat.table.frame import as_text, collect
from tfcompat.trials.current import current_trials

PATH = "tf.keras.layers.Normalization"


def door(trials: Sequence[Trial]) -> Door:
    return in_memory(collect(trials))


def spans(ranges: Ranges) -> dict[str, str]:
    return {str(status): span for status, span in ranges.spans.items()}


def harms(ranges: Ranges) -> list[tuple[str, str, str]]:
    return [(one.word, str(one.harm), one.span) for one in ranges.harms]


def where(asked: Door, text: str) -> WhereScenario:
    """Where the one scenario that a text names does what."""
    (facts,) = lookup.where(asked, [text]).scenarios
    return facts


def releases(*answers: Outcome | Reason) -> list[Trial]:
    cells = [f"tf2.{minor}.0-py3.9" for minor in (5, 6, 7, 9)]
    return [
        trial(cell, reason=answer) if isinstance(answer, Reason) else trial(cell, answer)
        for cell, answer in zip(cells, answers, strict=False)
    ]


def test_where_tells_ranges_observations_and_what_they_stand_on() -> None:
    facts = where(
        door(releases(outcome(observed=1, title="The mean"), outcome(observed=2), Reason.NO_LOCK, outcome(observed=2))),
        "adapt::mean",
    )
    assert (facts.scenario, facts.group) == ("adapt::mean", "adapt")
    of_releases = facts.variants["releases"]
    assert spans(of_releases) == {"works": "2.5.0 – 2.6.0, 2.9.0", "unknown: no lock": "2.7.0"}
    assert of_releases.observations == [("1", "2.5.0"), ("2", "2.6.0, 2.9.0")]
    assert [part.tested for part in of_releases.ranges] == [
        ["tf2.5.0-py3.9"],
        ["tf2.6.0-py3.9"],
        ["tf2.7.0-py3.9"],
        ["tf2.9.0-py3.9"],
    ]
    assert harms(of_releases) == [
        ("works", "none", "2.5.0 – 2.6.0, 2.9.0"),
        ("unknown: no lock", "none", "2.7.0"),
    ]


def test_where_tells_the_errors_as_they_were_raised_and_what_is_documented() -> None:
    question: dict[str, Any] = {"kind": Kind.QUESTION, "answers": {"fresh": Harm.NONE, "stale": Harm.SILENT}}
    error = {"type": "AttributeError", "message": "module 'x' has no attribute 'y'"}
    missing = outcome(status=Status.MISSING, **question, **error)
    stale = outcome(
        status=Status.ANSWERED,
        observed="stale",
        harm=Harm.SILENT,
        documented="fresh",
        documentation=Documentation.DISAGREES,
        **question,
    )
    facts = where(door(releases(missing, missing, stale, stale)), "adapt::mean")
    assert (facts.kind, facts.answers) == ("question", {"fresh": Harm.NONE, "stale": Harm.SILENT})
    found = facts.variants["releases"]
    assert harms(found) == [("missing", "loud", "2.5.0 – 2.6.0"), ("stale", "silent", "2.7.0 – 2.9.0")]
    assert found.raised == [("AttributeError: module 'x' has no attribute 'y'", "2.5.0 – 2.6.0")]
    assert found.documented == [('"fresh"', "disagrees", "2.7.0 – 2.9.0")]


def test_what_differs_by_python_says_so() -> None:
    trials = [trial("tf2.16.2-py3.11", outcome()), trial("tf2.16.2-py3.12", outcome(status=Status.FAILS))]
    found = where(door(trials), "adapt::mean").variants["releases"]
    assert found.axes == ["Python"]
    assert spans(found) == {"works": "2.16.2 on Python ≤ 3.11", "fails": "2.16.2 on Python ≥ 3.12"}


def test_an_id_of_before_finds_the_row() -> None:
    now = releases(outcome("a::new", aliases=("a::old", "a::older")))
    assert where(door(now), "a::old").scenario == "a::new"
    assert where(door(now), "a::new").aliases == ["a::old", "a::older"]


def test_the_one_observation_of_all_is_told() -> None:
    facts = where(door(releases(outcome(observed=1), outcome(observed=1))), "adapt::mean")
    assert facts.variants["releases"].observations == [("1", "2.5.0 – 2.6.0")]


def test_an_observation_that_all_share_stands_once_whatever_they_are_called() -> None:
    facts = where(door(releases(outcome(observed=1), outcome(status=Status.WRONG, observed=1))), "adapt::mean")
    assert [text for text, _ in facts.variants["releases"].observations] == ["1"]


def test_variants_and_pre_releases_are_told_apart() -> None:
    trials = [
        trial("tf2.16.2-py3.11", outcome(status=Status.HANGS)),
        trial("tf2.16.2-py3.12", outcome()),
        trial("tf2.16.2-py3.12+legacy", outcome(status=Status.FAILS)),
        trial("tf2.17.0rc1-py3.12", outcome(status=Status.CRASHES)),
    ]
    variants = where(door(trials), "adapt::mean").variants
    assert {label: spans(ranges) for label, ranges in variants.items()} == {
        "releases": {"hangs": "2.16.2 on Python ≤ 3.11", "works": "2.16.2 on Python ≥ 3.12"},
        "pre-releases": {"crashes": "2.17.0rc1"},
        "legacy": {"fails": "2.16.2"},
    }


def test_a_scenario_that_a_cell_was_not_asked_is_unknown_there() -> None:
    trials = [trial("tf2.5.0-py3.9", outcome("a::b")), trial("tf2.6.0-py3.9", outcome("a::c"))]
    assert spans(where(door(trials), "a::b").variants["releases"]) == {
        "works": "2.5.0",
        "unknown: not run": "2.6.0",
    }


def rows(*cells: tuple[str, Outcome]) -> list[dict[str, Any]]:
    """The rows of one scenario in some cells."""
    asked = door([trial(cell, said) for cell, said in cells])
    return lookup.filled(asked.of_scenario("adapt::mean"))  # type: ignore[return-value]


LACKING = outcome(status=Status.MISSING, type="ModuleNotFoundError", message="No module named 'tensorflow_addons'")


@pytest.mark.parametrize(
    ("cells", "label"),
    [
        ([("tf2.6.5-py3.9", outcome()), ("tf2.6.5-py3.9+addons", outcome())], "releases"),
        ([("tf2.6.5-py3.9", LACKING), ("tf2.6.5-py3.9+addons", outcome())], "addons"),
        ([("tf2.6.5-py3.9", outcome(status=Status.UNKNOWN)), ("tf2.6.5-py3.9+addons", outcome())], "addons"),
        ([("tf2.6.5-py3.9", outcome(status=Status.FAILS)), ("tf2.6.5-py3.9+addons", outcome())], "releases"),
        ([("tf2.6.5-py3.9", LACKING), ("tf2.6.5-py3.9+addons", LACKING)], "releases"),
        ([("tf2.6.5-py3.9", LACKING), ("tf2.7.0rc1-py3.9", outcome())], "releases"),
        ([("tf2.6.5-py3.9", LACKING), ("tf2.7.4-py3.9", outcome()), ("tf2.6.5-py3.9+addons", outcome())], "releases"),
    ],
)
def test_a_variant_is_shown_where_the_releases_lack_its_package(cells: list[tuple[str, Outcome]], label: str) -> None:
    named, shown = lookup.shown(rows(*cells))
    assert named == label
    assert [row["cell"] for row in shown] == [
        cell for cell, _ in cells if ("+addons" in cell) == (label == "addons") and "rc" not in cell
    ]


def test_a_reader_of_what_is_told_refuses_a_key_that_it_does_not_know() -> None:
    told = lookup.where(door(releases(outcome())), ["adapt::mean"])
    (scenario,) = told.scenarios
    for part in (told, scenario, scenario.variants["releases"]):
        whole = msgspec.to_builtins(part)
        assert msgspec.convert(whole, type(part)) == part
        with pytest.raises(msgspec.ValidationError, match="unknown field `more`"):
            msgspec.convert({**whole, "more": 1}, type(part))
    assert msgspec.to_builtins(told)["schema"] == 1


def test_scenarios_are_named_by_ids_globs_words_and_ids_of_before() -> None:
    mean = outcome("adapt::mean", title="The mean of rows", aliases=("adapt::average",))
    asked = door([trial("tf2.6.0-py3.9", mean, outcome("map::twice", title="Mapped twice"))])
    for text in ("adapt::mean", "adapt::average", "adapt::*", "ROWS mean", "adapt::av*"):
        assert lookup.selected(asked, [text]) == ("adapt::mean",)
        assert where(asked, text).scenario == "adapt::mean"
    assert lookup.selected(asked, ["*"]) == ("adapt::mean", "map::twice")
    assert [facts.scenario for facts in lookup.where(asked, ["map::*", "rows"]).scenarios] == [
        "adapt::mean",
        "map::twice",
    ]


def brute(trials: Sequence[Trial], scenario: str) -> dict[str, tuple[str, str, str]]:
    """The status, harm and word of a scenario in the current trial of each cell, looked up one by one."""
    told = {}
    for of_cell in current_trials(trials):
        asked = {one.scenario: one for one in of_cell.outcomes}
        found = asked.get(scenario) or outcome(
            scenario, Status.UNKNOWN, reason=of_cell.reason or Reason.NOT_RUN, harm=Harm.NONE
        )
        whose = whose_of(found.type, found.message) if found.status is Status.MISSING else ""
        word = words.word(found.status, as_text(found.observed), found.reason or "", whose)
        told[of_cell.subject.cell] = (str(found.status), str(found.harm), word)
    return told


@settings(deadline=None)
@given(made.trials())
def test_where_says_of_each_cell_what_its_current_trial_says(trials: list[Trial]) -> None:
    """Held against the trials themselves: each cell once, and no other cell with an answer in the words of a span."""
    ordered = sorted(trials, key=lambda one: one.subject.started)
    asked = door(ordered)
    for facts in lookup.where(asked, ["*"]).scenarios if asked.scenarios() else ():
        expected = brute(ordered, facts.scenario)
        ranges = facts.variants.values()
        told = [(cell, part.status, part.harm) for one in ranges for part in one.ranges for cell in part.tested]
        assert sorted(told) == sorted((cell, status, harm) for cell, (status, harm, _) in expected.items())
        for one in ranges:
            cells = [cell for part in one.ranges for cell in part.tested]
            for word, span in one.spans.items():
                places = list(parse(span))
                named = {cell for cell in cells if any(place.admits(spot(cell)) for place in places)}
                inside = {cell for cell in cells if expected[cell][2] == word}
                assert named >= inside
                assert all(expected[cell][0] == Status.UNKNOWN for cell in named - inside)


def spot(cell: str) -> Spot:
    """A cell as the ranges of its own variant see it."""
    return Spot(
        cell=cell, tensorflow=release_of(cell), python=cell.split("-py")[1].split("+")[0], keras="", variant="bundled"
    )


def release_of(cell: str) -> str:
    return cell.removeprefix("tf").split("-py")[0]
