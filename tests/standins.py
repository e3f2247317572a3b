"""Stand-in distributions of known outcome, and a package index that serves them on this machine only."""

import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

from tests.answering import answering

PACKAGE = "tensorflow-cpu"
COMMON = "__version__ = '{version}'\nconstant = float\ndef function(python): return python\n"
#: What each stand-in release does when it is asked for its value; the minor says which.
BEHAVIOURS = {
    "9.0.0": "def value(): return 1.0",
    "9.1.0": "def value(): return 2.0",
    "9.2.0": "def value(): raise ValueError('no <b>value</b> | today')",
    "9.3.0": "import os\ndef value(): os.abort()",
    "9.4.0": "import time\ndef value(): time.sleep(600)",
    "9.5.0": "def value():\n    kept = []\n    while True: kept.append(bytes(1 << 28))",
    "9.6.0": "",
    "9.7.0": "raise ImportError('this distribution is broken')",
    "9.8.0": "import os\ndef value(): os._exit(0)",
}
#: A release that no index has, and one whose lock names another hash than its wheel's.
ABSENT, TAMPERED = "9.9.0", "9.10.0"
UPLOADED = "2020-01-02T00:00:00Z"


def write_wheel(folder: Path, version: str, code: str, package: str = PACKAGE) -> Path:
    """A wheel of the stand-in TensorFlow: one module with that code."""
    stem = package.replace("-", "_")
    info = f"{stem}-{version}.dist-info"
    files = {
        "tensorflow/__init__.py": COMMON.format(version=version) + code + "\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: standins\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    path = folder / f"{stem}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text)
    return path


def write_index(folder: Path) -> None:
    """A simple index of the stand-ins in a folder: ``simple/tensorflow-cpu/index.html`` and the wheels beside it."""
    package = folder / "simple" / PACKAGE
    package.mkdir(parents=True)
    wheels = [write_wheel(package, version, code) for version, code in {**BEHAVIOURS, TAMPERED: ""}.items()]
    write_page(package, wheels)


def write_page(folder: Path, wheels: Sequence[Path]) -> None:
    """The page of a simple index that lists some wheels."""
    links = [
        f'<a href="{wheel.name}#sha256={digest(wheel)}" data-upload-time="{UPLOADED}">{wheel.name}</a>'
        for wheel in wheels
    ]
    (folder / "index.html").write_text("<!DOCTYPE html><html><body>" + "<br>".join(links) + "</body></html>")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, *arguments: object) -> None:
        return


@contextmanager
def serving(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    """Serve a folder's index on the loopback address; its URL."""
    with answering(partial(handler, directory=str(folder))) as port:
        yield f"http://127.0.0.1:{port}/simple"


def releases_toml(python: str) -> str:
    """The releases of the stand-ins, all for one Python."""
    rows = "".join(
        f'    {{ version = "{version}", date = 2020-01-01, pythons = ["{python}"], megabytes = 1 }},\n'
        for version in [*BEHAVIOURS, ABSENT, TAMPERED]
    )
    return f"releases = [\n{rows}]\n"


def tampered_lock(python: str) -> str:
    """A lock whose hash is not that of any wheel."""
    cell = f"tf{TAMPERED}-py{python}"
    return (
        f"# tfcompat lock of {cell} with {PACKAGE}\n# exclude-newer: 2020-02-01\n"
        f"{PACKAGE}=={TAMPERED} \\\n    --hash=sha256:{'0' * 64}\n"
    )
