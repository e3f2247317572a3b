"""Tests of the reports as files: whole, escaped, and the same as what the committed trials say."""

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import ROOT
from tests.fakes import outcome, subject, trial
from tfcompat.errors import TfcompatError
from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.publish import report
from tfcompat.table import frame as table
from tfcompat.trials.store import Store

FILES = ["table.csv", "outcomes.csv", "outcomes.parquet", "support.json", "engines.csv", "README.md", "matrix.svg"]
FILES += ["matrix-dark.svg", "inventory.csv", "inventory.md"]
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</title><script>alert(1)</script> | `x` [a](javascript:b) *c* & \"d\" 'e' {{ 7 * 7 }} \u2028 é"


def hostile_trials() -> list[Trial]:
    """Two releases whose every text is hostile, and whose observations differ, so that they are shown."""
    name = "adapt::a<b>&\"c\"'d'|e`f"
    return [
        trial(
            f"tf{version}-py3.9",
            Outcome(
                scenario=name,
                status=Status.DIFFERS,
                observed=[HOSTILE, number],
                documented=0,
                title=HOSTILE,
                reference=HOSTILE,
                message=HOSTILE,
                traceback=HOSTILE,
                type="Error",
            ),
            versions={"python": HOSTILE, "keras": HOSTILE, "numpy": HOSTILE},
        )
        for number, version in enumerate(("2.6.5", "2.7.4"))
    ]


def rows_of(markdown: str) -> list[list[str]]:
    """The cells of each row of the tables, parted at the pipes that are not escaped."""
    plain = markdown.replace("\\\\", "").replace("\\|", "")
    return [line.split("|") for line in plain.splitlines() if line.startswith("|")]


def test_all_reports_are_written(tmp_path: Path) -> None:
    paths = report.write([trial("tf2.6.5-py3.9", outcome())], tmp_path / "a" / "b")
    assert paths == [tmp_path / "a" / "b" / name for name in FILES]
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == sorted(FILES)


def test_reports_replace_older_ones_and_leave_other_files(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("old")
    (tmp_path / "other.txt").write_text("mine")
    report.write([trial("tf2.6.5-py3.9", outcome())], tmp_path)
    assert (tmp_path / "table.csv").read_text() == "scenario,tf2.6.5-py3.9\nadapt::mean,works\n"
    assert (tmp_path / "other.txt").read_text() == "mine"


def test_every_form_of_the_outcomes_tells_the_same(tmp_path: Path) -> None:
    trials = hostile_trials()
    report.write(trials, tmp_path)
    frame = table.long(trials)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "outcomes.parquet"), frame)
    read = pd.read_csv(tmp_path / "outcomes.csv", keep_default_na=False, dtype=str)
    pd.testing.assert_frame_equal(read, frame.astype(str), check_dtype=False)
    document = json.loads((tmp_path / "support.json").read_text(encoding="utf-8"))
    assert document == json.loads(json.dumps(table.support(trials, frame)))


def test_the_newest_trial_of_a_cell_speaks(tmp_path: Path) -> None:
    old = trial(subject("tf2.6.5-py3.9", started="2026-01-01T00:00:00Z"), outcome(status=Status.FAILS))
    new = trial(subject("tf2.6.5-py3.9", started="2026-01-02T00:00:00Z"), outcome())
    report.write([old, new], tmp_path)
    assert (tmp_path / "table.csv").read_text().endswith("adapt::mean,works\n")


def test_an_engine_may_be_chosen(tmp_path: Path) -> None:
    docker = trial(subject(engine="docker", started="2026-01-01T00:00:00Z"), outcome(status=Status.FAILS))
    local = trial(subject(engine="local", started="2026-01-02T00:00:00Z"), outcome())
    report.write([docker, local], tmp_path, "docker")
    assert (tmp_path / "table.csv").read_text().endswith("adapt::mean,fails\n")


def test_an_engine_without_trials_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TfcompatError, match="no trial is of the docker engine: make some with tfcompat run"):
        report.write([trial("tf2.6.5-py3.9", outcome())], tmp_path, "docker")
    assert list(tmp_path.iterdir()) == []


def test_where_the_engines_disagree_is_a_file(tmp_path: Path) -> None:
    report.write(
        [
            trial(subject(engine="docker"), outcome(), outcome("adapt::same")),
            trial(subject(engine="local"), outcome(status=Status.FAILS), outcome("adapt::same")),
        ],
        tmp_path,
    )
    found = pd.read_csv(tmp_path / "engines.csv")
    assert found[["scenario", "status", "status_other"]].to_numpy().tolist() == [["adapt::mean", "works", "fails"]]


