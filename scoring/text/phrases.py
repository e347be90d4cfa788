"""Finds fixed phrases in many texts at once: positions whose first two characters start a phrase, then an exact comparison."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.text.terms import phrase_term, plain

_TABLE_BITS = 16
_SPREAD = np.uint32(0x9E3779B1)


def _slots(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> NDArray[np.uint32]:
    with np.errstate(over="ignore"):
        return ((first * np.uint32(31337)) ^ second) * _SPREAD >> np.uint32(32 - _TABLE_BITS)


class PhraseMatcher:
    """Exact, overlapping matches of `phrases` (at least two characters each) in lower-case text.

    A phrase that begins or ends with a Latin letter or digit matches whole words only; Chinese has no such boundary.
    """

    def __init__(self, phrases: Sequence[str]) -> None:
        self.phrases = tuple(sorted({plain(phrase) for phrase in phrases}))
        short = [phrase for phrase in self.phrases if len(phrase) < 2]
        if short:
            message = f"phrases of one character cannot be matched: {short}; make them keywords"
            raise ValueError(message)
        self._by_start: dict[str, list[tuple[str, int]]] = {}
        for phrase in self.phrases:
            self._by_start.setdefault(phrase[:2], []).append((phrase, phrase_term(phrase)))
        self._table = np.zeros(1 << _TABLE_BITS, dtype=np.bool_)
        if self.phrases:
            starts = np.array([[ord(start[0]), ord(start[1])] for start in self._by_start], dtype=np.uint32)
            self._table[_slots(starts[:, 0], starts[:, 1])] = True

    def find(self, text: str, codes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Term ids of all matches and where each starts, in order of position; `codes` are the code points of `text`."""
        terms: list[int] = []
        places: list[int] = []
        if self.phrases and len(codes) > 1:
            candidates = np.flatnonzero(self._table[_slots(codes[:-1], codes[1:])])
            for place in candidates.tolist():
                for phrase, term in self._by_start.get(text[place : place + 2], ()):
                    if text.startswith(phrase, place) and _is_whole(text, place, place + len(phrase)):
                        terms.append(term)
                        places.append(place)
        return np.array(terms, np.int64), np.array(places, np.int64)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no Latin word is cut at either end of text[start:end]."""
    if start > 0 and _is_latin(text[start]) and _is_latin(text[start - 1]):
        return False
    return not (end < len(text) and _is_latin(text[end - 1]) and _is_latin(text[end]))


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()
