"""What was spent on paid sources."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "spend_day",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("micro", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("micro >= 0", name=op.f("ck_spend_day_micro")),
        sa.PrimaryKeyConstraint("platform", "day", name=op.f("pk_spend_day")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("spend_day")
