"""Texts that are still held, read again: for what no count of them answers (DECISIONS 25)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from storage.matrices import Keys, as_keys, seconds, select_among


@dataclass(frozen=True, slots=True)
class HeldTexts:
    """A page of texts; `week` as in `text_week`, `fetched_at` in epoch seconds; no order."""

    account: Keys
    week: NDArray[np.int64]
    import_id: NDArray[np.int64]
    fetched_at: NDArray[np.int64]
    text: list[str]


def read_held_texts(conn: Connection, accounts: Keys) -> Iterator[HeldTexts]:
    """The texts of `accounts` that the purge has not taken yet, page by page."""
    statement = (
        "SELECT r.account, p.created_at, p.import_id, r.fetched_at, r.text FROM raw_post r JOIN post p ON p.post = r.post"
        " WHERE r.account IN ({keys})"
    )
    for page in select_among(conn, statement, accounts):
        account, created, import_id, fetched, text = zip(*page, strict=True)
        yield HeldTexts(
            as_keys(account),
            weeks(seconds(created)),
            np.array(import_id, np.int64),
            seconds(fetched),
            [str(each) for each in text],
        )


def weeks(epoch: NDArray[np.int64]) -> NDArray[np.int64]:
    """The week of each time, as texts are filed under.

    >>> weeks(np.array([3 * 86_400 + 86_399, 4 * 86_400])).tolist()  # a Sunday's last second and Monday, January 5, 1970
    [-1, 0]
    """
    day = epoch // 86_400
    return (day - (day + 3) % 7) // 7


def read_counted(conn: Connection, accounts: Keys) -> list[tuple[bytes, int, int, str]]:
    """(account, week, import, dictionary version) of the counts that are held of `accounts`."""
    statement = "SELECT DISTINCT account, week, import_id, dictionary FROM text_week WHERE account IN ({keys})"
    return [
        (bytes(row[0]), int(row[1]), int(row[2]), str(row[3])) for page in select_among(conn, statement, accounts) for row in page
    ]
