"""The spot-check rule: exact by counting every draw, and never more accounts than needed."""

from itertools import combinations
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.spot_check import accounts_to_check, most_bad


def chance_of_none(accounts: int, bad: int, drawn: int, most: int = 0) -> float:
    """By counting every draw."""
    draws = list(combinations(range(accounts), drawn))
    return sum(sum(each < bad for each in draw) <= most for draw in draws) / len(draws)


@given(accounts=st.integers(1, 11), bad_share=st.floats(0.05, 1), sure=st.floats(0.5, 0.99))
def test_so_many_find_a_bad_package_and_one_fewer_does_not(accounts: int, bad_share: float, sure: float) -> None:
    bad = max(1, ceil(bad_share * accounts - 1e-9))
    needed = accounts_to_check(accounts, bad_share, sure)
    assert chance_of_none(accounts, bad, needed) <= 1 - sure + 1e-9
    assert needed == 1 or chance_of_none(accounts, bad, needed - 1) > 1 - sure - 1e-9


@given(accounts=st.integers(1, 10), data=st.data(), sure=st.sampled_from([0.8, 0.9, 0.95]))
def test_the_limit_is_the_largest_number_that_what_was_found_allows(accounts: int, data: st.DataObject, sure: float) -> None:
    checked = data.draw(st.integers(0, accounts))
    found = data.draw(st.integers(0, checked))
    allowed = [
        bad for bad in range(found, accounts - checked + found + 1) if chance_of_none(accounts, bad, checked, found) > 1 - sure
    ]
    assert most_bad(accounts, checked, found, sure) == max(allowed)


@given(accounts=st.integers(1, 60), found=st.integers(0, 5))
def test_a_look_at_all_leaves_no_doubt(accounts: int, found: int) -> None:
    bad = min(found, accounts)
    assert most_bad(accounts, accounts, bad, 0.95) == bad


def test_a_large_package_takes_few() -> None:
    assert accounts_to_check(500, 0.1, 0.95) == 28
    assert accounts_to_check(500, 0.01, 0.95) == 225


@pytest.mark.parametrize(("accounts", "share", "sure"), [(0, 0.1, 0.9), (5, 0, 0.9), (5, 1.1, 0.9), (5, 0.1, 1)])
def test_what_cannot_be_is_refused(accounts: int, share: float, sure: float) -> None:
    with pytest.raises(ValueError, match="expected an account at least"):
        accounts_to_check(accounts, share, sure)


def test_more_found_than_checked_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be"):
        most_bad(10, 2, 3, 0.95)
