"""The arguments of the tools: what each may be asked, within which bounds, in the words that an assistant reads."""

from typing import Annotated

from msgspec import Meta, Struct

from tfcompat.outcomes import Harm

#: Characters of what is pasted, of code, of a name and of a path; names, paths and entries in a list.
PASTED, CODE, NAME, PATH = 20_000, 200_000, 300, 2_000
NAMES, PATHS, ENTRIES, SHOWN = 50, 20, 500, 30

Scenario = Annotated[str, Meta(min_length=1, max_length=NAME)]
Scenarios = Annotated[
    list[Scenario],
    Meta(
        min_length=1,
        max_length=NAMES,
        description="Each an id such as readapt::predict_with_compile, a glob of ids such as readapt::*, or words of an "
        "id or title. ask finds ids.",
    ),
]
Which = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=NAME,
        description="TensorFlow releases: 2.15.1, 2.15 (its last patch), 2.15..2.17, >=2.4,<2.22, latest, all; with commas.",
    ),
]
Release = Annotated[
    str, Meta(min_length=1, max_length=NAME, description="A TensorFlow release: 2.15.1, or 2.15 (its last patch).")
]
Paths = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=PATH)]],
    Meta(
        max_length=PATHS,
        description="Python files, notebooks and folders of them on this machine. They are read, never run.",
    ),
]
Code = Annotated[str, Meta(max_length=CODE, description="Python code, instead of paths. It is read, never run.")]
Limit = Annotated[int, Meta(ge=1, le=ENTRIES, description="How many entries of the longest list come back.")]


class AskArguments(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The arguments of ``ask``."""

    text: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=PASTED,
            description="An error line, a traceback, an import or a question about normalization, as it was pasted.",
        ),
    ]
    on: Which | None = None


class WhereArguments(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The arguments of ``where``."""

    scenarios: Scenarios
    limit: Limit = SHOWN


class ImportsArguments(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The arguments of ``imports``."""

    name: Annotated[
        str, Meta(min_length=1, max_length=NAME, description="The last part of an import path, such as Normalization.")
    ]
    tf: Which | None = None


class UpgradeArguments(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The arguments of ``upgrade``."""

    old: Release
    new: Release
    paths: Paths = []
    limit: Limit = SHOWN


class ScanArguments(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The arguments of ``scan``: paths or code."""

    paths: Paths = []
    code: Code = ""
    tf: Which | None = None
    limit: Limit = SHOWN


class RequiresArguments(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The arguments of ``requires``."""

    scenarios: Scenarios
    harm: Annotated[Harm, Meta(description="The most harm that an answer may have.")] = Harm.NONE


class ExplainArguments(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The arguments of ``explain``."""

    cell: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=NAME,
            description="A release, or a cell such as tf2.16.2-py3.12: a release on a Python.",
        ),
    ]
    scenario: Scenario


class LoadsArguments(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The arguments of ``loads``."""

    writers: Which
    readers: Which
    model: (
        Annotated[str, Meta(min_length=1, max_length=NAME, description="Only the saved models of this name.")] | None
    ) = None
    limit: Limit = SHOWN
