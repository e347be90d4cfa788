"""Column types that hold one law each: times are UTC-aware, keys fit both databases."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary
from sqlalchemy.types import TypeDecorator

BigKey = BigInteger().with_variant(Integer, "sqlite")  # SQLite autoincrements INTEGER only
Pseudonym = LargeBinary(16)  # keyed BLAKE2b-128; PostgreSQL keeps it as bytea, SQLite as BLOB


class UtcDateTime(TypeDecorator[datetime]):
    """A time that is always aware and always UTC; SQLite drops the zone, so it is put back.

    Raises:
        ValueError: on a naive time: whose clock it was is not to be guessed.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC, without its zone where the database keeps none."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a time without a zone ({value.isoformat()}): give it one before it is stored"
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class names it
        """The same instant, aware, in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
