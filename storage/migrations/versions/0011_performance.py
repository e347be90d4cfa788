"""What posts of named accounts brought: plays, reads, interactions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "performance",
        sa.Column("account", sa.LargeBinary(16), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("paid", sa.String(), nullable=False),
        sa.Column("post", sa.LargeBinary(16), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("q1", sa.BigInteger(), nullable=True),
        sa.Column("q3", sa.BigInteger(), nullable=True),
        sa.Column("n", sa.BigInteger(), nullable=True),
        sa.Column("days", sa.BigInteger(), nullable=True),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("paid IN ('organic', 'paid', 'unknown')", name=op.f("ck_performance_paid")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_performance_value")),
        sa.PrimaryKeyConstraint("account", "metric", "paid", "post", "import_id", name=op.f("pk_performance")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("performance")
