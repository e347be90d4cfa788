"""A page of what vendors and back ends say of named accounts: shares of their audience, what their posts brought."""

from collections.abc import Sequence

from storage.naming import Naming, promote
from storage.pages import Page, PageOutcome, People, identify
from storage.records import AudienceRecord, PerformanceRecord
from storage.tables import AUDIENCE_SHARE, PERFORMANCE
from storage.writes import upsert

_SHARE = ("account", "base", "dimension", "bucket", "import_id")
_BROUGHT = ("account", "metric", "paid", "post", "import_id")
_PAID = {True: "paid", False: "organic", None: "unknown"}


def write_audience(page: Page, records: Sequence[AudienceRecord]) -> PageOutcome:
    """Audience shares; whom a vendor describes is a candidate and named. A row without a time is of the moment of its import."""
    people, chosen = _named(page, records)
    rows = {}
    for at in chosen:
        record = records[at]
        place = (people.keys[at], record.base.value, record.dimension, record.bucket, page.import_id)
        rows[place] = {"share": record.share, "n": record.n, "observed_at": record.observed_at or page.now}
    written = [dict(zip(_SHARE, place, strict=True)) | values for place, values in rows.items()]
    upsert(page.conn, AUDIENCE_SHARE, written, key=_SHARE, update=["share", "n", "observed_at"])
    return PageOutcome(len(rows), len(chosen) - len(rows), (), forgotten=len(records) - len(chosen))


def write_performance(page: Page, records: Sequence[PerformanceRecord]) -> PageOutcome:
    """What posts brought; of whom that is told is a candidate and named."""
    people, chosen = _named(page, records)
    ids = page.store.pseudonymiser
    rows = {}
    for at in chosen:
        record = records[at]
        post = b"" if record.post_id is None else ids.keyed_hash("post", f"{record.platform}\n{record.post_id}")
        rows[people.keys[at], record.metric, _PAID[record.paid], post, page.import_id] = {
            "value": record.value, "q1": record.q1, "q3": record.q3, "n": record.n, "days": record.days,
            "observed_at": record.observed_at or page.now,
        }  # fmt: skip
    written = [dict(zip(_BROUGHT, place, strict=True)) | values for place, values in rows.items()]
    upsert(page.conn, PERFORMANCE, written, key=_BROUGHT, update=["value", "q1", "q3", "n", "days", "observed_at"])
    return PageOutcome(len(rows), len(chosen) - len(rows), (), forgotten=len(records) - len(chosen))


def _named(page: Page, records: Sequence[AudienceRecord] | Sequence[PerformanceRecord]) -> tuple[People, list[int]]:
    """The records' accounts, named as candidates, and which of the records are of nobody who was forgotten."""
    people = identify(page, [record.platform for record in records], [record.account_id for record in records])
    chosen = [at for at in range(len(records)) if not people.refused(at)]
    naming = [Naming(people.keys[at], records[at].platform, records[at].account_id) for at in chosen]
    promote(page.store, page.conn, naming, "candidate", now=page.now)
    return people, chosen
