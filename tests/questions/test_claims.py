"""Tests of the claims: the file is read strictly, verdicts are computed, and those of this project say what is known."""

import json
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import committed
from tests.conftest import ROOT
from tests.fakes import outcome, trial
from tests.statements import LETTERS
from tfcompat.errors import DataError
from tfcompat.outcomes import Status
from tfcompat.project import Project
from tfcompat.publish import report
from tfcompat.questions import claims, datafile
from tfcompat.questions.claims import Claim, ClaimsFile, Verdict, VerdictKind
from tfcompat.questions.evidence import Truth, cells_of, judge
from tfcompat.run.workshop import Workshop
from tfcompat.suite import catalogue
from tfcompat.table.frame import Table, collect

S = "adapt::mean"
ROW = {"id": "C1", "document": "page", "text": "It works", "all": [{"scenario": S}]}
UNTESTABLE = {"id": "C1", "document": "page", "text": "It works", "untestable": "why"}
RELEASES = ("tf2.2.3-py3.8", "tf2.6.5-py3.9", "tf2.9.3-py3.10")


def document(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"documents": {"page": "a page", "talk": "a talk"}, "claims": list(rows)}


def parsed(content: dict[str, Any]) -> Sequence[Claim]:
    """The claims of a file's content."""
    return claims.claims_of(datafile.parse(content, ClaimsFile, "claims.toml"), "claims.toml")


def claim(**keys: Any) -> Claim:
    (claim,) = parsed(document({**ROW, **keys}))
    return claim


def table(statuses: str, **facts: Any) -> Table:
    cells = zip(RELEASES, statuses, strict=True)
    return collect([trial(cell, outcome(S, LETTERS[letter], **facts)) for cell, letter in cells])


def verdict(statuses: str, **keys: Any) -> Verdict:
    (verdict,) = claims.judged(table(statuses), [claim(**keys)])
    return verdict


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ("www", "holds everywhere"),
        ("fww", "false on 2.2.3; holds on 2.6.5 – 2.9.3"),
        ("wfw", "false on 2.6.5; holds on 2.2.3, 2.9.3"),
        ("fmd", "false everywhere"),
        ("uww", "holds everywhere"),
        ("ufu", "false everywhere"),
        ("ufw", "false on 2.6.5; holds on 2.9.3"),
        ("uuu", "not testable: no answer on 2.2.3 – 2.9.3"),
    ],
)
def test_the_verdict_is_what_the_releases_say(statuses: str, words: str) -> None:
    assert verdict(statuses).words == words


def test_what_has_no_answer_is_left_out_and_said() -> None:
    partly = verdict("ufw")
    assert (partly.kind, partly.ranges, partly.false_on, partly.no_answer_on) == (
        VerdictKind.PARTLY,
        "2.9.3",
        "2.6.5",
        "2.2.3",
    )


def test_a_verdict_names_the_python_that_decides() -> None:
    cells = {"tf2.16.2-py3.11": Status.WORKS, "tf2.16.2-py3.12": Status.FAILS, "tf2.17.1-py3.12": Status.FAILS}
    trials = [trial(cell, outcome(S, status)) for cell, status in cells.items()]
    (verdict,) = claims.judged(collect(trials), [claim()])
    assert verdict.words == "false on 2.16.2 – 2.17.1 on Python ≥ 3.12; holds on 2.16.2 on Python ≤ 3.11"


def test_a_claim_that_speaks_of_some_releases_is_judged_on_these() -> None:
    since = verdict("fww", all=[{"scenario": S, "releases": ">=2.6"}])
    assert (since.kind, since.words) == (VerdictKind.HOLDS, "holds everywhere that it speaks of: 2.6.5 – 2.9.3")
    assert verdict("fww", all=[{"scenario": S, "releases": "<2.3"}]).words == (
        "false everywhere that it speaks of: 2.2.3"
    )


def test_a_claim_that_no_tested_cell_bears_on_is_not_testable() -> None:
    never = verdict("www", all=[{"scenario": S, "releases": ">=9"}])
    assert never.words == "not testable: none of the cells tested of the variant bundled is one that it speaks of"
    assert verdict("www", variants=["addons"]).words == "not testable: no cell of the variant addons was tested"


