"""Rules: what must be observed in a cell for a statement to hold there, as a data file has it, read strictly."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from tfcompat.errors import DataError
from tfcompat.outcomes import Status

#: What ran, and so has an observation that can be compared.
RAN = frozenset({Status.WORKS, Status.DIFFERS})


class Combine(StrEnum):
    """How the checks of a rule make one answer: each of them, one of them, or that one's outcome changes at all."""

    ALL = "all"
    ANY = "any"
    CHANGES = "changes"


@dataclass(frozen=True, kw_only=True)
class Check:
    """What one scenario must have done.

    ``statuses`` count; of what ran, only where the observation, or its ``part``, is one of ``observed``, where there are
    any; of what failed, only where the error is one that ``raises`` names. The check speaks of the ``releases`` named, and
    of cells where ``given`` holds.
    """

    scenario: str
    statuses: frozenset[Status]
    observed: tuple[Any, ...] = ()
    part: str | None = None
    raises: str | None = None
    releases: SpecifierSet | None = None
    given: "Check | None" = None

    @property
    def scenarios(self) -> tuple[str, ...]:
        return (self.scenario, *(self.given.scenarios if self.given else ()))


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Some checks, combined, over the cells of some variants."""

    combine: Combine
    checks: tuple[Check, ...]
    variants: tuple[str, ...] = ("bundled",)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios that decide, each once."""
        return tuple(dict.fromkeys(name for check in self.checks for name in check.scenarios))


def parse(row: Mapping[str, Any], what: str) -> Rule:
    """The rule in a row of a data file: ``all``, ``any`` or ``changes`` with its checks, and ``variants``.

    Raises DataError where it is not exactly one rule, and says of ``what``.
    """
    chosen = [combine for combine in Combine if combine in row]
    if len(chosen) != 1:
        raise DataError(f"{what} needs one of {', '.join(Combine)}, and has {' and '.join(chosen) or 'none'}")
    rows = row[chosen[0]]
    if not isinstance(rows, list) or not rows or not all(isinstance(one, dict) for one in rows):
        raise DataError(f"{what}: {chosen[0]} is not a list of checks")
    if chosen[0] is Combine.CHANGES and len(rows) != 1:
        raise DataError(f"{what}: changes asks for one check, and has {len(rows)}")
    variants = texts(row.get("variants", ["bundled"]), f"{what}: variants")
    return Rule(combine=chosen[0], checks=tuple(parse_check(one, what) for one in rows), variants=variants)


def parse_check(row: Mapping[str, Any], what: str) -> Check:
    """A check from its row. Raises DataError where a key or a value is not one of a check."""
    only(row, {"scenario"}, {"status", "observed", "part", "raises", "releases", "given"}, what=f"a check of {what}")
    scenario = text(row["scenario"], f"{what}: scenario")
    what = f"{what}, {scenario}"
    observed = row.get("observed", [])
    if not isinstance(observed, list) or ("observed" in row and not observed):
        raise DataError(f"{what}: observed is not a list of the observations that count")
    if "part" in row and not observed:
        raise DataError(f"{what}: part without observed says nothing")
    given = row.get("given")
    if given is not None and not isinstance(given, dict):
        raise DataError(f"{what}: given is not a check")
    return Check(
        scenario=scenario,
        statuses=statuses_of(row["status"], what) if "status" in row else default_statuses(row),
        observed=tuple(observed),
        part=text(row["part"], f"{what}: part") if "part" in row else None,
        raises=text(row["raises"], f"{what}: raises") if "raises" in row else None,
        releases=specifier(row["releases"], what) if "releases" in row else None,
        given=parse_check(given, what) if given is not None else None,
    )


def default_statuses(row: Mapping[str, Any]) -> frozenset[Status]:
    """What counts where a check does not say: what ran, if the observation decides; what failed, if the error does."""
    ran = RAN if "observed" in row else frozenset[Status]()
    failed = frozenset({Status.FAILS}) if "raises" in row else frozenset[Status]()
    return ran | failed or frozenset({Status.WORKS})


def statuses_of(names: Any, what: str) -> frozenset[Status]:
    try:
        statuses = frozenset(Status(name) for name in texts(names, f"{what}: status"))
    except ValueError as error:
        raise DataError(f"{what}: {error}, which is one of {', '.join(Status)}") from error
    if Status.UNKNOWN in statuses:
        raise DataError(f"{what}: unknown is no answer, so nothing can rest on it")
    return statuses


def specifier(value: Any, what: str) -> SpecifierSet:
    try:
        return SpecifierSet(text(value, f"{what}: releases"))
    except InvalidSpecifier as error:
        raise DataError(f"{what}: {value!r} is no specifier of releases: write for example '>=2.3'") from error


def only(row: Mapping[str, Any], required: Iterable[str], optional: Iterable[str], *, what: str) -> None:
    """Raises DataError where a key is lacking, or is none of these."""
    if lacking := sorted(set(required) - set(row)):
        raise DataError(f"{what} lacks {', '.join(lacking)}")
    if unknown := sorted(set(row) - set(required) - set(optional)):
        raise DataError(f"{what} has unknown {', '.join(unknown)}")


def text(value: Any, what: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise DataError(f"{what} is not a text")
    return value


def texts(value: Any, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise DataError(f"{what} is not a list of texts")
    return tuple(text(one, what) for one in value)
