"""Measures tfcompat beside what a user would pick instead: ``python -m benchmarks.side_by_side``.

Every contestant gets the same releases, locks and scenarios. What was measured goes to measured.json, and the table of all
that is in it to the README. Takes an hour and 30 GB of disk; ``--only`` and ``--what`` measure a part anew.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.side_by_side import containers, material, measured, own, plain, race, table
from benchmarks.side_by_side.contestant import Contestant, Phase
from benchmarks.side_by_side.limit import Bare

RELEASES = "2.9,2.15,2.21"
MEASURED = Path(__file__).with_name("measured.json")
README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- side by side -->\n", "<!-- end of side by side -->\n"


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # else images and volumes would stay
    options = parser().parse_args()
    asked = [Phase(word) for word in options.what.split(",")]
    for group in groups(options.releases):
        chosen = [one for one in group if not options.only or one.name in options.only.split(",")]
        if chosen:
            new = race.run(chosen, asked, options.repeats)
            measured.save(options.file, measured.merged(measured.load(options.file), new))
    text = table.text(measured.load(options.file))
    print(text)
    if options.file == MEASURED:
        README.write_text(filled(README.read_text(), text))
    return 0


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.side_by_side", description=__doc__)
    parser.add_argument("--releases", default=RELEASES, help=f"releases that every tool can make (default: {RELEASES})")
    parser.add_argument("--only", metavar="NAME,...", help=f"some rows: {', '.join(table.TITLES)}")
    parser.add_argument("--what", default=",".join(Phase), help=f"some columns (default: {','.join(Phase)})")
    parser.add_argument("--repeats", type=int, default=3, help="runs of which the median is taken (default: 3)")
    parser.add_argument("--file", type=Path, default=MEASURED, help="where to keep what was measured, if not here")
    return parser


def groups(releases: str) -> Sequence[Sequence[Contestant]]:
    """The contestants that are measured in turns, on the disk at the same time."""
    entries = material.entries(releases)
    plains: list[Contestant] = [*plain.contestants(entries), *containers.contestants(entries)]
    return [
        [*own.themes(releases), *plains, Bare(releases=releases, entries=entries)],
        [own.matrix("local")],
        [own.matrix("docker")],
    ]


def filled(document: str, text: str) -> str:
    """A document with the text between its marks."""
    before, rest = document.split(BEGIN)
    return f"{before}{BEGIN}{text}{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    sys.exit(main())
