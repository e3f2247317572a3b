"""Tests of a diff as it is read: a line for what changed and for nothing else, and nothing in it that is obeyed."""

from typing import Any

import msgspec

from tests.compare.tables import outcome_row, side
from tests.fakes import outcome, subject, trial
from tfcompat.compare import changes
from tfcompat.compare.diff import Change, Diff, compare, compare_cells
from tfcompat.outcomes import Harm, Outcome, Reason, Status, Trial

CELL, OTHER = "tf2.6.5-py3.9", "tf2.7.4-py3.9"
HOSTILE = "\x1b[31m</td><script>alert(1)</script> | `x` [a](javascript:b)\n# head\r\x9b2J\u202e"


def diff(before: list[Trial], after: list[Trial], **facts: Any) -> Diff:
    return compare(side(*before, name="old"), side(*after, name="new", **facts))


def lines(found: Diff) -> list[str]:
    return changes.text(found).splitlines()


def two(*outcomes: Outcome) -> list[Trial]:
    return [trial(CELL, *outcomes), trial(OTHER, *outcomes)]


def test_where_nothing_changed_only_the_counts_are_said() -> None:
    assert lines(diff(two(outcome()), two(outcome()))) == ["from old to new", "2 unchanged"]


def test_where_there_is_nothing_it_is_said() -> None:
    assert lines(diff([], [])) == ["from old to new", "nothing to compare"]


def test_every_change_has_its_heading_in_the_order_of_what_matters() -> None:
    before = [
        trial(CELL, *(outcome(f"a::{name}") for name in "abcde"), outcome("a::f", Status.FAILS)),
        trial(OTHER, outcome("a::x")),
    ]
    after = [
        trial(
            CELL,
            outcome("a::a", Status.FAILS, type="ValueError", message="no"),
            outcome("a::b", observed=[1, "é"]),
            outcome("a::c", Status.UNKNOWN, reason=Reason.OUT_OF_MEMORY),
            outcome("a::e"),
            outcome("a::f"),
            outcome("a::g"),
        ),
        trial(OTHER, outcome("a::x")),
    ]
    assert lines(diff(before, after)) == [
        "from old to new",
        "regressed",
        f"  {CELL} a::a: works → fails ValueError: no",
        "improved",
        f"  {CELL} a::f: fails → works",
        "observed something else",
        f'  {CELL} a::b: works → works [1, "é"]',
        "environment only",
        f"  a::c: {CELL}: an answer → unknown (out of memory)",
        "removed",
        f"  a::d: {CELL}",
        "added",
        f"  a::g: {CELL}",
        "why: nothing that is recorded differs, for each change of behaviour",
        "1 regressed, 1 improved, 1 observed something else, 1 environment only, 1 removed, 1 added, 2 unchanged",
    ]


def test_a_cell_that_comes_goes_or_breaks_is_one_line() -> None:
    some = [outcome("a::a"), outcome("a::b")]
    before = [trial(CELL, *some), trial(OTHER, *some)]
    after = [trial(OTHER, reason=Reason.ENGINE_LOST, message="it went"), trial("tf2.8.4-py3.9", *some)]
    assert lines(diff(before, after)) == [
        "from old to new",
        "environment only",
        f"  {OTHER}: the whole cell, 2 scenarios: an answer → unknown (engine lost: it went)",
        "removed",
        f"  {CELL}: the whole cell, 2 scenarios",
        "added",
        "  tf2.8.4-py3.9: the whole cell, 2 scenarios",
        "2 environment only, 2 removed, 2 added",
    ]


def test_a_cell_without_any_scenario_is_said_to_come_and_go() -> None:
    hole = trial(CELL, reason=Reason.NO_LOCK)
    assert lines(diff([], [hole]))[1:3] == ["added", f"  {CELL}: the whole cell, without an answer (no lock)"]
    assert lines(diff([hole], []))[1] == "removed"


def test_a_scenario_that_is_new_everywhere_is_one_line_with_some_of_its_cells() -> None:
    cells = [f"tf2.{minor}.0-py3.9" for minor in range(2, 12)]
    before = [trial(cell, outcome("a::a")) for cell in cells]
    after = [trial(cell, outcome("a::a"), outcome("a::new")) for cell in cells]
    assert lines(diff(before, after)) == [
        "from old to new",
        "added",
        f"  a::new: {', '.join(cells[:6])} and 4 more",
        "10 added, 10 unchanged",
    ]


def test_what_cannot_be_answered_says_why_without_the_type_of_its_error() -> None:
    unknown = outcome("a::a", Status.UNKNOWN, reason=Reason.UNANSWERABLE, type="Unanswerable", message="it needs a GPU")
    found = diff([trial(CELL, outcome("a::a"), outcome("a::b"))], [trial(CELL, unknown, outcome("a::b"))])
    assert lines(found)[2] == f"  a::a: {CELL}: an answer → unknown (not answerable here: it needs a GPU)"


