"""Text: what each line of a report says, and how many of what."""

from pathlib import Path

import pytest

from tests import fakes
from tests.scan.made import door
from tfcompat.door.fill import in_memory
from tfcompat.scan import text
from tfcompat.scan.report import Report, scan

IMPORT = "import tensorflow as tf\n"
OLD = "tf.keras.layers.experimental.preprocessing.Normalization"
NORM, GROUP = "tf.keras.layers.Normalization", "tf.keras.layers.GroupNormalization"
BATCH, L2 = "tf.keras.layers.BatchNormalization", "tf.nn.l2_normalize"


def report(folder: Path, code: str, wanted: str | None = None, requirement: str = "") -> Report:
    (folder / "code.py").write_text(IMPORT + code, encoding="utf-8")
    if requirement:
        (folder / "pyproject.toml").write_text(requirement, encoding="utf-8")
    return scan([folder], door(), wanted)


def said(found: Report, **settings: bool) -> list[str]:
    return [line.rpartition("code.py:")[2] for line in text.lines(found, **settings)]


def test_what_works_is_shown_unless_only_what_is_worth_it_is(tmp_path: Path) -> None:
    found = report(tmp_path, f"{BATCH}()\n")
    assert said(found)[:2] == [f"2:1: {BATCH}", "  works 2.5.3 – 2.21.0"]
    assert said(found, everything=False)[0] == text.ONE_MORE
    assert said(report(tmp_path, f"{BATCH}()\n{L2}(x)\n"), everything=False)[0] == (
        "2 more work wherever they were asked: --all shows them"
    )


def test_what_breaks_nowhere_that_was_asked_is_not_worth_a_line(tmp_path: Path) -> None:
    assert said(report(tmp_path, f"{NORM}()\n", ">=2.6"), everything=False)[0] == text.ONE_MORE
    assert said(report(tmp_path, f"{NORM}()\n", "2.5"), everything=False)[0] == f"2:1: {NORM}"


def test_what_is_not_judged_says_why(tmp_path: Path) -> None:
    guarded = f"if hasattr(tf.keras.layers, 'Normalization'):\n    {NORM}()\n"
    handled = "try:\n    from tensorflow.keras.layers import RMSNormalization\nexcept ImportError:\n    pass\n"
    assert "  not judged: a condition decides whether it runs" in said(report(tmp_path, guarded))
    assert "  not judged: the code cares for a failure" in said(report(tmp_path, handled))
    assert not [line for line in said(report(tmp_path, f"{NORM}()\n")) if "judged" in line]


def test_what_to_write_instead_is_told_only_of_what_goes_wrong(tmp_path: Path) -> None:
    """A list of rows works on all the releases of the made table."""
    lines = said(report(tmp_path, f"{NORM}().adapt([[1.0], [2.0]])\n{NORM}(mean=1.0)\n"))
    works, breaks = lines.index("2:1: adapt() to a list of lists [list-of-rows]"), lines.index("  instead: give both")
    assert lines[works + 1] == "  works 2.5.3 – 2.21.0"
    assert not lines[works + 2].startswith("  instead")
    assert lines[breaks - 1] == "  breaks 2.5.3 – 2.21.0"
    assert not [line for line in said(report(tmp_path, f"{OLD}()\n", ">=2.16")) if "instead" in line]


def test_what_no_scenario_asks_for_says_so_and_that_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(f"{IMPORT}{NORM}()\n", encoding="utf-8")
    lines = said(scan([tmp_path], in_memory(fakes.table())))
    assert lines == [
        f"2:1: {NORM}",
        "  not known: no scenario asks for it",
        "1 use or trap in 1 file",
        "which releases suit is not known (nothing is measured)",
    ]


def test_one_release_is_measured_from_itself_to_itself(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(f"{IMPORT}{NORM}()\n", encoding="utf-8")
    trial = fakes.trial("tf2.6.5-py3.9", fakes.outcome(f"imports::{NORM}"))
    found = scan([tmp_path], in_memory(fakes.table(trial)))
    assert text.suits(found) == "suits all of it: tensorflow==2.6.5 (measured: 2.6.5 to 2.6.5)"


def test_a_use_that_no_row_knows_leaves_what_suits_unknown(tmp_path: Path) -> None:
    found = report(tmp_path, "tf.keras.layers.UnheardNormalization()\n")
    assert text.suits(found) == "which releases suit is not known (measured: 2.5.3 to 2.21.0)"


def test_files_and_uses_are_counted_in_words(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text("x = 1\n", encoding="utf-8")
    assert said(report(tmp_path, "")) == ["0 uses and traps in 2 files"]
    assert "1 use or trap in 2 files" in said(report(tmp_path, f"{NORM}()\n"))
    assert "2 uses and traps in 2 files" in said(report(tmp_path, f"{NORM}()\n{BATCH}()\n"))


def test_only_what_alone_keeps_releases_out_would_widen_what_suits(tmp_path: Path) -> None:
    """Of two that break on the same releases, to change one is no help."""
    line = f"to add 2.5.3, change {NORM} at "
    assert [one for one in text.lines(report(tmp_path, f"{NORM}()\n")) if one.startswith("to add")] == [
        f"{line}{tmp_path}/code.py:2:1"
    ]
    both = report(tmp_path, f"{NORM}()\ntf.keras.layers.UnitNormalization()\n")
    assert [one for one in text.lines(both) if one.startswith("to add")] == [
        f"to add 2.6.5, change tf.keras.layers.UnitNormalization at {tmp_path}/code.py:3:1"
    ]


@pytest.mark.parametrize(
    ("requirement", "says"),
    [
        ("tensorflow>=2.6", "which suits the code"),
        ("tensorflow", "which admits releases that do not suit the code: 2.5.3"),
        ("tensorflow==1.15", "which admits no release that was measured"),
    ],
)
def test_the_requirement_of_the_project_suits_or_does_not(requirement: str, says: str, tmp_path: Path) -> None:
    found = report(tmp_path, f"{NORM}()\n", requirement=f'[project]\ndependencies = ["{requirement}"]')
    assert said(found)[-1].endswith(f"requires {requirement}, {says}")


def test_of_many_names_some_are_named_and_the_others_counted() -> None:
    letters = list("abcdefghi")
    assert text.some(letters[:6]) == "a, b, c, d, e, f"
    assert text.some(letters[:7]) == "a, b, c, d, e, f and 1 more"
    assert text.some(letters) == "a, b, c, d, e, f and 3 more"
