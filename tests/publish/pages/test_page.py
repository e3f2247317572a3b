"""The pages: one of each kind and address, with what each says, and nothing of a cell that a browser obeys."""

import re
from dataclasses import replace

import pytest
from markupsafe import Markup

from tests.fakes import outcome, trial
from tests.publish.pages.made_pages import evidence, html, pages
from tests.publish.site.made_site import evidence_of
from tfcompat.outcomes import Harm, Kind, Reason, Status
from tfcompat.publish.pages import listing, method, questions, scenarios, upgrades
from tfcompat.publish.pages.page import PageKind, SitePage
from tfcompat.publish.parts.evidence import SiteEvidence
from tfcompat.rendering import shown
from tfcompat.table.frame import collect

API = "api/from-keras.layers-import-Normalization/"


def page(path: str) -> SitePage:
    return pages()[path].page


def test_a_path_is_a_file_and_knows_its_way_to_the_site() -> None:
    made = {path: page(path) for path in ("", "q/", API, "404.html")}
    assert [one.file for one in made.values()] == ["index.html", "q/index.html", f"{API}index.html", "404.html"]
    assert [one.root for one in made.values()] == ["", "../", "../../", ""]


def test_there_is_a_page_of_every_kind_and_no_two_at_one_address() -> None:
    assert {made.page.kind for made in pages().values()} == set(PageKind) - {PageKind.ROWS, PageKind.INVENTORY}
    files = [made.page.file.casefold() for made in pages().values()]
    assert len(set(files)) == len(files)
    assert next(iter(pages())) == ""


@pytest.mark.parametrize("path", list(pages()))
def test_a_page_is_whole_and_safe(path: str) -> None:
    text = html(path)
    assert text.count("<h1>") == 1
    assert '<meta name="head">' in text
    assert "default-src 'none'" in text
    assert "<b>bold</b>" not in text
    assert re.search(r" on\w+=", re.sub(r">[^<]*<", "><", text)) is None, "no handler stands in a tag"
    assert re.search(r' style="', text) is None, "the policy forbids styles in tags"
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("path", list(pages()))
def test_a_page_is_said_as_markdown_too(path: str) -> None:
    made = page(path)
    assert made.markdown.startswith("# ")
    assert "<b>bold</b>" not in re.sub(r"`[^`]*`|```.*?```", "", made.markdown, flags=re.DOTALL)
    assert made.title
    assert len(made.title) <= 110
    assert made.description
    assert len(made.description) <= 200
    assert "`" not in made.title + made.description + made.summary


def test_the_page_of_an_api_says_where_it_is_what_it_raises_and_answers_each_minor() -> None:
    made = page(API)
    assert made.summary.startswith("There on TensorFlow 2.6 – 2.15. On 2.5 it raises ModuleNotFoundError:")
    turned = {minor: turned.says for turned in made.turned for minor in turned.minors}
    assert turned["2.6"] == "yes."
    assert turned["2.5"].startswith("no. It raises ModuleNotFoundError: No module named")
    assert turned["2.20"] == "not measured."
    assert made.found_by is not None
    assert "module 'keras.layers' has no attribute 'Normalization'" in made.found_by.errors[1]
    assert "Normalization" in made.found_by.synonyms


def test_the_page_of_a_question_says_its_statements_with_where_they_are_true() -> None:
    made = page("q/does-predict-see-it/")
    assert made.summary == "On 2.6 – 2.16, 2.21: predict() is stale. On 2.5: predict() is fresh."
    turned = {minor: turned.says for turned in made.turned for minor in turned.minors}
    assert turned["2.5"] == "predict() is fresh."
    assert turned["2.21"] == "predict() is stale."
    text = html("q/does-predict-see-it/")
    assert '<a href="https://github.com/keras-team/keras/issues/15219">keras#15219</a>' in text
    assert "<span>a note</span>" in text


def test_the_page_of_a_step_says_what_breaks_and_on_what_it_does_not() -> None:
    text = html("upgrade/2.15-2.16/")
    stops = text.index("Stops working (2)")
    assert stops < text.index("from keras.<wbr>layers import Normalization")
    assert "tensorflow&lt;2.16" in text
    assert "As before on <code>tensorflow&gt;=2.6.5,&lt;=2.15.1</code>" in text


def test_a_step_to_a_release_without_an_answer_is_not_known() -> None:
    made = page("upgrade/2.16-2.20/")
    assert made.title == "TensorFlow 2.16 → 2.20: not known"
    assert made.found_by is None