def test_cells_that_lost_their_answers_in_different_ways_say_so() -> None:
    before = [trial(CELL, outcome("a::a"), outcome("a::b"))]
    after = [
        trial(
            CELL,
            outcome("a::a", Status.UNKNOWN, reason=Reason.NOT_RUN),
            outcome("a::b", Status.UNKNOWN, reason=Reason.OUT_OF_MEMORY),
        )
    ]
    assert lines(diff(before, after))[2] == (
        f"  {CELL}: the whole cell, 2 scenarios: 2 different ways, as an answer → unknown (not run)"
    )


def test_environments_that_differ_are_told_though_no_outcome_changed() -> None:
    locks = {"a": {f"d{number:02}": "1" for number in range(20)}, "b": {f"d{number:02}": "2" for number in range(20)}}
    before, after = (trial(subject(CELL, lock=lock), outcome()) for lock in "ab")
    found = compare(side(before, name="old", locks=locks), side(after, name="new"))
    told = ", ".join(f"d{number:02} 1 → 2" for number in range(12))
    assert lines(found)[1:] == ["environments that differ", f"  {CELL}: {told} and 8 more", "1 unchanged"]
    assert f"| {told} and 8 more |" in changes.markdown(found)
    assert not found.differs


def test_keras_comes_before_the_other_distributions() -> None:
    locks = {"a": {"absl": "1", "keras": "1"}, "b": {"absl": "2", "keras": "2"}}
    before, after = (trial(subject(CELL, lock=lock), outcome()) for lock in "ab")
    found = compare(side(before, name="old", locks=locks), side(after, name="new"))
    assert lines(found)[2] == f"  {CELL}: keras 1 → 2, absl 1 → 2"


def test_what_is_flaky_comes_last_and_is_said_to_be() -> None:
    flaky = frozenset({(CELL, "a::a", "2026-01-02T03:04:05Z")})
    before = trial(CELL, outcome("a::a"), outcome("a::b"))
    after = trial(CELL, outcome("a::a", Status.FAILS), outcome("a::b", Status.CRASHES))
    found = diff([before], [after], flaky=flaky)
    assert [line for line in lines(found) if not line.startswith(" ")] == [
        "from old to new",
        "regressed",
        "flaky, so not believed",
        "why: nothing that is recorded differs, for each change of behaviour",
        "1 regressed, 1 flaky",
    ]
    assert "### flaky, so not believed" in changes.markdown(found)
    assert [one.flaky for one in changes.document(found).changes] == [True, False]


def test_of_two_cells_only_the_scenarios_are_named() -> None:
    one, other = trial(CELL, outcome("a::a")), trial(OTHER, outcome("a::a", Status.FAILS))
    found = compare_cells(side(one, other, name="reports"), CELL, OTHER)
    told = lines(found)
    assert told[0] == f"from {CELL} to {OTHER}"
    assert told[2] == "  a::a: works → fails; TensorFlow 2.6.5 → 2.7.4"


def hostile() -> Diff:
    before = trial(
        subject(CELL, suite="1"),
        outcome(f"a::{HOSTILE}", title=HOSTILE),
        outcome(f"b::{HOSTILE}"),
        versions={"keras": "1"},
    )
    after = trial(
        subject(CELL, suite="2"),
        outcome(f"a::{HOSTILE}", Status.FAILS, type="E", message=HOSTILE * 50, title="t"),
        outcome(f"c::{HOSTILE}"),
        outcome(f"d::{HOSTILE}", observed=HOSTILE),
        versions={"keras": HOSTILE},
    )
    return compare(side(before, name=HOSTILE), side(after, name="new"))


def test_hostile_text_is_shown_and_never_obeyed() -> None:
    text = changes.text(hostile())
    assert "alert" in text
    assert all(character.isprintable() for character in text.replace("\n", ""))
    assert max(map(len, text.splitlines())) < 700


