"""What somebody pasted: the errors in it, the import paths that it names, and all its words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tfcompat.questions.search.definition import DEFINITION
from tfcompat.questions.search.terms import ascii_of

#: The patterns of the definition, which all read plain ASCII.
ESCAPES, MARGIN = re.compile(DEFINITION.escapes, re.ASCII), re.compile(DEFINITION.margin, re.ASCII)
ERROR, BEGINS = re.compile(DEFINITION.error, re.ASCII), re.compile(DEFINITION.begins, re.ASCII)
LACKS = tuple(re.compile(pattern, re.ASCII) for pattern in DEFINITION.lacks)
INSIDE, JOINED = re.compile(DEFINITION.inside, re.ASCII), re.compile(DEFINITION.joined, re.ASCII)
FROM, IMPORT = re.compile(DEFINITION.from_import, re.ASCII), re.compile(DEFINITION.plain_import, re.ASCII)
ATTRIBUTES = re.compile(DEFINITION.attributes, re.ASCII)
#: How many of them say that something is not there by itself, without the class of an error before it.
BARE = 4


@dataclass(frozen=True, kw_only=True)
class Raised:
    """An exception as it was printed: the name of its class, empty where none was, and its message in one line."""

    type: str
    message: str

    def __str__(self) -> str:
        return f"{self.type}: {self.message}".removeprefix(": ").removesuffix(": ")


@dataclass(frozen=True, kw_only=True)
class Path:
    """A name and the module that it was looked for in, empty where that was not said; ``lacks``: an error says it is not there."""

    module: str
    name: str
    lacks: bool = False

    @property
    def attributes(self) -> str:
        """The path as attributes of ``tf``, or of whatever package it begins with.

        Errors call the modules of ``tf.keras`` by the names under which releases keep them.
        """
        public = INSIDE.sub("tensorflow.keras", f"{self.module}.{self.name}".removeprefix("."))
        return re.sub(r"^tensorflow\.", "tf.", public)


@dataclass(frozen=True, kw_only=True)
class Pasted:
    """A pasted text: its exceptions, the last first, the paths in it, those that are not there first, and what it says.

    Where there are exceptions it says what they say: the rest is of the code that raised them.
    """

    errors: tuple[Raised, ...]
    paths: tuple[Path, ...]
    says: str

    def asked(self) -> list[Path]:
        """The paths that are asked about: where there are errors those that these say are not there, else all."""
        modules = tuple(f"{path.attributes}." for path in self.paths if path.lacks)
        return [
            path
            for path in self.paths
            if not self.errors or path.lacks or path.attributes.startswith(modules or ("\n",))
        ]


def read(text: str) -> Pasted:
    """What a pasted text has; of a long one its end."""
    plain = ESCAPES.sub("", ascii_of(text[-DEFINITION.longest :]))
    lines = (JOINED.sub("\n", plain) if DEFINITION.traceback in plain else plain).split("\n")
    errors = tuple(reversed(list(errors_in([MARGIN.sub("", line) for line in lines]))))
    says = " \n".join(str(error) for error in errors) or "\n".join(lines)
    lacking = list(lacking_in(says))
    paths = dict.fromkeys([*lacking, *(path for path in paths_in("\n".join(lines)) if not is_known(path, lacking))])
    return Pasted(errors=errors, paths=tuple(paths)[: DEFINITION.paths], says=says)


def errors_in(lines: list[str]) -> Iterator[Raised]:
    """The exceptions in some lines; further lines of a message belong to it."""
    for number, line in enumerate(lines):
        if found := ERROR.match(line):
            more = lines[number + 1 : number + DEFINITION.lines]
            end = next((place for place, text in enumerate(more) if BEGINS.match(text) or ERROR.match(text)), len(more))
            yield Raised(type=found[1], message=" ".join(" ".join([found[2], *more[:end]]).split()))
        elif any(pattern.match(line) for pattern in LACKS[:BARE]):
            yield Raised(type="", message=" ".join(line.split()))


def lacking_in(text: str) -> Iterator[Path]:
    """What is not there, as some errors say."""
    for pattern in LACKS:
        for found in pattern.finditer(text):
            facts = found.groupdict()
            module, _, name = (
                facts.get("path") or f"{facts.get('module') or facts.get('module2') or ''}.{facts.get('name')}"
            ).rpartition(".")
            yield Path(module=module, name=name, lacks=True)


def paths_in(text: str) -> Iterator[Path]:
    """The paths that a text names: in import statements, and as attributes."""
    for found in FROM.finditer(text):
        for name in found[2].split(","):
            if words := name.split():
                yield Path(module=found[1], name=words[0])
    for pattern, group in ((IMPORT, 1), (ATTRIBUTES, 0)):
        for found in pattern.finditer(FROM.sub("", text)):
            module, _, name = found[group].rpartition(".")
            if module:
                yield Path(module=module, name=name)


def is_known(path: Path, lacking: list[Path]) -> bool:
    """Whether an error names a path already, or the module that it looked in."""
    return any(
        path.attributes in (other.attributes, Path(module="", name=other.module).attributes) for other in lacking
    )
