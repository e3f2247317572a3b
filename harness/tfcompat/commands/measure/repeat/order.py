"""A plugin of pytest that gives the scenarios another order: the reverse one, or one drawn with a seed."""

import random
from typing import Any, List


def pytest_addoption(parser: Any) -> None:
    parser.addoption("--order", default="")


def pytest_collection_modifyitems(config: Any, items: List[Any]) -> None:
    order = config.getoption("--order")
    if order == "reversed":
        items.reverse()
    elif order:
        random.Random(int(order)).shuffle(items)
