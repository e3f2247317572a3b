"""Tests of what a reader is shown of a status: each has its own meaning and colours."""

from tfcompat.outcomes import Status
from tfcompat.publish.statuses import COLOURS, MEANINGS


def test_every_status_has_a_meaning_of_its_own() -> None:
    assert set(MEANINGS) == set(Status)
    assert len(set(MEANINGS.values())) == len(Status)


def test_statuses_differ_in_lightness_and_have_both_colours() -> None:
    assert set(COLOURS) == set(Status)
    for ground in (0, 1):
        assert len({pair[ground] for pair in COLOURS.values()}) == len(Status)
