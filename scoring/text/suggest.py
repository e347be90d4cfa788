"""Nearest known names for what a person wrote: interests by id, Chinese or English name, or one of their words."""

from collections.abc import Iterable
from difflib import get_close_matches

from scoring.text.lexicon import Interest, interests
from scoring.text.terms import plain

_CUTOFF = 0.6


def nearest(written: str, known: Iterable[str], *, count: int = 3) -> list[str]:
    """Known names that look like `written`, best first."""
    return get_close_matches(written.lower(), list(known), n=count, cutoff=_CUTOFF)


def nearest_interests(written: str, *, count: int = 3) -> list[Interest]:
    """Interests whose id, names or words equal, contain or resemble `written`, best first."""
    text = plain(written)
    scored: list[tuple[int, int, Interest]] = []
    for order, each in enumerate(interests()):
        names = (each.id, each.id.rsplit(".", maxsplit=1)[-1], each.zh.lower(), each.en.lower())
        if text in names:
            rank = 0
        elif text in each.words_zh or text in each.words_en:
            rank = 1
        elif any(text in name or name in text for name in names):
            rank = 2
        elif nearest(text, names, count=1):
            rank = 3
        elif nearest(text, (*each.words_zh, *each.words_en), count=1):
            rank = 4
        else:
            continue
        scored.append((rank, order, each))
    return [each for _, _, each in sorted(scored, key=lambda row: row[:2])[:count]]


def did_you_mean(written: str) -> str:
    """A sentence naming the nearest interests, or where to find the list."""
    found = nearest_interests(written)
    if not found:
        return "`fanfit persona interests` lists all of them"
    return "did you mean " + ", ".join(f"{each.id} ({each.zh})" for each in found) + "?"
