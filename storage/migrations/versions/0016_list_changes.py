"""What people decided about the accounts of a list: every change of a status, a note, an owner."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "list_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("list_name", sa.String(), nullable=False),
        sa.Column("account", sa.LargeBinary(16), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_list_change_list_name"), "list_change", ["list_name"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index(op.f("ix_list_change_list_name"), table_name="list_change")
    op.drop_table("list_change")
