"""Follows as they are made and taken back, and where each stream of events stands."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "follow_event",
        sa.Column("record", sa.LargeBinary(16), nullable=False),
        sa.Column("account", sa.LargeBinary(16), nullable=False),
        sa.Column("follower", sa.LargeBinary(16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_follow_event")),
    )
    for column in ("account", "follower", "fetched_at"):
        op.create_index(op.f(f"ix_follow_event_{column}"), "follow_event", [column])
    op.create_table(
        "event_position",
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("begun", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_event_position")),
    )
    op.create_table(
        "event_gap",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("lost_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lost_to", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("lost_from <= lost_to", name=op.f("ck_event_gap_ordered")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_gap")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("event_gap", "event_position", "follow_event"):
        op.drop_table(table)
