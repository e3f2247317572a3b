"""What pages are made from: a table alone is enough, and what rests on a row is found by its id of today."""

from tests.publish.site.made_site import CLAIM, QUESTION, evidence_of, made_trials
from tfcompat.publish.parts.evidence import SiteEvidence
from tfcompat.table.frame import collect

EVIDENCE = evidence_of(collect(made_trials()))


def test_a_table_alone_is_enough() -> None:
    alone = SiteEvidence(table=EVIDENCE.table)
    assert (alone.asked, alone.used, alone.asked_of, alone.claimed_of) == ({}, {}, {}, {})
    assert alone.tried == ["from keras.layers import Normalization"]


def test_what_rests_on_a_row() -> None:
    assert EVIDENCE.asked_of == {"readapt::predict": [QUESTION]}
    assert [verdict.claim for verdict in EVIDENCE.claimed_of["adapt::mean"]] == [CLAIM]
    assert EVIDENCE.used == {"readapt::predict": 1, "adapt::mean": 1, "save::statistics": 1}


def test_an_import_path_has_a_page_of_its_api() -> None:
    path = "api/from-keras.layers-import-Normalization/"
    assert EVIDENCE.page_of("imports::from keras.layers import Normalization") == path
    assert EVIDENCE.page_of("adapt::mean") == "s/adapt/mean/"
    assert EVIDENCE.page_of("no::such") == ""


def test_the_rows_of_a_scenario_are_those_of_releases_as_pip_installs_them() -> None:
    cells = {row["cell"] for row in EVIDENCE.rows("adapt::mean")}
    assert "tf2.15.1-py3.10" in cells
    assert not {"tf2.22.0rc1-py3.11", "tf2.16.2-py3.11+legacy"} & cells
