"""The sheet: an answer for every cell, observations told apart, ranges over what is shown."""

from typing import Any

from tests.fakes import outcome, subject, trial
from tests.publish.site.made_site import made_trials
from tfcompat.outcomes import Documentation, Harm, Kind, Oracle, Outcome, Reason, Status, Trial
from tfcompat.publish.site import sheet
from tfcompat.publish.site.sheet import Answer, Sheet
from tfcompat.table.frame import collect


def sheet_of(*trials: Trial) -> Sheet:
    return sheet.make(collect(trials))


def observations(made: Sheet) -> dict[int, str]:
    """What was observed first under each number of the first row, by number."""
    first: dict[int, str] = {}
    for answer in made.rows[0].answers:
        if answer.variety >= 0:
            first.setdefault(answer.variety, answer.observed)
    return dict(sorted(first.items()))


def test_what_was_not_asked_is_unknown_with_a_reason() -> None:
    made = sheet_of(
        trial("tf2.9.3-py3.9", outcome("a::one")),
        trial("tf2.10.1-py3.9", outcome("a::one"), outcome("a::two")),
        trial("tf2.11.1-py3.9", reason=Reason.NO_LOCK, message="nothing resolves"),
    )
    words = {row.scenario: [answer.word for answer in row.answers] for row in made.rows}
    assert words == {
        "a::one": ["works", "works", "unknown: no lock"],
        "a::two": ["unknown: not run", "works", "unknown: no lock"],
    }


def test_observations_are_one_within_the_tolerance_and_numbered_as_they_are_met() -> None:
    made = sheet_of(
        trial("tf2.9.3-py3.9", outcome("a::one", observed=[1.0])),
        trial("tf2.10.1-py3.9", outcome("a::one", Status.WRONG, observed=[2.0])),
        trial("tf2.11.1-py3.9", outcome("a::one", observed=[1.0000001])),
        trial("tf2.12.1-py3.9", outcome("a::one", Status.FAILS)),
    )
    assert [answer.variety for answer in made.rows[0].answers] == [0, 1, 0, -1]
    assert observations(made) == {0: "[1.0]", 1: "[2.0]"}


def test_the_columns_shown_first_have_the_first_letters() -> None:
    made = sheet_of(
        trial("tf2.9.0-py3.9", outcome("a::one", observed="patch")),
        trial("tf2.9.3-py3.9", outcome("a::one", observed="last")),
    )
    assert observations(made) == {0: '"last"', 1: '"patch"'}


def test_ranges_are_over_all_cells_and_not_only_over_the_columns_that_are_shown() -> None:
    made = sheet_of(
        trial("tf2.9.0-py3.9", outcome("a::one", Status.FAILS)),
        trial("tf2.9.3-py3.9", outcome("a::one")),
        trial("tf2.10.1-py3.9", outcome("a::one")),
        trial("tf2.10.1-py3.10", outcome("a::one", Status.MISSING)),
        trial("tf2.10.1-py3.9+legacy", outcome("a::one", Status.CRASHES)),
    )
    ranges = [(part.status, part.span) for part in made.rows[0].ranges]
    assert ranges == [
        (Status.FAILS, "2.9.0"),
        (Status.WORKS, "2.9.3 – 2.10.1 on Python ≤ 3.9"),
        (Status.MISSING, "2.10.1 on Python ≥ 3.10"),
    ]


def answers_of(*outcomes: Outcome) -> tuple[Answer, ...]:
    """The answers of one row, a column each."""
    return sheet_of(*(trial(f"tf2.{minor}.0-py3.9", made) for minor, made in enumerate(outcomes))).rows[0].answers


def question(word: str, harm: Harm = Harm.NONE, documented: str | None = None, **facts: Any) -> Outcome:
    return outcome(status=Status.ANSWERED, kind=Kind.QUESTION, observed=word, harm=harm, documented=documented, **facts)


def test_a_question_says_its_word_and_a_value_that_is_no_word_does_not() -> None:
    stale, value, fails = answers_of(question("stale", Harm.SILENT), question("x" * 50), outcome(status=Status.FAILS))
    assert (stale.word, stale.says_word) == ("stale", True)
    assert (value.word, value.says_word) == ("answered", False)
    assert (fails.word, fails.says_word) == ("fails", False)


def test_harm_is_as_documented_where_the_documentation_says_what_was_seen() -> None:
    """That a promise's oracle is what is documented is not that its harm is."""
    promise: dict[str, Any] = {
        "kind": Kind.PROMISE,
        "oracle": Oracle.NUMPY,
        "expected": [1.0],
        "documentation": Documentation.AGREES,
    }
    answers = answers_of(
        question("stale", Harm.SILENT, "stale"),
        question("stale", Harm.SILENT),
        question("stale", Harm.SILENT, "fresh"),
        question("fresh", Harm.NONE, "fresh"),
        outcome(status=Status.WRONG, observed=[2.0], documented=[1.0], **promise),
        outcome(status=Status.WRONG, observed=[2.0], documented=[2.00001], **promise),
        outcome(status=Status.FAILS),
    )
    assert [answer.as_documented for answer in answers] == [True, False, False, False, False, True, False]


