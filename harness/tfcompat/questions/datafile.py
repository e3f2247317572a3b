"""A data file: a TOML file that people write, read into a typed model, or one sentence that says where it is wrong."""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from packaging.specifiers import SpecifierSet

from tfcompat.errors import DataError
from tfcompat.escape import printable
from tfcompat.outcomes import Harm, Kind, Status

Model = TypeVar("Model")
#: A text that is not blank, some of them, and a number that people count with.
Text = Annotated[str, msgspec.Meta(pattern=r"\S")]
Texts = Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]

#: How deep lists and tables may be nested; the deepest of these files has eleven levels.
LEVELS = 50

#: What an item of a list is called, and the key that names it.
ITEMS: Mapping[str, tuple[str, str]] = {
    "claims": ("claim", "id"),
    "questions": ("question", "number"),
    "points": ("point", "says"),
    "findings": ("finding", "name"),
    "causes": ("cause", "what"),
    **dict.fromkeys(("scenarios", "places"), ("item", "")),
    **dict.fromkeys(("all", "any", "changes"), ("check", "scenario")),
}
#: The fields of a check whose words are a closed set.
WORDS: Mapping[str, type[StrEnum]] = {"status": Status, "harm": Harm, "kind": Kind}
#: What msgspec says, and what is said here: what is wrong, and what to do. What a model itself says stays as it is.
SENTENCES = (
    (r"Object missing required field `(.*)`", r"lacks \1: add it"),
    (r"Object contains unknown field `(.*)`", r"has unknown \1: remove it, or correct its name"),
    (r"Expected `array` of length >= 1", "is an empty list: give it an item, or leave it out"),
    (r"Expected `array` of length .*", "has more than one item: keep one"),
    (r"Expected `array`.*", "is not a list: write it in [brackets]"),
    (r"Expected `object.*", "is not a table: write its keys and values"),
    (r"Expected `str` matching regex '\^.*", "is not a plain name: use letters, digits and _ alone"),
    (r"Expected `str.*", 'is not a text: write some words in "quotes"'),
    (r"Expected `int.*", "is not a whole number from 1 to 1000000: write one, without quotes"),
)


def load(path: Path, model: type[Model], what: str) -> Model:
    """The content of a file; ``what`` says what the file is. Raises DataError where it cannot be read or is not that."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path} is not {what} ({error}): restore it with git checkout") from error
    return parse(document, model, str(path))


def parse(document: Mapping[str, Any], model: type[Model], name: str) -> Model:
    """A document as its model. Raises DataError naming the file, the entry and the field, and what to do."""
    if nests_deeper(document, LEVELS):
        raise DataError(f"{name} is nested too deep: restore it with git checkout")
    try:
        return msgspec.convert(document, model, dec_hook=special)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at ")
        raise DataError(f"{where(path, document, name)} {sentence(message, path)}") from error


def nests_deeper(value: Any, levels: int) -> bool:
    """Whether lists and tables are nested more than so many levels deep. Python's own limit depends on its version."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(nests_deeper(child, levels - 1) for child in children)


def special(kind: type, value: Any) -> Any:
    """The value of a type that TOML does not know: a specifier of releases."""
    if kind is not SpecifierSet:
        raise NotImplementedError(kind)
    try:
        return SpecifierSet(value if isinstance(value, str) else "not a text")
    except ValueError as error:
        shown = printable(repr(value))
        raise ValueError(f"is {shown}, which is not a specifier of releases: write for example '>=2.3'") from error


def sentence(message: str, path: str) -> str:
    """What msgspec says of the value at a path, in the words of this project."""
    field = re.findall(r"\.([\w-]+)", path)[-1:]
    words_of = [word for key, words in WORDS.items() if [key] == field for word in words]
    enum = (r"Invalid enum value (.*)", rf"is \1, which is not a {''.join(field)}: write one of {', '.join(words_of)}")
    for pattern, words in (enum, *SENTENCES):
        if match := re.fullmatch(pattern, message):
            return printable(match.expand(words), 400)
    return message


def where(path: str, document: Any, name: str) -> str:
    """A path of msgspec, such as ``$.claims[0].all[0].given.status``, by the names of the entries on it."""
    entries, field, value = [], "", document
    for key, number in re.findall(r"\.([\w-]+)|\[(\d+)\]", path):
        if number:
            value = value[int(number)]
            entries.append(entry(field, int(number), value))
            field = ""
        else:
            entries += [field] if field else []
            field, value = key, value[key]
    named = [f"{entries[0]} in {name}", *entries[1:]] if entries else [name]
    return ", ".join(named) + (f": {field}" if field else "")


def entry(field: str, number: int, value: Any) -> str:
    """What an item of a list is called: by its name, or by its place where it has none."""
    kind, key = ITEMS.get(field, ("item", ""))
    name = value.get(key) if isinstance(value, dict) else None
    if isinstance(name, str) and name.strip():
        return f"{kind} {printable(name)}"
    if isinstance(name, int) and abs(name) < 1_000_000:
        return f"{kind} {name}"
    return f"item {number + 1} of {field}"
