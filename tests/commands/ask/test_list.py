"""tfcompat list: cells, with their shards, and what cannot be asked."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.command import NEW, OLD, Call
from tests.conftest import ROOT
from tests.fakes import FakeEngine
from tests.trial_files import keep


def test_list_names_the_last_patch_of_every_minor(call: Call) -> None:
    code, said, _ = call("list")
    lines = said.splitlines()
    assert code == 0
    assert lines[0] == "tf2.2.3-py3.8            2021-06-15  locked"
    assert NEW in said
    assert "tf2.16.1-py3.12" not in said


def test_list_says_what_is_not_locked(call: Call) -> None:
    assert call("list", "--tf", "2.16.1", "--python", "3.10") == (0, "tf2.16.1-py3.10          2024-03-09\n", "")


def test_list_for_programs(call: Call) -> None:
    code, said, complained = call("list", "--tf", "2.16", "--json")
    assert (code, complained) == (0, "")
    assert json.loads(said) == [
        {
            "cell": NEW,
            "tensorflow": "2.16.2",
            "channel": "stable",
            "date": "2024-06-28",
            "python": "3.12",
            "variant": "bundled",
            "vulnerabilities": None,
            "locked": True,
        }
    ]


def test_list_says_how_many_vulnerabilities_of_a_release_are_known(call: Call, project_folder: Path) -> None:
    rows = '{ version = "2.16.2", known = ["CVE-2024-1"] }, { version = "2.9.3", known = [] }'
    (project_folder / "images" / "vulnerabilities.toml").write_text(f"vulnerabilities = [{rows}]\n")
    _, said, _ = call("list", "--tf", "2.9,2.15,2.16")
    assert said.splitlines() == [
        f"{OLD}           2022-11-16  locked  0 known vulnerabilities",
        "tf2.15.1-py3.11          2024-03-08  locked",
        f"{NEW}          2024-06-28  locked  1 known vulnerability",
    ]
    assert json.loads(call("list", "--tf", "2.16", "--json")[1])[0]["vulnerabilities"] == ["CVE-2024-1"]


def test_list_tells_what_cannot_be_asked(call: Call) -> None:
    code, said, complained = call("list", "untestable")
    assert (code, complained) == (0, "")
    assert "distribution::tpu  adapt() and calls under TPUStrategy: no machine of ours has a TPU" in said
    rows = json.loads(call("list", "untestable", "--json")[1])
    assert len(rows) == len(said.splitlines())
    assert {tuple(row) for row in rows} == {("id", "title", "reason", "reference")}


def test_the_scenarios_are_those_of_the_suite(call: Call, engine: FakeEngine) -> None:
    assert call("list", "scenarios") == (0, "adapt::mean  Title of adapt::mean\n", "")
    assert json.loads(call("list", "scenarios", "--json")[1])[0]["source"] == "test_adapt.py:7"


@pytest.mark.usefixtures("engine")
def test_scenarios_are_named_as_everywhere(call: Call) -> None:
    assert call("list", "scenarios", "-k", "adapt::*")[:2] == (0, "adapt::mean  Title of adapt::mean\n")
    code, said, complained = call("list", "scenarios", "-k", "adapt::meen")
    assert (code, said) == (2, "")
    assert complained == "tfcompat: no scenario is called 'adapt::meen': did you mean adapt::mean?\n"
    assert call("list", "-k", "mean")[2].startswith("tfcompat: -k names scenarios: write tfcompat list scenarios -k")


def test_the_shards_of_a_selection_are_its_parts(call: Call) -> None:
    whole = call("list", "--tf", "all")[1].splitlines()
    parts = [call("list", "--tf", "all", "--shard", f"{index}/3")[1].splitlines() for index in (1, 2, 3)]
    assert sorted(line for part in parts for line in part) == sorted(whole)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert json.loads(call("list", "--tf", "2.9", "--shard", "2/2", "--json")[1]) == []


def test_a_shard_follows_what_cells_took_when_they_were_measured(call: Call, project_folder: Path) -> None:
    trials = project_folder / "reports" / "trials"
    for cell in (OLD, "tf2.10.1-py3.10", NEW):
        keep(trials, cell, {"adapt::mean": 1.0})
    (slow,) = trials.glob(f"{NEW}/*")
    rewrite(slow, seconds=900.0)
    listed = [call("list", "--tf", "2.9,2.10,2.16", "--shard", f"{index}/2")[1].split() for index in (1, 2)]
    assert [word for word in listed[0] if word.startswith("tf")] == [NEW]
    assert [word for word in listed[1] if word.startswith("tf")] == [OLD, "tf2.10.1-py3.10"]


def rewrite(path: Path, **verdict: Any) -> None:
    """Let a trial's verdict say something else."""
    *lines, last = gzip.decompress(path.read_bytes()).decode().splitlines()
    lines.append(json.dumps({**json.loads(last), **verdict}))
    path.write_bytes(gzip.compress("\n".join(lines).encode()))


@pytest.mark.starts
def test_cells_are_listed_without_pandas() -> None:
    code = (
        "import sys\n"
        "from tfcompat.cli import cli\n"
        "cli.main(['list', '--tf', 'all', '--shard', '1/2'], standalone_mode=False)\n"
        "print(sorted({'pandas', 'pyarrow', 'docker', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
