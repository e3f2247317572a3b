"""tfcompat run: what it keeps and prints, what it refuses before anything is made, and its exit codes."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests import fakes
from tests.command import NEW, OLD, Call, InterruptedSandbox, trials_in, use
from tests.fakes import FakeEngine, FakeSandbox
from tfcompat.environments.engine import Exit, LockedCell
from tfcompat.errors import DataError, ToolError
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.plan import staged
from tfcompat.record.lines import dump_line
from tfcompat.run import manifest, workshop
from tfcompat.suite import catalogue
from tfcompat.suite.program import Program
from tfcompat.trials.store import Store


@pytest.mark.usefixtures("engine")
def test_a_run_keeps_the_trials_and_prints_the_table(call: Call, project_folder: Path) -> None:
    code, said, complained = call("run", "--tf", "2.9,2.16")
    assert code == 0
    assert said.splitlines()[:3] == [
        "1 scenario in 2 cells: 2 works",
        "             2.9.3  2.16.2",
        "adapt::mean    ✓      ✓",
    ]
    assert "2 environments are to be made" in complained
    assert "2 cells, about " in complained
    assert f"{NEW}  1 works  in 0 s" in complained
    assert said.splitlines()[-1] == "next: tfcompat report derives the reports from all of them anew"
    assert trials_in(project_folder) == [NEW, "tf2.9.3-py3.10"]


def test_a_run_with_cells_without_an_answer_exits_with_three(
    call: Call, engine: FakeEngine, project_folder: Path
) -> None:
    engine.trouble = {NEW: NoAnswerError(Reason.NO_IMAGE, "no space for it")}
    code, said, _ = call("run", "--tf", "2.9,2.16")
    assert code == 3
    assert said.splitlines()[2] == "adapt::mean    ✓      ?"
    assert f"\n{NEW}: no image (cause: the distributions): no space for it\n" in said
    assert trials_in(project_folder) == [NEW, "tf2.9.3-py3.10"]


def test_a_scenario_that_fails_is_no_failure_of_the_run(call: Call, engine: FakeEngine) -> None:
    lines = [fakes.header_line(), fakes.outcome_line(happened="raised", type="ValueError"), fakes.end_line()]
    engine.sandbox = lambda: FakeSandbox(lines=list(map(dump_line, lines)))
    code, said, _ = call("run", "--tf", "2.16")
    assert code == 0
    assert said.splitlines()[2:4] == ["             2.16.2", "adapt::mean    ✗"]


def test_what_hung_and_did_not_before_is_asked_again(call: Call, engine: FakeEngine, project_folder: Path) -> None:
    """A busy machine makes hangs: the second answer counts, and what hangs in that as well is not asked a third time."""
    answers: list[str] = []

    class Answering(FakeSandbox):
        def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
            lines = [fakes.header_line(), fakes.outcome_line(happened=answers.pop(0)), fakes.end_line()]
            self.lines = list(map(dump_line, lines))
            return super().run(program, on_line)

    def asked(*told: str, options: Sequence[str] = ()) -> tuple[str, bool]:
        answers[:] = told
        _, said, complained = call("run", "--tf", "2.16", *options)
        again = f"{NEW}: adapt::mean hung, and did not before: asked again with no cell beside" in complained
        assert answers == []
        return said.splitlines()[0], again

    engine.sandbox = Answering
    assert asked("timeout", "returned") == ("1 scenario in 1 cell: 1 works", True)
    assert len(Store(project_folder / "reports" / "trials").of_cell(NEW)) == 2
    assert asked("timeout", "timeout", options=["--fresh"]) == ("1 scenario in 1 cell: 1 hangs", True)
    assert asked("timeout", options=["--fresh"]) == ("1 scenario in 1 cell: 1 hangs", False)


def test_an_interruption_says_how_to_go_on(call: Call, engine: FakeEngine, project_folder: Path) -> None:
    engine.sandbox = InterruptedSandbox
    code, said, complained = call("run", "--tf", "2.16")
    assert (code, said) == (130, "")
    assert complained.endswith("the same command goes on with the rest\n")
    assert engine.cancelled
    assert trials_in(project_folder) == []


def test_a_second_run_has_nothing_to_do(call: Call, engine: FakeEngine, project_folder: Path) -> None:
    call("run", "--tf", "2.16")
    before = everything_below(project_folder / "reports")
    engine.made.clear()
    code, said, complained = call("run", "--tf", "2.16")
    assert (code, engine.built[1:], engine.made) == (0, [], {})
    assert said.splitlines()[2] == "adapt::mean    ✓"
    assert said.splitlines()[-1] == "1 of 1 outcomes reused; --fresh runs them again"
    assert complained == ""
    assert everything_below(project_folder / "reports") == before


def test_a_cell_that_is_new_runs_beside_one_that_is_not(call: Call, engine: FakeEngine, project_folder: Path) -> None:
    call("run", "--tf", "2.16")
    code, said, _ = call("run", "--tf", "2.9,2.16")
    assert code == 0
    assert said.splitlines()[1:3] == ["             2.9.3  2.16.2", "adapt::mean    ✓      ✓"]
    assert "1 of 2 outcomes reused" in said
    assert len(engine.made[NEW].ran) == 1
    assert trials_in(project_folder) == [NEW, OLD]


def test_an_edited_scenario_runs_alone(call: Call, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [fakes.header_line(*map(fakes.scenario_facts, ("adapt::mean", "adapt::axis")))]
    answers = [fakes.outcome_line(observed=1), fakes.outcome_line("adapt::axis", observed=2)]
    engine.sandbox = lambda: FakeSandbox(lines=list(map(dump_line, [*lines, *answers, fakes.end_line()])))
    suite(monkeypatch, adapt__mean="1", adapt__axis="1")
    assert call("run", "--tf", "2.16")[0] == 0
    suite(monkeypatch, adapt__mean="1", adapt__axis="2")
    engine.made[NEW].lines = list(map(dump_line, [*lines, answers[1], fakes.end_line()]))
    code, said, _ = call("run", "--tf", "2.16")
    assert (code, engine.made[NEW].ran[-1].scenarios) == (0, ("adapt::axis",))
    assert [line[:14] for line in said.splitlines()[2:4]] == ["adapt::mean   ", "adapt::axis   "]
    assert "1 of 2 outcomes reused" in said


def suite(monkeypatch: pytest.MonkeyPatch, **digests: str) -> None:
    monkeypatch.setattr(workshop, "digested", lambda program, cache: fakes.digested(**digests))


def test_where_only_words_changed_no_environment_is_asked_for(
    call: Call, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, project_folder: Path
) -> None:
    call("run", "--tf", "2.16")
    engine.made.clear()
    renamed = replace(fakes.program(), suite_hash="f" * 16)
    monkeypatch.setattr(staged, "program", lambda *_: renamed)
    code, said, complained = call("run", "--tf", "2.16")
    assert (code, engine.made, len(trials_in(project_folder))) == (0, {}, 2)
    assert "environments are to be made" not in complained
    assert "1 of 1 outcomes reused" in said
    newest = Store(project_folder / "reports" / "trials").newest(NEW, "docker")
    assert newest
    assert (newest.subject.suite, newest.outcomes[0].title) == ("f" * 16, "Title of adapt::mean")


def test_fresh_runs_what_is_valid_and_keeps_one_line_of_it(
    call: Call, engine: FakeEngine, project_folder: Path
) -> None:
    call("run", "--tf", "2.16")
    code, said, _ = call("run", "--tf", "2.16", "--fresh")
    assert (code, len(engine.made[NEW].ran)) == (0, 2)
    assert "0 of 1 outcomes reused\n" in said
    files = sorted(path.name for path in (project_folder / "reports" / "trials" / NEW).iterdir())
    assert (len(files), files[-1]) == (2, "confirmed.jsonl")


@pytest.mark.parametrize(("statuses", "times"), [("fails", 1), ("works,fails", 2)])
def test_rerun_runs_what_has_a_status(statuses: str, times: int, call: Call, engine: FakeEngine) -> None:
    call("run", "--tf", "2.16")
    assert call("run", "--tf", "2.16", "--rerun", statuses)[0] == 0
    assert len(engine.made[NEW].ran) == times


@pytest.mark.usefixtures("engine")
def test_a_word_that_is_no_status_is_refused(call: Call) -> None:
    code, _, complained = call("run", "--tf", "2.16", "--rerun", "works,broken")
    assert code == 2
    assert complained.startswith("tfcompat: --rerun 'broken' is not a status: name some of works, wrong, ")


def everything_below(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (("-k", "adapt::mean"), ((), ("adapt::mean",))),
        (("-k", "adapt::*", "-k", "TITLE of"), ((), ("adapt::mean",))),
        (("--", "-k", "mean"), (("-k", "mean"), None)),
        (("-k", "mean", "--", "-k", "mean"), (("-k", "mean"), ("adapt::mean",))),
    ],
)
def test_a_part_of_the_suite_is_shown_and_not_kept(
    arguments: tuple[str, ...], asked: tuple[object, object], call: Call, engine: FakeEngine, project_folder: Path
) -> None:
    code, said, _ = call("run", "--tf", "2.16", *arguments)
    assert code == 0
    assert "adapt::mean" in said
    assert "tfcompat report" not in said
    assert trials_in(project_folder) == []
    program = engine.made[NEW].ran[0]
    assert (program.arguments, program.scenarios) == asked


def test_what_fails_in_a_part_of_the_suite_has_its_message_and_the_file_of_the_evidence(
    call: Call, engine: FakeEngine, project_folder: Path
) -> None:
    lines = [fakes.header_line(), fakes.outcome_line(happened="raised", type="ValueError", message="no axis")]
    engine.sandbox = lambda: FakeSandbox(lines=list(map(dump_line, [*lines, fakes.end_line()])))
    code, said, _ = call("run", "--tf", "2.16", "-k", "adapt::mean")
    (evidence,) = (project_folder / "cache" / "partial" / NEW).iterdir()
    assert code == 0
    assert said.splitlines()[-5:] == [
        f"✗ adapt::mean  on {NEW}",
        "    fails: ValueError: no axis",
        f"    evidence: {evidence}",
        f"the trials are in {project_folder / 'cache' / 'partial'}",
        "next: these are not kept as results; the same command without -k, and without what follows --, does that",
    ]


def test_what_was_not_asked_for_is_no_hole(call: Call, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [fakes.header_line(*map(fakes.scenario_facts, ("adapt::mean", "adapt::axis")))]
    answers = [fakes.outcome_line("adapt::axis", observed=2), fakes.end_line()]
    engine.sandbox = lambda: FakeSandbox(lines=list(map(dump_line, [*lines, *answers])))
    suite(monkeypatch, adapt__mean="1", adapt__axis="1")
    code, said, complained = call("run", "--tf", "2.16", "-k", "adapt::a*")
    assert (code, "adapt::axis" in said, "adapt::mean" in said) == (0, True, False)
    assert "unknown" not in complained


def test_a_part_that_is_nothing_is_said_before_anything_is_made(
    call: Call, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "scenarios", lambda program: [])
    code, _, complained = call("run", "--tf", "2.16", "--", "-k", "no such thing")
    assert (code, engine.made) == (2, {})
    assert complained == "tfcompat: -k 'no such thing' leaves no scenario: tfcompat list scenarios names them\n"


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("adapt::meen", "no scenario is called 'adapt::meen': did you mean adapt::mean?"),
        (
            "nothing or other",
            "no scenario is called 'nothing or other': tfcompat list scenarios names them; an expression of pytest comes "
            "last: -- -k 'EXPRESSION'",
        ),
    ],
)
def test_a_scenario_that_is_none_is_said_before_anything_is_made(
    asked: str, says: str, call: Call, engine: FakeEngine
) -> None:
    assert call("run", "--tf", "2.16", "-k", asked) == (2, "", f"tfcompat: {says}\n")
    assert engine.made == {}


def test_what_pytest_does_not_take_is_said_before_anything_is_made(
    call: Call, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(program: Program) -> None:
        raise DataError("the suite cannot be read: Wrong expression")

    monkeypatch.setattr(catalogue, "scenarios", refused)
    code, _, complained = call("run", "--tf", "2.16", "--", "-k", "(")
    assert (code, engine.made) == (2, {})
    assert complained == "tfcompat: pytest was told -k '(': the suite cannot be read: Wrong expression\n"


@pytest.mark.usefixtures("engine")
def test_a_run_that_cannot_start_leaves_no_manifest(call: Call, project_folder: Path) -> None:
    lock = project_folder / "images" / "locks" / f"{NEW}.txt"
    text = lock.read_text()
    lock.write_text("damaged")
    assert call("run", "--tf", "2.16")[0] == 2
    assert not (project_folder / "reports" / "runs").exists()
    lock.write_text(text)
    assert call("run", "--tf", "2.16")[0] == 0
    assert len(list((project_folder / "reports" / "runs").iterdir())) == 1


class UnheardSandbox(FakeSandbox):
    """Nobody reads standard error any more."""

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        raise BrokenPipeError


@pytest.mark.fault(
    "The terminal of a run is closed",
    group="person",
    reads="nothing any more",
    code=130,
    kept="every cell that had finished",
)
def test_a_run_that_nobody_hears_any_more_is_interrupted(call: Call, engine: FakeEngine) -> None:
    engine.sandbox = UnheardSandbox
    assert call("run", "--tf", "2.16")[0] == 130
    assert engine.cancelled


class GoneEngine(FakeEngine):
    """It answered, and does so no more."""

    def has(self, locked: LockedCell) -> bool:
        raise NoAnswerError(Reason.ENGINE_LOST, "the Docker engine does not answer")


@pytest.mark.fault(
    "The Docker engine goes away before the first cell",
    group="engine",
    reads="the Docker engine does not answer",
    code=2,
    kept="everything",
)
def test_an_engine_that_is_gone_before_the_first_cell_is_one_sentence(
    call: Call, monkeypatch: pytest.MonkeyPatch, project_folder: Path
) -> None:
    use(monkeypatch, GoneEngine(name="docker"))
    assert call("run", "--tf", "2.16") == (2, "", "tfcompat: the Docker engine does not answer\n")
    assert not (project_folder / "reports").exists()


@pytest.mark.fault(
    "reports/ is a file, or cannot be written",
    group="machine",
    reads="Not a directory (FOLDER)",
    code=2,
    kept="everything",
)
@pytest.mark.usefixtures("engine")
def test_reports_that_are_no_folder_are_one_sentence(call: Call, project_folder: Path) -> None:
    (project_folder / "reports").touch()
    code, said, complained = call("run", "--tf", "2.16")
    assert (code, said) == (2, "")
    assert complained.splitlines()[-1].startswith("tfcompat: ")
    assert str(project_folder / "reports") in complained.splitlines()[-1]


def test_prune_removes_each_environment_after_its_cell(call: Call, engine: FakeEngine) -> None:
    assert call("run", "--tf", "2.9,2.16", "--prune")[0] == 0
    assert sorted(engine.removed) == [NEW, "tf2.9.3-py3.10"]


def test_a_run_says_what_an_earlier_one_left_half_done(call: Call, engine: FakeEngine, project_folder: Path) -> None:
    left = project_folder / "reports" / "trials" / "tf2.9.3-py3.10" / "20260101T000000Z-docker.jsonl.gz.partial"
    left.parent.mkdir(parents=True)
    left.write_text("half a line")
    _, _, complained = call("run", "--tf", "2.16")
    assert complained.startswith(
        "an earlier run was killed while it measured tf2.9.3-py3.10: its partial result was removed\n"
    )
    assert not left.exists()


@pytest.mark.fault(
    "No Docker engine runs",
    group="engine",
    reads="no Docker engine answers (refused): start one, or use --engine local",
    code=2,
    kept="everything",
)
def test_without_an_engine_who_asks_for_docker_is_told(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, ToolError("no Docker engine answers (refused): start one, or use --engine local"))
    code, said, complained = call("run", "--engine", "docker", "--tf", "2.16")
    assert (code, said) == (2, "")
    assert complained == "tfcompat: no Docker engine answers (refused): start one, or use --engine local\n"


def the_manifest(folder: Path) -> manifest.Manifest:
    (path,) = manifest.files(folder / "runs")
    return manifest.read(path)


def test_a_run_says_beside_its_trials_what_it_planned(call: Call, engine: FakeEngine, project_folder: Path) -> None:
    assert call("run", "--tf", "2.9,2.16")[0] == 0
    made = the_manifest(project_folder / "reports")
    assert (made.shard, made.cells, made.planned) == ("1/1", (OLD, NEW), (OLD, NEW))
    assert (made.suite, made.engine, made.package) == (fakes.program().suite_hash, "docker", "tensorflow-cpu")


def test_a_shard_keeps_its_trials_and_its_plan_where_it_is_told_to(
    call: Call, engine: FakeEngine, project_folder: Path, tmp_path: Path
) -> None:
    place = tmp_path / "shard"
    assert call("run", "--tf", "2.9,2.16", "--shard", "2/2", "--output", str(place))[0] == 0
    made = the_manifest(place)
    assert (made.shard, made.cells, made.planned) == ("2/2", (OLD,), (OLD, NEW))
    assert [trial.subject.cell for trial in Store(place / "trials").read()] == [OLD]
    assert trials_in(project_folder) == []
    assert not (project_folder / "reports" / "runs").exists()


def test_a_shard_that_is_interrupted_has_said_before_what_it_planned(
    call: Call, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.sandbox = InterruptedSandbox
    assert call("run", "--tf", "2.9", "--output", str(tmp_path / "shard"))[0] == 130
    assert the_manifest(tmp_path / "shard").cells == (OLD,)


def test_a_shard_without_a_cell_says_so_and_has_a_plan(call: Call, engine: FakeEngine, tmp_path: Path) -> None:
    code, said, complained = call("run", "--tf", "2.9", "--shard", "2/2", "--output", str(tmp_path / "shard"))
    assert (code, said) == (0, "")
    assert "shard 2/2 has nothing to do: the others have all 1 cells" in complained
    assert (the_manifest(tmp_path / "shard").cells, engine.built) == ((), [])


def test_a_part_of_the_suite_has_no_plan_and_is_not_kept_elsewhere(
    call: Call, engine: FakeEngine, project_folder: Path, tmp_path: Path
) -> None:
    assert call("run", "--tf", "2.9", "-k", "mean")[0] == 0
    assert not (project_folder / "reports" / "runs").exists()
    code, _, complained = call("run", "--tf", "2.9", "-k", "mean", "--output", str(tmp_path / "shard"))
    assert (code, complained.splitlines()[-1]) == (
        2,
        "tfcompat: a part of the suite is shown and not kept: leave out --output, or -k and what follows --",
    )
    assert not (tmp_path / "shard").exists()


@pytest.mark.usefixtures("engine")
def test_a_scheduler_without_dask_is_refused(call: Call) -> None:
    code, _, complained = call("run", "--tf", "2.16", "--scheduler", "tcp://127.0.0.1:1")
    assert (code, complained) == (2, "tfcompat: --scheduler is the address of a Dask cluster: add --executor dask\n")


@pytest.mark.usefixtures("engine")
def test_without_dask_the_sentence_says_how_to_get_it(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    for name in [name for name in sys.modules if name.startswith("tfcompat.run.cluster")]:
        monkeypatch.delitem(sys.modules, name)
    code, _, complained = call("run", "--tf", "2.16", "--executor", "dask")
    assert code == 2
    assert complained.endswith("tfcompat: the dask executor needs distributed: pip install 'tfcompat[cluster]'\n")
