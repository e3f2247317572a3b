"""The columns: which set each cell is in, and which cell stands for a release and for a minor. Said here, once."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from packaging.version import Version

from tfcompat.outcomes import Status
from tfcompat.select.places import BUNDLED as BUNDLED
from tfcompat.select.places import family_of
from tfcompat.select.releases import Channel

if TYPE_CHECKING:
    import pandas as pd


class CellSet(StrEnum):
    """What a cell is shown as."""

    MINORS = "minors"
    PATCHES = "patches"
    PYTHONS = "pythons"
    PRE = "pre"
    VARIANT = "variant"


#: What a reader chooses the sets of bundled cells by.
LABELS: Mapping[CellSet, str] = {
    CellSet.MINORS: "Last patch of each minor",
    CellSet.PATCHES: "Every other patch",
    CellSet.PYTHONS: "Other Pythons",
    CellSet.PRE: "Pre-releases",
}


def with_sets(trials: "pd.DataFrame", outcomes: "pd.DataFrame") -> "pd.DataFrame":
    """The trials with ``set`` and ``stands_for_minor``, which say something of the current ones alone.

    Of a release the cell on the newest Python stands for it, one that has an answer before one that has none; of a
    minor the last stable patch, in each variant by itself. What is finished stands for nothing unfinished.
    """
    import pandas as pd  # here, for the names of the sets are asked for where pandas is not

    cells = trials[trials["current"]]
    answered = outcomes.loc[outcomes["status"] != str(Status.UNKNOWN), "trial"].unique()
    keys = pd.DataFrame(
        {
            "variant": cells["variant"],
            "release": cells["tensorflow"].map(Version),
            "minor": cells["tensorflow"].map(lambda text: Version(text).release[:2]),
            "python": cells["python"].map(Version),
            "answered": cells.index.isin(answered),
        },
        index=cells.index,
    )
    stable = keys[cells["channel"] == str(Channel.STABLE)]
    for_release = last(stable.sort_values(["answered", "python"], kind="stable"), ["variant", "release"])
    for_minor = last(for_release.sort_values("release", kind="stable"), ["variant", "minor"])
    named = pd.Series(str(CellSet.PYTHONS), index=trials.index)
    named[for_release.index] = str(CellSet.PATCHES)
    named[for_minor.index] = str(CellSet.MINORS)
    named[trials["channel"] != str(Channel.STABLE)] = str(CellSet.PRE)
    named[trials["variant"] != BUNDLED] = str(CellSet.VARIANT)
    return trials.assign(set=named, stands_for_minor=trials.index.isin(for_minor.index))


def last(keys: "pd.DataFrame", by: list[str]) -> "pd.DataFrame":
    """The last row of each group."""
    return keys[~keys.duplicated(by, keep="last")]


def of_installs(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The rows of all cells of stable releases that need no variant's name: as pip installs them, or with another Keras."""
    plain = {name: not family_of(str(name)) for name in frame["variant"].unique()}
    return frame[(frame["channel"] == str(Channel.STABLE)) & frame["variant"].map(plain).astype("bool")]


def of_releases(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The rows of the one cell that stands for each stable release, as pip installs it; oldest first."""
    return frame[frame["set"].isin([str(CellSet.MINORS), str(CellSet.PATCHES)])]


def of_minors(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The rows of the last patch of each minor, as far as it was tested; where no stable release was, all rows."""
    minors = frame[frame["set"] == str(CellSet.MINORS)]
    return frame if minors.empty else minors
