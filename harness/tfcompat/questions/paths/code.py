"""The code of a chain: one import, or try and except in each other, with the releases of each branch beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from textwrap import indent

from tfcompat.escape import printable
from tfcompat.questions.paths.chain import Branch, Chain

#: How far a block stands in, and characters of the places in a comment.
STEP, LONGEST = "    ", 400


def text(chain: Chain) -> str:
    """A chain as Python, all that is no code in comments."""
    first, branches = apart(chain.branches)
    return "\n".join([*before(chain), *first, *code(branches), *after(chain)])


def apart(branches: Sequence[Branch]) -> tuple[list[str], Sequence[Branch]]:
    """The statement with which every branch begins, and the branches without it."""
    begins = {branch.code[:-1] for branch in branches}
    if len(begins) != 1:
        return [], branches
    return list(*begins), [replace(branch, code=branch.code[-1:]) for branch in branches]


def before(chain: Chain) -> Iterator[str]:
    """What the code is for."""
    count, cells = len(chain.branches), f"{chain.cells} measured cell" + "s" * (chain.cells != 1)
    ways = f"{count} import paths, tried in turn" if count > 1 else "one import path" if count else "no import path"
    where = "" if chain.nothing or chain.unknown else " on all of them"
    yield comment(f"{chain.name} on TensorFlow {chain.releases} ({cells}): {ways}{where}")


def after(chain: Chain) -> Iterator[str]:
    """What the code does not do."""
    if chain.nothing:
        yield comment(f"no path that was tried works on {chain.nothing}")
    if chain.unknown:
        yield comment(f"not measured on {chain.unknown}")


def code(branches: Sequence[Branch]) -> list[str]:
    """The statements of some branches, each tried where those before it are not there."""
    if not branches:
        return []
    first, *others = branches
    if not others:
        return lines(first)
    inner = "\n".join(code(others))
    return [
        "try:",
        *(f"{STEP}{line}" for line in lines(first)),
        f"except {classes(first.raises)}:",
        *indent(inner, STEP).split("\n"),
    ]


def lines(branch: Branch) -> list[str]:
    """The statements of a branch, with where it serves beside the last."""
    *more, last = branch.code
    said = ", ".join(filter(None, (branch.where, branch.note)))
    return [*more, f"{last}  {comment(said)}"]


def classes(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"({', '.join(names)})"


def comment(text: str) -> str:
    return f"# {printable(text, LONGEST)}"
