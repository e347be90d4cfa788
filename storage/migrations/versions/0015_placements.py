"""What was placed with named accounts and what came of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FIGURES = ("cost_minor", "impressions", "clicks", "orders", "revenue_minor")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "placement",
        sa.Column("account", sa.LargeBinary(16), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in _FIGURES),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint(
            "currency IS NOT NULL OR (cost_minor IS NULL AND revenue_minor IS NULL)", name=op.f("ck_placement_currency")
        ),
        *(sa.CheckConstraint(f"{name} >= 0", name=op.f(f"ck_placement_{name}")) for name in _FIGURES),
        sa.PrimaryKeyConstraint("account", "placed_at", "format", "post", "client", "import_id", name=op.f("pk_placement")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("placement")
