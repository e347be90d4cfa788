"""Changes of a list in both databases: numbers only grow, states can be read back, all or none, values that cannot be."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.engine import Store
from storage.errors import NotFound, Refused
from storage.identity import Pseudonymiser
from storage.list_changes import (
    CHECKS,
    STATUSES,
    Edit,
    check_value,
    last_change,
    list_changes,
    row_key,
    save_edits,
    stamp_of,
    values_at,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
A, B = bytes(range(16)), bytes(range(1, 17))


def put(store: Store, edits: list[Edit], name: str = "spring") -> int:
    return save_edits(store, name, edits, now=NOW, by="Mo", source="test")


def test_every_state_of_a_list_can_be_read_again(store: Store) -> None:
    assert (last_change(store), list_changes(store, "spring")) == (0, [])
    assert put(store, [Edit(A, "status", "sent", ""), Edit(B, "note", "备注 🌲", "")]) == 2
    first = last_change(store)
    put(store, [Edit(A, "status", "approved", "sent")])
    put(store, [Edit(A, "status", "signed", "")], "autumn")
    changes = list_changes(store, "spring")
    assert [each.id for each in changes] == sorted({each.id for each in changes})
    assert last_change(store) > max(each.id for each in changes) > first
    assert values_at(changes, first) == {(A, "status"): "sent", (B, "note"): "备注 🌲"}
    assert values_at(changes) == {(A, "status"): "approved", (B, "note"): "备注 🌲"}
    assert [(each.at, each.by, each.source) for each in changes] == [(NOW, "Mo", "test")] * 3


def test_one_field_that_was_changed_meanwhile_stops_all(store: Store) -> None:
    put(store, [Edit(A, "owner", "Mo", "")])
    with pytest.raises(Refused, match="1 of 2 fields were changed by somebody else"):
        put(store, [Edit(B, "owner", "Li", ""), Edit(A, "owner", "Li", "")])
    assert values_at(list_changes(store, "spring")) == {(A, "owner"): "Mo"}


def test_a_place_of_one_s_own_needs_its_reason_and_keeps_it(store: Store) -> None:
    with pytest.raises(Refused, match="without a reason"):
        put(store, [Edit(A, "order", "1", "")])
    put(store, [Edit(A, "order", "1", ""), Edit(A, "order_reason", "wish", "")])
    with pytest.raises(Refused, match="without a reason"):
        put(store, [Edit(A, "order_reason", "", "wish")])
    assert put(store, [Edit(A, "order", "", "1"), Edit(A, "order_reason", "", "wish")]) == 2


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("status", "foo", "no list has the status"), ("check", "foo", "a spot-check says"), ("order", "0", "whole number"), ("order", "x", "whole number"),
        ("note", "x" * 5001, "up to 5,000"), ("order", "²", "whole number"),
    ],
)  # fmt: skip
def test_what_a_field_cannot_say_is_refused(field: str, value: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check_value(field, value)


def test_what_a_field_can_say_is_taken() -> None:
    for status in ("", *STATUSES):
        check_value("status", status)
    for found in ("", *CHECKS):
        check_value("check", found)


@given(stamp=st.integers(0, 2**40), name=st.text(max_size=10), other=st.text(max_size=10))
def test_a_key_names_its_state_and_fits_one_list_and_account(stamp: int, name: str, other: str) -> None:
    hashing = Pseudonymiser(bytes(range(32)))
    key = row_key(hashing, name, A, stamp)
    assert stamp_of(key) == stamp
    assert row_key(hashing, name, B, stamp) != key
    assert row_key(hashing, name, A, stamp + 1) != key
    assert (row_key(hashing, other, A, stamp) == key) == (other == name)
    assert row_key(Pseudonymiser(bytes(32)), name, A, stamp) != key


@pytest.mark.parametrize("key", ["", "x", "12", "-00", "zz-00", "1-xyz"])
def test_what_is_no_key_names_no_state(key: str) -> None:
    with pytest.raises(NotFound, match="no key"):
        stamp_of(key)
