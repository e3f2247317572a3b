"""The table of what people type: each query finds its page among the first three, as the terminal finds it."""

import csv
from collections.abc import Mapping

import pytest

from tests.conftest import ROOT
from tfcompat import project
from tfcompat.door.opened import door_of
from tfcompat.exchange import errors
from tfcompat.questions.search import corpus, texts
from tfcompat.questions.search.index import SearchIndex, index_of
from tfcompat.questions.search.pasted import read
from tfcompat.questions.search.query import query
from tfcompat.questions.search.ranking import ranked

#: How far down a page may be.
FIRST = 3
with (ROOT / "tests" / "questions" / "search" / "queries.csv").open(encoding="utf-8", newline="") as file:
    TABLE = list(csv.DictReader(file))


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    checkout = project.find(str(ROOT), None)
    beside = texts.read(checkout.questions, checkout.suite, checkout.findings, errors.read(checkout.grid_table))
    return index_of(corpus.documents(door_of(checkout), beside))


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len({row["query"] for row in TABLE}) >= 40


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["query"][:60])
def test_a_query_finds_its_page(row: Mapping[str, str], index: SearchIndex) -> None:
    found = [hit.document.page for hit in ranked(index, query(read(row["query"])))]
    assert row["page"] in found[:FIRST]


def test_the_error_of_the_project_is_answered_first(index: SearchIndex) -> None:
    found = ranked(index, query(read(TABLE[0]["query"])))
    assert found[0].document.page == "api/tf.keras.layers.Normalization/"


def test_each_document_has_a_page_of_its_own(index: SearchIndex) -> None:
    pages = [document.page.casefold() for document in index.documents]
    assert len(pages) == len(set(pages))
