"""The page of all rows: what it shows, and that nothing from a cell can mean anything to a browser."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markupsafe import Markup

from tests.fakes import outcome, trial
from tests.publish.site.made_site import RELEASES, answers, evidence_of, made_trials, write_site
from tfcompat.outcomes import Harm, Status
from tfcompat.publish.site import rows as rows_page
from tfcompat.publish.site import sheet
from tfcompat.publish.site.sheet import Sheet
from tfcompat.table.frame import collect


class Rows(HTMLParser):
    """The rows of the document: by id, the classes and the text of each bar; and every tag that there is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: dict[str, list[tuple[str, str]]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.row, self.in_bar = "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        self.tags.append((tag, facts))
        if tag != "div":
            return
        if facts.get("role") == "row":
            self.row = facts.get("id") or ""
        self.in_bar = facts.get("role") == "gridcell"
        if self.in_bar:
            self.rows.setdefault(self.row, []).append((facts.get("class") or "", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self.in_bar = False

    def handle_data(self, data: str) -> None:
        if self.in_bar:
            known = self.rows[self.row]
            known[-1] = (known[-1][0], " ".join(f"{known[-1][1]} {data}".split()))


@pytest.fixture(scope="module")
def made() -> Sheet:
    return sheet.make(collect(made_trials()))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(tmp_path_factory.mktemp("reports"), tmp_path_factory.mktemp("suite"))


@pytest.fixture(scope="module")
def document(written: Path) -> Rows:
    return Rows((written / "rows" / "index.html").read_text(encoding="utf-8"))


def test_the_document_has_a_row_a_scenario_and_a_bar_a_range(document: Rows) -> None:
    assert len(document.rows) == len(answers(RELEASES[0]))
    (grid,) = (facts for _, facts in document.tags if facts.get("role") == "grid")
    assert grid["aria-rowcount"] == str(len(document.rows) + 1)
    assert grid["aria-colcount"] == str(len(RELEASES) + 2), "2.20.0 has no answer, and is there"


def test_bars_say_what_was_seen_and_where(document: Rows) -> None:
    assert document.rows["scenario=adapt%3A%3Acomes_back"] == [
        ("bar w n1", "✓ A works 2.5"),
        ("bar l f n2", "✗ fails 2.6–2.15.1"),
        ("bar w n1", "✓ B works 2.16"),
        ("bar u n1", "? unknown: no wheel 2.20"),
        ("bar w n1", "✓ B works 2.21"),
    ]


def test_a_question_shows_its_word_with_the_mark_of_its_harm(document: Rows) -> None:
    """From the release on from which it is documented the bar is another one."""
    assert document.rows["scenario=readapt%3A%3Apredict"] == [
        ("bar a n1", "fresh 2.5"),
        ("bar s q n1", "▲ stale 2.6"),
        ("bar s q n2", "▲ stale § 2.15–2.16"),
        ("bar u n1", "? unknown: no wheel 2.20"),
        ("bar s q n1", "▲ stale § 2.21"),
    ]


def test_silent_harm_is_never_shown_as_works(document: Rows) -> None:
    bars = [bar for row in document.rows.values() for bar in row]
    assert {name.split()[1] for name, text in bars if "▲" in text} == {"s"}
    assert {"works" in text for name, text in bars if name.split()[1] == "w"} == {True}


def test_what_is_missing_says_whose_doing_that_is(document: Rows) -> None:
    row = document.rows["scenario=imports%3A%3Afrom%20keras.layers%20import%20Normalization"]
    assert [text for _, text in row] == [
        "– missing: no package 2.5",
        "✓ works 2.6–2.15",
        "– missing 2.16",
        "? unknown: no wheel 2.20",
        "– missing 2.21",
    ]


def test_a_row_names_the_axis_by_which_it_differs_and_leads_to_its_page(written: Path) -> None:
    text = (written / "rows" / "index.html").read_text(encoding="utf-8")
    assert text.count("<small>by Python too</small>") == 1
    assert '<a href="../s/readapt/python/index.html">Is a file written?</a><small>by Python too</small>' in text


def test_rows_that_do_the_same_everywhere_are_marked(document: Rows) -> None:
    rows = {facts["id"]: facts["class"] for _, facts in document.tags if "aria-rowindex" in facts and "id" in facts}
    assert rows["scenario=adapt%3A%3Acomes_back"] == "row"
    trials = [trial for trial in made_trials() if trial.subject.tensorflow in ("2.15.1", "2.16.2")]
    table = collect(trials)
    page = rows_page.page(evidence_of(table), sheet.make(table)).html(Markup(""))
    assert re.search('class="row same" role="row" aria-rowindex="[0-9]+" id="scenario=adapt%3A%3Amean"', page)


def test_groups_stand_in_the_order_of_readers(document: Rows) -> None:
    groups = [facts["data-group"] for _, facts in document.tags if "data-group" in facts]
    assert groups == ["imports", "adapt", "readapt", "save", "inputs", "dtypes", "environment"]


def test_the_legend_has_the_worst_harm_first_and_every_status(document: Rows) -> None:
    items = [attributes for tag, attributes in document.tags if tag == "li"]
    harms = [one["data-harm"] for one in items if "data-harm" in one]
    assert harms == ["silent", "visible", "obscure", "loud", "none"]
    assert [one["data-status"] for one in items if "data-status" in one] == list(map(str, Status))


def test_no_data_is_never_shown_as_does_not_work(document: Rows) -> None:
    holes = {text for row in document.rows.values() for name, text in row if text.endswith("2.20")}
    assert holes == {"? unknown: no wheel 2.20"}
    unknown = document.rows["scenario=inputs%3A%3Aunknown"]
    assert unknown[0][1] == "? unknown: not answerable here 2.5–2.16"


def test_the_columns_that_the_page_opens_with_are_the_last_patches(document: Rows) -> None:
    heads = [facts["data-cell"] for _, facts in document.tags if "data-cell" in facts]
    assert heads == [f"tf{release}-py3.11" for release in ("2.5.3", "2.6.5", "2.15.1", "2.16.2", "2.20.0", "2.21.0")]


def test_hostile_text_is_text(document: Rows, written: Path) -> None:
    assert {tag for tag, _ in document.tags} & {"img", "iframe", "object", "style", "form"} == set()
    scripts = [attributes for tag, attributes in document.tags if tag == "script"]
    assert all(set(attributes) <= {"src", "defer"} and "://" not in (attributes["src"] or "") for attributes in scripts)
    assert [name for _, attributes in document.tags for name in attributes if name.startswith("on")] == []
    for path in written.rglob("*.html"):
        assert "<b>bold</b>" not in path.read_text(encoding="utf-8"), path
    for name in ("s/inputs/hostile", "q/does-predict-see-it", "claims", "findings"):
        assert "&lt;b&gt;bold&lt;/b&gt;" in (written / name / "index.html").read_text(encoding="utf-8"), name


def test_a_policy_lets_nothing_in_but_the_files_beside_the_page(document: Rows) -> None:
    (policy,) = (attributes["content"] for tag, attributes in document.tags if attributes.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'self' file:;")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_rows_have_the_address_that_a_browser_would_write() -> None:
    assert rows_page.anchor("imports::from keras.layers import A (b*c)") == (
        "scenario=imports%3A%3Afrom%20keras.layers%20import%20A%20(b*c)"
    )


def test_letters_tell_observations_apart_only_where_there_are_several(made: Sheet) -> None:
    rows = {row.scenario: row for row in made.rows}
    assert rows_page.lettered(rows["adapt::mean"].answers) == {}
    assert rows_page.lettered(rows["adapt::comes_back"].answers) == {0: "A", 1: "B"}
    assert rows_page.lettered(rows["readapt::predict"].answers) == {}, "its words tell them apart"
    assert [rows_page.letter(number) for number in (0, 25, 26, 53)] == ["A", "Z", "A2", "B3"]


def test_a_site_of_a_variant_alone_opens_with_what_there_is() -> None:
    table = collect([trial for trial in made_trials() if trial.subject.variant == "legacy"])
    text = rows_page.page(evidence_of(table), sheet.make(table)).html(Markup(""))
    assert 'data-shown="legacy"' in text
    assert len(Rows(text).rows["scenario=adapt%3A%3Amean"]) == 1


def test_a_long_title_is_cut() -> None:
    (row,) = (row for row in sheet.make(collect(made_trials())).rows if row.scenario == "inputs::hostile")
    body = rows_page.body(evidence_of(collect(made_trials())), row, [0], ["2.5.3"])
    assert len(body["title"]) == rows_page.LONGEST_TITLE


def test_a_range_says_the_patch_where_another_patch_of_the_minor_does_otherwise() -> None:
    releases = ["2.17.1", "2.18.1", "2.19.1"]
    assert rows_page.span_of(releases, ()) == "2.17–2.19"
    assert rows_page.span_of(releases, {"2.17"}) == "2.17.1–2.19"
    assert rows_page.span_of(releases, {"2.19"}) == "2.17–2.19.1"
    assert rows_page.span_of(releases, {"2.18"}) == "2.17–2.19*", "between the ends a star says so"
    assert rows_page.span_of(["2.18.1"], ()) == "2.18"
    assert rows_page.span_of(["2.18.1"], {"2.18"}) == "2.18.1"


def test_what_differs_between_the_patches_of_a_minor_is_known_by_every_row() -> None:
    trials = [
        trial(f"tf{release}-py3.11", outcome("adapt::alike"), outcome("adapt::came", there, harm=Harm.NONE))
        for release, there in (("2.17.1", Status.MISSING), ("2.18.0", Status.MISSING), ("2.18.1", Status.WORKS))
    ]
    made = sheet.make(collect(trials))
    assert {row.name: row.split for row in made.rows} == {"alike": (), "came": ("2.18",)}
    shown = [str(name) for name in made.columns.iloc[made.shown]["tensorflow"]]
    (came,) = (row for row in made.rows if row.name == "came")
    spans = [bar.span for bar in rows_page.bars([came.answers[place] for place in made.shown], shown, came.split)]
    assert spans == ["2.17", "2.18.1"]
