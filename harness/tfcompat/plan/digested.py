"""The suite as a run needs it to decide what is new: its scenarios, and the digests of what each depends on."""

from pathlib import Path

import msgspec

from tfcompat.environments import staging
from tfcompat.files import hash_of, hash_of_source, write_bytes
from tfcompat.suite import catalogue, digests
from tfcompat.suite.catalogue import CataloguedScenario
from tfcompat.suite.program import Program


class Digested(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The scenarios of a suite in their order, the digest of each by its id, and that of the recorder."""

    scenarios: tuple[CataloguedScenario, ...]
    digests: dict[str, str]
    recorder: str


def digested(program: Program, cache: Path) -> Digested:
    """The digests of a program's suite, kept under ``<cache>/digests``; what is damaged there is made again.

    Raises DataError where the suite is broken.
    """
    path = cache / "digests" / f"{program.suite_hash}-{hash_of(rules(), program.bundle.name)}.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Digested)
    except (OSError, msgspec.DecodeError):
        made = make(program, cache)
    write_bytes(path, msgspec.json.encode(made))
    return made


def rules() -> str:
    """A hash of the code that lists scenarios and makes their digests: where it is another, both are made again."""
    return hash_of_source("suite/catalogue.py", "suite/digests.py", "suite/code/*.py")


def make(program: Program, cache: Path) -> Digested:
    files = staging.suite_files(program.suite)
    scenarios = catalogue.load(program, cache).scenarios
    return Digested(
        scenarios=scenarios,
        digests=digests.digests(files, scenarios),
        recorder=digests.recorder_digest(files),
    )
