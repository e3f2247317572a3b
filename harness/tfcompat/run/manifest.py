"""The manifest of a run: what it planned, written before it starts, so that what is missing afterwards can be told."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from tfcompat.errors import DataError
from tfcompat.files import write_whole
from tfcompat.trials.record import SCHEMA, RecordError, check_keys


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a run planned: ``cells`` are its own, ``planned`` those of all its shards. ``started`` is ISO 8601, in UTC."""

    suite: str
    engine: str
    package: str
    started: str
    tfcompat: str
    shard: str
    cells: tuple[str, ...]
    planned: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its file's name: ``20261121T034500Z-docker-2of4-1a2b3c4d.json``; the last part is of its content."""
        moment = "".join(character for character in self.started if character not in "-:")
        digest = hashlib.sha256(dump(self).encode()).hexdigest()[:8]
        return f"{moment}-{self.engine}-{self.shard.replace('/', 'of')}-{digest}.json"


KEYS = frozenset({"schema", *(field.name for field in fields(Manifest))})


def dump(manifest: Manifest) -> str:
    return json.dumps({"schema": SCHEMA, **asdict(manifest)}, indent=1) + "\n"


def parse(text: str) -> Manifest:
    """The manifest that a file's text is. Raises RecordError where it is none, or of another schema."""
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"not JSON: {text[:80]!r}") from error
    if not isinstance(facts, dict):
        raise RecordError("not a JSON object")
    if facts.get("schema", SCHEMA) != SCHEMA:
        raise RecordError(f"schema {facts['schema']!r}, but this tfcompat reads {SCHEMA}")
    check_keys(facts, KEYS, frozenset(), what="a manifest")
    check_types(facts)
    lists = {key: tuple(facts[key]) for key in ("cells", "planned")}
    if strangers := sorted(set(lists["cells"]) - set(lists["planned"])):
        raise RecordError(f"it has {', '.join(strangers)}, which the whole run does not plan")
    return Manifest(**{**{key: value for key, value in facts.items() if key != "schema"}, **lists})


def check_types(facts: dict[str, Any]) -> None:
    for key, value in facts.items():
        wanted = int if key == "schema" else list if key in ("cells", "planned") else str
        if not isinstance(value, wanted):
            raise RecordError(f"its {key} has the wrong type")
    if not all(isinstance(cell, str) for cell in [*facts["cells"], *facts["planned"]]):
        raise RecordError("its cells are no words")


def write(manifest: Manifest, folder: Path) -> Path:
    """Write a manifest whole or not at all."""
    return write_whole(folder / manifest.name, lambda made: made.write_text(dump(manifest), encoding="utf-8"))


def files(folder: Path) -> list[Path]:
    """The manifests of a folder, by name: the oldest first."""
    return sorted(folder.glob("*.json"))


def read(path: Path) -> Manifest:
    """Raises DataError where a file is no whole manifest."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (RecordError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not a whole manifest ({error}): run that shard again") from error
