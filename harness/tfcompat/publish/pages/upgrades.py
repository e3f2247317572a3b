"""The pages of upgrades: what changes from each minor to the next, the worst and the most used first."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from tfcompat.advise.effect import Change
from tfcompat.advise.instead import Instead
from tfcompat.advise.matrix import of_releases
from tfcompat.advise.specifier import exactly
from tfcompat.advise.upgrade import Changed, Side, Upgrade, upgrade
from tfcompat.errors import SelectionError
from tfcompat.escape import printable
from tfcompat.outcomes import Harm, Status
from tfcompat.publish.pages.layout import made
from tfcompat.publish.pages.page import Made, PageKind, SearchText
from tfcompat.publish.parts.blocks import (
    Block,
    CodeBlock,
    Entries,
    Field,
    Folded,
    Heading,
    ListEntry,
    Manner,
    Paragraph,
    Picker,
)
from tfcompat.publish.parts.evidence import SiteEvidence
from tfcompat.publish.parts.minors import minor_of
from tfcompat.publish.parts.prose import count, quoted
from tfcompat.publish.statuses import OF_HARM, Tone, said
from tfcompat.questions import addresses
from tfcompat.suite.recipes import GROUP
from tfcompat.table.columns import CellSet

#: The sections of a page, in their order: the changes of each, and what they are called.
SECTIONS: Sequence[tuple[tuple[Change, ...], str, str]] = (
    ((Change.STOPS,), "Stops working", "stops"),
    ((Change.SILENT, Change.STARTS_WRONG), "Silently changes", "silent"),
    ((Change.STARTS,), "Starts working", "starts"),
    ((Change.OTHERWISE, Change.OBSERVED, Change.UNKNOWN), "Other changes", "other"),
)
#: Of how many changes of a section each is shown at once, and characters of what is observed.
SHOWN, LONGEST = 12, 140


def steps(evidence: SiteEvidence) -> list[Upgrade]:
    """What changes from the last patch of each minor to that of the next, where both have an answer."""
    return [found for old, new in pairwise(last_patches(evidence)) if (found := of_step(evidence, old, new))]


def last_patches(evidence: SiteEvidence) -> list[str]:
    current = evidence.table.current
    return list(current.loc[current["set"] == str(CellSet.MINORS), "tensorflow"])


def of_step(evidence: SiteEvidence, old: str, new: str) -> Upgrade | None:
    try:
        return upgrade(of_releases(evidence.door, {old, new}), old, new, evidence.advice)
    except SelectionError:
        return None


def pages(evidence: SiteEvidence, found: Sequence[Upgrade]) -> Iterator[Made]:
    """The list of the steps, and a page for each."""
    if found:
        yield listing(evidence, found)
    for step in found:
        yield page(evidence, step)
    known = set(map(path_of, found))
    for old, new in pairwise(last_patches(evidence)):
        if addresses.of_step(minor_of(old), minor_of(new)) not in known:
            yield not_known(evidence, old, new)


def not_known(evidence: SiteEvidence, old: str, new: str) -> Made:
    """The page of a step of which one side has no answer."""
    text = f"What changes from {old} to {new} is not known: one of the two has no answer in any cell."
    return made(
        evidence,
        path=addresses.of_step(minor_of(old), minor_of(new)),
        kind=PageKind.UPGRADE,
        title=f"TensorFlow {minor_of(old)} → {minor_of(new)}: not known",
        description=text,
        crumb="upgrade/",
        blocks=[Paragraph(text=text, manner=Manner.LEAD)],
    )


def listing(evidence: SiteEvidence, found: Sequence[Upgrade]) -> Made:
    return made(
        evidence,
        path="upgrade/",
        kind=PageKind.LIST,
        title="Upgrading TensorFlow: what changes",
        description="What stops working, silently changes and starts working from one TensorFlow release to another.",
        template="upgrade",
        blocks=[
            Paragraph(text="What stops working, silently changes and starts working, by the last patch of each minor."),
            Picker(minors=evidence.minors.names),
            Heading(text="Step by step", anchor="steps"),
            Entries(entries=[entry(step) for step in reversed(found)]),
        ],
        found_by=SearchText(synonyms=("upgrade", "migrate", "update", "breaking changes")),
    )


def name_of(step: Upgrade) -> str:
    return f"{minor_of(step.old)} → {minor_of(step.new)}"


def path_of(step: Upgrade) -> str:
    return addresses.of_step(minor_of(step.old), minor_of(step.new))


def entry(step: Upgrade) -> ListEntry:
    """A step with how much it changes."""
    return ListEntry(text=name_of(step), target=path_of(step), more=[counted(step)])


def counted(step: Upgrade) -> str:
    """How many rows change in which way."""
    numbers = [(sum(step.counts[change] for change in changes), title.lower()) for changes, title, _ in SECTIONS]
    words = {
        "stops working": "stop working",
        "silently changes": "silently change",
        "starts working": "start working",
        "other changes": "change otherwise",
    }
    parts = [f"{number} {words[title]}" for number, title in numbers if number]
    return ", ".join(parts) + f", of {step.compared} rows." if parts else "Nothing changes."


def page(evidence: SiteEvidence, step: Upgrade) -> Made:
    """The page of a step."""
    old, new = minor_of(step.old), minor_of(step.new)
    python = "No Python was measured on both: what Python changes is among this." if step.pythons_differ else ""
    return made(
        evidence,
        path=path_of(step),
        kind=PageKind.UPGRADE,
        title=f"TensorFlow {old} → {new}: what changes for normalization",
        description=f"From {step.old} to {step.new}: {counted(step)}",
        crumb="upgrade/",
        blocks=[
            Paragraph(text=f"From {step.old} to {step.new}: {counted(step)} {python}", manner=Manner.LEAD),
            Paragraph(text="To stay before it:", manner=Manner.SOFT),
            CodeBlock(text=f"tensorflow<{new}"),
            *(block for section in SECTIONS for block in section_of(evidence, step, *section)),
        ],
        found_by=SearchText(
            synonyms=(
                f"upgrade {old} {new}",
                f"{old} to {new}",
                f"tensorflow {new}",
                f"after upgrading to {new}",
                f"migrate to {new}",
            ),
            body=" ".join(changed.title for changed in step.changes),
        ),
    )


def section_of(
    evidence: SiteEvidence, step: Upgrade, changes: Sequence[Change], title: str, anchor: str
) -> Iterator[Block]:
    """The changes of a sort, the most used first."""
    found = [changed for changed in step.changes if changed.change in changes]
    found.sort(key=lambda changed: (-evidence.advice.used(changed.scenario), list(Change).index(changed.change)))
    if not found:
        return
    yield Heading(text=f"{title} ({len(found)})", anchor=anchor)
    entries = [entry_of(evidence, changed, step) for changed in found]
    yield Entries(entries=entries[:SHOWN])
    if rest := entries[SHOWN:]:
        yield Folded(summary=f"{count(len(rest), 'more row')}", blocks=[Entries(entries=rest)])


def entry_of(evidence: SiteEvidence, changed: Changed, step: Upgrade) -> ListEntry:
    """A change: what it was and is, what to write instead, and on which releases it is right."""
    on = f" (on Python {', '.join(changed.pythons)})" if changed.pythons else ""
    said_instead = [advice(evidence, instead) for instead in changed.instead]
    lines = [
        f"{side(changed.before)} → {side(changed.after)}{on}",
        *(line.text for line in said_instead if not line.target),
    ]
    if changed.change in (Change.STOPS, Change.SILENT) and (specifier := as_before(evidence, changed)):
        lines.append(f"As before on `tensorflow{specifier}`")
    return ListEntry(
        text=changed.title or changed.scenario,
        target=evidence.page_of(changed.scenario),
        more=lines,
        leads=[line for line in said_instead if line.target],
        tag=changed.after.word,
        tone=tone_of(changed),
    )


def tone_of(changed: Changed) -> str:
    """The colour of what it does now."""
    if changed.after.word.startswith(Status.MISSING):
        return str(Tone.MISSING)
    return str(OF_HARM.get(changed.after.harm, Tone.WORKS if changed.change is Change.STARTS else Tone.ANSWERED))


def side(one: Side) -> str:
    """What it does, with what that is seen by."""
    seen = printable(one.raised or ("" if one.word in one.observed else one.observed), LONGEST)
    words = said(one.word, one.harm)
    return f"{words}: {quoted(seen)}" if seen else words


def advice(evidence: SiteEvidence, instead: Instead) -> Field:
    """What to write instead; a recipe leads to its code."""
    if instead.source == "import":
        return Field(text=f"Instead: `{instead.name}`")
    recipe = instead.source == "recipe"
    return Field(text=f"Instead: {instead.text}", target=evidence.page_of(GROUP + instead.name) if recipe else "")


def as_before(evidence: SiteEvidence, changed: Changed) -> str:
    """The specifier of the releases on which every cell does what it did before; empty where that was harm, or is nowhere."""
    if changed.before.harm is not Harm.NONE:
        return ""
    of_release: dict[str, set[bool]] = {}
    for part in evidence.ranges(changed.scenario):
        for spot in part.place.spots:
            if part.status is not Status.UNKNOWN:
                same = (part.word, part.harm) == (changed.before.word, changed.before.harm)
                of_release.setdefault(spot.tensorflow, set()).add(same)
    inside = [release for release, same in of_release.items() if same == {True}]
    return exactly(inside, evidence.minors.releases) if 0 < len(inside) < len(of_release) else ""
