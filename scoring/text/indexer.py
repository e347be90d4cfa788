"""Texts to counts of hashed terms, many texts in one pass: words, word bigrams, character 2-3-grams, phrases (DECISIONS 24-25)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from itertools import compress, pairwise

import numpy as np
from numpy.typing import NDArray

from scoring.text.cleaning import is_content, one_line_each, stopwords
from scoring.text.lexicon import known_phrases, user_words
from scoring.text.phrases import PhraseMatcher
from scoring.text.terms import SCHEME, bigram_terms, char_grams, code_points, is_letter, word_term
from scoring.text.tokens import Cut, engine_version, make_cut
from storage.text_index import TextCounts, TextIndexer, merge

_BATCH = 4096  # texts joined at a time: enough for whole-array work, small enough for the cache
_REMEMBERED = 1_000_000  # tokens kept in the memo: about 150 MB at most
_NO_WORD = 0
_LINE_END = -1

Placed = tuple[NDArray[np.int64], NDArray[np.int64]]  # term ids and the text each belongs to, in order of text


class _Memo(dict[str, int]):
    """Token -> id of its word, `_NO_WORD` for what is no content; filled on demand."""

    def __init__(self) -> None:
        super().__init__({"\n": _LINE_END})

    def __missing__(self, token: str) -> int:
        word = token.lower()
        term = word_term(word) if is_content(word) else _NO_WORD
        self[token] = term
        return term


@dataclass(frozen=True, slots=True)
class _Content:
    """The content words of a batch in order: ids and texts they belong to; `tokens` are all tokens, `kept` the content ones."""

    placed: Placed
    tokens: Sequence[str]
    kept: NDArray[np.bool_]

    def spelling(self) -> list[str]:
        return list(compress(self.tokens, self.kept.tolist()))


@dataclass(frozen=True, slots=True)
class CountTable:
    """Counts of many texts in CSR form: text i has `terms[bounds[i]:bounds[i + 1]]`, sorted and distinct, and `counts` beside.

    `words` is the number of content words of each text, shape (texts,).
    """

    bounds: NDArray[np.int64]
    terms: NDArray[np.int64]
    counts: NDArray[np.int64]
    words: NDArray[np.int64]


@cache
def dictionary_version() -> str:
    """Version of everything that decides which terms a text has: tokeniser, user words, phrases, stopwords, hashing."""
    parts = (str(SCHEME), *sorted(user_words()), "|", *sorted(known_phrases()), "|", *sorted(stopwords()))
    return f"{engine_version()}-{blake2b(chr(10).join(parts).encode(), digest_size=6).hexdigest()}"


class JiebaIndexer:
    """`storage.text_index.TextIndexer` by jieba's words; one per process, not shared between threads.

    The tokeniser loads with the first text. `cut` replaces it (tests put jieba in rjieba's place).
    """

    def __init__(self, cut: Cut | None = None) -> None:
        self._cut = cut
        self._memo = _Memo()
        self._phrases: PhraseMatcher | None = None

    @property
    def dictionary(self) -> str:
        """Version of tokeniser, lexicons and hashing; begins with `jieba-` instead of `rjieba-` where the fallback works."""
        return dictionary_version()

    def index(self, texts: Sequence[str]) -> list[TextCounts]:
        """One result per text, in order; an empty text has no terms."""
        results: list[TextCounts] = []
        for part in self._batches(texts):
            results.extend(self._index_batch(part))
        return results

    def tables(self, texts: Sequence[str]) -> Iterator[CountTable]:
        """The same counts without an object per text, some thousand texts a table, in order: for weighing many at once."""
        return (self._table(part)[0] for part in self._batches(texts))

    def _batches(self, texts: Sequence[str]) -> Iterator[Sequence[str]]:
        return (texts[first : first + _BATCH] for first in range(0, len(texts), _BATCH))

    def words(self, text: str) -> tuple[str, ...]:
        """The content words of one text in order, as they are counted."""
        return tuple(word.lower() for word in self._content(one_line_each([text])).spelling())

    def _cutter(self) -> Cut:
        if self._cut is None:
            self._cut = make_cut(sorted(user_words()))
        return self._cut

    def _index_batch(self, texts: Sequence[str]) -> list[TextCounts]:
        table, content = self._table(texts)
        ids = content.placed[0].tolist()
        names = "\n".join(content.spelling()).lower().split("\n")  # one pass over all words is much faster than one call per word
        at, first_word = table.bounds.tolist(), [0, *np.cumsum(table.words).tolist()]
        return [
            TextCounts(table.terms[a:b], table.counts[a:b], d - c, dict(zip(ids[c:d], names[c:d], strict=True)))
            for (a, b), (c, d) in zip(pairwise(at), pairwise(first_word), strict=True)
        ]

    def _table(self, texts: Sequence[str]) -> tuple[CountTable, _Content]:
        """Counts of one batch, and its content words in order."""
        joined = one_line_each(texts)
        content = self._content(joined)
        gathered, bounds = _by_text([content.placed, _bigrams(content.placed), *self._characters(joined)], len(texts))
        terms, counts, edges = _count(gathered, bounds)
        return CountTable(edges, terms, counts, np.bincount(content.placed[1], minlength=len(texts))), content

    def _content(self, joined: str) -> _Content:
        tokens = self._cutter()(joined)
        if len(self._memo) > _REMEMBERED:
            self._memo = _Memo()
        ids = np.fromiter(map(self._memo.__getitem__, tokens), np.int64, len(tokens))
        kept = ids > _NO_WORD
        return _Content((ids[kept], np.cumsum(ids == _LINE_END)[kept]), tokens, kept)

    def _characters(self, joined: str) -> list[Placed]:
        lowered = joined.lower()
        codes = code_points(lowered)
        letters = is_letter(codes)
        text_of = np.cumsum(codes == ord("\n"))
        if self._phrases is None:
            self._phrases = PhraseMatcher(sorted(known_phrases()))
        found = [char_grams(codes, letters, 2), char_grams(codes, letters, 3), self._phrases.find(lowered, codes)]
        return [(terms, text_of[places]) for terms, places in found]


def _bigrams(words: Placed) -> Placed:
    """Pairs of neighbouring content words of one text."""
    ids, text_of = words
    together = text_of[1:] == text_of[:-1]
    return bigram_terms(ids[:-1][together], ids[1:][together]), text_of[:-1][together]


def _by_text(kinds: Sequence[Placed], texts: int) -> tuple[NDArray[np.int64], list[int]]:
    """All kinds of terms side by side, text after text, and the `texts` + 1 bounds between texts."""
    sizes = [np.bincount(text_of, minlength=texts) for _, text_of in kinds]
    bounds = np.concatenate([[0], np.cumsum(np.sum(sizes, axis=0))])
    gathered = np.empty(bounds[-1], np.int64)
    start = bounds[:-1].copy()
    for (terms, text_of), size in zip(kinds, sizes, strict=True):
        first = np.cumsum(size) - size
        gathered[(start - first)[text_of] + np.arange(len(terms))] = terms
        start += size
    return gathered, bounds.tolist()


def _count(terms: NDArray[np.int64], bounds: list[int]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Distinct sorted terms of each text, their counts, and the bounds between texts; sorts `terms` in place."""
    for a, b in pairwise(bounds):
        terms[a:b].sort()
    new = np.ones(len(terms), dtype=np.bool_)
    new[1:] = terms[1:] != terms[:-1]
    new[[bound for bound in bounds[:-1] if bound < len(terms)]] = True
    places = np.flatnonzero(new)
    counts = np.diff(np.append(places, len(terms)))
    return terms[places], counts, np.searchsorted(places, bounds)


def count_phrases(texts: Sequence[str], phrases: Sequence[str]) -> list[TextCounts]:
    """How often each text holds each of `phrases`, found as ingest finds the shipped ones; `words` is 0: nothing else is counted."""
    if not texts:
        return []
    lowered = one_line_each(texts).lower()
    codes = code_points(lowered)
    terms, places = PhraseMatcher(phrases).find(lowered, codes)
    text_of = np.cumsum(codes == ord("\n"))[places]
    bounds = np.searchsorted(text_of, np.arange(len(texts) + 1)).tolist()
    counted = [np.unique(terms[a:b], return_counts=True) for a, b in pairwise(bounds)]
    return [TextCounts(found, counts.astype(np.int64), 0) for found, counts in counted]


Place = tuple[int, int]  # node and week


@dataclass(frozen=True, slots=True)
class Held:
    """A page of texts as a run sees them: `node` and `week` of each; `stale`: no count of it is of the run's dictionary."""

    node: NDArray[np.int64]
    week: NDArray[np.int64]
    stale: NDArray[np.bool_]
    text: Sequence[str]


@dataclass(slots=True)
class Reread:
    """What reading again brought: counts and texts per (node, week), and how many texts were looked through for phrases."""

    phrases: tuple[str, ...]
    indexer: TextIndexer | None
    counts: dict[Place, TextCounts] = field(default_factory=dict)
    recounted: dict[Place, int] = field(default_factory=dict)
    looked: dict[int, int] = field(default_factory=dict)

    @property
    def needed(self) -> bool:
        """Whether there is anything to read again for."""
        return bool(self.phrases) or self.indexer is not None

    def add(self, page: Held) -> None:
        """Count a page; the sums do not depend on how texts are dealt to pages."""
        parts: dict[Place, list[TextCounts]] = {}
        places = list(zip(page.node.tolist(), page.week.tolist(), strict=True))
        if self.phrases:
            for place, found in zip(places, count_phrases(page.text, self.phrases), strict=True):
                self.looked[place[0]] = self.looked.get(place[0], 0) + 1
                if len(found.terms):
                    parts.setdefault(place, []).append(found)
        if self.indexer is not None:
            again = np.flatnonzero(page.stale).tolist()
            for row, counted in zip(again, self.indexer.index([page.text[row] for row in again]), strict=True):
                place = places[row]
                self.recounted[place] = self.recounted.get(place, 0) + 1
                parts.setdefault(place, []).append(counted)
        for place, new in parts.items():
            held = self.counts.get(place)
            self.counts[place] = merge(new if held is None else [held, *new])
