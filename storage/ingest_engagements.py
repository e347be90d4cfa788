"""A page of reactions to posts: who did what with which post, and the list of an account's engagers."""

from collections.abc import Sequence

from storage.errors import StorageError
from storage.ingest_follows import write_members
from storage.pages import Page, PageOutcome, identify
from storage.records import EngagementRecord, ListKind, PullFacts
from storage.tables import ENGAGEMENT
from storage.writes import upsert

_KEY = ("account", "post", "engager", "kind", "import_id")


def write_engagements(page: Page, records: Sequence[EngagementRecord], facts: PullFacts) -> PageOutcome:
    """Reactions, and each account's engagers as a list whose members stand in the order in which they were first seen.

    Who reacts to an own post is nobody's audience and is left out, counted as a duplicate.
    """
    if facts.list_kind is not ListKind.ENGAGERS:
        message = f"reactions make lists of engagers, not of {facts.list_kind.value}: give the writer facts of that kind"
        raise StorageError(message)
    others = [record for record in records if record.engager_id != record.account_id]
    if not others:
        return PageOutcome(accepted=0, duplicates=len(records))
    platforms = [record.platform for record in others]
    people = identify(page, platforms * 2, [record.account_id for record in others] + [record.engager_id for record in others])
    accounts, engagers = people.keys[: len(others)], people.keys[len(others) :]
    owners = {account: (record.platform, record.account_id) for account, record in zip(accounts, others, strict=True)}
    listed, _ = write_members(page, facts, owners, accounts, engagers, people)
    posts = page.store.pseudonymiser.keyed_hashes("post", [f"{record.platform}\n{record.post_id}" for record in others])
    rows = {
        (account, post, engager, record.kind.value): {"at": record.at, "fetched_at": page.now}
        for account, engager, post, record in zip(accounts, engagers, posts, others, strict=True)
        if account not in people.gone and engager not in people.gone
    }
    upsert(
        page.conn,
        ENGAGEMENT,
        [dict(zip(_KEY, (*key, page.import_id), strict=True)) | values for key, values in rows.items()],
        key=_KEY,
        update=["at", "fetched_at"],
    )
    return PageOutcome(
        len(rows), len(records) - len(rows) - listed.minors - listed.forgotten, (), listed.minors, listed.forgotten
    )
