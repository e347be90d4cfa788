"""Bulk reads of what may be shown: named accounts with their faces and prices, words that enough accounts use."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from storage.clients import foreign_imports
from storage.matrices.keys import Keys, as_keys
from storage.matrices.rows import Rows, newest, second, select, select_among


def read_named(conn: Connection) -> tuple[Keys, list[tuple[str, str]]]:
    """Every named account: its key and (platform, native id), by platform and id."""
    rows = [row for page in select(conn, "SELECT account, platform, native_id FROM named_account") for row in page]
    rows.sort(key=lambda row: (row[1], row[2]))
    return as_keys([row[0] for row in rows]), [(row[1], row[2]) for row in rows]


def read_faces(conn: Connection, accounts: Keys) -> dict[bytes, tuple[str | None, str | None, str | None, str | None]]:
    """Handle, name, URL and category of named accounts, each as it was last given."""
    seen = "SELECT account, observed_at, import_id, digest FROM profile_seen WHERE account IN ({keys})"
    faces = "SELECT account, digest, handle, name, url, category FROM profile_snapshot WHERE account IN ({keys})"
    shots = {(bytes(row[0]), bytes(row[1])): row[2:6] for page in select_among(conn, faces, accounts) for row in page}
    found: dict[bytes, tuple[str | None, str | None, str | None, str | None]] = {}
    for row in sorted((row for page in select_among(conn, seen, accounts) for row in page), key=lambda row: (row[1], row[2])):
        account = bytes(row[0])
        shot = shots.get((account, bytes(row[3])))
        if shot is not None:
            handle, name, url, category = (
                new if new is not None else old for new, old in zip(shot, found.get(account, (None,) * 4), strict=True)
            )
            found[account] = (handle, name, url, category)
    return found


def read_prices(conn: Connection, accounts: Keys, *, client: str) -> Rows:
    """The newest price of lists per (account, format): (account, format, observed_at, import_id, amount_minor, currency, valid_until).

    Prices that came with a list of another client than `client` are not among them.
    """
    statement = """SELECT account, format, observed_at, import_id, amount_minor, currency, valid_until
      FROM price WHERE account IN ({keys})"""
    foreign = foreign_imports(conn, client)
    rows = newest([row for page in select_among(conn, statement, accounts) for row in page if row[3] not in foreign], 2)
    return sorted(((bytes(row[0]), *row[1:6], second(row[6])) for row in rows), key=lambda row: (row[0], row[1]))


def read_words(conn: Connection) -> tuple[NDArray[np.int64], list[str]]:
    """Words that at least k accounts use: hashed ids and their spelling, by id."""
    rows = [row for page in select(conn, "SELECT term, text FROM word ORDER BY term") for row in page]
    return np.array([row[0] for row in rows], dtype=np.int64), [row[1] for row in rows]
