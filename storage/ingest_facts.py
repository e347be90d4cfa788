"""Pages of declared attributes, quotes and gold labels; a declared minor leaves no row."""

from collections.abc import Collection, Hashable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from storage.erasure import erase_minors
from storage.lookups import rows_where
from storage.minors import is_minor
from storage.naming import Naming, promote
from storage.pages import Page, PageOutcome, identify, learn_forgotten
from storage.records import AttributeRecord, LabelRecord, PriceRecord
from storage.settling import Settled, settle
from storage.tables import ATTRIBUTE, LABEL, PRICE
from storage.writes import upsert

_Key = tuple[bytes, str]


def write_attributes(page: Page, records: Sequence[AttributeRecord]) -> PageOutcome:
    """Declared attributes, the newest of an import per account and name; minors are erased and only counted."""
    people = identify(page, [record.platform for record in records], [record.account_id for record in records])
    minors = {
        key
        for key, record in zip(people.keys, records, strict=True)
        if key not in people.gone and is_minor(record.name, record.value, record.observed_at)
    }
    if minors:
        erase_minors(page.conn, minors, now=page.now)
        learn_forgotten(page)
    chosen = [at for at, key in enumerate(people.keys) if key not in minors and key not in people.gone]
    observations = [((people.keys[at], records[at].name), records[at].observed_at, records[at].value) for at in chosen]
    settled = settle(_held(page, ATTRIBUTE, "name", ["value"], {key for (key, _), _, _ in observations}), observations)
    rows = [
        {
            "account": observations[at][0][0],
            "name": records[chosen[at]].name,
            "import_id": page.import_id,
            "value": records[chosen[at]].value,
            "observed_at": records[chosen[at]].observed_at,
            "fetched_at": page.now,
        }
        for at in settled.newest
    ]
    upsert(page.conn, ATTRIBUTE, rows, key=["account", "name", "import_id"], update=["value", "observed_at", "fetched_at"])
    return _outcome(settled, chosen, minors=len(minors), refused=len(records) - len(chosen) - _rows_of(people.keys, minors))


def write_labels(page: Page, records: Sequence[LabelRecord]) -> PageOutcome:
    """Gold labels, the newest of an import per account and label set."""
    people = identify(page, [record.platform for record in records], [record.account_id for record in records])
    chosen = [at for at in range(len(records)) if not people.refused(at)]
    observations = [((people.keys[at], records[at].label), records[at].observed_at, records[at].value) for at in chosen]
    settled = settle(_held(page, LABEL, "label", ["value"], {key for (key, _), _, _ in observations}), observations)
    rows = [
        {
            "account": observations[at][0][0],
            "label": records[chosen[at]].label,
            "import_id": page.import_id,
            "value": records[chosen[at]].value,
            "observed_at": records[chosen[at]].observed_at,
            "fetched_at": page.now,
        }
        for at in settled.newest
    ]
    upsert(page.conn, LABEL, rows, key=["account", "label", "import_id"], update=["value", "observed_at", "fetched_at"])
    return _outcome(settled, chosen, refused=len(records) - len(chosen))


def write_prices(page: Page, records: Sequence[PriceRecord]) -> PageOutcome:
    """Quotes; who has a price is a candidate and named. A quote without a time is of the moment of its import."""
    people = identify(page, [record.platform for record in records], [record.account_id for record in records])
    chosen = [at for at in range(len(records)) if not people.refused(at)]
    naming = [Naming(people.keys[at], records[at].platform, records[at].account_id) for at in chosen]
    promote(page.store, page.conn, naming, "candidate", now=page.now)
    observations: list[tuple[_Key, datetime, Hashable]] = [
        (
            (people.keys[at], records[at].format),
            records[at].observed_at or page.now,
            (records[at].amount_minor, records[at].currency, records[at].valid_until),
        )
        for at in chosen
    ]
    held = _held(page, PRICE, "format", ["amount_minor", "currency", "valid_until"], {key for (key, _), _, _ in observations})
    settled = settle(held, observations)
    rows = [
        {
            "account": observations[at][0][0],
            "format": records[chosen[at]].format,
            "import_id": page.import_id,
            "amount_minor": records[chosen[at]].amount_minor,
            "currency": records[chosen[at]].currency,
            "observed_at": observations[at][1],
            "valid_until": records[chosen[at]].valid_until,
        }
        for at in settled.newest
    ]
    changed = ["amount_minor", "currency", "observed_at", "valid_until"]
    upsert(page.conn, PRICE, rows, key=["account", "format", "import_id"], update=changed)
    return _outcome(settled, chosen, refused=len(records) - len(chosen))


def _held(
    page: Page, table: Table, part: str, content: Sequence[str], accounts: Collection[bytes]
) -> dict[_Key, tuple[datetime, Hashable]]:
    """What this import holds of the accounts: (account, part of the key) to time and content."""
    names = ("account", part, "import_id", "observed_at", *content)
    rows = rows_where(page.conn, [table.c[name] for name in names], table.c.account, accounts)
    held: dict[_Key, tuple[datetime, Hashable]] = {}
    for row in rows:
        values: tuple[Any, ...] = tuple(row)
        if values[2] == page.import_id:
            held[values[0], values[1]] = (values[3], values[4] if len(content) == 1 else values[4:])
    return held


def _outcome(settled: Settled, chosen: Sequence[int], *, refused: int, minors: int = 0) -> PageOutcome:
    conflicts = tuple(chosen[at] for at in settled.conflicts)
    return PageOutcome(len(settled.accepted), settled.duplicates, conflicts, minors=minors, forgotten=refused)


def _rows_of(keys: Sequence[bytes], some: Collection[bytes]) -> int:
    return sum(key in some for key in keys)
