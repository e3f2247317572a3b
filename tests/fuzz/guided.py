"""The readers, fuzzed by coverage: ``python -m tests.fuzz.guided [READER...] --seconds N``.

Atheris changes the documents that the readers are tested with, byte by byte, and keeps what reaches code that nothing before
reached, below ``corpus/``. It takes over the process that it runs in, so that each reader has one of its own. A reader that
raises what it should not, takes more than a second or more than 500 MB ends it with the input.
"""

import argparse
import gc
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from types import FunctionType

from tests.conftest import MEMORY
from tests.fuzz import test_readers
from tests.fuzz.conftest import CORPUS
from tests.fuzz.strange import json_text

#: The most that a reader may take for one input: seconds, and MB of the whole process with what it has loaded beside that.
SECONDS, MEGABYTES, LOADED = 1, 500, 500
#: Seconds for each reader below which nothing is done.
LEAST = 10
#: Bytes of the longest input; longer ones find nothing else, and take their time.
LONGEST = 20_000
#: By its name each reader, as a test of it is given a text, and the documents from which its inputs are made.
READERS: Mapping[str, tuple[Callable[[str], None], Sequence[str]]] = {
    "line": (test_readers.read_line, test_readers.LINES),
    "trial": (test_readers.read_trial, ["\n".join(test_readers.LINES) + "\n"]),
    "manifest": (test_readers.read_manifest, [json_text(test_readers.PLAN)]),
    "releases": (test_readers.read_releases, [test_readers.RELEASES]),
    "variants": (test_readers.read_variants, [test_readers.VARIANTS]),
    "lock": (test_readers.read_lock, [test_readers.LOCK]),
    "claims": (test_readers.read_claims, [test_readers.CLAIMS]),
    "beside": (test_readers.read_beside, ['{"schema": 1}', "[]"]),
    "selection": (test_readers.read_selection, [">=2.6,<2.16", "2.15..2.17,latest", "1/4"]),
    "escapes": (test_readers.escape_everywhere, ["\x1b[31m<b>\u202e", "plain"]),
    "index": (test_readers.read_index, ["PAR1"]),
    "code": (test_readers.read_code, [test_readers.CODE]),
    "notebook": (test_readers.read_notebook, [json_text(test_readers.NOTEBOOK)]),
}


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    if options.inside:
        return inside(*options.readers, seconds=options.seconds)
    if reason := left_out(options.seconds):
        print(f"not fuzzed by coverage: {reason}")
        return 0
    names = options.readers or list(READERS)
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        codes = list(executor.map(lambda name: fuzz(name, options.seconds), names))
    broken = [name for name, code in zip(names, codes, strict=True) if code]
    print(f"{len(names)} readers, {options.seconds} s each: {', '.join(broken) or 'none'} broke")
    return int(bool(broken))


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    made.add_argument("readers", nargs="*", metavar="READER", help=f"some of {', '.join(READERS)}; default: all")
    made.add_argument("--seconds", type=float, default=20, help="seconds for each reader (default: 20)")
    made.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return made


def left_out(seconds: float) -> str:
    """Why no reader is fuzzed, where none is."""
    if find_spec("atheris") is None:
        return "atheris is not made for this Python or system"
    return f"{LEAST} s for each reader are the least that finds anything" if seconds < LEAST else ""


def fuzz(name: str, seconds: float) -> int:
    """The exit code of the process in which a reader is fuzzed; how many inputs it took, or what broke it, is printed."""
    command = [sys.executable, "-m", "tests.fuzz.guided", name, "--seconds", str(seconds), "--inside"]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    units = re.search(r"number_of_executed_units: (\d+)", done.stdout)
    print(f"{name}: {units[1]} inputs" if units and not done.returncode else f"{name}:\n{done.stdout}", flush=True)
    return done.returncode


def inside(name: str, *, seconds: float) -> int:
    """Fuzz a reader in this process, which ends with it."""
    import atheris

    read, documents = READERS[name]
    for function in functions():
        atheris.instrument_func(function)

    def take(data: bytes) -> None:
        read(data.decode("utf-8", "replace"))

    if MEMORY:
        tempfile.tempdir = str(MEMORY)
    corpus = CORPUS / name
    corpus.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for number, document in enumerate(documents):
            Path(folder, f"document-{number}").write_bytes(document.encode("utf-8", "surrogatepass"))
        atheris.Setup([sys.argv[0], *settings(name, seconds), str(corpus), folder], take)
        atheris.Fuzz()
    return 0


def functions() -> list[FunctionType]:
    """The functions of the harness: what of Python's own code an input reaches leads nowhere."""
    every = [thing for thing in gc.get_objects() if isinstance(thing, FunctionType)]
    return [function for function in every if (function.__module__ or "").startswith("tfcompat.")]


def settings(name: str, seconds: float) -> list[str]:
    """The settings of libFuzzer, which says only what it found."""
    return [
        f"-max_total_time={seconds:.0f}",
        f"-timeout={SECONDS}",
        f"-rss_limit_mb={LOADED + MEGABYTES}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={CORPUS}/found-{name}-",
        "-verbosity=0",
        "-print_final_stats=1",
    ]


if __name__ == "__main__":
    sys.exit(main())
