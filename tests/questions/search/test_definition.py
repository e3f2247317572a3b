"""Tests of the definition: what is surer counts more, and both languages read the same of it."""

import re

from tfcompat.questions.search.definition import DEFINITION, FoundKind


def test_of_the_fields_one_that_says_more_by_a_word_counts_more() -> None:
    counts = DEFINITION.fields
    assert counts["path"] == counts["error"] > counts["title"] > counts["id"] > counts["also"] > counts["detail"] > 0


def test_a_page_that_answers_counts_more_than_a_row() -> None:
    assert list(DEFINITION.kinds) == list(FoundKind)
    counts = list(DEFINITION.kinds.values())
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[1] > counts[2] > counts[-1] > 0


def test_what_is_surer_of_a_query_counts_more() -> None:
    assert DEFINITION.lacking > DEFINITION.known > 1 > DEFINITION.named > DEFINITION.stands_for > 0
    assert 1 > DEFINITION.fuzzy > DEFINITION.prefix > 0
    assert 0 < DEFINITION.relevant < 1


def test_a_group_has_its_name_as_javascript_writes_it() -> None:
    made = DEFINITION.document()
    assert len(made["lacks"]) == len(DEFINITION.lacks)
    assert not [pattern for pattern in made["lacks"] if "(?P<" in pattern]
    assert re.findall(r"\(\?<(\w+)>", made["lacks"][0]) == ["module", "name"]
