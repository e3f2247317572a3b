"""Tests of groups: releases that do the same are one range, what differs is another, and what is not known is neither."""

from dataclasses import replace

import msgspec
import pytest

from tests.foreign.made import hole, ran
from tfcompat.foreign import groups
from tfcompat.foreign.groups import Compared, TryReport
from tfcompat.select.variants import BUNDLED


def wheres(found: TryReport) -> list[tuple[str, str]]:
    return [(group.where, group.stdout) for group in found.groups]


def test_equal_outputs_are_ranges_the_oldest_first() -> None:
    visits = [ran("2.21.0", "stale"), ran("2.4.4", "fresh"), ran("2.6.5", "stale"), ran("2.5.3", "fresh")]
    found = groups.report("s.py", visits)
    assert wheres(found) == [("2.4.4 – 2.5.3", "fresh"), ("2.6.5 – 2.21.0", "stale")]
    assert (found.differs, found.fails, found.unknown) == (True, False, [])


def test_noise_makes_no_group_and_is_counted() -> None:
    log = "2021-01-01 10:00:00.123456: I tensorflow/core/x.cc:12] hi\n"
    found = groups.report("s.py", [ran("2.4.4", "1\n", log), ran("2.6.5", "1")])
    assert (len(found.groups), found.noise) == (1, {"log lines of TensorFlow": 1})
    raw = groups.report("s.py", [ran("2.4.4", "1\n", log), ran("2.6.5", "1")], compared=Compared.RAW)
    assert [group.stderr for group in raw.groups] == [log, ""]
    assert raw.groups[0].cells[0].stderr == log


@pytest.mark.parametrize(
    ("compared", "count"), [(Compared.OUTPUT, 3), (Compared.STDOUT, 2), (Compared.STATUS, 1), (Compared.RAW, 3)]
)
def test_what_has_to_be_equal_can_be_chosen(compared: Compared, count: int) -> None:
    visits = [ran("2.4.4", "1", "a"), ran("2.5.3", "1", "b"), ran("2.6.5", "2", "b")]
    assert len(groups.report("s.py", visits, compared=compared).groups) == count


def test_numbers_may_be_compared_to_some_digits() -> None:
    visits = [ran("2.4.4", "[-0.99999994 2e-9]"), ran("2.6.5", "[-1.0 2.0000001e-9]")]
    plain, loose = groups.report("s.py", visits), groups.report("s.py", visits, digits=5)
    assert (len(plain.groups), plain.close) == (2, True)
    assert (len(loose.groups), loose.close) == (1, False)
    assert not groups.report("s.py", [ran("2.4.4", "1.5"), ran("2.6.5", "2.5")]).close


def test_versions_are_no_numbers() -> None:
    assert groups.rounded("2.15.1 and 1.23456789", 3) == "2.15.1 and 1.23"


def test_a_script_that_fails_is_told_from_one_that_outran_its_time() -> None:
    visits = [
        ran("2.4.4", code=1),
        ran("2.5.3", code=-11),
        ran("2.6.5", code=-9, timed_out=True),
        hole("2.7.4"),
    ]
    found = groups.report("s.py", visits)
    assert [group.ending for group in found.groups] == ["exit status 1", "killed by SIGSEGV", "its time limit"]
    assert [group.succeeded for group in found.groups] == [False, False, False]
    assert found.fails
    assert [(one.cell, one.reason, one.cause) for one in found.unknown] == [
        ("tf2.7.4-py3.9", "no lock", "the distributions")
    ]


def test_a_python_that_decides_is_named() -> None:
    visits = [ran("2.6.5", "a", python="3.8"), ran("2.6.5", "b", python="3.9"), ran("2.7.4", "a", python="3.8")]
    visits.append(ran("2.7.4", "b", python="3.9"))
    found = groups.report("s.py", visits)
    assert [group.where for group in found.groups] == [
        "2.6.5 – 2.7.4 on Python ≤ 3.8",
        "2.6.5 – 2.7.4 on Python ≥ 3.9",
    ]


def test_a_variant_is_named_where_there_are_several() -> None:
    legacy, bundled = ran("2.6.5", "a"), ran("2.6.5", "b")
    variant = replace(BUNDLED, name="legacy")
    legacy = replace(legacy, cell=replace(legacy.cell, variant=variant))
    assert [group.where for group in groups.report("s.py", [legacy, bundled]).groups] == [
        "2.6.5",
        "2.6.5 in the variant legacy",
    ]
    assert [group.where for group in groups.report("s.py", [legacy]).groups] == ["2.6.5"]


def test_it_goes_through_json() -> None:
    found = groups.report("s.py", [ran("2.4.4", "a"), hole("2.6.5")])
    assert msgspec.json.decode(msgspec.json.encode(found), type=TryReport) == found
