"""The definition of the search: how texts become terms and what each term counts, the same in the terminal and the browser."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class FoundKind(StrEnum):
    """What a document of the search is the page of."""

    API = "api"
    QUESTION = "question"
    FINDING = "finding"
    UPGRADE = "upgrade"
    LOADING = "loading"
    ROW = "row"


#: Words that say nothing of a subject.
EMPTY = (
    "a am an and any are as at be been but by call called can cannot could did do does doing don done error file for from "
    "get gets give given gives got had has have how i if in into is it its just last like line me most my need no not of "
    "on or our please recent should since so some such t than that the their them then there these they this to traceback "
    "us use used using was we were what when where which who why will with without would you your tensorflow tf "
    "module named attribute"
)
#: Words that stand for one another, as their terms are. The first stands for each of the others as well.
SYNONYMS = (
    ("stal", "unchang", "old", "outdat"),
    ("readapt", "adapt", "again", "second", "twic"),
    ("twic", "again", "second"),
    ("recompil", "compil", "again", "second"),
    ("hang", "infinit", "forever", "freez", "stuck", "block"),
    ("los", "lost", "gon", "forgot", "forgotten", "disappear", "vanish", "drop"),
    ("h5", "hdf5"),
    ("mean", "statistic"),
    ("varianc", "statistic"),
    ("sav", "load", "reload", "serializ", "stor", "restor"),
    ("wrong", "incorrect", "bad", "differ"),
    ("nan", "infinit", "finit"),
    ("crash", "segfault", "abort"),
    ("mov", "remov", "renam", "replac", "disappear"),
    ("upgrad", "migrat", "updat"),
    ("predict", "inferenc", "output"),
    ("noth", "equal", "identical", "unchang"),
    (".batchnorm", ".batchnormalization"),
    (".layernorm", ".layernormalization"),
    (".groupnorm", ".groupnormalization"),
    (".rmsnorm", ".rmsnormalization"),
    (".unitnorm", ".unitnormalization"),
    (".spectralnorm", ".spectralnormalization"),
    (".instancenorm", ".instancenormalization"),
    (".syncbatchnorm", ".syncbatchnormalization"),
    ("bn", "batch"),
    ("invert", "invers", "denormaliz", "unnormaliz", "undo"),
    ("frozen", "freez"),
    ("tflit", "lit"),
    ("multigpu", "replica"),
    ("mirror", "replica"),
    ("strategy", "replica"),
    ("gpu", "replica"),
    ("datafram", "panda", "fram"),
    ("seri", "panda"),
    ("half", "float16"),
    ("fp16", "float16"),
    ("bf16", "bfloat16"),
    ("sync", "synchroniz"),
    ("addon", "tfa"),
    ("tfa", "addon"),
    ("weight", "checkpoint"),
)
#: How words are written in Britain, and how in code.
SPELT = (
    ("ormalis", "ormaliz"),
    ("ynchronis", "ynchroniz"),
    ("erialis", "erializ"),
    ("nitialis", "nitializ"),
)
#: What the modules of tf.keras are called inside of a release.
INSIDE = r"^(?:keras\.api\._v[12]\.keras|keras\._tf_keras\.keras|tensorflow\.python\.keras\.api\._v[12]\.keras)\b"
#: What is not there, as Python and the editors say it: the module and the name, in either order.
LACKS = (
    r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'",
    r"cannot import name '?(?P<name>\w+)'?(?: from (?:partially initialized module )?'(?P<module>[\w.]+)')?",
    r"No name '(?P<name>\w+)' in module '(?P<module>[\w.]+)'",
    r"No module named '?(?P<path>[\w.]+)'?",
    r"[Ii]mport \"(?P<path>[\w.]+)\" could not be resolved",
    r"\"(?P<name>\w+)\" is (?:unknown import symbol|not a known attribute of module \"(?P<module2>[\w.]+)\")",
)


@dataclass(frozen=True, kw_only=True)
class SearchDefinition:
    """All that both languages read of the search. The patterns are regular expressions that mean the same in both, on ASCII.

    ``fields`` and ``kinds`` are what a term counts in a field, and a document of a kind. In a query ``known`` paths, and those
    that an error says are not there (``lacking``), count more; what only ``stands_for`` a word of it, or may be a name that is
    ``named`` in small letters, counts less. Of a word that no document has, words that are like it count ``fuzzy`` and words
    that it begins ``prefix``.
    """

    fields: dict[str, float] = field(
        default_factory=lambda: {"path": 5.0, "error": 5.0, "title": 3.0, "id": 1.5, "also": 1.0, "detail": 0.8}
    )
    kinds: dict[str, float] = field(
        default_factory=lambda: {
            FoundKind.API: 2.0,
            FoundKind.QUESTION: 1.8,
            FoundKind.FINDING: 1.4,
            FoundKind.UPGRADE: 1.3,
            FoundKind.LOADING: 1.3,
            FoundKind.ROW: 1.0,
        }
    )
    empty: tuple[str, ...] = tuple(EMPTY.split())
    synonyms: tuple[tuple[str, ...], ...] = SYNONYMS
    spelt: tuple[tuple[str, str], ...] = SPELT
    known: float = 2.0
    lacking: float = 4.0
    named: float = 0.6
    stands_for: float = 0.5
    fuzzy: float = 0.45
    prefix: float = 0.375
    saturation: float = 1.2
    length: float = 0.7
    floor: float = 0.5
    #: Characters of a pasted text that are read, from its end; lines of one message; paths, and terms.
    longest: int = 20_000
    lines: int = 6
    paths: int = 12
    terms: int = 80
    #: Letters of a sentence of an error that it is known by, of its beginning, and that say too little to know it by.
    sentence: int = 60
    beginning: int = 24
    short: int = 11
    #: A term that may be misspelt: letters alone, or a whole name of them; how many of them it needs, and from how many on two
    #: of them may be wrong.
    misspelt: str = r"^\.?[a-z]+$"
    fewest: int = 4
    many: int = 6
    #: How well a document has to fit, as a part of how well the best does.
    relevant: float = 0.12
    #: A word, a part of a name, the ending that a word is found without, and the letters that are left of it, and that a name
    #: has, at least.
    word: str = r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+(?:\.[0-9]+)*"
    part: str = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+"
    ending: str = r"(?:ations?|ions?|ings?|ed|es|s|e)$"
    stem: int = 3
    name: int = 8
    dotted: str = r"\b[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+"
    #: What a terminal obeys, and what pytest, a debugger or a mail puts before a line.
    escapes: str = r"\x1b\[[0-9;?]*[ -/]*[@-~]"
    margin: str = r"^(?:E\s{2,}|[>|]\s?|\s*#\s|\s)+"
    #: The line of an exception: its class, with the module where it has one, and the message; and what begins something else.
    error: str = r"(?:[A-Za-z_]\w*\.)*([A-Z]\w*(?:Error|Exception|Warning|Exit|Interrupt))\s?:\s?(.*)"
    #: The same inside of a line, where the lines of a traceback were joined.
    joined: str = r"\s+(?=(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt): )"
    traceback: str = "Traceback (most recent call last)"
    begins: str = r"Traceback|During handling|The above exception|\s*$|\s*File \"|=+|_+|-+"
    lacks: tuple[str, ...] = LACKS
    inside: str = INSIDE
    #: What Python and Keras say of an attribute that an object lacks, and of an argument; rows are called by these.
    lacking_attribute: str = r"object has no attribute ['\"](\w+)['\"]"
    lacking_argument: str = r"(?:unexpected keyword argument |[Kk]eyword argument not understood:', )['\"](\w+)['\"]"
    #: The last argument by name of a class that is constructed.
    given_argument: str = r"\b[A-Z]\w*\((?:[^()]*,\s*)?([A-Za-z_]\w*)\s*=(?!=)"
    #: What is said of a module that is not there, which is no class of the same letters.
    no_module: str = "No module named"
    #: An import statement, and a path of attributes below a package that this is about.
    from_import: str = r"\bfrom\s+([A-Za-z_][\w.]*)\s+import\s+\(?([\w*, \t]+)"
    plain_import: str = r"(?:^|\s)import\s+([A-Za-z_][\w.]+)"
    attributes: str = r"\b(?:tf|tensorflow|keras|tf_keras|tfa|tensorflow_addons)(?:\.[A-Za-z_]\w*)+"
    #: Where a sentence of a message ends, and what differs between two prints of one error.
    sentences: str = r"[.:;|]\s+|\s\(type \w+\)"
    differs: str = r"0x[0-9a-f]+|\d+|['\"`]|\(\S*\.py\)|\s+|\W+"

    def document(self) -> dict[str, Any]:
        """The definition for a program in JavaScript, in which named groups are written otherwise."""
        made = asdict(self)
        made["lacks"] = [pattern.replace("(?P<", "(?<") for pattern in self.lacks]
        return made


DEFINITION = SearchDefinition()
