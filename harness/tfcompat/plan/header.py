"""The header of a trial in which nothing ran: what the suite asks now, of the versions that were imported before."""

from collections.abc import Mapping, Sequence

from msgspec import UNSET
from packaging.requirements import Requirement

from tfcompat.suite.catalogue import CataloguedScenario
from tfcompat.trials.record import SCHEMA, HeaderLine, ScenarioFacts

#: The versions in a cell as a header has them; None for what is not imported.
Versions = Mapping[str, str | None]


def header(suite: str, versions: Versions, scenarios: Sequence[CataloguedScenario]) -> HeaderLine:
    """The header that the recorder would write in a cell with these versions, for the suite with this hash."""
    return HeaderLine(
        schema=SCHEMA,
        suite=suite,
        versions=dict(versions),
        scenarios=[facts(scenario, versions) for scenario in scenarios],
    )


def facts(scenario: CataloguedScenario, versions: Versions) -> ScenarioFacts:
    """What a header says of a scenario: the last promise whose requirement the versions fulfil is what is documented."""
    promises = [promise for requirement, promise in scenario.promises.items() if holds(requirement, versions)]
    return ScenarioFacts(
        id=scenario.id,
        title=scenario.title,
        reference=scenario.reference,
        source=scenario.source,
        documented=promises[-1] if promises else UNSET,
    )


def holds(requirement: str, versions: Versions) -> bool:
    """Whether versions fulfil a requirement, read as the recorder does: ``keras>=3``, or ``>=2.6`` of TensorFlow."""
    if not requirement:
        return True
    wanted = Requirement(requirement if requirement[0].isalpha() else f"tensorflow{requirement}")
    version = versions.get(wanted.name)
    return version is not None and wanted.specifier.contains(version.split("-")[0], prereleases=True)
