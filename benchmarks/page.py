"""Measures the page in a real browser: ``python -m benchmarks.page [today|made]``.

``today`` makes the site of the committed trials; ``made`` one of 100 cells and 600 scenarios that nobody measured, with all
columns shown. Each prints how large the page is, when it is painted first, when it answers, and how long the slowest of some
keystrokes in the search takes until the rows it leaves are painted; medians. CHROMIUM names another browser.
"""

import os
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tfcompat import project
from tfcompat.outcomes import Harm, Kind, Outcome, Reason, Status, Subject, Trial
from tfcompat.publish.site import files
from tfcompat.record.words import USUAL
from tfcompat.table.frame import collect
from tfcompat.trials.store import Store

REPEATS = 5
MINORS, PATCHES, ROWS, GROUPS = 20, 5, 600, 25
TYPED = "adapt row 3"
#: What a row does beside what it mostly does.
OTHERS = [Status.FAILS, Status.MISSING, Status.WRONG]
#: Milliseconds from a keystroke to the first task after the frame that shows what it did.
KEYSTROKE = """text => new Promise(done => {
  const field = document.querySelector('input[type=search]');
  const started = performance.now();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', {bubbles: true}));
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done(performance.now() - started);
    channel.port2.postMessage(0);
  });
})"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
READY = "() => performance.getEntriesByName('ready')[0].startTime"


def main() -> int:
    match sys.argv[1:]:
        case [] | ["today"]:
            report("the committed trials", Store(project.find(None, None).trials).read(), "")
        case ["made"]:
            trials = list(made())
            report("as it opens", trials, "")
            report("all columns", trials, "#columns=minors,patches")
        case _:
            print("benchmarks.page: say today or made", file=sys.stderr)
            return 2
    return 0


def made() -> Iterator[Trial]:
    """Trials of 100 cells: each row is a few ranges, as rows are, with a message or an observation in each."""
    chance = random.Random(1)  # noqa: S311 - the same on every run; nothing is secret
    stories = [story(chance, row) for row in range(ROWS)]
    for number in range(MINORS * PATCHES):
        minor, patch = divmod(number, PATCHES)
        cell = f"tf2.{minor + 2}.{patch}-py3.11"
        outcomes = tuple(outcome(row, told[number]) for row, told in enumerate(stories))
        yield Trial(
            subject=Subject(
                cell=cell,
                tensorflow=f"2.{minor + 2}.{patch}",
                python="3.11",
                variant="bundled",
                package="tensorflow-cpu",
                engine="docker",
                environment="sha256:" + "0" * 64,
                lock="0" * 64,
                suite="0" * 16,
                started=f"2026-01-01T00:{number % 60:02}:00Z",
                tfcompat="0.1.0",
            ),
            versions={"python": "3.11.7", "tensorflow": f"2.{minor + 2}.{patch}", "keras": "2.0.0", "numpy": "1.26.4"},
            outcomes=outcomes,
            seconds=70.0,
        )


def story(chance: random.Random, row: int) -> list[Outcome]:
    """What a row does on each cell: up to five ranges."""
    cells = MINORS * PATCHES
    ends = [*sorted(chance.sample(range(1, cells), chance.randrange(5))), cells]
    told: list[Outcome] = []
    for end in ends:
        question = row % 5 == 0
        status = chance.choice([Status.ANSWERED if question else Status.WORKS] * 2 + OTHERS)
        ran = status in (Status.WORKS, Status.ANSWERED, Status.WRONG)
        one = Outcome(
            scenario=f"row::{row}",
            status=status,
            kind=Kind.QUESTION if question else Kind.PROMISE,
            harm=chance.choice(list(Harm)) if status is Status.ANSWERED else USUAL.get(status, Harm.NONE),
            reason=Reason.NOT_RUN if status is Status.UNKNOWN else None,
            observed=observation(chance, status) if ran else None,
            type="" if ran else "ValueError",
            message="" if ran else f"a message of usual length about argument {chance.randrange(99)} of the layer " * 2,
        )
        told += [one] * (end - len(told))
    return told


def observation(chance: random.Random, status: Status) -> object:
    """The word of an answer, or a value of usual size."""
    if status is Status.ANSWERED:
        return chance.choice(["fresh", "stale", "refused", "the argument is ignored"])
    return [[round(chance.random(), 4) for _ in range(6)]]


def outcome(row: int, told: Outcome) -> Outcome:
    return Outcome(
        scenario=f"group{row % GROUPS}::adapt_row_{row}",
        status=told.status,
        kind=told.kind,
        harm=told.harm,
        observed=told.observed,
        type=told.type,
        message=told.message,
        title=f"adapt() of row {row} gives what the documentation says it gives, in most of the cases",
        reference="tf.keras.layers.Normalization, TensorFlow 2.7",
        source="test_adapt.py:1",
        seconds=0.25,
    )


def report(name: str, trials: list[Trial], view: str) -> None:
    with tempfile.TemporaryDirectory(prefix="tfcompat-page-") as folder:
        table = collect(trials)
        files.write(table, Path(folder), Path(folder), suite=project.find(None, None).suite)
        opening, whole = (size(Path(folder), *data) / 1e6 for data in (("index", "sources", "minors"), ("*",)))
        print(f"{name}: {len(table.current)} cells, {len(table.scenarios)} scenarios")
        print(f"  size: {opening:.2f} MB, with the cells of every column {whole:.2f} MB")
        measured = [measure(f"file://{folder}/index.html{view}") for _ in range(REPEATS)]
        for what, values in zip(
            ("first paint", "ready", "slowest keystroke"), zip(*measured, strict=True), strict=True
        ):
            print(f"  {what}: {statistics.median(values):.0f} ms")


def size(folder: Path, *data: str) -> int:
    """Bytes of the document, its styles and scripts, and some of its data files."""
    wanted = [*folder.glob("*.css"), *folder.glob("*.js"), folder / "index.html"]
    wanted += [path for name in data for path in folder.glob(f"data/{name}.js")]
    return sum(path.stat().st_size for path in wanted)


def measure(address: str) -> tuple[float, float, float]:
    """First paint, readiness and the slowest of some keystrokes, in milliseconds, in a browser of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        shown = browser.new_page(viewport={"width": 1600, "height": 1000})
        shown.goto(address)
        shown.wait_for_selector("html.ready")
        times = (float(shown.evaluate(PAINTED)), float(shown.evaluate(READY)), slowest(shown))
        browser.close()
    return times


def slowest(shown: Page) -> float:
    return max(float(shown.evaluate(KEYSTROKE, TYPED[:length])) for length in range(1, len(TYPED) + 1))


if __name__ == "__main__":
    sys.exit(main())
