"""Follows of watched accounts as they were made and taken back, and where each stream of events stands."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary
from sqlmodel import Field

from storage.models.base import Base
from storage.types import BigKey, Pseudonym, UtcDateTime


class FollowEvent(Base, table=True):
    """A follow of a watched account, made (`since`) and maybe taken back (`until`), by the keyed hash of its record."""

    __tablename__ = "follow_event"
    record: bytes = Field(primary_key=True, sa_type=LargeBinary(16))
    account: bytes = Field(sa_type=Pseudonym, index=True)
    follower: bytes = Field(sa_type=Pseudonym, index=True)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)


class EventPosition(Base, table=True):
    """How far a stream of events is read: `position` moves in the transaction of what it comes after."""

    __tablename__ = "event_position"
    feed: str = Field(primary_key=True)
    position: int = Field(sa_type=BigInteger)
    begun: datetime = Field(sa_type=UtcDateTime)
    at: datetime = Field(sa_type=UtcDateTime)


class EventGap(Base, table=True):
    """A time of which a stream told nothing: "lost" cannot be counted across it."""

    __tablename__ = "event_gap"
    __table_args__ = (CheckConstraint("lost_from <= lost_to", name="ordered"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    feed: str
    lost_from: datetime = Field(sa_type=UtcDateTime)
    lost_to: datetime = Field(sa_type=UtcDateTime)
