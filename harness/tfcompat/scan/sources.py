"""Sources: the Python files and notebooks below some paths as syntax trees, and a note for each that cannot be read."""

import ast
import codecs
import io
import json
import os
import re
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfcompat.errors import SelectionError

#: The files that are looked at, and the folders that are not: they hold other people's code.
SUFFIXES = (".py", ".ipynb")
LEFT_OUT = frozenset(
    {"__pycache__", "node_modules", "site-packages", "build", "dist", "venv", "env", ".git", ".hg", ".tox", ".venv"}
)
#: Bytes of a Python file and of a notebook, whose pictures are in it; what is larger was made by a program.
LARGEST = {".py": 1_000_000, ".ipynb": 30_000_000}
#: What a file has in it that may use TensorFlow or Keras, by itself or by a module beside it, and one that normalizes, adapts or
#: asks for a version. What has not both is not parsed.
ABOUT = re.compile(rb"tensorflow|keras|^\s*from\s+\.|Normalization|\.adapt\(", re.MULTILINE)
NORMALIZES = re.compile(
    rb"normali[sz]|batch_?norm|moments|response_norm|preprocessing|vectorization|lookup|discretization|__version__|version\.VERSION",
    re.IGNORECASE,
)
#: Encodings that Python decodes in quadratic time: a megabyte takes minutes.
SLOW = frozenset({"punycode", "idna"})
#: Lines that IPython reads and Python does not, and what may stand before them: nothing, or names that get what they give.
MAGIC = re.compile(r"^(\s*)(?:[%!?]|[\w.]+\?{1,2}\s*$)")
GETS_MAGIC = re.compile(r"^(\s*[\w.]+(?:\s*,\s*[\w.]+)*\s*=\s*)[!%].*$")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A syntax tree: a whole file (``cell`` is 0), or a cell of a notebook by its number from 1."""

    tree: ast.Module
    cell: int = 0


@dataclass(frozen=True, kw_only=True)
class Note:
    """What could not be read, and why."""

    path: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file: its pieces in order, and what could not be read of it."""

    path: Path
    pieces: tuple[Piece, ...] = ()
    notes: tuple[Note, ...] = ()


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The Python files and notebooks of some paths, each once. A link to a folder is not followed, so no loop is endless.

    Raises SelectionError where a path is not there.
    """
    known: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise SelectionError(f"{path} is not there: name Python files, notebooks or folders of them")
        for file in below(path) if path.is_dir() else (path,):
            if file not in known:
                known.add(file)
                yield file


def below(folder: Path) -> Iterator[Path]:
    """The files of a folder, sorted, and folders in it that cannot be listed."""
    closed: list[Path] = []
    for root, folders, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        folders[:] = sorted(name for name in folders if name not in LEFT_OUT and not name.endswith(".egg-info"))
        yield from (Path(root, name) for name in sorted(names) if name.endswith(SUFFIXES))
    yield from closed


def read(path: Path) -> Source:
    """A file as syntax trees; without a piece where it does not normalize, and with a note where it cannot be read."""
    try:
        if not path.is_file():
            return unread(path, "is a folder that cannot be listed" if path.is_dir() else "is no file")
        if (size := path.stat().st_size) > LARGEST.get(path.suffix, LARGEST[".py"]):
            return unread(path, f"is too large to be read: {size} bytes")
        data = path.read_bytes()
    except OSError as error:
        return unread(path, f"cannot be read: {error.strerror or error}")
    if not (ABOUT.search(data) and NORMALIZES.search(data)):
        return Source(path=path)
    return of_notebook(path, data) if path.suffix == ".ipynb" else of_python(path, data)


def unread(path: Path, says: str) -> Source:
    return Source(path=path, notes=(Note(path=str(path), says=says),))


def of_python(path: Path, data: bytes) -> Source:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        if codecs.lookup(encoding).name in SLOW:
            return unread(path, f"is written in {encoding}, which is not read")
        piece = Piece(tree=parsed(data.decode(encoding)))
    except UNPARSED as error:
        return unread(path, f"cannot be parsed: {why(error)}")
    return Source(path=path, pieces=(piece,))


def of_notebook(path: Path, data: bytes) -> Source:
    """The code cells of a notebook of format 3 or 4; a cell that cannot be parsed is passed over with a note."""
    try:
        cells = list(code_cells(json.loads(data)))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        return unread(path, f"is not a notebook: {why(error)}")
    pieces, notes = [], []
    for number, text in cells:
        try:
            pieces.append(Piece(tree=parsed(without_magic(text)), cell=number))
        except UNPARSED as error:
            notes.append(Note(path=str(path), says=f"cell {number} cannot be parsed: {why(error)}"))
    return Source(path=path, pieces=tuple(pieces), notes=tuple(notes))


def code_cells(notebook: Any) -> Iterator[tuple[int, str]]:
    """The code of a notebook, cell by cell, with the number of the cell among all of them."""
    sheets = notebook.get("worksheets")
    cells = [cell for sheet in sheets for cell in sheet["cells"]] if sheets else notebook["cells"]
    for number, cell in enumerate(cells, 1):
        if cell["cell_type"] == "code":
            text = cell.get("source", cell.get("input", ""))
            yield number, text if isinstance(text, str) else "".join(text)


def without_magic(text: str) -> str:
    """The code of a cell with ``pass`` for each line that only IPython reads; of a cell in another language nothing."""
    if text.lstrip().startswith("%%") and not text.lstrip().startswith(("%%time", "%%capture")):
        return ""
    return "\n".join(GETS_MAGIC.sub(r"\1...", MAGIC.sub(r"\1pass  # ", line)) for line in text.split("\n"))


#: What the parser raises for text that is no Python, or too deep for it.
UNPARSED = (SyntaxError, ValueError, LookupError, RecursionError, MemoryError)


def parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the user's escapes and comparisons
        return ast.parse(text)


def why(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}" if error.lineno else str(error.msg)
    return "it is nested too deeply" if isinstance(error, RecursionError | MemoryError) else str(error)
