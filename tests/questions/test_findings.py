"""Findings: a page says what the trials say, a file that is wrong is one error, and what is said of releases is so."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ALL, ROOT
from tests.fakes import outcome, trial
from tfcompat.environments.engine import LockedCell
from tfcompat.errors import DataError
from tfcompat.outcomes import Harm, Status, Trial
from tfcompat.project import Project, default_cache
from tfcompat.questions import findings
from tfcompat.questions.findings import Sighting
from tfcompat.run.workshop import Workshop
from tfcompat.select import releases
from tfcompat.select.cells import cells
from tfcompat.select.places import Place
from tfcompat.table.frame import collect
from tfcompat.table.ranges import Range

FOLDER = ROOT / "docs" / "findings"
FINDINGS, EXPLANATIONS = findings.findings(FOLDER), findings.explanations(FOLDER)
HOSTILE = "</td><script>alert(1)</script> | `x` [a](javascript:b)"

FINDING = """
[[findings]]
name = "lost"
title = "It is lost"
release = "2.9.3"
what = "What is lost."
cause = "Because."
instead = "Keep it."
prints = "[0.0]"
scenarios = [{ id = "save::h5" }, { id = "adapt::mean", wrong = "[2.0]" }]
places = [{ release = "2.9.3", path = "keras/x.py", line = 7, text = "x = 1" }]
"""
CAUSE = """
[[causes]]
release = "2.9.3"
path = "keras/x.py"
line = 7
text = "x = 1"
what = "x is one"
scenarios = ["save::h5"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One finding and one explanation."""
    (tmp_path / "findings.toml").write_text(FINDING)
    (tmp_path / "sources.toml").write_text(CAUSE)
    (tmp_path / "lost.py").write_text("print([0.0])\n")
    return tmp_path


def measured(version: str, status: Status = Status.WORKS, observed: object = None, mean: object = 1.0) -> Trial:
    """A trial of both scenarios of the finding."""
    return trial(
        f"tf{version}-py3.9",
        outcome(
            "save::h5",
            status,
            harm=Harm.SILENT if status is Status.WRONG else Harm.NONE,
            observed=observed,
            title="Saved",
            message="" if observed else HOSTILE,
        ),
        outcome("adapt::mean", observed=mean, title="The mean"),
    )


def test_a_finding_is_seen_where_its_scenarios_differ_or_show_what_is_wrong(folder: Path) -> None:
    trials = [
        measured("2.5.3", observed="kept", mean=[1.0]),
        measured("2.6.5", Status.WRONG, "lost", [2.0]),
        measured("2.7.4", Status.WRONG, "otherwise lost", [2.00001]),
        measured("2.8.4", observed="kept", mean=[1.0]),
        measured("2.9.3", Status.WRONG, "lost", [1.0]),
        measured("2.10.1", Status.FAILS, mean=[2.0]),
    ]
    lines = findings.markdown(collect(trials), folder).splitlines()
    assert "- **2.6.5 – 2.7.4, 2.9.3**: Saved (`save::h5`)" in lines
    assert "- **2.6.5 – 2.7.4, 2.10.1**: The mean (`adapt::mean`)" in lines
    assert '| Saved<br>`save::h5` | "lost" | x is one | `keras/x.py:7` |' in lines
    assert "- 2.9.3, `keras/x.py:7`: `x = 1`" in lines
    assert "print([0.0])" in lines


def test_a_change_in_a_patch_release_is_a_row_and_a_quiet_one_is_named(folder: Path) -> None:
    trials = [
        measured("2.9.0", observed="kept", mean=[2.0]),
        measured("2.9.1", observed="kept", mean=[2.0]),
        measured("2.9.3", Status.WRONG, "lost", [2.0]),
        measured("2.9.4", Status.WORKS, "lost", [2.0]),
    ]
    text = findings.markdown(collect(trials), folder)
    assert '| 2.9.1 → 2.9.3 | Saved<br>`save::h5` | "kept" | "lost" |' in text.splitlines()
    assert "Nothing changed in the other 2: 2.9.0 → 2.9.1, 2.9.3 → 2.9.4." in text.splitlines()


def test_what_a_cell_said_is_escaped(folder: Path) -> None:
    trials = [measured("2.8.4", Status.WRONG, "lost", [2.0]), measured("2.9.3", Status.FAILS)]
    text = findings.markdown(collect(trials), folder)
    assert "<script" not in text
    assert "| fails: &#60;/td&#62;&#60;script&#62;" in text


def test_a_variant_neither_shows_a_finding_nor_speaks_for_a_release(folder: Path) -> None:
    wrong = measured("2.9.3", Status.WRONG, "lost", [2.0])
    other = replace(wrong, subject=replace(wrong.subject, cell=wrong.subject.cell + "+legacy", variant="legacy"))
    with pytest.raises(DataError, match="no trial shows save::h5"):
        findings.markdown(collect([measured("2.9.3", observed="kept", mean=[1.0]), other]), folder)


@pytest.mark.parametrize(
    "trials", [[measured("2.9.3", observed="kept", mean=[2.0])], [measured("2.9.3", Status.FAILS)]]
)
def test_a_finding_that_no_trial_shows_is_an_error(folder: Path, trials: list[Trial]) -> None:
    with pytest.raises(DataError, match=r"no trial shows save::h5 as .* has it: correct the finding"):
        findings.markdown(collect(trials), folder)


def test_a_row_that_was_not_measured_on_its_release_is_an_error(folder: Path) -> None:
    with pytest.raises(DataError, match=r"save::h5 was not measured on 2\.9\.3"):
        findings.markdown(collect([measured("2.8.4", Status.WRONG, "lost", [2.0])]), folder)


READERS: dict[str, Callable[[Path], object]] = {
    "findings.toml": findings.findings,
    "sources.toml": findings.explanations,
}


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("findings.toml", FINDING, "", "findings.toml lacks findings"),
        ("findings.toml", FINDING, "findings = 1", "findings.toml: findings is not a list"),
        ("findings.toml", 'cause = "Because."\n', "", "finding lost in {folder}/findings.toml lacks cause"),
        ("findings.toml", 'cause = "Because."', "cause = 1", "findings.toml: cause is not a text"),
        ("findings.toml", 'name = "lost"', 'name = "../lost"', "findings.toml: name is not a plain name"),
        ("findings.toml", "id =", "ids =", "finding lost in {folder}/findings.toml, item 1 of scenarios"),
        ("findings.toml", '"[2.0]"', '"[2.0"', "item 2 of scenarios has a wrong that is not JSON"),
        ("findings.toml", "line = 7", "line = 7.0", "item 1 of places: line is not a whole number"),
        ("findings.toml", "line = 7", f"line = 0x{'f' * 9000}", "item 1 of places: line is not a whole number"),
        ("sources.toml", CAUSE, "", "sources.toml lacks causes"),
        ("sources.toml", "line = 7\n", "", "cause x is one in {folder}/sources.toml lacks line"),
        ("sources.toml", "line = 7", "line = nan", "cause x is one in {folder}/sources.toml: line is not a whole"),
        ("sources.toml", '["save::h5"]', "[]", "sources.toml: scenarios is an empty list"),
        ("sources.toml", "line = 7", "line = 7\nlines = 8", "sources.toml has unknown lines"),
        ("findings.toml", "line = 7", "line = 7, lines = 8", "item 1 of places has unknown lines"),
        ("findings.toml", '"[2.0]"', '"[2.0]", right = "[1.0]"', "item 2 of scenarios has unknown right"),
        ("findings.toml", 'name = "lost"', 'name = "lost"\nnumber = 1', "findings.toml has unknown number"),
        ("findings.toml", FINDING, f"more = 1\n{FINDING}", "findings.toml has unknown more"),
        ("sources.toml", CAUSE, f"more = 1\n{CAUSE}", "sources.toml has unknown more"),
    ],
)
def test_what_is_wrong_in_a_file_is_one_clear_error(
    folder: Path, file: str, old: str, new: str, complaint: str
) -> None:
    READERS[file](folder)
    text = (folder / file).read_text()
    (folder / file).write_text(text.replace(old, new, 1))
    with pytest.raises(DataError) as refused:
        READERS[file](folder)
    assert complaint.format(folder=folder) in str(refused.value)


@pytest.mark.parametrize("file", READERS)
def test_a_file_that_is_not_toml_or_not_there_is_one_clear_error(folder: Path, file: str) -> None:
    (folder / file).write_text("= =")
    with pytest.raises(DataError, match=f"{file} is not a list of .*: restore it with git checkout"):
        READERS[file](folder)
    (folder / file).unlink()
    with pytest.raises(DataError, match=f"{file} is not a list of .*: restore it with git checkout"):
        READERS[file](folder)


def test_a_finding_without_its_script_is_an_error(folder: Path) -> None:
    (folder / "lost.py").unlink()
    with pytest.raises(DataError, match=r"lost\.py cannot be read .*: every finding has a script"):
        findings.markdown(collect([measured("2.9.3", Status.WRONG, "lost", [2.0])]), folder)


def test_a_script_that_is_no_text_is_an_error(folder: Path) -> None:
    (folder / "lost.py").write_bytes(b"print('\xff')")
    (finding,) = findings.findings(folder)
    with pytest.raises(DataError, match=r"lost\.py cannot be read .*: every finding has a script"):
        findings.script(finding, folder)


def test_the_scenarios_that_show_a_finding_are_named_and_the_others_left_out(folder: Path) -> None:
    (finding,) = findings.findings(folder)
    table = collect([measured("2.8.4", Status.WRONG, "lost", [1.0]), measured("2.9.3", observed="kept", mean=[1.0])])
    assert findings.sightings(finding, table, {"save::h5": "Saved"}) == [("save::h5", "Saved", "2.8.4")]
    assert findings.sightings(finding, collect([measured("2.9.3", observed="kept", mean=[2.0])]), {}) == [
        ("adapt::mean", "adapt::mean", "2.9.3")
    ]


def test_the_releases_of_keras_that_show_it_are_named_in_place_of_tensorflows(folder: Path) -> None:
    def put(keras: str, status: Status, version: str = "2.19.1", variant: str = "") -> Trial:
        of = measured(version, status, "seen", [2.0])
        minor = variant or "keras" + keras.rpartition(".")[0]
        facts = replace(of.subject, cell=f"{of.subject.cell}+{minor}", variant=minor)
        return replace(of, subject=facts, versions={"keras": keras})

    trials = [
        measured("2.9.3", Status.WRONG, "lost", [2.0]),
        put("3.10.0", Status.WRONG),
        put("3.9.2", Status.WORKS),
        put("3.4.1", Status.WRONG),
        put("3.3.3", Status.WRONG),
        put("3.3.3", Status.WORKS, "2.16.2"),
        put("3.14.0", Status.WRONG, variant="keras-latest"),
    ]
    (line,) = [
        line for line in findings.markdown(collect(trials), folder).splitlines() if line.endswith("(`save::h5`)")
    ]
    assert line == "- **2.9.3, 2.19.1 with Keras ≤ 3.4, Keras ≥ 3.10**: Saved (`save::h5`)"


def test_a_wrong_that_is_nested_too_deep_is_no_json() -> None:
    with pytest.raises(ValueError, match="has a wrong that is not JSON"):
        findings.require_json("[" * 100_000)


def test_numbers_within_the_tolerance_show_what_is_wrong() -> None:
    def part(observed: str) -> Range:
        return Range(status=Status.WORKS, place=Place(), observed=observed)

    assert Sighting(id="adapt::mean", wrong="[2.0]").shown_by(part("[2.0001]"))
    assert not Sighting(id="adapt::mean", wrong="[2.1]").shown_by(part("[2.0001]"))
    assert not Sighting(id="adapt::mean").shown_by(part("[2.0001]"))
    assert not Sighting(id="adapt::mean", wrong="[2.0]").shown_by(part(""))


@pytest.mark.parametrize(("harm", "shown"), [(harm, harm in (Harm.SILENT, Harm.VISIBLE)) for harm in Harm])
def test_what_harms_without_an_error_shows_a_finding(harm: Harm, shown: bool) -> None:
    part = Range(status=Status.ANSWERED, place=Place(), harm=harm, observed='"stale"')
    assert Sighting(id="adapt::mean").shown_by(part) is shown


def test_an_outcome_that_a_python_decides_is_told_of_each(folder: Path) -> None:
    older = measured("2.9.3", Status.WRONG, "lost", [2.0])
    newer = measured("2.9.3", observed="kept", mean=[2.0])
    newer = replace(newer, subject=replace(newer.subject, cell="tf2.9.3-py3.10", python="3.10"))
    lines = findings.markdown(collect([older, newer]), folder).splitlines()
    assert "- **2.9.3 on Python ≤ 3.9**: Saved (`save::h5`)" in lines
    assert '| Saved<br>`save::h5` | Python ≤ 3.9: "lost"; Python ≥ 3.10: "kept" | x is one | `keras/x.py:7` |' in lines


def test_a_finding_may_name_an_id_that_its_row_had_before(folder: Path) -> None:
    wrong = outcome("save::hdf5", Status.WRONG, harm=Harm.SILENT, observed="lost", title="Saved", aliases=("save::h5",))
    lines = findings.markdown(
        collect([trial("tf2.9.3-py3.9", wrong, outcome("adapt::mean", observed=[2.0]))]), folder
    ).splitlines()
    assert "- **2.9.3**: Saved (`save::hdf5`)" in lines
    assert '| Saved<br>`save::hdf5` | "lost" | x is one | `keras/x.py:7` |' in lines


# The releases themselves


def environment(version: str) -> Path:
    """The local environment of a release, made if need be."""
    project = Project(root=ROOT, cache=default_cache())
    (cell,) = cells(releases.select(releases.load(project.releases), version))
    matrix = Workshop(project=project, engine_name="local").matrix()
    environment = matrix.sandbox(LockedCell(cell=cell, lock=matrix.lock(cell))).environment
    return project.cache / "environments" / environment.removeprefix("local:")


@pytest.mark.tensorflow
# Each imports a release; the job that repeats real releases (tox run -e repeat) runs them all, CI two.
@pytest.mark.parametrize("finding", FINDINGS if ALL else FINDINGS[:2], ids=lambda finding: finding.name)
def test_a_script_prints_what_the_page_says(finding: findings.Finding, tmp_path: Path) -> None:
    python = environment(finding.release) / "bin" / "python"
    done = subprocess.run(
        [python, "-I", "-W", "ignore", FOLDER / f"{finding.name}.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "2", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == finding.prints


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    "place",
    [*(place for finding in FINDINGS for place in finding.places), *EXPLANATIONS],
    ids=lambda place: re.sub(r"\W+", "_", f"{place.release}_{place.path}_{place.line}"),
)
def test_a_line_says_what_the_page_says(place: findings.Place) -> None:
    (installed,) = environment(place.release).glob(f"lib/python3.*/site-packages/{place.path}")
    assert installed.read_text(encoding="utf-8").splitlines()[place.line - 1].strip() == place.text
