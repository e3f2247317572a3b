"""tfcompat upgrade: what it prints, for people and programs, and its exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests import fakes
from tests.trial_files import keep
from tfcompat.advise.upgrade import Upgrade
from tfcompat.commands.advise.upgrade import upgrade_command
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm, Kind
from tfcompat.project import Project

PATH = "imports::tf.{}.Norm"
MODEL = fakes.scenario_facts("a::model", documented="kept")
FRESH = fakes.scenario_facts("a::fresh", kind=Kind.QUESTION, answers={"fresh": Harm.NONE, "stale": Harm.SILENT})
FACTS = [*(fakes.scenario_facts(PATH.format(name)) for name in ("old", "new")), MODEL, FRESH]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    trials = tmp_path / "reports" / "trials"
    old, new, gone = PATH.format("old"), PATH.format("new"), ImportError("no")
    keep(trials, "tf2.15.0-py3.11", {old: "class", new: gone, "a::model": "kept", "a::fresh": "fresh"}, facts=FACTS)
    keep(trials, "tf2.15.1-py3.11", {old: "class", new: gone, "a::model": "kept", "a::fresh": "fresh"}, facts=FACTS)
    keep(trials, "tf2.16.2-py3.11", {old: gone, new: "class", "a::model": "lost", "a::fresh": "stale"}, facts=FACTS)
    keep(trials, "tf2.17.0-py3.12", {old: gone, new: "class", "a::model": "lost", "a::fresh": "stale"}, facts=FACTS)
    findings = tmp_path / "docs" / "findings" / "findings.toml"
    findings.parent.mkdir(parents=True)
    findings.write_text(
        '[[findings]]\nname = "lost"\ninstead = "Save as .keras."\nscenarios = [{ id = "a::model" }]\n',
        encoding="utf-8",
    )
    return Project(root=tmp_path, cache=tmp_path / "cache")


def call(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(upgrade_command, arguments, obj=project, catch_exceptions=False)


def test_it_says_what_changes_the_worst_first_and_what_to_write_instead(project: Project) -> None:
    result = call(project, "2.15", "2.16")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-2:] == ["2.15 is 2.15.1, its last patch", "2.16 is 2.16.2, its last patch"]
    assert result.stdout.splitlines() == [
        "TensorFlow 2.15.1 → 2.16.2, 4 scenarios, tf2.15.1-py3.11 → tf2.16.2-py3.11",
        "silently changes: 2; stops working: 1; starts, but wrong: 0; starts working: 1; fails otherwise: 0; "
        "is observed otherwise: 0; is not known: 0",
        "",
        "silently changes (2):",
        "  a::model: works → wrong (silent harm)",
        "    Title of a::model",
        '    "kept" → "lost"',
        "    instead: Save as .keras. (finding lost)",
        "  a::fresh: fresh → stale (silent harm)",
        "    Title of a::fresh",
        '    "fresh" → "stale"',
        "",
        "stops working (1):",
        "  imports::tf.old.Norm: works → fails",
        "    Title of imports::tf.old.Norm",
        '    "class" → ImportError: no',
        "    instead: `tf.new.Norm` is there",
        "",
        "starts working (1):",
        "  imports::tf.new.Norm: fails → works",
        "    Title of imports::tf.new.Norm",
        '    ImportError: no → "class"',
    ]


def test_where_nothing_breaks_the_exit_code_is_0(project: Project) -> None:
    result = call(project, "2.15.0", "2.15.1")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 2)


def test_pythons_that_differ_are_said(project: Project) -> None:
    lines = call(project, "2.16", "2.17").stdout.splitlines()
    assert lines[1] == "no Python was measured on both: what Python changes is among this"


def test_for_programs(project: Project) -> None:
    result = call(project, "2.15", "2.16", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert found.keys() == set(Upgrade.__struct_fields__)
    assert (found["old"], found["counts"]["silently changes"]) == ("2.15.1", 2)


LAYERS = "tf.keras.layers.{}"
CODE_OF_LAYERS = """import tensorflow as tf

tf.keras.layers.GroupNormalization()

if hasattr(tf.keras.layers, "UnitNormalization"):
    tf.keras.layers.UnitNormalization()

tf.keras.layers.UnheardNormalization()
"""


@pytest.fixture
def of_layers(tmp_path: Path) -> Project:
    """Two releases with the paths of layers: one goes, one stays, and one stays that the code does not use."""
    names = [f"imports::{LAYERS.format(f'{name}Normalization')}" for name in ("Group", "Layer", "Unit", "Batch")]
    there, trials = dict.fromkeys(names, "class"), tmp_path / "reports" / "trials"
    keep(trials, "tf2.15.1-py3.11", there)
    keep(trials, "tf2.16.2-py3.11", there | {names[0]: ImportError("no"), names[2]: ImportError("no")})
    return Project(root=tmp_path, cache=tmp_path / "cache")


@pytest.fixture
def code(tmp_path: Path) -> Path:
    path = tmp_path / "code.py"
    path.write_text(CODE_OF_LAYERS, encoding="utf-8")
    return path


def test_with_code_only_what_it_uses_is_compared_and_said_where(of_layers: Project, code: Path) -> None:
    result = call(of_layers, "2.15", "2.16", str(code))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "TensorFlow 2.15.1 → 2.16.2, 1 scenario, tf2.15.1-py3.11 → tf2.16.2-py3.11",
        "only what 1 file uses",
        f"not compared, for a condition or a handler decides: {LAYERS.format('UnitNormalization')} at {code}:6:5",
        f"not known, for no scenario asks about it: {LAYERS.format('UnheardNormalization')} at {code}:8:1",
        "silently changes: 0; stops working: 1; starts, but wrong: 0; starts working: 0; fails otherwise: 0; "
        "is observed otherwise: 0; is not known: 0",
        "",
        "stops working (1):",
        f"  imports::{LAYERS.format('GroupNormalization')}: works → fails",
        f"    Title of imports::{LAYERS.format('GroupNormalization')}",
        f"    used at {code}:3:1",
        '    "class" → ImportError: no',
    ]


def test_where_the_code_goes_on_the_exit_code_is_0(of_layers: Project, code: Path) -> None:
    code.write_text(CODE_OF_LAYERS.replace("Group", "Layer"), encoding="utf-8")
    result = call(of_layers, "2.15", "2.16", str(code), "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["compared"], found["changes"]) == (0, 1, [])
    assert (found["code"]["files"], found["code"]["scenarios"]) == (1, 1)


def test_code_that_is_not_there_is_one_sentence(of_layers: Project) -> None:
    with pytest.raises(SelectionError, match=r"nowhere\.py is not there"):
        call(of_layers, "2.15", "2.16", "nowhere.py")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2.14", "2.16", "'2.14' names no release: the known ones are 2.15.0 to 2.17.0"),
        ("2.15", "all", "'all' names 4 releases: write one, for example 2.15"),
        ("x", "2.16", "'x' is neither a version"),
    ],
)
def test_releases_that_are_none(old: str, new: str, says: str, project: Project) -> None:
    with pytest.raises(SelectionError) as error:
        call(project, old, new)
    assert str(error.value).startswith(says)
