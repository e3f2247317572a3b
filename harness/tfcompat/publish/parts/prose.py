"""Prose: texts of a page as HTML and as Markdown, with code and links, and nothing in them that anything obeys."""

import re
from collections.abc import Callable, Mapping

from markupsafe import Markup
from markupsafe import escape as escape_html

from tfcompat.escape import shortened

#: An address of the web in a text.
WEB = re.compile(r"(https?://[^\s<>\"';,)]*[^\s<>\"';,).])")
#: The trackers that threads are cited of, as ``keras#15219``.
TRACKERS: Mapping[str, str] = {
    "keras": "keras-team/keras",
    "keras-io": "keras-team/keras-io",
    "tf-keras": "keras-team/tf-keras",
    "tensorflow": "tensorflow/tensorflow",
    "addons": "tensorflow/addons",
    "tfjs": "tensorflow/tfjs",
    "mediapipe": "google/mediapipe",
    "frugally-deep": "Dobiasd/frugally-deep",
    "handson-ml3": "ageron/handson-ml3",
    "ludwig": "ludwig-ai/ludwig",
}
THREAD = re.compile(r"([\w-]+)#(\d{1,7})")
#: A dot between names, where a path may break.
DOT = re.compile(r"(?<=[A-Za-z_])\.(?=[A-Za-z_])")
#: Characters of one code span.
LONGEST_CODE = 600
#: What Markdown would read as markup.
MARKUP = re.compile(r"([\\`*_\[\]<>|#])")


def thread(text: str) -> str:
    """The address of a thread that is cited, ``keras#15219``; empty where it is of no known tracker."""
    found = THREAD.fullmatch(text)
    return f"https://github.com/{TRACKERS[found[1]]}/issues/{found[2]}" if found and found[1] in TRACKERS else ""


def as_html(text: str) -> Markup:
    """A text, escaped, in which what stands between backticks is code, and an address of the web is a link."""
    parts = text.split("`")
    return Markup("").join(code(part) if place % 2 else linked(part) for place, part in enumerate(parts))


def code(text: str) -> Markup:
    """Code that may break after a dot."""
    return Markup("<code>{}</code>").format(Markup(".<wbr>").join(DOT.split(shortened(text, LONGEST_CODE))))


def linked(text: str) -> Markup:
    link = Markup('<a href="{0}" rel="noreferrer">{0}</a>')
    parts = WEB.split(text)
    return Markup("").join(link.format(part) if place % 2 else escape_html(part) for place, part in enumerate(parts))


def as_markdown(text: str) -> str:
    """A text as Markdown, on one line, in which only what stands between backticks means anything."""
    parts = [escaped(part) if place % 2 == 0 else f"`{part}`" for place, part in enumerate(text.split("`"))]
    return " ".join("".join(parts).split())


def escaped(text: str) -> str:
    return MARKUP.sub(lambda found: f"&#{ord(found[1])};" if found[1] in "<>" else f"\\{found[1]}", text)


def plain(text: str) -> str:
    """A text without backticks."""
    return text.replace("`", "")


def quoted(text: str) -> str:
    """An error or an observation as code in a text: it has no backtick of its own."""
    return f"`{text.replace('`', chr(39))}`"


def sentence(text: str) -> str:
    """A text as a sentence: a capital at its beginning, a stop at its end."""
    text = text.strip()
    first = text[:1] if text.startswith("`") else text[:1].upper()
    return f"{first}{text[1:]}" + ("" if text.endswith((".", "?", "!", ":")) else ".")


def count(number: int, noun: str) -> str:
    """So many of something."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


#: What writes a path below the site as an address.
Link = Callable[[str], str]
