"""What was spent on paid sources."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from storage.models.base import Base


class SpendDay(Base, table=True):
    """Micro-dollars spent or reserved on one platform on one UTC day, by all processes of the workspace."""

    __tablename__ = "spend_day"
    __table_args__ = (CheckConstraint("micro >= 0", name="micro"),)
    platform: str = Field(primary_key=True)
    day: int = Field(primary_key=True, sa_type=BigInteger, description="days since 1970-01-01, UTC")
    micro: int = Field(default=0, sa_type=BigInteger)
