"""Which breakdowns are printed: k people below the line, and none that the printed ones give away (DECISIONS 8)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.sampling import generator

Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]
Marks = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The people below the line of one breakdown, `groups` per account and `base`, and which of them are not printed.

    `small` (K,) groups of fewer than k; `hidden` (K,) those and the ones that would give a small one away; `base_hidden` the
    same of the base; `shared` are each group's members who stand in the base too.
    """

    groups: tuple[Longs, ...]
    base: Longs
    small: Flags
    hidden: Flags
    base_hidden: bool
    shared: tuple[Longs, ...]


def break_down(groups: Sequence[Longs], base: Longs, *, people: int, asked: Flags, k: int, pool: bool) -> Breakdown:
    """Decide what is printed of one breakdown; `groups` and `base` are distinct indices below `people`.

    `asked` (K,) are the accounts of the table; what the others hold is never printed. `pool`: the base is all groups together.
    A reader knows who stands in which list and every printed figure. Three rules:

    1. Fewer than k below the line: not printed.
    2. What a printed pool holds beyond all printed groups is nobody, or k people at least: it follows by subtraction.
    3. A group of fewer than k that is not printed has a member whom no printed figure tells from somebody outside it: with the
       two exchanged every printed figure is the same, the group's is not.

    Until 2 and 3 hold, the smallest printed group that takes part goes too, and where none does the base.
    """
    size = np.array([len(group) for group in groups], np.int64)
    in_base = np.zeros(people, np.bool_)
    in_base[base] = True
    shared = tuple(group[in_base[group]] for group in groups)
    small, base_hidden = size < k, len(base) < k
    hidden = small | ~asked
    while True:
        printed = _Printed(groups, base, people, hidden, base_hidden=base_hidden)
        gives_away = printed.by_subtraction(k) if pool else None
        if gives_away is None:
            gives_away = printed.by_membership(np.flatnonzero(hidden & small & (size > 0)))
        if gives_away is None:
            return Breakdown(tuple(groups), base, small, hidden, base_hidden, shared)
        if len(gives_away):
            hidden[min(gives_away.tolist(), key=lambda group: (size[group], group))] = True
        else:
            base_hidden = True


class _Printed:
    """Who stands in which printed group: one mark per set of groups, 0 for people in none of them."""

    def __init__(self, groups: Sequence[Longs], base: Longs, people: int, hidden: Flags, *, base_hidden: bool) -> None:
        self.groups = groups
        self.base_printed = not base_hidden
        self.printed = np.flatnonzero(~hidden)
        #: random, so that no two sets of groups have the same sum of marks
        self.mark_of: Marks = generator(0, "suppression").integers(1, 2**63, len(groups) + 1).astype(np.uint64)
        self.mark: Marks = np.zeros(people, np.uint64)
        for group in self.printed.tolist():
            self.mark[groups[group]] += self.mark_of[group]
        if self.base_printed:
            self.mark[base] += self.mark_of[-1]
        members = np.unique(np.concatenate([base, *groups])) if groups else base
        self.marks, self.times = np.unique(self.mark[members], return_counts=True)

    def by_subtraction(self, k: int) -> Longs | None:
        """Where the pool's rest is of fewer than k: the groups that would make it larger (all, where none would); else None."""
        rest = self._times(self.mark_of[-1:])[0] if self.base_printed else 0
        if not 0 < rest < k:
            return None
        alone = self._times(self.mark_of[self.printed] + self.mark_of[-1])
        return self.printed[alone > 0] if (alone > 0).any() else self.printed

    def by_membership(self, small: Longs) -> Longs | None:
        """The printed groups that share members with the first of `small` that they single out; None if they single out none."""
        for each in small.tolist():
            marks, times = np.unique(self.mark[self.groups[each]], return_counts=True)
            if not ((marks == 0) | (self._times(marks) > times)).any():
                return np.array(
                    [one for one in self.printed.tolist() if np.isin(self.groups[one], self.groups[each]).any()], np.int64
                )
        return None

    def _times(self, marks: Marks) -> Longs:
        """How many people have each of `marks`."""
        place = np.minimum(np.searchsorted(self.marks, marks), len(self.marks) - 1)
        return np.where(self.marks[place] == marks, self.times[place], 0)
