"""Reactions to posts as they are kept: taken back by undo, gone with a person, gone with their time."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storage.engine import Store
from storage.errors import StorageError
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.privacy import forget, purge
from storage.pulls import split_members
from storage.records import EngagementKind, EngagementRecord, Frame, ListKind, Provenance, PullFacts
from storage.tables import ENGAGEMENT, FOLLOW, PULL, PULL_MEMBER
from storage.undo import undo_import

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FACTS = PullFacts(ListKind.ENGAGERS, Frame.COMPLETE, NOW)


def bring(store: Store, records: list[EngagementRecord], name: str = "one", facts: PullFacts = FACTS) -> tuple[int, int, int]:
    """The import's number, and what its page accepted and took for duplicates."""
    origin = Provenance("test", "test", NOW)
    number = begin_import(store, ImportRequest("engagements", name, name, {}, origin), now=NOW).import_id
    outcome = PageWriter(store, number, now=NOW, indexer=None, pull=facts).write(records, position=1)
    finish_import(store, number, now=NOW)
    return number, outcome.accepted, outcome.duplicates


def reaction(who: str, post: str = "p1", kind: EngagementKind = EngagementKind.LIKE, owner: str = "brand") -> EngagementRecord:
    return EngagementRecord("weibo", owner, post, who, kind, NOW)


def kept(store: Store) -> list[tuple[bytes, str]]:
    with store.read() as conn:
        return sorted((row.engager, row.kind) for row in conn.execute(select(ENGAGEMENT)))


def members(store: Store) -> list[list[bytes]]:
    query = select(PULL_MEMBER.c.members).join(PULL, PULL.c.id == PULL_MEMBER.c.pull_id).order_by(PULL.c.id)
    with store.read() as conn:
        return [split_members(blob) for blob in conn.execute(query).scalars()]


def key(store: Store, who: str) -> bytes:
    return store.pseudonymiser.one("weibo", who)


def test_a_person_who_reacts_often_is_listed_once_and_every_reaction_is_kept(store: Store) -> None:
    rows = [
        reaction("a"),
        reaction("a", "p2"),
        reaction("a", kind=EngagementKind.REPLY),
        reaction("a"),
        reaction("b"),
        reaction("brand"),
    ]
    _, accepted, duplicates = bring(store, rows)
    assert (accepted, duplicates) == (4, 2), "a repeat, and the account's own"
    assert members(store) == [[key(store, "a"), key(store, "b")]]
    assert len(kept(store)) == 4
    with store.read() as conn:
        assert conn.execute(select(FOLLOW)).all() == []


def test_lists_of_several_accounts_are_kept_apart(store: Store) -> None:
    bring(store, [reaction("a"), reaction("b", owner="rival"), reaction("a", owner="rival")])
    assert members(store) == [[key(store, "a")], [key(store, "b"), key(store, "a")]]


def test_undo_takes_back_only_what_that_import_brought(store: Store) -> None:
    bring(store, [reaction("a"), reaction("b")])
    second, *_ = bring(store, [reaction("b"), reaction("c")], "two")
    undo_import(store, second, now=NOW, indexer=None)
    assert [who for who, _ in kept(store)] == sorted([key(store, "a"), key(store, "b")])
    assert members(store) == [[key(store, "a"), key(store, "b")]]


@pytest.mark.parametrize("gone", ["a", "brand"])
def test_who_is_forgotten_leaves_no_reaction_and_none_comes_back(store: Store, gone: str) -> None:
    bring(store, [reaction("a"), reaction("b")])
    forget(store, "weibo", gone, now=NOW, workspace=None)
    left = [] if gone == "brand" else [key(store, "b")]
    assert [who for who, _ in kept(store)] == left
    assert [who for page in members(store) for who in page] == left
    bring(store, [reaction("a"), reaction("b")], "two")
    assert sorted({who for who, _ in kept(store)}) == left


def test_reactions_go_when_follows_go(store: Store) -> None:
    bring(store, [reaction("a")])
    days = store.lifetimes.follow_days
    purge(store, now=NOW + timedelta(days=days - 1), workspace=None)
    assert len(kept(store)) == 1
    purge(store, now=NOW + timedelta(days=days + 1), workspace=None)
    assert kept(store) == []
    assert members(store) == []


def test_facts_of_another_kind_of_list_are_refused(store: Store) -> None:
    with pytest.raises(StorageError, match="lists of engagers"):
        bring(store, [reaction("a")], facts=PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW))
