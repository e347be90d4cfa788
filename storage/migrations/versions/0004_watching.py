"""Watched accounts, and what a person said of mentions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "watched",
        sa.Column("account", sa.LargeBinary(16), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_watched")),
    )
    op.create_table(
        "mention_check",
        sa.Column("post", sa.LargeBinary(16), nullable=False),
        sa.Column("brand", sa.LargeBinary(16), nullable=False),
        sa.Column("account", sa.LargeBinary(16), nullable=False),
        sa.Column("mentioned", sa.Boolean(), nullable=False),
        sa.Column("paid", sa.Boolean(), nullable=True),
        sa.Column("declared", sa.Boolean(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("post", "brand", name=op.f("pk_mention_check")),
    )
    op.create_index(op.f("ix_mention_check_account"), "mention_check", ["account"])


def downgrade() -> None:
    """Drop both."""
    op.drop_table("mention_check")
    op.drop_table("watched")
