"""What the search ships: MiniSearch as it was made, with its licence, and scripts that name no other host."""

import hashlib

from tests.conftest import ROOT
from tfcompat.publish.discovery.files import ASSETS, STATIC

#: Of the file without its first line, which says what it is.
MINISEARCH = "9e6fdf53fac7045fc44ab468592e723b38c836c7f105e40c994cc7ac7952829a"


def test_minisearch_is_the_file_that_the_document_says_how_to_make() -> None:
    head, code = (ASSETS / "minisearch.js").read_text(encoding="utf-8").split("\n", 1)
    assert "MiniSearch 7.2.0" in head
    assert hashlib.sha256(code.encode()).hexdigest() == MINISEARCH, "docs/discovery.md says how it is made"
    assert "Luca Ongaro" in (ASSETS / "minisearch.LICENSE.txt").read_text(encoding="utf-8")
    assert "minisearch@7.2.0" in (ROOT / "docs" / "discovery.md").read_text(encoding="utf-8")


def test_the_scripts_of_the_search_name_no_other_host() -> None:
    for name in STATIC:
        if name in ("search.js", "query.js"):
            assert "http" not in (ASSETS / name).read_text(encoding="utf-8")
