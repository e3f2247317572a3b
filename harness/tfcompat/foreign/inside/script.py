"""The program that runs a script of the user in a cell: all that it says comes back in one line."""

import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))


def main() -> int:
    """Run the script, as ``python SCRIPT ARGUMENT...`` in its folder; the exit code is this program's own."""
    sys.path.append(ROOT)
    from tfcompat.foreign.inside import child

    settings, arguments = child.read_settings(), child.read_arguments()
    channel = child.reserve_channel()
    child.limit_process(settings)
    work = child.copy_of(os.path.join(ROOT, "code"), settings)
    printed, complained = (child.Bounded(settings["first"], settings["last"]) for _ in range(2))
    started = time.monotonic()
    process = child.start([sys.executable, "-B", "-s", settings["target"], *arguments], work)
    assert process.stdout is not None
    assert process.stderr is not None
    sinks = {process.stdout.fileno(): printed, process.stderr.fileno(): complained}
    timed_out = child.attend(process, sinks, settings["limit"])
    child.write_line(
        channel,
        kind="script",
        code=process.returncode,
        timed_out=timed_out,
        seconds=round(time.monotonic() - started, 3),
        stdout=printed.as_json(),
        stderr=complained.as_json(),
        places=child.places(settings, work),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
