"""Addresses: the path of each page below the site, readable and the same in every run; a terminal prints them as well."""

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import quote

#: Where the site is written in a checkout.
LOCAL = "reports/site/"
#: Characters of a part of a path.
LONGEST = 90
#: An import path that is a statement.
STATEMENT = re.compile(r"from ([\w.]+) import (\w+)|import ([\w.]+)")


def part(text: str) -> str:
    """A text as a part of a path that every file system accepts; what was cut has a hash at its end."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip(".-")
    if plain and len(plain) <= LONGEST:
        return plain
    return f"{plain[:LONGEST]}-{hash_of(text)}".lstrip("-")


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]


def of_scenario(scenario: str) -> str:
    """The path of a scenario's page, by itself: ``s/adapt/list_of_numbers/``."""
    group, _, name = scenario.partition("::")
    return f"s/{part(group)}/{part(name or group)}/"


def of_scenarios(scenarios: Iterable[str]) -> dict[str, str]:
    """The path of each scenario, no two alike where a file system does not tell capitals apart."""
    paths: dict[str, str] = {}
    taken: set[str] = set()
    for scenario in scenarios:
        path = of_scenario(scenario)
        if path.casefold() in taken:
            path = f"{path.removesuffix('/')}-{hash_of(scenario)}/"
        taken.add(path.casefold())
        paths[scenario] = path
    return paths


def of_api(path: str) -> str:
    """The path of the page of an import path: ``api/tf.keras.layers.Normalization/``."""
    return f"api/{part(path)}/"


def of_question(words: str) -> str:
    """The path of the page of a question: ``q/stale-predict/``."""
    return f"q/{part(words.casefold())}/"


def of_step(old: str, new: str) -> str:
    """The path of the page of what changes from one minor to another."""
    return f"upgrade/{old}-{new}/"


def of_row(scenario: str) -> str:
    """Where a scenario's row is among all rows."""
    return "rows/#scenario=" + quote(scenario, safe="!'()*-._~")


def of_finding(name: str) -> str:
    """Where a finding is on the page of all."""
    return f"findings/#{name}"


def of_loading(anchor: str) -> str:
    """Where an error of loading is on the page of the grid."""
    return f"grid/#{anchor}"


def attributes(path: str) -> str:
    """An import path as attributes: ``from tensorflow.keras.layers import X`` is ``tf.keras.layers.X``."""
    found = STATEMENT.fullmatch(path)
    dotted = ".".join(filter(None, found.groups())) if found else path
    return re.sub(r"^tensorflow(?=\.|$)", "tf", dotted)


def whole(path: str, site: str = "") -> str:
    """The whole address of a page: where it is published, else the file of it in a checkout."""
    if site:
        return site + path
    bare, mark, anchor = path.partition("#")
    return f"{LOCAL}{bare}index.html{mark}{anchor}" if not bare or bare.endswith("/") else f"{LOCAL}{path}"
