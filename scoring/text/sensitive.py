"""What no persona may ask about (DECISIONS 7): one list, looked for in trait names, keywords, seed categories and intent phrases."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

_LETTERS = re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Finding:
    """A sensitive expression: the category's id and names, and the listed `word` that was found."""

    category: str
    zh: str
    en: str
    word: str


@dataclass(frozen=True, slots=True)
class _Category:
    id: str
    zh: str
    en: str
    words: re.Pattern[str]
    unless: re.Pattern[str]


def _entries(text: str) -> list[str]:
    return [entry.strip().lower() for entry in text.replace("\n", ",").split(",") if entry.strip()]


def _pattern(entries: list[str]) -> re.Pattern[str]:
    """One alternation, longest first: English as whole words (a final * is any ending), Chinese anywhere."""
    parts = []
    for entry in sorted(entries, key=lambda each: (-len(each), each)):
        stem, open_end = entry.rstrip("*"), entry.endswith("*")
        body = re.escape(stem).replace(r"\ ", r"[\s_\-]+").replace(" ", r"[\s_\-]+")
        if _LETTERS.match(stem):
            body = rf"(?<![a-z0-9]){body}"
        if _LETTERS.match(stem[-1]):
            body += "[a-z]*" if open_end else "(?![a-z])"
        parts.append(body)
    return re.compile("|".join(parts) if parts else r"(?!)")


@cache
def _categories() -> tuple[_Category, ...]:
    text = resources.files("scoring.text").joinpath("data/sensitive.toml").read_text("utf-8")
    return tuple(
        _Category(row["id"], row["zh"], row["en"], _pattern(_entries(row["words"])), _pattern(_entries(row["unless"])))
        for row in tomllib.loads(text)["category"]
    )


def find_sensitive(text: str) -> Finding | None:
    """The first sensitive expression in `text`, None where there is none; case and `_`, `-`, blanks between words do not matter."""
    lowered = text.lower().replace("_", " ")
    for category in _categories():
        harmless = [match.span() for match in category.unless.finditer(lowered)]
        for match in category.words.finditer(lowered):
            if not any(start <= match.start() and match.end() <= end for start, end in harmless):
                return Finding(category.id, category.zh, category.en, match.group())
    return None
