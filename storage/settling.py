"""Which of several observations of the same thing counts: the newest; the same again is a repeat, another one a conflict."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Settled:
    """Indices into the observations: `accepted` are news, `newest` those of them to keep where one per key is kept."""

    accepted: list[int]
    newest: list[int]
    duplicates: int
    conflicts: list[int]


@dataclass(slots=True)
class _Seen(Generic[K]):
    contents: dict[tuple[K, datetime], Hashable]
    newest: dict[K, tuple[datetime, int]]


def settle(held: Mapping[K, tuple[datetime, Hashable]], observations: Sequence[tuple[K, datetime, Hashable]]) -> Settled:
    """Sorts observations (key, time, content) against each other and against what the import holds already.

    A key observed twice at the same time with the same content is a duplicate, with another content a conflict (the first
    is kept); an older observation than the one held is accepted but not the newest.
    """
    seen: _Seen[K] = _Seen({}, {})
    for key, (when, content) in held.items():
        seen.contents[key, when] = content
        seen.newest[key] = (when, -1)
    accepted: list[int] = []
    conflicts: list[int] = []
    duplicates = 0
    for at, (key, when, content) in enumerate(observations):
        if (key, when) in seen.contents:
            if seen.contents[key, when] == content:
                duplicates += 1
            else:
                conflicts.append(at)
            continue
        seen.contents[key, when] = content
        accepted.append(at)
        if key not in seen.newest or when > seen.newest[key][0]:
            seen.newest[key] = (when, at)
    newest = sorted(at for _, at in seen.newest.values() if at >= 0)
    return Settled(accepted, newest, duplicates, conflicts)
