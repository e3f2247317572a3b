"""The further tables: each from its data, none where there are none."""

from tfcompat.ask.claims import Claim, Verdict, VerdictKind
from tfcompat.publish.site import sections
from tfcompat.suite.untestable import Untestable
from tfcompat.table.inventory import Inventory, NameChange, Step
from tfcompat.table.signatures import Kind


def inventory(release: str) -> Inventory:
    return Inventory(cell=f"tf{release}-py3.9", tensorflow=release, keras="2", roots={})


def test_where_there_are_no_data_there_is_no_section() -> None:
    made = sections.joined(
        sections.of_claims([]), sections.of_inventory([]), sections.of_grid(""), sections.of_untestable([])
    )
    assert made == []
    assert sections.of_grid("a,b\n1,2\n") == [], "a file of another form is none of ours"


def test_claims_stand_with_their_verdicts() -> None:
    claim = Claim(id="C1", document="d", title="A document", text="It works", untestable="no TPU")
    (section,) = sections.of_claims([Verdict(claim=claim, kind=VerdictKind.UNTESTABLE, why="no TPU")])
    assert section.rows == [("It works", "not testable: no TPU", "", "", "A document")]
    assert len(section.head) == len(section.rows[0])


def test_the_inventory_has_each_change_and_what_was_not_compared() -> None:
    change = NameChange(kind=Kind.GONE, name="tf.keras.layers.A", text="is gone")
    step = Step(before=inventory("2.9.3"), after=inventory("2.10.1"), changes=(change,), unanswered=("keras",))
    (section,) = sections.of_inventory([step])
    assert section.rows == [
        ("2.9.3 → 2.10.1", str(Kind.GONE), "tf.keras.layers.A is gone"),
        ("2.9.3 → 2.10.1", "not compared", "keras: one of the two releases has no answer"),
    ]


def test_the_grid_has_a_row_a_form_and_writer_and_a_hole_where_nothing_was_read() -> None:
    (section,) = sections.of_grid(
        "form,writer,reader,status\n"
        "h5,tf2.9.3-py3.9,tf2.9.3-py3.9,works\n"
        "h5,tf2.9.3-py3.9,tf2.16.2-py3.12+legacy,wrong\n"
        "keras,tf2.9.3-py3.9,tf2.9.3-py3.9,missing\n"
    )
    assert list(section.head) == ["form", "written by", "2.9.3", "2.16.2+legacy"]
    assert section.rows == [("h5", "2.9.3", "works", "wrong"), ("keras", "2.9.3", "missing", "unknown")]


def test_what_cannot_be_asked_says_why() -> None:
    question = Untestable(id="a::tpu", title="On a TPU", reason="there is none", reference="keras")
    (section,) = sections.of_untestable([question])
    assert section.rows == [("On a TPU", "there is none", "keras", "a::tpu")]
