"""Campaigns, and what each of their slots came to."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field

from storage.models.base import Base
from storage.types import UtcDateTime


class Campaign(Base, table=True):
    """A client's shortlist that is scored again and again: persona version, candidate list, platforms, recipients, language."""

    name: str = Field(primary_key=True)
    client: str
    persona_id: int = Field(sa_type=BigInteger)
    list_name: str
    platforms: list[str] = Field(sa_type=JSON)
    recipients: list[str] = Field(sa_type=JSON)
    lang: str
    options: dict[str, Any] = Field(sa_type=JSON, description="jobs.campaign.Options as JSON")
    schedule_id: int | None = Field(default=None, sa_type=BigInteger)
    created: datetime = Field(sa_type=UtcDateTime)


class CampaignRun(Base, table=True):
    """One rescore of a campaign: the slot it was due at, its score run and the one it was held against."""

    __tablename__ = "campaign_run"
    campaign: str = Field(primary_key=True)
    slot: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    run_id: int = Field(sa_type=BigInteger)
    before: int | None = Field(default=None, sa_type=BigInteger)
    failures: list[dict[str, str]] = Field(
        sa_type=JSON, description="platform, reason and, of one account alone, its name in the list: what could not be read"
    )
    created: datetime = Field(sa_type=UtcDateTime)
