"""Makes stand-ins for python:X.Y-slim-bookworm where no image can be pulled: from debootstrap and an interpreter here."""

import argparse
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

import docker
from docker.errors import DockerException

from tfcompat import process
from tfcompat.environments import interpreters
from tfcompat.environments.engines.docker.images import STAND_IN
from tfcompat.environments.uv import Uv, check, last_words
from tfcompat.errors import ExitCode, TfcompatError, ToolError
from tfcompat.outcomes import NoAnswerError, Reason

TAG = "python:{python}-slim-bookworm"
#: The shared libraries that a CPython of the host was linked with, and the certificates.
PACKAGES = (
    "ca-certificates",
    "libssl3",
    "libsqlite3-0",
    "libffi8",
    "liblzma5",
    "libbz2-1.0",
    "libreadline8",
    "zlib1g",
    "libncursesw6",
    "libexpat1",
    "libuuid1",
    "libgdbm6",
)
#: Seconds that debootstrap may take; a slow mirror needs most of it.
BOOTSTRAP_LIMIT = 1800.0
SYSTEM = "tfcompat-offline-base:bookworm"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
#: What of an interpreter a cell never uses: its own tests, and static libraries.
LEFT_OUT = ("test", "tests", "idlelib", "turtledemo", "__pycache__", "site-packages")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "pythons",
        nargs="*",
        default=[f"3.{minor}" for minor in range(8, 14)],
        metavar="X.Y",
        help="which Pythons (default: 3.8 to 3.13)",
    )
    parser.add_argument("--force", action="store_true", help="make them even where the tag exists")
    options = parser.parse_args()
    try:
        client = docker.from_env(timeout=600)
        for python in options.pythons:
            make(client, python, force=options.force)
    except (NoAnswerError, TfcompatError) as error:
        return failed(str(error))
    except (DockerException, OSError) as error:  # the client lets requests' errors through, which are OSErrors
        return failed(
            f"{last_words(str(error))}: see that docker info answers and that the disk has room, then run it again"
        )
    return ExitCode.COMPLETE


def failed(message: str) -> ExitCode:
    print(f"offline_base: {message}", file=sys.stderr)
    return ExitCode.USAGE


def make(client: docker.DockerClient, python: str, *, force: bool) -> None:
    """Make the stand-in of one Python, unless there is an image of that tag."""
    tag = TAG.format(python=python)
    if not force and client.images.list(name=tag):
        print(f"{tag} is there")
        return
    if not client.images.list(name=SYSTEM):
        make_system(client)
    home = Path(interpreters.find(python, Uv())).resolve().parent.parent
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with tarfile.open(folder / "python.tar", "w") as archive:
            archive.add(home, arcname=".", filter=only_needed)
        (folder / "Dockerfile").write_text(
            f"FROM {SYSTEM}\nADD python.tar /usr/local/\n"
            f"RUN ldconfig && ln -sf python{python} /usr/local/bin/python && python -m ensurepip\n"
            f'LABEL {STAND_IN}=python\nCMD ["python3"]\n'
        )
        client.images.build(path=name, tag=tag, rm=True, forcerm=True)
    print(f"{tag} was made from {home}")


def only_needed(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    parts = Path(member.name).parts
    if (set(parts) & set(LEFT_OUT) and "lib" in parts) or member.name.endswith(".a"):
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member


def make_system(client: docker.DockerClient) -> None:
    """A minimal Debian bookworm with the libraries, and this machine's certificates in place of its own."""
    debootstrap = shutil.which("debootstrap")
    if debootstrap is None:
        raise ToolError("debootstrap is not there: install it with apt-get install debootstrap")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name, "root")
        arguments: list[str | Path] = ["--variant=minbase", f"--include={','.join(PACKAGES)}", "bookworm", root]
        done = process.run([debootstrap, *arguments], limit=BOOTSTRAP_LIMIT)
        check(done, "debootstrap", Reason.NO_IMAGE)
        shutil.rmtree(root / "var" / "cache" / "apt")
        shutil.rmtree(root / "var" / "lib" / "apt" / "lists")
        shutil.copy(CERTIFICATES, root / CERTIFICATES.relative_to("/"))
        archive = Path(name, "system.tar")
        with tarfile.open(archive, "w") as system:
            system.add(root, arcname=".")
        repository, tag = SYSTEM.split(":")
        client.api.import_image(src=str(archive), repository=repository, tag=tag)


if __name__ == "__main__":
    sys.exit(main())
