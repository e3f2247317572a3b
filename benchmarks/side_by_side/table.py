"""The table: a row a contestant, a column a phase, and the targets with what was measured."""

from collections.abc import Mapping, Sequence

from benchmarks.side_by_side.contestant import Phase
from benchmarks.side_by_side.measured import Measurement
from benchmarks.side_by_side.plain import NOX, TOX, TOX_UV

#: The first cell of each row, in the order of the rows.
TITLES: Mapping[str, str] = {
    "tfcompat": "tfcompat, local engine",
    "tox": f"{TOX}, `tox run-parallel`, pip",
    "tox-uv": f"{TOX} and {TOX_UV}, `tox run-parallel`",
    "nox": f"{NOX}, `nox`, then `nox -R`; one session after the other",
    "bare": "the limit: the functions called in one process a cell",
    "tfcompat-docker": "tfcompat, Docker engine",
    "docker-run": "shell loop: `docker run` with `pip install` in it, pip's cache on a volume",
    "docker-build": "shell loop: `docker build` with pip, then `docker run`",
    "matrix-local": "tfcompat, default matrix, local engine",
    "matrix-docker": "tfcompat, default matrix, Docker engine",
}
#: The row that each row is compared with: its seconds are a multiple of that one's.
LOCAL, DOCKER = "tfcompat", "tfcompat-docker"
AGAINST = {"tox": LOCAL, "tox-uv": LOCAL, "nox": LOCAL, "bare": LOCAL, "docker-run": DOCKER, "docker-build": DOCKER}
HEADS = {
    Phase.COLD: "from nothing",
    Phase.WARM: "again, all of it",
    Phase.EDIT: "after one edit",
    Phase.UNCHANGED: "nothing changed",
}

#: The load from which a machine is not idle.
BUSY = 0.5

Cells = Mapping[tuple[str, Phase], Measurement]


def text(measurements: Sequence[Measurement]) -> str:
    """The whole section: two tables, and the targets. Raises SystemExit where rows that are compared differ in what they ran."""
    cells = {(one.name, one.phase): one for one in measurements}
    parts = [compared(cells), targets(cells), alone(cells)]
    return "\n\n".join(part for part in parts if part) + "\n"


def compared(cells: Cells) -> str:
    """The table of the contestants that are compared, with ratios."""
    names = [name for name in TITLES if not name.startswith("matrix-") and has_row(name, cells)]
    if not names:
        return ""
    rows = [row(name, cells) for name in names]
    return "\n".join([what_ran([one for one in cells.values() if one.name in names]), "", *heads(), *rows])


def alone(cells: Cells) -> str:
    """The table of the whole default matrix, with which nothing is compared."""
    names = [name for name in TITLES if name.startswith("matrix-") and has_row(name, cells)]
    if not names:
        return ""
    rows = [row(name, cells) for name in names]
    return "\n".join([what_ran([one for one in cells.values() if one.name in names]), "", *heads(), *rows])


def has_row(name: str, cells: Cells) -> bool:
    return any((name, phase) in cells for phase in Phase)


def heads() -> list[str]:
    return [f"| | {' | '.join(HEADS.values())} |", "| --- |" + " ---: |" * len(HEADS)]


def what_ran(measurements: Sequence[Measurement]) -> str:
    """What all rows ran, in one sentence. Raises SystemExit where they did not run the same."""
    ran = {(one.rows, one.cells, one.cores) for one in measurements}
    if len(ran) != 1:
        raise SystemExit(f"the rows did not run the same: measure all of them anew ({sorted(ran)})")
    ((rows, cells, cores),) = ran
    which = ", ".join(cells) if len(cells) <= 5 else f"{len(cells)} cells"
    days = sorted({one.when[:10] for one in measurements})
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    repeats = max(one.repeats for one in measurements)
    median = f"; medians of {repeats}, from nothing once" if repeats > 1 else ""
    return f"{rows} scenarios on each of {which}; {cores} cores{busy(measurements)}; {when}{median}."


def busy(measurements: Sequence[Measurement]) -> str:
    """Says where the machine did something else before the first command was started."""
    load = max(one.load for one in measurements)
    return f", busy (a load of {load:.1f} before it began)" if load >= BUSY else ""


def row(name: str, cells: Cells) -> str:
    return f"| {TITLES[name]} | {' | '.join(cell(name, phase, cells) for phase in Phase)} |"


def cell(name: str, phase: Phase, cells: Cells) -> str:
    """Wall and CPU seconds, and how many times those of the row that it is compared with."""
    one, other = cells.get((name, phase)), cells.get((AGAINST.get(name, ""), phase))
    if one is None:
        return ""
    ratio = f", {digits(one.wall / other.wall)} ×" if other else ""
    return f"{digits(one.wall)} s ({digits(one.cpu)} CPU){ratio}"


def digits(number: float) -> str:
    """A number to two digits after the point where it is small, and to whole ones where it is large."""
    return f"{number:.{2 if number < 3 else 1 if number < 20 else 0}f}"


def targets(cells: Cells) -> str:
    """The targets that can be judged, each with what was measured."""
    asked = [
        ("tox with pip from nothing takes at least 3 times as long", ratio(["tox"], LOCAL, Phase.COLD, cells), 3.0),
        ("no tool is faster in ready environments", ratio(rivals(LOCAL), LOCAL, Phase.WARM, cells), 1.0),
        ("no loop is faster with ready images", ratio(rivals(DOCKER), DOCKER, Phase.WARM, cells), 1.0),
        (
            "where nothing changed, every tool takes 50 times as long",
            ratio(rivals(LOCAL), LOCAL, Phase.UNCHANGED, cells),
            50.0,
        ),
        ("and every loop", ratio(rivals(DOCKER), DOCKER, Phase.UNCHANGED, cells), 50.0),
    ]
    lines = [
        f"| {claim} | {digits(value)} × | {'yes' if value >= least else 'no'} |"
        for claim, value, least in asked
        if value
    ]
    return "\n".join(["| target | measured, the best of them | met |", "| --- | ---: | :-: |", *lines]) if lines else ""


def rivals(own: str) -> list[str]:
    """The rows that are compared with one, without the limit, which is no tool."""
    return [name for name, against in AGAINST.items() if against == own and name != "bare"]


def ratio(names: Sequence[str], own: str, phase: Phase, cells: Cells) -> float | None:
    """How many times as long the fastest of some rows takes; None where a row is not measured."""
    walls = [cells[name, phase].wall for name in names if (name, phase) in cells]
    complete = len(walls) == len(names) and (own, phase) in cells
    return min(walls) / cells[own, phase].wall if complete else None
