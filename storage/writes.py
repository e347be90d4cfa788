"""Bulk upserts: multi-row VALUES on SQLite, COPY through a stage table on PostgreSQL; both end in `ON CONFLICT`."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Column, Connection, Dialect, LargeBinary, Table
from sqlmodel import SQLModel

from storage.errors import StorageError
from storage.packed import pack
from storage.stage import Merge, Merges, copy_and_merge, moves

__all__ = ["Merge", "Update", "upsert", "upsert_rows"]

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
    merges: Merges = tuple(update.items() if isinstance(update, Mapping) else ((name, "excluded") for name in update))
    bound = _bound([target.c[name] for name in columns], rows, conn.dialect)
    try:
        if conn.dialect.name == "sqlite":
            _upsert_sqlite(conn, target, tuple(columns), bound, tuple(key), merges)
        else:
            copy_and_merge(conn, target, tuple(columns), bound, tuple(key), merges)
    except sqlite3.IntegrityError as error:
        message = f"table {target.name} refused a row: {error}"
        raise StorageError(message) from None


def _bound(columns: Sequence[Column[Any]], rows: Iterable[Sequence[Any]], dialect: Dialect) -> list[Sequence[Any]]:
    """Rows with every value as the driver wants it; columns whose type asks for nothing are passed as they are."""
    processors: list[tuple[int, Callable[[Any], Any]]] = []
    for position, column in enumerate(columns):
        kind = column.type
        if isinstance(kind, LargeBinary):
            continue  # both drivers take bytes; SQLAlchemy would wrap each in a memoryview
        wanted = kind.dialect_impl(dialect).bind_processor(dialect)
        if wanted is not None:
            processors.append((position, wanted))
    if not processors:
        return list(rows)
    bound: list[Sequence[Any]] = []
    for row in rows:
        values = list(row)
        for position, process in processors:
            values[position] = process(values[position])
        bound.append(values)
    return bound


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
    nullable = frozenset(name for name, _ in merges if table.c[name].nullable)
    driver = conn.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - the dialect says so
    action = _sqlite_action(table.name, key, merges, nullable)
    packed = pack(table, columns, rows)
    if packed is not None:
        names = ", ".join(f'"{name}"' for name in columns)
        driver.execute(f'{packed.clause} INSERT INTO "{table.name}" ({names}) {packed.select} {action}', packed.bound)
        return
    step = max(1, min(_ROWS, _VARIABLES // len(columns)))
    cursor = driver.cursor()
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
