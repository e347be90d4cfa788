"""The ledger of paid sources: money is reserved before a call and settled after it, in micro-dollars and UTC days."""

from datetime import UTC, datetime

from sqlalchemy import select, update

from storage.engine import Store
from storage.tables import SPEND_DAY
from storage.writes import upsert

_COMMAND = "collect run"


def day_of(moment: datetime) -> int:
    """Days since 1970-01-01, UTC."""
    return int(moment.astimezone(UTC).timestamp() // 86_400)


def reserve(store: Store, platform: str, day: int, micro: int, *, limit: int) -> bool:
    """Counts `micro` as spent, if the day's sum stays within `limit`; whether it did. All processes share the sum."""
    row = SPEND_DAY.c
    mine = (row.platform == platform, row.day == day)
    with store.write(_COMMAND) as conn:
        upsert(conn, SPEND_DAY, [{"platform": platform, "day": day, "micro": 0}], key=["platform", "day"], update=[])
        within = update(SPEND_DAY).where(*mine, row.micro + micro <= limit).values(micro=row.micro + micro)
        return conn.execute(within).rowcount == 1


def settle(store: Store, platform: str, day: int, *, reserved: int, spent: int) -> None:
    """Puts what was spent in the place of what was reserved."""
    row = SPEND_DAY.c
    with store.write(_COMMAND) as conn:
        conn.execute(update(SPEND_DAY).where(row.platform == platform, row.day == day).values(micro=row.micro - reserved + spent))


def spent_on(store: Store, platform: str, day: int) -> int:
    """What was spent or is reserved on a day."""
    query = select(SPEND_DAY.c.micro).where(SPEND_DAY.c.platform == platform, SPEND_DAY.c.day == day)
    with store.read() as conn:
        return conn.execute(query).scalar() or 0
