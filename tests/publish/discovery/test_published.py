"""A site as files: every link leads somewhere, and every file is what its kind and its schema say."""

import csv
import gzip
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tfcompat.publish.discovery.documents import FILES, FOLDER

jsonschema = pytest.importorskip("jsonschema")
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
#: Rows of a download that are held against their schema, from the beginning and the end of it.
HELD = 400
#: Pages whose HTML is read by the strict parser, of the many of a kind.
READ = 30
#: What the parser of HTML may say of text that a cell wrote, and of nothing else.
HARMLESS = {"invalid-codepoint"}


class Reader(HTMLParser):
    """What of a page the tests read: links, anchors, what its head says, and its title."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.head: dict[str, list[str]] = {}
        self.data: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        self.inside = facts.get("type", "") if tag == "script" else tag if tag == "title" else ""
        self.anchors |= {facts[name] for name in ("id", "name") if name in facts and tag != "meta"}
        if tag == "meta":
            self.head.setdefault(facts.get("name") or facts.get("property", ""), []).append(facts.get("content", ""))
        if tag == "link":
            self.head.setdefault(facts["rel"], []).append(facts["href"])
        if tag in ("a", "img", "script", "source") or (tag == "link" and facts["rel"] not in ("canonical",)):
            self.links += [facts[name] for name in ("href", "src") if name in facts]

    def handle_data(self, data: str) -> None:
        if self.inside in ("application/ld+json", "title"):
            self.data.append(data)


@cache
def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def target(path: Path, link: str, root: str = "", site: Path = Path()) -> tuple[Path, str]:
    """The file that a link of a file leads to, and the anchor in it; ``root`` is the path of the site at its host."""
    parts = urlsplit(link)
    file = path.parent / unquote(parts.path) if parts.path else path
    if root and parts.path.startswith(root):
        file = site / unquote(parts.path.removeprefix(root))
    return (file / "index.html" if file.is_dir() else file).resolve(), parts.fragment


def test_every_link_and_anchor_is_there(site: Path) -> None:
    dead = []
    root = urlsplit(address_of(site)).path
    for path in pages(site):
        for link in read(path).links:
            if re.match(r"(https?|mailto|data):", link):
                continue
            file, anchor = target(path, link, root, site)
            if not file.is_file() or (
                anchor and "=" not in anchor and file.suffix == ".html" and anchor not in read(file).anchors
            ):
                dead.append((path.relative_to(site), link))
    assert dead == []


def test_every_page_says_what_it_is(site: Path) -> None:
    base = address_of(site)
    titles: dict[tuple[str, str], Path] = {}
    for path in pages(site):
        head = read(path).head
        assert len(head["description"]) == 1, path
        assert 0 < len(head["description"][0]) <= 200, path
        if head.get("robots") == ["noindex"]:
            continue
        place = str(path.relative_to(site)).removesuffix("index.html")
        assert head["canonical"] == head["og:url"] == [base + place], path
        assert (site / head["og:image"][0].removeprefix(base)).is_file(), path
        title, *facts = read(path).data
        kind = path.relative_to(site).parts[0]
        assert titles.setdefault((kind, title), path) == path, f"{path} has the title of another page"
        (linked,) = [json.loads(text) for text in facts if text.startswith("{")]
        assert linked["url"] == base + place


def address_of(site: Path) -> str:
    """Where a site says that it is published."""
    return read(site / "index.html").head["canonical"][0]


def test_the_sitemap_has_every_page_and_no_other(site: Path) -> None:
    base = address_of(site)
    root = ElementTree.parse(site / "sitemap.xml").getroot()  # noqa: S314 - our own text
    listed = [str(entry.findtext(f"{SITEMAP}loc")) for entry in root]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+Z", str(entry.findtext(f"{SITEMAP}lastmod"))) for entry in root)
    known = [path for path in pages(site) if read(path).head.get("robots") != ["noindex"]]
    assert sorted(listed) == sorted(base + str(path.relative_to(site)).removesuffix("index.html") for path in known)
    assert f"Sitemap: {base}sitemap.xml" in (site / "robots.txt").read_text(encoding="utf-8")


def test_each_page_is_there_as_markdown_whose_links_lead_somewhere(site: Path) -> None:
    base = address_of(site)
    for path in pages(site):
        if read(path).head.get("robots") == ["noindex"]:
            continue
        text = path.with_suffix(".md").read_text(encoding="utf-8")
        assert text.startswith("# "), path
        for link in re.findall(rf"\]\({re.escape(base)}([^)\s]*)\)", text):
            assert target(site / "index.html", link)[0].is_file(), (path, link)


def test_the_list_for_language_models_leads_to_markdown(site: Path) -> None:
    base = address_of(site)
    text = (site / "llms.txt").read_text(encoding="utf-8")
    links = re.findall(r"\]\((\S+?)\)", text)
    assert text.startswith("# tfcompat\n\n> ")
    assert len(links) > 10
    assert [link for link in links if not (site / link.removeprefix(base)).is_file()] == []


@pytest.mark.parametrize("name", ["index", *FILES])
def test_each_file_of_the_api_fits_its_schema(site: Path, name: str) -> None:
    content, schema = (json.loads((site / f"{FOLDER}{name}{end}").read_text()) for end in (".json", ".schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(content)
    assert content["site"] == address_of(site)


def test_what_the_api_names_is_there(site: Path) -> None:
    contents = json.loads((site / f"{FOLDER}index.json").read_text())
    assert all((site / file[key]).is_file() for file in contents["files"] for key in ("path", "schema"))
    for name in ("paths", "scenarios", "upgrades"):
        for entry in json.loads((site / f"{FOLDER}{name}.json").read_text())[name]:
            assert (site / entry["page"] / "index.html").is_file(), entry["page"]


def test_the_downloads_fit_their_schemas_as_files(site: Path) -> None:
    """A line of the CSV is held as a reader of CSV gets it: all of its fields are texts."""
    row = validator(site / "outcomes.schema.json")
    packed = site / "outcomes.csv.gz"
    if packed.exists():
        lines = list(csv.DictReader(io.StringIO(gzip.decompress(packed.read_bytes()).decode())))
        for line in [*lines[:HELD], *lines[-HELD:]]:
            row.validate(line)
    support = gzip.decompress((site / "support.json.gz").read_bytes())
    validator(site / "support.schema.json").validate(json.loads(support))


def validator(path: Path) -> Any:
    return jsonschema.Draft202012Validator(json.loads(path.read_text()))


def test_the_feed_leads_to_pages(site: Path) -> None:
    base = address_of(site)
    root = ElementTree.parse(site / "feed.xml").getroot()  # noqa: S314 - our own text
    links = [link.get("href", "") for link in root.iter("{http://www.w3.org/2005/Atom}link")]
    assert links
    for link in links:
        assert link.startswith(base)
        assert target(site / "index.html", link.removeprefix(base))[0].is_file(), link


def test_the_html_is_what_html_says(site: Path) -> None:
    html5lib = pytest.importorskip("html5lib")
    for path in some_of_each(site):
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(path.read_bytes(), transport_encoding="utf-8")
        assert [error for error in parser.errors if error[1] not in HARMLESS] == [], path


def some_of_each(site: Path) -> Iterator[Path]:
    """Some pages of each folder of a site."""
    of_folders: dict[str, list[Path]] = {}
    for path in pages(site):
        of_folders.setdefault(path.relative_to(site).parts[0], []).append(path)
    for some in of_folders.values():
        yield from some[:: max(1, len(some) // READ)]
