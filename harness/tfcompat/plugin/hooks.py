"""The hooks that pytest calls, in every project that has tfcompat installed: they import what they need where they need it."""

from typing import Any

import pytest

from tfcompat.plugin.notes import EXACT, FAILS, NAME, NOTES, OPTIONS, UNKNOWN, Notes

#: The options of pytest that ask for help.
HELP = ("help", "version", "markers", "showfixtures", "show_fixtures_per_test", "cacheshow")
#: What pytest --markers says.
MARK = (
    "tfcompat(scenario, ..., harm='none', otherwise='skip'): skip, or with otherwise='xfail' expect to fail, where the "
    "measured scenarios do not hold on the installed TensorFlow and Keras."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup(NAME, "TensorFlow releases")
    group.addoption(
        f"--{NAME}",
        metavar="WHICH",
        help="Run these tests on TensorFlow releases instead of here: '>=2.6', 2.9,2.15, 2.15..2.17 (see tfcompat run).",
    )
    group.addoption(
        f"--{NAME}-run",
        dest=OPTIONS,
        metavar="OPTIONS",
        help=f"More options of tfcompat run for --{NAME}: '--engine local --unsandboxed --with pandas'.",
    )
    parser.addini(
        UNKNOWN, "What a marked test does where the evidence has no answer: run, skip or fail.", default="run"
    )
    parser.addini(EXACT, "Whether Keras has to be the very version that was measured, and Python too.", type="bool")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARK)


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Run the tests on the releases of the option, where it is given and no help is asked for."""
    if not config.getoption(NAME) or any(config.getoption(name, None) for name in HELP):
        return None
    from tfcompat.plugin import elsewhere

    return elsewhere.run(config)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what does not hold here. What pytest deselected is gone by now, and no question."""
    marked = [item for item in items if item.get_closest_marker(NAME)]
    if not marked:
        return
    from tfcompat.plugin.deciding import decide

    notes = decide(config, marked)
    if notes.mistakes and not hasattr(config, "workeroutput"):
        raise pytest.UsageError("\nERROR: ".join(notes.mistakes))
    config.stash[NOTES] = notes
    if notes.mistakes:
        items.clear()  # an error of a worker would be a crash to pytest-xdist: the controller says it


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test that may not run without an answer of the evidence."""
    if why := item.stash.get(FAILS, None):
        pytest.fail(why, pytrace=False)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist hands over its notes; where one has mistakes, the controller ends as pytest does by itself."""
    notes = session.config.stash.get(NOTES, None)
    if notes is None:
        return
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[NAME] = notes.packed()
    elif notes.mistakes:
        session.exitstatus = pytest.ExitCode.USAGE_ERROR


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the notes of a worker that ended; all workers collect the same tests, and note the same."""
    packed = getattr(node, "workeroutput", {}).get(NAME)
    if packed is not None:
        node.config.stash[NOTES] = Notes(**packed)


# In quotes, for pytest 8 has no such name.
def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter", config: pytest.Config) -> None:
    """Say once what the evidence does not know, and with pytest-xdist which marks are mistaken."""
    notes = config.stash.get(NOTES, None)
    if notes is None:
        return
    for mistake in notes.mistakes:
        terminalreporter.write_line(f"ERROR: {mistake}", red=True)
    for sentence in notes.unknown:
        terminalreporter.write_line(f"{NAME}: {sentence}", yellow=True)
