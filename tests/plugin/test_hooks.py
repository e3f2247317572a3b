"""The plugin as a user has it: marked tests in a pytest of their own, with stand-ins of TensorFlow, and with pytest-xdist."""

import subprocess
import sys

import pytest

from tests.plugin.session import NEW, OLD, PATH, STALE, Session

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.starts

TWO = f"""
@relies("{STALE}")
def test_fresh(): pass

@relies("{PATH}", otherwise="xfail")
def test_path():
    import tensorflow
    assert tensorflow.__version__ != "2.5.3"
"""
DENIED = (
    f"{STALE}: stale (silent harm) on TensorFlow 2.9.3 with Keras 2.9.0, measured in tf2.9.3-py3.10; it holds on 2.5.3"
)
LACKING = "measured in tf2.5.3-py3.9: AttributeError: no Normalization; it holds on 2.9.3"


def test_a_test_is_skipped_where_the_evidence_denies_what_it_relies_on(session: Session) -> None:
    result = session.run(TWO, **NEW)
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines([f"SKIPPED * {DENIED}"])


def test_a_test_is_expected_to_fail_if_it_asks_for_that(session: Session) -> None:
    result = session.run(TWO, **OLD)
    result.assert_outcomes(passed=1, xfailed=1)
    result.stdout.fnmatch_lines([f"XFAIL *{PATH}: fails (obscure harm) on TensorFlow 2.5.3, {LACKING}"])


@pytest.mark.parametrize("workers", ["0", "2"])
def test_what_is_not_known_runs_and_is_said_once(workers: str, session: Session) -> None:
    result = session.run(TWO, "-n", workers, tensorflow="2.7.4", keras="2.7.0")
    result.assert_outcomes(passed=2)
    said = [line for line in result.outlines if "2.7.4" in line]
    assert said == [
        "tfcompat: the evidence has no answer for 2 of the marked tests, which ran: "
        "TensorFlow 2.7.4 with Keras 2.7.0 was not measured"
    ]


def test_workers_of_xdist_skip_alike(session: Session) -> None:
    result = session.run(TWO, "-n", "2", **NEW)
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines([f"SKIPPED * {DENIED}"])


@pytest.mark.parametrize("workers", ["0", "2"])
def test_an_unknown_scenario_is_a_usage_error_with_near_names_and_nothing_runs(workers: str, session: Session) -> None:
    tests = "@relies('readapt::predct')\ndef test_it(): pass\n\ndef test_other(): pass\n"
    result = session.run(tests, "-n", workers, **NEW)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.assert_outcomes()
    says = f"ERROR: test_it.py::test_it: @pytest.mark.tfcompat: no scenario is called 'readapt::predct': did you mean {STALE}?"
    assert [*result.errlines, *result.outlines].count(says) == 1


def test_a_mistaken_mark_that_is_deselected_is_no_question(session: Session) -> None:
    tests = "@relies('readapt::predct')\ndef test_it(): pass\n\ndef test_other(): pass\n"
    session.run(tests, "-k", "other", **NEW).assert_outcomes(passed=1, deselected=1)


def test_without_tensorflow_the_tests_run_and_that_is_said(session: Session) -> None:
    result = session.run("@relies('readapt::predict')\ndef test_it(): pass\n")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["tfcompat: * 1 of the marked tests, which ran: TensorFlow is not installed here"])


@pytest.mark.parametrize(("unknown", "outcome"), [("skip", "skipped"), ("fail", "errors")])
def test_the_configuration_decides_what_becomes_of_the_unknown(unknown: str, outcome: str, session: Session) -> None:
    session.pytester.makeini(f"[pytest]\ntfcompat_unknown = {unknown}\n")
    result = session.run("@relies('readapt::predict')\ndef test_it(): pass\n", tensorflow="2.7.4")
    result.assert_outcomes(**{outcome: 1})
    result.stdout.fnmatch_lines(["*TensorFlow 2.7.4 was not measured*"])


def test_a_wrong_configuration_is_a_usage_error(session: Session) -> None:
    session.pytester.makeini("[pytest]\ntfcompat_unknown = maybe\n")
    result = session.run("@relies('readapt::predict')\ndef test_it(): pass\n", tensorflow="2.7.4")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: tfcompat: tfcompat_unknown='maybe' is not one of run, skip, fail"])


def test_each_mark_of_a_test_counts_and_a_skip_comes_first(session: Session) -> None:
    tests = f"""
@relies('{PATH}')
class TestIt:
    @relies('{STALE}', harm='silent', otherwise='xfail')
    def test_it(self): pass
"""
    session.run(tests, **OLD).assert_outcomes(skipped=1)


def test_a_project_without_a_mark_imports_nothing_of_tfcompat_but_the_hooks(session: Session) -> None:
    tests = (
        "import sys\n"
        "def test_it():\n"
        "    names = [name for name in sys.modules if name.split('.')[0] in ('tfcompat', 'pandas', 'click')]\n"
        "    assert sorted(names) == ['tfcompat', 'tfcompat.plugin', 'tfcompat.plugin.hooks', 'tfcompat.plugin.notes']\n"
    )
    session.run(tests, "-n", "0", **NEW).assert_outcomes(passed=1)


def test_the_mark_is_listed(session: Session) -> None:
    result = session.run("", "--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.tfcompat(scenario, ..., harm='none', otherwise='skip'): *"])


def test_the_hooks_are_imported_in_no_time() -> None:
    code = "import time, pytest\nbegin = time.perf_counter()\nimport tfcompat.plugin.hooks\nprint(time.perf_counter() - begin)"
    times = [
        float(
            subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
        )
        for _ in range(3)
    ]
    assert min(times) < 0.02
