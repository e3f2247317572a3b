"""Tests of the plugin that gives the scenarios another order."""

from dataclasses import dataclass

from tfcompat.commands.measure.repeat import order


@dataclass(frozen=True, kw_only=True)
class Config:
    """As pytest's: it knows the option --order."""

    order: str

    def getoption(self, name: str) -> str:
        assert name == "--order"
        return self.order


def ordered(text: str) -> list[str]:
    items = list("abcdefgh")
    order.pytest_collection_modifyitems(Config(order=text), items)
    return items


def test_without_an_order_it_is_the_usual_one() -> None:
    assert ordered("") == list("abcdefgh")


def test_the_reverse_order() -> None:
    assert ordered("reversed") == list("hgfedcba")


def test_a_seed_gives_one_order_of_the_same_items_and_another_seed_another() -> None:
    assert ordered("1") == ordered("1") != ordered("2")
    assert sorted(ordered("1")) == list("abcdefgh")
    assert ordered("1") != ordered("")
