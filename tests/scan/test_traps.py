"""Traps: each asks a scenario that there is, says something else than the others, and what to write instead."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.scan.made import RELEASES, door
from tests.scan.test_written import FILES
from tfcompat.environments.uv import Uv
from tfcompat.plan import staged
from tfcompat.project import Project
from tfcompat.scan.judge import Verdict
from tfcompat.scan.known.names import PLACES
from tfcompat.scan.known.traps import ADAPTABLE, AFTER_ADAPT, TRAPS
from tfcompat.scan.report import scan
from tfcompat.suite import catalogue


@pytest.mark.local
def test_each_trap_asks_a_scenario_of_the_suite(tmp_path: Path) -> None:
    program = staged.program(Project(root=ROOT, cache=tmp_path), Uv())
    known = {facts.id for facts in catalogue.scenarios(program)}
    asked = {trap.scenario_of(cls) for trap in TRAPS.values() for cls in ADAPTABLE}
    assert asked - known == {""}
    named = {(cls, name) for cls, names in PLACES.items() for name in names}
    unasked = {
        pair for pair in named if not {"arguments::{}({})".format(*pair), f"construct::argument_{pair[1]}"} & known
    }
    assert unasked == set()


def test_each_trap_says_what_to_write_and_is_met_in_a_written_file() -> None:
    assert all(trap.says and trap.write for trap in TRAPS.values())
    assert {rule for rules in AFTER_ADAPT.values() for rule in rules} <= set(TRAPS)
    lines = [line for path in FILES for line in path.read_text(encoding="utf-8").splitlines() if "# finds: " in line]
    met = {name.strip() for line in lines for name in line.partition("# finds: ")[2].split(",")}
    assert set(TRAPS) - met == set()


def test_the_layers_with_adapt_have_scenarios_of_their_own_where_one_asks() -> None:
    stale, batches = TRAPS["predict-after-second-adapt"], TRAPS["batch-size"]
    assert stale.scenario_of("Normalization") == "readapt::predict_without_compile"
    assert stale.scenario_of("TextVectorization") == "siblings::TextVectorization_predict_without_compile"
    assert (batches.scenario_of("Normalization"), batches.scenario_of("TextVectorization")) == (
        "adapt::batch_size",
        "",
    )


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("layer(mean=1.0)", Verdict.BREAKS),
        ("layer(variance=1.0)", Verdict.BREAKS),
        ("layer().adapt(tf.data.Dataset.from_tensor_slices({'a': x}))", Verdict.BREAKS),
        ("layer().adapt(tf.data.Dataset.from_tensor_slices(x).repeat())", Verdict.BREAKS),
        ("layer().adapt([[1.0]])", Verdict.WORKS),
    ],
)
def test_a_scenario_of_a_refusal_works_where_the_code_breaks(code: str, verdict: Verdict, tmp_path: Path) -> None:
    """In the made table each of these scenarios works."""
    (tmp_path / "code.py").write_text(f"import tensorflow as tf\nlayer = tf.keras.layers.Normalization\n{code}\n")
    findings = scan([tmp_path], door()).findings
    assert [one.on(RELEASES) for one in findings if one.use.rule in TRAPS] == [verdict]
