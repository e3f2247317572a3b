"""The HTML documents: what they show, and that nothing from a cell can mean anything to a browser."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.publish.site.made_site import RELEASES, answers, made_trials, write_site
from tfcompat.outcomes import Status
from tfcompat.publish.site import document as page
from tfcompat.publish.site import sheet
from tfcompat.publish.site.sheet import Sheet
from tfcompat.table.frame import collect


class Cells(HTMLParser):
    """The rows of the document: by id, the class and the text of each cell; and every tag that there is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: dict[str, list[tuple[str, str]]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.row, self.in_cell = "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.row = dict(attrs).get("id") or ""
        if tag in ("td", "th", "tr"):
            self.in_cell = tag == "td"
        if tag == "td" and self.row:
            self.rows.setdefault(self.row, []).append((dict(attrs).get("class") or "", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.in_cell = False

    def handle_data(self, data: str) -> None:
        if self.in_cell and self.row:
            known = self.rows[self.row]
            known[-1] = (known[-1][0], known[-1][1] + data.strip())


@pytest.fixture(scope="module")
def made() -> Sheet:
    return sheet.make(collect(made_trials()))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(tmp_path_factory.mktemp("reports"), tmp_path_factory.mktemp("suite"))


@pytest.fixture(scope="module")
def document(written: Path) -> Cells:
    return Cells((written / "index.html").read_text(encoding="utf-8"))


def test_the_document_has_a_row_a_scenario_and_a_cell_a_minor(document: Cells) -> None:
    assert len(document.rows) == len(answers(RELEASES[0]))
    assert {len(cells) for cells in document.rows.values()} == {len(RELEASES) + 1}  # 2.20.0 has no answer, and is there


def test_cells_say_their_status_in_words_and_ranges_begin_and_end(document: Cells) -> None:
    row = document.rows["scenario=adapt%3A%3Acomes_back"]
    assert row == [
        ("w b e", "works A"),
        ("l f b", "fails"),
        ("l f e", "fails"),
        ("w b e", "works B"),
        ("u b e", "unknown: no wheel"),
        ("w b e", "works B"),
    ]


def test_a_question_shows_its_word_over_its_bar_and_says_its_harm(document: Cells) -> None:
    """From the release on from which it is documented the bar is another one."""
    assert document.rows["scenario=readapt%3A%3Apredict"] == [
        ("a t b n1 e", "fresh"),
        ("s q t b n1 e", "stale, silent"),
        ("s q k t b n2", "stale, silent, documented"),
        ("s q k t e", "stale, silent, documented"),
        ("u b e", "unknown: no wheel"),
        ("s q k t b n1 e", "stale, silent, documented"),
    ]


def test_silent_harm_is_never_shown_as_works(document: Cells) -> None:
    cells = [cell for row in document.rows.values() for cell in row]
    silent = {name.split()[0] for name, text in cells if "silent" in text}
    assert silent == {"s"}
    assert {text.split()[0] for name, text in cells if name.split()[0] == "w"} == {"works"}
    assert {text for name, text in cells if name.split()[0] == "s"} >= {"wrong, silent B", "stale, silent, documented"}


def test_what_is_missing_says_whose_doing_that_is(document: Cells) -> None:
    row = document.rows["scenario=imports%3A%3Afrom%20keras.layers%20import%20Normalization"]
    assert [text for _, text in row] == [
        "missing: no package",
        "works",
        "works",
        "missing",
        "unknown: no wheel",
        "missing",
    ]


def test_a_row_names_the_axis_by_which_it_differs(written: Path) -> None:
    text = (written / "index.html").read_text(encoding="utf-8")
    assert text.count("<small>differs by Python</small>") == 1
    assert "Is a file written?</a> <small>differs by Python</small>" in text


def test_the_legend_has_the_worst_harm_first_and_every_status(document: Cells) -> None:
    items = [attributes for tag, attributes in document.tags if tag == "li"]
    harms = [one["data-harm"] for one in items if "data-harm" in one]
    assert harms == ["silent", "visible", "obscure", "loud", "none"]
    assert [one["data-status"] for one in items if "data-status" in one] == list(map(str, Status))


def test_no_data_is_never_shown_as_does_not_work(document: Cells, made: Sheet) -> None:
    hole = list(made.columns.iloc[made.shown]["tensorflow"]).index("2.20.0")
    assert {cells[hole][1] for cells in document.rows.values()} == {"unknown: no wheel"}
    assert {cells[hole][0][0] for cells in document.rows.values()} == {"u"}
    assert {text for _, text in document.rows["scenario=inputs%3A%3Aunknown"]} == {
        "unknown: not answerable here",
        "unknown: no wheel",
    }


def test_the_columns_that_the_page_opens_with_are_the_last_patches(document: Cells) -> None:
    heads = [attributes["data-cell"] for tag, attributes in document.tags if tag == "th" and "data-cell" in attributes]
    assert heads == [f"tf{release}-py3.11" for release in ("2.5.3", "2.6.5", "2.15.1", "2.16.2", "2.20.0", "2.21.0")]


def test_hostile_text_is_text(document: Cells, written: Path) -> None:
    assert {tag for tag, _ in document.tags} & {"img", "iframe", "object", "style", "form"} == set()
    scripts = [attributes for tag, attributes in document.tags if tag == "script"]
    assert all(set(attributes) <= {"src", "defer"} and "://" not in (attributes["src"] or "") for attributes in scripts)
    assert [name for _, attributes in document.tags for name in attributes if name.startswith("on")] == []
    text = (written / "index.html").read_text(encoding="utf-8")
    assert "<b>bold</b>" not in text
    assert "&lt;b&gt;bold&lt;/b&gt;" in text
    assert "{{7*7}}" in text, "what looks like a template is not one"


def test_a_policy_lets_nothing_in_but_the_files_beside_the_page(document: Cells) -> None:
    (policy,) = (attributes["content"] for tag, attributes in document.tags if attributes.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'self' file:;")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_rows_have_the_address_that_a_browser_would_write() -> None:
    assert page.anchor("imports::from keras.layers import A (b*c)") == (
        "scenario=imports%3A%3Afrom%20keras.layers%20import%20A%20(b*c)"
    )


def test_letters_tell_observations_apart_only_where_there_are_several(made: Sheet) -> None:
    rows = {row.scenario: row for row in made.rows}
    assert page.lettered(rows["adapt::mean"].answers) == {}
    assert page.lettered(rows["adapt::comes_back"].answers) == {0: "A", 1: "B"}
    assert page.lettered(rows["readapt::predict"].answers) == {}, "its words tell them apart"
    assert [page.letter(number) for number in (0, 25, 26, 53)] == ["A", "Z", "A2", "B3"]


def test_a_site_of_a_variant_alone_opens_with_what_there_is() -> None:
    trials = [trial for trial in made_trials() if trial.subject.variant == "legacy"]
    text = page.document(sheet.make(collect(trials)))
    assert 'src="data/legacy.js"' in text
    assert len(Cells(text).rows["scenario=adapt%3A%3Amean"]) == 1


def test_a_section_is_a_document_of_its_own(written: Path, document: Cells) -> None:
    links = [attributes.get("href") for tag, attributes in document.tags if tag == "a"]
    assert "claims.html" in links
    text = (written / "claims.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;bold&lt;/b&gt;" in text
    assert '<td class="status w">works</td>' in text
