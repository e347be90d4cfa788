"""The id vault: pseudonym to native id, in a file (or schema) of its own that no backup takes along (DECISIONS 3)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import repeat

from sqlalchemy import Column, Engine, MetaData, Table, Text, delete, func, select
from sqlalchemy.schema import CreateSchema

from storage.connect import READ
from storage.types import Pseudonym, UtcDateTime
from storage.writes import upsert_rows

SCHEMA = "vault"  # on PostgreSQL
_CHUNK = 5_000
_COLUMNS = ("pseudonym", "platform", "native_id", "added_at")


class Vault:
    """Native ids by pseudonym; read only by collectors, labelling and `forget`. Every call is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._schema = SCHEMA if engine.dialect.name == "postgresql" else None
        self._entry = _entry_table(self._schema)

    def create(self) -> None:
        """Make the table where it is missing."""
        with self.engine.begin() as conn:
            if self._schema:
                conn.execute(CreateSchema(self._schema, if_not_exists=True))
            self._entry.metadata.create_all(conn)

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def remember(self, platform: str, native_ids: Sequence[str], pseudonyms: Sequence[bytes], now: datetime) -> None:
        """Keep the native ids of these pseudonyms (one beside the other); entries that exist are as new as `now` again."""
        distinct = dict(zip(pseudonyms, native_ids, strict=True))
        rows = list(zip(distinct, repeat(platform), distinct.values(), repeat(now)))
        rows.sort()  # one order for all writers: two that refresh the same entries cannot block each other for good
        if rows:
            with self.engine.begin() as conn:
                upsert_rows(conn, self._entry, _COLUMNS, rows, key=("pseudonym",), update={"added_at": "max"})

    def native_ids(self, pseudonyms: Iterable[bytes]) -> dict[bytes, tuple[str, str]]:
        """(platform, native id) of those pseudonyms that are still held; the others are missing from the answer."""
        found: dict[bytes, tuple[str, str]] = {}
        table = self._entry
        with self.engine.connect().execution_options(**{READ: True}) as conn:
            for chunk in _chunks(pseudonyms):
                query = select(table.c.pseudonym, table.c.platform, table.c.native_id).where(table.c.pseudonym.in_(chunk))
                found.update((row.pseudonym, (row.platform, row.native_id)) for row in conn.execute(query))
        return found

    def count(self) -> int:
        """How many entries are held."""
        with self.engine.connect().execution_options(**{READ: True}) as conn:
            return int(conn.execute(select(func.count()).select_from(self._entry)).scalar_one())

    def forget(self, pseudonyms: Iterable[bytes]) -> int:
        """Take entries out; how many there were."""
        table = self._entry
        with self.engine.begin() as conn:
            return sum(conn.execute(delete(table).where(table.c.pseudonym.in_(chunk))).rowcount for chunk in _chunks(pseudonyms))

    def purge(self, before: datetime) -> int:
        """Take out every entry last remembered before that time; how many there were."""
        with self.engine.begin() as conn:
            return conn.execute(delete(self._entry).where(self._entry.c.added_at < before)).rowcount


def _entry_table(schema: str | None) -> Table:
    return Table(
        "vault_entry",
        MetaData(schema=schema),
        Column("pseudonym", Pseudonym, primary_key=True),
        Column("platform", Text, nullable=False),
        Column("native_id", Text, nullable=False),
        Column("added_at", UtcDateTime, nullable=False),
        sqlite_with_rowid=False,
    )


def _chunks(pseudonyms: Iterable[bytes]) -> list[list[bytes]]:
    every = list(dict.fromkeys(pseudonyms))
    return [every[start : start + _CHUNK] for start in range(0, len(every), _CHUNK)]
