"""Modules: what the user's own modules hand on, so that a class that one of them imports is known where it is used."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from tfcompat.scan.code.statements import Statements, TooLongError
from tfcompat.scan.code.values import Dotted, Value
from tfcompat.scan.sources import read

#: How many modules one may be handed on through.
DEEPEST = 4


class Modules:
    """The modules beside some files; each is read once."""

    def __init__(self) -> None:
        self.known: dict[Path, Mapping[str, Value]] = {}
        self.active: list[Path] = []

    def names(self, file: Path, node: ast.ImportFrom) -> Mapping[str, Value]:
        """What a module of the user's own, imported from in a file, has of other packages by its names; else nothing."""
        for path in places(file, node):
            if is_file(path):
                return self.of(path)
        return {}

    def of(self, path: Path) -> Mapping[str, Value]:
        if path in self.known:
            return self.known[path]
        if path in self.active or len(self.active) >= DEEPEST:
            return {}
        self.active.append(path)
        try:
            self.known[path] = self.read(path)
        finally:
            self.active.pop()
        return self.known[path]

    def read(self, path: Path) -> Mapping[str, Value]:
        code = Statements(str(path), lambda node: self.names(path, node))
        try:
            for piece in read(path).pieces:
                code.follow(piece.tree, piece.cell)
        except (TooLongError, RecursionError):
            return {}
        return {name: value for name, value in code.world.names.items() if isinstance(value, Dotted)}


def places(file: Path, node: ast.ImportFrom) -> Iterator[Path]:
    """Where the module of an import may be: from the folder of the file for a relative one, else beside the file or its package."""
    parts = node.module.split(".") if node.module else []
    for folder in folders(file, node.level):
        yield folder.joinpath(*parts, "__init__.py")
        if parts:
            yield folder.joinpath(*parts[:-1], f"{parts[-1]}.py")


def is_file(path: Path) -> bool:
    """Whether there is a file; none where a system refuses to look, such as by a name that is too long for it."""
    try:
        return path.is_file()
    except OSError:
        return False


def folders(file: Path, level: int) -> Iterator[Path]:
    folder = file.absolute().parent
    if level:
        yield folder.joinpath(*[".."] * (level - 1)).resolve()
        return
    yield folder
    while is_file(folder / "__init__.py") and folder != folder.parent:
        folder = folder.parent
    yield folder
