"""The workflows: bounded, with few rights and fixed actions, made of steps that this project has; the lint checks their form."""

import configparser
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tfcompat.cli import nightly
from tfcompat.commands.publish.nightly.shard import SHARD_SECONDS

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in WORKFLOWS}
#: A job: its name, and its lines.
JOB = re.compile(r"^  ([a-z]+):\n((?:    .*\n|\n)+)", re.MULTILINE)
JOBS = [
    pytest.param(text, id=f"{name}-{job}")
    for name, whole in TEXTS.items()
    for job, text in JOB.findall(whole.split("\njobs:\n")[1])
]


def test_there_is_one_for_changes_one_for_nights_and_one_for_releases() -> None:
    assert set(TEXTS) == {"ci", "nightly", "release"}
    assert len(JOBS) == 12


def test_what_the_script_leaves_out_on_the_other_pythons_the_workflow_runs_and_the_script_takes_the_newest() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (environments, selection) = re.findall(r'tox run -e (py\S+) -- (-m "[^"]+")', script)[0]
    job = dict(JOB.findall(TEXTS["ci"].split("\njobs:\n")[1]))["pythons"]
    named = re.findall(r'"(3\.\d+)"', job.split("python: ")[1].split("\n")[0])
    assert f"py{named[-1].replace('.', '')}" == environments
    assert job.endswith(f"tox run -e py -- {selection}\n")
    folders = re.findall(r"tests/\S+", script)
    assert folders
    assert all((ROOT / folder).exists() for folder in folders)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_action_is_fixed_to_a_commit_and_says_its_version(text: str) -> None:
    used = re.findall(r"uses: (.*)", text)
    assert used
    fixed = r"(actions/[a-z-]+|pypa/gh-action-pypi-publish)@[0-9a-f]{40} # v\d+\.\d+\.\d+"
    assert [action for action in used if not re.fullmatch(fixed, action)] == []


def test_an_action_is_the_same_everywhere() -> None:
    used = {action for text in TEXTS.values() for action in re.findall(r"uses: (.*)", text)}
    assert len(used) == len({action.split("@")[0] for action in used})


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_nothing_is_allowed_but_what_a_job_asks_for_and_one_runs_at_a_time(text: str) -> None:
    assert "\npermissions: {}\n" in text
    assert "\nconcurrency:\n  group: " in text


@pytest.mark.parametrize("job", JOBS)
def test_a_job_has_a_limit_and_names_its_rights(job: str) -> None:
    assert re.search(r"^    timeout-minutes: \d+$", job, re.MULTILINE)
    assert re.search(r"^    permissions:\n(      [a-z-]+: (read|write)( #.*)?\n)+", job, re.MULTILINE)


def test_only_the_jobs_that_have_to_may_write_and_each_but_one_thing() -> None:
    jobs = dict(JOB.findall(TEXTS["nightly"].split("\njobs:\n")[1]))
    rights = {name: re.findall(r"^      ([a-z-]+): write", text, re.MULTILINE) for name, text in jobs.items()}
    assert rights == {
        "refresh": ["contents"],
        "shard": [],
        "publish": ["contents"],
        "attacks": [],
        "repeat": [],
        "mutation": [],
        "pages": ["pages", "id-token"],
        "issue": ["issues"],
    }
    without = ("shard", "attacks", "repeat", "mutation")
    assert all("persist-credentials: false" in jobs[name] for name in without)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_somebody_types_in_never_becomes_a_part_of_a_command(text: str) -> None:
    commands = re.findall(r"run: (.*)", text)
    for command in commands:
        assert set(re.findall(r"\$\{\{ (.*?) \}\}", command)) <= {"matrix.shard", "strategy.job-total"}


