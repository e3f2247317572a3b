"""Tests of the tables of repeated runs: each setting has a row, and each measured run what it found."""

from tests.repeat import tables
from tfcompat.commands.measure.repeat.settings import Name


def test_each_setting_has_a_row() -> None:
    rows = list(tables.of_settings())
    assert [row.split(" | ")[0] for row in rows[2:-1]] == [f"| {name}" for name in Name]
    assert rows[2].endswith("| nothing is other than always | yes |")
    assert (
        "| folder | a folder with spaces and letters outside ASCII | no: in a container all paths are fixed |" in rows
    )


def test_a_run_says_what_differed_in_each_setting_but_the_first() -> None:
    row = {"unlike": ["two"], "marked": None}
    document = {
        "cells": ["tf2.9.3-py3.10"],
        "engine": "local",
        "settings": {"one": "", "two": "", "three": ""},
        "compared": 16,
        "differences": [row, {"unlike": ["two", "three"], "marked": {"why": "threads"}}],
        "lacking": [{"setting": "three", "scenarios": 4}],
    }
    assert list(tables.of_run(document)) == [
        "| tf2.9.3-py3.10 (10 rows) | local | two | 1 | 1 | 0 |",
        "| tf2.9.3-py3.10 (10 rows) | local | three | 0 | 1 | 4 |",
    ]
