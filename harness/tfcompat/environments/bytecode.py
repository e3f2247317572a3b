"""The byte-code of the runner bundle for each Python of the cells: made once by a cell's own interpreter, then read by all."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec

from tfcompat import locking
from tfcompat.environments.engine import Sandbox
from tfcompat.files import write_bytes
from tfcompat.suite.program import Program


class BytecodeLine(msgspec.Struct, tag_field="kind", tag="bytecode", frozen=True, forbid_unknown_fields=True):
    """What a cell writes of a file of the bundle: its path there, and its byte-code (base64 in JSON)."""

    file: str
    code: bytes


def prepare(program: Program, sandbox: Sandbox, python: str) -> None:
    """Keep the byte-code of a program's bundle for a Python such as ``3.10``, beside the bundle's files, if it is not there.

    A sandbox of that Python makes it, without the packages of its cell. Without byte-code a cell is slower, and else the
    same: what cannot be made or is not well formed is left out.
    """
    done = program.bundle.with_suffix(f".py{python}")
    if done.exists() or not program.bundle.is_dir():
        return
    with locking.holding(program.bundle.with_suffix(".lock")):
        if done.exists():
            return
        lines: list[str] = []
        if sandbox.run(replace(program, compiles=True), lines.append).code == 0:
            sources = set(program.bundle.rglob("*.py"))
            for line in parsed(lines):
                if program.bundle / line.file in sources:
                    keep(line, program.bundle, f"cpython-{python.replace('.', '')}")
            done.touch()


def parsed(texts: list[str]) -> Iterator[BytecodeLine]:
    for text in texts:
        try:
            line = msgspec.json.decode(text, type=BytecodeLine)
        except msgspec.DecodeError:
            continue
        yield line


def keep(line: BytecodeLine, bundle: Path, tag: str) -> None:
    """Write the byte-code of a file of the bundle where Python looks for it, readable by all."""
    source = bundle / line.file
    folder = source.parent / "__pycache__"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    write_bytes(folder / f"{source.stem}.{tag}.pyc", line.code).chmod(0o644)
