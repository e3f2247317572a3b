"""Staging: what is mounted into every cell is there once, whole, readable by all, and named by what it is."""

import importlib.util
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import fakes
from tests.conftest import ROOT
from tfcompat.environments import staging
from tfcompat.errors import DataError
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.process import Completed

FILES = {"cell.py": b"print()\n", "test_adapt.py": b"def test(): ...\n"}


def test_the_files_of_a_suite_are_its_python_files_in_order(tmp_path: Path) -> None:
    for name, content in {**dict(reversed(FILES.items())), "notes.md": b"no"}.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "test_old.py").touch()
    assert list(staging.suite_files(tmp_path).items()) == list(FILES.items())


def test_the_projects_own_suite_has_its_program_and_its_scenarios() -> None:
    assert {"runner/cell.py", "runner/plugin.py", "observe.py", "test_adapt.py"} <= set(
        staging.suite_files(ROOT / "scenarios")
    )


@pytest.mark.parametrize("names", [[], ["cell.py"]])
def test_a_folder_without_scenarios_is_no_suite(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(DataError, match=r"has no scenarios: .*--project"):
        staging.suite_files(tmp_path)


def test_a_suites_hash_is_of_names_and_contents() -> None:
    suites = [
        FILES,
        {**FILES, "cell.py": b"print(1)\n"},
        {"cell2.py": FILES["cell.py"], "test_adapt.py": FILES["test_adapt.py"]},
        {"cell.py": FILES["cell.py"]},
    ]
    assert len({staging.suite_hash(files) for files in suites}) == len(suites)
    assert staging.suite_hash(dict(FILES)) == staging.suite_hash(FILES)


def test_a_staged_suite_is_a_package_under_its_hash(tmp_path: Path) -> None:
    staged = staging.stage_suite(FILES, tmp_path)
    assert staged == tmp_path / "suites" / staging.suite_hash(FILES) / "scenarios"
    assert {path.name: path.read_bytes() for path in staged.iterdir()} == FILES


def test_a_file_may_lie_in_a_folder_of_the_package(tmp_path: Path) -> None:
    staged = staging.stage_suite({**FILES, "grid/read/test_read.py": b"pass\n"}, tmp_path)
    assert (staged / "grid" / "read" / "test_read.py").read_bytes() == b"pass\n"
    assert stat.S_IMODE((staged / "grid" / "read").stat().st_mode) == 0o755


def test_a_suite_is_staged_once_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    staged = staging.stage_suite(FILES, tmp_path)
    before = staged.stat().st_ino
    assert staging.stage_suite(FILES, tmp_path) == staged
    assert staged.stat().st_ino == before
    assert list(staged.parent.parent.iterdir()) == [staged.parent]


def test_another_suite_is_staged_beside_the_first(tmp_path: Path) -> None:
    first = staging.stage_suite(FILES, tmp_path)
    second = staging.stage_suite({**FILES, "cell.py": b"other\n"}, tmp_path)
    assert (first / "cell.py").read_bytes() == FILES["cell.py"]
    assert (second / "cell.py").read_bytes() == b"other\n"


def test_everybody_may_read_what_is_staged(tmp_path: Path) -> None:
    folder = staging.stage_suite(FILES, tmp_path).parent
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert modes == {folder.name: 0o755, "scenarios": 0o755, "cell.py": 0o644, "test_adapt.py": 0o644}


def test_publishing_what_somebody_else_has_published_keeps_theirs(tmp_path: Path) -> None:
    staged, published = tmp_path / "staged", tmp_path / "published"
    for folder in (staged, published):
        folder.mkdir()
        (folder / "file").write_text(folder.name)
    staging.publish(staged, published)
    assert (published / "file").read_text() == "published"
    assert not staged.exists()


def test_publishing_to_where_nothing_can_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "staged").mkdir()
    with pytest.raises(OSError, match="nowhere"):
        staging.publish(tmp_path / "staged", tmp_path / "nowhere" / "published")
    assert (tmp_path / "staged").exists()


def images(folder: Path, requirements: str = "pytest==8.3.5 --hash=sha256:0\n") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "bundle.txt").write_text(requirements)
    return folder


def installs(asked: list[str]) -> Completed:
    """What uv does when it installs into a target."""
    target = Path(asked[asked.index("--target") + 1])
    target.mkdir()
    (target / "pytest.py").touch(mode=0o600)
    return Completed(code=0, output="")


