"""A small site that nobody measured: every status, every set of columns, history, and text that means harm."""

from pathlib import Path
from typing import Any

from tests.fakes import outcome, subject, trial
from tfcompat.outcomes import Documentation, Harm, Kind, Oracle, Outcome, Reason, Status, Trial
from tfcompat.publish import report
from tfcompat.publish.parts.evidence import ShownFinding, SiteEvidence
from tfcompat.publish.site import files
from tfcompat.questions.answers import Point, Question
from tfcompat.questions.claims import Claim, Verdict, VerdictKind
from tfcompat.questions.findings import Finding, Place, Sighting
from tfcompat.questions.rules import Check
from tfcompat.suite import sources
from tfcompat.suite.untestable import Untestable
from tfcompat.table.frame import Table, collect

#: Text that would run, end its place, or break its line, where it were not escaped.
HOSTILE = '</script><img src=x onerror="window.harmed=1"><b>bold</b> \u2028\u2029 {{7*7}} ${1} ]]> \'&quot;'
RELEASES = ("2.5.3", "2.6.5", "2.15.1", "2.16.2", "2.21.0")
NEWEST = "2026-02-01T00:00:00Z"


#: When the outcome was measured that the newest release reuses.
REUSED = "2025-11-30T00:00:00Z"


#: What every scenario says of itself.
FACTS: dict[str, Any] = {
    "reference": "tf.keras.layers.Normalization; https://example.org/doc",
    "source": "test_made.py:3",
    "seconds": 0.25,
}
#: What Python says where a name, and where a package, is not there.
NO_NAME = {"type": "AttributeError", "message": "module 'keras.layers' has no attribute 'Normalization'"}
NO_PACKAGE = {"type": "ModuleNotFoundError", "message": "No module named 'keras'"}


def answers(release: str, python: str = "3.11") -> list[Outcome]:
    """What each scenario does on a release: every kind, every status and every harm."""
    return [*promises(release), *refusals(release), *presences(release), *questions(release, python), *holes(release)]


def promise(name: str, status: Status = Status.WORKS, oracle: Oracle = Oracle.NUMPY, **facts: Any) -> Outcome:
    return outcome(name, status, kind=Kind.PROMISE, oracle=oracle, **{**FACTS, **facts})


def promises(release: str) -> list[Outcome]:
    """One that always works, one that comes back, one that loses something, and one that shows that it went wrong."""
    old, middle, new = release == "2.5.3", release in ("2.6.5", "2.15.1"), release == "2.21.0"
    return [
        promise(
            "adapt::mean",
            title="The mean of a `column`",
            observed=[0.0, 1.0],
            expected=[0.0, 1.0],
            documented=[0.0, 2.0],
            documentation=Documentation.DISAGREES,
            measured=REUSED if new else "",
        ),
        promise(
            "adapt::comes_back",
            Status.FAILS if middle else Status.WORKS,
            title="It works, fails, and works again",
            observed=None if middle else ["A"] if old else ["B"],
            expected=None if middle else ["A"] if old else ["B"],
            type="ValueError" if middle else "",
            message="a shape that does not fit" if middle else "",
        ),
        promise(
            "save::statistics",
            Status.WRONG if new else Status.WORKS,
            Oracle.INVARIANCE,
            title="A model in a file predicts what it predicted before",
            observed="statistics lost: outputs equal inputs" if new else "same predictions",
            expected="same predictions",
            aliases=("save::old_name",),
        ),
        promise(
            "dtypes::overflow",
            Status.WORKS if old else Status.WRONG,
            title="Large values stay finite in float16",
            observed=[70000.0] if old else ["inf"],
            expected=[70000.0],
            harm=Harm.NONE if old else Harm.VISIBLE,
        ),
    ]


