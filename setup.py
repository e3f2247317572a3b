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
        package = Path(self.build_lib, "tfcompat")
        if (
            not self.editable_mode
        ):  # a module that is gone since an earlier build would be shipped, and could hide another
            shutil.rmtree(package, ignore_errors=True)
        super().run()
        if not self.editable_mode:
            carry(package / "carried")


def carry(target: Path) -> None:
    """Copy what is carried into a new folder. Raises where something is missing."""
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
