"""What is on its way to whom."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlmodel import Field

from storage.models.base import Base
from storage.types import UtcDateTime


class Delivery(Base, table=True):
    """One message to one recipient. The message is kept until it has arrived or been given up; it holds no person's data."""

    __table_args__ = (CheckConstraint("status IN ('pending', 'sending', 'sent', 'failed')", name="status"),)
    key: str = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    subject: str
    status: str
    attempts: int = Field(default=0, sa_type=BigInteger)
    next_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="not before; empty where there is no next time"
    )
    note: str = Field(default="", sa_type=Text)
    message: str | None = Field(default=None, sa_type=Text)
    created: datetime = Field(sa_type=UtcDateTime)
    changed: datetime = Field(sa_type=UtcDateTime)