def test_what_a_release_publishes_was_built_and_looked_into_by_the_step_that_ci_runs() -> None:
    jobs = dict(JOB.findall(TEXTS["release"].split("\njobs:\n")[1]))
    rights = {name: re.findall(r"^      ([a-z-]+): write", text, re.MULTILINE) for name, text in jobs.items()}
    assert rights == {"build": ["id-token", "attestations"], "publish": ["id-token"]}
    assert "tox run -e wheel" in jobs["build"]
    asked = re.findall(r"tox run(?:-parallel .*?)? -e (\S+)", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert "wheel" in asked[0].split(",")
    assert "needs: build" in jobs["publish"]
    assert "password" not in TEXTS["release"]


def test_every_step_is_one_that_this_project_has() -> None:
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini")
    commands = re.findall(r"run: (.*)", TEXTS["nightly"])
    environments = {name for command in commands for name in re.findall(r"tox run -e (\w+)", command)}
    assert {f"testenv:{name}" for name in environments} <= set(tox.sections())
    assert environments >= {"audit", "faults", "fuzz", "hostile", "mutation", "repeat", "vulnerabilities"}
    steps = [found for command in commands for found in re.findall(r"tox run -e (\w+) -- (\w+)", command)]
    assert [name for _, name in steps] == ["refresh", "shard", "publish"] == list(nightly.targets)
    assert {f"testenv:{env}" for env, _ in steps} <= set(tox.sections())
    assert tox["testenv:nightly"]["commands"] == "tfcompat nightly {posargs}"
    scripts = {word for command in commands for word in re.findall(r"^\.ci/nightly (\w+)", command)}
    assert scripts == {"begin", "keep", "tell"}
    assert ".ci/run" in TEXTS["ci"]


def test_the_shards_upload_what_they_have_even_where_they_failed() -> None:
    (shard,) = (text for name, text in JOB.findall(TEXTS["nightly"].split("\njobs:\n")[1]) if name == "shard")
    assert "fail-fast: false" in shard
    assert "if: ${{ !cancelled() }}" in shard.split("upload-artifact")[1]


def test_a_shard_that_has_no_time_left_ends_before_its_job_so_that_it_uploads_what_it_has() -> None:
    job = dict(JOB.findall(TEXTS["nightly"].split("\njobs:\n")[1]))["shard"]
    limits = [int(minutes) for minutes in re.findall(r"^ +timeout-minutes: (\d+)", job, re.MULTILINE)]
    assert limits == [180, 165]
    assert SHARD_SECONDS / 60 < limits[1] < limits[0]


def test_what_was_measured_is_kept_whatever_the_gate_says_and_only_what_it_lets_through_is_published() -> None:
    """A step without a condition of its own does not run after one that failed."""
    jobs = dict(JOB.findall(TEXTS["nightly"].split("\njobs:\n")[1]))
    steps = re.split(r"^      - ", jobs["publish"], flags=re.MULTILINE)
    after = steps[next(number for number, step in enumerate(steps) if "-- publish shards/*" in step) + 1 :]
    always = ["if: ${{ !cancelled() }}" in step for step in after]
    assert [step for step, kept in zip(after, always, strict=True) if "keep" in step and not kept] == []
    audit, page = (step for step, kept in zip(after, always, strict=True) if not kept)
    assert "tox run -e audit" in audit
    assert "upload-pages-artifact" in page
    assert "needs.publish.result == 'success'" in jobs["pages"]


#: Runs a program in a folder; what it printed.
Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    for name, value in (
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ("GITHUB_OUTPUT", str(tmp_path / "output")),
        ("GITHUB_STEP_SUMMARY", str(tmp_path / "summary")),
    ):
        monkeypatch.setenv(name, value)

    def started(folder: Path, *argv: str | Path) -> str:
        return subprocess.run(argv, cwd=folder, check=True, capture_output=True, text=True, timeout=60).stdout

    return started


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def origin(tmp_path: Path, run: Run) -> Path:
    """A repository whose main has the script, a trial and a lock."""
    run(tmp_path, "git", "init", "--quiet", "--bare", "--initial-branch=main", "origin")
    made = checkout(tmp_path / "origin", tmp_path / "first", run)
    (made / ".ci").mkdir()
    (made / ".ci" / "nightly").write_bytes((ROOT / ".ci" / "nightly").read_bytes())
    (made / ".ci" / "nightly").chmod(0o755)
    write(made, reports__trials__old="old", images__locks__known="as main has it", images__releases="old")
    to_main(made, run)
    return tmp_path / "origin"


def checkout(origin: Path, place: Path, run: Run) -> Path:
    run(origin.parent, "git", "clone", "--quiet", f"file://{origin}", place)
    return place


def to_main(folder: Path, run: Run) -> None:
    run(folder, "git", "add", "--all")
    run(folder, "git", "-c", "user.name=me", "-c", "user.email=me@localhost", "commit", "--quiet", "--message=more")
    run(folder, "git", "push", "--quiet", "origin", "HEAD:main")


def at_night(origin: Path, run: Run) -> dict[str, str]:
    """The files of the branch that nights are kept on."""
    names = run(origin, "git", "ls-tree", "-r", "--name-only", "nightly", "reports", "images").split()
    return {name: run(origin, "git", "show", f"nightly:{name}") for name in names}


@pytest.mark.starts
def test_what_nights_found_stays_while_main_goes_on(origin: Path, tmp_path: Path, run: Run) -> None:
    night = checkout(origin, tmp_path / "night-1", run)
    assert "first night" in run(night, ".ci/nightly", "begin")
    write(night, images__locks__appeared="found at night", images__releases="new", images__locks__known="changed")
    run(night, ".ci/nightly", "keep", "What the package index has tonight")
    commit = run(night, "git", "rev-parse", "HEAD").strip()
    assert (tmp_path / "output").read_text() == f"commit={commit}\n"
    assert "What the package index has tonight" in (tmp_path / "summary").read_text()
    write(night, reports__trials__first="measured")
    run(night, ".ci/nightly", "keep", "What was measured tonight")

    day = checkout(origin, tmp_path / "day", run)
    write(day, images__locks__known="mended on main", reports__trials__day="by day")
    to_main(day, run)

    night = checkout(origin, tmp_path / "night-2", run)
    run(night, ".ci/nightly", "begin")
    run(night, ".ci/nightly", "keep", "What the package index has tonight")
    assert at_night(origin, run) == {
        "images/locks/appeared": "found at night",
        "images/locks/known": "mended on main",
        "images/releases": "old",
        "reports/trials/day": "by day",
        "reports/trials/first": "measured",
        "reports/trials/old": "old",
    }
    assert run(origin, "git", "log", "--format=%s", "nightly").split("\n")[:2] == [
        "What the package index has tonight",
        "more",
    ]


@pytest.mark.starts
def test_what_was_confirmed_by_day_and_at_night_stays(origin: Path, tmp_path: Path, run: Run) -> None:
    """Both sides add lines to the same file."""
    confirmed = "reports/trials/cell/confirmed.jsonl"
    night = checkout(origin, tmp_path / "night-1", run)
    write(night, **{"reports__trials__cell__confirmed.jsonl": "first\nnight\n"})
    run(night, ".ci/nightly", "keep", "What was measured tonight")
    day = checkout(origin, tmp_path / "day", run)
    write(
        day,
        **{
            "reports__trials__cell__confirmed.jsonl": "first\nday\n",
            "reports__trials__other__confirmed.jsonl": "other\n",
        },
    )
    to_main(day, run)
    night = checkout(origin, tmp_path / "night-2", run)
    run(night, ".ci/nightly", "begin")
    run(night, ".ci/nightly", "keep", "What the package index has tonight")
    kept = at_night(origin, run)
    assert kept[confirmed].splitlines() == ["day", "first", "night"]
    assert kept["reports/trials/other/confirmed.jsonl"] == "other\n"
    assert [name for name in kept if name.endswith(".both")] == []


@pytest.mark.starts
def test_a_night_that_cannot_ask_for_the_nights_before_ends(origin: Path, tmp_path: Path, run: Run) -> None:
    night = checkout(origin, tmp_path / "night", run)
    origin.rename(tmp_path / "gone")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        run(night, ".ci/nightly", "begin")
    assert "first night" not in failed.value.stdout


@pytest.mark.starts
def test_a_night_without_anything_new_is_kept_as_main_is(origin: Path, tmp_path: Path, run: Run) -> None:
    night = checkout(origin, tmp_path / "night", run)
    run(night, ".ci/nightly", "keep", "nothing")
    assert run(origin, "git", "rev-parse", "nightly") == run(origin, "git", "rev-parse", "main")


@pytest.mark.starts
@pytest.mark.parametrize("regressed", [True, False])
def test_the_summary_is_handed_over_and_whether_something_regressed(
    origin: Path, tmp_path: Path, run: Run, regressed: bool
) -> None:
    night = checkout(origin, tmp_path / "night", run)
    write(night, **{"nightly__summary.md": "# Tonight\n", **({"nightly__issue.md": "worse"} if regressed else {})})
    run(night, ".ci/nightly", "tell")
    assert (tmp_path / "summary").read_text() == "# Tonight\n"
    told = (tmp_path / "output").read_text() if (tmp_path / "output").exists() else ""
    assert told == ("regressed=true\n" if regressed else "")


@pytest.mark.starts
def test_the_script_says_what_it_does_where_it_is_asked_for_something_else(tmp_path: Path, run: Run) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        run(ROOT, ".ci/nightly", "elsewhere")
    assert failed.value.returncode == 2
    assert "keep MESSAGE" in failed.value.stderr
