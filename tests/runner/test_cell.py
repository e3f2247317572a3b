"""Tests of the program of a cell: real runs of a made-up suite, in a fresh Python with a stand-in for TensorFlow."""

import json
import platform
import shutil
import sys
import threading
import time
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scenarios.runner.canaries import BETWEEN
from tests import fakes
from tests.conftest import ROOT
from tfcompat.environments.engine import Exit, LockedCell
from tfcompat.environments.engines.local import COMPLETE, LocalSandbox
from tfcompat.environments.staging import stage_bundle, stage_suite, suite_files, suite_hash
from tfcompat.environments.uv import Uv
from tfcompat.record.lines import SCHEMA, parse_line
from tfcompat.suite.program import Program

pytestmark = [pytest.mark.starts, pytest.mark.local]

MEMORY = 300_000_000
#: It talks while it is imported, as the real one does.
TENSORFLOW = (
    "import os\nprint('no GPU', flush=True)\nos.write(1, b'nor TPU')\n"
    "__version__ = '9.1.0'\nconstant = float\ndef function(python): return python\n"
)
TOP = """
import sys
CAME_WITHOUT = "tensorflow" not in sys.modules
import os, subprocess, time
import pytest
import tensorflow as tf
from scenarios.marks import data, promise
from scenarios.observe import compared, resolve, which
"""
SUITE = (
    TOP
    + """
@promise("made::works", reference="here", documented=[1.0])
def test_works():
    \"\"\"What is documented is observed

    And this is not the title.
    \"\"\"
    return (1.0,)

@promise("made::differs", reference="here", documented=1)
def test_differs():
    return 2

@data("made::missing", reference="here")
def test_missing():
    return resolve("tf.keras.layers")

@data("made::raises", reference="here")
def test_raises():
    raise ValueError("no \\n <b> \\ud800 \\x00")

class Late(ValueError):
    pass

class Wordless(Exception):
    def __str__(self):
        raise KeyError("none")

class ResourceExhaustedError(Exception):
    pass

@promise("made::compares", reference="here", oracle="numpy")
def test_compares():
    return compared((1.0,), [2.0])

@data("made::answers", reference="here")
def test_answers():
    return which([1.0], fresh=[2.0], stale=[1.0])

@promise("made::refuses", reference="here", refused_by=["ValueError"])
def test_refuses():
    raise Late("too late")

@data("made::describes_nothing", reference="here")
def test_describes_nothing():
    endless = []
    endless.append(endless)
    return endless

@data("made::has_no_words", reference="here")
def test_has_no_words():
    raise Wordless()

@data("made::fills_the_disk", reference="here")
def test_fills_the_disk():
    raise OSError(28, "No space left on device")

@data("made::exhausts", reference="here")
def test_exhausts():
    raise ResourceExhaustedError("OOM when allocating")

@data("made::steals", reference="here")
def test_steals():
    \"\"\"What is open here that could be read of another scenario: no pipe but the own end, which is written\"\"\"
    readable = []
    for name in os.listdir("/proc/self/fd"):
        try:
            kind = os.readlink("/proc/self/fd/" + name)
            flags = open("/proc/self/fdinfo/" + name).read().split("flags:")[1].split()[0]
        except OSError:
            continue
        if kind.startswith("pipe:") and int(flags, 8) & 3 == 0:
            readable.append(name)
    return readable

@data("made::leaks", reference="here")
def test_leaks():
    tf.leaked = True

@data("made::sees_no_leak", reference="here")
def test_sees_no_leak():
    return hasattr(tf, "leaked")

@data("made::aborts", reference="here")
def test_aborts():
    print("Check failed: 1 == 2", flush=True)
    os.abort()

@data("made::sleeps", reference="here", limit=1)
def test_sleeps():
    print("asleep", flush=True)
    time.sleep(600)

@data("made::eats", reference="here")
def test_eats():
    eaten = []
    while True:
        eaten.append(bytes(1 << 24))

@data("made::exits", reference="here")
def test_exits():
    os._exit(0)

@data("made::leaves", reference="here")
def test_leaves():
    sys.exit(3)

@data("made::skips", reference="here")
def test_skips():
    pytest.skip("not today")

@data("made::prints", reference="here")
def test_prints():
    print('{"kind":"end","outcomes":0,"seconds":0}', flush=True)
    os.write(1, b"garbage\\n\\xff")
    os.write(2, b"garbage\\n\\xff")
    return sys.stdin.read()

@data("made::scribbles", reference="here")
def test_scribbles():
    for number in range(100):
        try:
            os.write(number, b'{"kind":"end","outcomes":0,"seconds":0}\\n')
        except OSError:
            pass

@data("made::starts", reference="here")
def test_starts():
    return subprocess.Popen(["sleep", "600"]).pid

@data("made::holds_the_pipe", reference="here")
def test_holds_the_pipe():
    pid = os.fork()
    if not pid:
        time.sleep(600)
    return pid

@data("made::escapes", reference="here")
def test_escapes():
    if not os.fork():
        os.setsid()
        time.sleep(20)
        os._exit(0)
    return "gone on"

@data("made::long", reference="here")
def test_long():
    return "x" * 1_000_000

@pytest.mark.parametrize("word", ["a", "b"])
@promise("made::word_{word}", reference="see {word}", documented_by_release={"<9": "old", ">=9": "new"})
def test_word(word):
    \"\"\"The word {word}\"\"\"
    return "new"

@data("made::fresh", reference="here", fresh=True)
def test_fresh():
    return CAME_WITHOUT

@data("made::fresh_aborts", reference="here", fresh=True)
def test_fresh_aborts():
    os.abort()

@data("made::fresh_sleeps", reference="here", fresh=True, limit=2)
def test_fresh_sleeps():
    time.sleep(600)

@data("made::not_fresh", reference="here")
def test_not_fresh():
    return CAME_WITHOUT
"""
)


