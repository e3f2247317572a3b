"""The paths of a project's files and folders, and of the cache."""

import os
from dataclasses import dataclass
from pathlib import Path

#: The checkout that this package is in, where it is run from one.
CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Project:
    """The folders of a project (``root``) and the cache that runs share (``cache``)."""

    root: Path
    cache: Path

    @property
    def releases(self) -> Path:
        return self.root / "images" / "releases.toml"

    @property
    def variants(self) -> Path:
        return self.root / "images" / "variants.toml"

    @property
    def pythons(self) -> Path:
        return self.root / "images" / "pythons.toml"

    @property
    def images(self) -> Path:
        return self.root / "images"

    @property
    def locks(self) -> Path:
        return self.root / "images" / "locks"

    @property
    def suite(self) -> Path:
        return self.root / "scenarios"

    @property
    def statements(self) -> Path:
        return self.root / "statements"

    @property
    def untestable(self) -> Path:
        return self.statements / "untestable.toml"

    @property
    def claims(self) -> Path:
        return self.statements / "claims.toml"

    @property
    def questions(self) -> Path:
        return self.statements / "answers.toml"

    @property
    def answers(self) -> Path:
        return self.root / "docs" / "answers.md"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def trials(self) -> Path:
        return self.root / "reports" / "trials"

    @property
    def grid(self) -> Path:
        return self.root / "reports" / "grid"


def find(root: str | None, cache: str | None) -> Project:
    """The project that is named, else the one in the current folder, else the checkout that this package is in."""
    here = Path.cwd()
    folder = Path(root) if root else here if (here / "images" / "releases.toml").exists() else CHECKOUT
    return Project(root=folder.resolve(), cache=Path(cache).resolve() if cache else default_cache())


def default_cache() -> Path:
    """``$XDG_CACHE_HOME/tfcompat``, by default ``~/.cache/tfcompat``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tfcompat"
