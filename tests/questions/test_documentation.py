"""Tests of what the documentation says wrongly: found from the outcomes alone, with the places where it is so."""

import pytest

from tests.fakes import outcome, trial
from tfcompat.outcomes import Documentation, Kind, Oracle, Outcome, Status
from tfcompat.questions import documentation
from tfcompat.questions.documentation import DocumentationError
from tfcompat.table.frame import collect

S = "numerics::mean"


def promised(observed: float, documented: float, oracle: Oracle = Oracle.NUMPY) -> Outcome:
    """A promise that was right, and what its documentation says."""
    return outcome(
        S,
        kind=Kind.PROMISE,
        oracle=oracle,
        title="The mean",
        observed=observed,
        expected=observed,
        documented=documented,
        documentation=Documentation.AGREES if observed == documented else Documentation.DISAGREES,
    )


def errors(**outcomes: Outcome) -> list[DocumentationError]:
    """The errors of a table with a cell for each minor, ``v5=…`` for 2.5."""
    trials = [trial(f"tf2.{name.removeprefix('v')}.0-py3.9", said) for name, said in outcomes.items()]
    return list(documentation.wrong(collect(trials)))


def test_an_oracle_that_disagrees_shows_that_the_documentation_is_wrong() -> None:
    found = errors(v5=promised(96, 96), v6=promised(96, 80), v7=promised(96.01, 80), v9=promised(80, 80))
    assert found == [
        DocumentationError(scenario=S, title="The mean", documented="80", right="96", where="2.6.0 – 2.7.0")
    ]


def test_each_thing_that_it_says_wrongly_is_a_line() -> None:
    found = errors(v5=promised(96, 80), v6=promised(96, 70), v7=promised(90, 70))
    assert [(one.documented, one.right, one.where) for one in found] == [
        ("80", "96", "2.5.0"),
        ("70", "96", "2.6.0"),
        ("70", "90", "2.7.0"),
    ]


@pytest.mark.parametrize("oracle", [Oracle.DOCUMENTED, Oracle.SNIPPET, Oracle.REFUSAL])
def test_where_the_documentation_is_the_oracle_it_is_the_release_that_is_wrong(oracle: Oracle) -> None:
    assert errors(v5=promised(96, 80, oracle)) == []


def test_an_answer_that_the_documentation_does_not_give_shows_it_too() -> None:
    stale = outcome(
        S,
        Status.ANSWERED,
        kind=Kind.QUESTION,
        title="Is it fresh?",
        observed="stale",
        documented="fresh",
        documentation=Documentation.DISAGREES,
    )
    (found,) = errors(v5=stale)
    assert (found.documented, found.right, found.where) == ('"fresh"', '"stale"', "2.5.0")


def test_a_python_that_decides_is_named_and_a_variant_too() -> None:
    cells = {
        "tf2.16.2-py3.11": promised(96, 96),
        "tf2.16.2-py3.12": promised(96, 80),
        "tf2.16.2-py3.12+legacy": promised(96, 80),
    }
    (found,) = documentation.wrong(collect(trial(cell, said) for cell, said in cells.items()))
    assert found.where == "2.16.2 on Python ≥ 3.12, 2.16.2 in the variant legacy"


def test_a_cell_without_an_answer_is_passed_over_where_its_release_has_another() -> None:
    cells = {"tf2.5.0-py3.8": outcome(S, Status.UNKNOWN), "tf2.5.0-py3.9": promised(96, 80)}
    cells["tf2.6.0-py3.9"] = promised(96, 80)
    (found,) = documentation.wrong(collect(trial(cell, said) for cell, said in cells.items()))
    assert found.where == "2.5.0 – 2.6.0"
