"""The search in JavaScript: its own tests, and that it finds the same pages in the same order as the terminal."""

import csv
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tfcompat import project
from tfcompat.door.opened import door_of
from tfcompat.exchange import errors
from tfcompat.questions.search import corpus, texts
from tfcompat.questions.search.definition import DEFINITION
from tfcompat.questions.search.index import SearchIndex, index_of
from tfcompat.questions.search.pasted import read
from tfcompat.questions.search.query import query
from tfcompat.questions.search.ranking import ranked

NODE = shutil.which("node")
SITE = ROOT / "tests" / "site"
pytestmark = [pytest.mark.starts, pytest.mark.skipif(NODE is None, reason="there is no node; tox run -e page has one")]
#: How far down a page of the table may be.
FIRST = 3
#: What the table does not have: other alphabets, line ends, what a terminal prints, and nothing.
ODD = [
    "Größe “quote” – x…",
    "x\r\ny  \t z",
    "\x1b[31mE   ValueError: Unknown layer: 'Own'. Register 13 of it\x1b[0m\n\ntests/a.py:3: ValueError",
    "标准化 Normalization 失败",
    "a\u202eb __ _x_ tf. .tf 2.16.2 >=2.4,<2.22",
    "KeyError: 'a'\n\nDuring handling of the above exception, another exception occurred:\n\nTypeError: b",
    "from tensorflow.keras.layers import (Dense,\n  Normalization)",
    "",
]


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    checkout = project.find(str(ROOT), None)
    beside = texts.read(checkout.questions, checkout.suite, checkout.findings, errors.read(checkout.grid_table))
    return index_of(corpus.documents(door_of(checkout), beside))


@pytest.fixture(scope="module")
def file(index: SearchIndex, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index as the site has it, apart from what a result shows."""
    path = tmp_path_factory.mktemp("search") / "index.json"
    pages = [{"page": found.page, "counts": found.counts} for found in index.documents]
    path.write_text(
        json.dumps({"definition": DEFINITION.document(), "terms": index.minisearch(), "pages": pages}), encoding="utf-8"
    )
    return path


def node(file: Path, *arguments: str, text: str = "") -> str:
    done = subprocess.run(
        [str(NODE), *arguments],
        input=text,
        capture_output=True,
        text=True,
        env={**os.environ, "TFCOMPAT_INDEX": str(file)},
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_scripts_pass_their_own_tests(file: Path) -> None:
    told = node(file, "--test", "--test-reporter=tap", str(SITE / "query.test.mjs"))
    assert "# fail 0" in told
    assert "# pass 0" not in told


def test_both_searches_find_the_same_in_the_same_order(index: SearchIndex, file: Path) -> None:
    with (ROOT / "tests" / "questions" / "search" / "queries.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    asked = [row["query"] for row in rows] + ODD
    told: list[dict[str, Any]] = json.loads(node(file, str(SITE / "ranks.mjs"), text=json.dumps(asked)))
    for text, found in zip(asked, told, strict=True):
        terms = query(read(text))
        assert found["terms"] == [[term, counts] for term, counts in terms.items()], text
        here = [(hit.document.page, hit.score) for hit in ranked(index, terms)]
        assert [page for page, _ in found["pages"]] == [page for page, _ in here], text
        assert found["close"] == [hit.is_close for hit in ranked(index, terms)], text
        assert [score for _, score in found["pages"]] == pytest.approx([score for _, score in here], rel=1e-6), text
    for row, found in zip(rows, told, strict=False):
        assert row["page"] in [page for page, _ in found["pages"][:FIRST]], row["query"]
