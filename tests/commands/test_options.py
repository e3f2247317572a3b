"""The options that choose cells: a selection of nothing is an error, and a release that cannot run is left out and said."""

from pathlib import Path

import pytest

from tests.command import Call
from tests.fakes import FakeEngine

LEFT_OUT = "left out, no supported Python: TensorFlow 2.90.0, 2.91.0\n"


@pytest.fixture
def _releases_of_tomorrow(project_folder: Path) -> None:
    """Three new rows: of two stable releases and of a pre-release, for Pythons that are too new."""
    path = project_folder / "images" / "releases.toml"
    rows = "".join(
        f'    {{ version = "{version}", date = 2030-01-02, pythons = ["3.14", "3.15"], megabytes = 200 }},\n'
        for version in ("2.90.0", "2.91.0", "2.92.0rc0")
    )
    path.write_text(path.read_text().rstrip().removesuffix("]") + rows + "]\n")


@pytest.mark.usefixtures("_releases_of_tomorrow")
@pytest.mark.parametrize(
    "selection",
    [
        (),
        ("--tf", "all"),
        ("--tf", ">=2.16"),
        ("--tf", "2.16,2.90,2.91.0"),
        ("--python", "all"),
        ("--python", "relevant"),
        ("--variant", "all"),
    ],
)
def test_a_release_without_a_runnable_python_is_left_out_and_told(call: Call, selection: tuple[str, ...]) -> None:
    code, said, complained = call("list", *selection)
    assert (code, complained) == (0, LEFT_OUT)
    assert "tf2.16.2-py3.12" in said
    assert "tf2.9" not in said.replace("tf2.9.", "")


@pytest.mark.usefixtures("_releases_of_tomorrow")
@pytest.mark.parametrize("selection", [("--only", "tf2.16*"), ("--python", "3.12"), ("--tf", "2.16")])
def test_nothing_is_told_of_what_was_not_asked_for(call: Call, selection: tuple[str, ...]) -> None:
    code, said, complained = call("list", *selection)
    assert (code, complained) == (0, "")
    assert "tf2.16.2-py3.12" in said


@pytest.mark.usefixtures("_releases_of_tomorrow")
def test_an_unfinished_release_is_left_out_beside_others(call: Call) -> None:
    assert call("list", "--tf", "pre,2.16")[::2] == (0, LEFT_OUT.replace("2.90.0, 2.91.0", "2.92.0rc0"))


@pytest.mark.usefixtures("_releases_of_tomorrow")
@pytest.mark.parametrize("wanted", ["2.91.0", "2.91", "latest", ">=2.91"])
def test_where_nothing_is_left_it_is_an_error(call: Call, wanted: str) -> None:
    assert call("list", "--tf", wanted) == (
        2,
        "",
        "tfcompat: TensorFlow 2.91.0 has wheels for Python 3.14, 3.15 only; the runner supports 3.8 to 3.13\n",
    )


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (("--tf", "9.9.9"), "names no release: the known ones are 2.2.0 to "),
        (("--tf", ">=2.x"), "is not a PEP 440 specifier: write for example"),
        (("--tf", ">=3,<4"), "names no release"),
        (("--tf", "newest"), "is neither a version, a specifier, nor one of latest, all, pre"),
        (("--tf", ""), "has an empty part"),
        (("--tf", "2.9,,2.10"), "has an empty part"),
        (("--python", "2.7"), "is not one of 3.8"),
        (("--only", "tf9*"), "no cell is selected by --only tf9*"),
        (("--tf", "2.2", "--python", "3.12"), "no cell is selected by --python 3.12"),
    ],
)
@pytest.mark.parametrize("command", ["list", "run", "doctor"])
def test_a_selection_of_nothing_is_a_usage_error(
    command: str, arguments: tuple[str, ...], advice: str, call: Call
) -> None:
    code, said, complained = call(command, *arguments)
    assert (code, said) == (2, "")
    assert complained.startswith("tfcompat: ")
    assert advice in complained
    assert complained.count("\n") == 1


def test_a_damaged_list_of_releases_is_said(call: Call, project_folder: Path) -> None:
    (project_folder / "images" / "releases.toml").write_text('releases = [{ version = "2.2.0", colour = "red" }]')
    code, _, complained = call("list")
    assert code == 2
    assert "releases.toml is not a list of releases" in complained
    assert complained.count("\n") == 1


@pytest.mark.parametrize("command", ["run", "list"])
@pytest.mark.parametrize("shard", ["0/2", "3/2", "one"])
def test_what_is_not_a_shard_is_said_in_a_sentence(call: Call, engine: FakeEngine, command: str, shard: str) -> None:
    assert call(command, "--shard", shard) == (
        2,
        "",
        f"tfcompat: --shard {shard!r} is not a shard: write i/n with i from 1 to n, for example 2/4\n",
    )
