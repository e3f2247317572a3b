"""What all contestants get: the same cells with their locks, the same scenarios, the same settings of the machine."""

import ast
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from benchmarks.side_by_side import inside
from tfcompat import project
from tfcompat.commands.options import Selection
from tfcompat.environments.engine import CELL_VARIABLES
from tfcompat.select.cells import Cell

ROOT = Path(__file__).resolve().parents[2]
INSIDE = Path(inside.__file__).parent
#: The files of the suite that the four themes, which are compared, import.
HELPERS = tuple(sorted(path.name for path in (ROOT / "scenarios").glob("*.py") if not path.name.startswith("test_")))
#: The file whose first scenario is edited.
EDITED = "test_adapt.py"
#: Settings of a developer's shell that would change how Python or pip work in a contestant. With pip's files, pip
#: would know other indexes than uv; both get the index that the environment names.
LEFT_OUT = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PIP_FIND_LINKS", "VIRTUAL_ENV")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A cell that is compared: its id, its Python as ``X.Y``, and its requirements, of the lock and of pytest."""

    cell: str
    python: str
    requirements: str


def entries(releases: str) -> Sequence[Entry]:
    """The cells of some releases, as ``tfcompat run --tf`` chooses them."""
    here = project.find(str(ROOT), None)
    bundle = (here.images / "bundle.txt").read_text()
    return [
        Entry(
            cell=cell.id,
            python=cell.python,
            requirements=together((here.locks / f"{cell.id}.txt").read_text(), bundle),
        )
        for cell in chosen(releases)
    ]


def chosen(releases: str | None) -> Sequence[Cell]:
    """The cells that ``tfcompat run`` measures of some releases, or by default."""
    return Selection(tf=releases, python=None, variant=None, only=None).cells(project.find(str(ROOT), None))


def together(lock: str, bundle: str) -> str:
    """A lock, and of the runner's own requirements those that it lacks: one environment has each distribution once."""
    locked = {name_of(block) for block in blocks(lock)}
    return "\n".join([lock.rstrip("\n"), *(block for block in blocks(bundle) if name_of(block) not in locked), ""])


def blocks(requirements: str) -> list[str]:
    """The requirements in a file's text, each with its hashes."""
    return [block.rstrip("\n") for block in re.split(r"\n(?=\S)", requirements) if re.match(r"[\w.-]+==", block)]


def name_of(block: str) -> str:
    return canonicalize_name(block.split("==")[0])


def lay_suite(folder: Path, names: Sequence[str]) -> None:
    """Copy files of the suite into a folder ``scenarios``, to edit them there."""
    (folder / "scenarios").mkdir(parents=True)
    for name in names:
        shutil.copy(ROOT / "scenarios" / name, folder / "scenarios" / name)


def lay_runner(folder: Path) -> None:
    """Copy what tfcompat runs a suite with beside it."""
    runner = folder / "scenarios" / "runner"
    shutil.copytree(ROOT / "scenarios" / "runner", runner, ignore=shutil.ignore_patterns("__pycache__"))


def edit(folder: Path, number: int) -> None:
    """Edit the body of one scenario in a copy of the suite."""
    path = folder / "scenarios" / EDITED
    path.write_text(edited((ROOT / "scenarios" / EDITED).read_text(), number))


def edited(source: str, number: int) -> str:
    """A suite's file with one more statement in the body of its first scenario; each number makes another text."""
    tests = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    first = next(node for node in tests if node.name.startswith("test_"))
    lines = source.splitlines(keepends=True)
    lines.insert(first.body[-1].lineno - 1, f"    str({number})\n")
    return "".join(lines)


def settings(folder: Path) -> Mapping[str, str]:
    """The environment of a contestant's commands: this one's, with every cache in ``folder``, and all Pythons on PATH."""
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    caches = {
        "PIP_CACHE_DIR": folder / "caches" / "pip",
        "UV_CACHE_DIR": folder / "caches" / "uv",
        "VIRTUALENV_OVERRIDE_APP_DATA": folder / "caches" / "virtualenv",
        "TFCOMPAT_CACHE": folder / "caches" / "tfcompat",
    }
    paths = {name: str(path) for name, path in caches.items()}
    return {**kept, **CELL_VARIABLES, **paths, "PIP_CONFIG_FILE": os.devnull, "PATH": search_path()}


def search_path() -> str:
    """PATH with the folders of pyenv's Pythons at its end, without its shims, which run only where a version was selected."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders = [folder for folder in os.environ["PATH"].split(os.pathsep) if not folder.endswith("shims")]
    return os.pathsep.join([*folders, *map(str, sorted(pyenv.glob("versions/3.*/bin")))])
