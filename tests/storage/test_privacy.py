"""Privacy: no person outside vault and raw tables; forget, purge and minors leave what they promise and no more."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from storage.engine import Store, create_store
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import NamingRule, PageWriter
from storage.models import Base
from storage.privacy import forget, is_forgotten, purge, reapply_forgotten
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
    Provenance,
    PullFacts,
)
from storage.runs import NewRun, load_persona_by_id, load_run, save_persona, save_run
from storage.text_index import TextIndexer

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LIST = PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW)
KEPT_OF_FORGOTTEN = {"forgotten", "audit_entry", "import_run", "meta", "writer", "alembic_version"}


def _bring(
    store: Store,
    indexer: TextIndexer,
    records: Sequence[Any],
    pull: PullFacts | None = None,
    now: datetime = NOW,
    rule: NamingRule = NamingRule(),  # noqa: B008 - frozen
) -> int:
    name = f"{len(records)}-{hash(tuple(records))}-{now}"
    import_id = begin_import(store, ImportRequest("attributes", "f.csv", name, {}, Provenance("s", "b", NOW)), now=now).import_id
    writer = PageWriter(store, import_id, now=now, indexer=indexer, pull=pull, list_name="main", settings=rule)
    writer.write(records, position=len(records))
    finish_import(store, import_id, now=now)
    return import_id


def _rows(store: Store, name: str) -> list[Any]:
    with store.read() as conn:
        return list(conn.execute(select(Base.metadata.tables[name])))


def _person(number: str) -> list[Sequence[Any]]:
    """Everything that can be known of one person, under words that occur nowhere else."""
    return [
        [
            AccountRecord(
                "weibo",
                f"nid{number}",
                NOW,
                f"hdl{number}",
                f"name{number}",
                f"bio{number}",
                f"https://u/{number}",
                followers=Count(9),
            )
        ],
        [PostRecord("weibo", f"post{number}", f"nid{number}", NOW, f"text{number} word{number}")],
        [AttributeRecord("weibo", f"nid{number}", "region", "north", NOW)],
        [LabelRecord("weibo", f"nid{number}", "buyers", value=True, observed_at=NOW)],
    ]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(numbers=st.lists(st.integers(10_000_000, 99_999_999), min_size=1, max_size=3, unique=True), kind=st.sampled_from(ListKind))
def test_no_person_outside_vault_and_raw_tables(plain_indexer: TextIndexer, numbers: list[int], kind: ListKind) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fanfit.db"
        store = create_store(f"sqlite:///{path}", key=bytes(32), vault_path=Path(folder) / "vault.db")
        for number in map(str, numbers):
            for records in _person(number):
                _bring(store, plain_indexer, records)
        ids = [f"nid{number}" for number in numbers]
        pull = replace(LIST, list_kind=kind)
        members: list[Any] = [
            BaseRecord("weibo", one) if kind is ListKind.BASE else FollowRecord("weibo", "star", one) for one in ids
        ]
        _bring(store, plain_indexer, members, pull)
        store.close()
        with sqlite3.connect(path) as conn:
            assert conn.execute("SELECT count(*) FROM raw_profile").fetchone() == (len(numbers),)
            for (table,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'raw%'").fetchall():
                conn.execute(f'DELETE FROM "{table}"')
        conn.close()
        with sqlite3.connect(path, isolation_level=None) as conn:
            conn.execute("VACUUM")
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        conn.close()
        left = b"".join(file.read_bytes() for file in Path(folder).glob("fanfit.db*"))
        for number in numbers:
            assert str(number).encode() not in left


def _world(store: Store, indexer: TextIndexer) -> None:
    for records in [*_person("1"), *_person("2")]:
        _bring(store, indexer, records)
    _bring(store, indexer, [FollowRecord("weibo", "star", name) for name in ("nid1", "nid2", "nid3")], LIST)
    _bring(store, indexer, [FollowRecord("weibo", "nid1", "nid2")], LIST)
    _bring(store, indexer, [CandidateRecord("star", platform="weibo", native_id="star")])


def _traces(store: Store, account: bytes) -> dict[str, int]:
    """In which tables the account's pseudonym stands, alone or in a list."""
    found = {}
    for table in Base.metadata.sorted_tables:
        rows = [row for row in _rows(store, table.name) if any(isinstance(value, bytes) and account in value for value in row)]
        if rows:
            found[table.name] = len(rows)
    return found


