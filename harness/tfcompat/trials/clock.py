"""The clock: a run on a machine whose clock stands before what was measured already would never be the newest of its cells."""

from datetime import UTC, datetime, timedelta

from tfcompat.errors import DataError
from tfcompat.record.sense import CLOCKS_APART
from tfcompat.trials import confirmed
from tfcompat.trials.file import SUFFIX
from tfcompat.trials.store import Store

#: How the names of files have a moment.
NAMED = "%Y%m%dT%H%M%SZ"


def check(store: Store, now: datetime | None = None, apart: timedelta = CLOCKS_APART) -> None:
    """Raises DataError where a trial of a store started later than this machine's clock says that it is."""
    now = now or datetime.now(UTC)
    latest, name = max(moments(store), default=("", ""))
    if latest > (now + apart).strftime(NAMED):
        raise DataError(
            f"the clock of this machine says {now:%Y-%m-%d %H:%M} UTC, and {name} was measured at {latest}: "
            "set the clock; if it is right, remove that trial and run its cell again"
        )


def moments(store: Store) -> list[tuple[str, str]]:
    """When each trial and confirmation of a store started, and its name."""
    files = [
        (path.name.partition("-")[0], f"{path.parent.name}/{path.name.removesuffix(SUFFIX)}") for path in store.files()
    ]
    lines = [
        (line.started.replace("-", "").replace(":", ""), f"{folder.name}/{confirmed.NAME}")
        for folder in store.cells()
        for line in confirmed.read(folder)
    ]
    return [*files, *lines]
