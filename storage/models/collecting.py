"""Where live collection stands: a position per stream and target, and how much of each rate limit is used."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Float, Text
from sqlmodel import Field

from storage.models.base import Base
from storage.types import Pseudonym, UtcDateTime


class StreamPosition(Base, table=True):
    """How far one stream of one target is read: `cursor` inside a pull, `watermark` where the next pull starts.

    The cursor moves in the transaction of the page it comes after; the watermark only when a newest-first pull has finished.
    """

    __tablename__ = "stream_position"
    __table_args__ = (CheckConstraint("pages >= 0", name="pages"),)
    platform: str = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    import_id: int | None = Field(default=None, sa_type=BigInteger, description="the pull under way; empty between pulls")
    cursor: str | None = Field(default=None, sa_type=Text, description="where the pull goes on; empty at its start")
    pages: int = Field(default=0, sa_type=BigInteger, description="pages of the pull that are written")
    items: int = Field(default=0, sa_type=BigInteger, description="items of the pull that were listed, each page's counted")
    newest: datetime | None = Field(default=None, sa_type=UtcDateTime, description="the newest item of the pull under way")
    watermark: datetime | None = Field(default=None, sa_type=UtcDateTime, description="the newest item of the last finished pull")
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RateWindow(Base, table=True):
    """One rate limit as all processes of the workspace see it. Times are epoch seconds by this machine's clock."""

    __tablename__ = "rate_window"
    __table_args__ = (CheckConstraint("used >= 0", name="used"),)
    scope: str = Field(primary_key=True, description="host and limit: whose window it is")
    started: float = Field(sa_type=Float)
    used: int = Field(default=0, sa_type=BigInteger, description="calls granted since `started`")
    closed_until: float = Field(default=0.0, sa_type=Float, description="the platform said: not before")
