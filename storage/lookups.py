"""Reads and deletes by many keys: chunks that fit both databases' limits on parameters."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Row, Table, delete, select

T = TypeVar("T")
CHUNK = 5000  # keys a statement: far below SQLite's 32,766 and PostgreSQL's 65,535 parameters


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def rows_where(
    conn: Connection, columns: Sequence[Column[Any]], key: Column[Any], values: Iterable[object]
) -> Iterator[Row[Any]]:
    """Rows of the columns' table whose `key` is among the values, in no promised order."""
    for part in chunks(values):
        yield from conn.execute(select(*columns).where(key.in_(part)))


def keys_among(conn: Connection, table: Table, key: str, values: Iterable[bytes], *, import_id: int | None = None) -> set[bytes]:
    """Which of the binary keys stand in the table, in rows of one import if that is said: past the expression compiler, because every page asks.

    `table` and `key` are names of our own schema, never input.
    """
    found: set[bytes] = set()
    tail = "" if import_id is None else f" AND import_id = {import_id:d}"
    for part in chunks(values):
        found.update(row[0] for row in _raw(conn, f"SELECT DISTINCT {key} FROM {table.name}", key, part, tail))
    return found


def raw_rows(
    conn: Connection, table: Table, columns: Sequence[str], key: str, values: Iterable[bytes]
) -> Iterator[tuple[Any, ...]]:
    """`rows_where` past the expression compiler, for binary keys: values come as the driver gives them, so no times.

    `table`, `columns` and `key` are names of our own schema, never input.
    """
    for part in chunks(values):
        yield from map(tuple, _raw(conn, f"SELECT {', '.join(columns)} FROM {table.name}", key, part))


def counts_by(conn: Connection, table: Table, key: str, values: Iterable[bytes]) -> dict[bytes, int]:
    """Rows of the table for each of the binary keys that has any."""
    counts: dict[bytes, int] = {}
    for part in chunks(values):
        select_text = f"SELECT {key}, count(*) FROM {table.name}"
        counts.update((row[0], row[1]) for row in _raw(conn, select_text, key, part, f" GROUP BY {key}"))
    return counts


def _raw(conn: Connection, select_text: str, key: str, part: Sequence[bytes], tail: str = "") -> Sequence[Row[*tuple[Any, ...]]]:
    if conn.dialect.name == "sqlite":
        marks = ",".join("?" * len(part))
        return conn.exec_driver_sql(f"{select_text} WHERE {key} IN ({marks}){tail}", tuple(part)).all()
    return conn.exec_driver_sql(f"{select_text} WHERE {key} = ANY(%s){tail}", (list(part),)).all()


def delete_where(conn: Connection, table: Table, key: Column[Any], values: Iterable[object]) -> int:
    """Deletes the rows whose `key` is among the values; how many went."""
    gone = 0
    for part in chunks(values):
        gone += conn.execute(delete(table).where(key.in_(part))).rowcount
    return gone
