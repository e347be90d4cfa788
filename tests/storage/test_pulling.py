"""Pulls, batches and windows of limits on both databases: positions move with their page, and nowhere else."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storage import windows
from storage.batches import open_batch, with_counts_since, with_posts_since, without_posts
from storage.checking import check
from storage.engine import Store
from storage.errors import StorageError
from storage.imports import list_imports
from storage.privacy import forget
from storage.pulling import Pull, StreamKey, begin_pull, finished_at, watch
from storage.records import AccountRecord, Count, FollowRecord, Frame, ListKind, Order, Provenance, PullFacts
from storage.tables import FOLLOW, NAMED_ACCOUNT, PULL, STREAM_POSITION
from storage.undo import undo_import

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
KEY = StreamKey("x", "followers", "star")
ORIGIN = Provenance("public API", "test", NOW)


def begin(store: Store, now: datetime = NOW) -> Pull:
    facts = PullFacts(ListKind.FOLLOWERS, Frame.UNKNOWN, now, Order.NEWEST_FIRST, {"star": 40})
    return begin_pull(store, KEY, ORIGIN, now=now, facts=facts, indexer=None)


def page(start: int) -> list[FollowRecord | AccountRecord]:
    names = [f"f{number}" for number in range(start, start + 10)]
    return [
        *(FollowRecord("x", "star", name) for name in names),
        *(AccountRecord("x", name, NOW, handle=name, posts=Count(0 if name == "f3" else 2)) for name in names),
    ]


def count(store: Store, table: object) -> int:
    with store.read() as conn:
        return len(list(conn.execute(select(table))))  # type: ignore[call-overload]


def test_a_pull_is_taken_up_at_its_cursor_and_finished(store: Store) -> None:
    first = begin(store)
    assert (first.cursor, first.pages, first.items, first.watermark) == (None, 0, 0, None)
    first.write(page(0), items=10, cursor="c1", newest=NOW - timedelta(hours=1))
    first.stop(now=NOW)
    assert finished_at(store, KEY) is None
    second = begin(store)
    assert (second.import_id, second.cursor, second.pages, second.items) == (first.import_id, "c1", 1, 10)
    second.write(page(10), items=10, cursor=None, newest=NOW - timedelta(hours=5))
    second.finish(Frame.COMPLETE, now=NOW)
    assert finished_at(store, KEY) == NOW
    assert [(item.status, item.by_pages, item.position) for item in list_imports(store)] == [("done", True, 2)]
    with store.read() as conn:
        (row,) = conn.execute(select(PULL))
    assert (row.frame, row.seen, row.total) == ("complete", 20, 40)
    third = begin(store, NOW + timedelta(days=1))
    assert third.import_id != first.import_id
    assert third.watermark == NOW - timedelta(hours=1), "the newest of all pages"
    assert all(finding.ok for finding in check(store) if finding.name != "permissions")


def test_of_two_that_carry_on_one_pull_the_second_is_refused(store: Store) -> None:
    one, other = begin(store), begin(store)
    one.write(page(0), items=10, cursor="c1", newest=None)
    with pytest.raises(StorageError, match="another process is further"):
        other.write(page(0), items=10, cursor="c1", newest=None)
    assert count(store, FOLLOW) == 10


def test_a_pull_that_was_undone_is_begun_anew(store: Store) -> None:
    pull = begin(store)
    pull.write(page(0), items=10, cursor="c1", newest=None)
    undo_import(store, pull.import_id, now=NOW, indexer=None)
    assert (count(store, FOLLOW), count(store, PULL)) == (0, 0)
    again = begin(store)
    assert (again.cursor, again.pages) == (None, 0)
    assert again.import_id != pull.import_id


def test_forget_takes_the_position_and_keeps_the_name_out(store: Store) -> None:
    assert watch(store, "x", ["star", "other"], now=NOW) == set()
    begin(store).write(page(0), items=10, cursor="c1", newest=None)
    forget(store, "x", "star", now=NOW, workspace=None)
    assert count(store, STREAM_POSITION) == 0
    assert watch(store, "x", ["star", "other"], now=NOW) == {"star"}
    with store.read() as conn:
        assert list(conn.execute(select(NAMED_ACCOUNT.c.native_id)).scalars()) == ["other"]


def test_a_batch_knows_what_it_brought(store: Store) -> None:
    with open_batch(store, "x", "profiles", ORIGIN, now=NOW, indexer=None) as batch:
        batch.write(page(0)[10:])
    keys = store.pseudonymiser.each("x", [f"f{number}" for number in range(12)])
    everyone = list(keys.values())
    assert with_counts_since(store, everyone, NOW) == {keys[f"f{number}"] for number in range(10)}
    assert with_counts_since(store, everyone, NOW + timedelta(seconds=1)) == set()
    assert without_posts(store, everyone) == {keys["f3"]}
    assert with_posts_since(store, everyone, NOW) == set()


def test_a_batch_that_was_stopped_is_closed_by_the_next(store: Store) -> None:
    def interrupted() -> None:
        with open_batch(store, "x", "profiles", ORIGIN, now=NOW, indexer=None) as batch:
            batch.write(page(0)[10:])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [item.status for item in list_imports(store)] == ["stopped"]
    with open_batch(store, "x", "profiles", ORIGIN, now=NOW, indexer=None):
        pass
    assert [item.status for item in list_imports(store)] == ["done", "done"]


def test_a_window_grants_what_is_left_and_opens_again(store: Store) -> None:
    def take(want: int, now: float) -> tuple[int, float]:
        grant = windows.take(store, "host reads", calls=10, seconds=60, want=want, now=now)
        return grant.calls, grant.wait

    assert take(4, 1000.0) == (4, 0)
    assert take(8, 1010.0) == (6, 0)
    assert take(1, 1020.0) == (0, 40)
    windows.give_back(store, "host reads", 2)
    assert take(5, 1030.0) == (2, 0)
    windows.close(store, "host reads", 2000.0)
    assert take(1, 1500.0) == (0, 500)
    assert take(20, 2000.0) == (10, 0)
