"""What fuzzing by coverage has kept is read, or refused, as it was then: each input by its reader, without atheris."""

import pytest

from tests.fuzz.conftest import CORPUS
from tests.fuzz.guided import READERS


@pytest.mark.parametrize("name", READERS)
def test_each_input_that_was_kept_is_read_or_refused(name: str) -> None:
    read, _ = READERS[name]
    inputs = sorted(path for path in (CORPUS / name).iterdir() if path.is_file())
    assert inputs
    for path in inputs:
        read(path.read_bytes().decode("utf-8", "replace"))
