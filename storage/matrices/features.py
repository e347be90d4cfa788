"""Bulk reads of what is known of accounts: counted texts, declared values, labels, profiles, counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from storage.clients import foreign_imports
from storage.matrices.keys import Keys, as_keys
from storage.matrices.rows import Rows, newest, second, seconds, select, select_among


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


def _named_values(rows: Rows) -> NamedValues:
    rows = newest(rows, 2)
    if not rows:
        return NamedValues(as_keys([]), [], [], np.empty(0, np.int64))
    account, name, _, _, value, fetched = zip(*rows, strict=True)
    return NamedValues(as_keys(account), list(name), [str(item) for item in value], seconds(fetched))


def read_attributes(conn: Connection, accounts: Keys | None = None, names: Sequence[str] = ()) -> NamedValues:
    """Declared attributes: of `accounts` (all their attributes), or of everyone for the attributes in `names`."""
    columns = "SELECT account, name, observed_at, import_id, value, fetched_at FROM attribute WHERE "
    return _named_values(_of_accounts_or_names(conn, columns, "name", accounts, names))


def read_labels(conn: Connection, accounts: Keys | None = None, names: Sequence[str] = (), *, client: str = "") -> NamedValues:
    """Gold labels, `value` "1" or "0": of `accounts`, or of everyone for the label sets in `names`; never another client's."""
    columns = "SELECT account, label, observed_at, import_id, CASE WHEN value THEN 1 ELSE 0 END, fetched_at FROM label WHERE "
    foreign = foreign_imports(conn, client)
    rows = _of_accounts_or_names(conn, columns, "label", accounts, names)
    return _named_values([row for row in rows if row[3] not in foreign])


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
    rows = newest([row for page in select_among(conn, statement, accounts) for row in page], 1)
    features = [[*(_number(value) for value in row[3:7]), _number(second(row[7]))] for row in rows]
    return _profile_rows(rows, features, len(PROFILE_COLUMNS))


def read_counts(conn: Connection, accounts: Keys) -> ProfileRows:
    """The newest counts of `accounts`: columns COUNT_COLUMNS."""
    statement = f"SELECT account, observed_at, import_id, {', '.join(COUNT_COLUMNS)}, fetched_at FROM count_series WHERE account IN ({{keys}})"
    rows = newest([row for page in select_among(conn, statement, accounts) for row in page], 1)
    return _profile_rows(rows, [[_number(value) for value in row[3:7]] for row in rows], len(COUNT_COLUMNS))


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _profile_rows(rows: Rows, features: list[list[float]], width: int) -> ProfileRows:
    return ProfileRows(
        as_keys([row[0] for row in rows]),
        np.array(features, dtype=np.float64).reshape(len(rows), width),
        seconds([row[-1] for row in rows]),
    )
