"""Noise: what a program prints of its environment and not of itself, such as log lines, progress bars, times and paths."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tfcompat.foreign.lines import Places


class Noise(StrEnum):
    """What is split off or replaced before two outputs are compared."""

    CODES = "terminal codes"
    LOGS = "log lines of TensorFlow"
    BARS = "progress bars"
    FRAMES = "frames of installed packages"
    WARNINGS = "warnings of installed packages"
    TIMES = "times"
    ADDRESSES = "addresses"
    PATHS = "paths of the cell"


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """A text without its noise, and how often which noise was in it."""

    text: str
    noise: Mapping[Noise, int]


CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]")
#: What moves the cursor back: what is written after it takes the place of what was there.
BACK = re.compile(r"[\r\x08]+")
#: The beginnings of lines that TensorFlow, XLA and absl log; what ends a process (F) is none of them.
LOGS = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWE] .*"
    r"|[IWE]\d{4} \d\d:\d\d:\d\d(?:\.\d+)? .*"
    r"|[IWE]\d{4} \d\d:\d\d:\d{10}\.\d+ .*"
    r"|(?:INFO|WARNING):(?:tensorflow|absl):.*"
    r"|WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR"
    r"|To enable the following instructions: .*rebuild TensorFlow .*"
    r"|(?:Please report this to the TensorFlow team|To silence this warning, decorate the function with @tf\.autograph).*"
    r"|Skipping registering GPU devices\.\.\."
)
#: A progress bar of Keras: how many of how many steps, the bar, and what is said beside it.
BAR = re.compile(r"\s*(\d+)/(\d+|Unknown)\s+(?:\[[=>.\s]*\]|[━╸╺─]+)(.*)")
#: What a bar says of time, in all forms that Keras has had.
BAR_TIME = re.compile(
    r"(?:ETA:\s*)?(?:\d+:)*\d+(?:\.\d+)?(?:s|ms|us|µs)?(?:\s+\d+(?:\.\d+)?(?:s|ms|us|µs)(?:/\w+)?)?|ETA:.*"
)
FRAME = re.compile(r'\s+File "(?P<path>[^"]+)", line \d+, in .*')
TIMES = re.compile(
    r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|\b\d+(?:\.\d+)?\s?(?:ms|us|µs|ns)(?:/\w+)?\b"
    r"|\b\d+\.\d+\s?(?:s|sec|seconds)\b"
)
ADDRESSES = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")
#: A temporary file or folder, by the names that Python's tempfile gives.
TEMPORARY = re.compile(r"<tmp>/(?:tmp)?[a-z0-9_]{8}\b")


def clean(raw: str, places: Places) -> Cleaned:
    """A text as its program means it: without what the environment adds to it, whatever the cell."""
    noise: Counter[Noise] = Counter()
    text = replaced(CODES, "", raw, noise, Noise.CODES)
    text = "\n".join(map(last_written, text.replace("\r\n", "\n").split("\n")))
    text = named(text, places, noise)
    lines = list(without_packages(without_bars(without_logs(text.splitlines(), noise), noise), noise))
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    text = replaced(TIMES, "<time>", text, noise, Noise.TIMES)
    text = replaced(ADDRESSES, "0x…", text, noise, Noise.ADDRESSES)
    text = replaced(TEMPORARY, "<tmp>/…", text, noise, Noise.PATHS)
    return Cleaned(text=text, noise=dict(noise))


def last_written(line: str) -> str:
    """What a terminal shows at last of a line that is written again and again."""
    return next((part for part in reversed(BACK.split(line)) if part), "")


def replaced(
    pattern: re.Pattern[str], by: str | Callable[[re.Match[str]], str], text: str, noise: Counter[Noise], kind: Noise
) -> str:
    text, count = pattern.subn(by, text)
    if count:
        noise[kind] += count
    return text


def named(text: str, places: Places, noise: Counter[Noise]) -> str:
    """A text with the cell's own paths by what they are; the longest first, for one may lie in another."""
    names = {places.work + "/": "", places.work: ".", places.packages: "<packages>", places.python: "<python>"}
    names |= {places.scratch: "<tmp>"}
    known = {path: name for path, name in names.items() if path.strip("/.")}
    for path in sorted(known, key=len, reverse=True):
        text = replaced(
            re.compile(rf"{re.escape(path)}(?![\w.-])|{re.escape(path)}(?<=/)"), known[path], text, noise, Noise.PATHS
        )
    return re.sub(r"(<packages>|<python>)/lib/python3\.\d+(/site-packages)?", r"\1", text)


def without_logs(lines: list[str], noise: Counter[Noise]) -> Iterator[str]:
    for line in lines:
        if LOGS.match(line):
            noise[Noise.LOGS] += 1
        else:
            yield line


def without_bars(lines: Iterator[str], noise: Counter[Noise]) -> Iterator[str]:
    """The lines with what progress bars measured, such as a loss, and not how far they were and how fast."""
    for line in lines:
        bar = BAR.fullmatch(line)
        if bar is None:
            yield line
            continue
        noise[Noise.BARS] += 1
        if bar[1] == bar[2] and (measured := measures(bar[3])):
            yield measured


def measures(text: str) -> str:
    """What a bar says beside times: ``loss: 0.5 - accuracy: 1.0``."""
    parts = [part.strip() for part in re.split(r"\s-\s|^-\s|\s-$", text)]
    return " - ".join(part for part in parts if part and not BAR_TIME.fullmatch(part))


def without_packages(lines: Iterator[str], noise: Counter[Noise]) -> Iterator[str]:
    """The lines without the frames of installed packages in tracebacks and without their warnings, with the code below each."""
    deep: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        frame = FRAME.fullmatch(line)
        if frame is None and deep is not None and indent > deep and line.strip():
            continue
        deep = None
        if frame is not None and is_installed(frame["path"]):
            deep = indent
            noise[Noise.FRAMES] += 1
        elif line.startswith(("<packages>/", "<python>/")) and "Warning: " in line:
            deep = indent
            noise[Noise.WARNINGS] += 1
        else:
            yield line


def is_installed(path: str) -> bool:
    return path.startswith(("<packages>", "<python>", "<frozen"))


def first_line(message: str) -> str:
    """The first line of an error; NumPy's begins with the name of the class alone, and says what is wrong below it."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return " ".join(lines[:2]) if lines and lines[0].endswith(":") else next(iter(lines), "")
