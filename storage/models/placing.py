"""What was placed with named accounts and what came of it; money in minor units, nobody but the account among it."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from storage.models.base import Base
from storage.types import Pseudonym, UtcDateTime

_FIGURES = ("cost_minor", "impressions", "clicks", "orders", "revenue_minor")


class Placement(Base, table=True):
    """One placement, per import: when, what it cost, what it brought; None where that is not known.

    `post` is the post's id or address as given, `client` whose placement it is; both and `format` are empty where nothing is said.
    """

    __table_args__ = (
        CheckConstraint("currency IS NOT NULL OR (cost_minor IS NULL AND revenue_minor IS NULL)", name="currency"),
        *(CheckConstraint(f"{name} >= 0", name=name) for name in _FIGURES),
    )
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    placed_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    format: str = Field(primary_key=True)
    post: str = Field(primary_key=True)
    client: str = Field(primary_key=True)
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    currency: str | None = None
    cost_minor: int | None = Field(default=None, sa_type=BigInteger)
    impressions: int | None = Field(default=None, sa_type=BigInteger)
    clicks: int | None = Field(default=None, sa_type=BigInteger)
    orders: int | None = Field(default=None, sa_type=BigInteger)
    revenue_minor: int | None = Field(default=None, sa_type=BigInteger)
    campaign: str | None = None
    source: str | None = None
