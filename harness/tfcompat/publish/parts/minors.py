"""The minors: what the charts have columns for, which is the minors of TensorFlow and of Keras 3 that were measured."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from packaging.version import InvalidVersion, Version

from tfcompat.publish.parts.blocks import ChartColumn
from tfcompat.select.places import BUNDLED, Spot
from tfcompat.table.columns import of_installs
from tfcompat.table.frame import Table

#: The first major version of Keras that is a package of its own behind ``tf.keras``.
KERAS_3 = 3


@dataclass(frozen=True, kw_only=True)
class Minors:
    """The minors of TensorFlow with the Keras that pip installs behind each, and those of Keras 3; oldest first.

    ``releases`` are all stable ones that were measured.
    """

    tensorflow: tuple[ChartColumn, ...]
    keras: tuple[ChartColumn, ...]
    releases: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.tensorflow)


@cache
def minor_of(version: str) -> str:
    """The minor of a version; empty where it has none."""
    try:
        return ".".join(map(str, Version(version.removesuffix("-tf")).release[:2])) if version else ""
    except InvalidVersion:
        return ""


def of_release(spot: Spot) -> str:
    """The column of a cell as pip installs it: the minor of its TensorFlow. Empty for any other cell."""
    return minor_of(spot.tensorflow) if spot.variant == BUNDLED else ""


def of_keras(spot: Spot) -> str:
    """The column of a cell with a Keras 3: the minor of that. Empty for any other cell."""
    minor = minor_of(spot.keras)
    return minor if minor and int(minor.split(".")[0]) >= KERAS_3 else ""


def minors(table: Table) -> Minors:
    """The minors that a table has cells of."""
    cells = of_installs(table.frame)[list(Spot.__dataclass_fields__)].drop_duplicates().astype(object)
    spots = [Spot.of(row) for row in cells.to_dict("records")]
    own = [spot for spot in spots if of_release(spot)]
    behind = {of_release(spot): minor_of(spot.keras) for spot in sorted(own, key=lambda spot: Version(spot.tensorflow))}
    return Minors(
        tensorflow=tuple(ChartColumn(name=name, below=behind[name]) for name in ordered(behind)),
        keras=tuple(ChartColumn(name=name) for name in ordered(set(map(of_keras, spots)) - {""})),
        releases=tuple(ordered({spot.tensorflow for spot in own})),
    )


def ordered(versions: Iterable[str]) -> list[str]:
    return sorted(versions, key=Version)
