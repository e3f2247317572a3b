"""Verdicts: which cells speak of what is installed, and in what words."""

from typing import Any

import pytest

from tests import fakes
from tfcompat.advise.need import Truth
from tfcompat.door.door import Door
from tfcompat.door.fill import in_memory
from tfcompat.outcomes import Harm, Outcome, Reason, Status, Trial
from tfcompat.plugin.installed import Installed
from tfcompat.plugin.verdicts import Verdict, verdict

NAME = "readapt::predict"


def works() -> Outcome:
    return fakes.outcome(NAME, Status.ANSWERED, observed="fresh")


def stale() -> Outcome:
    return fakes.outcome(NAME, Status.ANSWERED, observed="stale", harm=Harm.SILENT)


def cell(name: str, outcome: Outcome, keras: str = "") -> Trial:
    return fakes.trial(name, outcome, versions={"keras": keras} if keras else {})


def door(*trials: Trial) -> Door:
    return in_memory(fakes.table(*trials))


def here(tensorflow: str, keras: str = "", python: str = "3.12", variant: str = "") -> Installed:
    return Installed(tensorflow=tensorflow, keras=keras, python=python, variant=variant)


def judged(trials: list[Trial], at: Installed, allowed: Harm = Harm.NONE, **options: Any) -> Verdict:
    return verdict(door(*trials), NAME, allowed, at, **options)


def test_what_works_holds() -> None:
    assert judged([cell("tf2.16.2-py3.12", works(), "3.4.1")], here("2.16.2", "3.4.1")) == Verdict(truth=Truth.HOLDS)


def test_a_denial_says_the_word_the_harm_the_cells_and_where_it_holds() -> None:
    trials = [
        cell("tf2.15.1-py3.11", works(), "2.15.0"),
        cell("tf2.16.2-py3.12", stale(), "3.4.1"),
        cell("tf2.17.1-py3.12", works(), "3.6.0"),
    ]
    found = judged(trials, here("2.16.2", "3.4.1"))
    assert (found.truth, found.deadly) == (Truth.FALSE, False)
    assert found.why == (
        f"{NAME}: stale (silent harm) on TensorFlow 2.16.2 with Keras 3.4.1, measured in tf2.16.2-py3.12; "
        "it holds on 2.15.1, 2.17.1"
    )
    assert judged(trials, here("2.16.2", "3.4.1"), Harm.SILENT).truth is Truth.HOLDS


def test_a_denial_has_the_error_on_one_bounded_line_and_may_hold_nowhere() -> None:
    failed = fakes.outcome(NAME, Status.FAILS, type="ValueError", message="ValueError: no\n\x1b[31m" + "x" * 1000)
    found = judged([cell("tf2.16.2-py3.12", failed, "3.4.1")], here("2.16.2", "3.4.1"))
    assert "fails on TensorFlow 2.16.2" in found.why
    assert ": ValueError: no \N{REPLACEMENT CHARACTER}[31mxxx" in found.why
    assert found.why.endswith("…; it holds nowhere")
    assert len(found.why) < 400


@pytest.mark.parametrize("status", [Status.CRASHES, Status.HANGS])
def test_what_ends_its_process_is_deadly(status: Status) -> None:
    trials = [cell("tf2.16.2-py3.12", fakes.outcome(NAME, status), "3.4.1")]
    assert judged(trials, here("2.16.2", "3.4.1")).deadly


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (here(""), "TensorFlow is not installed here"),
        (here("2.16.1", "3.4.1"), "TensorFlow 2.16.1 with Keras 3.4.1 was not measured"),
        (
            here("2.16.2", "3.5.0"),
            "TensorFlow 2.16.2 with Keras 3.5.0 was not measured: TensorFlow 2.16.2 was with Keras 3.4.1, 3.11.3",
        ),
        (here("2.16.2"), "TensorFlow 2.16.2 was not measured: TensorFlow 2.16.2 was with Keras 3.4.1, 3.11.3"),
        (
            here("2.16.2", "2.16.0", variant="legacy"),
            "TensorFlow 2.16.2 with tf_keras 2.16.0 was not measured",
        ),
        (
            here("2.16.2", "3.11.3"),
            f"{NAME} has no answer on TensorFlow 2.16.2 with Keras 3.11.3: unknown: no lock",
        ),
    ],
)
def test_what_was_not_measured_is_not_known(at: Installed, why: str) -> None:
    hole = fakes.outcome(NAME, Status.UNKNOWN, reason=Reason.NO_LOCK)
    trials = [
        cell("tf2.16.2-py3.12", stale(), "3.4.1"),
        cell("tf2.16.2-py3.12+keras-latest", hole, "3.11.3"),
        cell("tf2.16.2-py3.12+addons", stale(), "3.5.0"),
    ]
    assert judged(trials, at) == Verdict(truth=Truth.UNKNOWN, why=why)


