"""tfcompat doctor: a line for each thing, and the exit code that says whether one is lacking."""

import pytest

from tests.command import Call
from tfcompat.commands.measure import doctor
from tfcompat.run.doctor import Diagnosis

THERE, LACKING = Diagnosis(good=True, sentence="uv is at /bin/uv"), Diagnosis(good=False, sentence="there is no Python")


@pytest.mark.parametrize(("diagnoses", "code"), [((THERE,), 0), ((THERE, LACKING), 3), ((LACKING, THERE), 3)])
def test_what_is_lacking_is_marked_and_exits_with_three(
    diagnoses: tuple[Diagnosis, ...], code: int, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "diagnoses", lambda cells, project: iter(diagnoses))
    lines = {THERE: "✓ uv is at /bin/uv\n", LACKING: "✗ there is no Python\n"}
    assert call("doctor", "--tf", "2.16") == (code, "".join(lines[diagnosis] for diagnosis in diagnoses), "")
