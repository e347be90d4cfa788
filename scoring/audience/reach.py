"""Overlap and net reach of chosen candidates of a run, from the lists that its input holds."""

from collections.abc import Sequence

from scoring.arrays import ScoringInput
from scoring.audience.overlap import FollowerList, net_reach, pair_overlap, shared_members
from scoring.results import NetReach, Overlap


def candidate_list(given: ScoringInput, k: int) -> FollowerList:
    """What overlaps need to know of candidate `k`'s list."""
    each = given.candidates[k]
    return FollowerList(each.account.native_id, len(given.seen_lists[k]), each.followers, complete=each.frame.frame == "complete")


def reach_of(given: ScoringInput, chosen: Sequence[int]) -> NetReach | None:
    """Followers of the chosen candidates, each person once; None where nothing bounds it."""
    return net_reach([candidate_list(given, k) for k in chosen], [given.seen_lists[k] for k in chosen])


def overlaps_of(given: ScoringInput, chosen: Sequence[int]) -> tuple[Overlap, ...]:
    """Every pair of the chosen candidates, in their order; pairs that nothing bounds are left out."""
    pairs = (
        pair_overlap(candidate_list(given, a), candidate_list(given, b), shared_members(given.seen_lists[a], given.seen_lists[b]))
        for place, a in enumerate(chosen)
        for b in chosen[place + 1 :]
    )
    return tuple(pair for pair in pairs if pair is not None)
