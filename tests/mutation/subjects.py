"""What is mutated, and which tests have to notice: those of the module's own folder, its own file first."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HARNESS = ROOT / "harness" / "tfcompat"
#: The stages of which a wrong line publishes a wrong cell.
PATTERNS = (
    "outcomes.py",
    "record/*.py",
    "table/*.py",
    "select/naming.py",
    "select/shard.py",
    "compare/*.py",
    "run/merge.py",
    "questions/**/*.py",
    "scan/**/*.py",
)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A module, by its path below harness/tfcompat, such as ``table/ranges.py``."""

    path: str

    @property
    def file(self) -> Path:
        return HARNESS / self.path

    @property
    def module(self) -> str:
        return ".".join(("tfcompat", *Path(self.path).with_suffix("").parts))

    @property
    def source(self) -> str:
        return self.file.read_text(encoding="utf-8")

    @property
    def own_test(self) -> Path:
        """Where the module's own tests are, if it has some: where its folder has no tests, among those above it."""
        path = Path(self.path)
        folder = ROOT / "tests" / path.parent
        while folder != ROOT / "tests" and not any(folder.glob("test_*.py")):
            folder = folder.parent
        return folder / f"test_{path.name}"

    @property
    def tests(self) -> list[Path]:
        """The test files, the module's own first. A module of the ground has only its own; a folder without, those above it."""
        folder = self.own_test.parent
        others = [] if folder == ROOT / "tests" else sorted(folder.glob("test_*.py"))
        own = [self.own_test] if self.own_test.exists() else []
        return own + [path for path in others if path not in own]

    @property
    def digest(self) -> str:
        """A hash over the module and its tests: while it is the same, so are the figures."""
        content = b"\0".join(path.read_bytes() for path in [self.file, *self.tests])
        return hashlib.sha256(content).hexdigest()[:16]


def subjects() -> list[Subject]:
    """All of them, in the order of the patterns."""
    files = [path for pattern in PATTERNS for path in sorted(HARNESS.glob(pattern)) if path.name != "__init__.py"]
    return [Subject(path=path.relative_to(HARNESS).as_posix()) for path in files]