def test_forget_reaches_every_place_and_blocks_the_return(store: Store, plain_indexer: TextIndexer, tmp_path: Path) -> None:
    _world(store, plain_indexer)
    account = store.pseudonymiser.one("weibo", "nid1")
    everywhere = set(_traces(store, account))
    assert {"raw_profile", "raw_post", "post", "text_week", "attribute", "label", "follow", "pull", "pull_member"} <= everywhere
    for place in ("exports/a.parquet", "rejects/b.csv", "reports/c.html", "runs/.unfinished-x/people.parquet"):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).write_bytes(b"x")

    words = {row.text for row in _rows(store, "raw_word")}
    assert {"word1", "word2"} <= words
    report = forget(store, "weibo", "nid1", now=NOW, workspace=tmp_path)
    assert set(_traces(store, account)) == {"forgotten"}
    left = {row.text for row in _rows(store, "raw_word")}
    assert "word1" not in left, "a word that only this person used is its own"
    assert "word2" in left
    assert store.vault.native_ids([account]) == {}
    assert report.deleted["follow"] == 2
    assert report.deleted["vault"] == 1
    assert report.files == {"unfinished runs": 1, "exports": 1, "rejects": 1}
    assert not (tmp_path / "exports/a.parquet").exists()
    assert (tmp_path / "reports/c.html").exists(), "a person is named in no report"
    star = store.pseudonymiser.one("weibo", "star")
    assert [pull.seen for pull in _rows(store, "pull") if pull.account == star] == [3], "what was read stays counted"

    for records in _person("1"):
        _bring(store, plain_indexer, [*records, *records], now=NOW + timedelta(days=1))
    _bring(store, plain_indexer, [FollowRecord("weibo", "star", "nid1")], LIST, now=NOW + timedelta(days=1))
    assert set(_traces(store, account)) == {"forgotten"}
    assert store.vault.native_ids([account]) == {}


def test_forgetting_twice_or_someone_unknown_is_recorded_and_harmless(
    store: Store, plain_indexer: TextIndexer, tmp_path: Path
) -> None:
    _world(store, plain_indexer)
    before = {name: len(_rows(store, name)) for name in ("follow", "post", "attribute")}
    first = forget(store, "weibo", "nobody", now=NOW, workspace=tmp_path)
    again = forget(store, "weibo", "nobody", now=NOW, workspace=tmp_path)
    assert not first.known_before
    assert again.known_before
    assert not any(first.deleted.values())
    assert {name: len(_rows(store, name)) for name in before} == before
    with store.read() as conn:
        assert is_forgotten(conn, [store.pseudonymiser.one("weibo", "nobody")])


def test_what_a_backup_brings_back_is_erased_again(store: Store, plain_indexer: TextIndexer) -> None:
    _world(store, plain_indexer)
    account = store.pseudonymiser.one("weibo", "nid2")
    with store.write("test") as conn:
        conn.execute(insert(Base.metadata.tables["forgotten"]).values(account=account, forgotten_at=NOW, minor=False))
    assert reapply_forgotten(store)["follow"] == 2
    assert set(_traces(store, account)) == {"forgotten"}
    assert not any(reapply_forgotten(store).values())


