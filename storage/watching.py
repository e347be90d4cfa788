"""Watched accounts, the posts of named accounts that may speak of them, and what a person said of those."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from storage.engine import Store
from storage.errors import NotFound
from storage.lookups import rows_where
from storage.tables import MENTION_CHECK, NAMED_ACCOUNT, POST, RAW_POST, WATCHED
from storage.writes import upsert


@dataclass(frozen=True, slots=True)
class WatchedRow:
    """A watched account, the words that mean it, since when."""

    account: bytes
    names: tuple[str, ...]
    note: str
    added: datetime


@dataclass(frozen=True, slots=True)
class NamedPost:
    """A post of a named account whose text is held."""

    post: bytes
    account: bytes
    created_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a person said of a post: does it mention the brand, is it paid for; and what the rule had said of payment."""

    post: bytes
    brand: bytes
    account: bytes
    mentioned: bool
    paid: bool | None
    declared: bool


def add_watched(store: Store, account: bytes, names: Sequence[str], note: str, *, now: datetime) -> None:
    """Watches an account; again, it takes these names and this note and stays watched since it was first."""
    row = {"account": account, "names": list(names), "note": note, "added": now}
    with store.write("watch add") as conn:
        upsert(conn, WATCHED, [row], key=["account"], update=["names", "note"])


def remove_watched(store: Store, account: bytes) -> None:
    """Ends the watching; what was collected stays.

    Raises:
        NotFound: it is not watched.
    """
    with store.write("watch remove") as conn:
        if conn.execute(delete(WATCHED).where(WATCHED.c.account == account)).rowcount == 0:
            message = "this account is not watched: see `fanfit watch list`"
            raise NotFound(message)


def watched(store: Store) -> list[WatchedRow]:
    """Every watched account, the first watched first."""
    with store.read() as conn:
        rows = conn.execute(select(WATCHED).order_by(WATCHED.c.added, WATCHED.c.account))
        return [WatchedRow(row.account, tuple(row.names), row.note, row.added) for row in rows]


def named_posts(store: Store, *, until: datetime) -> list[NamedPost]:
    """Posts of named accounts made up to `until`, reposts left out; what persons write is not read."""
    query = (
        select(POST.c.post, POST.c.account, POST.c.created_at, RAW_POST.c.text)
        .join(RAW_POST, RAW_POST.c.post == POST.c.post)
        .join(NAMED_ACCOUNT, NAMED_ACCOUNT.c.account == POST.c.account)
        .where(POST.c.created_at <= until, RAW_POST.c.is_repost.is_(False))
        .order_by(POST.c.created_at, POST.c.post)
    )
    with store.read() as conn:
        return [NamedPost(*row) for row in conn.execute(query)]


def save_checks(store: Store, checks: Iterable[Checked], *, now: datetime) -> int:
    """Keeps what a person said, the newest word on a post; how many."""
    rows = [
        {"post": each.post, "brand": each.brand, "account": each.account, "mentioned": each.mentioned, "paid": each.paid,
         "declared": each.declared, "checked_at": now}
        for each in checks
    ]  # fmt: skip
    with store.write("watch judge") as conn:
        upsert(conn, MENTION_CHECK, rows, key=["post", "brand"], update=["mentioned", "paid", "declared", "checked_at"])
    return len(rows)


def checks_of(store: Store, brands: Collection[bytes]) -> list[Checked]:
    """What was said of posts that were taken for mentions of the brands."""
    with store.read() as conn:
        rows = rows_where(conn, list(MENTION_CHECK.c), MENTION_CHECK.c.brand, brands)
        return [Checked(row.post, row.brand, row.account, row.mentioned, row.paid, row.declared) for row in rows]
