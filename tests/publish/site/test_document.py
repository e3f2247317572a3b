"""The page: what is in its files, that nothing from a cell can mean anything to a browser, and that no data stays no data."""

import json
import re
import shlex
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.fakes import subject
from tests.publish.site.made_site import HOSTILE, RELEASES, made_site, made_trials
from tfcompat.commands.options import Selection
from tfcompat.outcomes import Status
from tfcompat.project import Project
from tfcompat.publish import report
from tfcompat.publish.site import document as page
from tfcompat.publish.site.document import Site
from tfcompat.trials.store import speaking


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
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return made_site(tmp_path_factory.mktemp("suite"))


@pytest.fixture(scope="module")
def written(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    report.write(made_trials(), folder)
    page.write(site, folder / "site", folder)
    return folder / "site"


@pytest.fixture(scope="module")
def document(written: Path) -> Cells:
    return Cells((written / "index.html").read_text(encoding="utf-8"))


def island(path: Path) -> list[Any]:
    """The values that a data file hands over, read as the JSON that it has to be."""
    text = path.read_text(encoding="utf-8")
    found = re.fullmatch(r"tfcompat\.\w+\((.*)\);\n", text, re.DOTALL)
    assert found, path
    values: list[Any] = json.loads(f"[{found[1]}]")
    return values


def test_the_document_has_a_row_a_scenario_and_a_cell_a_minor(document: Cells) -> None:
    assert len(document.rows) == 7
    assert {len(cells) for cells in document.rows.values()} == {len(RELEASES) + 1}  # 2.20.0 has no answer, and is there


def test_cells_say_their_status_in_words_and_ranges_begin_and_end(document: Cells) -> None:
    row = document.rows["scenario=adapt%3A%3Acomes_back"]
    assert row == [
        ("w s e", "works A"),
        ("f s", "fails"),
        ("f e", "fails"),
        ("w s e", "works B"),
        ("u s e", "unknown: no wheel"),
        ("w s e", "works B"),
    ]


def test_no_data_is_never_shown_as_does_not_work(document: Cells, site: Site) -> None:
    hole = [column.release for column in site.sheet.columns if column.set == "minors"].index("2.20.0")
    assert {cells[hole][1] for cells in document.rows.values()} == {"unknown: no wheel"}
    assert {cells[hole][0][0] for cells in document.rows.values()} == {"u"}
    assert {text for _, text in document.rows["scenario=inputs%3A%3Aunknown"]} == {
        "unknown: not answerable here",
        "unknown: no wheel",
    }


def test_the_picture_of_a_status_is_its_own() -> None:
    assert len({page.css_class(status) for status in Status}) == len(Status) == len(page.MEANINGS)


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


def test_data_files_cannot_end_a_script_or_its_line(written: Path) -> None:
    for path in sorted((written / "data").iterdir()):
        text = path.read_text(encoding="utf-8")
        assert re.search("[<>\u2028\u2029]", text) is None, path
    rows = island(written / "data" / "minors.js")[1]["rows"]
    assert any(HOSTILE in answer for row in rows for answer in row["a"]), "and nothing of it is lost"


def test_a_policy_lets_nothing_in_but_the_files_beside_the_page(document: Cells) -> None:
    (policy,) = (attributes["content"] for tag, attributes in document.tags if attributes.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'self' file:;")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_nothing_of_the_page_is_elsewhere(written: Path) -> None:
    for path in [*written.glob("*.html"), *written.glob("*.js"), *written.glob("*.css")]:
        found = re.findall(r"""(?:src|href|url\()=?["']?(https?:)?//""", path.read_text(encoding="utf-8"))
        assert found == [], path


def test_each_set_of_columns_is_a_file(written: Path, site: Site) -> None:
    assert page.sets(site.sheet) == ["minors", "patches", "pythons", "pre", "legacy"]
    index = island(written / "data" / "index.js")[0]
    assert list(index["sets"]) == page.sets(site.sheet)
    cells = {name: island(written / "data" / f"{name}.js")[1]["columns"] for name in index["sets"]}
    assert sorted(place for places in cells.values() for place in places) == list(range(len(index["columns"])))
    assert [index["columns"][place]["cell"] for place in cells["legacy"]] == ["tf2.16.2-py3.11+legacy"]
    assert {len(row["c"]) for row in island(written / "data" / "minors.js")[1]["rows"]} == {6}


def test_a_cell_has_what_its_other_trials_answered(written: Path, site: Site) -> None:
    _, data = island(written / "data" / "minors.js")
    mean, back = data["rows"][0], data["rows"][1]
    newest = len(data["columns"]) - 1
    assert [mean["a"][number][0] for number in mean["h"][str(newest)]] == [list(Status).index(Status.MISSING)]
    assert "h" not in back, "what answered the same is not told again"
    assert [one["started"] for one in data["facts"][newest]["others"]] == ["2025-12-01T00:00:00Z"]
    index = island(written / "data" / "index.js")[0]
    assert index["flaky"] == [[1, 0]]


def test_a_scenario_has_the_text_of_its_function(written: Path) -> None:
    scenarios = {one["id"]: one for one in island(written / "data" / "index.js")[0]["scenarios"]}
    (texts,) = island(written / "data" / "sources.js")
    assert scenarios["adapt::mean"]["test"] == "test_made"
    assert texts[scenarios["adapt::mean"]["text"]].startswith('@scenario("{id}"')
    assert "text" not in scenarios["save::statistics"], "another title: it may be another function by now"


def test_rows_have_the_address_that_a_browser_would_write() -> None:
    assert page.anchor("imports::from keras.layers import A (b*c)") == (
        "scenario=imports%3A%3Afrom%20keras.layers%20import%20A%20(b*c)"
    )


@pytest.mark.parametrize(
    ("cell", "changes"),
    [
        ("tf2.21.0-py3.13", {}),
        ("tf2.6.3-py3.8", {}),
        ("tf2.16.2-py3.12+legacy", {}),
        ("tf2.16.2-py3.12", {"package": "tensorflow"}),
    ],
)
def test_the_command_chooses_the_cell(cell: str, changes: dict[str, str]) -> None:
    from tfcompat.cli import cli

    words = shlex.split(page.command(subject(cell, **changes)) + " -k test_mean")
    assert words[:2] == ["tfcompat", "run"]
    run = cli.commands["run"]
    given = run.make_context("run", words[2:]).params
    chosen = Selection(tf=given["tf"], python=given["python"], variant=given["variant"], only=given["only"])
    assert [one.id for one in chosen.cells(Project(root=ROOT, cache=ROOT))] == [cell]
    assert given["expression"] == "test_mean"
    assert given["package"] == changes.get("package", "tensorflow-cpu")


def test_a_command_is_safe_to_paste() -> None:
    assert shlex.split(page.command(subject(variant="a; rm -rf ~ #")))[-1] == "a; rm -rf ~ #"


def test_long_observations_are_cut_and_say_so() -> None:
    assert page.bounded("x" * page.LARGEST) == "x" * page.LARGEST
    assert page.bounded("x" * 5000).endswith("(5000 characters; all of them are in outcomes.csv)")


def test_letters_tell_observations_apart_only_where_there_are_several(site: Site) -> None:
    rows = {row.facts.scenario: row for row in site.sheet.rows}
    assert page.lettered(rows["adapt::mean"].answers) == {}
    assert page.lettered(rows["adapt::comes_back"].answers) == {0: "A", 1: "B"}
    assert [page.letter(number) for number in (0, 25, 26, 53)] == ["A", "Z", "A2", "B3"]


def test_downloads_stand_beside_the_page(written: Path) -> None:
    for name in page.DOWNLOADS:
        assert (written / name).read_bytes() == (written.parent / name).read_bytes()


def test_what_an_earlier_site_left_goes(site: Site, written: Path) -> None:
    stale = written / "data" / "variant-of-old.js"
    stale.write_text("", encoding="utf-8")
    page.write(site, written, written.parent)
    assert not stale.exists()
    assert (written / "data" / "minors.js").exists()


def test_the_same_trials_make_the_same_site(site: Site, written: Path, tmp_path: Path) -> None:
    page.write(made_site(tmp_path / "suite"), tmp_path / "site", written.parent)
    made, known = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*.*")}
        for root in (tmp_path / "site", written)
    )
    assert made == known


def test_a_site_of_a_variant_alone_opens_with_what_there_is(tmp_path: Path) -> None:
    trials = [one for one in made_trials() if one.subject.variant == "legacy"]
    text = page.document(page.make(trials, speaking(trials)))
    assert 'src="data/legacy.js"' in text
    assert len(Cells(text).rows["scenario=adapt%3A%3Amean"]) == 1


def test_a_section_is_a_document_of_its_own(written: Path, document: Cells) -> None:
    links = [attributes.get("href") for tag, attributes in document.tags if tag == "a"]
    assert "claims.html" in links
    text = (written / "claims.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;bold&lt;/b&gt;" in text
    assert '<td class="status w">works</td>' in text
