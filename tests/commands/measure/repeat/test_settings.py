"""Tests of the settings of a repeated run: which there are, in which order, and what each changes."""

import pytest

from tfcompat.commands.measure.repeat import settings
from tfcompat.commands.measure.repeat.settings import TURKISH, Name, Place

HERE = Place(is_local=True, locales=frozenset({"C", TURKISH}))
WITHOUT_TURKISH, CONTAINER = Place(is_local=True), Place(is_local=False)


def test_the_first_is_as_always_and_the_second_changes_all_there_is() -> None:
    usual, together = settings.settings(2, 7, HERE)
    assert (usual.name, usual.order, usual.variables, usual.elsewhere) == (Name.USUAL, "", (), False)
    assert usual.words == "nothing is other than always"
    assert together.words == (
        "order of seed 7, LC_ALL=tr_TR.UTF-8, TZ=<+14>-14, TF_ENABLE_ONEDNN_OPTS=1, OPENBLAS_CORETYPE=Sandybridge, "
        "a folder with spaces and letters outside ASCII"
    )


def test_each_of_the_others_changes_one_thing() -> None:
    every = {setting.name: setting.words for setting in settings.settings(len(Name), 7, HERE)}
    assert list(every) == list(Name)
    assert list(every.values())[2:] == [
        "nothing is other than always",
        "order reversed",
        "LC_ALL=C",
        "LC_ALL=tr_TR.UTF-8",
        "TZ=<+14>-14",
        "a folder with spaces and letters outside ASCII",
        "TF_ENABLE_ONEDNN_OPTS=0, OPENBLAS_CORETYPE=Nehalem",
    ]


def test_after_the_named_ones_come_orders_of_other_seeds() -> None:
    *_, ninth, tenth = settings.settings(len(Name) + 2, 7, HERE)
    assert [(ninth.name, ninth.order), (tenth.name, tenth.order)] == [
        ("order of seed 8", "8"),
        ("order of seed 9", "9"),
    ]


@pytest.mark.parametrize(
    ("place", "left_out"), [(WITHOUT_TURKISH, {Name.TURKISH}), (CONTAINER, {Name.TURKISH, Name.FOLDER}), (HERE, set())]
)
def test_what_a_place_cannot_have_is_left_out_and_said(place: Place, left_out: set[Name]) -> None:
    names = {setting.name for setting in settings.settings(len(Name), 7, place)}
    assert set(settings.left_out(place)) == left_out
    assert names & set(Name) == set(Name) - left_out
    assert len(names) == len(Name), "others take their places"


def test_all_at_once_is_what_the_place_can_have() -> None:
    together = settings.setting(Name.TOGETHER, 7, CONTAINER)
    assert not together.elsewhere
    assert dict(together.variables)["LC_ALL"] == "C"
