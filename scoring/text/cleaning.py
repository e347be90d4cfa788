"""What is not an author's own words is taken out before tokenising: repost chains, mentions, addresses; and what counts as content."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib import resources

# All patterns begin with a literal, so that a text without it costs one scan, and none crosses a line: a line is one text.
_REPOSTED = re.compile(r"//@[^\n]*")
_REPOST_MARK = re.compile(r"转发微博|轉發微博|回复(?=@)|回覆(?=@)")
_MENTION = re.compile(r"@[\w\-]+(?:[.@][\w\-]+)*")
_ADDRESS = re.compile(r"https?://[!-~]+|www\.[!-~]+")
_EMOJI_FROM = 0x2600


def one_line_each(texts: Sequence[str]) -> str:
    """The texts as lines of one string, cleaned; exactly one line per text, whatever line breaks a text contains."""
    joined = "\n".join(texts)
    if joined.count("\n") != len(texts) - 1:
        joined = "\n".join([text.replace("\n", " ") for text in texts])
    if "//@" in joined:
        joined = _REPOSTED.sub("", joined)
    joined = _REPOST_MARK.sub("", joined)
    if "http" in joined or "www." in joined:
        joined = _ADDRESS.sub(" ", joined)
    if "@" in joined:
        joined = _MENTION.sub(" ", joined)
    return joined


@cache
def stopwords() -> frozenset[str]:
    """Words of every text and of none: particles, pronouns, platform boilerplate; zh and en, lower case."""
    text = resources.files("scoring.text").joinpath("data/stopwords.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("%") for word in line.split())


def is_content(token: str) -> bool:
    """Whether a lower-case token says something: a word that is no stopword, or an emoji; no digits, signs or single Latin letters."""
    if token in stopwords():
        return False
    if any(sign.isalpha() for sign in token):
        return len(token) > 1 or not token.isascii()
    return any(ord(sign) >= _EMOJI_FROM and unicodedata.category(sign) == "So" for sign in token)


def is_taken_out(entry: str) -> bool:
    """Whether a part of a lower-case entry is a mention, address or repost mark, which no text has any more when it is read."""
    return one_line_each([entry]) != entry


def is_dropped(entry: str) -> bool:
    """Whether an entry is one character that is no content word: as a phrase it would need two, as a word it is not counted."""
    return len(entry) == 1 and not is_content(entry)
