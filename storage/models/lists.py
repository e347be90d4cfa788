"""Who follows whom, the lists that said so, and candidate lists."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, UniqueConstraint
from sqlmodel import Field

from storage.models.base import Base
from storage.types import BigKey, Pseudonym, UtcDateTime


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
        CheckConstraint("list_kind IN ('followers', 'followees', 'engagers', 'base')", name="list_kind"),
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


class ListChange(Base, table=True):
    """One field of one account of a list was set: to what, when, by whom, from where. The last one of a field counts; empty clears it.

    Numbers are never given twice (`sqlite_autoincrement`): a file that went out says by one of them what it was written from.
    """

    __tablename__ = "list_change"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    list_name: str = Field(index=True)
    account: bytes = Field(sa_type=Pseudonym)
    field: str
    value: str
    changed_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: str
    source: str