def test_an_untestable_claim_says_why() -> None:
    row = {key: value for key, value in ROW.items() if key != "all"}
    (untestable,) = parsed(document({**row, "untestable": "it is a matter of taste", "also": [S]}))
    (verdict,) = claims.judged(table("www"), [untestable])
    assert (verdict.kind, verdict.words, verdict.evidence) == (
        VerdictKind.UNTESTABLE,
        "not testable: it is a matter of taste",
        (),
    )
    assert (untestable.rule, untestable.scenarios) == (None, (S,))


def test_a_verdict_carries_the_outcomes_that_it_rests_on() -> None:
    (verdict,) = claims.judged(table("wuf", observed=[1]), [claim(also=["map::other"])])
    assert [(seen.cell, seen.scenario, seen.status, seen.observed) for seen in verdict.evidence] == [
        (RELEASES[0], S, Status.WORKS, "[1]"),
        (RELEASES[1], S, Status.UNKNOWN, "[1]"),
        (RELEASES[2], S, Status.FAILS, "[1]"),
    ]
    assert verdict.claim.scenarios == (S, "map::other")


def test_a_claim_of_a_scenario_that_does_not_exist_is_refused_naming_both() -> None:
    both = [claim(), claim(id="C2", also=["adapt::men"])]
    claims.require(both, {S, "adapt::men"})
    with pytest.raises(DataError, match="claim C2 names the scenario adapt::men, which does not exist"):
        claims.require(both, {S})


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"claims": []}, "claims.toml lacks documents"),
        ({"documents": {}}, "claims.toml lacks claims"),
        ({**document(), "more": 1}, "claims.toml has unknown more"),
        ({"documents": {}, "claims": {}}, "claims.toml: claims is not a list"),
        ({"documents": [], "claims": []}, "claims.toml: documents is not a table"),
        ({"documents": {"page": " "}, "claims": []}, "claims.toml has document page, whose title is not a text"),
        (document({**ROW, "texts": "x"}), "claim C1 in claims.toml has unknown texts"),
        (document({"id": "C1"}), "claim C1 in claims.toml lacks document"),
        (document({"text": "x"}), "item 1 of claims in claims.toml lacks id"),
        (document({**ROW, "id": 1}), "claim 1 in claims.toml: id is not a text"),
        (document({**ROW, "id": 10**5000}), "item 1 of claims in claims.toml: id is not a text"),
        (document({**ROW, "text": " "}), "claim C1 in claims.toml: text is not a text"),
        (document({**ROW, "title": "a page"}), "claim C1 in claims.toml has unknown title"),
        (
            document({**ROW, "document": "book"}),
            "claim C1 in claims.toml: document is 'book', which is not one of page, talk",
        ),
        (document(ROW, {**ROW, "text": "again"}), "two claims C1"),
        (document({**ROW, "untestable": "why"}), "claim C1 in claims.toml has a rule and says that it is untestable"),
        (document({**UNTESTABLE, "variants": ["addons"]}), "has a rule and says that it is untestable"),
        (document({**ROW, "also": "adapt::mean"}), "claim C1 in claims.toml: also is not a list"),
        (document({key: ROW[key] for key in ("id", "document", "text")}), "needs one of all, any, changes"),
        (document({**ROW, "all": [{"scenario": S, "verdict": "holds"}]}), "check adapt::mean has unknown verdict"),
    ],
)
def test_what_is_not_a_claim_is_said(content: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DataError) as refused:
        parsed(content)
    assert complaint in str(refused.value)


@pytest.mark.parametrize("text", ["= 1", None])
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, text: str | None) -> None:
    if text:
        (tmp_path / "claims.toml").write_text(text)
    with pytest.raises(DataError, match="not a list of claims"):
        claims.load(tmp_path / "claims.toml")


