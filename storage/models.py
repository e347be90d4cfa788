"""Every table. An account's key is its pseudonym in all of them; native ids stand in `named_account` and the vault only.

Observations are kept per import (`import_id` is part of their key), the newest one is the current one: undoing an import
deletes its rows and what it had overwritten is current again. Bulk writes go through `storage.writes`, never through these
classes: `table=True` does not validate (SQLModel #52).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, LargeBinary, MetaData, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.types import BigKey, Pseudonym, UtcDateTime

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Base(SQLModel):
    """The metadata of fanfit's own schema, apart from SQLModel's global one."""

    metadata = MetaData(naming_convention=NAMING)


class Meta(Base, table=True):
    """One row per fact of the workspace: key fingerprint, controller, purpose, contact."""

    key: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)


class ImportRun(Base, table=True):
    """One file brought in: what it was, how far it got, what came of it. `position` moves in each page's transaction."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("status IN ('running', 'stopped', 'done', 'undone')", name="status"),
        CheckConstraint("position >= 0", name="position"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    kind: str
    file_name: str
    fingerprint: str = Field(index=True, description="of the file's bytes and the options: the same again is no news")
    options: dict[str, Any] = Field(sa_type=JSON)
    source: str | None = None
    basis: str | None = None
    obtained: datetime | None = Field(default=None, sa_type=UtcDateTime)
    status: str = "running"
    position: int = Field(default=0, sa_type=BigInteger, description="rows of the file done")
    accepted: int = Field(default=0, sa_type=BigInteger)
    rejected: int = Field(default=0, sa_type=BigInteger)
    duplicates: int = Field(default=0, sa_type=BigInteger)
    refused_minors: int = Field(default=0, sa_type=BigInteger)
    started: datetime = Field(sa_type=UtcDateTime)
    finished: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NamedAccount(Base, table=True):
    """The only table outside the vault with native ids: candidates, watched, seeds, own, and large followees (DECISIONS 1)."""

    __tablename__ = "named_account"
    __table_args__ = (UniqueConstraint("platform", "native_id"),)
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    platform: str
    native_id: str
    reason: str = Field(description="candidate, watched, seed, own, followers, in_store")
    promoted_at: datetime = Field(sa_type=UtcDateTime)


class ProfileSnapshot(Base, table=True):
    """Name, handle, bio, verification, category of a *named* account; a new row only when one of them changes."""

    __tablename__ = "profile_snapshot"
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    digest: bytes = Field(primary_key=True, sa_type=LargeBinary(16))
    handle: str | None = None
    name: str | None = None
    bio: str | None = Field(default=None, sa_type=Text)
    url: str | None = None
    category: str | None = None
    verified: bool | None = None


class ProfileSeen(Base, table=True):
    """When which import saw a snapshot; history is the order of these rows, undo deletes one import's."""

    __tablename__ = "profile_seen"
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    observed_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    digest: bytes = Field(sa_type=LargeBinary(16))
    fetched_at: datetime = Field(sa_type=UtcDateTime)


class RawProfile(Base, table=True):
    """A person's profile as fetched; expires after the raw lifetime (DECISIONS 4)."""

    __tablename__ = "raw_profile"
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    platform: str
    handle: str | None = Field(default=None, index=True)
    name: str | None = None
    bio: str | None = Field(default=None, sa_type=Text)
    url: str | None = None
    category: str | None = None
    verified: bool | None = None
    observed_at: datetime = Field(sa_type=UtcDateTime)
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)


class ProfileFeature(Base, table=True):
    """What the profile rule for P(real) reads of a person: no text, only marks and counts; features' lifetime."""

    __tablename__ = "profile_feature"
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    observed_at: datetime = Field(sa_type=UtcDateTime)
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)
    has_bio: bool | None = None
    has_avatar: bool | None = None
    verified: bool | None = None
    handle_digits: int | None = Field(default=None, description="trailing digits of handle or name: 用户12345678 has 8")
    created_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    digest: bytes = Field(
        sa_type=LargeBinary(16), description="keyed hash of the whole profile: tells a repeat from a contradiction"
    )


