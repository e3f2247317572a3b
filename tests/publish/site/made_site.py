"""A small site that nobody measured: every status, every set of columns, history, and text that means harm."""

from pathlib import Path
from typing import Any

from tests.fakes import outcome, subject, trial
from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.publish import report
from tfcompat.publish.site import files
from tfcompat.publish.site.sections import Section
from tfcompat.table.frame import collect

#: Text that would run, end its place, or break its line, where it were not escaped.
HOSTILE = '</script><img src=x onerror="window.harmed=1"><b>bold</b> \u2028\u2029 {{7*7}} ${1} ]]> \'&quot;'
RELEASES = ("2.5.3", "2.6.5", "2.15.1", "2.16.2", "2.21.0")
NEWEST = "2026-02-01T00:00:00Z"


#: When the outcome was measured that the newest release reuses.
REUSED = "2025-11-30T00:00:00Z"


def answers(release: str) -> list[Outcome]:
    """What each scenario does on a release: one always works, one comes back, one differs, one was never answered."""
    old, middle = release == "2.5.3", release in ("2.6.5", "2.15.1")
    facts: dict[str, Any] = {
        "reference": "tf.keras.layers.Normalization; https://example.org/doc",
        "source": "test_made.py:3",
        "seconds": 0.25,
    }
    paths = Status.WORKS if old or middle else Status.MISSING
    return [
        outcome(
            "adapt::mean",
            title="The mean of a `column`",
            observed=[0.0, 1.0],
            documented=[0.0, 1.0],
            measured=REUSED if release == "2.21.0" else "",
            **facts,
        ),
        outcome(
            "adapt::comes_back",
            Status.FAILS if middle else Status.WORKS,
            title="It works, fails, and works again",
            observed=None if middle else ["A"] if old else ["B"],
            type="ValueError" if middle else "",
            message="a shape that does not fit" if middle else "",
            **facts,
        ),
        outcome(
            "save::statistics",
            Status.WRONG if release == "2.21.0" else Status.WORKS,
            title="The statistics survive a file",
            observed="statistics lost: outputs equal inputs" if release == "2.21.0" else "same predictions",
            documented="same predictions",
            **facts,
        ),
        outcome("imports::from keras.layers import Normalization", paths, title="`from keras` works", **facts),
        outcome(
            "inputs::hostile",
            Status.FAILS,
            title=f"A title {HOSTILE}",
            type="Evil<script>",
            message=HOSTILE,
            **{**facts, "reference": f"javascript:window.harmed=1 {HOSTILE}"},
        ),
        outcome(
            "inputs::hangs", Status.HANGS if release == "2.21.0" else Status.CRASHES, title="It never returns", **facts
        ),
        outcome("inputs::unknown", Status.UNKNOWN, reason=Reason.UNANSWERABLE, title="Nobody can say", **facts),
    ]


def made_trials() -> list[Trial]:
    """Last patches, an older patch, another Python, a pre-release, a variant, a cell without any answer, and an older trial."""
    versions = {"python": "3.11.7", "keras": "2.15.0", "numpy": "1.26.4"}

    def measured(cell: str, **changes: str) -> Trial:
        made = subject(cell, **{"started": "2026-01-02T00:00:00Z", "engine": "docker", **changes})
        return trial(
            made, *answers(made.tensorflow), versions={**versions, "tensorflow": made.tensorflow}, seconds=70.0
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


SECTION = Section(
    name="claims",
    title="Claims, judged",
    lead="What is said.",
    head=("claim", "verdict"),
    rows=[(HOSTILE, "works")],
)


def write_site(reports: Path, suite: Path) -> Path:
    """Write the reports of these trials and the page beside them; ``suite`` gets the suite that they say they came from.
    The page's folder.
    """
    suite.mkdir(parents=True, exist_ok=True)
    (suite / "test_made.py").write_text(SUITE, encoding="utf-8")
    table = collect(made_trials())
    report.write(table, reports)
    flaky = frozenset({("tf2.5.3-py3.11", "adapt::comes_back", "2026-01-02T00:00:00Z")})
    files.write(table, reports / "site", reports, suite=suite, sections=[SECTION], flaky=flaky)
    return reports / "site"