def test_engines_that_ran_different_suites_are_not_compared() -> None:
    docker = trial(subject(engine="docker", suite="one"), outcome())
    local = trial(subject(engine="local", suite="other"), outcome(status=Status.FAILS))
    assert report.engines([docker, local]).empty


@pytest.mark.parametrize("lost", ["docker", "local"])
def test_a_trial_without_an_answer_disagrees_with_nothing(lost: str) -> None:
    other = "local" if lost == "docker" else "docker"
    unanswered = outcome(status=Status.UNKNOWN, reason=Reason.ENGINE_LOST)
    hole = trial(subject(engine=lost, started="2026-01-04T00:00:00Z"), unanswered, reason=Reason.ENGINE_LOST)
    assert report.engines([trial(subject(engine=other), outcome()), hole]).empty
    earlier = trial(subject(engine=lost), outcome(status=Status.FAILS))
    assert len(report.engines([trial(subject(engine=other), outcome()), earlier, hole])) == 1


def test_beside_a_lost_engine_the_answers_of_the_other_are_told(tmp_path: Path) -> None:
    hole = trial(subject(engine="docker"), reason=Reason.ENGINE_LOST)
    local = trial(subject(engine="local", started="2026-01-03T00:00:00Z"), outcome())
    report.write([hole, local], tmp_path)
    assert (tmp_path / "table.csv").read_text().endswith("adapt::mean,works\n")


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file, and no folder")
    with pytest.raises(TfcompatError) as raised:
        report.write([trial("tf2.6.5-py3.9", outcome())], tmp_path / "reports")
    assert "table.csv cannot be written" in str(raised.value)
    assert "--output" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_markdown_tells_ranges_and_cells() -> None:
    trials = [
        trial("tf2.6.5-py3.9", outcome(title="The mean"), versions={"python": "3.9.1", "keras": "2.6.0"}),
        trial("tf2.7.4-py3.9", reason=Reason.NO_LOCK),
    ]
    text = markdown(trials)
    assert "1 scenarios on 2 cells" in text
    link = "[`adapt::mean`](site/index.html#scenario=adapt%3A%3Amean)"
    assert f'| <a id="adapt::mean"></a>The mean<br>{link} | works 2.6.5<br>unknown 2.7.4 |' in text
    assert "| mean | ✓ | ? |" in text
    assert "| tf2.6.5-py3.9 | 3.9.1 | 2.6.0 |" in text
    assert "| tf2.7.4-py3.9 |  | none |" in text


def test_markdown_begins_with_the_groups() -> None:
    answers = outcome("adapt::a"), outcome("adapt::b"), outcome("map::c")
    other = outcome("adapt::a"), outcome("adapt::b", Status.FAILS), outcome("map::c")
    text = markdown([trial("tf2.6.5-py3.9", *answers), trial("tf2.7.4-py3.9", *other)])
    assert "| [adapt](#adapt) | 2 | 1 |\n| [map](#map) | 1 | 1 |\n" in text
    assert text.index("| [map](#map)") < text.index("## adapt") < text.index("## map")


def test_neighbours_that_are_the_same_in_every_row_of_a_group_are_one_column() -> None:
    works, fails = outcome("adapt::a"), outcome("adapt::a", Status.FAILS)
    answers = {"2.6.5": works, "2.7.4": works, "2.8.4": works, "2.9.3": fails, "2.10.1": works, "2.11.1": works}
    text = markdown([trial(f"tf{release}-py3.9", one, outcome("map::b")) for release, one in answers.items()])
    assert [line for line in text.splitlines() if line.startswith("| scenario | 2")] == [
        "| scenario | 2.6.5 – 2.8.4 | 2.9.3 | 2.10.1 – 2.11.1 |",
        "| scenario | 2.6.5 – 2.11.1 |",
    ]
    assert "| a | ✓ | ✗ | ✓ |" in text
    assert "| b | ✓ |\n" in text


def markdown(trials: list[Trial]) -> str:
    frame = table.long(trials)
    return report.markdown(trials, frame, table.support(trials, frame))


def picture(trials: list[Trial]) -> str:
    return report.picture(table.long(trials))


