"""The contestants in Docker: a shell loop of ``docker run`` that installs each time, and one over built images."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.side_by_side import counts, material, plain
from benchmarks.side_by_side.clock import Command
from benchmarks.side_by_side.contestant import Phase
from benchmarks.side_by_side.material import Entry
from tfcompat.environments.engines.docker.images import BASE, BUILD_VARIABLES

DOCKERFILE = """\
ARG BASE
FROM ${BASE}
ARG PIP_INDEX_URL
ARG PIP_CERT
ARG REQUIREMENTS
COPY ca.pem* ${REQUIREMENTS} /build/
RUN python -m pip install --quiet --no-cache-dir --require-hashes -r /build/$(basename ${REQUIREMENTS})
"""
#: What every container gets. The suite is mounted, so that an edit needs no new image.
RUN = (
    "docker run --rm -e COUNT_FILE=/counts/$1 -e CUDA_VISIBLE_DEVICES=-1 -e TF_CPP_MIN_LOG_LEVEL=2 "
    '-e PYTHONDONTWRITEBYTECODE=1 -v "$PWD":/suite:ro -v "$PWD/counts":/counts -w /suite'
)
TESTS = "python -m pytest -q -p no:cacheprovider scenarios"
LOOP = """\
#!/bin/sh
# All cells at once, as the machine's cores allow.
cell() {{
{body}
}}
{calls}
wait
"""


@dataclass(kw_only=True)
class Loop:
    """A script that starts a container a cell; with ``built`` it builds an image for each first."""

    name: str
    built: bool
    entries: Sequence[Entry]
    folder: Path = field(default=Path())
    allowed: Sequence[int] = (0,)
    phases: Sequence[Phase] = tuple(Phase)
    own: str = field(default_factory=lambda: f"tfcompat-benchmark-{uuid.uuid4().hex[:8]}")

    @property
    def cells(self) -> Sequence[str]:
        return [entry.cell for entry in self.entries]

    def start(self, folder: Path, *, empty: bool) -> None:
        self.folder = folder
        plain.lay(folder, self.entries)
        certificates = os.environ.get("SSL_CERT_FILE")
        if certificates:
            shutil.copy(certificates, folder / "ca.pem")
        (folder / "Dockerfile").write_text(DOCKERFILE)
        (folder / ".dockerignore").write_text("*\n!requirements\n!ca.pem\n")
        for entry in self.entries:  # else the engine would take the layers of an earlier benchmark
            with (folder / "requirements" / f"{entry.cell}.txt").open("a") as file:
                file.write(f"# {self.own}\n")
        (folder / "loop.sh").write_text(script(self.entries, self.built, self.own, trusted=bool(certificates)))

    def command(self, phase: Phase) -> Command:
        return Command(argv=["sh", "loop.sh"], env=material.settings(self.folder), cwd=self.folder)

    def edit(self, number: int) -> None:
        material.edit(self.folder, number)

    def rows(self) -> int:
        return counts.take(self.folder, self.entries)

    def end(self) -> None:
        """Remove the images and the volume of this contestant."""
        for what in [["image", "rm", "--force", f"{self.own}:{entry.cell}"] for entry in self.entries]:
            subprocess.run(["docker", *what], check=False, capture_output=True)  # noqa: S607 - the command under test
        subprocess.run(["docker", "volume", "rm", "--force", self.own], check=False, capture_output=True)  # noqa: S607


def contestants(entries: Sequence[Entry]) -> list[Loop]:
    return [
        Loop(name="docker-run", built=False, entries=entries),
        Loop(name="docker-build", built=True, entries=entries),
    ]


def script(entries: Sequence[Entry], built: bool, own: str, *, trusted: bool) -> str:
    """The loop. ``own`` names its images and its volume; where ``trusted``, pip gets the certificates of ``ca.pem``."""
    body = build_and_run(own, trusted) if built else install_and_run(own, trusted)
    calls = "\n".join(f"cell {entry.cell} {BASE.format(python=entry.python)} &" for entry in entries)
    return LOOP.format(body=body, calls=calls)


def build_and_run(own: str, trusted: bool) -> str:
    """Build the image of a cell, which the engine's cache answers where nothing changed, and run the tests in it."""
    arguments = ["BASE=$2", "REQUIREMENTS=requirements/$1.txt", *(["PIP_CERT=/build/ca.pem"] if trusted else [])]
    arguments += [name for name in BUILD_VARIABLES if name in os.environ]
    options = " ".join(f"--build-arg {argument}" for argument in arguments)
    return f"    docker build -q -t {own}:$1 {options} . &&\n    {RUN} {own}:$1 {TESTS}"


def install_and_run(own: str, trusted: bool) -> str:
    """Install the requirements in a container of the base image and run the tests in it."""
    variables = [
        *(["PIP_CERT=/suite/ca.pem"] if trusted else []),
        *(name for name in BUILD_VARIABLES if name in os.environ),
    ]
    options = " ".join(f"-e {variable}" for variable in variables)
    install = "python -m pip install -q --require-hashes -r requirements/$1.txt"
    return f"    {RUN} {options} -v {own}:/root/.cache/pip $2 sh -c '{install} && {TESTS}' sh $1"
