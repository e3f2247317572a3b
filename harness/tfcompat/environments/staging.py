"""What is mounted into every cell: the suite as it is now, and the runner bundle, each found by its hash."""

import compileall
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tfcompat import locking
from tfcompat.environments.uv import Uv, check
from tfcompat.errors import DataError
from tfcompat.files import fingerprint, hash_of, naming
from tfcompat.outcomes import Reason

#: The oldest Python of the matrix: a bundle made for it is pure Python and works on the later ones.
OLDEST_PYTHON = "3.8"
INSTALL_LIMIT = 600.0


def suite_files(suite: Path) -> Mapping[str, bytes]:
    """The Python files of the suite and of its runner by name, sorted. Raises DataError where there are none."""
    paths = sorted([*suite.glob("*.py"), *(suite / "runner").glob("*.py")])
    files = {path.relative_to(suite).as_posix(): path.read_bytes() for path in paths}
    if not any(name.startswith("test_") for name in files):
        raise DataError(
            f"{suite} has no scenarios: run tfcompat in a checkout of the project, or name one with --project"
        )
    return files


def suite_hash(files: Mapping[str, bytes]) -> str:
    """The hash of a suite: of the names and contents of its files."""
    return hash_of(*(part for name, content in files.items() for part in (name, content)))


def stage_suite(files: Mapping[str, bytes], cache: Path) -> Path:
    """Copy a suite into the cache under its hash, so that editing it does not change a run under way.

    The last part of the path is the package's name; a file's name may lead through folders of it. A copy that a scenario
    has edited is made again.
    """
    name = suite_hash(files)
    destination = cache / "suites" / name
    if destination.exists() and not is_suite(destination / "scenarios", name):
        shutil.rmtree(destination)
    if not destination.exists():
        destination.parent.mkdir(parents=True, exist_ok=True)
        with naming(destination), tempfile.TemporaryDirectory(dir=destination.parent) as folder:
            staged = Path(folder, "staged")
            for name, content in files.items():
                path = staged / "scenarios" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            publish(staged, destination)
    return destination / "scenarios"


def is_suite(folder: Path, name: str) -> bool:
    """Whether the files of a staged suite are those that its name is the hash of."""
    try:
        return suite_hash(suite_files(folder)) == name
    except DataError:
        return False


def stage_bundle(images: Path, cache: Path, uv: Uv) -> Path:
    """Install the runner bundle from its hashes into the cache, once, and again where a scenario has edited it.

    Raises NoAnswerError where that fails.
    """
    requirements = images / "bundle.txt"
    destination = cache / "bundles" / hash_of(requirements.read_bytes())
    destination.parent.mkdir(parents=True, exist_ok=True)
    seal = destination.with_suffix(".seal")
    with locking.holding(destination.with_suffix(".lock")):
        if destination.exists() and not (seal.exists() and seal.read_text() == fingerprint(destination)):
            shutil.rmtree(destination)
            for done in destination.parent.glob(f"{destination.name}.py*"):  # says that byte-code is there
                done.unlink()
        if not destination.exists():
            with naming(destination), tempfile.TemporaryDirectory(dir=destination.parent) as folder:
                bundle = Path(folder, "staged")
                install_bundle(requirements, bundle, uv)
                publish(bundle, destination)
                seal.write_text(fingerprint(destination))
    return destination


def install_bundle(requirements: Path, bundle: Path, uv: Uv) -> None:
    arguments: list[str | Path] = ["pip", "install", "--quiet", "--target", bundle, "--require-hashes", "--no-deps"]
    arguments += ["--only-binary", ":all:", "--python-version", OLDEST_PYTHON, "--requirement", requirements]
    check(uv(arguments, INSTALL_LIMIT), "installing the runner bundle", Reason.NO_IMAGE)
    compileall.compile_dir(bundle, quiet=2)  # for this Python, which collects the suite


def publish(staged: Path, destination: Path) -> None:
    """Let everybody read a folder, since containers run as nobody, and move it to its destination, whole."""
    for path in (staged, *staged.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    try:
        staged.rename(destination)
    except OSError:  # somebody else was faster, with the same content
        if not destination.exists():
            raise
        shutil.rmtree(staged)