def test_hostile_text_adds_nothing_to_the_markdown() -> None:
    text = changes.markdown(hostile())
    assert "alert" in text
    assert "<script" not in text
    assert "[a](" not in text.replace("\\[a\\](", "")
    assert "\n# head" not in text
    rows = [line for line in text.replace("\\|", "").splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {3}


def test_markdown_has_a_table_for_each_change() -> None:
    text = changes.markdown(diff(two(outcome("a::b_c")), two(outcome("a::b_c", Status.FAILS))))
    assert text.splitlines() == [
        "**old → new**: 2 regressed",
        "",
        "### regressed",
        "",
        "| where | what |",
        "| --- | --- |",
        f"| {CELL} a::b\\_c | works → fails; nothing that is recorded differs |",
        f"| {OTHER} a::b\\_c | works → fails; nothing that is recorded differs |",
    ]


def test_the_document_has_every_change_in_full() -> None:
    before = trial(CELL, outcome("a::a", observed=[1]), outcome("a::same"), versions={"keras": "1"})
    after = trial(
        CELL, outcome("a::a", Status.FAILS, type="E", message="no"), outcome("a::same"), versions={"keras": "2"}
    )
    found = msgspec.to_builtins(changes.document(diff([before], [after])))
    assert {key: found[key] for key in ("schema", "before", "after", "changed", "counts")} == {
        "schema": 2,
        "before": "old",
        "after": "new",
        "changed": True,
        "counts": {"regressed": 1, "unchanged": 1},
    }
    keras = [{"axis": "Keras", "what": "Keras", "before": "1", "after": "2"}]
    assert found["changes"] == [
        {
            "cell": CELL,
            "scenario": "a::a",
            "change": "regressed",
            "flaky": False,
            "before": {"status": "works", "harm": "none", "observed": [1], "reason": None, "message": ""},
            "after": {"status": "fails", "harm": "loud", "observed": None, "reason": None, "message": "E: no"},
            "causes": keras,
        }
    ]
    (cell,) = found["cells"]
    assert (cell["cell"], cell["before"]["cell"], cell["causes"]) == (CELL, CELL, keras)


def test_the_document_has_the_length_and_hash_of_a_very_long_observation() -> None:
    before, after = trial(CELL, outcome("a::a", observed={"x": 1})), trial(CELL, outcome("a::a", observed="x" * 5000))
    (change,) = msgspec.to_builtins(changes.document(diff([before], [after])))["changes"]
    assert change["before"]["observed"] == {"x": 1}
    assert change["after"]["observed"].startswith("5002 characters, ")


def test_only_one_change_is_told_without_the_cells_that_come_and_go() -> None:
    before = trial(CELL, outcome("a::a"), outcome("a::b", Status.FAILS), outcome("a::c"), versions={"keras": "1"})
    fails = (outcome(name, Status.FAILS) for name in ("a::a", "a::c"))
    after = trial(CELL, *fails, outcome("a::b"), versions={"keras": "2"})
    flaky = frozenset({(CELL, "a::c", after.subject.started)})
    found = diff([before, trial(OTHER, reason=Reason.NO_LOCK)], [after], flaky=flaky)
    assert len(lines(found)) == 13  # four changes and why, an environment, and the sides and counts around them
    assert lines(found.only(Change.REGRESSED)) == [
        "from old to new",
        "regressed",
        f"  {CELL} a::a: works → fails; Keras 1 → 2",
        "1 regressed",
    ]


def test_the_document_says_which_side_lacks_a_cell_or_an_outcome() -> None:
    found = msgspec.to_builtins(changes.document(diff([], [trial(CELL, outcome("a::a"))])))
    assert (found["cells"][0]["before"], found["changes"][0]["before"]) == (None, None)
    assert found["changes"][0]["change"] == Change.ADDED


def test_an_answer_of_works_has_no_message() -> None:
    assert changes.answer(outcome_row(outcome(message="chatter"))) == "works"
    assert changes.answer(None) == "nothing"
    unknown = outcome(status=Status.UNKNOWN, reason=Reason.NO_LOCK, message="why")
    assert changes.answer(outcome_row(unknown)) == "unknown: no lock: why"


def test_an_answer_is_its_word_and_says_the_harm_that_is_not_plain() -> None:
    stale = outcome(status=Status.ANSWERED, observed="stale", harm=Harm.SILENT)
    assert changes.answer(outcome_row(stale)) == "stale (silent harm)"
    assert changes.answer(outcome_row(outcome(status=Status.ANSWERED, observed="fresh"))) == "fresh"
    wrong = outcome(status=Status.WRONG, observed=["inf"], harm=Harm.VISIBLE)
    assert changes.answer(outcome_row(wrong)) == 'wrong ["inf"] (visible harm)'
    package = outcome(status=Status.MISSING, type="ModuleNotFoundError", message="No module named 'keras'")
    assert changes.answer(outcome_row(package)) == "missing: no package ModuleNotFoundError: No module named 'keras'"


def test_what_is_only_judged_otherwise_is_a_line_a_scenario_with_its_cells() -> None:
    was = outcome("a::a", Status.ANSWERED, observed="stale", harm=Harm.NONE)
    becomes = outcome("a::a", Status.ANSWERED, observed="stale", harm=Harm.SILENT)
    assert lines(diff(two(was, outcome("a::b")), two(becomes, outcome("a::b")))) == [
        "from old to new",
        "judged otherwise",
        f"  a::a: {CELL}, {OTHER}: answered, none harm → answered, silent harm",
        "2 judged otherwise, 2 unchanged",
    ]
