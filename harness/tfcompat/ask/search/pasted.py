"""What somebody pasted: the errors in it, the import paths that it names, and all its words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tfcompat.ask.search.words import Word, words_of

#: Characters of a pasted text that are read, from its end: an error stands last. Lines of one message, and paths.
LONGEST, LINES, PATHS = 20_000, 6, 12
#: Words of a phrase.
FEW = 6
#: What a terminal obeys, and what pytest, a debugger or a mail puts before a line.
ESCAPES, MARGIN = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]"), re.compile(r"^(?:E\s{2,}|[>|]\s?|\s*#\s|\s)+")
#: The line of an exception: its class, with the module where it has one, and the message.
ERROR = re.compile(r"(?:[A-Za-z_]\w*\.)*([A-Z]\w*(?:Error|Exception|Warning|Exit|Interrupt))\s?:\s?(.*)")
#: What begins something else than a further line of a message.
BEGINS = re.compile(r"Traceback|During handling|The above exception|\s*$|\s*File \"|=+|_+|-+")
#: What is not there, as Python and the editors say it: the module and the name, in either order.
LACKS = (
    re.compile(r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'"),
    re.compile(
        r"cannot import name '?(?P<name>\w+)'?(?: from (?:partially initialized module )?'(?P<module>[\w.]+)')?"
    ),
    re.compile(r"No name '(?P<name>\w+)' in module '(?P<module>[\w.]+)'"),
    re.compile(r"No module named '?(?P<path>[\w.]+)'?"),
    re.compile(r"[Ii]mport \"(?P<path>[\w.]+)\" could not be resolved"),
    re.compile(
        r"\"(?P<name>\w+)\" is (?:unknown import symbol|not a known attribute of module \"(?P<module>[\w.]+)\")"
    ),
)
#: What the modules of tf.keras are called inside of a release.
INSIDE = re.compile(
    r"^(keras\.api\._v[12]\.keras|keras\._tf_keras\.keras|tensorflow\.python\.keras\.api\._v[12]\.keras)\b"
)
#: An import statement, and a path of attributes below a package that this is about.
FROM = re.compile(r"\bfrom\s+([A-Za-z_][\w.]*)\s+import\s+\(?([\w*, \t]+)")
IMPORT = re.compile(r"(?<!\S)import\s+([A-Za-z_][\w.]+)")
ATTRIBUTES = re.compile(r"\b(?:tf|tensorflow|keras|tf_keras|tfa|tensorflow_addons)(?:\.[A-Za-z_]\w*)+")


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
    """A pasted text: its exceptions, the last first, the paths in it, those that are not there first, and its words.

    Where there are exceptions the words are theirs: the rest is of the code that raised them. A text of a few words is
    a ``phrase`` as well.
    """

    errors: tuple[Raised, ...]
    paths: tuple[Path, ...]
    words: tuple[Word, ...]
    phrase: str = ""


def read(text: str) -> Pasted:
    """What a pasted text has; of a long one its end."""
    lines = [ESCAPES.sub("", line) for line in text[-LONGEST:].splitlines()]
    errors = tuple(reversed(list(errors_in([MARGIN.sub("", line) for line in lines]))))
    said = " \n".join(str(error) for error in errors) or "\n".join(lines)
    lacking = list(lacking_in(said))
    paths = dict.fromkeys([*lacking, *(path for path in paths_in("\n".join(lines)) if not is_known(path, lacking))])
    return Pasted(errors=errors, paths=tuple(paths)[:PATHS], words=words_of(said), phrase=phrase(text))


def phrase(text: str) -> str:
    """A text of a few words in small letters; empty where it has more."""
    words = text[-LONGEST:].casefold().split()
    return " ".join(words) if len(words) <= FEW else ""


def errors_in(lines: list[str]) -> Iterator[Raised]:
    """The exceptions in some lines; further lines of a message belong to it."""
    for number, line in enumerate(lines):
        if found := ERROR.match(line):
            more = lines[number + 1 : number + LINES]
            end = next((place for place, text in enumerate(more) if BEGINS.match(text) or ERROR.match(text)), len(more))
            yield Raised(type=found[1], message=" ".join(" ".join([found[2], *more[:end]]).split()))
        elif any(pattern.match(line) for pattern in LACKS[:4]):
            yield Raised(type="", message=" ".join(line.split()))


def lacking_in(text: str) -> Iterator[Path]:
    """What is not there, as some errors say."""
    for pattern in LACKS:
        for found in pattern.finditer(text):
            facts = found.groupdict()
            module, _, name = (facts.get("path") or f"{facts.get('module') or ''}.{facts.get('name')}").rpartition(".")
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
