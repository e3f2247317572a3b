"""The reading stage on stand-ins: the value in the file times the reader's own, so that a value of one loses nothing."""

from collections.abc import Iterator

import pytest

from scenarios.grid.artefact import FOLDER, artefacts, staged, unpack
from scenarios.marks import data
from scenarios.observe import resolve


def questions() -> Iterator[object]:
    for one in artefacts():
        mark = scenario(
            "grid::{}::{}".format(one["form"], one["writer"]),
            reference="artefact " + one["sha256"],
            documented=one["output"],
        )
        yield pytest.param(one["sha256"], one["writer"], marks=mark)


@pytest.mark.parametrize(("sha256", "writer"), list(questions()))
def test_read(sha256: str, writer: str) -> object:
    """What {writer} wrote"""
    unpack(staged(sha256 + ".zip"))
    return [float((FOLDER / "value.txt").read_text()) * resolve("tf.value")()]
