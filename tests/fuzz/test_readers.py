"""Whatever is read: a value, or an error that says what to do; no other exception, and nothing that takes a second."""

import gzip
import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests import fakes
from tests.conftest import ROOT
from tests.fuzz.strange import TEXTS, VALUES, changed, fuzzed, json_text, with_value
from tfcompat.compare import flaky
from tfcompat.environments import locks
from tfcompat.errors import TfcompatError
from tfcompat.escape import markdown_cell, printable, script_json, xml_text
from tfcompat.index import parts
from tfcompat.index.reader import Reader
from tfcompat.questions import claims
from tfcompat.record.judge import tidy
from tfcompat.record.lines import RecordError, dump_line, parse_line, trial_line, verdict_line
from tfcompat.run import manifest
from tfcompat.scan import sources
from tfcompat.scan.report import used
from tfcompat.select import cells, releases, shard, variants
from tfcompat.trials import nights, published
from tfcompat.trials.store import Store

CELL, NAME = "tf2.9.3-py3.10", "20260102T030405Z-local"
SUBJECT = fakes.subject(CELL)
SCENARIOS = [fakes.scenario_facts("adapt::mean", documented=[1.0]), fakes.scenario_facts("adapt::axis")]
LINES = [
    dump_line(trial_line(SUBJECT)),
    *fakes.spoken(
        SUBJECT, fakes.header_line(*SCENARIOS), fakes.outcome_line(observed=[1.0]), fakes.outcome_line("adapt::axis")
    ),
    dump_line(verdict_line(None, "", 1.0)),
]
RELEASES = "\n".join((ROOT / "images" / "releases.toml").read_text().splitlines()[:3]) + "\n]\n"
VARIANTS = (ROOT / "images" / "variants.toml").read_text()[:3000]
LOCK = (ROOT / "images" / "locks" / "tf2.9.3-py3.10.txt").read_text()[:1500]
PLAN = json.loads(manifest.dump(fakes.manifest(CELL)))


def in_file(read: Callable[[Path], object], text: str, name: str = "file") -> None:
    """Read a text as a file; an error that says what to do is as good as a value."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        with suppress(TfcompatError):
            read(path)


@fuzzed(
    *(with_value(json.loads(line)) for line in LINES), *(changed(line) for line in LINES), VALUES.map(json_text), TEXTS
)
def test_a_line_of_a_record(text: str) -> None:
    read_line(text)


def read_line(text: str) -> None:
    with suppress(RecordError):
        line = parse_line(text)
        assert parse_line(dump_line(line)).kind == line.kind


def read_trial(lines: str) -> None:
    """By the store and by the index, which say the same."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fakes.keep_suite(folder, *SCENARIOS)
        path = folder / CELL / f"{NAME}.jsonl.gz"
        path.parent.mkdir()
        path.write_bytes(gzip.compress(lines.encode("utf-8", "surrogatepass")))
        said = []
        reads: tuple[Callable[[], object], ...] = (
            lambda: Store(folder).trial(path),
            lambda: Reader(folder).add(f"{CELL}/{path.name}", ""),
        )
        for read in reads:
            try:
                read()
                said.append("")
            except TfcompatError as error:
                said.append(str(error))
        assert said[0] == said[1]


@fuzzed(changed("\n".join(LINES) + "\n"), *(with_value(json.loads(line)) for line in LINES))
def test_a_trial(text: str) -> None:
    lines = text if "\n" in text else "\n".join([*LINES[:2], text, *LINES[3:]]) + "\n"
    read_trial(lines)


@fuzzed(with_value(PLAN), changed(json.dumps(PLAN)), TEXTS)
def test_a_manifest(text: str) -> None:
    read_manifest(text)


def read_manifest(text: str) -> None:
    with suppress(RecordError):
        manifest.parse(text)


@fuzzed(changed(RELEASES), TEXTS)
def test_a_list_of_releases(text: str) -> None:
    read_releases(text)


