"""Rows straight from the database driver, in lists of bounded length; times as epoch seconds."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from storage.matrices.keys import Keys, key_list

CHUNK = 5_000  # bound parameters per statement: SQLite allows 32,766, PostgreSQL 65,535
_FETCH = 50_000  # rows per fetch: bounds the tuples alive at once

Rows = list[tuple[Any, ...]]


def select(conn: Connection, statement: str, parameters: Sequence[object] = ()) -> Iterator[Rows]:
    """Rows of one statement in lists of bounded length; `?` marks a parameter on either database."""
    if conn.dialect.paramstyle != "qmark":
        statement = statement.replace("?", "%s")
    result = conn.exec_driver_sql(statement, tuple(parameters))
    cursor: Any = result.cursor  # the driver's own: its tuples cost a third of SQLAlchemy's rows
    try:
        while rows := cursor.fetchmany(_FETCH):
            yield rows
    finally:
        result.close()


def select_among(conn: Connection, statement: str, keys: Keys, parameters: Sequence[object] = ()) -> Iterator[Rows]:
    """Rows of `statement` whose key is among `keys`: "{keys}" in it becomes the list; `parameters` follow the keys."""
    wanted = key_list(keys)
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        yield from select(conn, statement.replace("{keys}", ",".join("?" * len(chunk))), [*chunk, *parameters])


def newest(rows: Rows, identity: int) -> Rows:
    """Of rows (identity columns..., observed_at, import_id, ...) the newest per identity; ties go to the later import."""
    kept: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in rows:
        key = row[:identity]
        held = kept.get(key)
        if held is None or (row[identity], row[identity + 1]) > (held[identity], held[identity + 1]):
            kept[key] = row
    return list(kept.values())


def seconds(values: Sequence[object]) -> NDArray[np.int64]:
    """Epoch seconds of times as the driver gives them: SQLite text in UTC, PostgreSQL aware datetimes."""
    if not values:
        return np.empty(0, np.int64)
    if isinstance(values[0], str):
        return np.array(values, dtype="datetime64[us]").astype("datetime64[s]").astype(np.int64)
    return np.array([int(value.timestamp()) for value in values if isinstance(value, datetime)], dtype=np.int64)


def second(value: object) -> int | None:
    """Epoch seconds of one time that may be missing."""
    return None if value is None else int(seconds([value])[0])


def moment(epoch: int) -> datetime:
    """The UTC time of epoch seconds."""
    return datetime.fromtimestamp(epoch, tz=UTC)
