"""Bulk reads of lists: follower lists as they were read, their members, candidate lists."""

from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import Connection

from storage.matrices.keys import Keys, as_keys
from storage.matrices.rows import Rows, second, seconds, select, select_among


@dataclass(frozen=True, slots=True)
class PullRow:
    """A list as read, with its import's provenance; `finished` is False while its import is running or stopped."""

    id: int
    account: bytes
    platform: str
    list_kind: str
    frame: Literal["complete", "newest", "random", "unknown"]
    list_order: str
    pulled_at: int
    imported_at: int
    seen: int
    total: int | None
    minors: int
    source: str | None
    basis: str | None
    obtained: int | None
    finished: bool


_PULL = """SELECT p.id, p.account, p.platform, p.list_kind, p.frame, p.list_order, p.pulled_at, p.seen, p.total, p.minors,
  i.source, i.basis, i.obtained, i.status, i.started FROM pull p JOIN import_run i ON i.id = p.import_id
  WHERE p.list_kind = ?"""


def read_pulls(conn: Connection, list_kind: str, accounts: Keys | None = None) -> list[PullRow]:
    """Pulls of one kind, of all accounts or of those given, by id."""
    if accounts is None:
        pages = list(select(conn, _PULL, [list_kind]))
    else:  # the kind is our own word, never a reader's: it may stand in the text, so that the keys come first
        statement = _PULL.replace("?", f"'{list_kind}'") + " AND p.account IN ({keys})"
        pages = list(select_among(conn, statement, accounts))
    found = [
        PullRow(
            id=row[0],
            account=bytes(row[1]),
            platform=row[2],
            list_kind=row[3],
            frame=row[4],
            list_order=row[5],
            pulled_at=int(seconds([row[6]])[0]),
            imported_at=int(seconds([row[14]])[0]),
            seen=row[7],
            total=row[8],
            minors=row[9],
            source=row[10],
            basis=row[11],
            obtained=second(row[12]),
            finished=row[13] == "done",
        )
        for page in pages
        for row in page
    ]
    return sorted(found, key=lambda pull: pull.id)


def read_members(conn: Connection, pull: int) -> Keys:
    """The members of a pull in list order; places emptied by `forget` (zero keys) are left out."""
    blobs = [
        bytes(row[1])
        for page in select(conn, "SELECT first, members FROM pull_member WHERE pull_id = ? ORDER BY first", [pull])
        for row in page
    ]
    keys = as_keys(blobs)
    return cast("Keys", keys[keys != b""])


def oldest_pull(conn: Connection) -> int | None:
    """When the oldest import that still holds a list began, in epoch seconds: no edge is older."""
    statement = "SELECT MIN(i.started) FROM pull p JOIN import_run i ON i.id = p.import_id"
    return next((second(row[0]) for page in select(conn, statement) for row in page), None)


def read_candidates(conn: Connection, list_name: str) -> Rows:
    """A candidate list in its own order: (given, account or None, status)."""
    statement = "SELECT given, account, status FROM candidate WHERE list_name = ? ORDER BY row"
    return [
        (row[0], None if row[1] is None else bytes(row[1]), row[2])
        for page in select(conn, statement, [list_name])
        for row in page
    ]
