"""Followers gained and lost between two readings of one list: who surely, and between which bounds in all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]
Bounds = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a follower list: distinct members in list order, and the whole count N as a range where it is known.

    A list that was read to its end is `complete`; `newest_first` says that members stand in the order in which they followed.
    """

    members: Longs
    complete: bool
    newest_first: bool
    total: tuple[int, int] | None = None

    @property
    def size(self) -> tuple[int, int] | None:
        """N: what was read of a complete list, else what the platform shows."""
        return (len(self.members), len(self.members)) if self.complete else self.total


@dataclass(frozen=True, slots=True)
class Change:
    """People surely gained, surely lost and standing, as members; `unknown` of the earlier reading may have gone or not.

    `gained_count` and `lost_count` are bounds of all that were gained and lost, seen or not; None: nothing bounds them above.
    """

    gained: Longs
    lost: Longs
    standing: Longs
    unknown: int
    gained_count: Bounds
    lost_count: Bounds

    @property
    def exact(self) -> bool:
        """Whether both counts are known to one."""
        return self.gained_count[0] == self.gained_count[1] and self.lost_count[0] == self.lost_count[1]


def change(before: Reading, after: Reading) -> Change:
    """What changed between two readings of one account's list.

    Lost is somebody only after a complete reading. Gained is somebody who was missing from a complete earlier one; or who stands, in a
    newest-first list, before someone of the earlier newest part: that part had no gap in which he could have stood. (Who unfollowed and
    followed again between two partial readings is taken for gained.) Bounds of all: nobody who stands in both was gained or lost, and
    gained - lost = N after - N before.
    """
    both = np.isin(after.members, before.members)
    standing = after.members[both]
    missing = before.members[~np.isin(before.members, after.members)]
    gained = after.members[~both & _before_known(before, after, both)]
    lost = missing if after.complete else missing[:0]
    return Change(
        gained,
        lost,
        standing,
        len(missing) - len(lost),
        *_counts(before, after, len(gained), len(lost), len(standing)),
    )


def _before_known(before: Reading, after: Reading, both: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Places of the later reading at which the earlier one would have shown whoever followed then."""
    place = np.arange(len(after.members))
    if before.complete:
        return place >= 0
    if not (before.newest_first and after.newest_first and both.any()):
        return place < 0
    return place < int(np.flatnonzero(both)[-1])


def _counts(before: Reading, after: Reading, gained: int, lost: int, standing: int) -> tuple[Bounds, Bounds]:
    if before.complete and after.complete:
        return (gained, gained), (lost, lost)
    earlier, later = before.size, after.size
    most_gained = None if later is None else max(later[1] - standing, gained)
    most_lost = None if earlier is None else max(earlier[1] - standing, lost)
    if earlier is None or later is None:
        return (gained, most_gained), (lost, most_lost)
    grown = later[0] - earlier[1], later[1] - earlier[0]
    least_gained, least_lost = max(gained, grown[0] + lost), max(lost, gained - grown[1])
    if most_lost is not None:
        most_gained = max(min(most_gained or 0, grown[1] + most_lost), least_gained)
    if most_gained is not None:
        most_lost = max(min(most_lost or 0, most_gained - grown[0]), least_lost)
    return (least_gained, most_gained), (least_lost, most_lost)
