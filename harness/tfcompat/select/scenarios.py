"""Scenarios: how some of them are named wherever one may name them, by id, by a glob of ids, or by words of their titles."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from tfcompat.errors import SelectionError

#: What stands between group and name in an id, and the characters that make a text a glob.
INSIDE, GLOB = "::", frozenset("*?[")
#: How many names an error offers, and how like a name has to be.
OFFERED, LIKE = 8, 0.5
#: Where a reader finds every id.
LIST = "tfcompat list scenarios names them"

#: The titles of scenarios by their ids, in their order, and by an id that is known no more the ids of today.
Titles = Mapping[str, str]
Heirs = Mapping[str, Sequence[str]]


def select(wanted: Sequence[str], titles: Titles, heirs: Heirs | None = None) -> tuple[str, ...]:
    """The ids that some texts name, each once, in the order of ``titles``.

    A text is an id, one that a scenario had before, a glob of ids (``readapt::*``), or words: each of them is then in the
    id or in the title, in whatever case. Raises SelectionError where a text names nothing, with what may have been meant.
    """
    chosen = {name for text in wanted for name in matching(text, titles, heirs or {})}
    return tuple(name for name in titles if name in chosen)


def single(text: str, titles: Titles, heirs: Heirs | None = None) -> str:
    """The one id that a text names. Raises SelectionError where it names none, or several."""
    names = select([text], titles, heirs)
    if len(names) == 1:
        return names[0]
    more = f" and {len(names) - OFFERED} more" if len(names) > OFFERED else ""
    raise SelectionError(f"{text!r} names {len(names)} scenarios: write one of {', '.join(names[:OFFERED])}{more}")


def is_id(text: str) -> bool:
    """Whether a text can name one scenario only, and is no glob and no words."""
    return INSIDE in text and not GLOB & set(text)


def matching(text: str, titles: Titles, heirs: Heirs) -> Sequence[str]:
    """The ids that one text names. Raises SelectionError where it names none."""
    if text in titles:
        return (text,)
    if text in heirs:
        return heirs[text]
    names = list(by_id(text, titles, heirs) if INSIDE in text or GLOB & set(text) else by_words(text, titles))
    if not names:
        raise SelectionError(f"no scenario is called {text!r}: {meant(text, titles, heirs)}")
    return names


def by_id(text: str, titles: Titles, heirs: Heirs) -> Iterator[str]:
    """What a glob names: ids of today, and the heirs of those of before."""
    if GLOB & set(text):
        yield from (name for name in titles if fnmatchcase(name, text))
        yield from (name for was, names in heirs.items() if fnmatchcase(was, text) for name in names)


def by_words(text: str, titles: Titles) -> Iterator[str]:
    """What has every word of a text in its id or title; a text without a word names nothing."""
    words = text.casefold().split()
    for name, title in titles.items() if words else ():
        within = f"{name} {title}".casefold()
        if all(word in within for word in words):
            yield name


def meant(text: str, titles: Titles, heirs: Heirs) -> str:
    """What a text that names nothing may have meant, as the end of a sentence."""
    names = [*titles, *heirs]
    bare = text.casefold()
    inside = [name for name in names if bare and fnmatchcase(name.casefold(), bare)]
    inside = inside or [name for name in names if bare and name.casefold().startswith(bare)]
    near = inside or [*get_close_matches(text, names, n=OFFERED, cutoff=LIKE), *near_words(text, titles)]
    return f"did you mean {', '.join(near[:OFFERED])}?" if near else LIST


def near_words(text: str, titles: Titles) -> list[str]:
    """The ids whose titles have most of the words of a text, or words that are like them; none where few do."""
    known = sorted({word for name, title in titles.items() for word in words_of(name, title)})
    wanted = [set(get_close_matches(word, known, n=3, cutoff=0.8)) for word in text.casefold().split()]
    scores = {name: sum(bool(likes & words_of(name, title)) for likes in wanted) for name, title in titles.items()}
    best = [name for name in titles if scores[name] * 2 > len(wanted)]
    return sorted(best, key=lambda name: -scores[name])


def words_of(name: str, title: str) -> set[str]:
    """The words of an id and a title, without what stands around them."""
    text = f"{name} {title}".casefold()
    return set("".join(letter if letter.isalnum() else " " for letter in text).split())
