"""The sheet: an answer for every cell, observations told apart, ranges over what is shown."""

from tests.fakes import outcome, subject, trial
from tfcompat.outcomes import Reason, Status, Trial
from tfcompat.publish.site import sheet
from tfcompat.publish.site.sheet import Sheet
from tfcompat.table import columns


def sheet_of(*trials: Trial) -> Sheet:
    return sheet.make(columns.arrange(trials, trials))


def test_what_was_not_asked_is_unknown_with_a_reason() -> None:
    made = sheet_of(
        trial("tf2.9.3-py3.9", outcome("a::one")),
        trial("tf2.10.1-py3.9", outcome("a::one"), outcome("a::two")),
        trial("tf2.11.1-py3.9", reason=Reason.NO_LOCK, message="nothing resolves"),
    )
    words = {row.facts.scenario: [answer.word for answer in row.answers] for row in made.rows}
    assert words == {
        "a::one": ["works", "works", "unknown: no lock"],
        "a::two": ["unknown: not run", "works", "unknown: no lock"],
    }


def test_observations_are_one_within_the_tolerance_and_numbered_as_they_are_met() -> None:
    made = sheet_of(
        trial("tf2.9.3-py3.9", outcome("a::one", observed=[1.0])),
        trial("tf2.10.1-py3.9", outcome("a::one", Status.DIFFERS, observed=[2.0])),
        trial("tf2.11.1-py3.9", outcome("a::one", observed=[1.0000001])),
        trial("tf2.12.1-py3.9", outcome("a::one", Status.FAILS)),
    )
    assert [answer.kind for answer in made.rows[0].answers] == [0, 1, 0, -1]
    assert made.rows[0].observations == ("[1.0]", "[2.0]")


def test_the_columns_shown_first_have_the_first_letters() -> None:
    made = sheet_of(
        trial("tf2.9.0-py3.9", outcome("a::one", observed="patch")),
        trial("tf2.9.3-py3.9", outcome("a::one", observed="last")),
    )
    assert made.rows[0].observations == ('"last"', '"patch"')


def test_ranges_are_over_the_columns_that_are_shown() -> None:
    made = sheet_of(
        trial("tf2.9.0-py3.9", outcome("a::one", Status.FAILS)),
        trial("tf2.9.3-py3.9", outcome("a::one")),
        trial("tf2.10.1-py3.9", outcome("a::one")),
        trial("tf2.11.1-py3.9", outcome("a::one", Status.MISSING)),
        trial("tf2.11.1-py3.9+legacy", outcome("a::one", Status.CRASHES)),
    )
    found = [(one.status, one.span, len(one.tested)) for one in made.ranges(made.rows[0])]
    assert found == [(Status.WORKS, "2.9.3 – 2.10.1", 2), (Status.MISSING, "2.11.1", 1)]


def test_earlier_trials_answer_for_their_column() -> None:
    def at(status: Status, started: str) -> Trial:
        return trial(subject("tf2.9.3-py3.9", started=started), outcome("a::one", status))

    old, new = at(Status.FAILS, "2026-01-01T00:00:00Z"), at(Status.WORKS, "2026-01-02T00:00:00Z")
    other = trial("tf2.9.3-py3.9+x", outcome("a::two"))
    made = sheet.make(columns.arrange([old, new, other], [new, other]))
    earlier = {row.facts.scenario: row.earlier for row in made.rows}
    assert [one and one.status for one in earlier["a::one"][0]] == [Status.FAILS]
    assert earlier["a::two"] == ((None,), ()), "the old trial was not asked that"


def test_groups_keep_the_order_of_rows() -> None:
    made = sheet_of(trial("tf2.9.3-py3.9", outcome("b::one"), outcome("a::one"), outcome("b::two")))
    assert {group: [row.name for row in rows] for group, rows in made.groups.items()} == {
        "b": ["one", "two"],
        "a": ["one"],
    }


def test_answers_tell_the_same_where_status_reason_and_observation_are() -> None:
    kinds = sheet.Kinds()
    one = sheet.answer(outcome(observed=[1.0], message="at 0x1"), kinds)
    assert one.tells_the_same(sheet.answer(outcome(observed=[1.0], message="at 0x2"), kinds))
    assert not one.tells_the_same(sheet.answer(outcome(observed=[2.0]), kinds))
    assert not one.tells_the_same(sheet.answer(outcome(status=Status.DIFFERS, observed=[1.0]), kinds))
    reasons = [
        sheet.answer(outcome(status=Status.UNKNOWN, reason=one), kinds) for one in (Reason.NO_LOCK, Reason.NOT_RUN)
    ]
    assert not reasons[0].tells_the_same(reasons[1])
