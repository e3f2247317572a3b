"""The writing stage on stand-ins: the value that a stand-in has, in a file."""

from scenarios.grid.artefact import FOLDER, packed
from scenarios.marks import presence
from scenarios.observe import resolve


@presence("write::text", reference="tests/standins.py", largest=2000)
def test_text() -> object:
    """The value as text"""
    FOLDER.mkdir()
    value = resolve("tf.value")()
    (FOLDER / "value.txt").write_text(str(value))
    return {"output": [value], "artefact": packed()}