def test_hostile_text_adds_no_tag_to_the_markdown() -> None:
    text = re.sub("`[^`\n]*`", "", markdown(hostile_trials()).replace("\\`", ""))  # code is shown as it is
    assert "alert" in text
    assert "<script" not in text
    assert "</title" not in text
    assert "<b>" not in text


def test_hostile_text_adds_no_cell_and_no_row_to_a_table() -> None:
    harmless = [
        trial(f"tf{version}-py3.9", outcome(observed=number)) for number, version in enumerate(("2.6.5", "2.7.4"))
    ]
    assert list(map(len, rows_of(markdown(hostile_trials())))) == list(map(len, rows_of(markdown(harmless))))


def test_hostile_text_is_no_template() -> None:
    text = markdown(hostile_trials())
    assert "7 \\* 7" in text
    assert "49" not in text


def elements(text: str) -> ElementTree.Element:
    """A picture as a program reads it; raises where it is not well-formed."""
    return ElementTree.fromstring(text)  # noqa: S314 -- made a moment ago


def test_the_picture_is_xml_with_a_square_for_each_cell() -> None:
    trials = [
        trial("tf2.6.5-py3.9", outcome("adapt::a"), outcome("map::b", Status.FAILS)),
        trial("tf2.7.4-py3.9", outcome("adapt::a", Status.MISSING), outcome("map::b", Status.HANGS)),
    ]
    root = elements(picture(trials))
    assert root.tag == f"{SVG}svg"
    titles = [(square.get("class"), square.findtext(f"{SVG}title")) for square in root.iter(f"{SVG}rect")]
    assert [found for found in titles if found[1]] == [
        ("works", "2.6.5: works"),
        ("missing", "2.7.4: missing"),
        ("fails", "2.6.5: fails"),
        ("hangs", "2.7.4: hangs"),
    ]


def test_the_dark_picture_has_the_same_squares_in_other_colours() -> None:
    frame = table.long(hostile_trials())
    light, dark = report.picture(frame), report.picture(frame, dark=True)
    squares = [[one.attrib for one in elements(text).iter(f"{SVG}rect")] for text in (light, dark)]
    assert squares[0] == squares[1]
    assert ".back { fill: #0d1117 }" in dark
    assert ".back { fill: #ffffff }" in light
    assert "prefers-color-scheme" not in light + dark


def test_hostile_text_is_only_text_in_the_picture() -> None:
    root = elements(picture(hostile_trials()))
    assert {one.tag.removeprefix(SVG) for one in root.iter()} == {"svg", "style", "rect", "text", "title"}
    assert "a<b>&\"c\"'d'|e`f" in [one.text for one in root.iter(f"{SVG}text")]


def test_the_picture_says_what_each_symbol_means() -> None:
    texts = [one.text for one in elements(picture(hostile_trials())).iter(f"{SVG}text")]
    assert set(map(str, Status)) <= set(texts)
    assert {status.symbol for status in Status} <= set(texts)


def test_statuses_differ_in_lightness_and_have_both_colours() -> None:
    assert set(report.COLOURS) == set(Status)
    for mode in (0, 1):
        assert len({pair[mode] for pair in report.COLOURS.values()}) == len(Status)


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        (["tf2.6.5-py3.9", "tf2.7.4-py3.9"], ["2.6.5", "2.7.4"]),
        (["tf2.6.5-py3.8", "tf2.6.5-py3.9"], ["2.6.5-py3.8", "2.6.5-py3.9"]),
    ],
)
def test_columns_are_named_by_release_where_that_tells_them_apart(cells: list[str], names: list[str]) -> None:
    assert report.column_names(table.wide(table.long(trial(cell, outcome()) for cell in cells))) == names


def test_the_terminal_shows_a_symbol_a_cell_and_what_they_mean() -> None:
    trials = [
        trial("tf2.6.5-py3.9", outcome("adapt::a"), outcome("adapt::long_one", Status.FAILS)),
        trial("tf2.7.4-py3.9", reason=Reason.NO_LOCK),
    ]
    assert report.for_terminal(trials, fancy=False).splitlines() == [
        "                 2.6.5  2.7.4",
        "adapt::a           ✓      ?",
        "adapt::long_one    ✗      ?",
        "",
        "✓ works  ≠ differs  – missing  ✗ fails  ☠ crashes  ∞ hangs  ? unknown",
    ]


def test_colours_are_only_where_they_are_asked_for() -> None:
    trials = [trial("tf2.6.5-py3.9", outcome(status=Status.FAILS))]
    assert "\x1b" not in report.for_terminal(trials, fancy=False)
    assert "\x1b[31m" in report.for_terminal(trials, fancy=True)


