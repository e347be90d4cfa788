"""What vendors and back ends say of named accounts' audiences: shares by dimension, no person among them."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from storage.models.base import Base
from storage.types import Pseudonym, UtcDateTime


class AudienceShare(Base, table=True):
    """A share of one bucket of one dimension of an account's audience, per import; `n` people if the vendor says so."""

    __tablename__ = "audience_share"
    __table_args__ = (CheckConstraint("share >= 0 AND share <= 1", name="share"),)
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    base: str = Field(primary_key=True)
    dimension: str = Field(primary_key=True)
    bucket: str = Field(primary_key=True)
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    share: float
    n: int | None = Field(default=None, sa_type=BigInteger)
    observed_at: datetime = Field(sa_type=UtcDateTime)