def test_the_document_tells_everything_and_equal_outcomes_once() -> None:
    content = claims.document(claims.judged(table("wwf"), [claim(reading="Judged kindly", also=["map::b"])]))
    assert content["documents"] == {"page": "a page"}
    (entry,) = content["claims"]
    assert entry["evidence"] == [
        {"scenario": S, "status": "works", "observed": None, "cells": list(RELEASES[:2])},
        {"scenario": S, "status": "fails", "observed": None, "cells": [RELEASES[2]]},
    ]
    assert (entry["verdict"], entry["ranges"], entry["false_on"]) == (
        "false in places",
        "2.2.3 – 2.6.5",
        "2.9.3",
    )
    assert (entry["id"], entry["text"], entry["reading"], entry["also"]) == (
        "C1",
        "It works",
        "Judged kindly",
        ["map::b"],
    )


def test_the_verdicts_are_a_report_where_there_are_claims(tmp_path: Path) -> None:
    table = collect([trial("tf2.6.5-py3.9", outcome(S, observed="é"))])
    assert tmp_path / "claims.json" not in report.write(table, tmp_path)
    assert not (tmp_path / "claims.json").exists()
    assert tmp_path / "claims.json" in report.write(table, tmp_path, [claim()])
    written = json.loads((tmp_path / "claims.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(claims.document(claims.judged(table, [claim()]))))


@cache
def of_this_project() -> tuple[Sequence[Claim], Table]:
    """The claims of this project, and the table of its trials."""
    return claims.load(ROOT / "statements" / "claims.toml"), committed.table()


def test_the_claims_of_this_project_are_those_of_the_catalogue() -> None:
    known, table = of_this_project()
    assert len(known) == 68
    assert Counter(claim.document for claim in known) == {
        "attribute-error": 15,
        "import-normalization": 12,
        "import-batch-normalization": 7,
        "import-layer-normalization": 8,
        "layer-page": 26,
    }
    assert [verdict.claim.id for verdict in claims.judged(table, known)] == [claim.id for claim in known]


@pytest.mark.local
def test_every_scenario_that_a_claim_names_is_in_the_suite(tmp_path: Path) -> None:
    program = Workshop(project=Project(root=ROOT, cache=tmp_path), engine_name="local").program
    claims.require(of_this_project()[0], {facts.id for facts in catalogue.scenarios(program)})


@pytest.mark.parametrize(
    ("name", "holding", "failing"),
    [
        ("C002", {"2.6", "2.21"}, {"2.3", "2.5"}),
        ("C104", {"2.6", "2.21"}, {"2.2", "2.3", "2.5"}),
        ("C411", set(), {"2.2", "2.7", "2.21"}),
        ("C416", {"2.6", "2.21"}, {"2.2", "2.5"}),
        ("C418", {"2.6", "2.21"}, {"2.2", "2.5"}),
        ("C421", {"2.5", "2.15"}, {"2.4", "2.16"}),
        ("C402", {"2.6", "2.15"}, {"2.5", "2.16"}),
    ],
)
def test_verdicts_of_this_project_say_what_people_found(name: str, holding: set[str], failing: set[str]) -> None:
    """By the minors that threads and documents name: read by people, before any rule was written."""
    known, table = of_this_project()
    (rule,) = [claim.rule for claim in known if claim.id == name]
    assert rule is not None
    truths: dict[str, set[Truth]] = {}
    for spot, truth in judge(rule, cells_of(table)).truths:
        truths.setdefault(spot.tensorflow.rsplit(".", 1)[0], set()).add(truth)
    assert {minor for minor in holding | failing if truths[minor] == {Truth.HOLDS}} == holding
    assert {minor for minor in holding | failing if truths[minor] == {Truth.FALSE}} == failing


def test_the_committed_verdicts_are_what_the_committed_trials_give() -> None:
    known, table = of_this_project()
    verdicts = claims.document(claims.judged(table, known))
    text = (ROOT / "reports" / "claims.json").read_text(encoding="utf-8")
    assert text == json.dumps(verdicts, indent=1, ensure_ascii=False) + "\n", "make them again: tfcompat report"
