"""The build: beside its modules the package carries what a run and a question need of a clone (``tfcompat/carried``)."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
#: What is carried, below the same paths as in a clone; ``MANIFEST.in`` puts it into the source distribution.
CARRIED = (
    "images",
    "scenarios",
    "statements",
    "docs/findings",
    "reports/snapshot",
    "reports/grid.csv",
    "pyproject.toml",
)


class BuildWithCarried(build_py):
    """Builds the package with what it carries; an editable installation has a clone, and needs nothing of that."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            carry(Path(self.build_lib, "tfcompat", "carried"))


def carry(target: Path) -> None:
    """Copy what is carried into a folder, and nothing that an earlier build left there. Raises where something is missing."""
    shutil.rmtree(target, ignore_errors=True)
    for name in CARRIED:
        source, copy = ROOT / name, target / name
        if not source.exists():
            raise FileNotFoundError(f"{source} is not there: tfcompat report writes what is below reports/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copyfile(source, copy)


if __name__ == "__main__":
    setup(cmdclass={"build_py": BuildWithCarried})
