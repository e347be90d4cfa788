"""Who reacted to which post, and lists of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = "list_kind IN ('followers', 'followees', 'engagers', 'base')"
_KINDS_BEFORE = "list_kind IN ('followers', 'followees', 'base')"


def upgrade() -> None:
    """Create the table; lists may be of engagers."""
    op.create_table(
        "engagement",
        sa.Column("account", sa.LargeBinary(16), nullable=False),
        sa.Column("post", sa.LargeBinary(16), nullable=False),
        sa.Column("engager", sa.LargeBinary(16), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('like', 'repost', 'quote', 'reply')", name=op.f("ck_engagement_kind")),
        sa.PrimaryKeyConstraint("account", "post", "engager", "kind", "import_id", name=op.f("pk_engagement")),
    )
    op.create_index(op.f("ix_engagement_engager"), "engagement", ["engager"])
    op.create_index(op.f("ix_engagement_fetched_at"), "engagement", ["fetched_at"])
    _allow(_KINDS)


def downgrade() -> None:
    """Drop the table and the lists of engagers."""
    op.execute("DELETE FROM pull_member WHERE pull_id IN (SELECT id FROM pull WHERE list_kind = 'engagers')")
    op.execute("DELETE FROM pull WHERE list_kind = 'engagers'")
    _allow(_KINDS_BEFORE)
    op.drop_table("engagement")


def _allow(kinds: str) -> None:
    """Replaces the check of list kinds; SQLite makes the table anew for it."""
    with op.batch_alter_table("pull") as table:
        table.drop_constraint(op.f("ck_pull_list_kind"), type_="check")
        table.create_check_constraint(op.f("ck_pull_list_kind"), sa.text(kinds))
