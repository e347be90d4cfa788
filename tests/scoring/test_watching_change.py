"""Gained and lost: never claimed of anybody who was not, and the truth is always inside the bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.watching.change import Change, Reading, change


def reading(people: list[int], most: int | None, *, ordered: bool = True) -> Reading:
    """The newest `most` of a list (None: all of it), its whole count known."""
    seen = people if most is None else people[:most]
    return Reading(np.array(seen, np.int64), complete=most is None, newest_first=ordered, total=(len(people), len(people)))


def inside(value: int, bounds: tuple[int, int | None]) -> bool:
    return bounds[0] <= value and (bounds[1] is None or value <= bounds[1])


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[int], list[int], list[int], list[int]]:
    """A list, the same later, and who was gained and lost; some of the new date themselves back."""
    before = draw(st.permutations(range(draw(st.integers(0, 14)))))
    gone = draw(st.sets(st.sampled_from(before))) if before else set()
    new = [100 + number for number in range(draw(st.integers(0, 8)))]
    after = [one for one in before if one not in gone]
    for one in new:
        after.insert(draw(st.integers(0, len(after))) if draw(st.booleans()) else 0, one)
    return list(before), after, new, sorted(gone)


MOST = st.none() | st.integers(0, 16)


@settings(max_examples=400)
@given(history=histories(), first=MOST, second=MOST, ordered=st.booleans())
def test_nobody_is_called_gained_or_lost_who_was_not(history, first, second, ordered) -> None:
    before, after, new, gone = history
    found = change(reading(before, first, ordered=ordered), reading(after, second, ordered=ordered))
    assert set(found.gained.tolist()) <= set(new)
    assert set(found.lost.tolist()) <= set(gone)
    assert set(found.standing.tolist()) <= set(before) & set(after)
    assert inside(len(new), found.gained_count)
    assert inside(len(gone), found.lost_count)


@given(history=histories())
def test_two_whole_lists_tell_everything(history) -> None:
    before, after, new, gone = history
    found = change(reading(before, None), reading(after, None))
    assert (sorted(found.gained.tolist()), sorted(found.lost.tolist()), found.unknown) == (new, gone, 0)
    assert found.exact


@given(history=histories(), first=MOST, second=st.integers(0, 16))
def test_nobody_is_lost_before_a_complete_reading(history, first, second) -> None:
    before, after, *_ = history
    found = change(reading(before, first), reading(after, second))
    assert len(found.lost) == 0
    assert found.unknown == len(set(before[: len(before) if first is None else first]) - set(after[:second]))


def test_the_head_of_the_newest_part_is_who_was_gained() -> None:
    found = change(reading([3, 2, 1, 0], 3), reading([5, 4, 3, 2, 1, 0], 4))
    assert found.gained.tolist() == [5, 4]
    assert found.gained_count[0] == 2
    assert found.unknown == 1


@pytest.mark.parametrize("total", [None, (6, 6)])
def test_two_parts_that_do_not_meet_tell_nothing_but_what_the_counts_say(total: tuple[int, int] | None) -> None:
    before = Reading(np.array([3, 2]), complete=False, newest_first=True, total=None if total is None else (4, 4))
    found: Change = change(before, Reading(np.array([9, 8]), complete=False, newest_first=True, total=total))
    assert len(found.gained) == 0
    assert found.gained_count == ((0, None) if total is None else (2, 6))
    assert found.lost_count == ((0, None) if total is None else (0, 4))


def test_rounded_counts_widen_the_bounds() -> None:
    before = Reading(np.array([1, 0]), complete=False, newest_first=True, total=(95, 105))
    after = Reading(np.array([2, 1, 0]), complete=False, newest_first=True, total=(145, 155))
    assert change(before, after).gained_count == (40, 153)
