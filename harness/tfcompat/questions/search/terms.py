"""Terms: by what a text is found, and what a pasted text is looked for by."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from tfcompat.questions.search.definition import DEFINITION

WORD, PART = re.compile(DEFINITION.word), re.compile(DEFINITION.part)
ENDING, DIFFERS = re.compile(DEFINITION.ending), re.compile(DEFINITION.differs, re.ASCII)
SENTENCES, DOTTED = re.compile(DEFINITION.sentences, re.ASCII), re.compile(DEFINITION.dotted)
FROM = re.compile(DEFINITION.from_import, re.ASCII)
EMPTY = frozenset(DEFINITION.empty)
#: How a term begins that stands for a whole name, an import statement, a module, a sentence of an error, and the beginning of one.
WHOLE, STATEMENT, MODULE, SENTENCE, BEGINNING = ".", ">", "%", "=", "^"
#: Quotes and dashes that are written in more than one way; all else that is not ASCII is no part of a term.
QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": ".", "\r": "\n"})
OTHER = re.compile(r"[^\x20-\x7e\n\t\x1b]")
#: The numbers of FNV-1a.
OFFSET, PRIME, MASK = 0x811C9DC5, 0x01000193, 0xFFFFFFFF


def ascii_of(text: str) -> str:
    """A text of plain ASCII and the spelling of code, as the patterns of the definition read it."""
    plain = text
    if not (text.isascii() and text.isprintable()):  # most texts are
        plain = OTHER.sub(" ", text.replace("\r\n", "\n").translate(QUOTES))
    for british, american in DEFINITION.spelt:
        plain = plain.replace(british, american)
    return plain


def terms(text: str) -> Iterator[str]:
    """The terms of a text, in its order, with repetitions."""
    for found in WORD.finditer(ascii_of(text)):
        yield from of_word(found[0])


@lru_cache(maxsize=32768)  # the documents have 40,000 words, 2,500 of them different
def of_word(word: str) -> tuple[str, ...]:
    """The terms of a word: as it is where it is a name, and its parts without their endings."""
    return tuple(terms_in(word))


def terms_in(word: str) -> Iterator[str]:
    """The terms of a word, taken apart."""
    if word[0].isdigit():
        yield word
        if word.count(".") > 1:
            yield ".".join(word.split(".")[:2])
        return
    if is_name(word):
        yield WHOLE + word.strip("_").lower()
    for piece in word.split("_"):
        if any(letter.isdigit() for letter in piece):
            yield piece.lower()
        for part in PART.findall(piece):
            bare = part.lower()
            if len(bare) > 1 and bare not in EMPTY:
                yield stem(bare)


def names(text: str) -> Iterator[str]:
    """The words of a text as if they were names in code, and each two beside each other: people write so of a BatchNorm."""
    words = [found[0].strip("_").lower() for found in WORD.finditer(ascii_of(text))]
    spoken = [word for word in words if word and word not in EMPTY and not word[0].isdigit()]
    for name in (*spoken, *map("".join, pairwise(spoken))):
        if len(name) >= DEFINITION.name:
            yield WHOLE + name


def is_name(word: str) -> bool:
    """Whether a word is a name in code: with a capital letter in it, or an underscore between others."""
    return word.lower() not in EMPTY and (word != word.lower() or "_" in word.strip("_"))


def stem(word: str) -> str:
    """A word without its ending, so that "saves" and "saving" meet."""
    bare = ENDING.sub("", word)
    return bare if len(bare) >= DEFINITION.stem else word


def of_path(path: str) -> Iterator[str]:
    """The terms of a path of attributes: it, and each end of it down to the name alone."""
    parts = path.lower().split(".")
    for start in range(len(parts) - 1):
        yield ".".join(parts[start:])
    yield WHOLE + parts[-1]


def of_modules(path: str) -> Iterator[str]:
    """The terms of the modules that an import statement needs, as attributes of ``tf``."""
    found = FROM.match(path)
    parts = re.sub(r"^tensorflow\b", "tf", found[1].lower()).split(".") if found else []
    yield from (MODULE + ".".join(parts[:end]) for end in range(2, len(parts) + 1))


def of_statements(text: str) -> Iterator[str]:
    """The terms of the import statements in a text: each name that they import, from where."""
    for found in FROM.finditer(ascii_of(text)):
        names = (part.split() for part in found[2].split(","))
        yield from (f"{STATEMENT}{found[1]}.{words[0]}".lower() for words in names if words)


def dotted(text: str) -> Iterator[str]:
    """The names with dots in a text, as the terms of paths are written."""
    yield from (found[0].lower() for found in DOTTED.finditer(ascii_of(text)))


def of_message(message: str) -> Iterator[str]:
    """The terms of an error's message: each of its sentences, apart from what differs between two prints of it."""
    for sentence in SENTENCES.split(ascii_of(message)):
        plain = DIFFERS.sub("", sentence.lower())
        if len(plain) > DEFINITION.short:
            yield SENTENCE + hashed(plain[: DEFINITION.sentence])
            yield BEGINNING + hashed(plain[: DEFINITION.beginning])


@lru_cache(maxsize=32768)
def hashed(text: str) -> str:
    """A short name of a text of ASCII: its FNV-1a hash, which is a line of code in either language."""
    number = OFFSET
    for byte in text.encode("ascii"):
        number = ((number ^ byte) * PRIME) & MASK
    return f"{number:08x}"


def standing_for(known: Sequence[str]) -> Iterable[str]:
    """The terms that stand for some others, each once."""
    some = set(known)
    found = (term for group in DEFINITION.synonyms if group[0] in some for term in group[1:])
    back = (group[0] for group in DEFINITION.synonyms if some & set(group[1:]))
    return dict.fromkeys(term for term in (*found, *back) if term not in some)
