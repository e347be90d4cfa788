"""Alembic's entry: runs migrations on the connection that `storage.schema` hands over."""

from typing import Literal

from alembic import context
from sqlalchemy import MetaData

from storage.models import Base

metadata: MetaData = Base.metadata


def include(_thing: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:  # noqa: ARG001, FBT001 - Alembic's signature
    """Leave Alembic's own table out of comparisons."""
    return not (kind == "table" and name == "alembic_version")


connection = context.config.attributes["connection"]
batch: Literal[True, False] = connection.dialect.name == "sqlite"
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=batch,
    transaction_per_migration=False,
    include_object=include,
)
with context.begin_transaction():
    context.run_migrations()