def test_the_bundle_is_installed_from_its_hashes_for_the_oldest_python(tmp_path: Path) -> None:
    uv = fakes.FakeUv(installs)
    bundle = staging.stage_bundle(images(tmp_path / "images"), tmp_path, uv)
    asked = uv.asked[0]
    assert {"--require-hashes", "--no-deps"} <= set(asked)
    assert [asked[asked.index(name) + 1] for name in ("--only-binary", "--python-version", "--requirement")] == [
        ":all:",
        "3.8",
        str(tmp_path / "images" / "bundle.txt"),
    ]
    (compiled,) = bundle.glob("__pycache__/*.pyc")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (bundle, *bundle.rglob("*"))}
    assert modes == {bundle: 0o755, bundle / "pytest.py": 0o644, compiled.parent: 0o755, compiled: 0o644}


def test_the_bundle_is_compiled_for_the_python_that_collects_the_suite(tmp_path: Path) -> None:
    bundle = staging.stage_bundle(images(tmp_path / "images"), tmp_path, fakes.FakeUv(installs))
    assert Path(importlib.util.cache_from_source(str(bundle / "pytest.py"))).exists()


def test_the_bundle_is_installed_once_and_again_where_its_requirements_change(tmp_path: Path) -> None:
    uv = fakes.FakeUv(installs)
    first = staging.stage_bundle(images(tmp_path / "images"), tmp_path, uv)
    assert staging.stage_bundle(images(tmp_path / "images"), tmp_path, uv) == first
    assert len(uv.asked) == 1
    assert staging.stage_bundle(images(tmp_path / "images", "pytest==8.3.4\n"), tmp_path, uv) != first
    assert len(uv.asked) == 2


def test_who_comes_while_the_bundle_is_installed_waits_for_it(tmp_path: Path) -> None:
    def slowly(asked: list[str]) -> Completed:
        time.sleep(0.2)
        return installs(asked)

    uv = fakes.FakeUv(slowly)
    folder = images(tmp_path / "images")
    with ThreadPoolExecutor() as executor:
        bundles = list(executor.map(lambda _: staging.stage_bundle(folder, tmp_path, uv), range(3)))
    assert len(set(bundles)) == 1
    assert len(uv.asked) == 1


def test_a_bundle_that_cannot_be_installed_is_no_answer_and_leaves_no_half(tmp_path: Path) -> None:
    def breaks(asked: list[str]) -> Completed:
        installs(asked)
        return Completed(code=1, output="error: hash mismatch")

    with pytest.raises(NoAnswerError, match="installing the runner bundle failed: error: hash mismatch") as raised:
        staging.stage_bundle(images(tmp_path / "images"), tmp_path, fakes.FakeUv(breaks))
    assert raised.value.reason is Reason.NO_IMAGE
    assert [path for path in (tmp_path / "bundles").iterdir() if path.is_dir()] == []
    assert staging.stage_bundle(tmp_path / "images", tmp_path, fakes.FakeUv(installs)).is_dir()


@pytest.mark.fault(
    "A scenario edits the staged suite",
    group="cell",
    reads="nothing: the next run stages it again",
    code=0,
    kept="everything",
)
def test_a_staged_suite_that_was_edited_is_staged_again(tmp_path: Path) -> None:
    """A scenario in a local environment may write there; the hash would say that what it left is the suite."""
    staged = staging.stage_suite(FILES, tmp_path)
    (staged / "cell.py").write_text("edited\n")
    assert staging.stage_suite(FILES, tmp_path) == staged
    assert (staged / "cell.py").read_bytes() == FILES["cell.py"]
    (staged / "test_more.py").write_text("added\n")
    staging.stage_suite(FILES, tmp_path)
    assert not (staged / "test_more.py").exists()
    for path in staged.glob("*.py"):
        path.unlink()
    staging.stage_suite(FILES, tmp_path)
    assert (staged / "cell.py").read_bytes() == FILES["cell.py"]


def test_a_bundle_that_was_edited_is_installed_again(tmp_path: Path) -> None:
    uv = fakes.FakeUv(installs)
    bundle = staging.stage_bundle(images(tmp_path / "images"), tmp_path, uv)
    compiled_for = bundle.with_suffix(".py3.10")
    compiled_for.touch()
    (source,) = bundle.glob("*.py")
    before = source.read_text()
    source.write_text(before + "edited = True\n")
    assert staging.stage_bundle(tmp_path / "images", tmp_path, uv) == bundle
    assert source.read_text() == before
    assert not compiled_for.exists(), "its byte-code is gone, too"


def test_byte_code_beside_the_bundle_is_no_edit_of_it(tmp_path: Path) -> None:
    bundle = staging.stage_bundle(images(tmp_path / "images"), tmp_path, fakes.FakeUv(installs))
    kept = bundle / "__pycache__" / "kept.cpython-38.pyc"
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(b"code")
    staging.stage_bundle(tmp_path / "images", tmp_path, fakes.FakeUv(installs))
    assert kept.exists()
