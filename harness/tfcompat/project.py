"""The paths of a project's files and folders, and of the cache."""

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

#: The checkout that this package is in, where it is run from one.
CHECKOUT = Path(__file__).resolve().parents[2]
#: What an installed package carries of a project: the build puts it there (``setup.py``).
CARRIED = Path(__file__).resolve().parent / "carried"
#: What a clone of the project is known by.
MARK = Path("images", "releases.toml")
#: The address of a site.
ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s?#]*")
#: Where trials and reports go without a clone, in the current folder.
OUTPUT = "tfcompat-reports"


@dataclass(frozen=True, kw_only=True)
class Project:
    """The folders of a project (``root``) and the cache that runs share (``cache``).

    Without a clone ``root`` is what the package carries, which is only read, and ``output`` gets trials and reports.
    """

    root: Path
    cache: Path
    output: Path | None = None

    @property
    def is_carried(self) -> bool:
        """Whether there is no clone, and questions are answered from a snapshot."""
        return self.output is not None

    @property
    def settings(self) -> Path:
        return self.root / "pyproject.toml"

    @property
    def site(self) -> str:
        """The address of the published site, with a slash at its end: ``$TFCOMPAT_SITE``, else ``site`` of ``[tool.tfcompat]``.

        Empty where neither is the address of a site.
        """
        said = os.environ.get("TFCOMPAT_SITE") or setting(self.settings, "site")
        return f"{said.rstrip('/')}/" if ADDRESS.fullmatch(said) else ""

    @property
    def releases(self) -> Path:
        return self.root / MARK

    @property
    def variants(self) -> Path:
        return self.root / "images" / "variants.toml"

    @property
    def pythons(self) -> Path:
        return self.root / "images" / "pythons.toml"

    @property
    def vulnerabilities(self) -> Path:
        return self.root / "images" / "vulnerabilities.toml"

    @property
    def built(self) -> Path:
        return self.root / "images" / "built.toml"

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
    def marks(self) -> Path:
        return self.statements / "repeat.toml"

    @property
    def claims(self) -> Path:
        return self.statements / "claims.toml"

    @property
    def questions(self) -> Path:
        return self.statements / "answers.toml"

    @property
    def findings(self) -> Path:
        return self.root / "docs" / "findings" / "findings.toml"

    @property
    def answers(self) -> Path:
        return self.root / "docs" / "answers.md"

    @property
    def reports(self) -> Path:
        return self.output or self.root / "reports"

    @property
    def trials(self) -> Path:
        return self.reports / "trials"

    @property
    def grid(self) -> Path:
        return self.reports / "grid"

    @property
    def grid_table(self) -> Path:
        """The save/load grid that questions are answered from."""
        return self.root / "reports" / "grid.csv"

    @property
    def snapshot(self) -> Path:
        """What the package carries of the evidence, or will carry."""
        return self.root / "reports" / "snapshot"


def setting(path: Path, name: str) -> str:
    """A setting of ``[tool.tfcompat]`` in a ``pyproject.toml``; empty where that is not said."""
    import tomllib  # which no other question needs

    with suppress(OSError, ValueError):
        return str(tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("tfcompat", {}).get(name, ""))
    return ""


def find(root: str | None, cache: str | None) -> Project:
    """The project that is named, else the clone that the current folder is in, else the checkout that this package is in.

    Where there is none of them, it is what the package carries.
    """
    known = Path(cache).resolve() if cache else default_cache()
    folder = Path(root).resolve() if root else clone_around(Path.cwd()) or (CHECKOUT if is_clone(CHECKOUT) else None)
    if folder is None:
        return Project(root=CARRIED, cache=known, output=Path.cwd() / OUTPUT)
    return Project(root=folder, cache=known)


def clone_around(here: Path) -> Path | None:
    """The nearest clone that a folder is in, itself included."""
    return next((folder for folder in (here, *here.parents) if is_clone(folder)), None)


def is_clone(folder: Path) -> bool:
    return folder != CARRIED and (folder / MARK).exists()


def code_elsewhere(project: Project) -> Path | None:
    """The clone whose code is running, where that is another one than the project."""
    return CHECKOUT if is_clone(CHECKOUT) and project.root != CHECKOUT else None


def default_cache() -> Path:
    """``$XDG_CACHE_HOME/tfcompat``, by default ``~/.cache/tfcompat``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tfcompat"
