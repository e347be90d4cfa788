"""Accounts and what is known of them: names, profiles, counts, declared attributes, quotes, labels."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from storage.models.base import Base
from storage.types import Pseudonym, UtcDateTime


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
