"""Posts of a named account: those whose texts are held, and those of which only the time is left."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.engine import Store
from storage.lookups import rows_where
from storage.tables import IMPORT_RUN, NAMED_ACCOUNT, POST, POST_SEEN, PROFILE_SNAPSHOT, RAW_POST


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post that was read once; `text` is None where it is not held any more.

    `native_id` is None where it was not kept; `readings` are the imports that brought it.
    """

    post: bytes
    at: datetime
    fetched_at: datetime
    text: str | None
    is_repost: bool
    native_id: str | None
    readings: frozenset[int]


def posts_of(store: Store, account: bytes, *, since: datetime, until: datetime) -> list[tuple[datetime, str, bool]]:
    """When, text, whether it is a repost, of posts made in a time, the earliest first; an account's bio is no post."""
    held = held_posts(store, account, until=until)
    return [(each.at, each.text, each.is_repost) for each in held if each.text is not None and each.at >= since]


def held_posts(store: Store, account: bytes, *, until: datetime) -> list[HeldPost]:
    """Every post of the account made before `until` that the store knows, the earliest first; an account's bio is no post."""
    made, raw = POST.c.created_at, RAW_POST.c
    query = (
        select(POST.c.post, made, POST.c.fetched_at, raw.text, raw.is_repost, raw.native_id, POST.c.import_id)
        .join(RAW_POST, raw.post == POST.c.post, isouter=True)
        .where(POST.c.account == account, made < until)
    )
    bios = _bios(store, account)
    with store.read() as conn:
        rows = [row for row in conn.execute(query.order_by(made, POST.c.post)) if row.post not in bios]
        again: dict[bytes, set[int]] = {}
        for row in rows_where(conn, [POST_SEEN.c.post, POST_SEEN.c.import_id], POST_SEEN.c.post, [row.post for row in rows]):
            again.setdefault(row.post, set()).add(row.import_id)
    return [
        HeldPost(row.post, row.created_at, row.fetched_at, row.text, bool(row.is_repost), row.native_id,
                 frozenset({row.import_id, *again.get(row.post, ())}))
        for row in rows
    ]  # fmt: skip


def live_readings(store: Store, imports: Collection[int]) -> dict[int, datetime]:
    """Which of the imports read a platform's API, and when they began; a file may hold any choice of posts, a reading holds the newest."""
    with store.read() as conn:
        rows = rows_where(conn, [IMPORT_RUN.c.id, IMPORT_RUN.c.fingerprint, IMPORT_RUN.c.started], IMPORT_RUN.c.id, imports)
        return {row.id: row.started for row in rows if not row.fingerprint}


def posts_of_keys(store: Store, posts: Collection[bytes]) -> dict[bytes, str]:
    """The texts that are held of own posts among the given."""
    with store.read() as conn:
        rows = rows_where(conn, [RAW_POST.c.post, RAW_POST.c.text, RAW_POST.c.is_repost], RAW_POST.c.post, posts)
        return {row.post: row.text for row in rows if not row.is_repost}


def _bios(store: Store, account: bytes) -> set[bytes]:
    """Under which keys the account's bios stand in the ledger of texts (storage.ingest_posts.bio_text)."""
    named = NAMED_ACCOUNT.c
    query = (
        select(named.platform, named.native_id, PROFILE_SNAPSHOT.c.bio)
        .join(PROFILE_SNAPSHOT, PROFILE_SNAPSHOT.c.account == named.account)
        .where(named.account == account, PROFILE_SNAPSHOT.c.bio.is_not(None))
    )
    with store.read() as conn:
        texts = [f"{row.platform}\n{row.native_id}\n{row.bio}" for row in conn.execute(query)]
    return set(store.pseudonymiser.keyed_hashes("bio", texts))
