"""An artefact's way into bytes and out of them: the files that one release wrote, for another to read."""

import base64
import io
import json
import zipfile
from pathlib import Path
from typing import Any, Dict, List

#: Where an artefact's files are, in the folder that a scenario has for itself.
FOLDER = Path("artefact")
#: Bytes that an artefact's files may take together: many times what they do.
LARGEST = 10_000_000
#: The earliest moment that a zip file knows: the same files make the same bytes.
MOMENT = (1980, 1, 1, 0, 0, 0)


def packed() -> str:
    """The files of the artefact's folder as base64 of a zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(path.relative_to(FOLDER).as_posix(), MOMENT)
            archive.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def unpack(path: Path) -> None:
    """Lay an artefact's files into its folder. It came out of another cell: zipfile writes no links and nothing outside."""
    with zipfile.ZipFile(str(path)) as archive:
        if sum(info.file_size for info in archive.infolist()) > LARGEST:
            raise ValueError("the artefact's files take more than %d bytes" % LARGEST)
        archive.extractall(str(FOLDER))


def artefacts() -> List[Dict[str, Any]]:
    """The artefacts that were staged beside the suite: each ``form``, ``writer``, ``output`` and ``sha256``."""
    index = staged("artefacts.json")
    found: List[Dict[str, Any]] = json.loads(index.read_text("ascii")) if index.exists() else []
    return found


def staged(name: str) -> Path:
    return Path(__file__).resolve().parent / name
