"""A persona's own words as hashed terms: one word, two words in a row, or a phrase, shipped or its own."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from scoring.text.indexer import JiebaIndexer
from scoring.text.lexicon import known_phrases, user_words
from scoring.text.terms import bigram_term, phrase_term, plain, word_term


@cache
def _indexer() -> JiebaIndexer:
    return JiebaIndexer()


@cache
def _tokens(keyword: str) -> tuple[str, ...]:
    """Content words of a keyword; a lexicon word is one without loading the tokeniser."""
    if keyword in user_words():
        return (keyword,)
    return _indexer().words(keyword)


@cache
def term_of(keyword: str, *, whole: bool = False) -> int | None:
    """The term that stands for a keyword in stored counts, None where none does: three words and more, or no content word.

    With `whole`, a phrase that loses a word to the stopwords has none either: 想去露营 is more than 露营.
    """
    entry = plain(keyword)
    if entry in known_phrases():
        return phrase_term(entry)
    tokens = _tokens(entry)
    if whole and "".join(tokens) != entry.replace(" ", ""):
        return None
    if len(tokens) == 1:
        return word_term(tokens[0])
    return bigram_term(*tokens) if len(tokens) == 2 else None


def _weights(entries: Sequence[str], *, whole: bool) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """One term per entry: what stored counts have for it, else the phrase as texts still held are read for it."""
    terms = set[int]()
    for entry in entries:
        term = term_of(entry, whole=whole)
        if term is not None or len(plain(entry)) > 1:
            terms.add(phrase_term(entry) if term is None else term)
    found = np.array(sorted(terms), np.int64)
    return found, np.ones(len(found))


def word_weights(keywords: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Sorted terms of free keywords and their weights, all 1; those in `unseen` count only in texts read again."""
    return _weights(keywords, whole=False)


def phrase_weights(phrases: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Sorted terms of intent phrases and their weights, all 1; those in `unseen` count only in texts read again."""
    return _weights(phrases, whole=True)


def unseen(keywords: Sequence[str], phrases: Sequence[str]) -> tuple[str, ...]:
    """Those of the keywords and intent phrases that stored counts cannot answer."""
    return tuple(
        entry
        for entries, whole in ((keywords, False), (phrases, True))
        for entry in entries
        if term_of(entry, whole=whole) is None
    )
