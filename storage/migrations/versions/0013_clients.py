"""Imports and score runs carry the client whose they are."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the columns; what is there belongs to no client: it is shared, as it was."""
    for table in ("import_run", "score_run"):
        op.add_column(table, sa.Column("client", sa.String(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    """Drop them."""
    for table in ("score_run", "import_run"):
        with op.batch_alter_table(table) as changed:
            changed.drop_column("client")
