"""The manifest: what a run planned is read again as it was written, and nothing else is taken for one."""

import json
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests import fakes
from tfcompat.errors import DataError
from tfcompat.record.lines import SCHEMA, RecordError
from tfcompat.run import manifest
from tfcompat.run.manifest import Manifest

MADE = fakes.manifest("tf2.9.3-py3.10", planned=("tf2.9.3-py3.10", "tf2.10.1-py3.10"), shard="2/4")


def changed(**facts: object) -> str:
    return json.dumps({**json.loads(manifest.dump(MADE)), **facts})


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    path = manifest.write(MADE, tmp_path / "runs")
    assert re.fullmatch(r"20260102T030405Z-local-2of4-[0-9a-f]{8}\.json", path.name)
    assert manifest.files(tmp_path / "runs") == [path]
    assert manifest.read(path) == MADE
    assert sorted((tmp_path / "runs").iterdir()) == [path]


def test_two_runs_of_one_second_have_two_manifests(tmp_path: Path) -> None:
    other = replace(MADE, suite="f" * 16)
    paths = {manifest.write(made, tmp_path) for made in (MADE, MADE, other)}
    assert sorted(paths) == manifest.files(tmp_path)
    assert {manifest.read(path).suite for path in paths} == {MADE.suite, other.suite}


@pytest.mark.fault(
    "A manifest is cut, of another schema, or has other keys",
    group="files",
    reads="FILE is not a whole manifest (…): run that shard again",
    code=2,
    kept="all files; nothing is merged",
)
@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not a JSON object"),
        (changed(schema=SCHEMA + 1), f"schema {SCHEMA + 1}, but this tfcompat reads {SCHEMA}"),
        (changed(schema=True), "schema True, but"),
        (changed(more=1), "unknown more"),
        (changed(suite=float("nan")), "not JSON"),
        (changed(suite="\ud800"), "not JSON"),
        (changed(suite=10**400), "its suite has the wrong type"),
        (changed(cells="tf2.9.3-py3.10"), "its cells has the wrong type"),
        (changed(cells=[1]), "its cells are not words"),
        (changed(planned=[None]), "its cells are not words"),
        (changed(suite=None), "its suite has the wrong type"),
        (changed(cells=["tf2.2.3-py3.8"]), "it has tf2.2.3-py3.8, which the whole run does not plan"),
    ],
)
def test_what_is_not_a_manifest_is_refused_with_why(tmp_path: Path, text: str, wrong: str) -> None:
    path = tmp_path / "damaged.json"
    path.write_text(text)
    with pytest.raises(DataError, match="is not a whole manifest") as refused:
        manifest.read(path)
    assert wrong in str(refused.value)


@pytest.mark.parametrize("key", sorted({"schema", *Manifest.__struct_fields__} - {"reused"}))
def test_every_key_is_needed(key: str) -> None:
    facts = json.loads(manifest.dump(MADE))
    del facts[key]
    with pytest.raises(RecordError, match=f"lacks {key}"):
        manifest.parse(json.dumps(facts))


def test_a_manifest_of_a_run_that_reused_nothing_need_not_say_so() -> None:
    facts = json.loads(manifest.dump(MADE))
    del facts["reused"]
    assert manifest.parse(json.dumps(facts)) == MADE


def test_what_is_reused_is_of_the_share_and_of_the_plan() -> None:
    made = fakes.manifest("tf2.9.3-py3.10", planned=("tf2.9.3-py3.10", "tf2.16.2-py3.12"))
    facts = {**json.loads(manifest.dump(made)), "reused": ["tf2.16.2-py3.12"]}
    assert manifest.parse(json.dumps(facts)).share == ("tf2.9.3-py3.10", "tf2.16.2-py3.12")
    with pytest.raises(RecordError, match=r"it has tf2\.1\.0-py3\.7, which the whole run does not plan"):
        manifest.parse(json.dumps({**facts, "reused": ["tf2.1.0-py3.7"]}))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "damaged.json"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match="is not a whole manifest"):
        manifest.read(path)
