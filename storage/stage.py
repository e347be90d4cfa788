"""The PostgreSQL half of `storage.writes`: rows are copied into a temporary table and merged from there by one statement."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Connection, Table

from storage.errors import StorageError

Merge = Literal["excluded", "min", "max"]
Merges = tuple[tuple[str, Merge], ...]
_ORDER = "stage_order"


def copy_and_merge(
    conn: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    key: tuple[str, ...],
    merges: Merges,
) -> None:
    """COPY `rows` into a stage of this connection and merge them; rows of equal key act one after another, in order.

    Raises:
        StorageError: when a constraint refuses a row; the server's detail (it holds the row) is left out.
    """
    optional = any(table.c[name].nullable for name, _ in merges)
    stage, create, merge = _statements(table.name, table.schema, columns, key, merges, optional=optional)
    with _cursor(conn, table) as cursor:
        cursor.execute(create)
        _copy(cursor, stage, (*columns, _ORDER), ((*row, order) for order, row in enumerate(rows)))
        cursor.execute(merge)
        cursor.execute(f"TRUNCATE {stage}")


def copy_rows(conn: Connection, table: Table, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """COPY `rows` straight into a table where nothing can stand in their way.

    Raises:
        StorageError: as `copy_and_merge`.
    """
    with _cursor(conn, table) as cursor:
        _copy(cursor, _quoted(table.name, table.schema), columns, rows)


@contextmanager
def _cursor(conn: Connection, table: Table) -> Iterator[Any]:
    import psycopg  # noqa: PLC0415 - an extra: only those who use PostgreSQL have it

    driver: Any = conn.connection.driver_connection
    try:
        with driver.cursor() as cursor:
            yield cursor
    except (psycopg.IntegrityError, psycopg.DataError) as error:
        why = error.diag.constraint_name or error.diag.column_name or error.diag.message_primary or "bad value"
        message = f"table {table.name} refused a row: {type(error).__name__} {why}"
        raise StorageError(message) from None


def _copy(cursor: Any, target: str, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with cursor.copy(f"COPY {target} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _quoted(table: str, schema: str | None) -> str:
    return f'"{schema}"."{table}"' if schema else f'"{table}"'


@lru_cache(maxsize=256)
def _statements(
    table: str, schema: str | None, columns: tuple[str, ...], key: tuple[str, ...], merges: Merges, *, optional: bool
) -> tuple[str, str, str]:
    """The stage's name, the statement that makes it, the statement that merges it."""
    target = _quoted(table, schema)
    digest = hashlib.blake2b("\0".join(columns).encode(), digest_size=4).hexdigest()
    stage = f'pg_temp."stage_{table}_{digest}"'
    names = ", ".join(f'"{name}"' for name in columns)
    keys = ", ".join(f'"{name}"' for name in key)
    create = f"CREATE TEMPORARY TABLE IF NOT EXISTS {stage} AS SELECT {names}, 0::bigint AS {_ORDER} FROM {target} WITH NO DATA"
    how = dict(merges)
    picked = ", ".join(_picked(name, keys, how.get(name), is_key=name in key) for name in columns)
    changes = ", ".join(f'"{name}" = {_merged(target, name, merge)}' for name, merge in merges)
    action = f"UPDATE SET {changes}" if merges else "NOTHING"
    if merges and not optional and all(merge != "excluded" for _, merge in merges):
        action = f"{action} WHERE {moves(target, merges)}"
    merge_sql = (
        f"INSERT INTO {target} ({names}) SELECT DISTINCT ON ({keys}) {picked} FROM {stage} "
        f"ORDER BY {keys}, {_ORDER} DESC ON CONFLICT ({keys}) DO {action}"
    )
    return stage, create, merge_sql


def _picked(name: str, keys: str, merge: Merge | None, *, is_key: bool) -> str:
    """One row per key: the last value of what is replaced, the extreme of what is merged, the first of what is only inserted."""
    if is_key or merge == "excluded":
        return f'"{name}"'
    if merge is None:
        return f'first_value("{name}") OVER (PARTITION BY {keys} ORDER BY {_ORDER}) AS "{name}"'
    return f'{merge}("{name}") OVER (PARTITION BY {keys}) AS "{name}"'


def _merged(target: str, name: str, merge: Merge) -> str:
    if merge == "excluded":
        return f'excluded."{name}"'
    return f'{"least" if merge == "min" else "greatest"}({target}."{name}", excluded."{name}")'


def moves(target: str, merges: Merges) -> str:
    """Whether a new row moves any extreme: rows that change nothing are not written again (same words on both databases)."""
    signs = {"min": "<", "max": ">"}
    return " OR ".join(f'excluded."{name}" {signs[merge]} {target}."{name}"' for name, merge in merges)
