"""Bulk upserts: multi-row VALUES on SQLite, COPY through a stage table on PostgreSQL; both end in `ON CONFLICT`."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain, repeat
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import JSON, Connection, Dialect, LargeBinary, Table
from sqlmodel import SQLModel

from storage.errors import StorageError
from storage.packed import KeyColumn, in_key_order, pack, pack_with_texts, split
from storage.stage import Merge, Merges, copy_and_merge, copy_rows, moves

__all__ = ["Merge", "Update", "append_keys", "upsert", "upsert_keys", "upsert_rows"]

Update = Sequence[str] | Mapping[str, Merge]
_ROWS = 300  # more than that buys nothing (measured), fewer cost a third
_VARIABLES = 32_000  # SQLite's limit of bound values is 32,766


def upsert(
    conn: Connection, table: Table | type[SQLModel], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str], update: Update
) -> None:
    """Insert `rows` (all with the same columns); where `key` exists already, change the columns of `update`.

    `update` names columns that take the new row's value, or maps each to "excluded" (the new value), "min" or "max"
    (of the kept and the new value; an empty one gives way). Nothing to update: rows that exist are left alone.
    Rows of one batch with the same key act one after another, in order.

    Raises:
        StorageError: when a constraint refuses a row; the message names the constraint, never a value.
        ValueError: when rows differ in their columns, or a time has no zone.
    """
    if not rows:
        return
    columns = tuple(rows[0])
    width = len(columns)
    if any(len(row) != width for row in rows):
        message = "rows of one upsert must have the same columns"
        raise ValueError(message)
    try:
        values = [tuple(row[name] for name in columns) for row in rows] if width == 1 else list(map(itemgetter(*columns), rows))
    except KeyError as error:
        message = f"rows of one upsert must have the same columns: {error.args[0]} is missing in one"
        raise ValueError(message) from None
    upsert_rows(conn, table, columns, values, key=key, update=update)


def upsert_rows(
    conn: Connection,
    table: Table | type[SQLModel],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    key: Sequence[str],
    update: Update,
) -> None:
    """`upsert` without dicts, for the hot path: each row is a tuple in the order of `columns`."""
    target = table if isinstance(table, Table) else cast("Table", table.__table__)  # type: ignore[attr-defined]
    merges = _merges(update)
    bound = _bound(target, tuple(columns), rows, conn.dialect)
    if not bound:
        return
    with _refusals(target):
        if conn.dialect.name == "sqlite":
            _upsert_sqlite(conn, target, tuple(columns), bound, tuple(key), merges)
        else:
            copy_and_merge(conn, target, tuple(columns), bound, tuple(key), merges)


def upsert_keys(
    conn: Connection,
    table: Table,
    keys: Mapping[str, KeyColumn],
    shared: Mapping[str, int | str],
    *,
    key: Sequence[str],
    update: Update,
) -> None:
    """`upsert` of rows that are keys of 16 bytes and values all rows share: edges of a list, without an object per row.

    `keys` are columns of shape (n, 16), in the order of the table's key; the order of equal rows is not kept.
    """
    if not len(next(iter(keys.values()))):
        return
    merges, names = _merges(update), (*keys, *shared)
    ordered = in_key_order(keys)
    with _refusals(table):
        if conn.dialect.name == "sqlite":
            packed = pack(ordered, shared)
            quoted = ", ".join(f'"{name}"' for name in names)
            statement = f'INSERT INTO "{table.name}" ({quoted}) {packed.select} '
            _driver(conn).execute(
                statement + _sqlite_action(table.name, tuple(key), merges, _nullable(table, merges)), packed.bound
            )
        else:
            rows = list(
                zip(*map(split, ordered.values()), *map(repeat, shared.values()), strict=False)
            )  # the shared ones never end
            copy_and_merge(conn, table, names, rows, tuple(key), merges)


def append_keys(
    conn: Connection,
    table: Table,
    keys: tuple[str, Sequence[bytes]],
    texts: tuple[str, Sequence[str]],
    shared: Mapping[str, int | str],
) -> None:
    """Adds rows of a key of 16 bytes, a text and values all rows share; the table has no other key than its row number.

    `keys` and `texts` are a column's name and its values, one beside the other.

    Raises:
        ValueError: a text with a zero byte.
        StorageError: when a constraint refuses a row.
    """
    names = (keys[0], texts[0], *shared)
    packed = pack_with_texts(keys[1], texts[1], shared)
    with _refusals(table):
        if conn.dialect.name == "sqlite":
            quoted = ", ".join(f'"{name}"' for name in names)
            _driver(conn).execute(f'INSERT INTO "{table.name}" ({quoted}) {packed.select}', packed.bound)
        else:
            copy_rows(conn, table, names, zip(keys[1], texts[1], *map(repeat, shared.values()), strict=False))


@contextmanager
def _refusals(table: Table) -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        message = f"table {table.name} refused a row: {error}"
        raise StorageError(message) from None


def _merges(update: Update) -> Merges:
    return tuple(update.items() if isinstance(update, Mapping) else ((name, "excluded") for name in update))


def _nullable(table: Table, merges: Merges) -> frozenset[str]:
    return frozenset(name for name, _ in merges if table.c[name].nullable)


def _driver(conn: Connection) -> sqlite3.Connection:
    driver = conn.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - the dialect says so
    return driver


def _bound(table: Table, columns: tuple[str, ...], rows: Iterable[Sequence[Any]], dialect: Dialect) -> list[Sequence[Any]]:
    """Rows with every value as the driver wants it; columns whose type asks for nothing are passed as they are."""
    processors = _processors(table, columns, dialect)
    if not processors:
        return list(rows)
    by_column: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for position, process, unhashable in processors if by_column else ():
        values = by_column[position]
        if unhashable:
            by_column[position] = list(map(process, values))
        else:  # times and truth values repeat: a page has one time of fetching
            known = {value: process(value) for value in set(values)}
            by_column[position] = list(map(known.__getitem__, values))
    return list(zip(*by_column, strict=True))


@lru_cache(maxsize=256)
def _processors(table: Table, columns: tuple[str, ...], dialect: Dialect) -> list[tuple[int, Callable[[Any], Any], bool]]:
    """Position, conversion and whether values cannot be hashed, of each column that asks for one."""
    found: list[tuple[int, Callable[[Any], Any], bool]] = []
    for position, name in enumerate(columns):
        kind = table.c[name].type
        if isinstance(kind, LargeBinary):
            continue  # both drivers take bytes; SQLAlchemy would wrap each in a memoryview
        wanted = kind.dialect_impl(dialect).bind_processor(dialect)
        if wanted is not None:
            found.append((position, wanted, isinstance(kind, JSON)))
    return found


def _upsert_sqlite(
    conn: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: list[Sequence[Any]],
    key: tuple[str, ...],
    merges: Merges,
) -> None:
    # In key order the tree's pages are visited once each; the sort is stable, so equal keys keep their order.
    rows.sort(key=itemgetter(*(columns.index(name) for name in key)))
    action = _sqlite_action(table.name, key, merges, _nullable(table, merges))
    step = max(1, min(_ROWS, _VARIABLES // len(columns)))
    cursor = _driver(conn).cursor()
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        cursor.execute(_sqlite_values(table.name, columns, len(part)) + action, list(chain.from_iterable(part)))
    cursor.close()


@lru_cache(maxsize=256)
def _sqlite_values(table: str, columns: tuple[str, ...], rows: int) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(["(" + ", ".join("?" * len(columns)) + ")"] * rows)
    return f'INSERT INTO "{table}" ({names}) VALUES {values} '


@lru_cache(maxsize=256)
def _sqlite_action(table: str, key: tuple[str, ...], merges: Merges, nullable: frozenset[str]) -> str:
    keys = ", ".join(f'"{name}"' for name in key)
    if not merges:
        return f"ON CONFLICT ({keys}) DO NOTHING"
    changes = ", ".join(f'"{name}" = {_sqlite_merge(table, name, merge, optional=name in nullable)}' for name, merge in merges)
    action = f"ON CONFLICT ({keys}) DO UPDATE SET {changes}"
    if nullable or any(merge == "excluded" for _, merge in merges):
        return action
    news = moves(f'"{table}"', merges)
    return f"{action} WHERE {news}"


def _sqlite_merge(table: str, name: str, merge: Merge, *, optional: bool) -> str:
    kept, new = f'"{table}"."{name}"', f'excluded."{name}"'
    if merge == "excluded":
        return new
    if optional:  # SQLite's min(x, NULL) is NULL
        return f"{merge}(coalesce({kept}, {new}), coalesce({new}, {kept}))"
    return f"{merge}({kept}, {new})"
