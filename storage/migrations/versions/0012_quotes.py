"""What named accounts ask for a placement, with fees, taxes and rebates."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MAYBE = (
    "platform_fee_minor", "platform_fee_ppm", "tax_minor", "tax_ppm", "rebate_minor", "rebate_ppm", "rights_minor", "exclusivity_minor",
    "boost_minor", "commission_ppm",
)  # fmt: skip


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "quote",
        sa.Column("account", sa.LargeBinary(16), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("declared", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in _MAYBE),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint("declared IN ('yes', 'no', 'unknown')", name=op.f("ck_quote_declared")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_quote_price")),
        sa.PrimaryKeyConstraint("account", "format", "declared", "client", "import_id", name=op.f("pk_quote")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("quote")
