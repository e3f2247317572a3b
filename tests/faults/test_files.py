"""Files that are not what they should be: each command says one sentence and exits with 2; memory and time stay bounded."""

import gzip
import json
import resource
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import trial_files
from tests.command import Call
from tests.conftest import ROOT

CELL = "tf2.9.3-py3.10"
NAME = "20260102T030405Z-local.jsonl.gz"
HUGE = "9" * 5000
DEEP = "[" * 100_000


@pytest.fixture
def project(project_folder: Path) -> Path:
    """A copy of the project's lists and statements, with one trial."""
    trial_files.keep(project_folder / "reports" / "trials", CELL, {"adapt::mean": 1, "adapt::axis": 2})
    return project_folder


def trial(project: Path) -> Path:
    return project / "reports" / "trials" / CELL / NAME


def edited(project: Path, change: Callable[[bytes], bytes]) -> None:
    trial(project).write_bytes(gzip.compress(change(gzip.decompress(trial(project).read_bytes()))))


def observing(value: str) -> Callable[[bytes], bytes]:
    return lambda text: text.replace(b'"observed":1', b'"observed":' + value.encode())


KEPT = "the file; nothing is written"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(
            lambda text: text[:-80],
            "is not a whole trial",
            id="cut",
            marks=pytest.mark.fault(
                "A trial file that was cut",
                group="files",
                reads="FILE is not a whole trial (…): restore it with git checkout, or remove it and run the cell again",
                code=2,
                kept=KEPT,
            ),
        ),
        pytest.param(
            observing("NaN"),
            "is not a whole trial",
            id="NaN",
            marks=pytest.mark.fault(
                "NaN in a trial, which JSON does not have",
                group="files",
                reads="FILE is not a whole trial (JSON is malformed …): restore it with git checkout, …",
                code=2,
                kept=KEPT,
            ),
        ),
        pytest.param(
            observing(f"{DEEP}{']' * 100_000}"),
            "is not a whole trial",
            id="deep",
            marks=pytest.mark.fault(
                "An observation that is nested 100,000 levels deep",
                group="files",
                reads="FILE is not a whole trial (…): restore it with git checkout, …",
                code=2,
                kept=KEPT,
            ),
        ),
        pytest.param(
            lambda text: text.replace(b"adapt", b"\xff\xfe", 1),
            "is not a whole trial",
            id="not UTF-8",
            marks=pytest.mark.fault(
                "A trial that is not UTF-8",
                group="files",
                reads="FILE is not a whole trial ('utf-8' codec …): restore it with git checkout, …",
                code=2,
                kept=KEPT,
            ),
        ),
        pytest.param(
            lambda text: text.replace(b'"kind":"end"', b'"kind":"end","kind":"verdict"'),
            "is not a whole trial",
            id="duplicate keys",
            marks=pytest.mark.fault(
                "A line with one key twice, which makes it another line",
                group="files",
                reads="FILE is not a whole trial (…): restore it with git checkout, …",
                code=2,
                kept=KEPT,
            ),
        ),
        pytest.param(
            lambda text: b"".join(line * (1 + (b'"outcome"' in line)) for line in text.splitlines(keepends=True)),
            "a scenario has two outcomes",
            id="duplicate lines",
            marks=pytest.mark.fault(
                "A trial in which each outcome stands twice",
                group="files",
                reads="FILE is not a whole trial (a scenario has two outcomes): restore it with git checkout, …",
                code=2,
                kept=KEPT,
            ),
        ),
        pytest.param(
            lambda text: text.replace(b'"outcomes":2', b'"outcomes":9'),
            "its end counts 9 outcomes, and it has 2",
            id="senseless",
            marks=pytest.mark.fault(
                "A trial whose lines are each in order and do not fit together: other versions, counts, order, names",
                group="files",
                reads="FILE is not a whole trial (a sentence for each rule, such as: TensorFlow 2.5.0 was imported in a cell "
                "of 2.9.3): restore it with git checkout, …",
                code=2,
                kept=KEPT,
            ),
        ),
    ],
)
def test_a_trial_that_is_none_is_one_sentence(
    project: Path, call: Call, change: Callable[[bytes], bytes], says: str
) -> None:
    edited(project, change)
    code, said, complained = call("report")
    assert (code, said) == (2, "")
    assert f"{NAME} is not a whole trial" in complained
    assert says in complained
    assert "restore it with git checkout, or remove it and run the cell again" in complained
    assert len(complained) < 2000


@pytest.mark.fault(
    "An integer of 5,000 digits in a trial",
    group="files",
    reads="nothing, or one sentence about the file",
    code=0,
    kept="the outcome, or the file",
)
def test_an_integer_of_any_length_ends_in_a_table_or_a_sentence(project: Path, call: Call) -> None:
    edited(project, observing(HUGE))
    code, _, complained = call("report")
    assert code in (0, 2)
    assert "Traceback" not in complained


def test_an_unfinished_end_of_a_packed_file_is_no_trial(project: Path, call: Call) -> None:
    whole = trial(project).read_bytes()
    for damaged in (whole[:-8], whole + b"more", whole + whole, b""):
        trial(project).write_bytes(damaged)
        code, _, complained = call("report")
        assert (code, "is not a whole trial" in complained) == (2, True)


