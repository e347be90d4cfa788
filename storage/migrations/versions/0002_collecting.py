"""Positions of live collection and the windows of rate limits."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "stream_position",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("account", sa.LargeBinary(16), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("items", sa.BigInteger(), nullable=False),
        sa.Column("newest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("watermark", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("pages >= 0", name=op.f("ck_stream_position_pages")),
        sa.PrimaryKeyConstraint("platform", "stream", "account", name=op.f("pk_stream_position")),
    )
    op.create_table(
        "rate_window",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("started", sa.Float(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("closed_until", sa.Float(), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_rate_window_used")),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_rate_window")),
    )


def downgrade() -> None:
    """Drop both."""
    op.drop_table("rate_window")
    op.drop_table("stream_position")
