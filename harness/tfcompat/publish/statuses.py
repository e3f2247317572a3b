"""What a reader is shown of each status, harm, kind and oracle: what it means, its mark and its colours."""

from collections.abc import Mapping
from enum import StrEnum

from tfcompat.outcomes import Documentation, Harm, Kind, Oracle, Status

MEANINGS: Mapping[Status, str] = {
    Status.WORKS: "it was compared with its oracle and does what is promised; a name that is asked for is there",
    Status.WRONG: "it ran and gave something other than what is promised",
    Status.ANSWERED: "a question has the answer that the cell names; of data it is the value",
    Status.MISSING: "the path, class, argument or method is not in this release, or its package not in this environment",
    Status.FAILS: "it exists and raises an error",
    Status.CRASHES: "it ended the process",
    Status.HANGS: "it did not end within its time limit",
    Status.UNKNOWN: "there is no answer, for the reason that is given; it may work or not",
}
#: What each harm is to who meets it.
HARMS: Mapping[Harm, str] = {
    Harm.NONE: "nothing is lost",
    Harm.LOUD: "a clear error, or a name that is not there",
    Harm.OBSCURE: "an error that hides its cause, a crash, or no end",
    Harm.VISIBLE: "a wrong result that shows: NaN or infinity",
    Harm.SILENT: "wrong, stale, lost or ignored, without a word",
}
#: The harm that needs no saying: what happened says it.
QUIET = (Harm.NONE, Harm.LOUD)
#: Whether what the documentation says is so.
TRUTH: Mapping[Documentation, str] = {
    Documentation.SILENT: "which was not compared",
    Documentation.AGREES: "and it is so",
    Documentation.DISAGREES: "but it is not so",
}
#: The mark that shows a harm without colour; a symbol or a word beside it says what happened.
MARKS: Mapping[Harm, str] = {Harm.NONE: "", Harm.LOUD: "", Harm.OBSCURE: "◇", Harm.VISIBLE: "△", Harm.SILENT: "▲"}
#: The mark of harm that the documentation says there is.
DOCUMENTED = "§"
#: What a row of each kind asks.
KINDS: Mapping[Kind, str] = {
    Kind.PROMISE: "does what users rely on hold?",
    Kind.PRESENCE: "is it there?",
    Kind.QUESTION: "which of several behaviours is it?",
    Kind.DATA: "which value is it? Nothing is judged",
}
#: What a promise is held against.
ORACLES: Mapping[Oracle, str] = {
    Oracle.DOCUMENTED: "what the documentation of the release says",
    Oracle.NUMPY: "the same computed with NumPy",
    Oracle.INVARIANCE: "another way to the same result",
    Oracle.REFUSAL: "a refusal by one of the named exceptions",
    Oracle.SNIPPET: "the result that a document states for its own code",
}


class Tone(StrEnum):
    """How an outcome is coloured: by its harm, where it has any. Each is the name of a class in the page's styles."""

    WORKS = "w"
    ANSWERED = "a"
    MISSING = "m"
    LOUD = "l"
    OBSCURE = "o"
    VISIBLE = "v"
    SILENT = "s"
    UNKNOWN = "u"


#: What a reader is told of each tone, beside the mark of an example.
TONES: Mapping[Tone, tuple[str, str]] = {
    Tone.WORKS: ("✓", "works"),
    Tone.ANSWERED: ("•", "no harm"),
    Tone.MISSING: ("–", "missing"),
    Tone.LOUD: ("✗", "loud"),
    Tone.OBSCURE: ("✗◇", "obscure"),
    Tone.VISIBLE: ("≠△", "visible"),
    Tone.SILENT: ("≠▲", "silent"),
    Tone.UNKNOWN: ("?", "unknown"),
}
#: On a light ground and on a dark one: told apart by lightness as well as by hue, and always shown beside a symbol or a
#: word. What is held against an oracle and does what is promised is green, and nothing else is.
COLOURS: Mapping[Tone, tuple[str, str]] = {
    Tone.WORKS: ("#1b7a55", "#23805a"),
    Tone.ANSWERED: ("#c9dcf0", "#1f3c5c"),
    Tone.MISSING: ("#e3e6eb", "#2a303a"),
    Tone.LOUD: ("#f3b9ab", "#5c2a20"),
    Tone.OBSCURE: ("#ea8550", "#e08a58"),
    Tone.VISIBLE: ("#f5c04a", "#ecc25a"),
    Tone.SILENT: ("#5e0a36", "#f08fc0"),
    Tone.UNKNOWN: ("#ffffff", "#14171c"),
}
#: What is written on each of them.
INKS: Mapping[Tone, tuple[str, str]] = {
    Tone.WORKS: ("#ffffff", "#ffffff"),
    Tone.ANSWERED: ("#15324f", "#d3e5f8"),
    Tone.MISSING: ("#454e59", "#bcc5d0"),
    Tone.LOUD: ("#6b1a0c", "#ffd3c8"),
    Tone.OBSCURE: ("#331100", "#2a0f00"),
    Tone.VISIBLE: ("#332300", "#241800"),
    Tone.SILENT: ("#ffffff", "#33001c"),
    Tone.UNKNOWN: ("#4d5763", "#aab4c0"),
}
#: The tone of each harm that there is.
OF_HARM: Mapping[Harm, Tone] = {
    Harm.LOUD: Tone.LOUD,
    Harm.OBSCURE: Tone.OBSCURE,
    Harm.VISIBLE: Tone.VISIBLE,
    Harm.SILENT: Tone.SILENT,
}


def tone(status: Status, harm: Harm) -> Tone:
    """How an outcome is coloured."""
    if status is Status.UNKNOWN:
        return Tone.UNKNOWN
    if harm is Harm.NONE:
        return Tone.WORKS if status is Status.WORKS else Tone.ANSWERED
    return Tone.MISSING if status is Status.MISSING and harm is Harm.LOUD else OF_HARM[harm]


def mark(status: Status, harm: Harm, word: str = "") -> str:
    """An outcome in a cell without colour: the mark of its harm, and the symbol of its status or the word of an answer."""
    if status is Status.ANSWERED and word:
        return f"{MARKS[harm]} {word}".lstrip()
    return MARKS[harm] + status.symbol


def said(word: str, harm: Harm) -> str:
    """An outcome in words: what it is called, and its harm where that needs to be said."""
    return word if harm in QUIET else f"{word}, {harm}"


#: The class of each status in the page's styles, which says what symbol there is.
CLASSES: Mapping[Status, str] = {
    Status.WORKS: "y",
    Status.WRONG: "n",
    Status.ANSWERED: "q",
    Status.MISSING: "g",
    Status.FAILS: "f",
    Status.CRASHES: "c",
    Status.HANGS: "h",
    Status.UNKNOWN: "x",
}
#: The tones that only one status has: they say what symbol there is, too.
SAYS_ALL = (Tone.WORKS, Tone.ANSWERED, Tone.MISSING, Tone.UNKNOWN)


def css(status: Status, harm: Harm) -> str:
    """The classes of an outcome: its tone, and its status where the tone does not say that."""
    shown = tone(status, harm)
    return str(shown) if shown in SAYS_ALL else f"{shown} {CLASSES[status]}"
