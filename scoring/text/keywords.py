"""A persona's own words as hashed terms: one word, two words in a row, or a phrase that ingest already looked for."""

from collections.abc import Iterable, Sequence
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


def _weights(terms: Iterable[int | None]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    found = np.array(sorted({term for term in terms if term is not None}), np.int64)
    return found, np.ones(len(found))


def word_weights(keywords: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Sorted terms of free keywords and their weights, all 1; those without a stored term are in `unseen`."""
    return _weights(term_of(keyword) for keyword in keywords)


def phrase_weights(phrases: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Sorted terms of intent phrases and their weights, all 1: shipped phrases, and own ones that are a word or two words."""
    return _weights(term_of(phrase, whole=True) for phrase in phrases)


def unseen(keywords: Sequence[str], phrases: Sequence[str]) -> tuple[str, ...]:
    """Those of the keywords and intent phrases that stored counts cannot answer."""
    return tuple(
        entry
        for entries, whole in ((keywords, False), (phrases, True))
        for entry in entries
        if term_of(entry, whole=whole) is None
    )
