"""Words: what an outcome is called wherever it is shown, and whose doing it is that something is missing."""

import json
import re
from collections.abc import Mapping
from enum import StrEnum

from tfcompat.outcomes import Harm, Status

#: The harm of each status where nothing more is known of it; others have none.
USUAL: Mapping[str, Harm] = {
    Status.WRONG: Harm.SILENT,
    Status.MISSING: Harm.LOUD,
    Status.FAILS: Harm.LOUD,
    Status.CRASHES: Harm.OBSCURE,
    Status.HANGS: Harm.OBSCURE,
}
#: An answer that is shown as a word, as JSON text.
SHORT = re.compile(r'".{1,40}"|-?[0-9]{1,40}|true|false', re.DOTALL)
#: What Python says where there is no package of a name at all; a module inside a package has a dot in its name.
NO_PACKAGE = re.compile(r"No module named '[^'.]+'")


class Whose(StrEnum):
    """What does not have the thing that is missing: the release, or the environment, where its package is not installed."""

    RELEASE = ""
    PACKAGE = "no package"


def whose_of(error: str, message: str) -> Whose:
    """What does not have the thing that is missing, by the type and message of the exception that showed it."""
    no_package = error == "ModuleNotFoundError" and NO_PACKAGE.match(message.removeprefix(f"{error}: "))
    return Whose.PACKAGE if no_package else Whose.RELEASE


def word(status: str, observed: str, reason: str = "", whose: str = "") -> str:
    """What an outcome is called: its status, or the answer where it is one; ``observed`` is JSON text.

    Where there is no answer, or something is missing, the word says why, as far as that is known.
    """
    if status == Status.ANSWERED:
        return answer(observed)
    why = reason or whose
    return f"{status}: {why}" if why else str(status)


def answer(observed: str) -> str:
    """An answer in a word: a text, an integer or a boolean, where it is short; else only that there is one."""
    if not SHORT.fullmatch(observed):
        return str(Status.ANSWERED)
    return str(json.loads(observed)) if observed.startswith('"') else observed
