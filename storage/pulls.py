"""Pulls and the edges they attest: withdrawing a pull recomputes its edges, erasing a person thins its members."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, delete, select, update

from storage.lookups import delete_where, rows_where
from storage.tables import FOLLOW, PULL, PULL_MEMBER

BASE_OWNER = bytes(16)
_OF_EDGES = ("followers", "followees")  # the lists that attest follow edges, by whose side owns the list
WIDTH = 16  # bytes of a pseudonym
Keys = NDArray[np.bytes_]


@dataclass(frozen=True, slots=True)
class _Pull:
    pull_id: int
    account: bytes
    list_kind: str
    seconds: int


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970-01-01 UTC."""
    return int(moment.timestamp())


def split_members(blob: bytes) -> list[bytes]:
    """The pseudonyms of a `members` blob, in list order."""
    return [blob[start : start + WIDTH] for start in range(0, len(blob), WIDTH)]


def withdraw_pulls(conn: Connection, pull_ids: Sequence[int]) -> dict[str, int]:
    """Deletes the pulls, and their edges as far as no remaining pull attests them; the others keep its times only.

    Returns:
        How many pulls, pages of members and edges went.
    """
    going = _pulls(conn, pull_ids)
    edges = np.unique(np.concatenate([_edges(conn, pull) for pull in going])) if going else np.empty(0, "S32")
    pages = delete_where(conn, PULL_MEMBER, PULL_MEMBER.c.pull_id, pull_ids)
    pulls = delete_where(conn, PULL, PULL.c.id, pull_ids)
    first, last = _attested(conn, edges)
    orphans = edges[last < 0]
    _delete_edges(conn, orphans)
    _set_times(conn, edges[last >= 0], first[last >= 0], last[last >= 0])
    return {"pull": pulls, "pull_member": pages, "follow": len(orphans)}


def _pulls(conn: Connection, pull_ids: Sequence[int]) -> list[_Pull]:
    columns = [PULL.c.id, PULL.c.account, PULL.c.list_kind, PULL.c.pulled_at]
    return [
        _Pull(row.id, row.account, row.list_kind, epoch(row.pulled_at))
        for row in rows_where(conn, columns, PULL.c.id, pull_ids)
        if row.list_kind in _OF_EDGES
    ]


def _edges(conn: Connection, pull: _Pull) -> Keys:
    """The pull's edges as account + follower, 32 bytes each."""
    pages = conn.execute(select(PULL_MEMBER.c.members).where(PULL_MEMBER.c.pull_id == pull.pull_id)).scalars()
    members = np.frombuffer(b"".join(pages), np.uint8).reshape(-1, WIDTH)
    owner = np.broadcast_to(np.frombuffer(pull.account, np.uint8), members.shape)
    pair = (owner, members) if pull.list_kind == "followers" else (members, owner)
    return np.ascontiguousarray(np.hstack(pair)).view("S32").reshape(-1)


def _attested(conn: Connection, edges: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last time at which a pull still held shows each edge; -1 where none does."""
    first = np.full(len(edges), np.iinfo(np.int64).max)
    last = np.full(len(edges), -1)
    for pull in _pulls(conn, _touching(conn, edges)):
        shown = np.unique(_edges(conn, pull))
        at = np.searchsorted(edges, shown)
        hits = at[(at < len(edges)) & (edges[np.minimum(at, len(edges) - 1)] == shown)]
        first[hits] = np.minimum(first[hits], pull.seconds)
        last[hits] = np.maximum(last[hits], pull.seconds)
    return first, last


def _touching(conn: Connection, edges: Keys) -> list[int]:
    """Pulls whose owner stands in one of the edges, on the side that its list kind says."""
    if not len(edges):
        return []
    halves = edges.view(np.uint8).reshape(-1, 2, WIDTH)
    owners = {kind: {row.tobytes() for row in np.unique(halves[:, side], axis=0)} for side, kind in enumerate(_OF_EDGES)}
    rows = conn.execute(select(PULL.c.id, PULL.c.account, PULL.c.list_kind).where(PULL.c.list_kind.in_(_OF_EDGES)))
    return [row.id for row in rows if row.account in owners[row.list_kind]]


def _delete_edges(conn: Connection, edges: Keys) -> None:
    rows = [{"a": account, "f": follower} for account, follower in _halves(edges)]
    if rows:
        conn.execute(delete(FOLLOW).where(FOLLOW.c.account == bindparam("a"), FOLLOW.c.follower == bindparam("f")), rows)


def _set_times(conn: Connection, edges: Keys, first: NDArray[np.int64], last: NDArray[np.int64]) -> None:
    rows = [
        {"a": account, "f": follower, "first": int(seen), "last": int(again)}
        for (account, follower), seen, again in zip(_halves(edges), first, last, strict=True)
    ]
    if rows:
        where = (FOLLOW.c.account == bindparam("a"), FOLLOW.c.follower == bindparam("f"))
        conn.execute(update(FOLLOW).where(*where).values(first_seen=bindparam("first"), last_seen=bindparam("last")), rows)


def _halves(edges: Keys) -> Iterator[tuple[bytes, bytes]]:
    data = edges.tobytes()
    return ((data[at : at + WIDTH], data[at + WIDTH : at + 2 * WIDTH]) for at in range(0, len(data), 2 * WIDTH))


def remove_members(conn: Connection, accounts: Collection[bytes], *, minors: bool) -> int:
    """Cuts the accounts out of every pull's pages; `seen` stays (they were read), `minors` counts them when they are.

    One pass over all pages. Returns how many places were cleared.
    """
    if not accounts:
        return 0
    wanted = np.unique(np.frombuffer(b"".join(accounts), "S16"))
    changed: list[dict[str, object]] = []
    lost: dict[int, int] = {}
    for row in conn.execute(select(PULL_MEMBER)):
        members = np.frombuffer(row.members, "S16")
        gone = np.isin(members, wanted)
        if gone.any():
            changed.append({"p": row.pull_id, "f": row.first, "bytes": members[~gone].tobytes()})
            lost[row.pull_id] = lost.get(row.pull_id, 0) + int(gone.sum())
    if changed:
        where = (PULL_MEMBER.c.pull_id == bindparam("p"), PULL_MEMBER.c.first == bindparam("f"))
        conn.execute(update(PULL_MEMBER).where(*where).values(members=bindparam("bytes")), changed)
    if changed and minors:
        rows = [{"p": pull, "n": count} for pull, count in lost.items()]
        conn.execute(update(PULL).where(PULL.c.id == bindparam("p")).values(minors=PULL.c.minors + bindparam("n")), rows)
    return sum(lost.values())
