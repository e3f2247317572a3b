"""The sheet: an answer for every cell, observations told apart, ranges over what is shown."""

from tests.fakes import outcome, subject, trial
from tests.publish.site.made_site import made_trials
from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.publish.site import sheet
from tfcompat.publish.site.sheet import Answer, Sheet
from tfcompat.table.frame import collect


def sheet_of(*trials: Trial) -> Sheet:
    return sheet.make(collect(trials))


def observations(made: Sheet) -> dict[int, str]:
    """What was observed first under each number of the first row, by number."""
    first: dict[int, str] = {}
    for answer in made.rows[0].answers:
        if answer.kind >= 0:
            first.setdefault(answer.kind, answer.observed)
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
    assert [answer.kind for answer in made.rows[0].answers] == [0, 1, 0, -1]
    assert observations(made) == {0: "[1.0]", 1: "[2.0]"}


def test_the_columns_shown_first_have_the_first_letters() -> None:
    made = sheet_of(
        trial("tf2.9.0-py3.9", outcome("a::one", observed="patch")),
        trial("tf2.9.3-py3.9", outcome("a::one", observed="last")),
    )
    assert observations(made) == {0: '"last"', 1: '"patch"'}


def test_ranges_are_over_the_columns_that_are_shown() -> None:
    made = sheet_of(
        trial("tf2.9.0-py3.9", outcome("a::one", Status.FAILS)),
        trial("tf2.9.3-py3.9", outcome("a::one")),
        trial("tf2.10.1-py3.9", outcome("a::one")),
        trial("tf2.11.1-py3.9", outcome("a::one", Status.MISSING)),
        trial("tf2.11.1-py3.9+legacy", outcome("a::one", Status.CRASHES)),
    )
    ranges = [(part.status, part.span, len(part.tested)) for part in made.rows[0].ranges]
    assert ranges == [(Status.WORKS, "2.9.3 – 2.10.1", 2), (Status.MISSING, "2.11.1", 1)]


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
    def answers(*outcomes: Outcome) -> tuple[Answer, ...]:
        """The answers of one row, a column each."""
        trials = [trial(f"tf2.{minor}.0-py3.9", made) for minor, made in enumerate(outcomes)]
        return sheet_of(*trials).rows[0].answers

    answer, likewise, observed, status = answers(
        outcome(observed=[1.0], message="at 0x1"),
        outcome(observed=[1.0], message="at 0x2"),
        outcome(observed=[2.0]),
        outcome(status=Status.WRONG, observed=[1.0]),
    )
    assert answer.agrees_with(likewise)
    assert not answer.agrees_with(observed)
    assert not answer.agrees_with(status)
    no_lock, not_run = answers(
        *(outcome(status=Status.UNKNOWN, reason=reason) for reason in (Reason.NO_LOCK, Reason.NOT_RUN))
    )
    assert not no_lock.agrees_with(not_run)


def test_an_answer_has_the_words_of_its_error_without_the_type() -> None:
    made = sheet_of(trial("tf2.9.3-py3.9", outcome("a::one", Status.FAILS, type="ValueError", message="a shape")))
    answer = made.rows[0].answers[0]
    assert (answer.type, answer.message) == ("ValueError", "a shape")


def test_a_range_has_the_answer_of_its_first_cell() -> None:
    made = sheet_of(
        trial("tf2.9.3-py3.9", outcome("a::one", observed="A")),
        trial("tf2.10.1-py3.9", outcome("a::one", observed="A")),
        trial("tf2.11.1-py3.9", outcome("a::one", Status.WRONG, observed="B")),
    )
    assert [answer.observed for answer in made.rows[0].range_answers] == ['"A"', '"B"']


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
