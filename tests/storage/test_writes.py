"""Upserts: the same law on both databases."""

from collections.abc import Iterable
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sqlalchemy import select

from storage.engine import Store
from storage.errors import StorageError
from storage.models import Attribute, Base, Follow, ImportRun, Label
from storage.writes import Merge, upsert, upsert_keys, upsert_rows

FOLLOW = Base.metadata.tables["follow"]
ATTRIBUTE = Base.metadata.tables["attribute"]
NOW = datetime(2026, 3, 1, 12, 30, 0, 123456, tzinfo=UTC)
COLUMNS = ("account", "follower", "first_seen", "last_seen")
KEY = ("account", "follower")
SEEN: dict[str, Merge] = {"first_seen": "min", "last_seen": "max"}


def _account(number: int) -> bytes:
    return number.to_bytes(16, "big")


def _edges(store: Store) -> dict[tuple[bytes, bytes], tuple[int, int]]:
    with store.read() as conn:
        return {(row.account, row.follower): (row.first_seen, row.last_seen) for row in conn.execute(select(FOLLOW))}


def test_follow_keeps_the_earliest_and_the_latest(store: Store) -> None:
    with store.write("test") as conn:
        upsert_rows(conn, Follow, COLUMNS, [(_account(1), _account(2), 50, 60)], key=KEY, update=SEEN)
    with store.write("test") as conn:
        rows = [(_account(1), _account(2), 70, 80), (_account(1), _account(3), 70, 80), (_account(1), _account(2), 40, 45)]
        upsert_rows(conn, Follow, COLUMNS, rows, key=KEY, update=SEEN)
    assert _edges(store) == {(_account(1), _account(2)): (40, 80), (_account(1), _account(3)): (70, 80)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(
        st.lists(st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(0, 9), st.integers(0, 9)), max_size=12), max_size=4
    )
)
def test_upsert_equals_one_row_after_another(store: Store, batches: list[list[tuple[int, int, int, int]]]) -> None:
    expected: dict[tuple[bytes, bytes], tuple[int, int]] = {}
    with store.write("test") as conn:
        conn.execute(FOLLOW.delete())
    for batch in batches:
        rows = [(_account(a), _account(b), min(c, d), max(c, d)) for a, b, c, d in batch]
        for account, follower, first, last in rows:
            old = expected.get((account, follower), (first, last))
            expected[account, follower] = (min(old[0], first), max(old[1], last))
        with store.write("test") as conn:
            upsert_rows(conn, FOLLOW, COLUMNS, rows, key=KEY, update=SEEN)
    assert _edges(store) == expected


def _attribute(number: int, value: str, hour: int) -> dict[str, object]:
    seen = NOW.replace(hour=hour)
    return {
        "account": _account(number), "name": "gender", "import_id": 1, "value": value, "observed_at": seen, "fetched_at": seen
    }  # fmt: skip


def test_within_a_batch_the_last_row_updates_and_the_first_inserts(store: Store) -> None:
    rows = [_attribute(1, "a", 1), _attribute(2, "b", 2), _attribute(1, "c", 3), _attribute(1, "d", 2)]
    with store.write("test") as conn:
        upsert(conn, Attribute, rows, key=("account", "name", "import_id"), update=("value",))
    with store.read() as conn:
        found = conn.execute(select(ATTRIBUTE.c.value, ATTRIBUTE.c.observed_at).order_by(ATTRIBUTE.c.account)).all()
    assert [tuple(row) for row in found] == [("d", NOW.replace(hour=1)), ("b", NOW.replace(hour=2))]


def test_nothing_to_update_leaves_rows_alone(store: Store) -> None:
    key = ("account", "name", "import_id")
    with store.write("test") as conn:
        upsert(conn, Attribute, [_attribute(1, "a", 1), _attribute(1, "b", 2)], key=key, update=())
        upsert(conn, Attribute, [_attribute(1, "c", 3)], key=key, update=())
        assert conn.execute(select(ATTRIBUTE.c.value)).scalars().all() == ["a"]


def test_more_rows_than_one_statement_holds(store: Store) -> None:
    rows = [(_account(1), _account(number), number, number) for number in range(1_001)]
    with store.write("test") as conn:
        upsert_rows(conn, FOLLOW, COLUMNS, rows, key=KEY, update=SEEN)
    assert len(_edges(store)) == 1_001


