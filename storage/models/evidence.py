"""What vendors and back ends say of named accounts: shares of their audience, what their posts brought; no person among them."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary
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


class Performance(Base, table=True):
    """What an account's posts brought of one metric, or what one post did (`post`: keyed hash, empty for the account), per import.

    `value` is the median with quartiles `q1` and `q3` over `n` posts of `days` days, or the post's own figure.
    """

    __table_args__ = (
        CheckConstraint("paid IN ('organic', 'paid', 'unknown')", name="paid"),
        CheckConstraint("value >= 0", name="value"),
    )
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    metric: str = Field(primary_key=True)
    paid: str = Field(primary_key=True)
    post: bytes = Field(primary_key=True, sa_type=LargeBinary(16))
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    value: int = Field(sa_type=BigInteger)
    q1: int | None = Field(default=None, sa_type=BigInteger)
    q3: int | None = Field(default=None, sa_type=BigInteger)
    n: int | None = Field(default=None, sa_type=BigInteger)
    days: int | None = Field(default=None, sa_type=BigInteger)
    observed_at: datetime = Field(sa_type=UtcDateTime)
