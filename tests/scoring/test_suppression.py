"""Suppression: a reader who knows every list and every printed figure does not learn a small group's shares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.arrays import Attributes
from scoring.audience.suppression import Breakdown, break_down
from scoring.audience.traits import attribute_shares


def line(groups, base, *, k, people=40, asked=None, pool=True) -> Breakdown:
    wanted = np.ones(len(groups), np.bool_) if asked is None else np.array(asked, np.bool_)
    return break_down(
        [np.array(sorted(each), np.int64) for each in groups], np.array(sorted(base), np.int64), people=people, asked=wanted, k=k, pool=pool
    )  # fmt: skip


def pool_of(groups) -> set[int]:
    return set().union(*groups) if groups else set()


def equations(made: Breakdown, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a reader can write down from the printed shares alone: rows of memberships, and how many of each fit."""
    people = len(codes)
    shares = attribute_shares(
        Attributes("gender", ("a", "b"), codes.astype(np.int32)), made, np.array([len(each) for each in made.groups]), 1
    )
    rows, hits, base_told = [], [], None
    for group, told in zip(made.groups, shares, strict=True):
        first = told[0]
        assert first.suppressed == (first.share is None)
        if first.share is None:
            assert (first.base_share, first.lift, first.value) == (None, None, "")
            continue
        rows.append(np.isin(np.arange(people), group).astype(float))
        hits.append(first.share.value * first.share.n)
        base_told = first.base_share if base_told is None else base_told
    if base_told is not None:
        rows.append(np.isin(np.arange(people), made.base).astype(float))
        hits.append(base_told * len(made.base))
    return np.array(rows).reshape(-1, people), np.array(hits)


def _any_lists(people: int) -> st.SearchStrategy[list[set[int]]]:
    return st.lists(st.sets(st.integers(0, people - 1), max_size=people), min_size=1, max_size=5)


@st.composite
def platforms(draw):
    """Lists made of blocks of people, alone or joined: what can be added and subtracted; now and then any lists at all."""
    sizes = draw(st.lists(st.integers(1, 9), min_size=2, max_size=4))
    people = sum(sizes)
    ends = np.cumsum(sizes)
    blocks = [set(range(end - size, end)) for size, end in zip(sizes, ends.tolist(), strict=True)]
    joined = st.sets(st.integers(0, len(blocks) - 1), max_size=len(blocks)).map(lambda some: pool_of([blocks[i] for i in some]))
    groups = draw(st.one_of(st.just(blocks), st.lists(joined, min_size=1, max_size=5), _any_lists(people)))
    count = len(groups)
    pool = draw(st.booleans())
    base = pool_of(groups) if pool else draw(joined)
    asked = draw(st.lists(st.sampled_from((True, True, False)), min_size=count, max_size=count))
    codes = np.array(draw(st.lists(st.integers(0, 1), min_size=people, max_size=people)))
    k = draw(st.integers(1, 8))
    return line(groups, base, k=k, people=people, asked=asked, pool=pool), codes, k, pool


@given(platforms())
def test_no_small_group_that_is_not_printed_can_be_reconstructed(world) -> None:
    made, codes, _, _ = world
    people = len(codes)
    rows, hits = equations(made, codes)
    for group in (each for each, small in zip(made.groups, made.small, strict=True) if small and len(each)):
        wanted = np.isin(np.arange(people), group).astype(float)
        if not len(rows):
            continue
        weights = np.linalg.lstsq(rows.T, wanted, rcond=None)[0]
        found = np.abs(rows.T @ weights - wanted).max() < 1e-9
        assert not found, f"{weights @ hits} of {len(group)} follow from what is printed"


@given(platforms())
def test_what_a_printed_pool_holds_beyond_the_printed_lists_is_nobody_or_k(world) -> None:
    made, _, k, pool = world
    printed = [each.tolist() for each, hidden in zip(made.groups, made.hidden, strict=True) if not hidden]
    rest = set(made.base.tolist()).difference(*printed)
    assert not pool or not printed or made.base_hidden or not 0 < len(rest) < k


@given(platforms())
def test_nothing_small_and_nobody_who_was_not_asked_for_is_printed(world) -> None:
    made, _, k, _ = world
    assert all(hidden or len(group) >= k for group, hidden in zip(made.groups, made.hidden, strict=True))
    assert made.base_hidden or len(made.base) >= k


def test_a_small_group_and_nothing_else_to_learn_it_from() -> None:
    made = line([range(20), range(20, 40), range(40, 43)], range(100, 150), k=5, people=200, pool=False)
    assert made.hidden.tolist() == [False, False, True]
    assert not made.base_hidden


def test_the_smallest_other_list_goes_too_where_the_pool_would_give_a_small_one_away() -> None:
    groups = [range(20), range(20, 30), range(30, 33)]
    made = line(groups, pool_of(map(set, groups)), k=5)
    assert made.hidden.tolist() == [False, True, True], "33 - 20 - 10 would leave the 3"
    assert made.small.tolist() == [False, False, True]


def test_two_small_lists_hide_each_other() -> None:
    groups = [range(20), range(20, 23), range(23, 26)]
    made = line(groups, pool_of(map(set, groups)), k=5)
    assert made.hidden.tolist() == [False, True, True], "the rest of the pool is 6 of two lists"


def test_a_list_within_another_one_is_not_given_away_by_the_third() -> None:
    groups = [set(range(20)), set(range(17)), {17, 18, 19}]
    made = line(groups, range(100, 150), k=5, people=200, pool=False)
    assert made.hidden.tolist() == [True, False, True], "20 - 17 would leave the 3"


def test_a_base_that_gives_a_list_away_goes() -> None:
    made = line([{1, 2, 3}, set(range(4, 12))], range(1, 12), k=5, pool=False)
    assert made.hidden.tolist() == [True, False]
    assert made.base_hidden, "11 - 8 would leave the 3"


def test_accounts_that_are_left_out_of_the_table_are_protected_too() -> None:
    groups = [range(20), range(20, 30), range(30, 33)]
    made = line(groups, pool_of(map(set, groups)), k=5, asked=[True, True, False])
    assert made.hidden.tolist() == [False, True, True]


def test_members_who_stand_in_the_base_too_are_known() -> None:
    assert [each.tolist() for each in line([{1, 2, 3}, {4, 5}], {2, 3, 4, 9}, k=1, pool=False).shared] == [[2, 3], [4]]


@pytest.mark.parametrize("seen", [4, 30])
def test_the_declared_share_is_told_of_k_people_only(seen: int) -> None:
    attribute = Attributes("gender", ("a",), np.zeros(40, np.int32))
    told = attribute_shares(attribute, line([{1, 2, 3}], range(40), k=5, pool=False), np.array([seen]), 5)[0][0]
    assert told.declared_share == (None if seen < 5 else pytest.approx(0.1))
    assert told.suppressed
