"""Tests of the evidence: what made tables say to made rules, and that a hole is never an answer."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.fakes import outcome, trial
from tests.statements import LETTERS
from tfcompat.outcomes import Harm, Kind, Outcome, Reason, Status, Trial
from tfcompat.questions import datafile
from tfcompat.questions.evidence import Cells, RuleResult, Truth, cells_of, evidence, heirs, judge
from tfcompat.questions.rules import Rule
from tfcompat.table.frame import collect

S = "adapt::mean"
CELLS = {"2.2.3": "3.8", "2.5.3": "3.9", "2.6.5": "3.9", "2.9.3": "3.10", "2.16.2": "3.12"}


def cells(**outcomes: Mapping[str, Outcome]) -> Cells:
    """Cells by scenario name and release: ``cells(mean={"2.2.3": ...})``; what is not given was never asked."""
    releases = sorted({release for of_one in outcomes.values() for release in of_one})
    trials = [
        trial(
            f"tf{release}-py{CELLS[release]}",
            *(of_one[release] for of_one in outcomes.values() if release in of_one),
        )
        for release in releases
    ]
    return Cells(collect(trials).frame)


def all_over(statuses: str, scenario: str = S, **facts: Any) -> dict[str, Outcome]:
    """An outcome for each of the five releases, by the first letter of its status; a dot was never asked."""
    return {
        release: outcome(scenario, LETTERS[letter], **facts)
        for release, letter in zip(CELLS, statuses, strict=True)
        if letter != "."
    }


def rule(row: Mapping[str, Any]) -> Rule:
    return datafile.parse(row, Rule, "a rule")


def truths(row: Mapping[str, Any], cells: Cells) -> str:
    """What each cell says, a letter each: holds, false, no data, silent."""
    return "".join(truth.name[0] for _, truth in judge(rule(row), cells).truths)


def check(**keys: Any) -> dict[str, Any]:
    return {"all": [{"scenario": S, **keys}]}


def test_each_release_answers_by_the_status() -> None:
    assert truths(check(), cells(mean=all_over("wdmfc"))) == "HFFFF"


def test_what_is_unknown_or_was_never_asked_is_no_data() -> None:
    assert truths(check(), cells(mean=all_over("wu.fw"), other=all_over("wwwww", "adapt::other"))) == "HNNFH"


def test_the_statuses_named_count() -> None:
    assert truths(check(status=["missing", "fails"]), cells(mean=all_over("wdmfh"))) == "FFHHF"


def test_an_observation_counts_whether_it_was_documented_or_not() -> None:
    measured = cells(mean={**all_over("wdw..", observed=[1.0]), "2.9.3": outcome(S, Status.WORKS, observed=[2.0])})
    assert truths(check(observed=[[1.0]]), measured) == "HHHF"


def test_one_of_several_observations_is_enough_and_numbers_have_a_tolerance() -> None:
    measured = cells(mean=all_over("wwwww", observed=[0.70711]))
    assert truths(check(observed=[[5], [0.70710677]]), measured) == "HHHHH"
    assert truths(check(observed=[[5], [0.71]]), measured) == "FFFFF"


def test_false_is_no_zero() -> None:
    assert truths(check(observed=[0]), cells(mean=all_over("w....", observed=False))) == "F"


def test_a_status_that_did_not_run_counts_without_an_observation() -> None:
    measured = cells(
        mean={**all_over("wf..."), "2.2.3": outcome(S, observed=[1.0]), "2.6.5": outcome(S, observed=[2.0])}
    )
    assert truths(check(status=["works", "fails"], observed=[[1.0]]), measured) == "HHF"


def test_a_part_of_an_observation_is_compared() -> None:
    measured = cells(
        mean={
            "2.2.3": outcome(S, observed={"own": 1, "other": 2}),
            "2.5.3": outcome(S, observed={"own": 3, "other": 1}),
            "2.6.5": outcome(S, observed={"other": 1}),
            "2.9.3": outcome(S, observed=1),
        }
    )
    assert truths(check(part="own", observed=[1]), measured) == "HFFF"


def test_an_error_counts_by_its_type() -> None:
    measured = cells(
        mean={
            "2.2.3": outcome(S, Status.FAILS, type="TypeError", message="TypeError: no"),
            "2.5.3": outcome(S, Status.FAILS, type="ValueError", message="TypeError: is meant"),
            "2.6.5": outcome(S, Status.WORKS, observed="TypeError"),
            "2.9.3": outcome(S, Status.MISSING, type="TypeError", message="x"),
        }
    )
    assert truths(check(raises="TypeError"), measured) == "HFFH"
    assert truths(check(raises="TypeError", message="x"), measured) == "FFFH"
    assert truths(check(raises="TypeError", status=["fails"]), measured) == "HFFF"


def test_a_check_is_silent_on_releases_that_it_does_not_speak_of() -> None:
    assert truths(check(releases=">=2.6,<2.16"), cells(mean=all_over("wwwfw"))) == "SSHFS"


@pytest.mark.parametrize(("premise", "answers"), [("wwwww", "HHHFF"), ("mwwmw", "SHHSF"), ("uwwuw", "NHHNF")])
def test_a_check_speaks_only_where_its_premise_holds(premise: str, answers: str) -> None:
    measured = cells(mean=all_over("wwwff"), other=all_over(premise, "adapt::other"))
    assert truths(check(given={"scenario": "adapt::other"}), measured) == answers


@pytest.mark.parametrize(
    ("combine", "answers"),
    [("all", "HFNFN"), ("any", "HHHNN")],
)
def test_what_has_no_data_decides_nothing(combine: str, answers: str) -> None:
    measured = cells(mean=all_over("wfwfu"), other=all_over("wwuuu", "adapt::other"))
    assert truths({combine: [{"scenario": S}, {"scenario": "adapt::other"}]}, measured) == answers


def test_checks_of_different_releases_are_combined() -> None:
    row = {
        "all": [
            {"scenario": S, "status": ["missing"], "releases": "<2.5"},
            {"scenario": S, "releases": ">=2.6"},
        ]
    }
    assert truths(row, cells(mean=all_over("mmmww"))) == "HSFHH"


def test_a_change_is_seen_in_the_observation_and_in_the_status() -> None:
    row = {"changes": [{"scenario": S}]}
    moved = {**all_over("wwww.", observed="a"), "2.16.2": outcome(S, observed="b")}
    assert truths(row, cells(mean=moved)) == "HHHHH"
    assert truths(row, cells(mean=all_over("wwwwf"))) == "HHHHH"
    assert truths(row, cells(mean=all_over("wwwww", observed=0.70711))) == "FFFFF"
    assert truths(row, cells(mean=all_over("wuuuu", observed="a"))) == "NNNNN"
    assert truths(row, cells(mean=all_over("wwuuu", observed="a"))) == "FFFFF", "two are enough to say"
    around = {release: outcome(S, observed=1 + by) for release, by in zip(CELLS, (0, 9e-4, 0, 0, -9e-4), strict=True)}
    assert truths(row, cells(mean=around)) == "FFFFF", "each is held against the first"


def test_ranges_say_what_was_tested_and_fill_nothing_in() -> None:
    result = judge(rule(check()), cells(mean=all_over("wwuwf")))
    assert result.ranges(Truth.HOLDS) == "2.2.3 – 2.5.3, 2.9.3"
    assert (result.ranges(Truth.NO_DATA), result.ranges(Truth.FALSE)) == ("2.6.5", "2.16.2")
    assert result.ranges(Truth.HOLDS, Truth.FALSE) == "2.2.3 – 2.5.3, 2.9.3 – 2.16.2"
    assert result.ranges(Truth.SILENT) == ""
    assert [result.has(truth) for truth in Truth] == [True, True, True, False]


def test_nothing_tested_says_nothing() -> None:
    assert RuleResult(truths=()).ranges(Truth.HOLDS) == ""


def test_the_evidence_is_every_outcome_that_was_looked_at_each_once() -> None:
    measured = cells(mean=all_over("wf...", observed=[1.0]), other=all_over("ww...", "adapt::other"))
    row = {"all": [{"scenario": S, "given": {"scenario": "adapt::other"}}, {"scenario": S}]}
    outcomes = evidence(rule(row), measured)
    assert [(outcome.cell, outcome.scenario, outcome.status) for outcome in outcomes] == [
        ("tf2.2.3-py3.8", "adapt::other", Status.WORKS),
        ("tf2.2.3-py3.8", S, Status.WORKS),
        ("tf2.5.3-py3.9", "adapt::other", Status.WORKS),
        ("tf2.5.3-py3.9", S, Status.FAILS),
    ]
    assert json.loads(outcomes[1].observed) == [1.0]


def test_the_evidence_leaves_out_what_a_check_does_not_speak_of() -> None:
    measured = cells(mean=all_over("wwwww"), other=all_over("mwwww", "adapt::other"))
    row = check(releases="<2.6", given={"scenario": "adapt::other"})
    outcomes = evidence(rule(row), measured)
    assert [(outcome.cell, outcome.scenario) for outcome in outcomes] == [
        ("tf2.2.3-py3.8", "adapt::other"),
        ("tf2.5.3-py3.9", "adapt::other"),
        ("tf2.5.3-py3.9", S),
    ]


def keras(version: str, of: str, status: Status = Status.WORKS) -> Trial:
    """A trial of a cell with a Keras."""
    return trial(of, outcome(S, status), versions={"keras": version})


MANY = [
    trial("tf2.10.0-py3.10", outcome(S, Status.FAILS)),
    trial("tf2.10.1-py3.9", outcome(S, Status.FAILS)),
    trial("tf2.10.1-py3.10", outcome(S)),
    trial("tf2.9.3-py3.10", outcome(S)),
    trial("tf2.9.3-py3.10+addons", outcome(S, Status.MISSING)),
    trial("tf2.11.0rc1-py3.10", outcome(S, Status.FAILS)),
]


def test_every_measured_cell_of_a_stable_release_speaks() -> None:
    """Every patch and Python; no pre-release, and each variant for itself."""
    measured = Cells(collect(MANY).frame)
    bundled = judge(rule(check()), measured)
    assert bundled.cells == {
        "tf2.9.3-py3.10": Truth.HOLDS,
        "tf2.10.0-py3.10": Truth.FALSE,
        "tf2.10.1-py3.9": Truth.FALSE,
        "tf2.10.1-py3.10": Truth.HOLDS,
    }
    assert bundled.ranges(Truth.HOLDS) == "2.9.3, 2.10.1 on Python ≥ 3.10"
    addons = judge(rule({**check(), "variants": ["addons"]}), measured)
    assert addons.ranges(Truth.FALSE) == "2.9.3 in the variant addons"
    assert measured.variants == ["bundled", "addons"]


def test_another_keras_under_a_release_speaks_of_it_and_is_named_where_it_decides() -> None:
    trials = [
        keras("2.15.0", "tf2.15.1-py3.11"),
        keras("3.4.1", "tf2.16.2-py3.12", Status.FAILS),
        keras("3.15.1", "tf2.16.2-py3.12+keras-latest"),
        keras("3.9.0", "tf2.18.1-py3.12"),
        keras("2.18.0", "tf2.18.1-py3.12+legacy", Status.FAILS),
    ]
    result = judge(rule(check()), Cells(collect(trials).frame))
    assert (result.ranges(Truth.HOLDS), result.ranges(Truth.FALSE)) == ("2.15.1, Keras ≥ 3.9", "Keras 3.4")


def test_every_variant_may_be_asked() -> None:
    measured = Cells(collect(MANY).frame)
    everywhere = judge(rule({**check(), "variants": ["all"]}), measured)
    assert everywhere.ranges(Truth.FALSE) == "2.10.0, 2.10.1 on Python ≤ 3.9, 2.9.3 in the variant addons"


def test_a_scenario_is_found_by_an_id_that_it_had() -> None:
    table = collect([trial("tf2.9.3-py3.10", outcome("adapt::new", aliases=(S, "adapt::older")))])
    assert judge(rule(check()), cells_of(table)).cells == {"tf2.9.3-py3.10": Truth.HOLDS}
    assert judge(rule(check()), Cells(table.frame)).cells == {"tf2.9.3-py3.10": Truth.NO_DATA}


def test_an_id_that_went_to_two_scenarios_or_is_still_one_is_nobodys() -> None:
    assert heirs({"a::b": "a::x\na::y z", "a::c": "a::x", "a::y z": ""}.items()) == {}
    assert heirs({"a::b": "a::x\na::y z"}.items()) == {"a::x": "a::b", "a::y z": "a::b"}


def test_harm_decides_where_it_is_named() -> None:
    silent = {**all_over("d....", harm=Harm.SILENT), **{"2.5.3": outcome(S, Status.WRONG, harm=Harm.VISIBLE)}}
    measured = cells(mean={**silent, "2.6.5": outcome(S, Status.FAILS, harm=Harm.LOUD)})
    assert truths(check(harm=["silent"]), measured) == "HFF"
    assert truths(check(harm=["silent", "visible"], status=["wrong"]), measured) == "HHF"


def test_an_answer_is_a_word_that_counts_and_one_of_another_kind_says_nothing() -> None:
    asked = outcome(S, Status.ANSWERED, kind=Kind.QUESTION, observed="stale", harm=Harm.SILENT)
    older = outcome(S, Status.WORKS, observed="stale")
    measured = cells(mean={"2.2.3": asked, "2.5.3": older})
    assert truths(check(observed=["stale"], kind="question"), measured) == "HN"
    assert truths(check(observed=["fresh"]), measured) == "FF"


def test_what_was_answered_before_there_were_kinds_works_and_a_question_never_does() -> None:
    older = outcome(S, Status.ANSWERED, observed=[1])
    asked = outcome(S, Status.ANSWERED, kind=Kind.QUESTION, observed="fresh")
    assert truths(check(), cells(mean={"2.2.3": older, "2.5.3": asked})) == "HF"


def test_the_order_of_the_table_does_not_matter() -> None:
    told = collect(MANY).frame
    assert judge(rule(check()), Cells(told[::-1])) == judge(rule(check()), Cells(told))


def test_several_variants_are_each_named() -> None:
    trials = [trial(name, outcome(S)) for name in ("tf2.9.0-py3.9", "tf2.9.1-py3.9+addons", "tf2.9.3-py3.9")]
    both = rule({**check(), "variants": ["bundled", "addons"]})
    assert judge(both, Cells(collect(trials).frame)).ranges(Truth.HOLDS) == "2.9.0 – 2.9.3, 2.9.1 in the variant addons"


def test_a_cell_without_any_answer_is_no_data_and_is_not_filled_in() -> None:
    trials = [
        trial("tf2.2.3-py3.8", outcome(S)),
        trial("tf2.5.3-py3.9", reason=Reason.NO_IMAGE),
        trial("tf2.6.5-py3.9", outcome(S)),
    ]
    assert truths(check(), Cells(collect(trials).frame)) == "HNH"
    assert judge(rule(check()), Cells(collect(trials).frame)).ranges(Truth.HOLDS) == "2.2.3, 2.6.5"


def test_a_cell_without_an_answer_is_passed_over_where_its_release_has_another() -> None:
    trials = [trial(f"tf{cell}", outcome(S)) for cell in ("2.5.3-py3.9", "2.6.5-py3.9")]
    beside = trial("tf2.5.3-py3.8", reason=Reason.NO_IMAGE)
    assert judge(rule(check()), Cells(collect([beside, *trials]).frame)).ranges(Truth.HOLDS) == "2.5.3 – 2.6.5"
