"""Undo: any two imports interleaved in any way, the first undone, are the second alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from storage.engine import Store, create_store
from storage.errors import NotFound, StorageError
from storage.imports import ImportRequest, begin_import, finish_import, list_imports
from storage.ingest import NamingRule, PageWriter
from storage.models import Base
from storage.records import (
    AccountRecord,
    AttributeRecord,
    CandidateRecord,
    Count,
    FollowRecord,
    Frame,
    ListKind,
    PostRecord,
    PriceRecord,
    Provenance,
    PullFacts,
)
from storage.text_index import TextCounts, TextIndexer, merge, unpack
from storage.undo import undo_import

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
RULE = NamingRule(followers_at_least=5000, in_store_at_least=2)
LEFT_OUT = {"audit_entry", "import_run", "meta", "writer", "raw_word", "alembic_version"}
PEOPLE = ["a", "b", "c", "d"]


@dataclass(frozen=True)
class SmallPage:
    records: Sequence[Any]
    pull: PullFacts | None = None


def _day(number: int) -> datetime:
    return NOW - timedelta(days=number)


accounts = st.builds(
    AccountRecord,
    platform=st.just("weibo"),
    native_id=st.sampled_from(PEOPLE),
    observed_at=st.sampled_from([_day(1), _day(2)]),
    handle=st.sampled_from([None, "hx", "hy9"]),
    name=st.sampled_from([None, "n1", "n2"]),
    bio=st.sampled_from([None, "", "likes tea", "likes cars"]),
    verified=st.sampled_from([None, True]),
    followers=st.sampled_from([None, Count(10), Count(6000, 500)]),
)
follows = st.builds(
    FollowRecord, platform=st.just("weibo"), account_id=st.sampled_from(PEOPLE), follower_id=st.sampled_from([*PEOPLE, "e"])
)
attributes = st.builds(
    AttributeRecord,
    platform=st.just("weibo"),
    account_id=st.sampled_from(PEOPLE),
    name=st.sampled_from(["gender", "region"]),
    value=st.sampled_from(["f", "m"]),
    observed_at=st.sampled_from([_day(1), _day(2)]),
)


@st.composite
def posts(draw: st.DrawFn) -> PostRecord:
    number = draw(st.integers(0, 5))  # the number decides everything: two imports never contradict each other
    text = ["red tea", "green tea", "a car", "tea", "red car", "a a a"][number]
    return PostRecord("weibo", f"p{number}", PEOPLE[number % 4], _day(3 * number), text)


@st.composite
def pages(draw: st.DrawFn) -> SmallPage:
    kind = draw(st.sampled_from([accounts, follows, attributes, posts()]))
    records = draw(st.lists(kind, min_size=1, max_size=4))  # type: ignore[arg-type]
    return SmallPage(records)


facts = st.builds(
    PullFacts,
    list_kind=st.sampled_from([ListKind.FOLLOWERS, ListKind.FOLLOWEES]),
    frame=st.just(Frame.NEWEST),
    pulled_at=st.sampled_from([_day(1), _day(5), _day(9)]),
    totals=st.sampled_from([{}, {"a": 7000}]),
)


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("undo")
    store = create_store(f"sqlite:///{folder}/fanfit.db", key=bytes(32), vault_path=folder / "vault.db")
    yield store
    store.close()


def _empty(store: Store) -> None:
    with store.write("test") as conn:
        for table in Base.metadata.sorted_tables:
            if table.name not in {"meta", "writer"}:
                conn.execute(delete(table))


def _begin(store: Store, name: str) -> int:
    request = ImportRequest("accounts", f"{name}.csv", name, {}, Provenance("s", "b", NOW))
    return begin_import(store, request, now=NOW).import_id


class Bringing:
    """One import under way, a page at a time."""

    def __init__(self, store: Store, name: str, pull: PullFacts, indexer: TextIndexer) -> None:
        self.store = store
        self.import_id = _begin(store, name)
        self.position = 0
        self.writer = PageWriter(store, self.import_id, now=NOW, indexer=indexer, settings=RULE, pull=pull)

    def write(self, page: SmallPage) -> None:
        self.position += len(page.records)
        self.writer.write(page.records, position=self.position)

    def finish(self) -> None:
        finish_import(self.store, self.import_id, now=NOW, k=2)


def _texts(rows: Sequence[Any]) -> set[tuple[Any, ...]]:
    """text_week without its pages: what is counted per account and week, whichever page brought it."""
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        groups.setdefault((row.account, row.week, row.import_id, row.dictionary), []).append(row)
    result = set()
    for key, parts in groups.items():
        total = merge([TextCounts(*unpack(row.counts), row.words) for row in parts])
        result.add((*key, sum(row.posts for row in parts), total.words, total.terms.tobytes(), total.counts.tobytes()))
    return result


def _dump(store: Store, import_id: int) -> dict[str, set[tuple[Any, ...]]]:
    """Every table of content, the import under one name, pulls by their owner instead of their number."""
    dump: dict[str, set[tuple[Any, ...]]] = {}
    with store.read() as conn:
        pulls = {row.id: (row.account, row.list_kind) for row in conn.execute(select(Base.metadata.tables["pull"]))}
        for table in Base.metadata.sorted_tables:
            if table.name in LEFT_OUT:
                continue
            rows = list(conn.execute(select(table)))
            if table.name == "text_week":
                dump[table.name] = {(*row[:2], row[2] == import_id, *row[3:]) for row in _texts(rows)}
                continue
            shown = [column.name for column in table.columns if column.name not in {"reason", "id"}]
            dump[table.name] = set()
            for row in rows:
                values = row._mapping
                line = [("import", values[name] == import_id) if name == "import_id" else values[name] for name in shown]
                dump[table.name].add(
                    tuple(pulls[value] if name == "pull_id" else value for name, value in zip(shown, line, strict=True))
                )
    return dump


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    first=st.lists(pages(), max_size=3),
    second=st.lists(pages(), max_size=3),
    order=st.lists(st.booleans(), min_size=6, max_size=6),
    pulls=st.tuples(facts, facts),
)
def test_undoing_one_import_leaves_the_other_as_if_alone(
    one_store: Store, plain_indexer: TextIndexer, first: list[SmallPage], second: list[SmallPage], order: list[bool], pulls: Any
) -> None:
    _empty(one_store)
    a, b = Bringing(one_store, "A", pulls[0], plain_indexer), Bringing(one_store, "B", pulls[1], plain_indexer)
    waiting = {True: list(first), False: list(second)}
    for turn in [*order, *[True] * 3, *[False] * 3]:
        if waiting[turn]:
            (a if turn else b).write(waiting[turn].pop(0))
    a.finish()
    b.finish()
    undo_import(one_store, a.import_id, now=NOW, indexer=plain_indexer, settings=RULE, k=2)
    both = _dump(one_store, b.import_id)

    _empty(one_store)
    alone = Bringing(one_store, "B", pulls[1], plain_indexer)
    for page in second:
        alone.write(page)
    alone.finish()
    only = _dump(one_store, alone.import_id)
    assert both == only


def _one_import(store: Store, indexer: TextIndexer, name: str, records: Sequence[Any], pull: PullFacts | None = None) -> int:
    import_id = _begin(store, name)
    PageWriter(store, import_id, now=NOW, indexer=indexer, pull=pull, list_name="main").write(records, position=len(records))
    finish_import(store, import_id, now=NOW)
    return import_id


def _rows(store: Store, name: str) -> list[Any]:
    with store.read() as conn:
        return list(conn.execute(select(Base.metadata.tables[name])))


def test_an_overwritten_observation_is_current_again(store: Store, plain_indexer: TextIndexer) -> None:
    _one_import(store, plain_indexer, "A", [AttributeRecord("x", "1", "region", "north", _day(2))])
    later = _one_import(store, plain_indexer, "B", [AttributeRecord("x", "1", "region", "south", _day(1))])
    assert {row.value for row in _rows(store, "attribute")} == {"north", "south"}
    undo_import(store, later, now=NOW, indexer=plain_indexer)
    assert [row.value for row in _rows(store, "attribute")] == ["north"]


def test_edges_keep_the_times_of_the_pulls_that_remain(store: Store, plain_indexer: TextIndexer) -> None:
    early, late = (PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, _day(day)) for day in (9, 1))
    first = _one_import(store, plain_indexer, "A", [FollowRecord("x", "star", "f1"), FollowRecord("x", "star", "f2")], early)
    _one_import(store, plain_indexer, "B", [FollowRecord("x", "star", "f1")], late)
    assert len(_rows(store, "follow")) == 2
    undo_import(store, first, now=NOW, indexer=plain_indexer)
    (edge,) = _rows(store, "follow")
    assert (edge.first_seen, edge.last_seen) == (int(_day(1).timestamp()),) * 2


def test_whom_only_the_undone_import_named_is_a_person_again(store: Store, plain_indexer: TextIndexer) -> None:
    _one_import(store, plain_indexer, "A", [AccountRecord("x", "1", _day(1), handle="anna", name="Anna")])
    named = _one_import(store, plain_indexer, "B", [CandidateRecord("@Anna", handle="Anna")])
    assert [row.native_id for row in _rows(store, "named_account")] == ["1"]
    assert not _rows(store, "raw_profile")
    undo_import(store, named, now=NOW, indexer=plain_indexer)
    assert not _rows(store, "named_account")
    assert not _rows(store, "profile_snapshot")
    assert [row.handle for row in _rows(store, "raw_profile")] == ["anna"]


def test_a_second_reason_keeps_the_name(store: Store, plain_indexer: TextIndexer) -> None:
    _one_import(store, plain_indexer, "A", [PriceRecord("x", "1", 500, "CNY")])
    other = _one_import(store, plain_indexer, "B", [CandidateRecord("1", platform="x", native_id="1")])
    undo_import(store, other, now=NOW, indexer=plain_indexer)
    assert [row.native_id for row in _rows(store, "named_account")] == ["1"]


def test_without_its_text_a_shared_post_goes_missing(store: Store, plain_indexer: TextIndexer) -> None:
    post = PostRecord("x", "p", "1", _day(1), "red tea")
    first = _one_import(store, plain_indexer, "A", [post])
    _one_import(store, plain_indexer, "B", [post])
    report = undo_import(store, first, now=NOW, indexer=None)
    assert (report.posts_passed, report.posts_lost) == ({}, 1)
    assert not any(_rows(store, name) for name in ("post", "post_seen", "raw_post", "text_week"))


def _counted(store: Store) -> dict[tuple[int, str], tuple[int, int, dict[int, int]]]:
    """Import and author to posts, words and how often each term was counted."""
    with store.read() as conn:
        authors = dict(zip(store.pseudonymiser.of("x", PEOPLE), PEOPLE, strict=True))
        rows = _texts(list(conn.execute(select(Base.metadata.tables["text_week"]))))
    return {
        (import_id, authors[account]): (
            posts, words, dict(zip(np.frombuffer(terms, np.int64).tolist(), np.frombuffer(counts, np.int64).tolist(), strict=True)),
        )
        for account, _, import_id, _, posts, words, terms, counts in rows
    }  # fmt: skip


def test_posts_pass_from_one_import_to_the_next_and_go_with_the_last(store: Store, plain_indexer: TextIndexer) -> None:
    mine = PostRecord("x", "p0", "a", _day(1), "blue car")
    shared = [PostRecord("x", "p1", "a", _day(1), "red tea tea"), PostRecord("x", "p2", "b", _day(1), "tea")]
    late = PostRecord("x", "p3", "b", _day(1), "green")
    first = _one_import(store, plain_indexer, "A", [mine, *shared])
    second = _one_import(store, plain_indexer, "B", [*shared, late])
    third = _one_import(store, plain_indexer, "C", shared)

    def terms(*words: str) -> dict[int, int]:
        (counts,) = plain_indexer.index([" ".join(words)])
        return dict(zip(counts.terms.tolist(), counts.counts.tolist(), strict=True))

    a_both, b_shared, b_both = terms("red", "tea", "tea", "blue", "car"), terms("tea"), terms("tea", "green")
    a_shared, b_late = terms("red", "tea", "tea"), terms("green")
    assert _counted(store) == {(first, "a"): (2, 5, a_both), (first, "b"): (1, 1, b_shared), (second, "b"): (1, 1, b_late)}

    report = undo_import(store, first, now=NOW, indexer=plain_indexer)
    assert (report.posts_passed, report.posts_lost) == ({second: 2}, 1)
    assert _counted(store) == {(second, "a"): (1, 3, a_shared), (second, "b"): (2, 2, b_both)}
    assert {row.import_id for row in _rows(store, "post")} == {second}

    report = undo_import(store, second, now=NOW, indexer=plain_indexer)
    assert (report.posts_passed, report.posts_lost) == ({third: 2}, 1)
    assert _counted(store) == {(third, "a"): (1, 3, a_shared), (third, "b"): (1, 1, b_shared)}
    assert {row.import_id for row in _rows(store, "post")} == {third}

    report = undo_import(store, third, now=NOW, indexer=plain_indexer)
    assert (report.posts_passed, report.posts_lost) == ({}, 2)
    assert not any(_rows(store, name) for name in ("post", "post_seen", "raw_post", "text_week"))


def test_posts_pass_to_the_first_of_those_that_brought_them(store: Store, plain_indexer: TextIndexer) -> None:
    posts = [PostRecord("x", f"p{number}", "a", _day(1), f"tea {number}") for number in range(5)]
    first = _one_import(store, plain_indexer, "A", posts)
    second = _one_import(store, plain_indexer, "B", posts[:2])
    third = _one_import(store, plain_indexer, "C", posts[1:4])
    report = undo_import(store, first, now=NOW, indexer=plain_indexer)
    assert (report.posts_passed, report.posts_lost) == ({second: 2, third: 2}, 1)


def test_undo_says_what_cannot_be_undone(store: Store, plain_indexer: TextIndexer) -> None:
    number = _one_import(store, plain_indexer, "A", [AttributeRecord("x", "1", "region", "north", _day(2))])
    undo_import(store, number, now=NOW, indexer=plain_indexer)
    assert list_imports(store)[0].status == "undone"
    with pytest.raises(StorageError, match="undone before"):
        undo_import(store, number, now=NOW, indexer=plain_indexer)
    with pytest.raises(NotFound):
        undo_import(store, number + 1, now=NOW, indexer=plain_indexer)
