"""A page of quotes: terms and price of a placement, one row per account, format, way of ordering and client."""

from collections.abc import Collection, Hashable, Sequence
from datetime import datetime
from typing import Any

from storage.lookups import rows_where
from storage.naming import Naming, promote
from storage.net_price import Money, Part, net_price
from storage.pages import Page, PageOutcome, identify
from storage.records import QuoteRecord
from storage.settling import settle
from storage.tables import QUOTE
from storage.writes import upsert

DECLARED = {True: "yes", False: "no", None: "unknown"}
_KEY = ("account", "format", "declared", "client")
_SHARED = ("platform_fee", "tax", "rebate")  # an amount or a share of the price
_AMOUNTS = ("rights", "exclusivity", "boost")
_SAID = (
    "price_minor", "currency", *(f"{name}_{unit}" for name in _SHARED for unit in ("minor", "ppm")),
    *(f"{name}_minor" for name in _AMOUNTS), "commission_ppm", "valid_until", "source",
)  # fmt: skip

_Key = tuple[bytes, str, str, str]


def write_quotes(page: Page, records: Sequence[QuoteRecord]) -> PageOutcome:
    """Quotes, the newest of an import per account, format, way of ordering and client; a quote without a date is of the moment of its import.

    Whose price is asked is a candidate and named.

    Raises:
        StorageError: terms that do not add up: two currencies, a rebate above the price.
    """
    people = identify(page, [record.platform for record in records], [record.account_id for record in records])
    chosen = [at for at in range(len(records)) if not people.refused(at)]
    naming = [Naming(people.keys[at], records[at].platform, records[at].account_id) for at in chosen]
    promote(page.store, page.conn, naming, "candidate", now=page.now)
    said = [_said(records[at]) for at in chosen]
    observations: list[tuple[_Key, datetime, Hashable]] = [
        (_key(people.keys[at], records[at]), records[at].observed_at or page.now, tuple(values[name] for name in _SAID))
        for at, values in zip(chosen, said, strict=True)
    ]
    settled = settle(_held(page, {key[0] for key, _, _ in observations}), observations)
    rows = [
        dict(zip(_KEY, observations[at][0], strict=True))
        | said[at]
        | {"import_id": page.import_id, "observed_at": observations[at][1]}
        for at in settled.newest
    ]
    upsert(page.conn, QUOTE, rows, key=[*_KEY, "import_id"], update=[*_SAID, "observed_at"])
    conflicts = tuple(chosen[at] for at in settled.conflicts)
    return PageOutcome(len(settled.accepted), settled.duplicates, conflicts, forgotten=len(records) - len(chosen))


def _key(account: bytes, record: QuoteRecord) -> _Key:
    return account, record.format, DECLARED[record.declared], record.client


def _said(record: QuoteRecord) -> dict[str, Any]:
    """The columns that hold what the quote says."""
    terms = record.terms
    net_price(terms)  # what does not add up is not stored
    values: dict[str, Any] = {"price_minor": terms.price.minor, "currency": terms.price.currency}
    for name in _SHARED:
        part: Part | None = getattr(terms, name)
        values[f"{name}_minor"] = part.amount.minor if part is not None and part.amount is not None else None
        values[f"{name}_ppm"] = part.ppm if part is not None else None
    for name in _AMOUNTS:
        fee: Money | None = getattr(terms, name)
        values[f"{name}_minor"] = None if fee is None else fee.minor
    return values | {"commission_ppm": terms.commission_ppm, "valid_until": record.valid_until, "source": record.source}


def _held(page: Page, accounts: Collection[bytes]) -> dict[_Key, tuple[datetime, Hashable]]:
    """What this import holds of the accounts already."""
    held: dict[_Key, tuple[datetime, Hashable]] = {}
    for row in rows_where(page.conn, list(QUOTE.c), QUOTE.c.account, accounts):
        if row.import_id == page.import_id:
            key = (row.account, row.format, row.declared, row.client)
            held[key] = (row.observed_at, tuple(getattr(row, name) for name in _SAID))
    return held
