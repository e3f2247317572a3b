"""Charts: the ranges of a scenario as bars over minors, where cells behind one minor that differ stay visible."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tfcompat.outcomes import Harm, Kind, Status
from tfcompat.publish.parts.blocks import Chart, ChartBar, ChartColumn, ChartRow
from tfcompat.publish.parts.minors import Minors, of_keras, of_release
from tfcompat.publish.statuses import MARKS, css
from tfcompat.publish.statuses import said as in_words
from tfcompat.select.places import Axis, Spot
from tfcompat.table.ranges import Range, axes
from tfcompat.table.support import said

#: What a presence is called in a chart.
PRESENT, ABSENT = "yes", "no"
#: What a column says whose cells do not do the same.
BOTH = "both"


@dataclass(frozen=True)
class ChartLook:
    """What an outcome looks like in a chart."""

    word: str
    status: Status
    harm: Harm

    @property
    def text(self) -> str:
        return f"{MARKS[self.harm]} {self.word}".lstrip()


#: The column of a cell; empty where it is in none.
ColumnOf = Callable[[Spot], str]


def word_of(part: Range, kind: str) -> str:
    """What a range is called in a chart: of a presence yes or no."""
    if kind == Kind.PRESENCE and part.status is Status.WORKS:
        return PRESENT
    if kind == Kind.PRESENCE and part.status is Status.MISSING:
        return f"{ABSENT} package" if part.whose else ABSENT
    return part.word


def looks(
    ranges: Iterable[Range], columns: Sequence[ChartColumn], column_of: ColumnOf, kind: str
) -> list[list[ChartLook]]:
    """What was seen in each column, each once; what is not known is left out where anything is."""
    seen: dict[str, dict[ChartLook, None]] = {column.name: {} for column in columns}
    for part in ranges:
        look = ChartLook(word_of(part, kind), part.status, part.harm)
        for name in {column_of(spot) for spot in part.place.spots} & seen.keys():
            seen[name][look] = None
    return [known(list(found)) for found in seen.values()]


def known(found: list[ChartLook]) -> list[ChartLook]:
    return [look for look in found if look.status is not Status.UNKNOWN] or found[:1]


def bars(
    ranges: Sequence[Range], columns: Sequence[ChartColumn], column_of: ColumnOf = of_release, kind: str = ""
) -> list[ChartBar]:
    """The bars of a scenario over some columns."""
    found = looks(ranges, columns, column_of, kind)
    made, start = [], 0
    for end in range(1, len(found) + 1):
        if end == len(found) or len(found[end]) != 1 or found[end] != found[start]:
            made.append(bar(found[start], columns[start].name, columns[end - 1].name, end - start))
            start = end
    return made


def bar(found: Sequence[ChartLook], first: str, last: str, columns: int) -> ChartBar:
    span = first if first == last else f"{first}–{last}"
    if not found:
        return ChartBar(text="", tone="u", columns=columns, told=f"{span}: not measured")
    if len(found) > 1:
        told = f"{span}: {' and '.join(in_words(look.word, look.harm) for look in found)}, by patch, Python or Keras"
        worst = max(found, key=lambda look: list(Harm).index(look.harm))
        return ChartBar(text=BOTH, tone=css(worst.status, worst.harm), columns=columns, told=told, mixed=True)
    (look,) = found
    told = f"{span}: {in_words(look.word, look.harm)}"
    return ChartBar(
        text=f"{look.text} {span}" if columns > 1 else look.text,
        tone=css(look.status, look.harm),
        columns=columns,
        told=told,
    )


def row(
    label: str, target: str, ranges: Sequence[Range], columns: Sequence[ChartColumn], kind: str = "", note: str = ""
) -> ChartRow:
    """A row of a chart over the minors of TensorFlow; where a minor alone does not decide, it says in words what does."""
    made = bars(ranges, columns, of_release, kind)
    differs = any(part.mixed for part in made) or axes(ranges)
    return ChartRow(label=label, target=target, bars=made, note=note or (exact(ranges, kind) if differs else ""))


def exact(ranges: Sequence[Range], kind: str = "") -> str:
    """Where a scenario does what, in words that are exact over all its cells."""
    return "; ".join(f"{in_words(word_of(part, kind), part.harm)} {span}" for part, span in said(ranges))


def over_releases(rows: Sequence[ChartRow], minors: Minors) -> Chart:
    return Chart(what="TensorFlow", columns=minors.tensorflow, rows=rows)


def over_keras(ranges: Sequence[Range], minors: Minors, kind: str) -> Chart:
    """One scenario over the minors of Keras 3, whatever the release."""
    made = bars(ranges, minors.keras, of_keras, kind)
    return Chart(what="Keras", columns=minors.keras, rows=[ChartRow(label="with Keras 3", target="", bars=made)])


def differs_by_keras(ranges: Sequence[Range]) -> bool:
    return Axis.KERAS in axes(ranges)
