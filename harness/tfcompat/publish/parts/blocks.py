"""Blocks: what a page is made of, each of which is written as HTML and as Markdown.

Texts are plain. In a ``Rich`` text what stands between backticks is code, and an address of the web is a link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

#: A text with code between backticks.
Rich = str
#: The path of a page below the site, with what stands behind ``#``; an address of the web; or empty.
Target = str


class Manner(StrEnum):
    """How a paragraph is said."""

    PLAIN = ""
    LEAD = "lead"
    SOFT = "soft"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Some sentences."""

    text: Rich
    manner: Manner = Manner.PLAIN


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The heading of what follows, and the name with which it is linked to."""

    text: Rich
    anchor: str = ""


@dataclass(frozen=True, kw_only=True)
class OnMine:
    """A sentence for readers who have one of some minors; nobody else sees it."""

    minors: Sequence[str]
    says: Rich


@dataclass(frozen=True, kw_only=True)
class ChartBar:
    """Neighbouring columns of a row in which it does the same: what stands in the bar, and what is told of it.

    ``mixed``: the cells behind the one column do not do the same.
    """

    text: str
    tone: str
    columns: int
    told: str
    mixed: bool = False


@dataclass(frozen=True, kw_only=True)
class ChartRow:
    """A row of a chart: its label and what it leads to, its bars, and what the bars alone do not say."""

    label: Rich
    target: Target
    bars: Sequence[ChartBar]
    note: Rich = ""


@dataclass(frozen=True, kw_only=True)
class ChartColumn:
    """A column: its release or version, and what stands below that."""

    name: str
    below: str = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Rows of bars over columns, which are minors of ``what``."""

    what: str
    columns: Sequence[ChartColumn]
    rows: Sequence[ChartRow]


@dataclass(frozen=True, kw_only=True)
class CodeBlock:
    """A program or a command, to be copied; what is ``output`` is not."""

    text: str
    output: bool = False


@dataclass(frozen=True, kw_only=True)
class ListEntry:
    """An entry of a list: a line that may lead somewhere, and what is said of it.

    ``leads`` are lines below that lead elsewhere. ``mine`` are the sentences for readers of some minors. ``tone`` colours its
    ``tag``, and ``anchor`` is what links to it.
    """

    text: Rich
    target: Target = ""
    more: Sequence[Rich] = ()
    leads: Sequence["Field"] = ()
    tag: str = ""
    tone: str = ""
    anchor: str = ""
    mine: Sequence[OnMine] = ()


@dataclass(frozen=True, kw_only=True)
class Entries:
    """A list; of a ``plain`` one the lines are no headings."""

    entries: Sequence[ListEntry]
    plain: bool = False


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a table: what it says, where it leads, and its colour."""

    text: Rich
    target: Target = ""
    tone: str = ""
    code: bool = False


@dataclass(frozen=True, kw_only=True)
class Fields:
    """A table: its heads and rows. A ``narrow`` one has many small columns, with ``head`` turned where it is long."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Field]]
    narrow: bool = False


@dataclass(frozen=True, kw_only=True)
class Folded:
    """What is shown when it is asked for."""

    summary: str
    blocks: "Sequence[Block]"


@dataclass(frozen=True, kw_only=True)
class SideBySide:
    """Two columns of blocks, one below the other where there is no room."""

    first: "Sequence[Block]"
    second: "Sequence[Block]"


@dataclass(frozen=True, kw_only=True)
class Picker:
    """Two lists of releases, whose pair leads to what changes between them; it needs a script."""

    minors: Sequence[str]


Block = Paragraph | Heading | OnMine | Chart | CodeBlock | Entries | Fields | Folded | SideBySide | Picker
