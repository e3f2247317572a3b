"""Specifiers: PEP 440 texts that admit exactly some of the versions there are, and nothing that was never measured."""

from collections.abc import Collection, Iterable, Iterator

from packaging.version import Version

from tfcompat.select.places import Bounds, version

#: How many parts of a version a minor has.
MINOR = 2


def exactly(inside: Collection[str], known: Collection[str]) -> str:
    """The specifier that admits the versions ``inside`` and no other of the ``known`` ones, closed at both ends.

    A minor of which no release is inside is excluded as a whole. Both ends are releases that are inside: what comes after
    the newest was not measured.
    """
    versions = sorted(map(Version, inside))
    first, last = versions[0], versions[-1]
    if first == last:
        return f"=={first}"
    wanted = set(versions)
    holes = sorted(found for found in map(Version, known) if first < found < last and found not in wanted)
    return ",".join([f">={first}", *excluding(holes, {found.release[:MINOR] for found in wanted}), f"<={last}"])


def excluding(holes: Iterable[Version], minors: Collection[tuple[int, ...]]) -> Iterator[str]:
    """What excludes some versions; ``minors`` are those that have a version which is not excluded."""
    texts = (f"!={hole}" if hole.release[:MINOR] in minors else f"!={hole.major}.{hole.minor}.*" for hole in holes)
    yield from dict.fromkeys(texts)


def within(bounds: Bounds, measured: Collection[str]) -> str:
    """The specifier of some bounds, closed where they are open by the versions that were ``measured`` inside."""
    versions = sorted(filter(None, map(version, measured)))
    first = bounds.first or (str(versions[0]) if versions else "")
    last = bounds.last or (str(versions[-1]) if versions else "")
    return ",".join(filter(None, (f">={first}" if first else "", until(last))))


def until(last: str) -> str:
    """Up to a version; where it has two parts, with all its patches: up to 3.5 is below 3.6."""
    if not last or last.count(".") >= MINOR:
        return f"<={last}" if last else ""
    *front, end = last.split(".")
    return "<" + ".".join([*front, str(int(end) + 1)])
