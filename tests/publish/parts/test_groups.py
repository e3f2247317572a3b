"""Groups: every group of the suite has a name for readers, and a place in their order."""

from tests.conftest import ROOT
from tfcompat.publish.parts import groups


def test_every_group_of_the_suite_has_a_name() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "scenarios").glob("test_*.py"))
    assert [name for name in groups.NAMES if f"{name}::" not in text and f'"{name}"' not in text] == []
    assert len(set(groups.NAMES.values())) == len(groups.NAMES)


def test_what_is_not_known_comes_last_in_its_own_order() -> None:
    assert groups.in_order(["zebra", "map", "apple", "imports", "map"]) == ["imports", "map", "zebra", "apple"]
    assert groups.name_of("new_group") == "New group"


def test_a_group_is_about_a_layer() -> None:
    assert groups.layer_of("readapt") == "Normalization"
    assert groups.layer_of("layernorm") == "LayerNormalization"
    assert groups.layer_of("imports") == ""
