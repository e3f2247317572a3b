"""Words: what of a text is compared with another, and how well some texts match it."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

#: A name with its underscores, or a number; and the parts of a name that is written in capitals and small letters.
WORD = re.compile(r"[A-Za-z_]\w*|\d+(?:\.\d+)*")
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
#: Words that say nothing of a subject.
EMPTY = frozenset(
    re.findall(
        r"\w+",
        "a an and any are as at be but by can do does did error for from has have how i if in into is it its line me most "
        "my no not of on or recent so that the their then there this to traceback us was we what when where which who why "
        "will with you your",
    )
)
#: How much a repeated word counts less, and a longer text (the constants of BM25).
SATURATION, LENGTH = 1.2, 0.4
#: Letters of a word that stand for it, so that "saves" and "saving" meet, and different words that are looked for.
STEM, MOST = 5, 60
ENDING = re.compile(r"(ing|ed|es|s|e)$")


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word that is looked for: in small letters, and whole or as the beginning of one."""

    letters: str
    whole: bool

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        # The parts of names are words too, so that only a letter or digit beside it is of the same word.
        return re.compile(f"(?<![^\\W_]){re.escape(self.letters)}" + ("(?![^\\W_])" if self.whole else ""))

    def times(self, text: str) -> int:
        """How often it is in a text of small letters."""
        return len(self.pattern.findall(text)) if self.letters in text else 0


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text that can be found, by parts in small letters with a weight each."""

    key: str
    parts: Mapping[str, float]

    @cached_property
    def length(self) -> float:
        return sum(len(part) * weight for part, weight in self.parts.items())

    def count(self, word: Word) -> float:
        """How much a word counts in it."""
        return sum(weight * word.times(part) for part, weight in self.parts.items())


def ranked(texts: Sequence[Text], words: Sequence[Word]) -> list[tuple[float, Text]]:
    """The texts that have any of some words, with how well they match them (BM25); the best first."""
    usual = sum(text.length for text in texts) / max(1, len(texts)) or 1.0
    counts = {word: {place: count for place, text in enumerate(texts) if (count := text.count(word))} for word in words}
    scores: dict[int, float] = {}
    for found in counts.values():
        rarity = math.log(1 + (len(texts) - len(found) + 0.5) / (len(found) + 0.5))
        for place, count in found.items():
            share = SATURATION * (1 - LENGTH + LENGTH * texts[place].length / usual)
            scores[place] = scores.get(place, 0.0) + rarity * count * (SATURATION + 1) / (count + share)
    return sorted(((score, texts[place]) for place, score in scores.items()), key=lambda pair: -pair[0])


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text, each once: names whole, and their parts by how they begin."""
    return tuple(dict.fromkeys(all_words(text)))[:MOST]


def all_words(text: str) -> Iterator[Word]:
    for found in WORD.finditer(text):
        letters = found[0].casefold().strip("_")
        if letters and letters not in EMPTY:
            yield Word(letters=letters, whole=True)
        parts = [part.casefold() for part in PART.findall(found[0])]
        yield from (Word(letters=stem(part), whole=False) for part in parts if len(part) > 2 and part not in EMPTY)


def stem(word: str) -> str:
    """The beginning of a word without its ending."""
    bare = ENDING.sub("", word)
    return (bare if len(bare) > 2 else word)[:STEM]
