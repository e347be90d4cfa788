"""What posts of named accounts brought: medians and quartiles, as somebody stated them or from single posts' figures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from statistics import median, quantiles
from typing import Any

from storage.engine import Store
from storage.lookups import rows_where
from storage.tables import PERFORMANCE

LEAST_FOR_QUARTILES = 4  # posts; of fewer the median alone is told


@dataclass(frozen=True, slots=True)
class PerformanceRow:
    """An account's median of one metric with quartiles, over `n` posts; `stated` by whoever gave the file, or counted from posts here."""

    account: bytes
    metric: str
    paid: str
    median: float
    q1: float | None
    q3: float | None
    n: int | None
    days: int | None
    observed_at: datetime
    stated: bool


def performance_rows(store: Store, accounts: Collection[bytes]) -> list[PerformanceRow]:
    """One row an account, metric and kind of post: what was stated last, unless single posts of later are known."""
    with store.read() as conn:
        rows = rows_where(conn, list(PERFORMANCE.c), PERFORMANCE.c.account, accounts)
        ordered = sorted(rows, key=_kind)
    return [_told(key, list(group)) for key, group in groupby(ordered, key=_kind)]


def post_figures(store: Store, account: bytes, metric: str) -> dict[bytes, tuple[int, str]]:
    """The newest figure of every single post of an account, and whether it was organic or paid; by the post's key."""
    with store.read() as conn:
        rows = list(rows_where(conn, list(PERFORMANCE.c), PERFORMANCE.c.account, [account]))
    chosen = sorted((row for row in rows if row.metric == metric and row.post != b""), key=_time)
    return {row.post: (row.value, row.paid) for row in chosen}


def _kind(row: Any) -> tuple[bytes, str, str]:
    return row.account, row.metric, row.paid


def _told(key: tuple[bytes, str, str], rows: Sequence[Any]) -> PerformanceRow:
    stated = [row for row in rows if row.post == b""]
    posts = {row.post: row for row in sorted(rows, key=_time) if row.post != b""}  # of a post the newest figure
    last = max(stated, key=_time, default=None)
    newest = max((row.observed_at for row in posts.values()), default=None)
    if last is not None and (newest is None or last.observed_at >= newest):
        return PerformanceRow(*key, last.value, last.q1, last.q3, last.n, last.days, last.observed_at, stated=True)
    values = [row.value for row in posts.values()]
    low, _, high = quantiles(values, n=4, method="inclusive") if len(values) >= LEAST_FOR_QUARTILES else (None, None, None)
    return PerformanceRow(*key, median(values), low, high, len(values), None, newest or rows[0].observed_at, stated=False)


def _time(row: Any) -> tuple[datetime, int]:
    return row.observed_at, row.import_id
