"""Shared followers of two accounts and net reach of several: exact from complete lists, otherwise bounds (DECISIONS 23)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.results import NetReach, Overlap

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class FollowerList:
    """One account's list: `name` as results give it (its native id), members `seen`, the whole count `total` where known.

    Of a complete list the members seen are taken as all there are: minors and erased accounts are in no list.
    """

    name: str
    seen: int
    total: int | None
    complete: bool

    @property
    def size(self) -> int | None:
        """The size of the whole list: exactly what was seen where it is complete; None where nobody knows."""
        if self.complete:
            return self.seen
        return None if self.total is None else max(self.total, self.seen)


def pair_overlap(a: FollowerList, b: FollowerList, shared: int) -> Overlap | None:
    """Overlap of two lists that share `shared` of the members seen.

    Exact where both are complete; else the shared count lies between `shared` and what the unseen places could add. Where
    one whole count is unknown, shares of that list reach from 0 to 1; where both are, nothing bounds the count: None.
    """
    high = _most_shared(a, b, shared)
    if high is None:
        return None
    return Overlap(
        a=a.name,
        b=b.name,
        shared_low=shared,
        shared_high=high,
        jaccard=_jaccard(a, b, shared, high),
        overlap_coefficient=_share(_smaller(a, b), shared, high),
        share_of_a=_share(a.size, shared, high),
        share_of_b=_share(b.size, shared, high),
        exact=a.complete and b.complete,
    )


def _most_shared(a: FollowerList, b: FollowerList, shared: int) -> int | None:
    """An unseen place of one list is best filled by someone seen only on the other, then by someone unseen on both."""
    if a.size is None and b.size is None:
        return None
    places_a = math.inf if a.size is None else a.size - a.seen
    places_b = math.inf if b.size is None else b.size - b.seen
    from_b = min(places_a, b.seen - shared)
    from_a = min(places_b, a.seen - shared)
    return int(shared + from_b + from_a + min(places_a - from_b, places_b - from_a))


def _smaller(a: FollowerList, b: FollowerList) -> int | None:
    if a.size is None or b.size is None:
        return None
    return min(a.size, b.size)


def _share(size: int | None, low: int, high: int) -> Interval:
    if size is None:
        return 0.0, 1.0
    return (low / size, min(high / size, 1.0)) if size else (0.0, 0.0)


def _jaccard(a: FollowerList, b: FollowerList, low: int, high: int) -> Interval:
    if a.size is None or b.size is None:
        return 0.0, 1.0
    together = a.size + b.size
    return (low / (together - low), high / (together - high)) if together else (0.0, 0.0)


def shared_members(a: NDArray[np.int64], b: NDArray[np.int64]) -> int:
    """How many members two lists (distinct members) share."""
    return len(np.intersect1d(a, b, assume_unique=True))


def overlaps_of(lists: Sequence[FollowerList], members: Sequence[NDArray[np.int64]]) -> tuple[Overlap, ...]:
    """Every pair of the lists, in their order, counted from their distinct `members`; pairs that nothing bounds are left out."""
    pairs = (
        pair_overlap(lists[a], lists[b], shared_members(members[a], members[b]))
        for a in range(len(lists))
        for b in range(a + 1, len(lists))
    )
    return tuple(pair for pair in pairs if pair is not None)


def net_reach(lists: Sequence[FollowerList], members: Sequence[NDArray[np.int64]]) -> NetReach | None:
    """Followers of all these accounts, each person once; `members` are the distinct members seen, beside `lists`.

    Exact where every list is complete. Otherwise at least the members seen and the largest list, at most those seen plus
    every unseen place. None without accounts, or where a whole count is unknown: nothing bounds it.
    """
    sizes = [each.size for each in lists if each.size is not None]
    if not sizes or len(sizes) < len(lists):
        return None
    seen = len(np.unique(np.concatenate(members)))
    unseen = sum(sizes) - sum(each.seen for each in lists)
    return NetReach(
        accounts=tuple(each.name for each in lists),
        gross=sum(sizes),
        low=max([seen, *sizes]),
        high=seen + unseen,
        exact=all(each.complete for each in lists),
    )
