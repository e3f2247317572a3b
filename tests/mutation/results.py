"""What became of the mutants: results.json of each module that was tried, survivors.toml with the reason of each that lives."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
RESULTS, SURVIVORS = FOLDER / "results.json", FOLDER / "survivors.toml"
#: Of the mutants of all modules together, at least this share has to be noticed.
WANTED = 0.9


@dataclass(frozen=True, kw_only=True)
class Result:
    """The mutants of one module. ``digest`` is that of the module and its tests as they were; a timeout counts as noticed."""

    digest: str
    mutants: int
    killed: int
    timeout: int
    survived: tuple[str, ...]

    @property
    def noticed(self) -> int:
        return self.killed + self.timeout


def read(path: Path = RESULTS) -> dict[str, Result]:
    """The results by module."""
    if not path.exists():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {name: Result(**{**row, "survived": tuple(row["survived"])}) for name, row in rows.items()}


def write(results: Mapping[str, Result], path: Path = RESULTS) -> None:
    rows = {name: asdict(result) for name, result in sorted(results.items())}
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def reasons(path: Path = SURVIVORS) -> dict[str, dict[str, str]]:
    """Why each listed survivor lives, by module."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def unlisted(module: str, survived: Iterable[str], listed: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The survivors of a module that nobody has given a reason for."""
    return [name for name in survived if not listed.get(module, {}).get(name, "").strip()]


def idle(module: str, survived: Iterable[str], listed: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What is listed as a survivor of a module and is none."""
    return sorted(set(listed.get(module, {})) - set(survived))


def line_of(name: str) -> str:
    """A line for survivors.toml, whose strings are written as those of JSON."""
    return f'{json.dumps(name, ensure_ascii=False)} = ""'


def share(results: Iterable[Result]) -> float:
    """How many of all mutants were noticed, from 0 to 1; of no mutants, none."""
    every = list(results)
    return sum(result.noticed for result in every) / (sum(result.mutants for result in every) or 1)


def table(results: Mapping[str, Result], every: Iterable[str]) -> str:
    """The table of docs/reliability.md, and which modules were not tried yet."""
    lines = [row(f"`{name}`", [result]) for name, result in sorted(results.items())]
    head = "| module | mutants | killed | timeout | survived | noticed |\n| --- | --: | --: | --: | --: | --: |\n"
    rest = sorted(set(every) - set(results))
    untried = f"\nNot tried yet: {', '.join(f'`{name}`' for name in rest)}.\n" if rest else ""
    return head + "\n".join([*lines, row("all of these", list(results.values()))]) + "\n" + untried


def row(name: str, results: list[Result]) -> str:
    counts = [sum(getattr(result, key) for result in results) for key in ("mutants", "killed", "timeout")]
    survived = sum(len(result.survived) for result in results)
    return f"| {name} | {' | '.join(map(str, counts))} | {survived} | {share(results):.0%} |"
