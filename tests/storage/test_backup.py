"""Backup and restore: everything comes back, except who was forgotten; never the vault or the key; a failure changes nothing."""

import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from storage import dumps
from storage.backup import RestoreReport, backup, restore
from storage.checking import check
from storage.engine import Store, create_store, open_store
from storage.errors import Refused, SchemaMismatch, StorageError, WorkspaceBusy, WrongKey
from storage.models import Base
from storage.writes import upsert

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FOLLOW = Base.metadata.tables["follow"]
FORGOTTEN = Base.metadata.tables["forgotten"]
ATTRIBUTE = Base.metadata.tables["attribute"]
IMPORT_RUN = Base.metadata.tables["import_run"]
NATIVE_ID = "native-4711"


def _url(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def _account(number: int) -> bytes:
    return number.to_bytes(16, "big")


@pytest.fixture
def filled(store: Store) -> Store:
    """Three followers of one account, one attribute, one vault entry."""
    run = {"id": 1, "kind": "follows", "file_name": "f", "fingerprint": "f", "options": {}, "status": "done", "position": 3,
           "accepted": 3, "rejected": 0, "duplicates": 0, "refused_minors": 0, "started": NOW, "finished": NOW}  # fmt: skip
    with store.write("test") as conn:
        conn.execute(insert(IMPORT_RUN).values(run))
        edges = [{"account": _account(1), "follower": _account(n), "first_seen": 1, "last_seen": 2} for n in (2, 3, 4)]
        upsert(conn, FOLLOW, edges, key=("account", "follower"), update=())
        said = {"account": _account(2), "name": "gender", "import_id": 1, "value": "f", "observed_at": NOW, "fetched_at": NOW}
        upsert(conn, ATTRIBUTE, [said], key=("account", "name", "import_id"), update=())
    store.vault.remember("weibo", [NATIVE_ID], [_account(2)], NOW)
    return store


def _followers(store: Store) -> list[int]:
    with store.read() as conn:
        return sorted(int.from_bytes(follower, "big") for follower in conn.execute(select(FOLLOW.c.follower)).scalars())


def _restore(store: Store, path: Path, key: bytes, tmp_path: Path) -> RestoreReport:
    return restore(path, _url(store), key=key, vault_path=tmp_path / "vault.db", wait_seconds=0.2)


def test_a_restore_brings_everything_back(filled: Store, store_key: bytes, tmp_path: Path) -> None:
    backup(filled, tmp_path / "b.bak")
    with filled.write("test") as conn:
        conn.execute(FOLLOW.delete())
        conn.execute(ATTRIBUTE.update().values(value="m"))
    report = _restore(filled, tmp_path / "b.bak", store_key, tmp_path)
    assert (report.upgraded, report.forgotten, sum(report.erased.values()), report.list_lost) == (False, 0, 0, False)
    assert _followers(filled) == [2, 3, 4]
    with filled.read() as conn:
        assert conn.execute(select(ATTRIBUTE.c.value, ATTRIBUTE.c.observed_at)).one() == ("f", NOW)
    with filled.write("import follows") as conn:  # writers go on
        conn.execute(FOLLOW.delete().where(FOLLOW.c.follower == _account(2)))
    assert _followers(filled) == [3, 4]
    assert all(finding.ok for finding in check(filled))


def test_a_backup_is_one_private_file_without_vault_and_key(filled: Store, store_key: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with filled.write("import posts"):  # writers need not stop
        backup(filled, folder / "b.bak")
    assert [path.name for path in folder.iterdir()] == ["b.bak"]
    assert stat.S_IMODE((folder / "b.bak").stat().st_mode) == 0o600
    content = (folder / "b.bak").read_bytes()
    assert store_key not in content
    assert store_key.hex().encode() not in content
    assert NATIVE_ID.encode() not in content
    assert b"vault_entry" not in content


def test_forgotten_since_the_backup_stays_forgotten(filled: Store, store_key: bytes, tmp_path: Path) -> None:
    backup(filled, tmp_path / "b.bak")
    with filled.write("forget") as conn:
        conn.execute(insert(FORGOTTEN).values(account=_account(2), forgotten_at=NOW, minor=False))
        conn.execute(FOLLOW.delete())
    report = _restore(filled, tmp_path / "b.bak", store_key, tmp_path)
    assert report.forgotten == 1
    assert sum(report.erased.values()) > 0
    assert _followers(filled) == [3, 4]
    with filled.read() as conn:
        assert conn.execute(select(ATTRIBUTE)).all() == []
        assert conn.execute(select(FORGOTTEN.c.account)).scalars().all() == [_account(2)]
    assert filled.vault.native_ids([_account(2)]) == {}


def test_restore_into_an_empty_place_says_that_the_forgotten_are_not_known(
    filled: Store, store_key: bytes, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    backup(filled, tmp_path / "b.bak")
    if filled.engine.dialect.name == "sqlite":
        url = f"sqlite:///{tmp_path}/elsewhere.db"
    else:
        url = request.getfixturevalue("postgresql_cluster").new_database()
    report = restore(tmp_path / "b.bak", url, key=store_key, vault_path=tmp_path / "v2.db")
    assert report.list_lost
    reopened = open_store(url, key=store_key, vault_path=tmp_path / "v2.db")
    assert _followers(reopened) == [2, 3, 4]
    reopened.close()


def test_another_key_is_refused_before_anything_changes(filled: Store, tmp_path: Path) -> None:
    backup(filled, tmp_path / "b.bak")
    with filled.write("test") as conn:
        conn.execute(FOLLOW.delete())
    with pytest.raises(WrongKey, match="Nothing was changed"):
        _restore(filled, tmp_path / "b.bak", bytes(32), tmp_path)
    assert _followers(filled) == []


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(84)])
def test_what_is_no_backup_is_refused_and_nothing_changes(
    filled: Store, store_key: bytes, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "b.bak").write_bytes(content)
    with pytest.raises(StorageError, match="not a"):
        _restore(filled, tmp_path / "b.bak", store_key, tmp_path)
    with pytest.raises(StorageError, match="no backup file"):
        _restore(filled, tmp_path / "none.bak", store_key, tmp_path)
    assert _followers(filled) == [2, 3, 4]


def test_a_newer_backup_is_refused(filled: Store, store_key: bytes, tmp_path: Path) -> None:
    with filled.write("test") as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backup(filled, tmp_path / "b.bak")
    with pytest.raises(SchemaMismatch, match="newer fanfit"):
        _restore(filled, tmp_path / "b.bak", store_key, tmp_path)


def test_restore_waits_for_writers(filled: Store, store_key: bytes, tmp_path: Path) -> None:
    backup(filled, tmp_path / "b.bak")
    with filled.write("import posts") as conn:
        conn.execute(FOLLOW.delete().where(FOLLOW.c.follower == _account(2)))
        with pytest.raises(WorkspaceBusy):
            _restore(filled, tmp_path / "b.bak", store_key, tmp_path)
    assert _followers(filled) == [3, 4]


def test_an_existing_file_is_not_overwritten(filled: Store, tmp_path: Path) -> None:
    (tmp_path / "b.bak").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match="exists already"):
        backup(filled, tmp_path / "b.bak")
    assert (tmp_path / "b.bak").read_text(encoding="utf-8") == "mine"
    with pytest.raises(StorageError, match="folder"):
        backup(filled, tmp_path / "none" / "b.bak")