def test_another_patch_of_keras_speaks_for_one_that_was_not_measured_unless_it_has_to_be_exact() -> None:
    trials = [cell("tf2.16.2-py3.12", stale(), "3.4.1")]
    found = judged(trials, here("2.16.2", "3.4.3"))
    assert found.truth is Truth.FALSE
    assert "on TensorFlow 2.16.2 with Keras 3.4.3, measured in tf2.16.2-py3.12 with Keras 3.4.1; it" in found.why
    assert judged(trials, here("2.16.2", "3.4.3"), exact=True).truth is Truth.UNKNOWN


def test_the_same_keras_speaks_before_another_patch_of_it() -> None:
    trials = [cell("tf2.16.2-py3.12", works(), "3.4.1"), cell("tf2.16.2-py3.12+keras3.4", stale(), "3.4.0")]
    assert judged(trials, here("2.16.2", "3.4.0")).truth is Truth.FALSE
    assert judged(trials, here("2.16.2", "3.4.1")).truth is Truth.HOLDS


def test_cells_that_nothing_installed_tells_apart_give_no_answer() -> None:
    trials = [cell("tf2.16.2-py3.12", works(), "3.4.1"), cell("tf2.16.2-py3.12+keras3.4", stale(), "3.4.0")]
    found = judged(trials, here("2.16.2", "3.4.9"))
    assert found.truth is Truth.UNKNOWN
    assert found.why.endswith("between tf2.16.2-py3.12+keras3.4, tf2.16.2-py3.12")


def test_python_counts_only_where_it_decides() -> None:
    alike = [cell("tf2.16.2-py3.11", stale(), "3.4.1"), cell("tf2.16.2-py3.12", stale(), "3.4.1")]
    differing = [cell("tf2.16.2-py3.11", works(), "3.4.1"), cell("tf2.16.2-py3.12", stale(), "3.4.1")]
    assert judged(alike, here("2.16.2", "3.4.1", "3.9")).truth is Truth.FALSE
    assert judged(differing, here("2.16.2", "3.4.1", "3.11")).truth is Truth.HOLDS
    assert judged(differing, here("2.16.2", "3.4.1", "3.12")).truth is Truth.FALSE
    assert judged(differing, here("2.16.2", "3.4.1", "3.9")).why == (
        f"{NAME} differs by Python on TensorFlow 2.16.2 with Keras 3.4.1, and Python 3.9 was not measured"
    )
    assert judged(alike, here("2.16.2", "3.4.1", "3.9"), exact=True).why.endswith(
        "was with Keras 3.4.1 on Python 3.11, 3.12"
    )


def test_before_keras_was_a_distribution_the_release_says_it_all() -> None:
    trials = [cell("tf2.5.3-py3.9", stale(), "2.5.0")]
    assert judged(trials, here("2.5.3", python="3.9")).truth is Truth.FALSE


def test_a_variant_of_the_environment_is_judged_by_its_own_cells() -> None:
    trials = [cell("tf2.16.2-py3.12", stale(), "3.4.1"), cell("tf2.16.2-py3.12+legacy", works(), "2.16.0")]
    assert judged(trials, here("2.16.2", "2.16.0", variant="legacy")).truth is Truth.HOLDS
