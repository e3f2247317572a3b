"""Measures the site in a real browser: ``python -m benchmarks.page [today|made]``.

``today`` makes the site of the committed trials; ``made`` one of 100 cells and 600 scenarios that nobody measured. Each prints how
large the site is and what it costs to make, how many bytes home and a page of an answer load, packed as a server does, when they
are ready, and of all rows, with every column shown: the slowest of some keystrokes, what the frames of scrolling take, and what
a phone spends to load them; medians. Where it says CPU, it is what the main thread ran, however busy the machine was. CHROMIUM
names another browser.
"""

import gzip
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tfcompat import project
from tfcompat.commands.publish.site import evidence_of
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
  const field = document.querySelector('#tools input[type=search]');
  const started = performance.now();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', {bubbles: true}));
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done(performance.now() - started);
    channel.port2.postMessage(0);
  });
})"""
READY = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
#: How far a step of the wheel scrolls, in pixels, and how many are measured.
FAR, STEPS = 400, 60
#: What a browser's trace calls the work of the main thread for a frame.
FRAME = "ProxyMain::BeginMainFrame"


@dataclass(frozen=True, kw_only=True)
class Frames:
    """What the main thread ran for the frames of scrolling, in milliseconds: on average, and what 19 of 20 take at most."""

    count: int
    mean: float
    slow: float


def main() -> int:
    match sys.argv[1:]:
        case [] | ["today"]:
            report("the committed trials", Store(project.find(None, None).trials).read())
        case ["made"]:
            report("made trials", made())
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


def report(name: str, trials: Iterable[Trial]) -> None:
    with tempfile.TemporaryDirectory(prefix="tfcompat-page-") as folder:
        home, started = Path(folder), time.process_time()
        table = collect(trials)
        collected = time.process_time()
        site = home / "site"
        files.write(evidence_of(project.find(None, None), table, home), site, home)
        made_in = time.process_time() - collected
        print(f"{name}: {len(table.current)} cells, {len(table.scenarios)} scenarios")
        print(f"  made in {made_in:.1f} s of CPU (table {collected - started:.1f} s), {size(site) / 1e6:.1f} MB")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
            )
            of_page(chromium, site, "home", "index.html")
            of_page(chromium, site, "an answer", answer_of(site))
            of_rows(chromium, site)
            chromium.close()


def size(site: Path) -> int:
    """Bytes of a site."""
    return sum(path.stat().st_size for path in site.rglob("*") if path.is_file())


def answer_of(site: Path) -> str:
    """The largest page of an API or a question."""
    pages = [path for kind in ("api", "q") for path in site.glob(f"{kind}/*/index.html")]
    return str(max(pages or [site / "index.html"], key=lambda path: path.stat().st_size).relative_to(site))


def of_page(chromium: Browser, site: Path, name: str, path: str) -> None:
    """What a page loads, packed, with and without scripts, and when it is ready."""
    times, loaded = [], set[str]()
    for _ in range(REPEATS):
        shown = chromium.new_page(viewport={"width": 1600, "height": 1000})
        shown.on("request", lambda request: loaded.add(request.url))
        shown.goto((site / path).as_uri())
        times.append(float(shown.evaluate(READY)))
        shown.close()
    files = [Path(url.removeprefix("file://").partition("#")[0]) for url in loaded]
    whole = sum(packed(file) for file in files)
    scripts = sum(packed(file) for file in files if file.suffix == ".js")
    own = packed(site / path)
    print(
        f"  {name}: {own / 1e3:.1f} kB, all that it loads {whole / 1e3:.1f} kB, without scripts {(whole - scripts) / 1e3:.1f} kB"
    )
    print(f"    ready after {statistics.median(times):.0f} ms")


def packed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), mtime=0))


def of_rows(chromium: Browser, site: Path) -> None:
    """All rows with every column: keystrokes and scrolling; and what a phone spends until they are there."""
    sets = ",".join(
        path.stem for path in (site / "data").glob("*.js") if (site / "data" / f"frames-{path.name}").exists()
    )
    address = f"{(site / 'rows' / 'index.html').as_uri()}#columns={sets}"
    shown = chromium.new_page(viewport={"width": 1600, "height": 1000})
    shown.goto(address)
    shown.wait_for_selector("html.drawn", timeout=120_000)
    keys = [keystroke(shown, TYPED[:length]) for length in range(1, len(TYPED) + 1)]
    waited, worked = (max(times) for times in zip(*keys, strict=True))
    shown.evaluate(KEYSTROKE, "")
    frames = scrolling(chromium, shown)
    print(
        f"  all rows, {len(sets.split(','))} sets of columns: slowest keystroke {waited:.0f} ms, {worked:.0f} ms of CPU; "
        f"scrolled down in {frames.count} frames of {frames.mean:.1f} ms of CPU, 19 of 20 under {frames.slow:.0f} ms"
    )
    shown.close()
    phone = chromium.new_page(viewport={"width": 390, "height": 844})
    session = measured(phone)
    phone.goto((site / "rows" / "index.html").as_uri())
    phone.wait_for_selector("html.drawn")
    phone.wait_for_timeout(500)
    print(f"    on a phone: {task_time(session) * 1000:.0f} ms of CPU to load")
    phone.close()


def keystroke(shown: Page, text: str) -> tuple[float, float]:
    """Milliseconds from a keystroke to what it shows, and those that the main thread ran for it."""
    session = measured(shown)
    before = task_time(session)
    waited = float(shown.evaluate(KEYSTROKE, text))
    return waited, (task_time(session) - before) * 1000


def measured(shown: Page) -> CDPSession:
    """A page whose main thread's time is counted as CPU."""
    session = shown.context.new_cdp_session(shown)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    return session


def scrolling(chromium: Browser, shown: Page) -> Frames:
    """Milliseconds of CPU of the main thread that the frames of scrolling take: one step of the wheel is some of them."""
    with tempfile.TemporaryDirectory(prefix="tfcompat-page-") as folder:
        trace = Path(folder) / "trace.json"
        chromium.start_tracing(page=shown, path=trace, categories=["cc", "toplevel"])
        for _ in range(STEPS):
            shown.mouse.wheel(0, FAR)
            shown.wait_for_timeout(30)
        chromium.stop_tracing()
        events = json.loads(trace.read_bytes())["traceEvents"]
    times = [event["tdur"] / 1000 for event in events if event["name"] == FRAME and "tdur" in event]
    return Frames(
        count=len(times),
        mean=statistics.mean(times),
        slow=statistics.quantiles(times, n=20)[-1],
    )


def task_time(session: CDPSession) -> float:
    """Seconds that the main thread has run."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))


if __name__ == "__main__":
    sys.exit(main())
