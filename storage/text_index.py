"""The seam between storage and text analysis: what ingest stores of a text, and how it is packed (DECISIONS 25)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

_ROW = np.dtype([("term", "<i8"), ("count", "<u2")])


@dataclass(frozen=True, slots=True)
class TextCounts:
    """Counts of hashed terms in one text: `terms` sorted and distinct int64 (63 bits), `counts` int64 beside them.

    `words` is the number of content words; `spelled` the plain words behind their ids, kept only in the raw tables.
    """

    terms: NDArray[np.int64]
    counts: NDArray[np.int64]
    words: int
    spelled: dict[int, str] = field(default_factory=dict)


class TextIndexer(Protocol):
    """Turns texts into counts; implemented in `scoring.text`, injected by `cli` and `jobs`."""

    @property
    def dictionary(self) -> str:
        """Version of tokeniser, lexicons and hashing: counts of two versions are never mixed."""
        ...

    def index(self, texts: Sequence[str]) -> list[TextCounts]:
        """One result per text, in order."""
        ...


def pack(terms: NDArray[np.int64], counts: NDArray[np.int64]) -> bytes:
    """Ten bytes a term: little-endian int64 id and uint16 count, saturating at 65,535."""
    rows = np.empty(len(terms), dtype=_ROW)
    rows["term"] = terms
    rows["count"] = np.minimum(counts, np.iinfo(np.uint16).max)
    return rows.tobytes()


def pack_each(parts: Sequence[TextCounts]) -> list[bytes]:
    """`pack` of every part; many small ones in one pass."""
    if not parts:
        return []
    whole = pack(np.concatenate([part.terms for part in parts]), np.concatenate([part.counts for part in parts]))
    bounds = accumulate((len(part.terms) * _ROW.itemsize for part in parts), initial=0)
    return [whole[start:end] for start, end in pairwise(bounds)]


def unpack(blob: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The terms and counts of a packed blob."""
    rows = np.frombuffer(blob, dtype=_ROW)
    return rows["term"].astype(np.int64), rows["count"].astype(np.int64)


def merge(parts: Sequence[TextCounts]) -> TextCounts:
    """Several texts' counts as one: ids stay sorted and distinct, counts add up."""
    if not parts:
        return TextCounts(np.empty(0, np.int64), np.empty(0, np.int64), 0)
    terms, inverse = np.unique(np.concatenate([part.terms for part in parts]), return_inverse=True)
    counts = np.bincount(inverse, weights=np.concatenate([part.counts for part in parts]), minlength=len(terms))
    spelled: dict[int, str] = {}
    for part in parts:
        spelled.update(part.spelled)
    return TextCounts(terms, counts.astype(np.int64), sum(part.words for part in parts), spelled)
