"""Prose: code and links in texts, as HTML and as Markdown, and no markup out of a cell."""

from tfcompat.publish.parts import prose


def test_what_stands_between_backticks_is_code_that_may_break_between_names() -> None:
    assert prose.as_html("`tf.keras` is [1.0] `2.5`") == "<code>tf.<wbr>keras</code> is [1.0] <code>2.5</code>"


def test_markup_is_text() -> None:
    assert "<b>" not in prose.as_html("`<b>` <b> https://a.b/<b>")
    assert prose.as_markdown("a|b *c* [d](e) <f> `g|h`") == "a\\|b \\*c\\* \\[d\\](e) &#60;f&#62; `g|h`"


def test_an_address_of_the_web_is_a_link_and_nothing_else_is() -> None:
    assert '<a href="https://a.b/c" rel="noreferrer">https://a.b/c</a>; d' in prose.as_html("see https://a.b/c; d")
    assert "href" not in prose.as_html("javascript:alert(1) data:text/html,x")


def test_threads_of_known_trackers_are_links() -> None:
    assert prose.thread("keras#15219") == "https://github.com/keras-team/keras/issues/15219"
    assert [prose.thread(text) for text in ("nobody#1", "keras", "keras#x", "a note")] == [""] * 4


def test_sentences_and_counts() -> None:
    assert prose.sentence("it is so") == "It is so."
    assert prose.sentence("`predict()` is stale.") == "`predict()` is stale."
    assert [prose.count(number, "row") for number in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert prose.quoted("a`b") == "`a'b`"
    assert prose.plain("a `b`") == "a b"
