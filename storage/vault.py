"""The id vault: pseudonym to native id, in a file (or schema) of its own that no backup takes along (DECISIONS 3)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, Engine, MetaData, Table, Text, delete, distinct, func, select
from sqlalchemy.schema import CreateSchema

from storage.connect import READ
from storage.pulls import epoch
from storage.types import BigKey, Pseudonym
from storage.writes import append_keys

SCHEMA = "vault"  # on PostgreSQL
_CHUNK = 30_000  # each is one pass over the table; below SQLite's limit of 32,766 values


class Vault:
    """Native ids by pseudonym; read only by collectors, labelling and `forget`. Every call is a transaction of its own.

    Rows are only added, in the order in which people are met: whoever is met again has several rows until the next purge and
    lives as long as the newest of them. There is no index, because its scattered inserts were half of an import; a look-up
    reads the whole table, a tenth of a second for a million people.
    """

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
        met = dict(zip(pseudonyms, native_ids, strict=True))
        if met:
            with self.engine.begin() as conn:
                shared: dict[str, int | str] = {"platform": platform, "added_at": epoch(now)}
                append_keys(conn, self._entry, ("pseudonym", list(met)), ("native_id", list(met.values())), shared)

    def native_ids(self, pseudonyms: Iterable[bytes]) -> dict[bytes, tuple[str, str]]:
        """(platform, native id) of those pseudonyms that are still held; the others are missing from the answer."""
        found: dict[bytes, tuple[str, str]] = {}
        entry = self._entry.c
        with self.engine.connect().execution_options(**{READ: True}) as conn:
            for chunk in _chunks(pseudonyms):
                query = select(entry.pseudonym, entry.platform, entry.native_id).where(entry.pseudonym.in_(chunk))
                found.update((row.pseudonym, (row.platform, row.native_id)) for row in conn.execute(query))
        return found

    def count(self) -> int:
        """How many people are held."""
        with self.engine.connect().execution_options(**{READ: True}) as conn:
            return int(conn.execute(select(func.count(distinct(self._entry.c.pseudonym)))).scalar_one())

    def forget(self, pseudonyms: Iterable[bytes]) -> int:
        """Take people out; how many there were."""
        key = self._entry.c.pseudonym
        gone: set[bytes] = set()
        with self.engine.begin() as conn:
            for chunk in _chunks(pseudonyms):
                gone.update(conn.execute(delete(self._entry).where(key.in_(chunk)).returning(key)).scalars())
        return len(gone)

    def purge(self, before: datetime) -> int:
        """Take out everyone last remembered before that time, and all but the newest row of the others; how many people went."""
        entry = self._entry.c
        newest_first = func.row_number().over(partition_by=entry.pseudonym, order_by=(entry.added_at.desc(), entry.id.desc()))
        ranked = select(entry.id, newest_first.label("rank")).subquery()
        with self.engine.begin() as conn:
            conn.execute(delete(self._entry).where(entry.id.in_(select(ranked.c.id).where(ranked.c.rank > 1))))
            return conn.execute(delete(self._entry).where(entry.added_at < epoch(before))).rowcount


def _entry_table(schema: str | None) -> Table:
    return Table(
        "vault_entry",
        MetaData(schema=schema),
        Column("id", BigKey, primary_key=True),
        Column("pseudonym", Pseudonym, nullable=False),
        Column("platform", Text, nullable=False),
        Column("native_id", Text, nullable=False),
        Column("added_at", BigInteger, nullable=False),  # epoch seconds
    )


def _chunks(pseudonyms: Iterable[bytes]) -> list[list[bytes]]:
    every = list(dict.fromkeys(pseudonyms))
    return [every[start : start + _CHUNK] for start in range(0, len(every), _CHUNK)]
