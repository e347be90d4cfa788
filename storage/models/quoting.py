"""What named accounts ask for a placement: a quote with what comes on top and off; money in minor units."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from storage.models.base import Base
from storage.types import Pseudonym, UtcDateTime


class Quote(Base, table=True):
    """A quote for one format, per import; fee, tax and rebate as an amount (`_minor`) or a share of the price (`_ppm`, parts per million).

    `declared`: made through the platform's own order system (报备); `client`: whose quote it is, empty for anybody's.
    """

    __table_args__ = (
        CheckConstraint("declared IN ('yes', 'no', 'unknown')", name="declared"),
        CheckConstraint("price_minor >= 0", name="price"),
    )
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    format: str = Field(primary_key=True)
    declared: str = Field(primary_key=True)
    client: str = Field(primary_key=True)
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    price_minor: int = Field(sa_type=BigInteger)
    currency: str
    platform_fee_minor: int | None = Field(default=None, sa_type=BigInteger)
    platform_fee_ppm: int | None = Field(default=None, sa_type=BigInteger)
    tax_minor: int | None = Field(default=None, sa_type=BigInteger)
    tax_ppm: int | None = Field(default=None, sa_type=BigInteger)
    rebate_minor: int | None = Field(default=None, sa_type=BigInteger)
    rebate_ppm: int | None = Field(default=None, sa_type=BigInteger)
    rights_minor: int | None = Field(default=None, sa_type=BigInteger)
    exclusivity_minor: int | None = Field(default=None, sa_type=BigInteger)
    boost_minor: int | None = Field(default=None, sa_type=BigInteger)
    commission_ppm: int | None = Field(default=None, sa_type=BigInteger)
    valid_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    observed_at: datetime = Field(sa_type=UtcDateTime)
    source: str | None = None
