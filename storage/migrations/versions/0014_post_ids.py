"""The ids of named accounts' posts, so that a post can be linked."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the column; of posts that are held already the id is not known until they are brought again."""
    with op.batch_alter_table("raw_post") as table:
        table.add_column(sa.Column("native_id", sa.String(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("raw_post") as table:
        table.drop_column("native_id")
