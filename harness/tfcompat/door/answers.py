"""Answers: texts that took a while to work out, kept in the cache by all that they were worked out from."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tfcompat.door.evidence import Evidence, notice
from tfcompat.errors import TfcompatError
from tfcompat.files import hash_of, hash_of_source, write_text

#: How many answers are kept, those that were asked last.
KEPT = 64


def answer(evidence: Evidence | None, cache: Path, asked: Sequence[str | bytes], work_out: Callable[[], str]) -> str:
    """What is kept of a question, else worked out and kept where the cache can be written; errors are not kept.

    ``asked`` is all that the answer depends on beside the evidence. Without evidence it is worked out.
    """
    if evidence is None:
        return work_out()
    path = cache / "answers" / f"{hash_of(rules(), evidence.key, *asked)}.txt"
    with suppress(OSError, UnicodeDecodeError):
        text = path.read_text(encoding="utf-8")
        os.utime(path)
        if evidence.day:
            notice(evidence.day)
        return text
    text = work_out()
    with suppress(OSError, TfcompatError):
        write_text(path, text)
        remove_old(path.parent)
    return text


def remove_old(folder: Path) -> None:
    """Remove all answers but those that were asked last."""
    ages = sorted((path.stat().st_mtime_ns, path) for path in folder.glob("*.txt"))
    for _, path in ages[:-KEPT]:
        path.unlink(missing_ok=True)


def rules() -> str:
    """A hash over the source of the package, nearly all of which works answers out."""
    return hash_of_source("**/*.py")