def test_the_page_of_a_scenario_has_its_places_answers_documentation_and_command() -> None:
    text = html("s/readapt/predict/")
    for said in (
        "Question: which of several behaviours is it?",
        "stale, silent",
        "Possible answers: fresh, stale (silent harm).",
        "The documentation says",
        "tfcompat run --fresh --tf 2.21.0 -k readapt::predict",
        '<a href="https://example.org/doc" rel="noreferrer">',
        "rows/index.html#scenario=readapt%3A%3Apredict",
    ):
        assert said in text, said
    assert "It differs by Python beside the release." in html("s/readapt/python/")


def test_an_id_of_before_leads_to_the_row_that_asks_its_question_now() -> None:
    made = page("s/save/old_name/")
    assert made.kind is PageKind.ALIAS
    assert 'href="../../../s/save/statistics/index.html"' in html("s/save/old_name/")
    assert made.found_by is None


def test_home_leads_to_questions_upgrades_and_findings() -> None:
    text = html("")
    assert "normalization" in text.split("<h1>")[1].split("</h1>")[0]
    for address in ("q/does-predict-see-it/index.html", "upgrade/2.15-2.16/index.html", "findings/index.html#loses"):
        assert f'href="{address}"' in text, address
    assert '<time datetime="2026-02-01T00:00:00Z">' in text


def test_a_claim_leads_to_its_row_and_is_linked_to() -> None:
    text = html("claims/")
    assert '<li id="C001">' in text
    assert 'href="../s/adapt/mean/index.html"' in text


def test_where_there_are_no_data_there_is_no_page() -> None:
    alone = {made.page.path for made in listing.pages(SiteEvidence(table=evidence().table))}
    assert not {"q/", "claims/", "findings/", "grid/", "inventory/", "untestable/"} & alone
    assert {"", "api/", "method/", "404.html", "s/adapt/mean/"} <= alone


def test_a_control_of_direction_is_seen_and_turns_nothing() -> None:
    assert shown("a\u202eb") == "a⟨U+202E⟩b"
    assert shown(3) == 3


def test_the_page_of_an_address_that_is_nowhere_finds_the_site_from_there() -> None:
    assert 'href="index.html"' in html("404.html")
    there = method.not_found(replace(evidence(), base="/tfcompat/")).html(Markup(""))
    assert 'href="/tfcompat/index.html"' in there
    assert 'href="/tfcompat/assets/site.css"' in there
    assert 'data-root="/tfcompat/"' in there


def test_as_before_is_where_it_did_the_same_and_not_where_it_did_another_thing_without_harm() -> None:
    """On 2.4 it did something harmless too, and nobody gets back to 2.9 by a pin on 2.4."""
    does = {"tf2.4.4-py3.8": "one column", "tf2.9.3-py3.10": "refused", "tf2.10.1-py3.10": "zeros"}
    answers = {word: "silent" if word == "zeros" else "none" for word in does.values()}
    trials = [
        trial(
            cell,
            outcome(
                "adapt::axis",
                Status.ANSWERED,
                kind=Kind.QUESTION,
                harm=Harm.SILENT if word == "zeros" else Harm.NONE,
                observed=word,
                answers=answers,
                title="The axis",
            ),
        )
        for cell, word in does.items()
    ]
    measured = evidence_of(collect(trials))
    (step,) = (step for step in upgrades.steps(measured) if step.old == "2.9.3")
    text = upgrades.page(measured, step).html(Markup(""))
    assert "As before on <code>tensorflow==2.9.3</code>" in text
    assert "2.4.4" not in text.partition("The axis")[2]


def test_a_row_that_needs_a_package_is_shown_in_the_variant_that_has_it() -> None:
    lacking = Reason.UNANSWERABLE
    error = {"type": "ValueError", "message": "a frame is no array", "harm": Harm.LOUD}
    measured = evidence_of(
        collect(
            [
                trial("tf2.9.3-py3.10", outcome("pandas::frame", Status.UNKNOWN, reason=lacking, title="A frame")),
                trial("tf2.9.3-py3.10+pandas", outcome("pandas::frame", Status.FAILS, title="A frame", **error)),
            ]
        )
    )
    made = scenarios.page(measured, "pandas::frame")
    assert made.page.summary == "In the variant pandas: fails 2.9.3"
    text = made.html(Markup(""))
    assert "in the variant pandas" in text
    assert "ValueError: a frame is no array" in text
    assert questions.row(measured, "pandas::frame").label == "A frame (pandas)"