def test_what_is_documented_since_is_the_same_range_and_another_bar() -> None:
    stale, documented = answers_of(question("stale", Harm.SILENT), question("stale", Harm.SILENT, "stale"))
    assert stale.agrees_with(documented)
    assert not stale.looks_like(documented)


def test_more_harm_and_another_lack_are_another_range() -> None:
    loud, hides = answers_of(*(outcome(status=Status.FAILS, harm=harm) for harm in (Harm.LOUD, Harm.OBSCURE)))
    assert not loud.agrees_with(hides)
    names = ("keras", "keras.layers")
    package, name = answers_of(
        *(
            outcome(status=Status.MISSING, type="ModuleNotFoundError", message=f"No module named '{one}'")
            for one in names
        )
    )
    assert (package.word, name.word) == ("missing: no package", "missing")
    assert not package.agrees_with(name)


def test_a_row_has_the_words_of_its_scenario() -> None:
    made = sheet_of(
        trial("tf2.9.3-py3.9", question("stale", answers={"stale": Harm.SILENT}, aliases=("a::it was", "a::b")))
    )
    (row,) = made.rows
    assert (row.kind, row.oracle, row.harms, row.aliases) == (
        "question",
        "",
        {"stale": "silent"},
        ("a::it was", "a::b"),
    )


def test_earlier_trials_answer_for_their_column() -> None:
    def at(status: Status, started: str) -> Trial:
        return trial(subject("tf2.9.3-py3.9", started=started), outcome("a::one", status))

    old, new = at(Status.FAILS, "2026-01-01T00:00:00Z"), at(Status.WORKS, "2026-01-02T00:00:00Z")
    other = trial("tf2.9.3-py3.9+x", outcome("a::two"))
    earlier = {row.scenario: row.earlier for row in sheet_of(old, new, other).rows}
    assert [answer and answer.status for answer in earlier["a::one"][0]] == [Status.FAILS]
    assert earlier["a::two"] == ((None,), ()), "the old trial was not asked that"


def test_groups_keep_the_order_of_rows() -> None:
    made = sheet_of(trial("tf2.9.3-py3.9", outcome("b::one"), outcome("a::one"), outcome("b::two")))
    assert {group: [row.name for row in rows] for group, rows in made.groups.items()} == {
        "b": ["one", "two"],
        "a": ["one"],
    }


def test_answers_agree_where_status_reason_and_observation_do() -> None:
    answer, likewise, observed, status = answers_of(
        outcome(observed=[1.0], message="at 0x1"),
        outcome(observed=[1.0], message="at 0x2"),
        outcome(observed=[2.0]),
        outcome(status=Status.WRONG, observed=[1.0]),
    )
    assert answer.agrees_with(likewise)
    assert not answer.agrees_with(observed)
    assert not answer.agrees_with(status)
    no_lock, not_run = answers_of(
        *(outcome(status=Status.UNKNOWN, reason=reason) for reason in (Reason.NO_LOCK, Reason.NOT_RUN))
    )
    assert not no_lock.agrees_with(not_run)


def test_an_answer_has_the_words_of_its_error_without_the_type() -> None:
    made = sheet_of(trial("tf2.9.3-py3.9", outcome("a::one", Status.FAILS, type="ValueError", message="a shape")))
    answer = made.rows[0].answers[0]
    assert (answer.type, answer.message) == ("ValueError", "a shape")


def test_the_other_trials_of_a_cell_come_newest_first() -> None:
    starts = ["2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-02T00:00:00Z"]
    made = sheet_of(*(trial(subject("tf2.9.3-py3.9", started=started), outcome("a::one")) for started in starts))
    assert list(made.columns["started"]) == ["2026-01-03T00:00:00Z"]
    assert list(made.others["started"]) == ["2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"]


def test_a_cell_without_other_trials_has_no_history() -> None:
    made = sheet.make(collect(made_trials()))
    assert set(made.others["cell"]) == {"tf2.21.0-py3.11"}
    assert [len(trials) for trials in made.rows[0].earlier if trials] == [1]


def test_a_confirmation_has_the_answers_of_what_it_confirms() -> None:
    """Whether that is the current trial, an earlier one, or not there at all."""

    def run(day: int, status: Status, file: str, *, confirmed: bool = False) -> Trial:
        moment = subject("tf2.9.3-py3.9", started=f"2026-01-0{day}T00:00:00Z")
        return trial(moment, outcome("a::one", status), file=file, confirmed=confirmed)

    old, new = run(1, Status.FAILS, "old"), run(3, Status.WORKS, "new")
    again = [run(2, Status.FAILS, "old", confirmed=True), run(4, Status.WORKS, "new", confirmed=True)]
    for trials, expected in (
        ([old, again[0], new], [Status.FAILS, Status.FAILS]),
        ([old, again[0], new, again[1]], [Status.WORKS, Status.FAILS, Status.FAILS]),
        ([again[0], new], [Status.FAILS]),
    ):
        (row,) = sheet_of(*trials).rows
        assert [answer and answer.status for answer in row.earlier[0]] == expected
        assert [answer.status for answer in row.answers] == [Status.WORKS]
