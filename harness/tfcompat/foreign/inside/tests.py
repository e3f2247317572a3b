"""The program that runs the user's pytest files in a cell: where one crashes or hangs, a new process goes on with the others."""

import json
import os
import sys
import time
from typing import Any, Dict, List, Optional, Sequence

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
#: How often a cell starts again after a test that crashed or hung, and the longest line that is taken from pytest.
RESTARTS, LONGEST = 20, 1 << 20
#: Where a pytest of the tests is told to stop: what it has ended already, one a line.
ENDED = ".tfcompat-ended"


class CasesCourse:
    """The tests of a cell on their way: what pytest has said, and which test is under way since when."""

    def __init__(self, channel: int, each: float) -> None:
        self.channel, self.each = channel, each
        self.found: List[str] = []
        self.ended: List[str] = []
        self.broken: List[str] = []
        self.running: Optional[str] = None
        self.collecting = ""
        self.since = 0.0
        self.rest = b""
        self.finished = False

    def __call__(self, data: bytes) -> None:
        """Take bytes of the pipe: each line that is whole is heard."""
        *lines, rest = (self.rest + data).split(b"\n")
        self.rest = rest[:LONGEST]
        for line in lines:
            self.hear(json.loads(line.decode("utf-8")))

    def hear(self, line: Dict[str, Any]) -> None:
        kind = line["kind"]
        if kind == "collecting":
            self.collecting = line["where"]
        elif kind == "started":
            self.running, self.since = line["test"], time.monotonic()
        elif kind == "finished":
            self.finished = True
        elif kind == "broken" and line["where"] not in self.broken:
            self.broken.append(line["where"])
            self.tell(**line)
        elif kind == "test" or (kind == "found" and line["test"] not in self.found):
            self.tell(**line)

    def tell(self, **line: Any) -> None:
        """Write a line of the record, and keep what follows from it."""
        from tfcompat.foreign.inside import child

        if line["kind"] == "found":
            self.found.append(line["test"])
        elif line["kind"] == "test":
            self.ended.append(line["test"])
            self.running = None
        child.write_line(self.channel, **line)

    def is_late(self) -> bool:
        """Whether the test that is under way has had its time."""
        return self.running is not None and time.monotonic() - self.since > self.each


def main() -> int:
    """Run the tests, in as many processes as it takes; the exit code is this program's own."""
    sys.path.append(ROOT)
    from tfcompat.foreign.inside import child

    settings, arguments = child.read_settings(), child.read_arguments()
    if settings.get("pipe"):
        sys.path.append(settings["bundle"])
        from tfcompat.foreign.inside import session

        return session.run(settings, arguments, ENDED)
    channel = child.reserve_channel()
    child.limit_process(settings)
    work = child.copy_of(os.path.join(ROOT, "code"), settings)
    course = CasesCourse(channel, settings["each"])
    deadline = time.monotonic() + settings["limit"]
    for _ in range(RESTARTS + 1):
        if not goes_on(course, settings, arguments, work, deadline):
            break
    course.tell(kind="end", places=child.places(settings, work))
    return 0


def goes_on(
    course: CasesCourse, settings: Dict[str, Any], arguments: Sequence[str], work: str, deadline: float
) -> bool:
    """Run pytest on what has not ended yet; whether a test ended its process, so that another one has to go on."""
    from tfcompat.foreign.inside import child

    left = deadline - time.monotonic()
    with open(os.path.join(settings["scratch"], ENDED), "w", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, course.ended)))
    ours, theirs = os.pipe()
    argv = [
        sys.executable,
        "-B",
        "-s",
        os.path.abspath(__file__),
        json.dumps({**settings, "pipe": theirs, "work": work}),
    ]
    process = child.start([*argv, "--", *arguments], work, [theirs])
    os.close(theirs)
    assert process.stdout is not None
    assert process.stderr is not None
    printed = child.Bounded(0, settings["last"])
    sinks: Dict[int, child.Sink] = {ours: course, process.stdout.fileno(): printed, process.stderr.fileno(): printed}
    course.running, course.rest, course.finished = None, b"", False
    late = child.attend(process, sinks, left, course.is_late)
    os.close(ours)
    return judged(course, process.returncode, late, time.monotonic() >= deadline, printed.end)


def judged(course: CasesCourse, code: int, late: bool, over: bool, said: bytes) -> bool:
    """Tell what ended a process of pytest; whether another one has to go on."""
    words = said.decode("utf-8", "replace")[-2000:]
    if over and not course.finished:
        course.tell(kind="over", test=course.running or "")
        return False
    if course.running is not None:
        outcome = "hung" if late else "crashed"
        message = "it took more than %g s" % course.each if late else "its process %s" % ending(code)
        course.tell(kind="test", test=course.running, outcome=outcome, seconds=0.0, message=message)
        return True
    if not course.finished:
        where = course.collecting if not course.found else ""
        course.tell(kind="broken", where=where, message="pytest %s\n%s" % (ending(code), words))
    return False


def ending(code: int) -> str:
    """How a process ended, in words."""
    return "ended with exit status %d" % code if code >= 0 else "was killed by signal %d" % -code


if __name__ == "__main__":
    sys.exit(main())
