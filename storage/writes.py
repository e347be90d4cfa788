"""Bulk upserts: multi-row VALUES on SQLite, COPY through a stage table on PostgreSQL; both end in `ON CONFLICT`."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, Literal, NoReturn, cast

from sqlalchemy import Column, Connection, Dialect, LargeBinary, Table
from sqlmodel import SQLModel

from storage.errors import StorageError
from storage.stage import copy_and_merge

Merge = Literal["excluded", "min", "max"]
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
    if width == 1:
        upsert_rows(conn, table, columns, ((row[columns[0]],) for row in rows), key=key, update=update)
        return
    try:
        upsert_rows(conn, table, columns, map(itemgetter(*columns), rows), key=key, update=update)
    except KeyError as error:
        message = f"rows of one upsert must have the same columns: {error.args[0]} is missing in one"
        raise ValueError(message) from None


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
    merges = tuple(update.items()) if isinstance(update, Mapping) else tuple((name, cast("Merge", "excluded")) for name in update)
    bound = _bound([target.c[name] for name in columns], rows, conn.dialect)
    try:
        if conn.dialect.name == "sqlite":
            _upsert_sqlite(conn, target, tuple(columns), bound, tuple(key), merges)
        else:
            copy_and_merge(conn, target, tuple(columns), bound, tuple(key), merges)
    except sqlite3.IntegrityError as error:
        _refuse(target, str(error))


def _refuse(table: Table, why: str) -> NoReturn:
    message = f"table {table.name} refused a row: {why}"
    raise StorageError(message) from None


def _bound(columns: Sequence[Column[Any]], rows: Iterable[Sequence[Any]], dialect: Dialect) -> list[Sequence[Any]]:
    """Rows with every value as the driver wants it; columns whose type asks for nothing are passed as they are."""
    processors: list[tuple[int, Callable[[Any], Any]]] = []
    for position, column in enumerate(columns):
        kind = column.type
        if isinstance(kind, LargeBinary):
            continue  # both drivers take bytes; SQLAlchemy would wrap each in a memoryview
        processor = kind.dialect_impl(dialect).bind_processor(dialect)
        if processor is not None:
            processors.append((position, processor))
    if not processors:
        return list(rows)
    bound: list[Sequence[Any]] = []
    for row in rows:
        values = list(row)
        for position, processor in processors:
            values[position] = processor(values[position])
        bound.append(values)
    return bound


def _upsert_sqlite(
    conn: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: list[Sequence[Any]],
    key: tuple[str, ...],
    merges: tuple[tuple[str, Merge], ...],
) -> None:
    # In key order the tree's pages are visited once each; the sort is stable, so equal keys keep their order.
    rows.sort(key=itemgetter(*(columns.index(name) for name in key)))
    nullable = frozenset(name for name, _ in merges if table.c[name].nullable)
    driver = conn.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - the dialect says so
    step = max(1, min(_ROWS, _VARIABLES // len(columns)))
    cursor = driver.cursor()
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        sql = _sqlite_statement(table.name, columns, key, merges, nullable, len(part))
        cursor.execute(sql, list(chain.from_iterable(part)))
    cursor.close()


@lru_cache(maxsize=256)
def _sqlite_statement(
    table: str, columns: tuple[str, ...], key: tuple[str, ...], merges: tuple[tuple[str, Merge], ...], nullable: frozenset[str], rows: int
) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(["(" + ", ".join("?" * len(columns)) + ")"] * rows)
    keys = ", ".join(f'"{name}"' for name in key)
    changes = ", ".join(f'"{name}" = {_sqlite_merge(table, name, merge, optional=name in nullable)}' for name, merge in merges)
    action = f"UPDATE SET {changes}" if merges else "NOTHING"
    return f'INSERT INTO "{table}" ({names}) VALUES {values} ON CONFLICT ({keys}) DO {action}'  # noqa: S608 - names of our own columns


def _sqlite_merge(table: str, name: str, merge: Merge, *, optional: bool) -> str:
    kept, new = f'"{table}"."{name}"', f'excluded."{name}"'
    if merge == "excluded":
        return new
    if optional:  # SQLite's min(x, NULL) is NULL
        return f"{merge}(coalesce({kept}, {new}), coalesce({new}, {kept}))"
    return f"{merge}({kept}, {new})"
