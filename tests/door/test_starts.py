"""Questions that were asked before are answered without pandas, pyarrow and numpy."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.ask.questions import three_releases
from tests.conftest import ROOT
from tests.trial_files import keep
from tfcompat.project import Project

HEAVY = ("pandas", "pyarrow", "numpy", "docker", "jinja2")
CODE = """
import sys
from tfcompat.cli import cli
try:
    cli.main(sys.argv[1:], standalone_mode=False)
except SystemExit:
    pass
print(sorted(name for name in {heavy} if name in sys.modules))
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return three_releases(tmp_path / "project")


def imported(project: Project, *arguments: str) -> str:
    """Which heavy packages a command had imported at its end."""
    options = ["--project", str(project.root), "--cache", str(project.cache)]
    command = [sys.executable, "-c", CODE.format(heavy=HEAVY), *options, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    assert len(done.stdout.splitlines()) > 1, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.starts
@pytest.mark.parametrize(
    "arguments",
    [
        ("where", "adapt::mean"),
        ("where", "adapt::mean", "--json"),
        ("imports", "Normalization"),
        ("imports", "Normalization", "--tf", ">=2.5"),
        ("ask", "AttributeError: module 'tensorflow.keras.layers' has no attribute 'Normalization'", "--on", "2.6"),
        ("history", "tf2.6.5-py3.9"),
        ("history", "tf2.6.5-py3.9", "adapt::mean"),
        ("diff", "--cell", "tf2.5.3-py3.9", "--cell", "tf2.6.5-py3.9"),
        ("diff", "OTHER"),
        ("requires", "adapt::mean"),
        ("upgrade", "2.5", "2.6"),
        ("bisect", "adapt::mean", "--json"),
    ],
    ids=" ".join,
)
def test_a_question_that_was_asked_before_needs_no_pandas(
    arguments: tuple[str, ...], project: Project, tmp_path: Path
) -> None:
    keep(tmp_path / "other" / "trials", "tf2.5.3-py3.9", {"adapt::mean": [3.0]})
    words = [str(tmp_path / "other") if word == "OTHER" else word for word in arguments]
    assert "'pandas'" in imported(project, *words)
    assert imported(project, *words) == "[]"


@pytest.mark.starts
def test_completion_needs_no_pandas_whether_or_not_there_was_a_question(project: Project) -> None:
    code = (
        "import sys; from pathlib import Path; from tfcompat.project import Project\n"
        "from tfcompat.commands.completion import scenarios_of\n"
        "print(sorted(scenarios_of(Project(root=Path(sys.argv[1]), cache=Path(sys.argv[2])))))\n"
        f"print(sorted(name for name in {HEAVY} if name in sys.modules))"
    )
    (project.reports / "support.json").write_text('{"scenarios": {"of::reports": 0}}')
    command = [sys.executable, "-c", code, str(project.root), str(project.cache)]
    offered = []
    for _ in range(2):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
        scenarios, heavy = done.stdout.splitlines()
        assert heavy == "[]"
        offered.append(scenarios)
        imported(project, "where", "adapt::mean")
    assert offered[0] == "['of::reports']"
    assert "'adapt::mean'" in offered[1]
