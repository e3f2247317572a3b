"""The byte-code of the bundle for the interpreter that runs this, as lines that the harness keeps: a cell only reads the bundle."""

import base64
import json
import os
import py_compile
import tempfile
from typing import Any, Iterator, Tuple


def write(bundle: str, channel: int) -> int:
    """Write a line for each file of the bundle that compiles: its path in the bundle and its byte-code."""
    with os.fdopen(channel, "w", encoding="ascii") as output:
        for name, code in compiled(bundle):
            line = {"kind": "bytecode", "file": name, "code": encoded(code)}
            output.write(json.dumps(line) + "\n")
    return 0


def compiled(bundle: str) -> Iterator[Tuple[str, bytes]]:
    """The path in the bundle and the byte-code of each file; what this Python cannot read is left out."""
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, "compiled")
        for path in sources(bundle):
            try:
                py_compile.compile(path, target, doraise=True)
            except py_compile.PyCompileError:
                continue
            with open(target, "rb") as file:
                yield os.path.relpath(path, bundle), file.read()


def sources(bundle: str) -> Iterator[str]:
    for folder, _, names in os.walk(bundle):
        yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".py"))


def encoded(code: bytes) -> Any:
    return base64.b64encode(code).decode("ascii")
