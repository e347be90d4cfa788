"""Accounts that a brand keeps an eye on, and what a person said of the posts that a rule took for mentions."""

from datetime import datetime

from sqlalchemy import JSON, LargeBinary, Text
from sqlmodel import Field

from storage.models.base import Base
from storage.types import Pseudonym, UtcDateTime


class Watched(Base, table=True):
    """A watched account: `names` are words that mean it in others' posts, beside its own handle and name."""

    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    names: list[str] = Field(sa_type=JSON)
    note: str = Field(default="", sa_type=Text)
    added: datetime = Field(sa_type=UtcDateTime)


class MentionCheck(Base, table=True):
    """What a person said of a post that a rule took for a mention of a brand; `account` wrote it."""

    __tablename__ = "mention_check"
    post: bytes = Field(primary_key=True, sa_type=LargeBinary(16))
    brand: bytes = Field(primary_key=True, sa_type=Pseudonym)
    account: bytes = Field(sa_type=Pseudonym, index=True)
    mentioned: bool = Field(description="the post does speak of the brand")
    paid: bool | None = Field(default=None, description="it is paid for; empty where the person could not tell")
    declared: bool = Field(description="what the rule said of payment when the post was shown")
    checked_at: datetime = Field(sa_type=UtcDateTime)
