"""Placements with named accounts and what came of them: of each placement what was brought last."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from storage.clients import client_key, may_use
from storage.engine import Store
from storage.lookups import rows_where
from storage.tables import PLACEMENT

FIGURES = ("cost_minor", "impressions", "clicks", "orders", "revenue_minor")
Identity = tuple[bytes, str, str, str]


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """One placement: money in minor units of `currency`; a figure that nobody gave is None, never 0."""

    account: bytes
    placed_at: datetime
    format: str
    post: str
    client: str
    import_id: int
    currency: str | None
    cost_minor: int | None
    impressions: int | None
    clicks: int | None
    orders: int | None
    revenue_minor: int | None
    campaign: str | None
    source: str | None


def values_of(row: Any) -> dict[str, Any]:
    """A row of the table by the names of its columns."""
    return {column.name: getattr(row, column.name) for column in PLACEMENT.c}


def identity(row: Mapping[str, Any]) -> Identity:
    """What makes two rows the same placement: account, client and post; without a post account, client, day (UTC) and format."""
    account, client = row["account"], client_key(row["client"])
    if row["post"]:
        return account, client, row["post"], ""
    return account, client, f"{row['placed_at']:%Y-%m-%d}", row["format"]


def placement_rows(
    store: Store, *, accounts: Collection[bytes] | None = None, client: str | None = None, campaign: str | None = None
) -> list[PlacementRow]:
    """Placements by time: `client`'s and anybody's, of these accounts and this campaign where they are given.

    Another client's placements are never among them. A placement that several imports brought is as the last of them has it.
    """
    with store.read() as conn:
        found = _read(conn, accounts)
    newest: dict[Identity, Any] = {}
    for row in sorted(found, key=lambda each: each["import_id"]):
        if may_use(row["client"], client or ""):
            newest[identity(row)] = row
    kept = [PlacementRow(**row) for row in newest.values() if campaign is None or _same(row["campaign"], campaign)]
    return sorted(kept, key=lambda row: (row.placed_at, row.account, row.format, row.post))


def _read(conn: Connection, accounts: Collection[bytes] | None) -> list[dict[str, Any]]:
    if accounts is None:
        return [values_of(row) for row in conn.execute(select(PLACEMENT))]
    return [values_of(row) for row in rows_where(conn, list(PLACEMENT.c), PLACEMENT.c.account, accounts)]


def _same(given: str | None, asked: str) -> bool:
    """Whether two names of a campaign are one: width, case and spaces do not count."""
    return given is not None and client_key(given) == client_key(asked)
