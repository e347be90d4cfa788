"""The first schema, frozen: names and types are spelled out here and follow no later change of the models."""

from collections.abc import Mapping, Sequence
from itertools import chain

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = (
    "named_account",
    "profile_snapshot",
    "profile_seen",
    "raw_profile",
    "profile_feature",
    "count_series",
    "attribute",
    "label",
    "price",
    "pull",
    "pull_member",
    "follow",
    "candidate",
    "post",
    "post_seen",
    "raw_post",
    "text_week",
    "raw_word",
    "word",
    "import_run",
    "persona_version",
    "score_run",
    "meta",
    "forgotten",
    "audit_entry",
    "writer",
)


def upgrade() -> None:
    """Create every table, group by group."""
    _create_profiles()
    _create_facts()
    _create_lists()
    _create_texts()
    _create_imports()
    _create_runs()
    _create_bookkeeping()


def downgrade() -> None:
    """Drop what `upgrade` created; indexes go with their table."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_profiles() -> None:
    """Who is known by name, and what profiles say, as fetched and as features."""
    _table(
        "named_account",
        _key("account"),
        _text("platform", "native_id", "reason"),
        _moment("promoted_at"),
        key=("account",),
        unique=("platform", "native_id"),
    )
    _table(
        "profile_snapshot",
        _key("account", "digest"),
        _text("handle", "name", nullable=True),
        _long_text("bio", nullable=True),
        _text("url", "category", nullable=True),
        _flag("verified", nullable=True),
        key=("account", "digest"),
    )
    _table(
        "profile_seen",
        _key("account"),
        _moment("observed_at"),
        _number("import_id"),
        _key("digest"),
        _moment("fetched_at"),
        key=("account", "observed_at", "import_id"),
    )
    _table(
        "raw_profile",
        _key("account"),
        _number("import_id"),
        _text("platform"),
        _text("handle", "name", nullable=True),
        _long_text("bio", nullable=True),
        _text("url", "category", nullable=True),
        _flag("verified", nullable=True),
        _moment("observed_at", "fetched_at"),
        key=("account", "import_id"),
        indexes=("fetched_at", "handle"),
    )
    _table(
        "profile_feature",
        _key("account"),
        _number("import_id"),
        _moment("observed_at", "fetched_at"),
        _flag("has_bio", "has_avatar", "verified", nullable=True),
        _small_number("handle_digits", nullable=True),
        _moment("created_at", nullable=True),
        _key("digest"),
        key=("account", "import_id"),
        indexes=("fetched_at",),
    )


def _create_facts() -> None:
    """What was observed of accounts apart from their profiles: counts, declared attributes, labels, quotes."""
    _table(
        "count_series",
        _key("account"),
        _moment("observed_at"),
        _number("import_id"),
        _moment("fetched_at"),
        _number("followers", nullable=True),
        _number("followers_half_width"),
        _number("following", "posts", nullable=True),
        key=("account", "observed_at", "import_id"),
        checks={
            "followers": "followers IS NULL OR followers >= 0",
            "following": "following IS NULL OR following >= 0",
            "posts": "posts IS NULL OR posts >= 0",
        },
        indexes=("fetched_at",),
    )
    _table(
        "attribute",
        _key("account"),
        _text("name"),
        _number("import_id"),
        _text("value"),
        _moment("observed_at", "fetched_at"),
        key=("account", "name", "import_id"),
        indexes=("fetched_at",),
    )
    _table(
        "label",
        _key("account"),
        _text("label"),
        _number("import_id"),
        _flag("value"),
        _moment("observed_at", "fetched_at"),
        key=("account", "label", "import_id"),
        indexes=("fetched_at",),
    )
    _table(
        "price",
        _key("account"),
        _text("format"),
        _number("import_id", "amount_minor"),
        _text("currency"),
        _moment("observed_at"),
        _moment("valid_until", nullable=True),
        key=("account", "format", "import_id"),
        checks={"amount": "amount_minor >= 0"},
    )


def _create_lists() -> None:
    """Follower and followee lists with the edges derived from them, and candidate lists."""
    _table(
        "pull",
        _row_id(),
        _number("import_id"),
        _text("platform"),
        _key("account"),
        _text("list_kind", "frame", "list_order"),
        _moment("pulled_at"),
        _number("seen"),
        _number("total", nullable=True),
        _number("minors"),
        key=("id",),
        checks={
            "frame": "frame IN ('complete', 'newest', 'random', 'unknown')",
            "list_kind": "list_kind IN ('followers', 'followees', 'base')",
        },
        unique=("import_id", "list_kind", "account"),
        indexes=("account",),
    )
    _table("pull_member", _number("pull_id", "first"), _blob("members"), key=("pull_id", "first"), sqlite_with_rowid=False)
    _table(
        "follow",
        _key("account", "follower"),
        _number("first_seen", "last_seen"),
        key=("account", "follower"),
        checks={"seen": "first_seen <= last_seen"},
        sqlite_with_rowid=False,
    )
    _table(
        "candidate",
        _text("list_name"),
        _number("row", "import_id"),
        _text("given"),
        _text("platform", "name", "note", nullable=True),
        _key("account", nullable=True),
        _text("status"),
        key=("list_name", "row"),
        checks={"status": "status IN ('matched', 'ambiguous', 'unmatched')"},
        indexes=("import_id",),
    )


def _create_texts() -> None:
    """Posts, their counts by week, and the words behind the counts."""
    _table(
        "post",
        _key("post", "account"),
        _number("import_id"),
        _key("text_hash"),
        _moment("created_at", "fetched_at"),
        key=("post",),
        indexes=("account", "fetched_at", "import_id"),
    )
    _table("post_seen", _key("post"), _number("import_id"), key=("post", "import_id"))
    _table(
        "raw_post",
        _key("post", "account"),
        _long_text("text"),
        _flag("is_repost"),
        _moment("fetched_at"),
        key=("post",),
        indexes=("account", "fetched_at"),
    )
    _table(
        "text_week",
        _key("account"),
        _small_number("week"),
        _number("import_id", "page"),
        _text("dictionary"),
        _small_number("posts", "words"),
        _blob("counts"),
        _moment("fetched_at"),
        key=("account", "week", "import_id", "page", "dictionary"),
        indexes=("fetched_at",),
    )
    _table("raw_word", _number("term"), _text("text"), _moment("fetched_at"), key=("term",), indexes=("fetched_at",))
    _table("word", _number("term"), _text("text"), _small_number("accounts"), key=("term",))


def _create_imports() -> None:
    """The files brought in."""
    _table(
        "import_run",
        _row_id(),
        _text("kind", "file_name", "fingerprint"),
        _json("options"),
        _text("source", "basis", nullable=True),
        _moment("obtained", nullable=True),
        _text("status"),
        _number("position", "accepted", "rejected", "duplicates", "refused_minors"),
        _moment("started"),
        _moment("finished", nullable=True),
        key=("id",),
        checks={"status": "status IN ('running', 'stopped', 'done', 'undone')", "position": "position >= 0"},
        indexes=("fingerprint",),
    )


def _create_runs() -> None:
    """Personas as they stood, and what was computed for them."""
    _table(
        "persona_version",
        _row_id(),
        _text("name"),
        _small_number("version"),
        _text("digest"),
        _long_text("text"),
        _moment("created"),
        key=("id",),
        unique=("name", "version"),
        indexes=("digest",),
    )
    _table(
        "score_run",
        _row_id(),
        _number("persona_id"),
        _text("list_name"),
        _json("parameters"),
        _number("seed"),
        _text("code_version", "dictionary", "input_digest", "result_digest"),
        _moment("data_date", nullable=True),
        _moment("created"),
        _moment("snapshot_expires", nullable=True),
        _flag("recomputable"),
        _text("why_not", nullable=True),
        _json("result"),
        key=("id",),
    )


def _create_bookkeeping() -> None:
    """Facts of the workspace, who is erased, what was done, who writes."""
    _table("meta", _text("key"), _long_text("value"), key=("key",))
    _table("forgotten", _key("account"), _moment("forgotten_at"), _flag("minor"), key=("account",))
    _table("audit_entry", _row_id(), _moment("at"), _text("action"), _json("detail"), key=("id",), indexes=("action",))
    _table("writer", _number("pid"), _text("host", "command"), _moment("since"), _flag("exclusive"), key=("pid", "host"))


def _table(
    name: str,
    *columns: list[sa.Column],
    key: Sequence[str],
    checks: Mapping[str, str] | None = None,
    unique: Sequence[str] = (),
    indexes: Sequence[str] = (),
    **options: bool,
) -> None:
    """Create a table with its primary key, its named checks, at most one unique constraint, and indexes of one column each."""
    rules: list[sa.Constraint] = [sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}"))]
    rules += [sa.CheckConstraint(rule, name=op.f(f"ck_{name}_{what}")) for what, rule in (checks or {}).items()]
    if unique:
        rules.append(sa.UniqueConstraint(*unique, name=op.f(f"uq_{name}_{unique[0]}")))
    op.create_table(name, *chain.from_iterable(columns), *rules, **options)
    for column in indexes:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _row_id() -> list[sa.Column]:
    return [sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)]  # SQLite numbers INTEGER only


def _key(*names: str, nullable: bool = False) -> list[sa.Column]:
    """A keyed hash of 16 bytes."""
    return [sa.Column(name, sa.LargeBinary(length=16), nullable=nullable) for name in names]


def _blob(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.LargeBinary(), nullable=False) for name in names]


def _text(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def _long_text(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _json(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.JSON(), nullable=False) for name in names]


def _number(*names: str, nullable: bool = False) -> list[sa.Column]:
    """Eight bytes: ids of rows and terms, counts, seconds."""
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def _small_number(*names: str, nullable: bool = False) -> list[sa.Column]:
    """Four bytes."""
    return [sa.Column(name, sa.Integer(), nullable=nullable) for name in names]


def _flag(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, sa.Boolean(), nullable=nullable) for name in names]


def _moment(*names: str, nullable: bool = False) -> list[sa.Column]:
    """A time in UTC; SQLite drops the zone."""
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]
