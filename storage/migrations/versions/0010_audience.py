"""Vendors' audience shares of named accounts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "audience_share",
        sa.Column("account", sa.LargeBinary(16), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=True),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("share >= 0 AND share <= 1", name=op.f("ck_audience_share_share")),
        sa.PrimaryKeyConstraint("account", "base", "dimension", "bucket", "import_id", name=op.f("pk_audience_share")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("audience_share")
