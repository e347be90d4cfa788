"""The id vault: remembers, refreshes, forgets, and stands apart from the database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from storage.engine import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _remember(store: Store, platform: str, native_ids: list[str], now: datetime = NOW) -> list[bytes]:
    pseudonyms = store.pseudonymiser.of(platform, native_ids)
    store.vault.remember(platform, native_ids, pseudonyms, now)
    return pseudonyms


def test_native_ids_come_back_by_pseudonym(store: Store) -> None:
    one, two = _remember(store, "weibo", ["1", "2"])
    (other,) = _remember(store, "x", ["1"])
    absent = store.pseudonymiser.one("x", "2")
    assert store.vault.native_ids([one, two, other, absent, one]) == {one: ("weibo", "1"), two: ("weibo", "2"), other: ("x", "1")}
    assert store.vault.native_ids([]) == {}
    assert store.vault.count() == 3


def test_many_at_once_and_twice_in_a_batch(store: Store) -> None:
    native_ids = [str(number) for number in range(12_000)] * 2
    pseudonyms = _remember(store, "weibo", native_ids)
    assert store.vault.native_ids(pseudonyms) == {
        pseudonym: ("weibo", native_id) for pseudonym, native_id in zip(pseudonyms, native_ids, strict=True)
    }
    assert store.vault.forget(pseudonyms[:11_000]) == 11_000
    assert store.vault.count() == 1_000


def test_an_entry_lives_from_when_it_was_last_remembered(store: Store) -> None:
    old, seen_again = _remember(store, "weibo", ["1", "2"])
    _remember(store, "weibo", ["2"], NOW + timedelta(days=50))
    _remember(store, "weibo", ["2"], NOW + timedelta(days=10))  # a late import of an older file does not age it
    assert store.vault.purge(NOW + timedelta(days=40)) == 1
    assert set(store.vault.native_ids([old, seen_again])) == {seen_again}
    assert store.vault.purge(NOW + timedelta(days=50)) == 0
    assert store.vault.purge(NOW + timedelta(days=51)) == 1


def _held_rows(store: Store) -> int:
    table = "vault.vault_entry" if store.engine.dialect.name == "postgresql" else "vault_entry"
    with store.vault.engine.connect() as conn:
        return int(conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_a_purge_leaves_one_row_of_whom_many_imports_brought(store: Store) -> None:
    native_ids = [f"ä{number}" for number in range(5)]
    for day in range(4):
        pseudonyms = _remember(store, "weibo", native_ids, NOW + timedelta(days=day))
    assert (_held_rows(store), store.vault.count()) == (20, 5)
    assert store.vault.purge(NOW) == 0
    assert _held_rows(store) == store.vault.count() == 5
    assert store.vault.native_ids(pseudonyms) == {
        key: ("weibo", native_id) for key, native_id in zip(pseudonyms, native_ids, strict=True)
    }
    _remember(store, "weibo", native_ids[:2], NOW)
    assert store.vault.purge(NOW + timedelta(days=3)) == 0, "the newest row counts, not the last"
    assert store.vault.forget(pseudonyms[:2]) == 2
    assert _held_rows(store) == 3


def test_an_id_that_would_be_cut_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="zero byte"):
        _remember(store, "weibo", ["1", "2\x003"])
    assert store.vault.count() == 0


def test_forget_takes_out_only_what_is_named(store: Store) -> None:
    one, two = _remember(store, "weibo", ["1", "2"])
    assert store.vault.forget([one]) == 1
    assert store.vault.forget([one]) == 0
    assert set(store.vault.native_ids([one, two])) == {two}


def test_the_vault_stands_apart_from_the_database(store: Store, tmp_path: Path) -> None:
    marker = "native-id-4711"
    _remember(store, "weibo", [marker])
    assert "vault_entry" not in inspect(store.engine).get_table_names()
    if store.engine.dialect.name == "sqlite":
        store.close()
        assert marker.encode() in (tmp_path / "vault.db").read_bytes()
        assert marker.encode() not in (tmp_path / "fanfit.db").read_bytes()
    else:
        assert inspect(store.engine).get_table_names(schema="vault") == ["vault_entry"]


def test_remembering_inside_a_write_does_not_wait_for_it(store: Store) -> None:
    with store.write("test"):
        (one,) = _remember(store, "weibo", ["1"])
    assert set(store.vault.native_ids([one])) == {one}
