"""The settings in which a cell runs again: each changes what no outcome should depend on."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, count, islice

#: The order that is the reverse of the usual one; any other is the seed that it is drawn with.
REVERSED = "reversed"
#: A locale in which the lower case of I is not i, and the decimal point is a comma.
TURKISH = "tr_TR.UTF-8"
#: Farther east than any other zone; in this form no data of time zones are needed to know it.
TIME_ZONE = "<+14>-14"


class Name(StrEnum):
    """The settings that there are beside orders of more seeds, in the order in which they are taken."""

    USUAL = "as always"
    TOGETHER = "all at once"
    AGAIN = "as always, again"
    ORDER = "order reversed"
    C = "locale C"
    TURKISH = f"locale {TURKISH}"
    TIME_ZONE = "time zone"
    FOLDER = "folder"
    PROCESSOR = "processor"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where cells run: whether in local environments, and which locales there are."""

    is_local: bool
    locales: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What is other than always: the ``order``, some environment variables, or the folder that everything is below."""

    name: str
    order: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    elsewhere: bool = False

    @property
    def words(self) -> str:
        """What is other than always, in words."""
        order = {"": "", REVERSED: "order reversed"}.get(self.order, f"order of seed {self.order}")
        folder = "a folder with spaces and letters outside ASCII" if self.elsewhere else ""
        variables = ", ".join(f"{name}={value}" for name, value in self.variables)
        return ", ".join(filter(None, (order, variables, folder))) or "nothing is other than always"


def settings(number: int, seed: int, place: Place) -> list[Setting]:
    """As many settings, the usual one first; after those that have a name come orders of more seeds."""
    orders = (Setting(name=f"order of seed {seed + more}", order=str(seed + more)) for more in count(1))
    return list(islice(chain(named(seed, place), orders), number))


def named(seed: int, place: Place) -> Iterator[Setting]:
    """The settings that have a name, of those that can be had in a place."""
    for name in Name:
        if name not in left_out(place):
            yield setting(name, seed, place)


def left_out(place: Place) -> dict[Name, str]:
    """The settings that cannot be had in a place, and why."""
    reasons = {}
    if TURKISH not in place.locales:
        where = "this machine has" if place.is_local else "images have"
        reasons[Name.TURKISH] = f"{where} no such locale"
    if not place.is_local:
        reasons[Name.FOLDER] = "in a container all paths are fixed"
    return reasons


def setting(name: Name, seed: int, place: Place) -> Setting:
    """The setting of a name, with all that it can have in a place."""
    match name:
        case Name.USUAL | Name.AGAIN:
            return Setting(name=name)
        case Name.TOGETHER:
            return together(seed, place)
        case Name.ORDER:
            return Setting(name=name, order=REVERSED)
        case Name.C:
            return Setting(name=name, variables=(("LC_ALL", "C"),))
        case Name.TURKISH:
            return Setting(name=name, variables=(("LC_ALL", TURKISH),))
        case Name.TIME_ZONE:
            return Setting(name=name, variables=(("TZ", TIME_ZONE),))
        case Name.FOLDER:
            return Setting(name=name, elsewhere=True)
        case Name.PROCESSOR:
            return Setting(name=name, variables=processor("0", "Nehalem"))


def together(seed: int, place: Place) -> Setting:
    """Everything at once, in an order drawn with the seed."""
    locale = TURKISH if TURKISH in place.locales else "C"
    variables = (("LC_ALL", locale), ("TZ", TIME_ZONE), *processor("1", "Sandybridge"))
    return Setting(name=Name.TOGETHER, order=str(seed), variables=variables, elsewhere=place.is_local)


def processor(onednn: str, core: str) -> tuple[tuple[str, str], ...]:
    """Other code for the same operations: of oneDNN in TensorFlow or not, and of another processor's core in NumPy.

    Which of the two values of oneDNN is the usual one depends on the release. Each processor that TensorFlow's wheels run
    on can run both cores.
    """
    return (("TF_ENABLE_ONEDNN_OPTS", onednn), ("OPENBLAS_CORETYPE", core))
