"""Bulk reads for scoring: straight from the database driver into numpy and Arrow, no objects per row (ENGINE 2).

Keys are pseudonyms: numpy arrays of dtype S16. numpy drops trailing zero bytes when it hands out one item, never in the
buffer, so single keys are cut from the buffer (`key_list`), never taken by index.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Literal, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import Connection

KEY_BYTES = 16
_CHUNK = 5_000  # bound parameters per statement: SQLite allows 32,766, PostgreSQL 65,535
_FETCH = 50_000  # rows per fetch: bounds the tuples alive at once
_MEMBERS = 1_000_000  # members of lists looked at together: 16 MB

Keys = NDArray[np.bytes_]
Rows = list[tuple[Any, ...]]


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


@dataclass(frozen=True, slots=True)
class Edges:
    """Follow edges: `follower[j]` follows `account[j]`; no order."""

    follower: Keys
    account: Keys


@dataclass(frozen=True, slots=True)
class TextRows:
    """Rows of `text_week`: `counts` stay packed (storage.text_index.pack); times are epoch seconds; no order."""

    account: Keys
    week: NDArray[np.int64]
    posts: NDArray[np.int64]
    words: NDArray[np.int64]
    fetched_at: NDArray[np.int64]
    dictionary: list[str]
    counts: list[bytes]


@dataclass(frozen=True, slots=True)
class NamedValues:
    """Declared attributes or labels: the newest observation per (account, name); `value` as text; no order."""

    account: Keys
    name: list[str]
    value: list[str]
    fetched_at: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ProfileRows:
    """The newest profile features and counts; float columns, NaN where not given; `features` names them in order."""

    account: Keys
    features: NDArray[np.float64]
    fetched_at: NDArray[np.int64]


PROFILE_COLUMNS = ("has_bio", "has_avatar", "verified", "handle_digits", "created_at")
COUNT_COLUMNS = ("followers", "followers_half_width", "following", "posts")


def as_keys(parts: Iterable[bytes]) -> Keys:
    """One array of the 16-byte keys that stand one after another in `parts`."""
    return np.frombuffer(b"".join(parts), dtype="S16")


def key_list(keys: Keys) -> list[bytes]:
    """The keys one by one, 16 bytes each, trailing zeros kept."""
    data = np.ascontiguousarray(keys).tobytes()
    return [data[start : start + KEY_BYTES] for start in range(0, len(data), KEY_BYTES)]


def as_arrow(keys: Keys) -> pa.FixedSizeBinaryArray:
    """The same keys as an Arrow column, without a copy."""
    keys = np.ascontiguousarray(keys)
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(KEY_BYTES), len(keys), [None, pa.py_buffer(keys.view(np.uint8))])


def positions(keys: Keys, among: Keys) -> NDArray[np.int64]:
    """Where each key stands in `among` (distinct keys), -1 where it does not."""
    if not len(keys) or not len(among):
        return np.full(len(keys), -1, np.int64)
    options = pc.SetLookupOptions(value_set=as_arrow(among))
    found = pc.call_function("index_in", [as_arrow(keys)], options)
    return np.asarray(pc.fill_null(found, -1)).astype(np.int64)


def distinct(keys: Keys) -> Keys:
    """The distinct keys in the order of their first appearance."""
    if not len(keys):
        return keys
    dictionary = as_arrow(keys).dictionary_encode().dictionary
    return np.frombuffer(dictionary.buffers()[1], dtype="S16", count=len(dictionary), offset=dictionary.offset * KEY_BYTES)


def select(conn: Connection, statement: str, parameters: Sequence[object] = ()) -> Iterator[Rows]:
    """Rows of one statement in lists of bounded length; `?` marks a parameter on either database."""
    if conn.dialect.paramstyle != "qmark":
        statement = statement.replace("?", "%s")
    result = conn.exec_driver_sql(statement, tuple(parameters))
    cursor: Any = result.cursor  # the driver's own: its tuples cost a third of SQLAlchemy's rows
    try:
        while rows := cursor.fetchmany(_FETCH):
            yield rows
    finally:
        result.close()


def select_among(conn: Connection, statement: str, keys: Keys, parameters: Sequence[object] = ()) -> Iterator[Rows]:
    """Rows of `statement` whose key is among `keys`: "{keys}" in it becomes the list; `parameters` follow the keys."""
    wanted = key_list(keys)
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        yield from select(conn, statement.replace("{keys}", ",".join("?" * len(chunk))), [*chunk, *parameters])


def seconds(values: Sequence[object]) -> NDArray[np.int64]:
    """Epoch seconds of times as the driver gives them: SQLite text in UTC, PostgreSQL aware datetimes."""
    if not values:
        return np.empty(0, np.int64)
    if isinstance(values[0], str):
        return np.array(values, dtype="datetime64[us]").astype("datetime64[s]").astype(np.int64)
    return np.array([int(value.timestamp()) for value in values if isinstance(value, datetime)], dtype=np.int64)


def second(value: object) -> int | None:
    """Epoch seconds of one time that may be missing."""
    return None if value is None else int(seconds([value])[0])


def moment(epoch: int) -> datetime:
    """The UTC time of epoch seconds."""
    return datetime.fromtimestamp(epoch, tz=UTC)


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
        if not batches or room < pull[2] or len(batches[-1]) == _CHUNK:
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


def oldest_pull(conn: Connection) -> int | None:
    """When the oldest import that still holds a list began, in epoch seconds: no edge is older."""
    statement = "SELECT MIN(i.started) FROM pull p JOIN import_run i ON i.id = p.import_id"
    return next((second(row[0]) for page in select(conn, statement) for row in page), None)


def read_degrees(conn: Connection, accounts: Keys) -> NDArray[np.int64]:
    """Followers in the store of each of `accounts` (distinct), in their order."""
    degree = np.zeros(len(accounts), np.int64)
    for page in select_among(conn, "SELECT account, COUNT(*) FROM follow WHERE account IN ({keys}) GROUP BY account", accounts):
        keys, counts = zip(*page, strict=True)
        degree[positions(as_keys(keys), accounts)] = counts
    return degree


def read_texts(conn: Connection, accounts: Keys) -> TextRows:
    """All text rows of `accounts`, of every dictionary version."""
    statement = "SELECT account, week, posts, words, fetched_at, dictionary, counts FROM text_week WHERE account IN ({keys})"
    rows = [row for page in select_among(conn, statement, accounts) for row in page]
    if not rows:
        empty = np.empty(0, np.int64)
        return TextRows(as_keys([]), empty, empty, empty, empty, [], [])
    account, week, posts, words, fetched, dictionary, counts = zip(*rows, strict=True)
    return TextRows(
        as_keys(account),
        np.array(week, np.int64),
        np.array(posts, np.int64),
        np.array(words, np.int64),
        seconds(fetched),
        list(dictionary),
        [bytes(blob) for blob in counts],
    )


def _newest(rows: Rows, identity: int) -> Rows:
    """Of rows (identity columns..., observed_at, import_id, ...) the newest per identity; ties go to the later import."""
    kept: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in rows:
        key = row[:identity]
        held = kept.get(key)
        if held is None or (row[identity], row[identity + 1]) > (held[identity], held[identity + 1]):
            kept[key] = row
    return list(kept.values())


def _named_values(rows: Rows) -> NamedValues:
    rows = _newest(rows, 2)
    if not rows:
        return NamedValues(as_keys([]), [], [], np.empty(0, np.int64))
    account, name, _, _, value, fetched = zip(*rows, strict=True)
    return NamedValues(as_keys(account), list(name), [str(item) for item in value], seconds(fetched))


def read_attributes(conn: Connection, accounts: Keys | None = None, names: Sequence[str] = ()) -> NamedValues:
    """Declared attributes: of `accounts` (all their attributes), or of everyone for the attributes in `names`."""
    columns = "SELECT account, name, observed_at, import_id, value, fetched_at FROM attribute WHERE "
    return _named_values(_of_accounts_or_names(conn, columns, "name", accounts, names))


def read_labels(conn: Connection, accounts: Keys | None = None, names: Sequence[str] = ()) -> NamedValues:
    """Gold labels, `value` "1" or "0": of `accounts`, or of everyone for the label sets in `names`."""
    columns = "SELECT account, label, observed_at, import_id, CASE WHEN value THEN 1 ELSE 0 END, fetched_at FROM label WHERE "
    return _named_values(_of_accounts_or_names(conn, columns, "label", accounts, names))


def _of_accounts_or_names(conn: Connection, columns: str, name: str, accounts: Keys | None, names: Sequence[str]) -> Rows:
    if accounts is not None:
        return [row for page in select_among(conn, columns + "account IN ({keys})", accounts) for row in page]
    if not names:
        return []
    marks = ",".join("?" * len(names))
    return [row for page in select(conn, f"{columns}{name} IN ({marks})", list(names)) for row in page]


def read_profiles(conn: Connection, accounts: Keys) -> ProfileRows:
    """The newest profile features of `accounts`: columns PROFILE_COLUMNS, booleans as 0/1, `created_at` in epoch seconds."""
    statement = f"SELECT account, observed_at, import_id, {', '.join(PROFILE_COLUMNS)}, fetched_at FROM profile_feature WHERE account IN ({{keys}})"
    rows = _newest([row for page in select_among(conn, statement, accounts) for row in page], 1)
    features = [[*(_number(value) for value in row[3:7]), _number(second(row[7]))] for row in rows]
    return _profile_rows(rows, features, len(PROFILE_COLUMNS))


def read_counts(conn: Connection, accounts: Keys) -> ProfileRows:
    """The newest counts of `accounts`: columns COUNT_COLUMNS."""
    statement = f"SELECT account, observed_at, import_id, {', '.join(COUNT_COLUMNS)}, fetched_at FROM count_series WHERE account IN ({{keys}})"
    rows = _newest([row for page in select_among(conn, statement, accounts) for row in page], 1)
    return _profile_rows(rows, [[_number(value) for value in row[3:7]] for row in rows], len(COUNT_COLUMNS))


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _profile_rows(rows: Rows, features: list[list[float]], width: int) -> ProfileRows:
    return ProfileRows(
        as_keys([row[0] for row in rows]),
        np.array(features, dtype=np.float64).reshape(len(rows), width),
        seconds([row[-1] for row in rows]),
    )


def read_words(conn: Connection) -> tuple[NDArray[np.int64], list[str]]:
    """Words that at least k accounts use: hashed ids and their spelling, by id."""
    rows = [row for page in select(conn, "SELECT term, text FROM word ORDER BY term") for row in page]
    return np.array([row[0] for row in rows], dtype=np.int64), [row[1] for row in rows]


def read_named(conn: Connection) -> tuple[Keys, list[tuple[str, str]]]:
    """Every named account: its key and (platform, native id), by platform and id."""
    rows = [row for page in select(conn, "SELECT account, platform, native_id FROM named_account") for row in page]
    rows.sort(key=lambda row: (row[1], row[2]))
    return as_keys([row[0] for row in rows]), [(row[1], row[2]) for row in rows]


def read_faces(conn: Connection, accounts: Keys) -> dict[bytes, tuple[str | None, str | None, str | None, str | None]]:
    """Handle, name, URL and category of named accounts, as last seen."""
    seen = "SELECT account, observed_at, import_id, digest FROM profile_seen WHERE account IN ({keys})"
    current = _newest([row for page in select_among(conn, seen, accounts) for row in page], 1)
    wanted = {(bytes(row[0]), bytes(row[3])) for row in current}
    faces = "SELECT account, digest, handle, name, url, category FROM profile_snapshot WHERE account IN ({keys})"
    return {
        bytes(row[0]): (row[2], row[3], row[4], row[5])
        for page in select_among(conn, faces, accounts)
        for row in page
        if (bytes(row[0]), bytes(row[1])) in wanted
    }


def read_followers(conn: Connection, account: bytes) -> Keys:
    """Everyone with an edge to `account`, by key."""
    rows = (row for page in select(conn, "SELECT follower FROM follow WHERE account = ?", [account]) for row in page)
    return np.sort(as_keys(row[0] for row in rows))


def read_prices(conn: Connection, accounts: Keys) -> Rows:
    """The newest quote per (account, format): (account, format, observed_at, import_id, amount_minor, currency, valid_until)."""
    statement = """SELECT account, format, observed_at, import_id, amount_minor, currency, valid_until
      FROM price WHERE account IN ({keys})"""
    rows = _newest([row for page in select_among(conn, statement, accounts) for row in page], 2)
    return sorted(((bytes(row[0]), *row[1:6], second(row[6])) for row in rows), key=lambda row: (row[0], row[1]))


def read_candidates(conn: Connection, list_name: str) -> Rows:
    """A candidate list in its own order: (given, account or None, status)."""
    statement = "SELECT given, account, status FROM candidate WHERE list_name = ? ORDER BY row"
    return [
        (row[0], None if row[1] is None else bytes(row[1]), row[2])
        for page in select(conn, statement, [list_name])
        for row in page
    ]