def test_what_a_backup_says_of_a_named_account_is_erased_again(store: Store, plain_indexer: TextIndexer) -> None:
    _bring(store, plain_indexer, [AccountRecord("weibo", "77", NOW, "star", "Star", followers=Count(9000))])
    persona = "name: p\nmust:\n  - seeds: {positive: ['@star', '77', other]}\n"
    persona_id, _ = save_persona(store, "p", persona, "digest", NOW)
    card = {"account": {"platform": "weibo", "native_id": "77", "name": "Star", "handle": "star"}, "terms": []}
    result = {"cards": [card], "traits": {"seeds:77|@star|other": 1}, "warnings": []}
    save_run(store, NewRun(persona_id, "l", {}, 0, "1", "d", "i", NOW, NOW, None, result))
    with store.write("test") as conn:
        values = {"account": store.pseudonymiser.one("weibo", "77"), "forgotten_at": NOW, "minor": False}
        conn.execute(insert(Base.metadata.tables["forgotten"]).values(values))
    erased = reapply_forgotten(store)
    assert (erased["persona_version"], erased["score_run"], erased["named_account"]) == (1, 1, 1)
    assert load_run(store).result == {"cards": [], "traits": {"seeds:(erased)|(erased)|other": 1}, "warnings": []}
    assert load_persona_by_id(store, persona_id).text.endswith('["(erased 1)", "(erased 2)", other]}\n')
    assert not any(reapply_forgotten(store).values())


def test_a_declared_minor_leaves_no_row_but_is_counted(store: Store, plain_indexer: TextIndexer) -> None:
    _world(store, plain_indexer)
    account = store.pseudonymiser.one("weibo", "nid2")
    teen = AttributeRecord("weibo", "nid2", "age_band", "13-17", NOW)
    adult = AttributeRecord("weibo", "nid3", "age_band", "18-24", NOW)
    _bring(store, plain_indexer, [replace(teen, name="region", value="north"), teen, adult])
    assert set(_traces(store, account)) == {"forgotten"}
    star = store.pseudonymiser.one("weibo", "star")
    (pull,) = (row for row in _rows(store, "pull") if row.account == star)
    (page,) = (row for row in _rows(store, "pull_member") if row.pull_id == pull.id)
    assert (pull.seen, pull.minors, len(page.members)) == (3, 1, 2 * 16)
    assert [row.refused_minors for row in _rows(store, "import_run")][-1] == 1

    later = replace(LIST, pulled_at=NOW + timedelta(days=1))
    _bring(store, plain_indexer, [FollowRecord("weibo", "other", name) for name in ("nid1", "nid2")], later)
    other = store.pseudonymiser.one("weibo", "other")
    (pull,) = (row for row in _rows(store, "pull") if row.account == other)
    assert (pull.seen, pull.minors) == (2, 1), "a minor known already is counted by later pulls too"
    assert set(_traces(store, account)) == {"forgotten"}
    assert store.vault.native_ids([account]) == {}


def test_the_purge_takes_out_of_the_vault_whom_a_killed_import_declared_a_minor(store: Store, plain_indexer: TextIndexer) -> None:
    _world(store, plain_indexer)
    account = store.pseudonymiser.one("weibo", "nid2")
    request = ImportRequest("attributes", "f.csv", "killed", {}, Provenance("s", "b", NOW))
    writer = PageWriter(store, begin_import(store, request, now=NOW).import_id, now=NOW, indexer=None)
    writer.write([AttributeRecord("weibo", "nid2", "age_band", "13-17", NOW)], position=1)
    assert set(store.vault.native_ids([account])) == {account}
    purge(store, now=NOW, workspace=None, dry_run=True)
    assert set(store.vault.native_ids([account])) == {account}, "counted, nothing changed"
    purge(store, now=NOW, workspace=None)
    assert store.vault.native_ids([account]) == {}


