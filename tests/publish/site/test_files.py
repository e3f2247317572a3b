"""The site as files: whole, beside its downloads, without what an earlier one left, and nothing of it elsewhere."""

import csv
import gzip
import io
import re
from pathlib import Path

import pytest

from tests.publish.site.made_site import evidence_of, made_trials, write_site
from tfcompat.publish.site import files
from tfcompat.table.frame import collect


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return write_site(tmp_path / "reports", tmp_path / "suite")


def test_nothing_of_the_page_is_elsewhere(written: Path) -> None:
    """Links to threads lead elsewhere; nothing is loaded from there."""
    for path in [*written.rglob("*.html"), *written.rglob("*.css")]:
        outside = re.findall(
            r"""(?:src=|url\(|<link[^>]* href=)["']?(?:https?:)?//""", path.read_text(encoding="utf-8")
        )
        assert outside == [], path


def test_downloads_stand_beside_the_page(written: Path) -> None:
    for name, report in files.DOWNLOADS.items():
        content = (written / name).read_bytes()
        whole = gzip.decompress(content) if name.endswith(".gz") else content
        said = (written.parent / report).read_bytes()
        assert whole == said or (report.endswith(".csv") and sorted(rows_of(whole)) == sorted(rows_of(said)))


def rows_of(whole: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(whole.decode(), newline="")))


def test_the_lines_of_a_scenario_stand_together_in_the_download() -> None:
    text = 'cell,scenario,message\na,x::one,"of\r\ntwo lines, ""quoted"""\na,x::two,NA\nb,x::one,\nb,x::two,\n'
    rows = rows_of(files.by_scenario(text.encode()))
    assert rows == [rows_of(text.encode())[place] for place in (0, 1, 3, 2, 4)]


def test_the_page_is_written_last_so_that_what_it_names_is_there(written: Path, tmp_path: Path) -> None:
    paths = files.write(evidence_of(collect(made_trials())), tmp_path / "site", written.parent)
    assert paths[-1] == tmp_path / "site" / "index.html"
    assert set(paths) == {path for path in (tmp_path / "site").rglob("*.*") if path.is_file()}
    assert {path.name for path in paths} >= set(files.DOWNLOADS)


def test_what_an_earlier_site_left_goes(written: Path) -> None:
    stale = written / "s" / "gone" / "row" / "index.html"
    stale.parent.mkdir(parents=True)
    stale.write_text("", encoding="utf-8")
    files.write(evidence_of(collect(made_trials())), written, written.parent)
    assert not (written / "s" / "gone").exists()
    assert (written / "data" / "minors.js").exists()


def test_the_same_trials_make_the_same_site(written: Path, tmp_path: Path) -> None:
    again = write_site(tmp_path / "again", tmp_path / "suite")
    made, known = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*.*") if path.is_file()}
        for root in (again, written)
    )
    assert made == known


def test_every_link_of_a_page_leads_to_a_file(written: Path) -> None:
    dead = []
    for page in written.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for address in re.findall(r'(?:href|src)="([^"#:]+)(?:#[^"]*)?"', text):
            if not (page.parent / address).resolve().is_file():
                dead.append((str(page.relative_to(written)), address))
    assert dead == []


def test_anchors_that_are_linked_to_are_there(written: Path) -> None:
    dead = []
    for page in written.rglob("*.html"):
        for address, anchor in re.findall(r'href="([^"#:]+)#([\w-]+)"', page.read_text(encoding="utf-8")):
            target = (page.parent / address).resolve().read_text(encoding="utf-8")
            if f'id="{anchor}"' not in target:
                dead.append((str(page.relative_to(written)), address, anchor))
    assert dead == []
