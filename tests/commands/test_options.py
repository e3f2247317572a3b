"""The options that choose cells: a release that cannot run here is left out, and that is said."""

from pathlib import Path

import pytest

from tests.test_cli import Call, call

__all__ = ["call"]

LEFT_OUT = "left out, for the runner works on none of their Pythons: TensorFlow 2.90.0, 2.91.0\n"


@pytest.fixture(autouse=True)
def _releases_of_tomorrow(project_folder: Path) -> None:
    """Three new rows: of two stable releases and of a pre-release, for Pythons that are too new."""
    path = project_folder / "images" / "releases.toml"
    rows = "".join(
        f'    {{ version = "{version}", date = 2030-01-02, pythons = ["3.14", "3.15"], megabytes = 200 }},\n'
        for version in ("2.90.0", "2.91.0", "2.92.0rc0")
    )
    path.write_text(path.read_text().rstrip().removesuffix("]") + rows + "]\n")


@pytest.mark.parametrize(
    "selection",
    [
        (),
        ("--tf", "all"),
        ("--tf", ">=2.16"),
        ("--tf", "2.16,2.90,2.91.0"),
        ("--python", "all"),
        ("--python", "telling"),
        ("--variant", "all"),
    ],
)
def test_a_release_without_a_runnable_python_is_left_out_and_told(call: Call, selection: tuple[str, ...]) -> None:
    code, said, complained = call("list", *selection)
    assert (code, complained) == (0, LEFT_OUT)
    assert "tf2.16.2-py3.12" in said
    assert "tf2.9" not in said.replace("tf2.9.", "")


@pytest.mark.parametrize("selection", [("--only", "tf2.16*"), ("--python", "3.12"), ("--tf", "2.16")])
def test_nothing_is_told_of_what_was_not_asked_for(call: Call, selection: tuple[str, ...]) -> None:
    code, said, complained = call("list", *selection)
    assert (code, complained) == (0, "")
    assert "tf2.16.2-py3.12" in said


def test_an_unfinished_release_is_left_out_beside_others(call: Call) -> None:
    assert call("list", "--tf", "pre,2.16")[::2] == (0, LEFT_OUT.replace("2.90.0, 2.91.0", "2.92.0rc0"))


@pytest.mark.parametrize("wanted", ["2.91.0", "2.91", "latest", ">=2.91"])
def test_where_nothing_is_left_it_is_an_error(call: Call, wanted: str) -> None:
    assert call("list", "--tf", wanted) == (
        2,
        "",
        "tfcompat: TensorFlow 2.91.0 has wheels for Python 3.14, 3.15 only; the runner works on 3.8 to 3.13\n",
    )
