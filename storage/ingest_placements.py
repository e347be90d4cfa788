"""A page of placements: one row per placement and import; the same again is a repeat, another figure for it a contradiction."""

from collections.abc import Collection, Sequence
from typing import Any

from storage.lookups import rows_where
from storage.naming import Naming, promote
from storage.pages import Page, PageOutcome, identify
from storage.placements import FIGURES, Identity, identity, values_of
from storage.records import PlacementRecord
from storage.tables import PLACEMENT
from storage.writes import upsert

_KEY = ("account", "placed_at", "format", "post", "client", "import_id")
_SAID = ("currency", *FIGURES, "campaign", "source")


def write_placements(page: Page, records: Sequence[PlacementRecord]) -> PageOutcome:
    """Placements; whom one placed with is a candidate and named. Of two rows of one import on one placement the first is kept."""
    people = identify(page, [record.platform for record in records], [record.account_id for record in records])
    chosen = [at for at in range(len(records)) if not people.refused(at)]
    naming = [Naming(people.keys[at], records[at].platform, records[at].account_id) for at in chosen]
    promote(page.store, page.conn, naming, "candidate", now=page.now)
    held = _held(page, {people.keys[at] for at in chosen})
    rows: list[dict[str, Any]] = []
    conflicts: list[int] = []
    for at in chosen:
        row = _row(people.keys[at], page.import_id, records[at])
        known = held.setdefault(identity(row), row)
        if known is row:
            rows.append(row)
        elif known != row:
            conflicts.append(at)
    upsert(page.conn, PLACEMENT, rows, key=_KEY, update=_SAID)
    duplicates = len(chosen) - len(rows) - len(conflicts)
    return PageOutcome(len(rows), duplicates, tuple(conflicts), forgotten=len(records) - len(chosen))


def _row(account: bytes, import_id: int, record: PlacementRecord) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in (*_KEY[1:-1], *_SAID)}
    return {"account": account, "import_id": import_id} | values


def _held(page: Page, accounts: Collection[bytes]) -> dict[Identity, dict[str, Any]]:
    """What this import holds of the accounts already."""
    rows = rows_where(page.conn, list(PLACEMENT.c), PLACEMENT.c.account, accounts)
    return {identity(each): each for each in map(values_of, rows) if each["import_id"] == page.import_id}
