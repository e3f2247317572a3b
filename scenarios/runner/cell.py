"""The program that a sandbox starts: it puts the runner bundle and the suite last on the path and hands over to pytest.

Run as ``python -I -B cell.py SETTINGS... -- [PYTEST ARGUMENT...]``: ``SETTINGS`` is a JSON object, cut into as many
arguments as it needs. The record goes to the standard output that it was started with; whatever else prints goes to
standard error.
"""

import json
import os
import sys

SUITE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main() -> int:
    """Run the suite; the exit code is pytest's."""
    end = sys.argv.index("--")
    settings = json.loads("".join(sys.argv[1:end]))
    channel = settings.get("channel")
    if channel is None:
        channel = os.dup(1)
        os.dup2(2, 1)
    sys.path.append(settings["bundle"])
    sys.path.append(os.path.dirname(SUITE))

    if settings.get("compile"):
        from scenarios.runner.bytecode import write

        return write(settings["bundle"], channel)
    if settings.get("collect"):
        from scenarios.runner.stand_in import StandIn

        sys.modules["tensorflow"] = StandIn("tensorflow", __version__=None)  # type: ignore[assignment]

    import pytest

    from scenarios.runner.plugin import Recorder

    arguments = [
        "--import-mode=append",
        "--assert=plain",
        "--capture=no",
        "--strict-markers",
        "--continue-on-collection-errors",
        "--rootdir",
        SUITE,
        "-c",
        os.devnull,
    ]
    arguments += ["-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler", "-W", "ignore"]
    target = settings.get("only", SUITE)
    recorder = Recorder(channel=channel, settings=settings)
    return int(pytest.main(arguments + [target] + sys.argv[end + 1 :], plugins=[recorder]))


if __name__ == "__main__":
    sys.exit(main())