def test_a_damaged_sqlite_database_is_replaced(store_key: bytes, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/fanfit.db"
    store = create_store(url, key=store_key, vault_path=None)
    backup(store, tmp_path / "b.bak")
    store.close()
    (tmp_path / "fanfit.db").write_bytes(b"overwritten by something else" * 1000)
    with pytest.raises(StorageError, match="fanfit db restore"):
        open_store(url, key=store_key, vault_path=None)
    assert restore(tmp_path / "b.bak", url, key=store_key, vault_path=None).list_lost
    open_store(url, key=store_key, vault_path=None).close()
    assert not [path.name for path in tmp_path.iterdir() if "restoring" in path.name]


def test_missing_server_programs_are_named(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if store.engine.dialect.name == "sqlite":
        monkeypatch.setattr(dumps, "_run", lambda *_: pytest.fail("SQLite needs no program"))
        backup(store, tmp_path / "b.bak")
        return
    monkeypatch.setattr(dumps, "_INSTALLED", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(StorageError, match="pg_dump is not installed"):
        backup(store, tmp_path / "b.bak")
    assert not list(tmp_path.glob("b.bak*"))


def test_check_finds_what_is_wrong(filled: Store, tmp_path: Path) -> None:
    assert [finding.name for finding in check(filled) if not finding.ok] == []
    with filled.write("test") as conn:
        conn.execute(IMPORT_RUN.delete())
        member = {"pull_id": 5, "first": 0, "members": b"cut"}
        conn.execute(insert(Base.metadata.tables["pull_member"]).values(member))
        conn.execute(text("DROP TABLE price"))
        raw = {"post": bytes(16), "account": bytes(16), "text": "t", "is_repost": False, "fetched_at": NOW}
        conn.execute(insert(Base.metadata.tables["raw_post"]).values(raw))
    bad = {"schema", "imports", "pulls", "posts"}
    if filled.engine.dialect.name == "sqlite":
        (tmp_path / "fanfit.db").chmod(0o644)
        bad.add("permissions")
    findings = {finding.name: finding for finding in check(filled)}
    assert {name for name, finding in findings.items() if not finding.ok} == bad
    assert all(findings[name].what_to_do for name in bad)


def test_check_sees_a_broken_page(store_key: bytes, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/fanfit.db"
    store = create_store(url, key=store_key, vault_path=None)
    with store.write("test") as conn:
        rows = [{"account": _account(1), "follower": _account(n), "first_seen": 1, "last_seen": 2} for n in range(2_000)]
        upsert(conn, FOLLOW, rows, key=("account", "follower"), update=())
    store.close()
    with closing(sqlite3.connect(tmp_path / "fanfit.db")) as raw:
        page, size = (
            raw.execute(sql).fetchone()[0]
            for sql in ("SELECT rootpage FROM sqlite_master WHERE name = 'follow'", "PRAGMA page_size")
        )
    with (tmp_path / "fanfit.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(size))
    broken = open_store(url, key=store_key, vault_path=None)
    assert not {finding.name: finding.ok for finding in check(broken)}["integrity"]
    broken.close()
