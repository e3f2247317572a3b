"""Tests of the evidence: what made tables say to made rules, and that a hole is never an answer."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.fakes import outcome, trial
from tfcompat.ask import rules
from tfcompat.ask.evidence import Answer, Cells, Finding, judge
from tfcompat.outcomes import Outcome, Reason, Status
from tfcompat.table import frame as table

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
    return Cells(table.long(trials))


def all_over(statuses: str, scenario: str = S, **facts: Any) -> dict[str, Outcome]:
    """An outcome for each of the five releases, by the first letter of its status; a dot was never asked."""
    letters = {status.value[0]: status for status in Status}
    return {
        release: outcome(scenario, letters[letter], **facts)
        for release, letter in zip(CELLS, statuses, strict=True)
        if letter != "."
    }


def said(row: Mapping[str, Any], found: Cells) -> str:
    """What each release says, a letter each: holds, false, no data, silent."""
    return "".join(answer.name[0] for _, answer in judge(rules.parse(row, "a rule"), found).releases)


def check(**keys: Any) -> dict[str, Any]:
    return {"all": [{"scenario": S, **keys}]}


def test_each_release_answers_by_the_status() -> None:
    assert said(check(), cells(mean=all_over("wdmfc"))) == "HFFFF"


def test_what_is_unknown_or_was_never_asked_is_no_data() -> None:
    assert said(check(), cells(mean=all_over("wu.fw"), other=all_over("wwwww", "adapt::other"))) == "HNNFH"


def test_the_statuses_named_count() -> None:
    assert said(check(status=["missing", "fails"]), cells(mean=all_over("wdmfh"))) == "FFHHF"


def test_an_observation_counts_whether_it_was_documented_or_not() -> None:
    found = cells(mean={**all_over("wdw..", observed=[1.0]), "2.9.3": outcome(S, Status.WORKS, observed=[2.0])})
    assert said(check(observed=[[1.0]]), found) == "HHHF"


def test_one_of_several_observations_is_enough_and_numbers_have_a_tolerance() -> None:
    found = cells(mean=all_over("wwwww", observed=[0.70711]))
    assert said(check(observed=[[5], [0.70710677]]), found) == "HHHHH"
    assert said(check(observed=[[5], [0.71]]), found) == "FFFFF"


def test_false_is_no_zero() -> None:
    assert said(check(observed=[0]), cells(mean=all_over("w....", observed=False))) == "F"


def test_a_status_that_did_not_run_counts_without_an_observation() -> None:
    found = cells(mean={**all_over("wf..."), "2.2.3": outcome(S, observed=[1.0]), "2.6.5": outcome(S, observed=[2.0])})
    assert said(check(status=["works", "fails"], observed=[[1.0]]), found) == "HHF"


def test_a_part_of_an_observation_is_compared() -> None:
    found = cells(
        mean={
            "2.2.3": outcome(S, observed={"own": 1, "other": 2}),
            "2.5.3": outcome(S, observed={"own": 3, "other": 1}),
            "2.6.5": outcome(S, observed={"other": 1}),
            "2.9.3": outcome(S, observed=1),
        }
    )
    assert said(check(part="own", observed=[1]), found) == "HFFF"


def test_an_error_counts_by_its_type() -> None:
    found = cells(
        mean={
            "2.2.3": outcome(S, Status.FAILS, type="TypeError", message="TypeError: no"),
            "2.5.3": outcome(S, Status.FAILS, type="ValueError", message="TypeError: is meant"),
            "2.6.5": outcome(S, Status.WORKS, observed="TypeError"),
            "2.9.3": outcome(S, Status.MISSING, message="TypeError: x"),
        }
    )
    assert said(check(raises="TypeError"), found) == "HFFF"


def test_a_check_is_silent_on_releases_that_it_does_not_speak_of() -> None:
    assert said(check(releases=">=2.6,<2.16"), cells(mean=all_over("wwwfw"))) == "SSHFS"


@pytest.mark.parametrize(("premise", "answers"), [("wwwww", "HHHFF"), ("mwwmw", "SHHSF"), ("uwwuw", "NHHNF")])
def test_a_check_speaks_only_where_its_premise_holds(premise: str, answers: str) -> None:
    found = cells(mean=all_over("wwwff"), other=all_over(premise, "adapt::other"))
    assert said(check(given={"scenario": "adapt::other"}), found) == answers


@pytest.mark.parametrize(
    ("combine", "answers"),
    [("all", "HFNFN"), ("any", "HHHNN")],
)
def test_what_has_no_data_decides_nothing(combine: str, answers: str) -> None:
    found = cells(mean=all_over("wfwfu"), other=all_over("wwuuu", "adapt::other"))
    assert said({combine: [{"scenario": S}, {"scenario": "adapt::other"}]}, found) == answers


def test_checks_of_different_releases_are_combined() -> None:
    row = {
        "all": [
            {"scenario": S, "status": ["missing"], "releases": "<2.5"},
            {"scenario": S, "releases": ">=2.6"},
        ]
    }
    assert said(row, cells(mean=all_over("mmmww"))) == "HSFHH"


def test_a_change_is_seen_in_the_observation_and_in_the_status() -> None:
    row = {"changes": [{"scenario": S}]}
    moved = {**all_over("wwww.", observed="a"), "2.16.2": outcome(S, observed="b")}
    assert said(row, cells(mean=moved)) == "HHHHH"
    assert said(row, cells(mean=all_over("wwwwf"))) == "HHHHH"
    assert said(row, cells(mean=all_over("wwwww", observed=0.70711))) == "FFFFF"
    assert said(row, cells(mean=all_over("wuuuu", observed="a"))) == "NNNNN"


def test_ranges_say_what_was_tested_and_fill_nothing_in() -> None:
    finding = judge(rules.parse(check(), "a rule"), cells(mean=all_over("wwuwf")))
    assert finding.ranges(Answer.HOLDS) == "2.2.3 – 2.5.3, 2.9.3"
    assert (finding.ranges(Answer.NO_DATA), finding.ranges(Answer.FALSE)) == ("2.6.5", "2.16.2")
    assert finding.ranges(Answer.HOLDS, Answer.FALSE) == "2.2.3 – 2.5.3, 2.9.3 – 2.16.2"
    assert finding.ranges(Answer.SILENT) == ""
    assert [finding.says(answer) for answer in Answer] == [True, True, True, False]


def test_nothing_tested_says_nothing() -> None:
    assert Finding(releases=(), evidence=()).ranges(Answer.HOLDS) == ""


def test_the_evidence_is_every_outcome_that_was_looked_at_each_once() -> None:
    found = cells(mean=all_over("wf...", observed=[1.0]), other=all_over("ww...", "adapt::other"))
    row = {"all": [{"scenario": S, "given": {"scenario": "adapt::other"}}, {"scenario": S}]}
    evidence = judge(rules.parse(row, "a rule"), found).evidence
    assert [(one.cell, one.scenario, one.status) for one in evidence] == [
        ("tf2.2.3-py3.8", "adapt::other", Status.WORKS),
        ("tf2.2.3-py3.8", S, Status.WORKS),
        ("tf2.5.3-py3.9", "adapt::other", Status.WORKS),
        ("tf2.5.3-py3.9", S, Status.FAILS),
    ]
    assert json.loads(evidence[1].observed) == [1.0]


def test_the_evidence_leaves_out_what_a_check_does_not_speak_of() -> None:
    found = cells(mean=all_over("wwwww"), other=all_over("mwwww", "adapt::other"))
    row = check(releases="<2.6", given={"scenario": "adapt::other"})
    evidence = judge(rules.parse(row, "a rule"), found).evidence
    assert [(one.cell, one.scenario) for one in evidence] == [
        ("tf2.2.3-py3.8", "adapt::other"),
        ("tf2.5.3-py3.9", "adapt::other"),
        ("tf2.5.3-py3.9", S),
    ]


MANY = [
    trial("tf2.10.0-py3.10", outcome(S, Status.FAILS)),
    trial("tf2.10.1-py3.9", outcome(S, Status.FAILS)),
    trial("tf2.10.1-py3.10", outcome(S)),
    trial("tf2.9.3-py3.10", outcome(S)),
    trial("tf2.9.3-py3.10+addons", outcome(S, Status.MISSING)),
    trial("tf2.11.0rc1-py3.10", outcome(S, Status.FAILS)),
]


def test_only_default_cells_speak() -> None:
    """The last patch of each minor, on its newest Python; no pre-release, and each variant for itself."""
    found = Cells(table.long(MANY))
    assert judge(rules.parse(check(), "a rule"), found).releases == (("2.9.3", Answer.HOLDS), ("2.10.1", Answer.HOLDS))
    addons = rules.parse({**check(), "variants": ["addons"]}, "a rule")
    assert judge(addons, found).releases == (("2.9.3", Answer.FALSE),)
    assert found.variants == ["bundled", "addons"]


def test_the_order_of_the_table_does_not_matter() -> None:
    told = table.long(MANY)
    assert judge(rules.parse(check(), "a rule"), Cells(told[::-1])) == judge(
        rules.parse(check(), "a rule"), Cells(told)
    )


def test_releases_of_several_variants_come_oldest_first() -> None:
    told = [trial(name, outcome(S)) for name in ("tf2.9.0-py3.9", "tf2.9.1-py3.9+addons", "tf2.9.3-py3.9")]
    both = rules.parse({**check(), "variants": ["bundled", "addons"]}, "a rule")
    assert judge(both, Cells(table.long(told))).ranges(Answer.HOLDS) == "2.9.1 – 2.9.3"


def test_a_release_of_several_variants_holds_where_all_of_them_do() -> None:
    both = rules.parse({**check(), "variants": ["bundled", "addons"]}, "a rule")
    assert judge(both, Cells(table.long(MANY))).releases == (("2.9.3", Answer.FALSE), ("2.10.1", Answer.HOLDS))


def test_a_cell_without_any_answer_is_no_data() -> None:
    trials = [trial("tf2.2.3-py3.8", outcome(S)), trial("tf2.5.3-py3.9", reason=Reason.NO_IMAGE)]
    assert said(check(), Cells(table.long(trials))) == "HN"
