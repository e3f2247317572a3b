"""The manifest of a run: what it planned, written before it starts, so that what is missing afterwards is known."""

import hashlib
import json
import re
from pathlib import Path

import msgspec

from tfcompat.errors import DataError
from tfcompat.files import write_whole
from tfcompat.record.lines import SCHEMA, RecordError


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a run planned: to measure ``cells``; of the others of its share all outcomes were there and are ``reused``.

    ``planned`` are the cells of all its shards. ``started`` is ISO 8601, in UTC.
    """

    suite: str
    engine: str
    package: str
    started: str
    tfcompat: str
    shard: str
    cells: tuple[str, ...]
    planned: tuple[str, ...]
    reused: tuple[str, ...] = ()

    @property
    def share(self) -> tuple[str, ...]:
        """The cells of this shard."""
        return (*self.cells, *self.reused)

    @property
    def name(self) -> str:
        """Its file's name: ``20261121T034500Z-docker-2of4-1a2b3c4d.json``; the last part is of its content."""
        moment = "".join(character for character in self.started if character not in "-:")
        digest = hashlib.sha256(dump(self).encode()).hexdigest()[:8]
        return f"{moment}-{self.engine}-{self.shard.replace('/', 'of')}-{digest}.json"


#: What msgspec says of a document that is not a manifest, and what is said of it here.
SENTENCES = (
    (r"Object missing required field `(.*)`", r"a manifest lacks \1"),
    (r"Object contains unknown field `(.*)`", r"a manifest has unknown \1"),
    (r".* at `\$\.\w+\[.*", "its cells are not words"),
    (r".* at `\$\.(\w+)`", r"its \1 has the wrong type"),
)


def dump(manifest: Manifest) -> str:
    return json.dumps({"schema": SCHEMA, **msgspec.structs.asdict(manifest)}, indent=1) + "\n"


def parse(text: str) -> Manifest:
    """The manifest in a file's text. Raises RecordError where it is not one, or of another schema."""
    try:
        facts = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise RecordError(f"not JSON: {text[:80]!r}") from error
    if not isinstance(facts, dict):
        raise RecordError("not a JSON object")
    if "schema" not in facts:
        raise RecordError("a manifest lacks schema")
    if (schema := facts.pop("schema")) != SCHEMA or isinstance(schema, bool):
        raise RecordError(f"schema {schema!r}, but this tfcompat reads {SCHEMA}")
    try:
        manifest = msgspec.convert(facts, Manifest)
    except msgspec.ValidationError as error:
        raise RecordError(sentence(str(error))) from error
    if strangers := sorted(set(manifest.share) - set(manifest.planned)):
        raise RecordError(f"it has {', '.join(strangers)}, which the whole run does not plan")
    return manifest


def sentence(message: str) -> str:
    """What msgspec says, in the words of this project."""
    for pattern, words in SENTENCES:
        if match := re.fullmatch(pattern, message):
            return match.expand(words)
    return message


def write(manifest: Manifest, folder: Path) -> Path:
    """Write a manifest whole or not at all."""
    return write_whole(folder / manifest.name, lambda path: path.write_text(dump(manifest), encoding="utf-8"))


def files(folder: Path) -> list[Path]:
    """The manifests of a folder, by name: the oldest first."""
    return sorted(folder.glob("*.json"))


def read(path: Path) -> Manifest:
    """Raises DataError where a file is not a whole manifest."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (RecordError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not a whole manifest ({error}): run that shard again") from error
