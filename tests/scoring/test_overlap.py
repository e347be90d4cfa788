"""Overlap and net reach: exact against plain sets, bounds against every completion, laws by hypothesis."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.audience.overlap import FollowerList, net_reach, pair_overlap, shared_members

members = st.frozensets(st.integers(0, 30), max_size=25)


def as_list(name: str, seen: frozenset[int], *, total: int | None = None, complete: bool = True) -> FollowerList:
    return FollowerList(name, len(seen), total, complete=complete)


def array(seen: frozenset[int]) -> np.ndarray:
    return np.array(sorted(seen), dtype=np.int64)


@given(members, members)
def test_complete_lists_are_exact(a: frozenset[int], b: frozenset[int]) -> None:
    shared = shared_members(array(a), array(b))
    assert shared == len(a & b)
    pair = pair_overlap(as_list("a", a), as_list("b", b), shared)
    assert pair is not None
    assert pair.exact
    assert (pair.shared_low, pair.shared_high) == (shared, shared)
    if a | b:
        assert pair.jaccard == pytest.approx((len(a & b) / len(a | b),) * 2)
    if a:
        assert pair.share_of_a == pytest.approx((len(a & b) / len(a),) * 2)
    if a and b:
        assert pair.overlap_coefficient == pytest.approx((len(a & b) / min(len(a), len(b)),) * 2)


@given(members, members, st.data())
def test_bounds_hold_the_truth_whatever_was_not_seen(a: frozenset[int], b: frozenset[int], data: st.DataObject) -> None:
    seen_a = frozenset(x for x in a if data.draw(st.booleans()))
    seen_b = frozenset(x for x in b if data.draw(st.booleans()))
    lists = [as_list("a", seen_a, total=len(a), complete=seen_a == a), as_list("b", seen_b, total=len(b), complete=seen_b == b)]
    pair = pair_overlap(*lists, len(seen_a & seen_b))
    assert pair is not None
    assert pair.shared_low <= len(a & b) <= pair.shared_high <= min(len(a), len(b))
    for low, high in (pair.jaccard, pair.overlap_coefficient, pair.share_of_a, pair.share_of_b):
        assert 0 <= low <= high <= 1


@pytest.mark.parametrize(("sizes", "seen"), [((3, 3), (2, 1)), ((4, 2), (2, 2)), ((3, 4), (3, 2)), ((2, 4), (1, 1))])
def test_the_upper_bound_is_reached(sizes: tuple[int, int], seen: tuple[int, int]) -> None:
    """Against every way to fill the unseen places from a small world."""
    world = range(6)
    seen_a, seen_b = frozenset(range(seen[0])), frozenset(range(1, 1 + seen[1]))
    rest_a, rest_b = (itertools.combinations(world, size) for size in sizes)
    full_b = [frozenset(each) for each in rest_b if seen_b <= frozenset(each)]
    best = max(len(frozenset(each) & other) for each in rest_a if seen_a <= frozenset(each) for other in full_b)
    pair = pair_overlap(
        FollowerList("a", seen[0], sizes[0], complete=sizes[0] == seen[0]),
        FollowerList("b", seen[1], sizes[1], complete=sizes[1] == seen[1]),
        len(seen_a & seen_b),
    )
    assert pair is not None
    assert pair.shared_high == best


def test_unknown_totals() -> None:
    unknown = FollowerList("a", 3, None, complete=False)
    known = FollowerList("b", 4, 4, complete=True)
    pair = pair_overlap(unknown, known, 2)
    assert pair is not None
    assert (pair.shared_low, pair.shared_high, pair.share_of_a, pair.share_of_b) == (2, 4, (0.0, 1.0), (0.5, 1.0))
    assert pair_overlap(unknown, unknown, 2) is None, "nothing bounds it"
    assert net_reach([unknown, known], [array(frozenset({1, 2, 3})), array(frozenset({2, 3, 4, 5}))]) is None


@given(st.lists(members, min_size=1, max_size=5), st.randoms())
def test_laws_of_net_reach(lists: list[frozenset[int]], shuffle: object) -> None:
    def reach(order: list[int]) -> object:
        return net_reach([as_list(str(k), lists[k]) for k in order], [array(lists[k]) for k in order])

    order = list(range(len(lists)))
    net = reach(order)
    assert net is not None
    assert net.low == net.high == len(frozenset().union(*lists))
    assert net.exact
    assert max(len(each) for each in lists) <= net.low <= net.gross == sum(len(each) for each in lists)
    shuffle.shuffle(order)
    other = reach(order)
    assert (other.low, other.high, other.gross) == (net.low, net.high, net.gross)


@given(st.lists(st.tuples(members, members), min_size=1, max_size=4))
def test_net_reach_bounds_hold_the_truth(pairs: list[tuple[frozenset[int], frozenset[int]]]) -> None:
    full = [seen | unseen for seen, unseen in pairs]
    lists = [as_list(str(k), seen, total=len(full[k]), complete=seen == full[k]) for k, (seen, _) in enumerate(pairs)]
    net = net_reach(lists, [array(seen) for seen, _ in pairs])
    assert net is not None
    assert net.low <= len(frozenset().union(*full)) <= net.high <= net.gross
