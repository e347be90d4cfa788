"""Renames by stable id: every true one is found, no trap is taken for one; whatever order observations arrive in."""

import os
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.engine import Store, create_store
from storage.history import count_series, first_observed, observed_since, profile_changes, renames
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.matrices import as_keys, read_faces
from storage.pulling import watch
from storage.queries import account_refs
from storage.records import AccountRecord, Count, Provenance
from storage.undo import undo_import

START = datetime(2026, 1, 1, tzinfo=UTC)
DATA = Path(os.environ.get("FANFIT_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
LEGISLATORS = DATA / "us_legislators_renames" / "legislator_handles_history.parquet"


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def bring(store: Store, records: Iterable[AccountRecord]) -> int:
    rows = list(records)
    origin = Provenance("test", "test", START)
    mark = f"{len(rows)} {rows[0]} {rows[-1]}"
    number = begin_import(store, ImportRequest("accounts", mark, mark, {}, origin), now=START).import_id
    writer = PageWriter(store, number, now=START, indexer=None)
    for at in range(0, len(rows), 500):
        writer.write(rows[at : at + 500], position=at + 500)
    finish_import(store, number, now=START)
    return number


def seen(who: str, handle: str | None, at: int, **more: object) -> AccountRecord:
    return AccountRecord("x", who, day(at), handle=handle, **more)  # type: ignore[arg-type]


def found(store: Store, who: Iterable[str]) -> list[tuple[str, str, str]]:
    names = {store.pseudonymiser.one("x", one): one for one in who}
    return [(names[each.account], each.old, each.new) for each in renames(store, names)]


def test_what_is_a_rename_and_what_is_none(store: Store) -> None:
    watch(store, "x", ["a", "b", "c", "d", "e"], now=START)
    bring(store, [
        seen("a", "anna", 0), seen("a", "anna_shop", 9),  # a rename
        seen("b", "office", 0), seen("c", "campaign", 0), seen("b", "office", 9), seen("c", "office2", 9),  # two accounts of one person
        seen("d", "Dora", 0), seen("d", "dora", 5), seen("d", None, 6), seen("d", "DORA", 7),  # case only, not given
        seen("e", "anna", 12),  # takes the name that a gave up: no rename of its own
    ])  # fmt: skip
    assert sorted(found(store, "abcde")) == [("a", "anna", "anna_shop"), ("c", "campaign", "office2")]


def test_a_swap_is_two_renames_and_a_return_is_one_more(store: Store) -> None:
    watch(store, "x", ["a", "b"], now=START)
    bring(
        store,
        [
            seen("a", "one", 0),
            seen("b", "two", 0),
            seen("a", "two", 1),
            seen("b", "one", 1),
            seen("a", "one", 2),
            seen("b", "two", 2),
        ],
    )
    assert sorted(found(store, "ab")) == sorted(
        [("a", "one", "two"), ("b", "two", "one"), ("a", "two", "one"), ("b", "one", "two")]
    )


def test_a_rename_says_between_which_observations_it_was(store: Store) -> None:
    watch(store, "x", ["a"], now=START)
    bring(store, [seen("a", "old", 0), seen("a", "old", 3), seen("a", "new", 8), seen("a", "new", 9)])
    (one,) = renames(store, [store.pseudonymiser.one("x", "a")])
    assert (one.last_old, one.first_new) == (day(3), day(8))
    assert observed_since(store, one.account) == START


def test_an_undone_import_takes_its_observations_back(store: Store) -> None:
    watch(store, "x", ["a"], now=START)
    bring(store, [seen("a", "old", 0)])
    second = bring(store, [seen("a", "new", 5, bio="hi")])
    assert len(found(store, "a")) == 1
    undo_import(store, second, now=START, indexer=None)
    assert found(store, "a") == []


def test_changes_and_counts_in_time(store: Store) -> None:
    watch(store, "x", ["a"], now=START)
    bring(store, [
        seen("a", "a", 5, bio="new", verified=True, followers=Count(120)),
        seen("a", "a", 0, bio="old", verified=False, followers=Count(100)), seen("a", "a", 3, bio=None, followers=Count(12_000, 500)),
    ])  # fmt: skip
    key = store.pseudonymiser.one("x", "a")
    assert [(each.field, each.old, each.new) for each in profile_changes(store, key)] == [
        ("bio", "old", "new"),
        ("verified", False, True),
    ]
    assert [(each.observed_at, each.followers, each.followers_half_width) for each in count_series(store, key)] == [
        (day(0), 100, 0), (day(3), 12_000, 500), (day(5), 120, 0),
    ]  # fmt: skip


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_the_order_in_which_observations_arrive_changes_nothing(data, tmp_path_factory: pytest.TempPathFactory) -> None:
    handles = data.draw(st.lists(st.sampled_from(["a", "A", "b", "c", None]), min_size=1, max_size=8))
    observations = [seen("a", handle, number) for number, handle in enumerate(handles)]
    order = data.draw(st.permutations(observations))
    cut = data.draw(st.integers(0, len(order)))
    folder = tmp_path_factory.mktemp("h")
    store = create_store(f"sqlite:///{folder}/f.db", key=bytes(range(32)), vault_path=folder / "v.db")
    watch(store, "x", ["a"], now=START)
    for part in (order[:cut], order[cut:]):
        if part:
            bring(store, part)
    told = found(store, "a")
    store.close()
    given_handles = [handle for handle in handles if handle is not None]
    assert [(old, new) for _, old, new in told] == [
        (old, new) for old, new in pairwise(given_handles) if old.casefold() != new.casefold()
    ]


@pytest.mark.skipif(not LEGISLATORS.is_file(), reason="the set of legislators' handles is not on this machine (FANFIT_DATA)")
def test_every_rename_of_the_legislators_is_found_and_no_trap(tmp_path: Path) -> None:
    """Officials' public handles from 2012 to 2026; the truth is the platform's stable id."""
    rows = [row for row in pq.read_table(LEGISLATORS).to_pylist() if row["stable_id"] and row["handle"]]
    truth: dict[tuple[str, str], set[str]] = defaultdict(set)
    store = create_store(f"sqlite:///{tmp_path}/f.db", key=bytes(range(32)), vault_path=tmp_path / "v.db")
    records = []
    for row in rows:
        truth[row["platform"], row["stable_id"]].add(row["handle"].casefold())
        for moment in dict.fromkeys((row["first_seen"], row["last_seen"])):
            at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
            records.append(AccountRecord(row["platform"], row["stable_id"], at, handle=row["handle"]))
    for platform in {platform for platform, _ in truth}:
        watch(store, platform, sorted({stable_id for at, stable_id in truth if at == platform}), now=START)
    bring(store, records)
    keys = {store.pseudonymiser.one(*who): who for who in truth}
    told = {keys[each.account] for each in renames(store, keys)}
    store.close()
    assert told == {who for who, handles in truth.items() if len(handles) > 1}
    assert len(told) >= 60


def test_since_when_each_account_is_known(store: Store) -> None:
    watch(store, "x", ["a", "b", "c"], now=START)
    bring(store, [seen("a", "anna", 9), seen("a", "anna_shop", 4), seen("b", "office", 6)])
    a, b, c = (store.pseudonymiser.one("x", one) for one in "abc")
    assert first_observed(store, [a, b, c]) == {a: day(4), b: day(6)}
    assert first_observed(store, []) == {}


def test_a_file_of_counts_alone_takes_nobodys_name_away(store: Store) -> None:
    watch(store, "x", ["a"], now=START)
    bring(
        store,
        [
            seen("a", "anna", 0, name="安娜", url="https://x.com/anna", category="运动", bio="跑步"),
            seen("a", None, 5, followers=Count(9)),
        ],
    )
    key = store.pseudonymiser.one("x", "a")
    row = account_refs(store, [key])[key]
    assert (row.handle, row.name, row.url, row.category, row.bio) == ("anna", "安娜", "https://x.com/anna", "运动", None)
    with store.read() as conn:
        assert read_faces(conn, as_keys([key])) == {key: ("anna", "安娜", "https://x.com/anna", "运动")}
    bring(store, [seen("a", "anna_shop", 9)])
    assert account_refs(store, [key])[key].handle == "anna_shop"
    with store.read() as conn:
        assert read_faces(conn, as_keys([key]))[key][:2] == ("anna_shop", "安娜")