class CountSeries(Base, table=True):
    """Follower, followee and post counts over time (DECISIONS 29); shown is not exact: half widths stand beside."""

    __tablename__ = "count_series"
    __table_args__ = (
        CheckConstraint("followers IS NULL OR followers >= 0", name="followers"),
        CheckConstraint("following IS NULL OR following >= 0", name="following"),
        CheckConstraint("posts IS NULL OR posts >= 0", name="posts"),
    )
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    observed_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)
    followers: int | None = Field(default=None, sa_type=BigInteger)
    followers_half_width: int = Field(default=0, sa_type=BigInteger)
    following: int | None = Field(default=None, sa_type=BigInteger)
    posts: int | None = Field(default=None, sa_type=BigInteger)


class Attribute(Base, table=True):
    """A declared attribute of an account, per import; the newest observation is current."""

    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    name: str = Field(primary_key=True)
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    value: str
    observed_at: datetime = Field(sa_type=UtcDateTime)
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Follow(Base, table=True):
    """An edge: `follower` follows `account`. Epoch seconds. Derived from pulls: undo recomputes it from those that remain.

    No index by follower: its scattered inserts were half of an import; whom a person follows is read from the pulls.
    """

    __table_args__ = (
        CheckConstraint("first_seen <= last_seen", name="seen"),
        {"sqlite_with_rowid": False},
    )
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    follower: bytes = Field(primary_key=True, sa_type=Pseudonym)
    first_seen: int = Field(sa_type=BigInteger)
    last_seen: int = Field(sa_type=BigInteger)


class Pull(Base, table=True):
    """One reading of one list: its frame, order, date, how much was seen of how much. Base samples have no owner."""

    __table_args__ = (
        UniqueConstraint("import_id", "list_kind", "account"),
        CheckConstraint("list_kind IN ('followers', 'followees', 'base')", name="list_kind"),
        CheckConstraint("frame IN ('complete', 'newest', 'random', 'unknown')", name="frame"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    import_id: int = Field(sa_type=BigInteger)
    platform: str
    account: bytes = Field(sa_type=Pseudonym, index=True, description="the list's owner; 16 zero bytes for a base sample")
    list_kind: str
    frame: str
    list_order: str
    pulled_at: datetime = Field(sa_type=UtcDateTime)
    seen: int = Field(default=0, sa_type=BigInteger, description="members read, each once; minors and forgotten ones among them")
    total: int | None = Field(default=None, sa_type=BigInteger, description="the whole count N, where known")
    minors: int = Field(default=0, sa_type=BigInteger, description="members who declare to be under 18; no row of theirs is kept")


class PullMember(Base, table=True):
    """Members of a pull in list order, one row per page: `members` is n x 16 bytes, `first` the position of the first."""

    __tablename__ = "pull_member"
    __table_args__ = ({"sqlite_with_rowid": False},)
    pull_id: int = Field(primary_key=True, sa_type=BigInteger)
    first: int = Field(primary_key=True, sa_type=BigInteger)
    members: bytes = Field(sa_type=LargeBinary)


class Post(Base, table=True):
    """Ledger of posts already counted: keyed hashes only. A post counts once, for the import that brought it first."""

    post: bytes = Field(primary_key=True, sa_type=LargeBinary(16))
    account: bytes = Field(sa_type=Pseudonym, index=True)
    import_id: int = Field(sa_type=BigInteger, index=True)
    text_hash: bytes = Field(sa_type=LargeBinary(16))
    created_at: datetime = Field(sa_type=UtcDateTime)
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)


class PostSeen(Base, table=True):
    """Further imports that brought a post already counted: if its own import is undone, the next one takes it over."""

    __tablename__ = "post_seen"
    post: bytes = Field(primary_key=True, sa_type=LargeBinary(16))
    import_id: int = Field(primary_key=True, sa_type=BigInteger)


class RawPost(Base, table=True):
    """The text of a post, for its raw lifetime; of named accounts it stays."""

    __tablename__ = "raw_post"
    post: bytes = Field(primary_key=True, sa_type=LargeBinary(16))
    account: bytes = Field(sa_type=Pseudonym, index=True)
    text: str = Field(sa_type=Text)
    is_repost: bool = False
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)


