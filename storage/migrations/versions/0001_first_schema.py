"""The first schema."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.types

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:  # noqa: PLR0915 - one statement a table and index
    """Bring the schema forward."""
    op.create_table(
        "attribute",
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("observed_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "name", "import_id", name=op.f("pk_attribute")),
    )
    with op.batch_alter_table("attribute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attribute_fetched_at"), ["fetched_at"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_action"), ["action"], unique=False)

    op.create_table(
        "candidate",
        sa.Column("list_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("given", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("platform", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("account", sa.LargeBinary(length=16), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint("status IN ('matched', 'ambiguous', 'unmatched')", name=op.f("ck_candidate_status")),
        sa.PrimaryKeyConstraint("list_name", "row", name=op.f("pk_candidate")),
    )
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidate_import_id"), ["import_id"], unique=False)

    op.create_table(
        "count_series",
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("observed_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("followers", sa.BigInteger(), nullable=True),
        sa.Column("followers_half_width", sa.BigInteger(), nullable=False),
        sa.Column("following", sa.BigInteger(), nullable=True),
        sa.Column("posts", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("followers IS NULL OR followers >= 0", name=op.f("ck_count_series_followers")),
        sa.CheckConstraint("following IS NULL OR following >= 0", name=op.f("ck_count_series_following")),
        sa.CheckConstraint("posts IS NULL OR posts >= 0", name=op.f("ck_count_series_posts")),
        sa.PrimaryKeyConstraint("account", "observed_at", "import_id", name=op.f("pk_count_series")),
    )
    with op.batch_alter_table("count_series", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_count_series_fetched_at"), ["fetched_at"], unique=False)

    op.create_table(
        "follow",
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("follower", sa.LargeBinary(length=16), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("first_seen <= last_seen", name=op.f("ck_follow_seen")),
        sa.PrimaryKeyConstraint("account", "follower", name=op.f("pk_follow")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "forgotten",
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("forgotten_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("minor", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_forgotten")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("file_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("fingerprint", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("basis", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("obtained", storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("duplicates", sa.BigInteger(), nullable=False),
        sa.Column("refused_minors", sa.BigInteger(), nullable=False),
        sa.Column("started", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished", storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('running', 'stopped', 'done', 'undone')", name=op.f("ck_import_run_status")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_import_run_position")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_run_fingerprint"), ["fingerprint"], unique=False)

    op.create_table(
        "label",
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Boolean(), nullable=False),
        sa.Column("observed_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "label", "import_id", name=op.f("pk_label")),
    )
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_fetched_at"), ["fetched_at"], unique=False)

    op.create_table(
        "meta",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "named_account",
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("platform", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("native_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("promoted_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_named_account")),
        sa.UniqueConstraint("platform", "native_id", name=op.f("uq_named_account_platform")),
    )
    op.create_table(
        "persona_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persona_version")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_persona_version_name")),
    )
    with op.batch_alter_table("persona_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_persona_version_digest"), ["digest"], unique=False)

    op.create_table(
        "post",
        sa.Column("post", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("created_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("post", name=op.f("pk_post")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_account"), ["account"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_fetched_at"), ["fetched_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_import_id"), ["import_id"], unique=False)

    op.create_table(
        "post_seen",
        sa.Column("post", sa.LargeBinary(length=16), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("post", "import_id", name=op.f("pk_post_seen")),
    )
    op.create_table(
        "price",
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("format", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("observed_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("valid_until", storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_price_amount")),
        sa.PrimaryKeyConstraint("account", "format", "import_id", name=op.f("pk_price")),
    )
    op.create_table(
        "profile_feature",
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("observed_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("has_bio", sa.Boolean(), nullable=True),
        sa.Column("has_avatar", sa.Boolean(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=True),
        sa.Column("handle_digits", sa.Integer(), nullable=True),
        sa.Column("created_at", storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("account", "import_id", name=op.f("pk_profile_feature")),
    )
    with op.batch_alter_table("profile_feature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_profile_feature_fetched_at"), ["fetched_at"], unique=False)

    op.create_table(
        "profile_seen",
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("observed_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("fetched_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "observed_at", "import_id", name=op.f("pk_profile_seen")),
    )
    op.create_table(
        "profile_snapshot",
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("handle", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("bio", sa.Text(), nullable=True),
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("category", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("account", "digest", name=op.f("pk_profile_snapshot")),
    )
    op.create_table(
        "pull",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("platform", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("list_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("frame", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("list_order", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("pulled_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("minors", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("frame IN ('complete', 'newest', 'random', 'unknown')", name=op.f("ck_pull_frame")),
        sa.CheckConstraint("list_kind IN ('followers', 'followees', 'base')", name=op.f("ck_pull_list_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pull")),
        sa.UniqueConstraint("import_id", "list_kind", "account", name=op.f("uq_pull_import_id")),
    )
    with op.batch_alter_table("pull", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pull_account"), ["account"], unique=False)

    op.create_table(
        "pull_member",
        sa.Column("pull_id", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("pull_id", "first", name=op.f("pk_pull_member")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "raw_post",
        sa.Column("post", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_repost", sa.Boolean(), nullable=False),
        sa.Column("fetched_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("post", name=op.f("pk_raw_post")),
    )
    with op.batch_alter_table("raw_post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_raw_post_account"), ["account"], unique=False)
        batch_op.create_index(batch_op.f("ix_raw_post_fetched_at"), ["fetched_at"], unique=False)

    op.create_table(
        "raw_profile",
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("platform", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("handle", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("bio", sa.Text(), nullable=True),
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("category", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=True),
        sa.Column("observed_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "import_id", name=op.f("pk_raw_profile")),
    )
    with op.batch_alter_table("raw_profile", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_raw_profile_fetched_at"), ["fetched_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_raw_profile_handle"), ["handle"], unique=False)

    op.create_table(
        "raw_word",
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("fetched_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_raw_word")),
    )
    with op.batch_alter_table("raw_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_raw_word_fetched_at"), ["fetched_at"], unique=False)

    op.create_table(
        "score_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("persona_id", sa.BigInteger(), nullable=False),
        sa.Column("list_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("code_version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("dictionary", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("input_digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("result_digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("data_date", storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("snapshot_expires", storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("recomputable", sa.Boolean(), nullable=False),
        sa.Column("why_not", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_run")),
    )
    op.create_table(
        "text_week",
        sa.Column("account", sa.LargeBinary(length=16), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.BigInteger(), nullable=False),
        sa.Column("dictionary", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.Column("fetched_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "week", "import_id", "page", "dictionary", name=op.f("pk_text_week")),
    )
    with op.batch_alter_table("text_week", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_week_fetched_at"), ["fetched_at"], unique=False)

    op.create_table(
        "word",
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_word")),
    )
    op.create_table(
        "writer",
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("host", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("command", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("since", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("pid", "host", name=op.f("pk_writer")),
    )


def downgrade() -> None:  # noqa: PLR0915 - as above
    """Undo it."""
    op.drop_table("writer")
    op.drop_table("word")
    with op.batch_alter_table("text_week", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_week_fetched_at"))

    op.drop_table("text_week")
    op.drop_table("score_run")
    with op.batch_alter_table("raw_word", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_raw_word_fetched_at"))

    op.drop_table("raw_word")
    with op.batch_alter_table("raw_profile", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_raw_profile_handle"))
        batch_op.drop_index(batch_op.f("ix_raw_profile_fetched_at"))

    op.drop_table("raw_profile")
    with op.batch_alter_table("raw_post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_raw_post_fetched_at"))
        batch_op.drop_index(batch_op.f("ix_raw_post_account"))

    op.drop_table("raw_post")
    op.drop_table("pull_member")
    with op.batch_alter_table("pull", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pull_account"))

    op.drop_table("pull")
    op.drop_table("profile_snapshot")
    op.drop_table("profile_seen")
    with op.batch_alter_table("profile_feature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_profile_feature_fetched_at"))

    op.drop_table("profile_feature")
    op.drop_table("price")
    op.drop_table("post_seen")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_import_id"))
        batch_op.drop_index(batch_op.f("ix_post_fetched_at"))
        batch_op.drop_index(batch_op.f("ix_post_account"))

    op.drop_table("post")
    with op.batch_alter_table("persona_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_persona_version_digest"))

    op.drop_table("persona_version")
    op.drop_table("named_account")
    op.drop_table("meta")
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_fetched_at"))

    op.drop_table("label")
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_run_fingerprint"))

    op.drop_table("import_run")
    op.drop_table("forgotten")
    op.drop_table("follow")
    with op.batch_alter_table("count_series", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_count_series_fetched_at"))

    op.drop_table("count_series")
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_candidate_import_id"))

    op.drop_table("candidate")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_action"))

    op.drop_table("audit_entry")
    with op.batch_alter_table("attribute", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attribute_fetched_at"))

    op.drop_table("attribute")