@pytest.mark.starts
@pytest.mark.fault(
    "A trial of 5 MB that unpacks to 5 GB",
    group="files",
    reads="FILE is not a whole trial (it unpacks to more than 150000000 bytes): restore it with git checkout, …",
    code=2,
    kept=KEPT,
)
def test_a_bomb_is_refused_in_bounded_memory(project: Path, fault: dict[str, Any]) -> None:
    packer, zeros = zlib.compressobj(9, wbits=31), bytes(1 << 24)
    with trial(project).open("wb") as file:
        file.write(packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH))
        again = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
        file.write(again * 300)  # 5 GB: after a full flush the same bytes mean the same again
        file.write(packer.flush())
    code = "import sys\nfrom tfcompat.cli import main\nmain()"
    options = ["--project", str(project), "--cache", str(project / "cache"), "report"]
    done = subprocess.run(
        [sys.executable, "-c", code, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30)),
    )
    assert done.returncode == fault["code"], done.stderr
    assert "it unpacks to more than 150000000 bytes" in done.stderr
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert peak < 1_500_000, f"{peak} kB"


def releases(text: str) -> Callable[[Path], None]:
    return in_place("images/releases.toml", text)


def in_place(name: str, text: str) -> Callable[[Path], None]:
    def write(project: Path) -> None:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)

    return write


ROW = '{ version = "2.9.3", date = 2022-05-16, pythons = ["3.10"], megabytes = %s }'
VARIANT = 'variants = [{ name = "x", title = "x", releases = ">=2", requires = ["%s"] }]\n'


@pytest.mark.parametrize(
    ("spoil", "arguments"),
    [
        pytest.param(
            releases(f"releases = [{ROW % HUGE}]\n"),
            ("list",),
            id="releases, a huge integer",
            marks=pytest.mark.fault(
                "A huge integer in the list of releases",
                group="files",
                reads="images/releases.toml is not a list of releases (…): make it with python images/refresh.py --force",
                code=2,
                kept="all files",
            ),
        ),
        pytest.param(
            releases(f"releases = {DEEP}"),
            ("list",),
            id="releases, deep",
            marks=pytest.mark.fault(
                "A list of releases that is nested 100,000 levels deep",
                group="files",
                reads="images/releases.toml is not a list of releases (…): make it with python images/refresh.py --force",
                code=2,
                kept="all files",
            ),
        ),
        pytest.param(
            in_place("images/variants.toml", VARIANT % "a{}"),
            ("list", "--variant", "all"),
            id="variants, an empty placeholder",
            marks=pytest.mark.fault(
                "A variant with the placeholder {}, {0} or {minor.x}",
                group="files",
                reads="images/variants.toml is not a list of variants (… has a placeholder other than {minor}): restore it …",
                code=2,
                kept="all files",
            ),
        ),
        pytest.param(
            in_place("images/variants.toml", VARIANT % "a{0}"), ("list", "--variant", "all"), id="variants, {0}"
        ),
        pytest.param(
            in_place("images/variants.toml", VARIANT % "a{minor.x}"),
            ("list", "--variant", "all"),
            id="variants, {minor.x}",
        ),
        pytest.param(
            in_place("statements/claims.toml", f"claims = [{{ id = {HUGE} }}]\n"),
            ("claims",),
            id="claims, a huge integer",
            marks=pytest.mark.fault(
                "A huge integer in the claims",
                group="files",
                reads="statements/claims.toml is not … : restore it with git checkout",
                code=2,
                kept="all files",
            ),
        ),
        pytest.param(in_place("statements/answers.toml", f"questions = {DEEP}"), ("answers",), id="answers, deep"),
        pytest.param(
            in_place("reports/flaky.json", DEEP),
            ("audit",),
            id="flaky, deep",
            marks=pytest.mark.fault(
                "reports/flaky.json is nested 100,000 levels deep",
                group="files",
                reads="reports/flaky.json is not a list of flaky outcomes (…): restore it with git checkout",
                code=3,
                kept="all files",
            ),
        ),
        pytest.param(
            in_place("reports/nights.jsonl", f"{{'started': {DEEP}"),
            ("gate",),
            id="nights, cut",
            marks=pytest.mark.fault(
                "reports/nights.jsonl is damaged",
                group="files",
                reads="reports/nights.jsonl is damaged (…): restore it with git checkout, or remove the line",
                code=2,
                kept="all files",
            ),
        ),
        pytest.param(
            in_place("reports/published.json", "{"),
            ("gate",),
            id="published, cut",
            marks=pytest.mark.fault(
                "reports/published.json is damaged",
                group="files",
                reads="reports/published.json is damaged (…): restore it with git checkout, or remove it, …",
                code=2,
                kept="all files",
            ),
        ),
    ],
)
def test_a_data_file_that_is_none_is_one_sentence(
    project: Path, call: Call, spoil: Callable[[Path], None], arguments: tuple[str, ...]
) -> None:
    spoil(project)
    code, said, complained = call(*arguments)
    assert code in (2, 3)
    assert "restore it" in said + complained or "make it with" in said + complained
    assert "Traceback" not in said + complained
    assert len(said + complained) < 5000


def test_a_trial_is_json_that_others_read_too(project: Path) -> None:
    for line in gzip.decompress(trial(project).read_bytes()).splitlines():
        assert json.loads(line)["kind"]
