"""The marks of a scenario: what kind of row it is, and what its observation is held against."""

from typing import Any, Dict, Mapping, Optional, Sequence

import pytest

#: What an answer or a wrong result does to who meets it. ``SILENT`` is wrong, stale, lost or ignored without a word;
#: ``VISIBLE`` is NaN or infinity; ``LOUD`` a clear error; ``OBSCURE`` an error that hides its cause, or a crash.
NONE, LOUD, OBSCURE, VISIBLE, SILENT = "none", "loud", "obscure", "visible", "silent"
#: What a promise is held against, beside what is documented: an expression of NumPy, another way to the same result, or
#: the result that a document states for its own code.
NUMPY, INVARIANCE, SNIPPET = "numpy", "invariance", "snippet"
DOCUMENTED, REFUSAL = "documented", "refusal"
#: Seconds a scenario may take unless it says otherwise.
DEFAULT_LIMIT = 30.0
#: Characters of JSON that an observation may take unless its scenario says otherwise.
LARGEST = 4000
#: Stands for "the reference says nothing of it".
UNDOCUMENTED = object()


def promise(
    id: str,
    *,
    reference: str,
    oracle: str = "",
    documented: Any = UNDOCUMENTED,
    documented_by_release: Optional[Mapping[str, Any]] = None,
    refused_by: Sequence[str] = (),
    aliases: Sequence[str] = (),
    limit: float = DEFAULT_LIMIT,
    largest: int = LARGEST,
    fresh: bool = False,
) -> pytest.MarkDecorator:
    """Mark a test as a promise: its title is what a user relies on, and its oracle tells whether that holds.

    ``id`` is ``group::name``; parameters of the test may stand in it, in the title and in ``reference``, in braces.
    ``reference`` says where the behaviour is documented or was reported. The oracle is one of:

    - ``documented=…`` (or ``documented_by_release``): what the function returns has to be that;
    - ``oracle=NUMPY`` or ``oracle=INVARIANCE``: the function returns ``compared(observed, expected)``;
    - ``refused_by=("ValueError",)``: the function has to end in an exception of one of these classes, or of a class
      derived from them;
    - ``oracle=SNIPPET, documented=…``: a document's own code, which has to give what the document states.

    ``documented_by_release`` maps requirements to observations: ``>=2.6`` of TensorFlow, ``keras>=3`` of the Keras behind
    ``tf.keras``; the last that fits counts. Beside another oracle it only says what the documentation has. ``aliases`` are
    ids that the row had before. ``limit`` is in seconds, ``largest`` in characters of the observation's JSON. ``fresh``
    asks for a new interpreter in which TensorFlow is not imported yet.
    """
    return mark(
        "promise",
        id,
        reference=reference,
        oracle=oracle or (REFUSAL if refused_by else DOCUMENTED),
        promises=promises_of(documented, documented_by_release),
        refused_by=list(refused_by),
        aliases=list(aliases),
        limit=limit,
        largest=largest,
        fresh=fresh,
    )


def presence(
    id: str,
    *,
    reference: str,
    aliases: Sequence[str] = (),
    limit: float = DEFAULT_LIMIT,
    largest: int = LARGEST,
    fresh: bool = False,
) -> pytest.MarkDecorator:
    """Mark a test that asks whether a path, class, argument or method is there: it returns where, or is Missing."""
    return mark("presence", id, reference=reference, aliases=list(aliases), limit=limit, largest=largest, fresh=fresh)


def question(
    id: str,
    *,
    answers: Mapping[str, str],
    reference: str,
    documented: Any = UNDOCUMENTED,
    documented_by_release: Optional[Mapping[str, Any]] = None,
    aliases: Sequence[str] = (),
    limit: float = DEFAULT_LIMIT,
    largest: int = LARGEST,
    fresh: bool = False,
) -> pytest.MarkDecorator:
    """Mark a test that asks which of several behaviours a release has: it returns one of the words of ``answers``.

    ``answers`` maps each word to its harm. The function returns a word, ``answer(word, seen=…)``, or ``which(seen, …)``.
    ``documented`` is the word that the documentation gives.
    """
    return mark(
        "question",
        id,
        reference=reference,
        answers=dict(answers),
        promises=promises_of(documented, documented_by_release),
        aliases=list(aliases),
        limit=limit,
        largest=largest,
        fresh=fresh,
    )


def data(
    id: str,
    *,
    reference: str,
    aliases: Sequence[str] = (),
    limit: float = DEFAULT_LIMIT,
    largest: int = LARGEST,
    fresh: bool = False,
) -> pytest.MarkDecorator:
    """Mark a test that records a value, such as a version or an inventory, and judges nothing."""
    return mark("data", id, reference=reference, aliases=list(aliases), limit=limit, largest=largest, fresh=fresh)


def mark(kind: str, id: str, **facts: Any) -> pytest.MarkDecorator:
    """The pytest mark that the recorder reads."""
    marked: pytest.MarkDecorator = pytest.mark.scenario(**{**UNMARKED, "kind": kind, "id": id, **facts})
    return marked


def promises_of(documented: Any, by_release: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    """What is documented by requirement; the empty requirement is every release."""
    return dict(by_release or {}) if documented is UNDOCUMENTED else {"": documented, **(by_release or {})}


#: What a mark says where its kind has no word for it.
UNMARKED: Mapping[str, Any] = {"oracle": "", "promises": {}, "refused_by": [], "answers": {}}
