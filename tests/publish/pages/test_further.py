"""Tests of the further pages: what the inventory says of each step, and what a claim says that is not answered everywhere."""

from dataclasses import replace

from markupsafe import Markup

from tests.publish.pages.made_pages import evidence
from tfcompat.publish.pages import further
from tfcompat.table.inventory import Inventory, NameChange, Step
from tfcompat.table.signatures import Kind


def inventory_of(release: str) -> Inventory:
    return Inventory(cell=f"tf{release}-py3.9", tensorflow=release, keras=release, roots={})


def step(before: str, after: str, *changes: NameChange, unanswered: tuple[str, ...] = ()) -> Step:
    return Step(before=inventory_of(before), after=inventory_of(after), changes=changes, unanswered=unanswered)


def test_the_inventory_has_what_changed_the_newest_first_and_nothing_of_other_steps() -> None:
    came = NameChange(kind=Kind.APPEARS, name="tf.nn.norm", text="(x)")
    steps = (
        step("2.5.3", "2.6.5", came),
        step("2.6.5", "2.7.4"),
        step("2.7.4", "2.8.4", unanswered=("tf.keras.layers",)),
    )
    made = further.inventory(replace(evidence(), inventory=steps))
    assert made.page.path == "inventory/"
    text = made.html(Markup(""))
    said = ("2.7.4 → 2.8.4", "tf.keras.layers: one of the two releases has no answer", "2.5.3 → 2.6.5", came.sentence)
    places = [text.rindex(words) for words in said]
    assert places == sorted(places)
    assert "2.6.5 → 2.7.4" not in text


def test_a_step_without_a_change_makes_no_page() -> None:
    paths = [made.page.path for made in further.pages(replace(evidence(), inventory=(step("2.6.5", "2.7.4"),)))]
    assert "inventory/" not in paths


def test_a_claim_says_where_it_has_no_answer_and_how_it_is_read() -> None:
    verdict = evidence().verdicts[0]
    read = replace(verdict, claim=replace(verdict.claim, reading="as it is meant"), no_answer_on="2.9.3")
    more = further.claim(evidence(), read).more
    assert more[1:] == ["No answer on 2.9.3.", "Read as: as it is meant"]
    assert further.claim(evidence(), replace(read, no_answer_on="")).more[1:] == ["Read as: as it is meant"]
