"""Bulk reads of follow edges: from whom, to whom, how many."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from storage.matrices.keys import KEY_BYTES, Keys, as_arrow, as_keys, positions
from storage.matrices.rows import CHUNK, Rows, select, select_among

_MEMBERS = 1_000_000  # members of lists looked at together: 16 MB


@dataclass(frozen=True, slots=True)
class Edges:
    """Follow edges: `follower[j]` follows `account[j]`; no order."""

    follower: Keys
    account: Keys


def read_outgoing(conn: Connection, followers: Keys) -> Edges:
    """Every edge that goes out of `followers` (distinct), once.

    Read from the lists that attest the edges: their packed pages go through numpy whole, ten million members in about a second,
    so that edges need no second index that every import would have to keep.
    """
    if not len(followers):
        return Edges(followers, followers)
    statement = "SELECT id, account, seen FROM pull WHERE list_kind = ?"
    lists = [row for page in select(conn, statement, ["followers"]) for row in page]
    found = [_hits(members, owner, followers) for members, owner in _pages_of(conn, lists)]
    owned = statement.replace("?", "'followees'") + " AND account IN ({keys})"
    own = [row for page in select_among(conn, owned, followers) for row in page]
    found += [Edges(owner, members) for members, owner in _pages_of(conn, own)]
    none = as_keys([])
    edges = Edges(
        np.concatenate([none, *(part.follower for part in found)]), np.concatenate([none, *(part.account for part in found)])
    )
    return edges if not own and len({bytes(row[1]) for row in lists}) == len(lists) else _once(edges)


def _pages_of(conn: Connection, pulls: Rows) -> Iterator[tuple[Keys, Keys]]:
    """Members of pulls (id, account, seen) and beside each the list's owner, about a million at a time."""
    batches: list[Rows] = []
    room = 0
    for pull in pulls:
        if not batches or room < pull[2] or len(batches[-1]) == CHUNK:
            batches.append([])
            room = _MEMBERS
        batches[-1].append(pull)
        room -= pull[2]
    for batch in batches:
        statement = f"SELECT pull_id, members FROM pull_member WHERE pull_id IN ({','.join('?' * len(batch))})"
        rows = [row for page in select(conn, statement, [pull[0] for pull in batch]) for row in page]
        place = {pull[0]: at for at, pull in enumerate(batch)}
        owner = np.repeat([place[row[0]] for row in rows], [len(row[1]) // KEY_BYTES for row in rows]).astype(np.int64)
        members = as_keys(row[1] for row in rows)
        held = members != b""  # places emptied by `forget`
        yield members[held], as_keys(pull[1] for pull in batch)[owner[held]]


def _hits(members: Keys, owner: Keys, followers: Keys) -> Edges:
    wanted = positions(members, followers) >= 0
    return Edges(members[wanted], owner[wanted])


def _once(edges: Edges) -> Edges:
    """Each edge once: several lists may attest it."""
    follower, account = (as_arrow(side).dictionary_encode() for side in (edges.follower, edges.account))
    code = np.asarray(follower.indices).astype(np.int64) * len(account.dictionary) + np.asarray(account.indices)
    first = np.unique(code, return_index=True)[1]
    return Edges(edges.follower[first], edges.account[first])


def read_incoming(conn: Connection, accounts: Keys) -> Edges:
    """Every edge that goes to one of `accounts`."""
    return _edges(select_among(conn, "SELECT follower, account FROM follow WHERE account IN ({keys})", accounts))


def _edges(pages: Iterator[Rows]) -> Edges:
    # one join over all cells: unpacking the rows first costs several times as much
    pairs = as_keys(b"".join(chain.from_iterable(page)) for page in pages).reshape(-1, 2)
    return Edges(np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1]))


def read_degrees(conn: Connection, accounts: Keys) -> NDArray[np.int64]:
    """Followers in the store of each of `accounts` (distinct), in their order."""
    degree = np.zeros(len(accounts), np.int64)
    for page in select_among(conn, "SELECT account, COUNT(*) FROM follow WHERE account IN ({keys}) GROUP BY account", accounts):
        keys, counts = zip(*page, strict=True)
        degree[positions(as_keys(keys), accounts)] = counts
    return degree


def read_followers(conn: Connection, account: bytes) -> Keys:
    """Everyone with an edge to `account`, by key."""
    rows = (row for page in select(conn, "SELECT follower FROM follow WHERE account = ?", [account]) for row in page)
    return np.sort(as_keys(row[0] for row in rows))