def refusals(release: str) -> list[Outcome]:
    """What is to be refused, and is, or not, or not clearly; what fails without saying why; and text that means harm."""
    new = release == "2.21.0"
    shape: dict[str, Any] = {"type": "ValueError", "message": "the shapes do not fit"}
    hides: dict[str, Any] = {
        "type": "UnboundLocalError",
        "message": "cannot access local variable 'input_shape'",
        "harm": Harm.OBSCURE,
    }
    return [
        promise(
            "inputs::refused",
            Status.WRONG if new or release == "2.16.2" else Status.WORKS,
            Oracle.REFUSAL,
            title="A wrong shape is refused",
            **({"observed": [1.0]} if new else hides if release == "2.16.2" else shape),
        ),
        promise(
            "inputs::list",
            Status.FAILS if new else Status.WORKS,
            title="adapt() takes a list",
            **(hides if new else {"observed": 1, "expected": 1}),
        ),
        promise(
            "inputs::hostile",
            Status.FAILS,
            title=f"A title {HOSTILE}",
            type="Evil<script>",
            message=HOSTILE,
            reference=f"javascript:window.harmed=1 {HOSTILE}",
        ),
        promise("inputs::hangs", Status.HANGS if new else Status.CRASHES, title="It never returns"),
    ]


def presences(release: str) -> list[Outcome]:
    """A path that went, and before came, with its package."""
    there = release in ("2.6.5", "2.15.0", "2.15.1")
    title, lacks = "`from keras.layers import Normalization`", "keras.layers.Normalization"
    path: dict[str, Any] = {"kind": Kind.PRESENCE, "title": title, **FACTS}
    if there:
        return [outcome("imports::from keras.layers import Normalization", observed="keras.layers", **path)]
    error = {"lacks": lacks, **(NO_PACKAGE if release == "2.5.3" else NO_NAME)}
    return [outcome("imports::from keras.layers import Normalization", Status.MISSING, **path, **error)]


def questions(release: str, python: str) -> list[Outcome]:
    """A question with its answers, of which one does harm and is documented; one that Python decides; and a version."""
    stale, old = release != "2.5.3", release in ("2.5.3", "2.6.5")
    question: dict[str, Any] = {"kind": Kind.QUESTION, **FACTS}
    return [
        outcome(
            "readapt::predict",
            Status.ANSWERED,
            title="Does predict() see a second adapt()?",
            observed="stale" if stale else "fresh",
            seen=[0.0, 1.0],
            harm=Harm.SILENT if stale else Harm.NONE,
            documented=None if old else "stale",
            documentation=Documentation.SILENT if old else Documentation.AGREES,
            answers={"fresh": Harm.NONE, "stale": Harm.SILENT},
            **question,
        ),
        outcome(
            "readapt::python",
            Status.ANSWERED,
            title="Is a file written?",
            observed="refused" if python == "3.10" else "written",
            harm=Harm.LOUD if python == "3.10" else Harm.NONE,
            answers={"written": Harm.NONE, "refused": Harm.LOUD},
            **question,
        ),
        outcome(
            "environment::version",
            Status.ANSWERED,
            kind=Kind.DATA,
            title="The version of TensorFlow",
            observed=release,
            **FACTS,
        ),
    ]


def holes(release: str) -> list[Outcome]:
    """What cannot be asked."""
    unknown: dict[str, Any] = {"reason": Reason.UNANSWERABLE, "message": "it needs a GPU"}
    return [promise("inputs::unknown", Status.UNKNOWN, title="Nobody can say", **unknown)]