def test_forgetting_a_named_account_takes_its_card_from_the_runs(
    store: Store, plain_indexer: TextIndexer, tmp_path: Path
) -> None:
    _bring(store, plain_indexer, [AccountRecord("weibo", "77", NOW, "star", "Star", followers=Count(9000))])
    ours, other = (
        {"platform": "weibo", "native_id": one, "name": name, "handle": None} for one, name in (("77", "Star"), ("78", "Moon"))
    )
    result = {
        "cards": [{"account": ours, "terms": []}, {"account": other, "terms": [{"term": "Star"}, {"term": "tea"}]}],
        "not_scored": [],
        "overlaps": [{"a": "Star", "b": "Moon"}],
        "net_reach": {"accounts": ["Star", "Moon"], "gross": 5},
        "warnings": [],
    }
    run = {
        "persona_id": 1,
        "list_name": "l",
        "parameters": {},
        "seed": 0,
        "code_version": "1",
        "dictionary": "d",
        "input_digest": "i",
    }
    with store.write("test") as conn:
        values = {**run, "result_digest": "r", "created": NOW, "recomputable": True, "result": result}
        number = conn.execute(insert(Base.metadata.tables["score_run"]).values(values)).inserted_primary_key[0]
    (tmp_path / "runs" / str(number)).mkdir(parents=True)
    (tmp_path / "runs" / str(number) / "people.parquet").write_bytes(b"x")

    report = forget(store, "weibo", "77", now=NOW, workspace=tmp_path)
    (row,) = _rows(store, "score_run")
    assert [card["account"]["native_id"] for card in row.result["cards"]] == ["78"]
    assert [term["term"] for term in row.result["cards"][0]["terms"]] == ["tea"]
    assert row.result["overlaps"] == []
    assert row.result["net_reach"] == {"accounts": ["Moon"], "gross": 5}
    assert (row.recomputable, row.why_not, report.runs) == (False, "forgotten", (number,))
    assert not (tmp_path / "runs" / str(number)).exists()
    assert not _rows(store, "named_account")


def test_purge_follows_the_lifetimes(store: Store, plain_indexer: TextIndexer) -> None:
    _world(store, plain_indexer)
    _bring(store, plain_indexer, [AccountRecord("weibo", "big", NOW, "big", bio="large", followers=Count(9000))])
    expected = {
        6: {"raw_profile": 2, "raw_post": 5, "post": 5, "follow": 4, "label": 2, "pull": 2},
        8: {"raw_profile": 0, "raw_post": 1, "post": 5, "follow": 4, "label": 2, "pull": 2},
        91: {"raw_post": 1, "post": 1, "text_week": 1, "attribute": 0, "profile_feature": 1, "follow": 4, "label": 2},
        401: {"follow": 0, "pull": 0, "pull_member": 0, "label": 0, "post": 1, "profile_snapshot": 1, "count_series": 1},
    }
    vault = store.pseudonymiser.of("weibo", ["nid1", "nid3"])
    for days, left in expected.items():
        now = NOW + timedelta(days=days)
        counted = purge(store, now=now, workspace=None, dry_run=True)
        held = {table: len(_rows(store, table)) for table in left}
        report = purge(store, now=now, workspace=None)
        assert {table: held[table] - len(_rows(store, table)) for table in left} == {
            t: counted.deleted[t] for t in left if t in counted.deleted
        } | {t: 0 for t in left if t not in counted.deleted}
        assert {table: len(_rows(store, table)) for table in left} == left
        assert bool(store.vault.native_ids(vault)) == (days < 90)
        assert report.deleted.items() >= counted.deleted.items()


def test_purge_lets_go_of_a_runs_input(store: Store, tmp_path: Path) -> None:
    run = {
        "persona_id": 1,
        "list_name": "l",
        "parameters": {},
        "seed": 0,
        "code_version": "1",
        "dictionary": "d",
        "input_digest": "i",
    }
    with store.write("test") as conn:
        table = Base.metadata.tables["score_run"]
        for expires in (NOW, NOW + timedelta(days=9)):
            values = {**run, "result_digest": "r", "created": NOW - timedelta(days=5), "recomputable": True, "result": {}}
            conn.execute(insert(table).values({**values, "snapshot_expires": expires}))
    old, young = (row.id for row in sorted(_rows(store, "score_run"), key=lambda row: row.id))
    for number in (old, young):
        (tmp_path / "runs" / str(number)).mkdir(parents=True)
    assert purge(store, now=NOW, workspace=tmp_path, dry_run=True).runs == (old,)
    assert (tmp_path / "runs" / str(old)).exists()
    assert purge(store, now=NOW, workspace=tmp_path).runs == (old,)
    assert not (tmp_path / "runs" / str(old)).exists()
    assert (tmp_path / "runs" / str(young)).exists()
    assert {row.id: row.why_not for row in _rows(store, "score_run")} == {old: "expired", young: None}
