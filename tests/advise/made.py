"""Made matrices: releases on some Pythons and Kerases, and scenarios that come, go, come again, and have holes."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from packaging.version import Version

from tfcompat.advise.matrix import Matrix
from tfcompat.door.door import ANSWER
from tfcompat.outcomes import Harm, Reason, Status

#: Releases of several patches and minors, with the Keras of each, and one that no cell is ever made of.
RELEASES: Mapping[str, str] = {
    "2.5.0": "2.5.0",
    "2.5.1": "2.5.0",
    "2.6.0": "2.6.0",
    "2.6.5": "2.6.0",
    "2.7.4": "2.7.0",
    "2.15.0": "2.15.0",
    "2.15.0.post1": "2.15.0",
    "2.16.1": "3.2.0",
    "2.16.2": "3.4.1",
    "2.17.0": "3.5.0",
    "2.21.0": "3.12.0",
}
NEVER = "2.7.0"
KNOWN = (*RELEASES, NEVER)
SCENARIOS = ("a::one", "a::two", "b::three", "b::four")
#: What a cell may do: works, answers without harm and with it, is wrong, missing, fails, or a hole.
OUTCOMES: Sequence[tuple[str, str, str]] = (
    *[(Status.WORKS, Harm.NONE, '"x"')] * 4,
    (Status.ANSWERED, Harm.NONE, '"fresh"'),
    (Status.ANSWERED, Harm.SILENT, '"stale"'),
    (Status.ANSWERED, Harm.LOUD, '"refused"'),
    (Status.WRONG, Harm.SILENT, '"y"'),
    (Status.MISSING, Harm.LOUD, ""),
    (Status.FAILS, Harm.OBSCURE, ""),
    (Status.UNKNOWN, Harm.NONE, ""),
)


def row(release: str, python: str = "3.9", keras: str = "", variant: str = "bundled", **answer: Any) -> dict[str, Any]:
    """A row of the matrix: by default a cell as pip installs it, in which a scenario works."""
    name = f"tf{release}-py{python}" + (f"+{variant}" if variant != "bundled" else "")
    cell = {"cell": name, "tensorflow": release, "python": python, "keras": keras or RELEASES.get(release, "2.0.0")}
    said = {**dict.fromkeys(ANSWER, ""), "status": str(Status.WORKS), "harm": str(Harm.NONE), **answer}
    if said["status"] == Status.UNKNOWN:
        said["reason"] = str(Reason.NO_LOCK)
    return {**cell, "variant": variant, "set": "minors", **said}


def answer(outcome: tuple[str, str, str]) -> dict[str, str]:
    status, harm, observed = outcome
    return {"status": str(status), "harm": str(harm), "observed": observed}


def matrix(*known: str, **scenarios: Sequence[dict[str, Any]]) -> Matrix:
    """The matrix of some scenarios, each with its rows, the oldest first: ``a__one`` is ``a::one``."""
    rows = {name.replace("__", "::"): list(some) for name, some in scenarios.items()}
    releases = {one["tensorflow"] for some in rows.values() for one in some}
    return Matrix(rows=rows, known=sorted({*known, *releases}, key=in_order))


def in_order(release: str) -> Any:
    return Version(release)


@st.composite
def cells(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Some cells, the oldest release first: one or two Pythons, and of the newest releases other Kerases as well."""
    made = []
    for release in RELEASES:
        for python in draw(st.sampled_from([(), ("3.9",), ("3.9",), ("3.9", "3.12")])):
            made.append(row(release, python))
    for keras in draw(st.sets(st.sampled_from(["3.0.5", "3.4.1", "3.5.0", "3.15.1"]))):
        made.append(row("2.17.0", "3.12", keras, "keras" + keras[: keras.rindex(".")]))
    return made


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    """Scenarios × cells, mostly alike from one release to the next, with turns, ways back and holes."""
    some = draw(cells())
    rows = {}
    for name in SCENARIOS[: draw(st.integers(1, len(SCENARIOS)))]:
        current, of_scenario = draw(st.sampled_from(OUTCOMES)), []
        for cell in some:
            if draw(st.integers(0, 3)) == 0:
                current = draw(st.sampled_from(OUTCOMES))
            of_scenario.append({**cell, **answer(current), "reason": "no lock" * (current[0] == Status.UNKNOWN)})
        rows[name] = of_scenario
    return Matrix(rows=rows, known=sorted(KNOWN, key=in_order))