def test_every_type_comes_back_as_it_went_in(store: Store) -> None:
    text = "多行\n引号 \"'\\ \t tab, \\N and 😀"
    row = {
        "id": 7, "kind": "posts", "file_name": text, "fingerprint": "f", "options": {"a": [1, None, "中"]}, "source": None, "basis": None,
        "obtained": None, "status": "running", "position": 2**40, "accepted": 0, "rejected": 0, "duplicates": 0, "refused_minors": 0,
        "started": NOW, "finished": None, "client": "",
    }  # fmt: skip
    label = {
        "account": b"\0\xff\\x41\n" * 3 + b"z",
        "label": "l",
        "import_id": 1,
        "value": True,
        "observed_at": NOW,
        "fetched_at": NOW,
    }
    with store.write("test") as conn:
        upsert(conn, ImportRun, [row], key=("id",), update=("status",))
        upsert(conn, Label, [label], key=("account", "label", "import_id"), update=("value",))
    with store.read() as conn:
        assert dict(conn.execute(select(Base.metadata.tables["import_run"])).mappings().one()) == row
        assert dict(conn.execute(select(Base.metadata.tables["label"])).mappings().one()) == label


@pytest.mark.parametrize("merge", ["min", "max"])
def test_an_empty_value_gives_way_when_merging(store: Store, merge: Merge) -> None:
    table = Base.metadata.tables["count_series"]
    base = {"account": _account(1), "observed_at": NOW, "import_id": 1, "fetched_at": NOW, "followers_half_width": 0}
    with store.write("test") as conn:
        for followers, following in ((None, 5), (4, None)):
            row = {**base, "followers": followers, "following": following}
            upsert(
                conn, table, [row], key=("account", "observed_at", "import_id"), update={"followers": merge, "following": merge}
            )
        assert conn.execute(select(table.c.followers, table.c.following)).one() == (4, 5)


def test_a_constraint_refuses_without_showing_the_row(store: Store) -> None:
    with pytest.raises(StorageError, match=r"follow.*ck_follow_seen") as caught, store.write("test") as conn:
        upsert_rows(conn, FOLLOW, COLUMNS, [(_account(1), _account(2), 98765, 43210)], key=KEY, update=SEEN)
    assert "98765" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert _edges(store) == {}


def test_a_time_without_zone_is_refused(store: Store) -> None:
    row = {**_attribute(1, "a", 1), "observed_at": datetime(2026, 3, 1)}  # noqa: DTZ001 - what is refused
    with pytest.raises(ValueError, match="without a zone"), store.write("test") as conn:
        upsert(conn, Attribute, [row], key=("account", "name", "import_id"), update=("value",))


def test_rows_must_have_the_same_columns(store: Store) -> None:
    short = {key: value for key, value in _attribute(2, "b", 1).items() if key != "value"}
    other = {**short, "valeu": "b"}
    for odd in (short, other):
        with pytest.raises(ValueError, match="same columns"), store.write("test") as conn:
            upsert(conn, Attribute, [_attribute(1, "a", 1), odd], key=("account", "name", "import_id"), update=("value",))


def _raw(numbers: Iterable[int]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(map(_account, numbers)), np.uint8).reshape(-1, 16)


def test_keys_in_columns_and_rows_mean_the_same(store: Store) -> None:
    numbers = range(500)
    found = []
    for as_columns in (True, False):
        with store.write("test") as conn:
            conn.execute(FOLLOW.delete())
            for part, first, last in ((numbers[:300], 5, 9), (numbers[:0], 1, 99), (numbers[200:], 3, 7)):
                if as_columns:
                    keys = {"account": _raw(number % 7 for number in part), "follower": _raw(part)}
                    upsert_keys(conn, FOLLOW, keys, {"first_seen": first, "last_seen": last}, key=KEY, update=SEEN)
                else:
                    rows = [(_account(number % 7), _account(number), first, last) for number in part]
                    upsert_rows(conn, FOLLOW, COLUMNS, rows, key=KEY, update=SEEN)
        found.append(_edges(store))
    assert found[0] == found[1]
    assert len(found[0]) == len(numbers)
    assert sorted(set(found[0].values())) == [(3, 7), (3, 9), (5, 9)]


def test_a_constraint_refuses_keys_in_columns_too(store: Store) -> None:
    keys = {"account": _raw([1]), "follower": _raw([2])}
    with pytest.raises(StorageError, match=r"follow.*ck_follow_seen") as caught, store.write("test") as conn:
        upsert_keys(conn, FOLLOW, keys, {"first_seen": 98765, "last_seen": 43210}, key=KEY, update=SEEN)
    assert "98765" not in str(caught.value)