class TextWeek(Base, table=True):
    """Counts of hashed terms of one account in one ISO week, as one import's page brought them (DECISIONS 25)."""

    __tablename__ = "text_week"
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    week: int = Field(primary_key=True, description="days since 1970-01-01 of the week's Monday, divided by 7 rounded down")
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    page: int = Field(primary_key=True, sa_type=BigInteger)
    dictionary: str = Field(primary_key=True, description="version of tokeniser and lexicon; a run never mixes two")
    posts: int = Field(description="texts counted in this row: posts, and a bio as one text of the week it was observed")
    words: int = Field(description="content words in this row")
    counts: bytes = Field(sa_type=LargeBinary, description="see storage.text_index.pack")
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)


class RawWord(Base, table=True):
    """Words behind hashed ids, raw lifetime: promoted to `word` once k accounts use them, else forgotten."""

    __tablename__ = "raw_word"
    term: int = Field(primary_key=True, sa_type=BigInteger)
    text: str
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Word(Base, table=True):
    """Words used by at least k accounts: the only free words a reader may be shown."""

    term: int = Field(primary_key=True, sa_type=BigInteger)
    text: str
    accounts: int


class Price(Base, table=True):
    """A quote for a named account, per import; money in minor units."""

    __table_args__ = (CheckConstraint("amount_minor >= 0", name="amount"),)
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    format: str = Field(primary_key=True)
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    observed_at: datetime = Field(sa_type=UtcDateTime)
    valid_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Label(Base, table=True):
    """A gold label on an account, per import."""

    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    label: str = Field(primary_key=True)
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    value: bool
    observed_at: datetime = Field(sa_type=UtcDateTime)
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Candidate(Base, table=True):
    """A row of a candidate list; `account` is empty where nothing matched: it stays in every table as "not scored"."""

    __table_args__ = (CheckConstraint("status IN ('matched', 'ambiguous', 'unmatched')", name="status"),)
    list_name: str = Field(primary_key=True)
    row: int = Field(primary_key=True, sa_type=BigInteger)
    import_id: int = Field(sa_type=BigInteger, index=True)
    given: str
    platform: str | None = None
    name: str | None = None
    note: str | None = None
    account: bytes | None = Field(default=None, sa_type=Pseudonym)
    status: str = "unmatched"


class PersonaVersion(Base, table=True):
    """A persona file as it stood; the same text is the same version."""

    __tablename__ = "persona_version"
    __table_args__ = (UniqueConstraint("name", "version"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    name: str
    version: int
    digest: str = Field(index=True)
    text: str = Field(sa_type=Text)
    created: datetime = Field(sa_type=UtcDateTime)


class ScoreRun(Base, table=True):
    """An immutable score run: everything needed to say what was computed from what."""

    __tablename__ = "score_run"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    persona_id: int = Field(sa_type=BigInteger)
    list_name: str
    parameters: dict[str, Any] = Field(sa_type=JSON)
    seed: int = Field(sa_type=BigInteger)
    code_version: str
    dictionary: str
    input_digest: str
    result_digest: str
    data_date: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created: datetime = Field(sa_type=UtcDateTime)
    snapshot_expires: datetime | None = Field(default=None, sa_type=UtcDateTime)
    recomputable: bool = True
    why_not: str | None = None
    result: dict[str, Any] = Field(sa_type=JSON, description="scoring.results.Shortlist as JSON: aggregates only")


class Forgotten(Base, table=True):
    """Keyed hashes of erased accounts: they block re-import and are applied again after a restore."""

    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    forgotten_at: datetime = Field(sa_type=UtcDateTime)
    minor: bool = Field(default=False, description="declared to be under 18: later pulls count it as one (DECISIONS 7)")


class AuditEntry(Base, table=True):
    """What was done to people's data: promotion, raw export, forget, purge; no native ids in `detail`."""

    __tablename__ = "audit_entry"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    at: datetime = Field(sa_type=UtcDateTime)
    action: str = Field(index=True)
    detail: dict[str, Any] = Field(sa_type=JSON)


class Writer(Base, table=True):
    """Who writes now: shown to those who wait (ENGINE 1). One row per process, removed when it is done."""

    pid: int = Field(primary_key=True, sa_type=BigInteger)
    host: str = Field(primary_key=True)
    command: str
    since: datetime = Field(sa_type=UtcDateTime)
    exclusive: bool = False
