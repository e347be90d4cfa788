"""Who reacted to which post of a named account, and how."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary
from sqlmodel import Field

from storage.models.base import Base
from storage.types import Pseudonym, UtcDateTime


class Engagement(Base, table=True):
    """A reaction to a post, as one import saw it; `account` is whose post it is. Lifetime of follow edges (DECISIONS 4)."""

    __table_args__ = (CheckConstraint("kind IN ('like', 'repost', 'quote', 'reply')", name="kind"),)
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    post: bytes = Field(primary_key=True, sa_type=LargeBinary(16), description="keyed hash of the post's id, as in `post`")
    engager: bytes = Field(primary_key=True, sa_type=Pseudonym, index=True)
    kind: str = Field(primary_key=True)
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    at: datetime | None = Field(default=None, sa_type=UtcDateTime, description="empty where the platform does not say when")
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)
