"""The shipped taxonomy of interests with their words, and the intent phrases; data in `data/`, written for fanfit."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from scoring.text.terms import phrase_term, plain, word_term

AMBIGUOUS_WEIGHT = 0.4  # of a word marked "~": it also has other meanings


@dataclass(frozen=True, slots=True)
class Interest:
    """One interest: names, IAB Content Taxonomy 3.1 id (None where it has no counterpart), its words; `weak` are ambiguous."""

    id: str
    zh: str
    en: str
    iab: str | None
    parent: str | None
    words_zh: tuple[str, ...]
    words_en: tuple[str, ...]
    weak: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Preset:
    """Named intent phrases: what people write when they ask, plan to buy, warn or praise."""

    id: str
    zh: str
    en: str
    phrases: tuple[str, ...]


def _data(name: str) -> dict[str, list[dict[str, str]]]:
    return tomllib.loads(resources.files("scoring.text").joinpath(f"data/{name}").read_text("utf-8"))


def _words(text: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Entries of a comma-separated list, and those of them marked as ambiguous."""
    entries = [plain(entry) for entry in text.replace("\n", ",").split(",") if entry.strip()]
    weak = frozenset(entry.removeprefix("~").strip() for entry in entries if entry.startswith("~"))
    return tuple(dict.fromkeys(entry.removeprefix("~").strip() for entry in entries)), weak


@cache
def interests() -> tuple[Interest, ...]:
    """All interests, in the order of the data file."""
    found = []
    for row in _data("interests.toml")["interest"]:
        (words_zh, weak_zh), (words_en, weak_en) = _words(row["words_zh"]), _words(row["words_en"])
        found.append(
            Interest(row["id"], row["zh"], row["en"], row.get("iab"), row.get("parent"), words_zh, words_en, weak_zh | weak_en)
        )
    return tuple(found)


@cache
def presets() -> tuple[Preset, ...]:
    """All intent presets, in the order of the data file."""
    return tuple(Preset(row["id"], row["zh"], row["en"], _words(row["phrases"])[0]) for row in _data("intents.toml")["preset"])


@cache
def interest(interest_id: str) -> Interest:
    """One interest.

    Raises:
        KeyError: no interest has this id; `scoring.persona_file` offers the nearest ones.
    """
    return {each.id: each for each in interests()}[interest_id]


@cache
def full_id(written: str) -> str | None:
    """The id that `written` names: an id itself, or the last part of exactly one (camping for outdoor.camping); else None."""
    ids = [each.id for each in interests()]
    if written in ids:
        return written
    found = [each for each in ids if each.rsplit(".", maxsplit=1)[-1] == written]
    return found[0] if len(found) == 1 else None


@cache
def children(interest_id: str) -> tuple[Interest, ...]:
    """The interests one level below."""
    return tuple(each for each in interests() if each.parent == interest_id)


def is_phrase(entry: str) -> bool:
    """Whether an entry is matched as a string of characters: several words, signs, or scripts mixed (k歌)."""
    return not (entry.isalpha() and (entry.isascii() or not any(sign.isascii() for sign in entry)))


@cache
def user_words() -> frozenset[str]:
    """Chinese lexicon words that the tokeniser must know."""
    return frozenset(word for each in interests() for word in each.words_zh if not is_phrase(word) and not word.isascii())


@cache
def known_phrases() -> frozenset[str]:
    """Everything that ingest looks for as a phrase: lexicon entries of several words and the intent phrases."""
    entries = {word for each in interests() for word in (*each.words_zh, *each.words_en) if is_phrase(word)}
    return frozenset(entries | {phrase for preset in presets() for phrase in preset.phrases})


def entry_term(entry: str) -> int:
    """Id of a lexicon entry: a phrase's where it is one, else a word's."""
    return phrase_term(entry) if is_phrase(entry) else word_term(entry)


@cache
def _entries(interest_id: str) -> dict[int, tuple[str, float]]:
    chosen: dict[int, tuple[str, float]] = {}
    for each in (interest(interest_id), *children(interest_id)):
        for word in (*each.words_zh, *each.words_en):
            term, weight = entry_term(word), AMBIGUOUS_WEIGHT if word in each.weak else 1.0
            if weight > chosen.get(term, ("", 0.0))[1]:
                chosen[term] = (word, weight)
    return chosen


def interest_terms(interest_id: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Hashed terms of an interest and of those below it, sorted, and their weights: 1, or less for an ambiguous word.

    Raises:
        KeyError: no such interest.
    """
    chosen = sorted(_entries(interest_id).items())
    return np.array([term for term, _ in chosen], np.int64), np.array([entry[1] for _, entry in chosen], np.float64)


def interest_words(interest_id: str) -> tuple[str, ...]:
    """The words behind `interest_terms`, the interest's own first.

    Raises:
        KeyError: no such interest.
    """
    return tuple(word for word, _ in _entries(interest_id).values())


@cache
def spelled_terms() -> dict[int, str]:
    """Every lexicon entry and intent phrase by its id: these may always be shown to a reader (DECISIONS 25)."""
    words = {entry_term(word): word for each in interests() for word in (*each.words_zh, *each.words_en)}
    return words | {phrase_term(phrase): phrase for preset in presets() for phrase in preset.phrases}