def read_releases(text: str) -> None:
    in_file(releases.load, text)


@fuzzed(changed(VARIANTS), TEXTS)
def test_a_list_of_variants(text: str) -> None:
    read_variants(text)


def read_variants(text: str) -> None:
    in_file(variants.load, text)


@fuzzed(changed(LOCK), TEXTS)
def test_a_lock(text: str) -> None:
    read_lock(text)


def read_lock(text: str) -> None:
    with suppress(TfcompatError):
        locks.parse(text, "the lock")


CLAIMS = (ROOT / "statements" / "claims.toml").read_text()[:2500]


@fuzzed(changed(CLAIMS), TEXTS)
def test_claims(text: str) -> None:
    read_claims(text)


def read_claims(text: str) -> None:
    in_file(claims.load, text)


@fuzzed(VALUES.map(json_text), TEXTS)
def test_what_lies_beside_the_trials(text: str) -> None:
    read_beside(text)


def read_beside(text: str) -> None:
    in_file(flaky.load, text)
    in_file(lambda path: nights.load(path.parent), text, nights.NAME)
    in_file(lambda path: published.load(path.parent), text, published.NAME)


KNOWN = [fakes.release("2.9.3", pythons=["3.10"]), fakes.release("2.16.2"), fakes.release("2.17.0rc1")]


@fuzzed(TEXTS, changed(">=2.6,<2.16"), changed("2.15..2.17,latest"))
def test_a_selection(text: str) -> None:
    read_selection(text)


def read_selection(text: str) -> None:
    with suppress(TfcompatError):
        chosen = releases.select(KNOWN, text)
        cells.cells(chosen, python="all")
    with suppress(TfcompatError):
        cells.cells(KNOWN, python=text)
    with suppress(TfcompatError):
        cells.cells(KNOWN, only=text)
    with suppress(TfcompatError):
        variants.select([], text)
    with suppress(TfcompatError):
        shard.parse(text)


@fuzzed(TEXTS)
def test_a_text_in_any_place(text: str) -> None:
    escape_everywhere(text)


def escape_everywhere(text: str) -> None:
    assert "\x1b" not in printable(text)
    assert len(printable(text)) <= 120
    assert "\n" not in markdown_cell(text)
    assert len(tidy(text)) <= 300
    xml_text(text)
    assert "<" not in script_json(text.encode("utf-8", "replace").decode())


@fuzzed(TEXTS, VALUES.map(json_text))
def test_a_damaged_index(text: str) -> None:
    read_index(text)


def read_index(text: str) -> None:
    def read(path: Path) -> None:
        with suppress(parts.OutdatedError, *parts.DAMAGE):
            parts.read(path.parent, "2026-01", "rules", {})

    in_file(read, text, "trials-2026-01.parquet")


CODE = (ROOT / "tests" / "scan" / "written" / "one_of_each.txt").read_text()
NOTEBOOK = {
    "cells": [{"cell_type": "code", "source": ["%matplotlib inline\n", "import tensorflow as tf\n"]}],
    "nbformat": 4,
}


@fuzzed(changed(CODE), TEXTS)
def test_scanned_code(text: str) -> None:
    read_code(text)


def read_code(text: str) -> None:
    in_file(lambda path: used(sources.read(path)), text, "code.py")


@fuzzed(with_value(NOTEBOOK), changed(json.dumps(NOTEBOOK)), VALUES.map(json_text), TEXTS)
def test_a_scanned_notebook(text: str) -> None:
    read_notebook(text)


def read_notebook(text: str) -> None:
    in_file(lambda path: used(sources.read(path)), text, "code.ipynb")


def test_fuzzing_has_something_to_change() -> None:
    values: list[Any] = [RELEASES, VARIANTS, LOCK, PLAN]
    assert all(values)
    read_trial("\n".join(LINES) + "\n")
