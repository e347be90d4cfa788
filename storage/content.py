"""Posts of a named account whose texts are held."""

from datetime import datetime

from sqlalchemy import select

from storage.engine import Store
from storage.tables import POST, RAW_POST


def posts_of(store: Store, account: bytes, *, since: datetime, until: datetime) -> list[tuple[datetime, str, bool]]:
    """When, text, whether it is a repost, of posts made in a time, the earliest first."""
    made = POST.c.created_at
    query = (
        select(made, RAW_POST.c.text, RAW_POST.c.is_repost)
        .join(RAW_POST, RAW_POST.c.post == POST.c.post)
        .where(POST.c.account == account, made >= since, made < until)
    )
    with store.read() as conn:
        return [(row.created_at, row.text, row.is_repost) for row in conn.execute(query.order_by(made, POST.c.post))]
