"""Tests of untrusted text: nothing of it means anything to a terminal, a table, XML or a script."""

import json

import pytest

from tfcompat.escape import csv_text, markdown_cell, of_csv, printable, script, script_json, xml_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\n b\t c", "a b c"),
        ("\x1b[0m", "\ufffd[0m"),
        ("\u202e", "\ufffd"),
        ("é ≠", "é ≠"),
        ("x" * 200, "x" * 119 + "…"),
    ],
)
def test_a_text_for_a_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é", "plain é"),
        ("a|b", "a\\|b"),
        ("a\\|b", "a\\\\\\|b"),
        ("`x` *y* _z_", "\\`x\\` \\*y\\* \\_z\\_"),
        ("[a](b)", "\\[a\\](b)"),
        ("<b>", "&#60;b&#62;"),
        ("a\n\n b\r\tc", "a b c"),
    ],
)
def test_a_cell_of_a_markdown_table(text: str, shown: str) -> None:
    assert markdown_cell(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@someone, see owner/repo#3", "@&#8203;someone, see owner/repo#&#8203;3"),
        ("https://evil.example and www.evil.example", "https:&#8203;//evil.example and www&#8203;.evil.example"),
        ("&lt;b&gt; ~~a~~", "&amp;lt;b&amp;gt; \\~\\~a\\~\\~"),
        ("a @ b # c: d", "a @ b # c: d"),
    ],
)
def test_a_code_host_tells_nobody_and_links_nothing(text: str, shown: str) -> None:
    assert markdown_cell(text) == shown


@pytest.mark.parametrize("text", ["=1+1", "+cmd|x", "-1+1", "@sum(a)", "\t=1", "- a", "-1.5x"])
def test_a_spreadsheet_gets_no_formula_and_the_text_comes_back(text: str) -> None:
    assert csv_text(text) == f"'{text}"
    assert of_csv(csv_text(text)) == text


@pytest.mark.parametrize("text", ["", "-1", "-0.25", "-1e-05", "1", "a=b", "'quoted'", "'a", "[1.0]"])
def test_what_is_no_formula_stays_in_a_table_of_text(text: str) -> None:
    assert csv_text(text) == of_csv(text) == text


@pytest.mark.parametrize("text", ["a\tb\n", "é ≠ 数 \U0001f600", "<&>"])
def test_what_xml_knows_stays(text: str) -> None:
    assert xml_text(text) == text


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x0b", "\ufffe", "\ud800"])
def test_what_xml_has_no_way_to_write_is_replaced(character: str) -> None:
    assert xml_text(f"a{character}b") == "a\ufffdb"
    assert xml_text(f"a{character}b", "") == "ab"


@pytest.mark.parametrize("text", ["</script>", "<!--", "]]>", "\u2028\u2029", "&amp;", 'a"\\b', "é ≠ 数", "\x7f\x00"])
def test_what_is_dangerous_is_written_otherwise_and_read_the_same(text: str) -> None:
    made = script_json({text: [text]})
    assert json.loads(made) == {text: [text]}
    assert not set(made) & set("<>&\u2028\u2029\x7f\x00")


def test_a_script_is_one_call() -> None:
    assert script("tfcompat.take", "minors", [1, None]) == 'tfcompat.take("minors", [1,null]);\n'


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        script_json(float("nan"))
