"""Pages: idempotent by natural key, lists in order, names by the rule, missing is not zero."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage.engine import Store
from storage.errors import Refused, StorageError
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import NamingRule, PageOutcome, PageWriter
from storage.models import Base
from storage.queries import account_refs, candidate_list, resolve_account
from storage.records import (
    AccountRecord,
    AttributeRecord,
    BaseRecord,
    CandidateRecord,
    Count,
    FollowRecord,
    Frame,
    LabelRecord,
    ListKind,
    PostRecord,
    PriceRecord,
    Provenance,
    PullFacts,
)
from storage.text_index import TextIndexer, unpack

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LIST = PullFacts(ListKind.FOLLOWERS, Frame.NEWEST, NOW)
BASE = PullFacts(ListKind.BASE, Frame.RANDOM, NOW)


def _writer(store: Store, indexer: TextIndexer, name: str = "f", pull: PullFacts | None = None, **rule: int) -> PageWriter:
    request = ImportRequest("accounts", f"{name}.csv", name, {}, Provenance("s", "b", NOW))
    import_id = begin_import(store, request, now=NOW).import_id
    return PageWriter(store, import_id, now=NOW, indexer=indexer, pull=pull, list_name="main", settings=NamingRule(**rule))


def _rows(store: Store, name: str) -> list[Any]:
    with store.read() as conn:
        return list(conn.execute(select(Base.metadata.tables[name])))


def _content(store: Store) -> dict[str, list[Any]]:
    names = [table.name for table in Base.metadata.sorted_tables if table.name not in {"import_run", "writer", "meta"}]
    return {name: sorted(map(repr, _rows(store, name))) for name in names}


PAGES: list[tuple[Sequence[Any], PullFacts | None]] = [
    ([AccountRecord("x", "1", NOW, "a", bio="red tea"), AccountRecord("x", "2", NOW, "big", followers=Count(9000))], None),
    ([FollowRecord("x", "star", f"f{number}") for number in range(60)], LIST),
    ([FollowRecord("x", f"a{number}", "me") for number in range(5)], replace(LIST, list_kind=ListKind.FOLLOWEES)),
    ([BaseRecord("x", f"b{number}") for number in range(5)], BASE),
    ([PostRecord("x", f"p{number}", "1", NOW, "red car") for number in range(3)], None),
    ([AttributeRecord("x", "1", "gender", "f", NOW), AttributeRecord("x", "1", "region", "n", NOW)], None),
    ([PriceRecord("x", "1", 500, "CNY"), PriceRecord("x", "1", 900, "CNY", "video")], None),
    ([LabelRecord("x", "1", "buyers", value=True, observed_at=NOW)], None),
    ([CandidateRecord("a", handle="a"), CandidateRecord("who", handle="who"), CandidateRecord("2", "x", "2")], None),
]


@pytest.mark.parametrize(("records", "pull"), PAGES, ids=lambda value: type(value[0]).__name__ if isinstance(value, list) else "")
def test_the_same_page_twice_changes_nothing(
    store: Store, plain_indexer: TextIndexer, records: Sequence[Any], pull: PullFacts | None
) -> None:
    writer = _writer(store, plain_indexer, pull=pull)
    first = writer.write(records, position=len(records))
    before = _content(store)
    assert first == PageOutcome(len(records))
    assert writer.write(records, position=len(records)) == PageOutcome(0, duplicates=len(records))
    fresh = _writer(store, plain_indexer, pull=pull)
    assert fresh.write(records, position=len(records)).duplicates == len(records), "without the first writer's memory too"
    assert _content(store) == before


def test_members_stand_in_list_order_each_once(store: Store, plain_indexer: TextIndexer) -> None:
    writer = _writer(store, plain_indexer, pull=replace(LIST, totals={"s": 40}))
    names = ["c", "a", "c", "b"]
    first = writer.write([FollowRecord("x", "s", name) for name in names], position=4)
    second = writer.write([FollowRecord("x", "s", name) for name in ("a", "d")], position=6)
    assert (first.duplicates, second.duplicates) == (1, 1)
    (pull,) = _rows(store, "pull")
    pages = sorted((row.first, row.members) for row in _rows(store, "pull_member"))
    of = store.pseudonymiser.of("x", ["c", "a", "b", "d"])
    assert pages == [(0, b"".join(of[:3])), (3, of[3])]
    assert (pull.seen, pull.total, pull.frame, pull.list_order) == (4, 40, "newest", "unknown")


def test_an_import_tells_the_vault_of_a_person_once_unless_a_page_failed(
    store: Store, plain_indexer: TextIndexer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    remember = store.vault.remember

    def listening(platform: str, native_ids: Sequence[str], pseudonyms: Sequence[bytes], now: datetime) -> None:
        told.extend(native_ids)
        remember(platform, native_ids, pseudonyms, now)

    monkeypatch.setattr(store.vault, "remember", listening)
    writer = _writer(store, plain_indexer, pull=LIST)
    pages = [[FollowRecord("x", "s", f"{number}") for number in range(first, first + 40)] for first in range(0, 200, 20)]
    for position, page in enumerate(pages, 1):
        writer.write(page, position=position)
    assert sorted(told) == sorted(["s", *map(str, range(220))])
    with pytest.raises(StorageError, match="cannot go on"):
        writer.write(pages[0], position=1)
    told.clear()
    writer.write(pages[0], position=20)
    assert sorted(told) == sorted(["s", *map(str, range(40))]), "what a failed page remembered may be gone"


def test_a_followees_list_belongs_to_the_follower(store: Store, plain_indexer: TextIndexer) -> None:
    writer = _writer(store, plain_indexer, pull=replace(LIST, list_kind=ListKind.FOLLOWEES))
    writer.write([FollowRecord("x", "star", "me"), FollowRecord("x", "moon", "me")], position=2)
    me, star, moon = store.pseudonymiser.of("x", ["me", "star", "moon"])
    assert [(row.account, row.list_kind, row.seen) for row in _rows(store, "pull")] == [(me, "followees", 2)]
    assert {(row.account, row.follower) for row in _rows(store, "follow")} == {(star, me), (moon, me)}


def test_a_base_sample_makes_no_edges_and_has_one_platform(store: Store, plain_indexer: TextIndexer) -> None:
    writer = _writer(store, plain_indexer, pull=BASE)
    writer.write([BaseRecord("x", "1"), BaseRecord("x", "2")], position=2)
    (pull,) = _rows(store, "pull")
    assert (pull.account, pull.platform, pull.seen) == (bytes(16), "x", 2)
    assert not _rows(store, "follow")
    with pytest.raises(Refused, match="one platform"):
        writer.write([BaseRecord("y", "3")], position=3)


def test_names_come_by_the_rule(store: Store, plain_indexer: TextIndexer) -> None:
    writer = _writer(store, plain_indexer, pull=replace(LIST, totals={"large": 5000}), in_store_at_least=3)
    writer.write([FollowRecord("x", "s", "f1"), FollowRecord("x", "s", "f2"), FollowRecord("x", "large", "f1")], position=3)
    assert {(row.native_id, row.reason) for row in _rows(store, "named_account")} == {("large", "followers")}
    other = _writer(store, plain_indexer, "g", pull=replace(LIST, list_kind=ListKind.FOLLOWEES), in_store_at_least=3)
    other.write([FollowRecord("x", "s", "f3"), FollowRecord("x", "t", "f3")], position=2)
    assert {row.native_id for row in _rows(store, "named_account")} == {"large", "s"}
    details = [row.detail for row in _rows(store, "audit_entry") if row.action == "promoted"]
    assert details == [{"reason": "followers", "accounts": 1}, {"reason": "in_store", "accounts": 1}]


def test_a_page_of_two_platforms_keeps_them_apart(store: Store, plain_indexer: TextIndexer) -> None:
    writer = _writer(store, plain_indexer, pull=LIST)
    writer.write([FollowRecord("x", "s", "1"), FollowRecord("y", "s", "1")], position=2)
    assert {row.account for row in _rows(store, "follow")} == {store.pseudonymiser.one(name, "s") for name in "xy"}


def test_missing_is_not_zero(store: Store, plain_indexer: TextIndexer) -> None:
    writer = _writer(store, plain_indexer)
    writer.write([AccountRecord("x", "1", NOW), AccountRecord("x", "2", NOW, followers=Count(0), bio="")], position=2)
    one, two = store.pseudonymiser.of("x", ["1", "2"])
    assert [(row.account, row.followers, row.following) for row in _rows(store, "count_series")] == [(two, 0, None)]
    features = {row.account: (row.has_bio, row.has_avatar, row.handle_digits) for row in _rows(store, "profile_feature")}
    assert features == {one: (None, None, None), two: (False, None, None)}


def test_history_has_a_row_only_where_something_changed(store: Store, plain_indexer: TextIndexer) -> None:
    writer = _writer(store, plain_indexer)
    day = timedelta(days=1)
    for number, name in enumerate(["Star", "Star", "Moon"]):
        record = AccountRecord("x", "1", NOW + number * day, "h", name, followers=Count(9000 + number))
        writer.write([record], position=number + 1)
    assert {row.name for row in _rows(store, "profile_snapshot")} == {"Star", "Moon"}
    assert (len(_rows(store, "profile_seen")), len(_rows(store, "count_series"))) == (3, 3)
    account = resolve_account(store, "@H")
    assert account_refs(store, [account])[account].name == "Moon"
    assert not _rows(store, "raw_profile")


@pytest.mark.parametrize(
    ("kept", "against"),
    [
        (AccountRecord("x", "1", NOW, name="A"), AccountRecord("x", "1", NOW, name="B")),
        (AttributeRecord("x", "1", "gender", "f", NOW), AttributeRecord("x", "1", "gender", "m", NOW)),
        (LabelRecord("x", "1", "b", value=True, observed_at=NOW), LabelRecord("x", "1", "b", value=False, observed_at=NOW)),
        (PriceRecord("x", "1", 5, "CNY"), PriceRecord("x", "1", 6, "CNY")),
        (PostRecord("x", "p", "1", NOW, "a"), PostRecord("x", "p", "1", NOW, "b")),
    ],
    ids=lambda record: type(record).__name__,
)
def test_a_contradiction_is_told_and_the_first_kept(store: Store, plain_indexer: TextIndexer, kept: Any, against: Any) -> None:
    writer = _writer(store, plain_indexer)
    assert writer.write([kept, against, kept], position=3) == PageOutcome(1, duplicates=1, conflicts=(1,))
    before = _content(store)
    assert writer.write([against], position=4) == PageOutcome(0, conflicts=(0,))
    assert _content(store) == before


def test_the_newest_observation_of_an_import_is_kept(store: Store, plain_indexer: TextIndexer) -> None:
    writer = _writer(store, plain_indexer)
    older, newer = (AttributeRecord("x", "1", "region", value, NOW + timedelta(days=at)) for value, at in (("n", 0), ("s", 1)))
    writer.write([newer, older], position=2)
    writer.write([older], position=3)
    assert [row.value for row in _rows(store, "attribute")] == ["s"]


def test_a_post_counts_once_whoever_brings_it(store: Store, plain_indexer: TextIndexer) -> None:
    post = PostRecord("x", "p", "1", NOW, "red tea tea")
    _writer(store, plain_indexer).write([post], position=1)
    assert _writer(store, plain_indexer, "g").write([post], position=1) == PageOutcome(0, duplicates=1)
    (week,) = _rows(store, "text_week")
    assert (week.posts, week.words, sorted(unpack(week.counts)[1])) == (1, 3, [1, 2])
    assert len(_rows(store, "post_seen")) == 1


def test_words_show_only_when_enough_accounts_use_them(store: Store, plain_indexer: TextIndexer) -> None:
    writer = _writer(store, plain_indexer)
    records = [
        PostRecord("x", f"p{number}", f"u{number % 3}", NOW - timedelta(days=9 * number), "tea alone" if number else "tea")
        for number in range(6)
    ]
    writer.write(
        [*records, PostRecord("x", "q", "u0", NOW, "rare rare"), PostRecord("x", "r", "u0", NOW - timedelta(days=30), "rare")],
        position=8,
    )
    number = _rows(store, "import_run")[0].id
    finish_import(store, number, now=NOW, k=3)
    assert {row.text: row.accounts for row in _rows(store, "word")} == {"tea": 3, "alone": 3}


def test_candidates_are_found_by_id_handle_and_url(store: Store, plain_indexer: TextIndexer) -> None:
    _writer(store, plain_indexer).write(
        [
            AccountRecord("x", "1", NOW, "Anna", "A"),
            AccountRecord("x", "2", NOW, "bob"),
            AccountRecord("y", "3", NOW, "bob"),
            AccountRecord("y", "4", NOW, "star", followers=Count(9000)),
        ],
        position=4,
    )
    rows = [
        CandidateRecord("77", platform="x", native_id="77"),
        CandidateRecord("@ANNA", handle="ANNA"),
        CandidateRecord("https://y.example/Star", handle="Star"),
        CandidateRecord("bob", handle="bob"),
        CandidateRecord("bob", platform="y", handle="bob"),
        CandidateRecord("4"),
        CandidateRecord("nobody", handle="nobody"),
    ]
    writer = _writer(store, plain_indexer, "list")
    writer.write(rows, position=len(rows))
    found = {(row.given, row.platform): row.status for row in candidate_list(store, "main")}
    assert found == {
        ("77", "x"): "matched",
        ("@ANNA", "x"): "matched",
        ("https://y.example/Star", "y"): "matched",
        ("bob", None): "ambiguous",
        ("bob", "y"): "matched",
        ("nobody", None): "unmatched",
    }
    assert {row.native_id for row in _rows(store, "named_account")} == {"77", "1", "3", "4"}
    assert {row.handle for row in _rows(store, "raw_profile")} == {"bob"}


def test_who_was_missing_is_found_when_profiles_come(store: Store, plain_indexer: TextIndexer) -> None:
    _writer(store, plain_indexer).write([CandidateRecord("@anna", handle="anna")], position=1)
    accounts = _writer(store, plain_indexer, "later")
    accounts.write([AccountRecord("x", "1", NOW, "Anna")], position=1)
    finish_import(store, _rows(store, "import_run")[-1].id, now=NOW)
    (row,) = candidate_list(store, "main")
    assert (row.status, row.account) == ("matched", store.pseudonymiser.one("x", "1"))
    assert [row.native_id for row in _rows(store, "named_account")] == ["1"]