#: One scenario after the other: what the first leaves running, the second looks for.
ONE_BY_ONE = (
    TOP
    + """
@data("made::starts", reference="here")
def test_starts():
    started = subprocess.Popen(["sleep", "600"])
    with open("../started", "w") as file:
        file.write("/proc/%d/stat" % started.pid)

@data("made::looks", reference="here")
def test_looks():
    time.sleep(0.2)
    with open("../started") as file:
        path = file.read()
    if not os.path.exists(path):
        return "ended"
    with open(path) as file:
        return "ended" if file.read().rsplit(")", 1)[1].split()[0] == "Z" else "still there"
"""
)


#: What pytest has to set up, beside what it need not; each returns what it would not see without.
SET_UP = (
    TOP
    + """
@pytest.fixture
def doubled(request):
    return 2 * request.param

@pytest.mark.parametrize("doubled", [1], indirect=True)
@data("made::indirect", reference="here")
def test_indirect(doubled):
    return doubled

@data("made::fixture", reference="here")
def test_fixture(tmp_path):
    return tmp_path.is_dir()

@pytest.mark.skipif(True, reason="never")
@data("made::skipped", reference="here")
def test_skipped():
    return "ran"

class TestOfAClass:
    def setup_method(self):
        self.made = True

    @data("made::method", reference="here")
    def test_method(self):
        return self.made

@data("made::plain", reference="here", largest=20)
def test_plain():
    return os.environ["PYTEST_CURRENT_TEST"]

@data("made::fresh", reference="here", fresh=True)
def test_fresh(tmp_path):
    return tmp_path.is_dir()
"""
)
#: A file whose every scenario has a module-wide set-up.
OF_A_MODULE = (
    TOP
    + """
MADE = []

def setup_module():
    MADE.append(1)

@data("made::of_a_module", reference="here")
def test_of_a_module():
    return MADE
"""
)
#: A plugin of the suite's own, which takes part in all set-ups.
CONFTEST = """
import os

def pytest_runtest_setup(item):
    os.environ["SET_UP"] = item.name
"""