def made_trials() -> list[Trial]:
    """Last patches, an older patch, another Python, a pre-release, a variant, a cell without any answer, and an older trial."""
    versions = {"python": "3.11.7", "keras": "2.15.0", "numpy": "1.26.4"}

    def measured(cell: str, **changes: str) -> Trial:
        made = subject(cell, **{"started": "2026-01-02T00:00:00Z", "engine": "docker", **changes})
        return trial(
            made,
            *answers(made.tensorflow, made.python),
            versions={**versions, "tensorflow": made.tensorflow},
            seconds=70.0,
        )

    trials = [measured(f"tf{release}-py3.11") for release in RELEASES]
    earlier = measured("tf2.21.0-py3.11", started="2025-12-01T00:00:00Z")
    changed = tuple(
        outcome(answer.scenario, Status.MISSING, title=answer.title) if answer.scenario == "adapt::mean" else answer
        for answer in earlier.outcomes
    )
    return [
        trial(earlier.subject, *changed, versions=earlier.versions),
        *trials,
        measured("tf2.15.0-py3.11"),
        measured("tf2.15.1-py3.10"),
        measured("tf2.22.0rc1-py3.11"),
        measured("tf2.16.2-py3.11+legacy"),
        trial(
            subject("tf2.20.0-py3.11", started=NEWEST, engine="docker"),
            reason=Reason.NO_WHEEL,
            message=f"no wheel {HOSTILE}",
        ),
    ]


SUITE = '''import pytest


@data("{id}", reference="")
def test_made():
    """The mean of a `column`"""
    return "</script><script>window.harmed=1</script>"
'''


#: A question with one statement, and a claim and a finding that mean harm.
QUESTION = Question(
    number=1,
    question=f"Does `predict()` see it? {HOSTILE}",
    address="does-predict-see-it",
    threads=("keras#15219", "a note"),
    points=(
        Point(says="`predict()` is stale.", all=(Check(scenario="readapt::predict", observed=("stale",)),)),
        Point(says="`predict()` is fresh.", all=(Check(scenario="readapt::predict", observed=("fresh",)),)),
    ),
)
CLAIM = Claim(id="C001", document="d", title="A document", text=f"It is so {HOSTILE}", also=("adapt::mean",))
FINDING = Finding(
    name="loses",
    title="A file loses it",
    release="2.21.0",
    what=f"It is lost {HOSTILE}",
    cause="Nobody copies it.",
    instead="Copy it.",
    prints="0",
    scenarios=(Sighting(id="save::statistics"),),
    places=(Place(release="2.21.0", path="a.py", line=3, text="pass"),),
)
GRID = (
    "form,writer,reader,status\nh5,tf2.9.3-py3.9,tf2.9.3-py3.9,works\nh5,tf2.9.3-py3.9,tf2.16.2-py3.12+legacy,wrong\n"
)


def evidence_of(table: Table, suite: Path | None = None) -> SiteEvidence:
    """What the site of a table is made from."""
    return SiteEvidence(
        table=table,
        questions=(QUESTION,),
        verdicts=(Verdict(claim=CLAIM, kind=VerdictKind.UNTESTABLE, why=HOSTILE),),
        findings=(
            ShownFinding(
                finding=FINDING, script="print(0)", seen=[("save::statistics", "A model in a file", "2.21.0")]
            ),
        ),
        untestable=(Untestable(id="a::tpu", title="On a TPU", reason="there is none", reference="keras"),),
        functions=sources.of_scenarios(table.scenarios, sources.read(suite)) if suite else {},
        grid=GRID,
    )


#: Where the exceptions were raised; a trial that was made has no file.
FRAMES = {"imports::from keras.layers import Normalization": "Traceback (most recent call last):\n  made.py, line 3"}


def write_site(reports: Path, suite: Path) -> Path:
    """Write the reports of these trials and the site beside them; ``suite`` gets the suite that they say they came from.
    The site's folder.
    """
    suite.mkdir(parents=True, exist_ok=True)
    (suite / "test_made.py").write_text(SUITE, encoding="utf-8")
    table = collect(made_trials())
    report.write(table, reports)
    flaky = frozenset({("tf2.5.3-py3.11", "adapt::comes_back", "2026-01-02T00:00:00Z")})
    files.write(evidence_of(table, suite), reports / "site", reports, flaky=flaky, frames={"": FRAMES})
    return reports / "site"
