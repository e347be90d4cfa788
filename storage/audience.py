"""Vendors' audience shares of named accounts: the newest of each dimension, as they were imported."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import func, select

from storage.engine import Store
from storage.lookups import rows_where
from storage.tables import AUDIENCE_SHARE


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """One dimension of one base of an account's audience: shares by bucket, of `n` people where known, from one import."""

    account: bytes
    base: str
    dimension: str
    by_bucket: dict[str, float]
    n: int | None
    observed_at: datetime
    import_id: int


def audience_rows(store: Store, accounts: Collection[bytes]) -> list[AudienceRow]:
    """What is known of each account's audience, dimension by dimension: all buckets of the newest import, none of older ones."""
    with store.read() as conn:
        rows = sorted(
            rows_where(conn, list(AUDIENCE_SHARE.c), AUDIENCE_SHARE.c.account, accounts),
            key=lambda row: (row.account, row.base, row.dimension),
        )
    found = []
    for (account, base, dimension), group in groupby(rows, key=lambda row: (row.account, row.base, row.dimension)):
        every = list(group)
        newest = max((row.observed_at, row.import_id) for row in every)
        current = [row for row in every if (row.observed_at, row.import_id) == newest]
        sizes = [row.n for row in current if row.n is not None]
        shares = {row.bucket: row.share for row in current}
        found.append(AudienceRow(account, base, dimension, shares, min(sizes, default=None), *newest))
    return found


def odd_sums(store: Store, import_id: int, tolerance: float) -> int:
    """Of how many dimensions of accounts the shares that an import brought add up to something else than 1."""
    row = AUDIENCE_SHARE.c
    total = func.sum(row.share)
    query = select(row.account).where(row.import_id == import_id).group_by(row.account, row.base, row.dimension)
    with store.read() as conn:
        return len(conn.execute(query.having(func.abs(total - 1) > tolerance)).all())
