"""What is to run when: schedules, their slots, and the lease that says which worker may run them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlmodel import Field

from storage.models.base import Base
from storage.types import BigKey, UtcDateTime


class Schedule(Base, table=True):
    """Something that is done again and again: `kind` says what (collect, campaign), `subject` to what (a list, a campaign)."""

    __tablename__ = "schedule"
    __table_args__ = (UniqueConstraint("kind", "subject"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    kind: str
    subject: str
    cron: str = Field(description="five fields, in local time of `timezone`")
    timezone: str = Field(description="IANA name")
    options: dict[str, Any] = Field(sa_type=JSON, description="what the kind needs to know besides the subject")
    paused: bool = False
    created: datetime = Field(sa_type=UtcDateTime)
    caught_up: datetime = Field(sa_type=UtcDateTime, description="every slot up to here has its row")


class Slot(Base, table=True):
    """One time at which a schedule was due. It is committed once: by a worker whose lease has the slot's epoch."""

    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint("status IN ('claimed', 'done', 'failed', 'missed', 'stopped')", name="status"),
        CheckConstraint("attempt >= 0", name="attempt"),
    )
    schedule_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_args=(ForeignKey("schedule.id"),))
    due: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    status: str
    epoch: int = Field(default=0, sa_type=BigInteger, description="of the lease under which it was claimed last; 0: never")
    attempt: int = Field(default=0, sa_type=BigInteger, description="how often it was begun; going on after a stop counts not")
    holder: str | None = None
    started: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished: datetime | None = Field(default=None, sa_type=UtcDateTime)
    retry_at: datetime | None = Field(default=None, sa_type=UtcDateTime, description="a failed slot is tried again then")
    note: str = Field(default="", sa_type=Text)


class LeaseRow(Base, table=True):
    """Who may run slots until when. `epoch` grows whenever the lease is taken, so that who lost it is known by its old number."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    holder: str
    epoch: int = Field(sa_type=BigInteger)
    until: datetime = Field(sa_type=UtcDateTime)
