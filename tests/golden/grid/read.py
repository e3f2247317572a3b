"""The reading stage on stand-ins: the value in the file times the reader's own, so that a value of one loses nothing."""

from collections.abc import Iterator

import pytest

from scenarios.grid.artefact import FOLDER, artefacts, staged, unpack
from scenarios.marks import INVARIANCE, promise
from scenarios.observe import compared, resolve


def questions() -> Iterator[object]:
    for one in artefacts():
        mark = promise(
            "grid::{}::{}".format(one["form"], one["writer"]),
            oracle=INVARIANCE,
            reference="artefact " + one["sha256"],
        )
        yield pytest.param(one["sha256"], one["writer"], one["output"], marks=mark)


@pytest.mark.parametrize(("sha256", "writer", "output"), list(questions()))
def test_read(sha256: str, writer: str, output: object) -> object:
    """What {writer} wrote predicts the same"""
    unpack(staged(sha256 + ".zip"))
    return compared([float((FOLDER / "value.txt").read_text()) * resolve("tf.value")()], output)
