"""The data files: what the page's scripts load, sound JSON in a script that nothing in it can end."""

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import outcome, subject, trial
from tests.publish.site.made_site import HOSTILE, write_site
from tfcompat.outcomes import Harm, Status
from tfcompat.publish.site import data, sheet
from tfcompat.table.frame import collect


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the data files."""
    return write_site(tmp_path_factory.mktemp("reports"), tmp_path_factory.mktemp("suite")) / "data"


def arguments(path: Path) -> list[Any]:
    """The values that a data file hands over, read as the JSON that it has to be."""
    text = path.read_text(encoding="utf-8")
    call = re.fullmatch(r"tfcompat\.\w+\((.*)\);\n", text, re.DOTALL)
    assert call, path
    values: list[Any] = json.loads(f"[{call[1]}]")
    return values


def test_data_files_cannot_end_a_script_or_its_line(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        text = path.read_text(encoding="utf-8")
        assert re.search("[<>\u2028\u2029]", text) is None, path
    rows = arguments(folder / "minors.js")[1]["rows"]
    assert any(HOSTILE in answer.values() for row in rows for answer in row["a"]), "and nothing of it is lost"


def test_each_set_of_columns_is_a_file(folder: Path) -> None:
    index = arguments(folder / "index.js")[0]
    assert list(index["sets"]) == ["minors", "patches", "pythons", "pre", "legacy"]
    assert index["shown"] == "minors"
    cells = {name: arguments(folder / f"{name}.js")[1]["columns"] for name in index["sets"]}
    assert sorted(place for places in cells.values() for place in places) == list(range(len(index["columns"])))
    assert [index["columns"][place]["cell"] for place in cells["legacy"]] == ["tf2.16.2-py3.11+legacy"]
    assert {len(row["c"]) for row in arguments(folder / "minors.js")[1]["rows"]} == {6}


def test_a_cell_has_what_its_other_trials_answered(folder: Path) -> None:
    _, minors = arguments(folder / "minors.js")
    mean, back = minors["rows"][0], minors["rows"][1]
    newest = len(minors["columns"]) - 1
    [[numbers, columns]] = mean["h"]
    assert columns == [newest]
    assert [mean["a"][number]["s"] for number in numbers] == [list(Status).index(Status.MISSING)]
    assert "h" not in back, "what answered the same is not said again"
    assert [other["started"] for other in minors["facts"][newest]["others"]] == ["2025-12-01T00:00:00Z"]


def test_what_an_earlier_trial_was_not_asked_is_said() -> None:
    old = trial(subject("tf2.9.3-py3.9", started="2026-01-01T00:00:00Z"), outcome("a::one"))
    new = trial(subject("tf2.9.3-py3.9"), outcome("a::one"), outcome("a::two"))
    one, two = data.cells(sheet.make(collect([old, new])), "minors")["rows"]
    assert "h" not in one
    assert two["h"] == [((), [0])], "what is left out at the end was not asked"


def test_what_earlier_trials_answered_is_said_once_for_the_columns_that_have_it() -> None:
    moments = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
    cells = ("tf2.9.3-py3.9", "tf2.10.1-py3.9", "tf2.11.1-py3.9")
    old = [
        trial(subject(cell, started=moment), outcome("a::one", Status.WRONG))
        for cell in cells[:2]
        for moment in moments
    ]
    older = trial(subject(cells[2], started=moments[0]), outcome("a::two"))
    newest = [trial(subject(cell, started="2026-02-01T00:00:00Z"), outcome("a::one")) for cell in cells]
    row = data.cells(sheet.make(collect([*old, older, *newest])), "minors")["rows"][0]
    assert row["h"] == [((1, 1), [0, 1]), ((), [2])]


def test_a_set_does_not_say_again_what_the_set_that_is_opened_says() -> None:
    cells = {"tf2.9.0-py3.9": ("1", "2"), "tf2.9.3-py3.9": ("1", "1")}
    trials = [
        trial(cell, *(outcome(f"a::{name}", observed=seen) for name, seen in zip(("one", "two"), told, strict=True)))
        for cell, told in cells.items()
    ]
    made = sheet.make(collect(trials))
    opened = [data.answers_in(row, data.places_of(made, "minors")) for row in made.rows]
    one, two = data.cells(made, "patches", opened)["rows"]
    assert (one["c"], one["a"]) == ([0], [])
    assert (two["c"], [answer["o"] for answer in two["a"]]) == ([1], ['"2"'])


def test_what_is_reused_says_when_it_was_measured() -> None:
    """What was measured in the trial itself does not say so, nor what did not run."""
    moments = {"tf2.9.3-py3.9": "2025-12-24T00:00:00Z", "tf2.10.1-py3.9": "2026-01-02T03:04:05Z", "tf2.11.1-py3.9": ""}
    trials = [trial(subject(cell), outcome("a::one", measured=moment)) for cell, moment in moments.items()]
    (row,) = data.cells(sheet.make(collect(trials)), "minors")["rows"]
    assert row["m"] == {"0": "2025-12-24T00:00:00Z"}
    (row,) = data.cells(sheet.make(collect(trials[1:])), "minors")["rows"]
    assert "m" not in row


def test_what_does_not_repeat_is_named_by_row_and_column(folder: Path) -> None:
    assert arguments(folder / "index.js")[0]["flaky"] == [[1, 0]]


def test_a_column_has_its_environment_and_why_it_has_no_answer(folder: Path) -> None:
    facts = arguments(folder / "minors.js")[1]["facts"]
    assert facts[0]["versions"] == {"python": "3.11.7", "keras": "2.15.0", "numpy": "1.26.4", "tensorflow": "2.5.3"}
    assert (facts[0]["engine"], facts[0]["seconds"], facts[0]["reason"]) == ("docker", 70.0, "")
    assert (facts[4]["reason"], facts[4]["message"]) == ("no wheel", f"no wheel {HOSTILE}")


def test_a_message_without_a_reason_and_a_version_that_is_not_known_are_left_out() -> None:
    answered = trial("tf2.9.3-py3.9", outcome(), message="a warning", versions={"keras": None, "numpy": "1.26.4"})
    (facts,) = data.cells(sheet.make(collect([answered])), "minors")["facts"]
    assert (facts["message"], facts["versions"]) == ("", {"numpy": "1.26.4"})


def by_id(folder: Path) -> dict[str, dict[str, Any]]:
    return {scenario["id"]: scenario for scenario in arguments(folder / "index.js")[0]["scenarios"]}


def test_a_scenario_says_its_kind_its_answers_and_its_ids_of_before(folder: Path) -> None:
    scenarios = by_id(folder)
    assert (scenarios["adapt::mean"]["kind"], scenarios["adapt::mean"]["oracle"]) == ("promise", "numpy")
    assert scenarios["readapt::predict"]["answers"] == [["fresh", "none"], ["stale", "silent"]]
    assert scenarios["save::statistics"]["before"] == ["save::old_name"]
    assert "before" not in scenarios["adapt::mean"]


def test_a_scenario_that_differs_by_python_says_so_and_where(folder: Path) -> None:
    scenarios = by_id(folder)
    assert scenarios["readapt::python"]["axes"] == ["Python"]
    assert ["refused", "l q", "2.15.1 on Python ≤ 3.10"] in scenarios["readapt::python"]["places"]
    assert not {"axes", "places"} & set(scenarios["adapt::mean"])


def answer_of(folder: Path, scenario: str, column: int) -> dict[str, Any]:
    row = arguments(folder / "minors.js")[1]["rows"][list(by_id(folder)).index(scenario)]
    answer: dict[str, Any] = row["a"][row["c"][column]]
    return answer


def test_an_answer_has_what_it_is_held_against_and_what_is_documented(folder: Path) -> None:
    assert answer_of(folder, "adapt::mean", 0) == {
        "c": "w",
        "v": 1,
        "o": "[0.0, 1.0]",
        "e": "[0.0, 1.0]",
        "d": "[0.0, 2.0]",
        "g": "disagrees",
    }
    assert answer_of(folder, "readapt::predict", 5) == {
        "s": list(Status).index(Status.ANSWERED),
        "h": list(Harm).index(Harm.SILENT),
        "c": "s q",
        "v": 2,
        "w": "stale",
        "k": 1,
        "o": '"stale"',
        "n": "[0.0, 1.0]",
        "d": '"stale"',
        "g": "agrees",
    }


def test_an_error_is_there_as_it_was_raised_with_what_is_missing_and_where(folder: Path) -> None:
    name = "imports::from keras.layers import Normalization"
    answer = answer_of(folder, name, 0)
    assert (answer["y"], answer["m"]) == ("ModuleNotFoundError", "No module named 'keras'")
    assert (answer["l"], answer["p"]) == ("keras.layers.Normalization", "no package")
    assert "p" not in answer_of(folder, name, 5)
    _, framed = arguments(folder / "frames-minors.js")
    place = str(list(by_id(folder)).index(name))
    texts = unzipped(framed["texts"])
    assert texts[framed["rows"][place]["0"]].startswith("Traceback")
    assert list(framed["rows"]) == [place], "what raised nothing has no frames"


def test_harms_are_told_with_their_colours(folder: Path) -> None:
    index = arguments(folder / "index.js")[0]
    assert [harm["word"] for harm in index["harms"]] == list(map(str, Harm))
    assert [harm["class"] for harm in index["harms"]] == ["a", "l", "o", "v", "s"]
    assert {"kinds", "oracles", "truth"} <= set(index)


def unzipped(texts: str) -> list[str]:
    """Long texts as a browser unpacks them."""
    return [str(text) for text in json.loads(gzip.decompress(base64.b64decode(texts)))]


def test_a_scenario_has_the_text_of_its_function(folder: Path) -> None:
    scenarios = by_id(folder)
    texts = unzipped(*arguments(folder / "sources.js"))
    assert scenarios["adapt::mean"]["test"] == "test_made"
    assert texts[scenarios["adapt::mean"]["text"]].startswith('@data("{id}"')
    assert "text" not in scenarios["save::statistics"], "another title: it may be another function by now"


def test_long_observations_are_cut_and_say_so() -> None:
    assert data.bounded("x" * data.LARGEST) == "x" * data.LARGEST
    assert data.bounded("x" * 5000).endswith("(5000 characters; all of them are in outcomes.csv)")


def test_what_a_row_is_found_by_does_not_depend_on_the_columns_that_are_shown(folder: Path) -> None:
    texts = unzipped(*arguments(folder / "texts.js"))
    found = texts[list(by_id(folder)).index("imports::from keras.layers import Normalization")]
    assert "modulenotfounderror: no module named 'keras'" in found
    assert "attributeerror: module 'keras.layers' has no attribute 'normalization'" in found
    assert all(len(text) <= data.LONGEST_TEXT for text in texts)
