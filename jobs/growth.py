"""Signs of unusual growth of named accounts, from the counts that the store holds of them."""

from datetime import datetime
from typing import TYPE_CHECKING

from scoring.watching.growth import Counted, Growth, growth
from storage.history import count_series

if TYPE_CHECKING:
    from storage.engine import Store


def growth_of(store: "Store", account: bytes, *, since: datetime | None = None, until: datetime | None = None) -> Growth:
    """What the account's counts show, of steps that end after `since`; counts after `until` are not read."""
    rows = [row for row in count_series(store, account) if row.followers is not None]
    counts = [Counted(row.observed_at, row.followers or 0, row.followers_half_width) for row in rows]
    return growth([each for each in counts if until is None or each.at <= until], since=since)
