"""Tests of the headings of columns: releases where they tell the columns apart, else whole cells."""

import pytest

from tfcompat.publish.headings import column_names


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        (["tf2.6.5-py3.9", "tf2.7.4-py3.9"], ["2.6.5", "2.7.4"]),
        (["tf2.6.5-py3.8", "tf2.6.5-py3.9"], ["2.6.5-py3.8", "2.6.5-py3.9"]),
    ],
)
def test_columns_are_named_by_release_where_that_tells_them_apart(cells: list[str], names: list[str]) -> None:
    assert column_names(cells) == names