#: The canaries of a cell that has no distribution of a lock, and what is meant to happen.
CANARIES = {
    "returns": "returned",
    "is missing": "missing",
    "raises": "raised",
    "crashes": "signal",
    "hangs": "timeout",
    "outgrows its memory": "memory",
    "files": "returned",
    "tensorflow": "returned",
    "function": "returned",
}
#: It edits what a function of TensorFlow reads.
BREAKS = (
    TOP
    + """
@data("made::breaks", reference="here")
def test_breaks():
    with open(os.path.join(os.path.dirname(tf.__file__), "broken"), "w"):
        pass
"""
)
#: More than run between two rounds of canaries, twice.
MANY = (
    TOP
    + f"""
@pytest.mark.parametrize("number", range({2 * BETWEEN + 1}))
@data("made::number_{{number}}", reference="here")
def test_number(number):
    return number
"""
)
#: Two run at once, and one kills the other, the first time.
BESIDE = (
    TOP
    + """
VICTIM = os.path.join(os.path.dirname(tf.__file__), "victim")

@data("made::is_killed", reference="here")
def test_is_killed():
    if not os.path.exists(VICTIM):
        with open(VICTIM + ".written", "w") as file:
            file.write(str(os.getpid()))
        os.rename(VICTIM + ".written", VICTIM)
        time.sleep(60)
    return "lived"

@data("made::kills", reference="here")
def test_kills():
    while not os.path.exists(VICTIM):
        time.sleep(0.01)
    with open(VICTIM) as file:
        os.kill(int(file.read()), 9)
    return "did it"

@data("made::aborts", reference="here")
def test_aborts():
    os.abort()
"""
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def bundle(cache: Path) -> Path:
    return stage_bundle(ROOT / "images", cache, Uv())


class Cell:
    """An environment with a stand-in for TensorFlow, and the record of one run in it."""

    def __init__(
        self,
        folder: Path,
        bundle: Path,
        suite: Mapping[str, str],
        *,
        tensorflow: str = TENSORFLOW,
        cores: float = 2.0,
        scenarios: tuple[str, ...] | None = None,
        pins: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        environment = folder / "environment"
        done = Uv()(["venv", "--quiet", "--no-project", "--python", sys.executable, environment], 60)
        assert done.code == 0, done.output
        (site_packages,) = environment.glob("lib/python*/site-packages")
        package = site_packages / "tensorflow"
        package.mkdir()
        (package / "__init__.py").write_text(tensorflow)
        (environment / COMPLETE).touch()
        project = folder / "project"
        project.mkdir()
        for name in ("__init__", "marks", "observe"):
            shutil.copy(ROOT / "scenarios" / f"{name}.py", project)
        shutil.copytree(ROOT / "scenarios" / "runner", project / "runner")
        for name, text in suite.items():
            (project / name).write_text(text)
        files = suite_files(project)
        self.program = Program(
            suite=stage_suite(files, folder / "cache"),
            suite_hash=suite_hash(files),
            bundle=bundle,
            cores=cores,
            memory=MEMORY,
            limit=120.0,
            scenarios=scenarios,
            pins=pins or {},
            package="tensorflow-cpu",
        )
        locked = LockedCell(cell=fakes.cell(), lock=fakes.lock())
        self.sandbox = LocalSandbox(folder=environment, locked=locked, cancelled=threading.Event())
        self.lines: list[dict[str, Any]] = []
        self.ending = self.run()

    def run(self) -> Exit:
        texts: list[str] = []
        started = time.monotonic()
        ending = self.sandbox.run(self.program, texts.append)
        self.seconds = time.monotonic() - started
        self.lines = [read(text) for text in texts]
        return ending

    @property
    def kinds(self) -> list[str]:
        return [line["kind"] for line in self.lines]

    @property
    def asked(self) -> dict[str, dict[str, Any]]:
        return {name: {} for name in self.lines[0]["scenarios"]}

    @property
    def outcomes(self) -> dict[str, dict[str, Any]]:
        return {line["scenario"]: line for line in self.lines if line["kind"] == "outcome"}

    @property
    def canaries(self) -> dict[str, list[tuple[str, str]]]:
        """The canaries by when they were asked, each with what happened."""
        lines = [line for line in self.lines if line["kind"] == "canary"]
        moments = dict.fromkeys(line["when"] for line in lines)
        return {when: [(line["name"], line["happened"]) for line in lines if line["when"] == when] for when in moments}

    @property
    def failed(self) -> dict[str, Any]:
        """The canary that was not as it is meant to be."""
        (line,) = [line for line in self.lines if line["kind"] == "canary" and line["happened"] != line["meant"]]
        return line

    def answer(self, scenario: str) -> dict[str, Any]:
        """What is recorded of a scenario, without what every line has, the time and where it was raised."""
        line = self.outcomes[f"made::{scenario}"]
        return {key: value for key, value in line.items() if key not in ("kind", "scenario", "seconds", "traceback")}


def read(text: str) -> dict[str, Any]:
    """A line as it was recorded, but for what the harness reads otherwise, such as half of a surrogate pair."""
    return {**json.loads(text), **msgspec.to_builtins(parse_line(text))}


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory, bundle: Path) -> Cell:
    """The whole made-up suite, run once."""
    return Cell(tmp_path_factory.mktemp("cell"), bundle, {"test_made_up.py": SUITE})


def test_the_record_begins_with_its_header_and_ends_with_its_end(cell: Cell) -> None:
    count = SUITE.count("\n@promise(") + SUITE.count("\n@data(") + 1  # one is asked twice
    canaries = ["canary"] * len(CANARIES)
    assert cell.kinds == ["header", *canaries, *["outcome"] * count, *canaries, "end"], cell.ending.output
    assert cell.lines[-1]["outcomes"] == count
    assert set(cell.outcomes) == set(cell.asked)
    assert (cell.ending.code, cell.ending.timed_out, cell.ending.lost) == (0, False, False)


def test_every_fate_of_a_scenario_has_its_canary_before_and_after(cell: Cell) -> None:
    assert list(cell.canaries) == ["before", "after"]
    assert dict(cell.canaries["before"]) == dict(cell.canaries["after"]) == CANARIES


def test_the_header_has_the_suite_and_the_versions_as_imported(cell: Cell) -> None:
    header = cell.lines[0]
    assert (header["schema"], header["suite"]) == (SCHEMA, cell.program.suite_hash)
    assert header["versions"] == {
        "python": platform.python_version(),
        "tensorflow": "9.1.0",
        "keras": None,
        "numpy": None,
        "machine": platform.machine(),
    }


def test_the_header_names_the_scenarios_with_their_parameters(cell: Cell) -> None:
    assert {"made::works", "made::word_a", "made::word_b"} <= set(cell.asked)


@pytest.mark.parametrize(
    ("scenario", "answer"),
    [
        ("works", {"happened": "returned", "observed": [1.0]}),
        ("differs", {"happened": "returned", "observed": 2}),
        (
            "missing",
            {
                "happened": "missing",
                "type": "AttributeError",
                "classes": ["AttributeError", "Exception"],
                "message": "module 'tensorflow' has no attribute 'keras'",
                "lacks": "tf has no keras: module 'tensorflow' has no attribute 'keras'",
            },
        ),
        ("raises", {"happened": "raised", "type": "ValueError", "message": "no \n <b> ? \x00"}),
        ("compares", {"happened": "returned", "observed": [1.0], "expected": [2.0]}),
        ("answers", {"happened": "returned", "observed": "stale", "seen": [1.0]}),
        ("refuses", {"happened": "raised", "type": "Late", "classes": ["Late", "ValueError", "Exception"]}),
        ("describes_nothing", {"happened": "undescribed"}),
        ("has_no_words", {"happened": "raised", "type": "Wordless", "message": "its text cannot be made: KeyError"}),
        ("fills_the_disk", {"happened": "disk", "type": "OSError"}),
        ("exhausts", {"happened": "memory", "type": "ResourceExhaustedError"}),
        ("steals", {"happened": "returned", "observed": []}),
        ("leaks", {"happened": "returned", "observed": None}),
        ("sees_no_leak", {"happened": "returned", "observed": False}),
        ("aborts", {"happened": "signal", "message": "SIGABRT"}),
        ("sleeps", {"happened": "timeout", "message": "killed after 1 s"}),
        ("eats", {"happened": "memory", "type": "MemoryError"}),
        ("exits", {"happened": "silent", "message": "the process ended without an answer"}),
        ("leaves", {"happened": "raised", "type": "SystemExit", "message": "3"}),
        ("skips", {"happened": "raised", "type": "Skipped", "message": "not today"}),
        ("prints", {"happened": "returned", "observed": ""}),
        ("scribbles", {"happened": "silent"}),
        ("escapes", {"happened": "returned", "observed": "gone on"}),
        ("fresh", {"happened": "returned", "observed": True}),
        ("fresh_aborts", {"happened": "signal", "message": "SIGABRT"}),
        ("fresh_sleeps", {"happened": "timeout", "message": "killed after 2 s"}),
        ("not_fresh", {"happened": "returned", "observed": False}),
    ],
)
def test_what_happened_is_recorded(scenario: str, answer: dict[str, Any], cell: Cell) -> None:
    recorded = cell.answer(scenario)
    assert {key: recorded[key] for key in answer} == answer


def test_the_last_words_of_a_process_that_died_are_kept(cell: Cell) -> None:
    assert "Check failed: 1 == 2" in cell.outcomes["made::aborts"]["traceback"]
    assert "asleep" in cell.outcomes["made::sleeps"]["traceback"]


def test_a_traceback_begins_in_the_scenario(cell: Cell) -> None:
    first = cell.outcomes["made::raises"]["traceback"].splitlines()[1]
    assert "test_made_up.py" in first
    assert "in test_raises" in first


@pytest.mark.parametrize("scenario", ["starts", "holds_the_pipe"])
def test_what_a_scenario_started_ends_with_it(scenario: str, cell: Cell) -> None:
    answer = cell.answer(scenario)
    assert answer["happened"] == "returned"
    assert not is_running(answer["observed"])


def test_what_a_scenario_started_is_gone_before_the_run_ends(tmp_path: Path, bundle: Path) -> None:
    cell = Cell(tmp_path, bundle, {"test_made_up.py": ONE_BY_ONE}, cores=1.0)
    assert cell.answer("looks")["observed"] == "ended"


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_escaped_holds_up_neither_the_record_nor_the_run(cell: Cell) -> None:
    assert cell.outcomes["made::escapes"]["seconds"] < 10
    assert cell.seconds < 20


def test_a_hanging_scenario_costs_its_limit_and_no_more(cell: Cell) -> None:
    assert 1.0 <= cell.outcomes["made::sleeps"]["seconds"] < 5.0


def test_a_long_observation_is_cut(cell: Cell) -> None:
    assert 4000 < len(cell.answer("long")["observed"]) < 4100


def test_a_run_writes_nothing_into_the_suite(cell: Cell) -> None:
    names = {path.name for path in cell.program.suite.iterdir()}
    assert names == {"__init__.py", "runner", "marks.py", "observe.py", "test_made_up.py"}


@pytest.mark.parametrize(
    ("scenarios", "ran"),
    [(("made::plain", "made::fixture", "gone::x"), ["made::fixture", "made::plain"]), ((), [])],
)
def test_only_the_scenarios_that_are_asked_for_run_and_the_header_has_all(
    scenarios: tuple[str, ...], ran: list[str], tmp_path: Path, bundle: Path
) -> None:
    cell = Cell(tmp_path, bundle, {"test_set_up.py": SET_UP}, scenarios=scenarios)
    assert list(cell.asked) == [
        f"made::{name}" for name in ("indirect", "fixture", "skipped", "method", "plain", "fresh")
    ]
    assert sorted(cell.outcomes) == ran
    assert cell.lines[-1]["outcomes"] == len(ran)


def test_what_pytest_has_to_set_up_is_set_up(tmp_path: Path, bundle: Path) -> None:
    cell = Cell(tmp_path, bundle, {"test_set_up.py": SET_UP, "test_of_a_module.py": OF_A_MODULE})
    returned = {
        name: cell.answer(name).get("observed") for name in ("indirect", "fixture", "method", "fresh", "of_a_module")
    }
    assert returned == {"indirect": 2, "fixture": True, "method": True, "fresh": True, "of_a_module": [1]}
    skipped = cell.answer("skipped")
    assert (skipped["happened"], skipped["type"], skipped["message"]) == ("raised", "Skipped", "never")


def test_what_needs_no_setting_up_sees_pytest_and_has_its_bound(tmp_path: Path, bundle: Path) -> None:
    cell = Cell(tmp_path, bundle, {"test_set_up.py": SET_UP}, scenarios=("made::plain",))
    assert cell.answer("plain")["observed"] == '"test_' + " [...] " + '_plain (call)"'


def test_a_plugin_of_the_suite_takes_part_in_every_set_up(tmp_path: Path, bundle: Path) -> None:
    suite = TOP + "@data('made::x', reference='')\ndef test_x(): return os.environ.get('SET_UP')\n"
    cell = Cell(tmp_path, bundle, {"test_made_up.py": suite, "conftest.py": CONFTEST})
    assert cell.answer("x")["observed"] == "test_x"


def test_an_environment_without_tensorflow_is_told_by_its_canary(tmp_path: Path, bundle: Path) -> None:
    broken = Cell(
        tmp_path, bundle, {"test_made_up.py": SUITE}, tensorflow="raise ImportError('libcudart.so.11 is not there')\n"
    )
    assert broken.kinds == ["header", "canary", "end"]
    assert (broken.failed["name"], broken.failed["happened"]) == ("import", "raised")
    assert (broken.failed["type"], broken.failed["message"]) == ("ImportError", "libcudart.so.11 is not there")


def test_an_environment_that_cannot_add_asks_nothing_more(tmp_path: Path, bundle: Path) -> None:
    broken = Cell(
        tmp_path,
        bundle,
        {"test_made_up.py": SUITE},
        tensorflow=TENSORFLOW + "def constant(x): return x + (x == 1.0 and os.environ.get('HOME') is not None)\n",
    )
    assert set(broken.kinds) == {"header", "canary", "end"}
    assert set(broken.canaries) == {"before"}
    assert [name for name, happened in broken.canaries["before"] if happened != CANARIES[name]] == [
        "tensorflow",
        "function",
    ]
    assert broken.lines[-1]["outcomes"] == 0


def test_an_environment_that_breaks_in_the_middle_is_told_by_the_last_canaries(tmp_path: Path, bundle: Path) -> None:
    """The folder of the distribution is writable here, as in a local environment."""
    function = "def function(python): return python if not os.path.exists(__file__[:-11] + 'broken') else str\n"
    cell = Cell(tmp_path, bundle, {"test_breaks.py": BREAKS}, tensorflow=TENSORFLOW + function)
    assert (cell.failed["name"], cell.failed["when"], cell.failed["type"]) == ("function", "after", "WrongAnswer")
    assert cell.answer("breaks")["happened"] == "returned"


def test_canaries_are_asked_between_scenarios_too(tmp_path: Path, bundle: Path) -> None:
    cell = Cell(tmp_path, bundle, {"test_many.py": MANY}, tensorflow=TENSORFLOW)
    whens = [when for when, _ in groupby(line.get("when", line["kind"]) for line in cell.lines)]
    assert whens == ["header", "before", "outcome", "between", "outcome", "between", "outcome", "after", "end"]
    assert set(dict(cell.canaries["between"])) == {"files", "tensorflow", "function"}


def test_who_died_beside_another_is_asked_again_alone(tmp_path: Path, bundle: Path) -> None:
    """What the neighbour did to it is not its answer, and the record says what it was."""
    cell = Cell(tmp_path, bundle, {"test_beside.py": BESIDE})
    assert cell.answer("is_killed") == {"happened": "returned", "observed": "lived", "beside": "memory"}
    assert cell.answer("aborts") == {"happened": "signal", "message": "SIGABRT"}
    assert cell.answer("kills")["observed"] == "did it"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def test_x(:\n", "SyntaxError"),
        ("import no_such_module\n", "no_such_module"),
    ],
)
def test_a_suite_that_cannot_be_read_is_broken(code: str, says: str, tmp_path: Path, bundle: Path) -> None:
    broken = Cell(tmp_path, bundle, {"test_made_up.py": code, "test_whole.py": TOP})
    assert broken.lines[0]["kind"] == "broken"
    assert says in broken.lines[0]["message"]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (TOP + "def test_x(): pass\n", "test_x has no mark of a scenario"),
        (TOP + "@data('a::x', reference='')\ndef test_x(): pass\ntest_y = test_x\n", "share the id a::x"),
    ],
)
def test_a_suite_whose_scenarios_cannot_be_told_apart_has_no_record(
    code: str, says: str, tmp_path: Path, bundle: Path
) -> None:
    broken = Cell(tmp_path, bundle, {"test_made_up.py": code})
    assert broken.lines == []
    assert broken.ending.code != 0
    assert says in broken.ending.output


@pytest.mark.parametrize(
    ("pins", "says"),
    [
        ({"tensorflow-cpu": "9.1.0"}, "tensorflow-cpu 9.1.0 is not installed"),
        ({}, None),
    ],
)
def test_an_environment_that_is_not_that_of_the_lock_asks_nothing(
    pins: dict[str, str], says: str | None, tmp_path: Path, bundle: Path
) -> None:
    cell = Cell(tmp_path, bundle, {"test_set_up.py": SET_UP}, scenarios=("made::plain",), pins=pins)
    if says is None:
        assert list(cell.outcomes) == ["made::plain"]
    else:
        assert (cell.failed["name"], cell.failed["type"]) == ("environment", "WrongEnvironment")
        assert set(cell.kinds) == {"header", "canary", "end"}
        assert says in cell.failed["message"]
