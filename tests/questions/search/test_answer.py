"""Tests of answers: the right one comes first, on the release in question, with what to write and where it stands."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fakes import outcome, trial
from tfcompat.door.fill import in_memory
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Harm, Kind, Outcome, Status
from tfcompat.questions.search import texts
from tfcompat.questions.search.answer import MOST, Answer, Asking, answers, answers_to
from tfcompat.questions.search.pasted import read
from tfcompat.questions.search.texts import Beside
from tfcompat.table.frame import collect

CORE, OLD = "tf.keras.layers.Normalization", "tf.keras.layers.experimental.preprocessing.Normalization"
ERROR = "AttributeError: module 'tensorflow.keras.layers' has no attribute 'Normalization'"
BESIDE = texts.read(ROOT / "statements" / "answers.toml", ROOT / "scenarios")


def path(name: str, there: bool, error: str = "") -> Outcome:
    kind, _, message = error.partition(": ")
    raised = {} if there else {"type": kind or "AttributeError", "message": message or "no"}
    return outcome(f"imports::{name}", Status.WORKS if there else Status.MISSING, title=f"`{name}`", **raised)


def row(name: str, title: str, status: Status = Status.WORKS, **facts: object) -> Outcome:
    return outcome(name, status, title=title, **facts)


def release(version: str, *, core: bool, old: bool, refused: str) -> list[Outcome]:
    return [
        path(CORE, core, ERROR),
        path(OLD, old),
        path(
            f"from {CORE.rpartition('.')[0].replace('tf.', 'tensorflow.')} import Normalization",
            core,
            "ImportError: no",
        ),
        row(
            "readapt::predict_without_compile",
            "After a second adapt(), predict() is",
            Status.ANSWERED,
            kind=Kind.QUESTION,
            answers={"fresh": Harm.NONE, "stale": Harm.SILENT},
            observed="stale",
            harm=Harm.SILENT,
        ),
        row("replicas::moving_statistics", "Two replicas: moving_variance is the mean of each one's"),
        row("training::false_for_a_layer", "layer(x, training=False) keeps moving_mean in fit()"),
        row(
            "save::h5_own_layer", "HDF5 with an own layer is refused", Status.FAILS, type="ValueError", message=refused
        ),
        row(
            "batchnorm::moving_statistics_of_rows",
            "The moving variance of rows divides by n, as documented",
            source="test_batch_norm.py:57",
        ),
        *(row(f"made::{number}", f"Row {number} of nothing else") for number in range(20)),
    ]


@pytest.fixture(scope="module")
def asking() -> Asking:
    door = in_memory(
        collect(
            [
                trial("tf2.4.4-py3.8", *release("2.4.4", core=False, old=True, refused="Unknown layer: Own7")),
                trial(
                    "tf2.6.5-py3.9",
                    *release("2.6.5", core=True, old=True, refused="Unknown layer: 'Own'. Register 12 of it"),
                ),
                trial(
                    "tf2.16.2-py3.12", *release("2.16.2", core=True, old=False, refused="Could not locate class 'Own'")
                ),
            ]
        )
    )
    return Asking(door=door, beside=BESIDE)


def on(asking: Asking, releases: str) -> Asking:
    return Asking(door=asking.door, beside=asking.beside, on=releases)


def scenarios(found: list[Answer]) -> list[str]:
    return [name for answer in found for name in answer.scenarios[:1]]


def test_the_layer_of_an_error_is_where_the_release_has_it(asking: Asking) -> None:
    first = answers(on(asking, "2.4"), read(ERROR))[0]
    assert first.says == f"On TensorFlow 2.4.4, Normalization is at {OLD}."
    assert first.instead.split("\n")[1:] == ["import tensorflow as tf", f"Normalization = {OLD}  # 2.4.4"]
    assert first.more == (f"{CORE}: missing 2.4.4; works 2.6.5 – 2.16.2",)
    assert first.page == f"api/{CORE}/"
    compile(first.instead, "printed", "exec")


def test_without_a_release_it_is_said_of_all(asking: Asking) -> None:
    found = answers(asking, read(f"Traceback (most recent call last):\n  File 'x'\n{ERROR}"))
    assert found[0].says == (
        f"On TensorFlow 2.6.5 – 2.16.2, Normalization is at {CORE}; on 2.4.4, Normalization is at {OLD}."
    )
    (question,) = [answer for answer in found if answer.page == "q/no-attribute-normalization/"]
    assert question.instead


def test_of_a_statement_the_statement_is_said(asking: Asking) -> None:
    found = answers(on(asking, ">=2.6"), read("from tensorflow.keras.layers import Dense, Normalization"))
    assert found[0].says == ("On TensorFlow 2.6.5 – 2.16.2, from tensorflow.keras.layers import Normalization works.")


def test_what_one_answer_says_no_other_says_again(asking: Asking) -> None:
    """The paths of one class have the same sentence on a release."""
    found = [
        answer.says for answer in answers(on(asking, "2.16"), read("from tensorflow.keras.layers import Normalization"))
    ]
    assert len(set(found)) == len(found) > 1


@pytest.mark.parametrize(
    "text",
    [
        "    from keras.layers import Normalization\nModuleNotFoundError: No module named 'keras'",
        "    from x import y\nImportError: cannot import name 'Normalization' from 'tensorflow.keras.layers'",
        "ImportError: cannot import name 'Normalization'",
    ],
)
def test_what_an_import_needs_is_answered_by_imports(text: str, asking: Asking) -> None:
    first = answers(on(asking, "2.16"), read(f"Traceback (most recent call last):\n{text}"))[0]
    assert first.instead.split("\n")[1] == "from tensorflow.keras.layers import Normalization  # 2.16.2"


def test_an_error_of_something_else_is_not_answered_by_the_paths_in_its_code(asking: Asking) -> None:
    code = "  File 'x', line 1\n    layer = tf.keras.layers.Normalization()\nValueError: Unknown layer: 'Own'. Register 1 of it"
    found = answers(Asking(door=asking.door, beside=Beside()), read(f"Traceback (most recent call last):\n{code}"))
    assert scenarios(found)[0] == "save::h5_own_layer"


def test_what_is_nowhere_says_so_and_where_else_it_is(asking: Asking) -> None:
    nowhere = Asking(door=in_memory(collect([trial("tf2.4.4-py3.8", path(CORE, False, ERROR))])), beside=Beside())
    first = answers(nowhere, read(ERROR))[0]
    assert (first.says, first.instead) == ("No path to Normalization that was tried works on TensorFlow 2.4.4.", "")
    assert first.page == f"api/{CORE}/"


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("moving_variance", "replicas::moving_statistics"),
        ("replicas", "replicas::moving_statistics"),
        ("training=False", "training::false_for_a_layer"),
        ("Bessel", "batchnorm::moving_statistics_of_rows"),
        ("Unknown layer", "save::h5_own_layer"),
        ("ValueError: Unknown layer: Own9", "save::h5_own_layer"),
        ("E   ValueError: Unknown layer: 'Own'. Register 13 of it", "save::h5_own_layer"),
        ("predict second adapt", "readapt::predict_without_compile"),
    ],
)
def test_the_words_of_a_reporter_find_the_row(asked: str, first: str, asking: Asking) -> None:
    found = answers(Asking(door=asking.door, beside=Beside(docstrings=BESIDE.docstrings)), read(asked))
    assert scenarios(found)[0] == first


def test_a_row_says_what_it_did_on_the_release_with_its_harm_and_errors(asking: Asking) -> None:
    (first, *_) = answers(on(asking, "2.6"), read("Unknown layer"))
    assert (first.says, first.where) == ("HDF5 with an own layer is refused", "fails 2.6.5")
    assert first.more == ("raised on 2.6.5: ValueError: Unknown layer: 'Own'. Register 12 of it",)
    silent = next(one for one in answers(asking, read("predict second adapt")) if one.page.startswith("s/readapt"))
    assert (silent.where, silent.harm) == ("stale 2.4.4 – 2.16.2", Harm.SILENT)


def test_a_question_of_people_has_its_sentences_where_they_are_true_and_code(asking: Asking) -> None:
    first = answers(asking, read("I adapted again and predictions did not change"))[0]
    assert first.page == "q/adapted-again-predictions-unchanged/"
    assert first.more[0].startswith("on 2.4.4 – 2.16.2: `predict()` goes on with the first statistics")
    assert "adapt(" in first.instead


def test_a_question_that_says_nothing_of_the_release_is_no_answer_on_it(asking: Asking) -> None:
    asked = read("predictions did not change after second adapt")
    question = next(answer.says for answer in answers(asking, asked) if "predictions did not change" in answer.says)
    nothing = Asking(door=in_memory(collect([trial("tf2.9.3-py3.9", path(CORE, True))])), beside=BESIDE, on="2.9")
    assert question not in [answer.says for answer in answers(nothing, asked)]


def test_where_nothing_answers_on_a_release_the_others_do_and_that_is_said() -> None:
    door = in_memory(collect([trial("tf2.9.3-py3.9", outcome("made::row", title="A row"))]))
    found = answers_to(door, BESIDE, "predictions did not change after second adapt", on="2.9")
    assert "/q/adapted-again-predictions-unchanged/" in found.answers[0].page
    assert found.notes[-1] == "nothing that was measured on 2.9 answers this: what follows is of all releases"


def test_code_is_said_once_and_there_are_few_answers(asking: Asking) -> None:
    found = answers(asking, read("adapt predict normalization moving rows row of nothing"))
    assert len(found) <= MOST
    codes = [answer.instead for answer in found if answer.instead]
    assert len(codes) == len(set(codes))


def test_what_nothing_has_has_no_answer(asking: Asking) -> None:
    assert answers(Asking(door=asking.door, beside=Beside()), read("zzzz qqqq")) == []


def test_a_release_that_was_not_measured_is_said(asking: Asking) -> None:
    with pytest.raises(SelectionError, match=r"'2\.9' names no release: the known ones are 2\.4\.4 to 2\.16\.2"):
        answers(on(asking, "2.9"), read(ERROR))


def test_the_addresses_lead_to_files_of_a_checkout(asking: Asking) -> None:
    assert (ROOT / Path("docs/answers.md")).is_file()
