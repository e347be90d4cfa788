"""A page of a candidate list: who is meant is named, who is not found stays in the list as not scored."""

from collections.abc import Sequence

from sqlalchemy import func, select

from storage.erasure import forgotten_among
from storage.matching import Match, to_naming
from storage.naming import promote
from storage.pages import Page, PageOutcome
from storage.records import CandidateRecord
from storage.tables import CANDIDATE
from storage.writes import upsert


def write_candidates(page: Page, records: Sequence[CandidateRecord], matches: Sequence[Match], list_name: str) -> PageOutcome:
    """Rows of the list, each account or text once per import; forgotten accounts are left out."""
    held = page.conn.execute(select(CANDIDATE.c.given, CANDIDATE.c.account).where(CANDIDATE.c.import_id == page.import_id)).all()
    texts = {row.given for row in held if row.account is None}
    accounts = {row.account for row in held if row.account is not None}
    gone = forgotten_among(page.conn, {match.account for match in matches if match.account is not None})
    last = page.conn.execute(select(func.max(CANDIDATE.c.row)).where(CANDIDATE.c.list_name == list_name)).scalar()
    rows: list[dict[str, object]] = []
    for record, match in zip(records, matches, strict=True):
        if match.account in gone or match.account in accounts or (match.account is None and record.given in texts):
            continue
        if match.account is None:
            texts.add(record.given)
        else:
            accounts.add(match.account)
        rows.append(
            {
                "list_name": list_name,
                "row": (0 if last is None else last) + len(rows) + 1,
                "import_id": page.import_id,
                "given": record.given,
                "platform": match.platform or record.platform,
                "name": record.name,
                "note": record.note,
                "account": match.account,
                "status": match.status,
            }
        )
    upsert(page.conn, CANDIDATE, rows, key=["list_name", "row"], update=[])
    naming = [item for match in matches if match.account not in gone and (item := to_naming(match))]
    promote(page.store, page.conn, naming, "candidate", now=page.now)
    refused = sum(match.account in gone for match in matches)
    return PageOutcome(len(rows), len(records) - len(rows) - refused, forgotten=refused)
