"""Whole files: one that is written is there with all of its content, or as it was before."""

import tempfile
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, make: Callable[[Path], object]) -> Path:
    """Let ``make`` write a file beside the place, then give it its name; the path. The folder is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = Path(folder, path.name)
        make(made)
        made.replace(path)
    return path