def test_trials_without_a_scenario_are_said_to_have_none() -> None:
    assert report.for_terminal([trial(reason=Reason.NO_LOCK)], fancy=False) == "no scenario has an answer"


@pytest.mark.parametrize("name", [name for name in FILES if name != "outcomes.parquet"])
def test_committed_reports_are_what_the_committed_trials_say(name: str, tmp_path: Path) -> None:
    trials = Store(ROOT / "reports" / "trials").read()
    if trials:
        report.write(trials, tmp_path)
        committed, derived = (folder / name for folder in (ROOT / "reports", tmp_path))
        assert derived.read_text(encoding="utf-8") == committed.read_text(encoding="utf-8"), "run tfcompat report"


def inventory_trials(count: int = 1) -> list[Trial]:
    """Three releases: the second has some names more, and one under five roots whose signature is hostile; the third the same."""
    more = {f"tf.nn.norm_{number}": "()" for number in range(count)}
    aliases = {root: {f"{root}.norm": HOSTILE} for root in ("tf.keras", "keras", "tf.math", "tf.linalg", "tf.image")}
    after = {"tf.nn": more, **aliases}
    before: dict[str, dict[str, str]] = {root: {} for root in after}
    cells = {"tf2.9.3-py3.10": before, "tf2.10.1-py3.10": after, "tf2.11.1-py3.10": after}
    return [
        trial(
            cell,
            *(outcome(f"inventory::{root}", observed=names) for root, names in roots.items()),
            versions={"keras": HOSTILE},
        )
        for cell, roots in cells.items()
    ]


def test_the_inventory_is_a_row_a_name(tmp_path: Path) -> None:
    report.write(inventory_trials(), tmp_path)
    frame = pd.read_csv(tmp_path / "inventory.csv")
    assert frame["cell"].value_counts().to_dict() == {"tf2.10.1-py3.10": 6, "tf2.11.1-py3.10": 6}
    assert frame.loc[0].to_dict() == {
        "cell": "tf2.10.1-py3.10",
        "tensorflow": "2.10.1",
        "keras": HOSTILE,
        "root": "tf.nn",
        "name": "tf.nn.norm_0",
        "signature": "()",
    }


def test_the_inventory_page_tells_what_changed(tmp_path: Path) -> None:
    report.write(inventory_trials(), tmp_path)
    page = (tmp_path / "inventory.md").read_text(encoding="utf-8")
    assert "\n## 2.9.3 → 2.10.1\n" in page
    assert "\n- `tf.nn.norm_0` appears: ()\n" in page
    assert "; likewise `keras.norm`, `tf.math.norm`, `tf.linalg.norm` and 1 more\n" in page
    assert "\n2.10.1 → 2.11.1.\n" in page
    assert "2.10.1 → 2.11.1" not in page.split("## No change")[0]


def test_the_inventory_page_is_bounded(tmp_path: Path) -> None:
    report.write(inventory_trials(report.MOST_CHANGES + 4), tmp_path)
    page = (tmp_path / "inventory.md").read_text(encoding="utf-8")
    assert page.count("\n- `tf.nn.norm_") + page.count("\n- `tf.keras.norm`") == report.MOST_CHANGES
    assert "\n- and 5 more: `tfcompat inventory --tf 2.9.3,2.10.1`\n" in page


def test_the_inventory_page_carries_nothing_of_a_cell_as_markup(tmp_path: Path) -> None:
    report.write(inventory_trials(), tmp_path)
    page = (tmp_path / "inventory.md").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "](javascript:b)" not in page.replace("\\]", "")


def test_the_inventory_page_says_that_there_is_nothing_to_compare(tmp_path: Path) -> None:
    report.write([trial("tf2.6.5-py3.9", outcome())], tmp_path)
    assert "No two releases with an inventory were measured." in (tmp_path / "inventory.md").read_text(encoding="utf-8")


def test_a_long_observation_is_cut_in_the_readme(tmp_path: Path) -> None:
    trials = [
        trial(cell, outcome("adapt::a", observed={"x": letter * 3000}))
        for cell, letter in (("tf2.6.5-py3.9", "a"), ("tf2.7.4-py3.9", "b"))
    ]
    report.write(trials, tmp_path)
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "a" * 300 in readme
    assert max(map(len, readme.splitlines())) < 1200
