"""Addresses: readable, the same in every run, and safe whatever a cell named its scenarios."""

import re

import pytest

from tfcompat.questions import addresses as address

HOSTILE = ["../../etc::passwd", "a::..", "::", "a::b/../../c", "é::ü", "a::" + "x" * 300, "a::<script>", "a::\ud800"]


def test_an_address_reads_as_the_id_does() -> None:
    assert address.of_scenario("adapt::list_of_numbers") == "s/adapt/list_of_numbers/"
    assert address.of_scenario("imports::from keras.layers import A") == "s/imports/from-keras.layers-import-A/"
    assert address.of_api("tf.keras.layers.Normalization") == "api/tf.keras.layers.Normalization/"
    assert address.of_step("2.15", "2.16") == "upgrade/2.15-2.16/"
    assert address.of_scenario("adapt") == "s/adapt/adapt/"


def test_no_id_leads_out_of_the_site() -> None:
    for scenario in HOSTILE:
        assert re.fullmatch(
            r"s/[A-Za-z0-9_-][A-Za-z0-9._-]*/[A-Za-z0-9_-][A-Za-z0-9._-]*/", address.of_scenario(scenario)
        ), scenario


def test_no_two_rows_share_an_address_where_capitals_are_not_told_apart() -> None:
    paths = address.of_scenarios(["a::b c", "a::b-c", "a::B-C", *HOSTILE])
    assert len({path.casefold() for path in paths.values()}) == len(paths)
    assert paths["a::b c"] == "s/a/b-c/", "the first keeps its own"


def test_a_long_name_is_cut_and_stays_itself() -> None:
    one, other = (address.part("x" * 200 + end) for end in "ab")
    assert one != other
    assert address.part("x" * 90) == "x" * 90
    assert address.part("x" * 91) == "x" * 90 + "-87b88e4e", "an address that was published stays"


def test_a_row_among_all_rows_is_named_as_a_browser_writes_it() -> None:
    assert address.of_row("imports::from a import (b*c)") == "rows/#scenario=imports%3A%3Afrom%20a%20import%20(b*c)"


@pytest.mark.parametrize(
    ("path", "attributes"),
    [
        ("from tensorflow.keras.layers import Normalization", "tf.keras.layers.Normalization"),
        ("import tensorflow", "tf"),
        ("import keras.layers.Normalization", "keras.layers.Normalization"),
        ("tf.keras.layers.Normalization", "tf.keras.layers.Normalization"),
        ("tensorflow_addons.layers.X", "tensorflow_addons.layers.X"),
    ],
)
def test_an_import_path_as_attributes(path: str, attributes: str) -> None:
    assert address.attributes(path) == attributes


@pytest.mark.parametrize(
    ("path", "published", "local"),
    [
        ("s/adapt/mean/", "https://x.org/s/adapt/mean/", "reports/site/s/adapt/mean/index.html"),
        ("findings/#lost", "https://x.org/findings/#lost", "reports/site/findings/index.html#lost"),
        ("", "https://x.org/", "reports/site/index.html"),
        ("support.json", "https://x.org/support.json", "reports/site/support.json"),
    ],
)
def test_a_whole_address_is_where_a_page_is_published_else_its_file(path: str, published: str, local: str) -> None:
    assert address.whole(path, "https://x.org/") == published
    assert address.whole(path) == local
