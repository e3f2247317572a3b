"""A change inside of functions, put into a module that is imported already: their code is exchanged, and nothing imported again."""

import gc
from collections.abc import Iterator
from inspect import CO_OPTIMIZED
from types import CodeType, FunctionType

Key = tuple[str, int]


class Patch:
    """A module that is imported, and of whose functions the code can be exchanged."""

    def __init__(self, file: str, source: str) -> None:
        self.file = file
        self.code = compile(source, file, "exec")
        every = (thing for thing in gc.get_objects() if isinstance(thing, FunctionType))
        self.functions = [function for function in every if function.__code__.co_filename == file]

    def put(self, source: str) -> set[Key] | None:
        """Exchange the code of the functions that a changed source has otherwise; None where something else differs too."""
        new = compile(source, self.file, "exec")
        if outside(self.code) != outside(new):
            return None
        before, after = dict(functions(self.code)), dict(functions(new))
        changed = {key for key, code in before.items() if code != after.get(key)}
        mine = [(function, key_of(function.__code__)) for function in self.functions]
        if not changed <= {key for _, key in mine}:
            return None
        whole = all(exchange(function, after[key]) for function, key in mine if key in changed)
        return changed if whole else None


def exchange(function: FunctionType, code: CodeType) -> bool:
    """Give a function other code; False where that reaches for other variables around it."""
    if len(function.__code__.co_freevars) != len(code.co_freevars):
        return False
    function.__code__ = code
    return True


def outside(code: CodeType) -> list[object]:
    """What runs when a module is imported: its code and that of its classes, and of functions only where they stand."""
    parts: list[object] = [code.co_code, code.co_names]
    for constant in code.co_consts:
        if not isinstance(constant, CodeType):
            parts.append((type(constant), repr(constant)))
        else:
            parts.append(key_of(constant) if is_function(constant) else outside(constant))
    return parts


def functions(code: CodeType) -> Iterator[tuple[Key, CodeType]]:
    """The functions that exist after an import; those inside of them are a part of their code."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if is_function(constant):
                yield key_of(constant), constant
            else:
                yield from functions(constant)


def is_function(code: CodeType) -> bool:
    return bool(code.co_flags & CO_OPTIMIZED)


def key_of(code: CodeType) -> Key:
    return code.co_qualname, code.co_firstlineno
