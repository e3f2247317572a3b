"""The page as files: whole, beside its downloads, without what an earlier one left, and nothing of it elsewhere."""

import re
from pathlib import Path

import pytest

from tests.publish.site.made_site import made_trials, write_site
from tfcompat.publish.site import files
from tfcompat.table.frame import collect


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return write_site(tmp_path / "reports", tmp_path / "suite")


def test_nothing_of_the_page_is_elsewhere(written: Path) -> None:
    for path in [*written.glob("*.html"), *written.glob("*.js"), *written.glob("*.css")]:
        outside = re.findall(r"""(?:src|href|url\()=?["']?(https?:)?//""", path.read_text(encoding="utf-8"))
        assert outside == [], path


def test_downloads_stand_beside_the_page(written: Path) -> None:
    for name in files.DOWNLOADS:
        assert (written / name).read_bytes() == (written.parent / name).read_bytes()


def test_the_page_is_written_last_so_that_what_it_names_is_there(written: Path, tmp_path: Path) -> None:
    paths = files.write(collect(made_trials()), tmp_path / "site", written.parent)
    assert paths[-1] == tmp_path / "site" / "index.html"
    assert set(paths) == {path for path in (tmp_path / "site").rglob("*.*") if path.is_file()}
    assert {path.name for path in paths} >= set(files.DOWNLOADS)


def test_what_an_earlier_site_left_goes(written: Path) -> None:
    stale = written / "data" / "variant-of-old.js"
    stale.write_text("", encoding="utf-8")
    files.write(collect(made_trials()), written, written.parent)
    assert not stale.exists()
    assert (written / "data" / "minors.js").exists()


def test_the_same_trials_make_the_same_site(written: Path, tmp_path: Path) -> None:
    again = write_site(tmp_path / "again", tmp_path / "suite")
    made, known = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*.*")} for root in (again, written)
    )
    assert made == known
