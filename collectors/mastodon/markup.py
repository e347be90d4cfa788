"""HTML of bios and posts to plain text: paragraphs and line breaks stay, everything else of the markup goes; nothing is executed or fetched."""

import re
from collections.abc import Collection
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "tr"})
_SILENT = frozenset({"script", "style", "template"})  # HTMLParser gives their content as text
_SHORTCODE = re.compile(r":([A-Za-z0-9_]{2,}):")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*\n ?")


class _Reader(HTMLParser):
    """Collects text; a block begins and ends a paragraph."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._silent += tag in _SILENT
        if tag == "br":
            self.parts.append("\n")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(self._silent - (tag in _SILENT), 0)
        if tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data.replace("\r", "").replace("\n", " "))


def plain_text(html: str, emoji: Collection[str] = ()) -> str:
    r"""The text of a note or a post (docs.joinmastodon.org, entities/Status#content: HTML); custom emoji, by shortcode, are pictures and go.

    A shortened link is given whole, as its hidden parts are text too.

    >>> plain_text('<p>Hi <span>@<span>anna</span></span> &amp; all<br>camping :tent:</p><p>tomorrow</p>', {"tent"})
    'Hi @anna & all\ncamping\n\ntomorrow'
    """
    reader = _Reader()
    reader.feed(html.replace("<![", "&lt;!["))  # a marked section of an unknown kind is an error to the parser
    reader.close()
    text = without_emoji("".join(reader.parts), emoji)
    return _LINES.sub("\n\n", _SPACES.sub(" ", text)).replace(" \n", "\n").replace("\n ", "\n").strip()


def without_emoji(text: str, emoji: Collection[str]) -> str:
    """The text without its custom emoji; what merely looks like one stays.

    >>> without_emoji("Anna :tent: 12:30:00", {"tent"})
    'Anna  12:30:00'
    """
    return _SHORTCODE.sub(lambda found: "" if found[1] in emoji else found[0], text) if emoji else text
