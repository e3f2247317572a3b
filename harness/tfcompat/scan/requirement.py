"""Requirements: what a project's own pyproject.toml says of TensorFlow."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tfcompat.scan.sources import Note

#: The distributions of TensorFlow: all have the same Python code.
DISTRIBUTIONS = frozenset({"tensorflow", "tensorflow-cpu", "tensorflow-gpu", "tensorflow-intel", "tensorflow-macos"})


@dataclass(frozen=True, kw_only=True)
class Required:
    """A requirement on TensorFlow, as the file ``path`` has it in ``text``."""

    path: str
    text: str
    specifier: SpecifierSet


def required(paths: Iterable[Path]) -> tuple[list[Required], list[Note]]:
    """The requirements on TensorFlow of the projects that some paths are in, and what could not be read of them."""
    found: list[Required] = []
    notes: list[Note] = []
    for path in dict.fromkeys(filter(None, map(project_of, paths))):
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            notes.append(Note(path=str(path), says=f"cannot be read: {error}"))
            continue
        for text in requirements(document):
            try:
                parsed = specifier_of(text)
            except ValueError as error:
                notes.append(Note(path=str(path), says=f"has a requirement that cannot be read: {error}"))
            else:
                found += [Required(path=str(path), text=text, specifier=parsed)] if parsed is not None else []
    return found, notes


def project_of(path: Path) -> Path | None:
    """The nearest pyproject.toml, from a path upwards to where its repository begins."""
    start = path.absolute() if path.is_symlink() and not path.exists() else path.resolve()
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file():
            return folder / "pyproject.toml"
        if (folder / ".git").exists():
            return None
    return None


def requirements(document: Mapping[str, Any]) -> Iterator[str]:
    """The requirements of a project as texts, also those that Poetry has its own way for."""
    project = document.get("project", {})
    if isinstance(project, dict):
        yield from texts(project.get("dependencies"))
        for extra in tables(project.get("optional-dependencies")):
            yield from texts(extra)
    poetry = document.get("tool", {}).get("poetry", {}) if isinstance(document.get("tool"), dict) else {}
    dependencies = poetry.get("dependencies", {}) if isinstance(poetry, dict) else {}
    for name, wanted in dependencies.items() if isinstance(dependencies, dict) else ():
        version = wanted.get("version", "") if isinstance(wanted, dict) else wanted
        if canonicalize_name(name) in DISTRIBUTIONS and isinstance(version, str):
            yield f"{name}{of_poetry(version)}"


def texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def tables(value: object) -> list[object]:
    return list(value.values()) if isinstance(value, dict) else []


def of_poetry(version: str) -> str:
    """A version of Poetry in the words of PEP 440: ``^2.6`` is below 3, ``~2.6`` below 2.7, ``*`` any."""
    if version.strip() in ("", "*"):
        return ""
    return ",".join(map(of_part, version.split(",")))


def of_part(part: str) -> str:
    part = part.strip()
    numbers = [int(number) for number in re.findall(r"\d+", part)]
    if part.startswith("^") and numbers:
        return f">={part[1:]},<{numbers[0] + 1}"
    if part.startswith("~") and not part.startswith("~=") and len(numbers) > 1:
        return f">={part[1:]},<{numbers[0]}.{numbers[1] + 1}"
    return part if part[:1] in "<>=!~" else f"=={part}"


def specifier_of(text: str) -> SpecifierSet | None:
    """What a requirement says of TensorFlow; None where it is on something else."""
    if not re.match(r"\s*tensorflow", text, re.IGNORECASE):
        return None
    wanted = Requirement(text)
    return wanted.specifier if canonicalize_name(wanted.name) in DISTRIBUTIONS else None
