"""Which plain words may be shown: those that at least k accounts use (DECISIONS 25)."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from storage.engine import Store
from storage.lookups import delete_where
from storage.tables import RAW_WORD, TEXT_WEEK, WORD
from storage.text_index import unpack
from storage.writes import upsert

K_ACCOUNTS = 20
_BATCH_BYTES = 64_000_000  # counts held at once


def promote_words(store: Store, *, k: int = K_ACCOUNTS) -> int:
    """Counts again how many accounts use each known word: `k` or more are shown, fewer are not any more.

    One pass over the stored counts, vectorised. Raw words stay in their table for their lifetime, so that a word taken back
    by an undo can come again.

    Returns:
        How many words may be shown now.
    """
    with store.read() as conn:
        texts = {row.term: row.text for row in conn.execute(select(RAW_WORD.c.term, RAW_WORD.c.text))}
        shown = {row.term: row.text for row in conn.execute(select(WORD.c.term, WORD.c.text))}
        texts.update(shown)
        terms = np.array(sorted(texts), dtype=np.int64)
        accounts = _accounts_per_term(conn, terms) if len(terms) else np.empty(0, np.int64)
    enough = accounts >= k
    rows = [
        {"term": int(term), "text": texts[int(term)], "accounts": int(count)}
        for term, count in zip(terms[enough], accounts[enough], strict=True)
    ]
    with store.write("words") as conn:
        upsert(conn, WORD, rows, key=["term"], update=["accounts"])
        delete_where(conn, WORD, WORD.c.term, [int(term) for term in terms[~enough] if int(term) in shown])
    return len(rows)


def _accounts_per_term(conn: Connection, terms: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each of the sorted terms, how many accounts use it."""
    total = np.zeros(len(terms), np.int64)
    for who, used in _batches(conn):
        at = np.minimum(np.searchsorted(terms, used), len(terms) - 1)
        known = terms[at] == used
        pairs = np.unique(who[known] * len(terms) + at[known])
        total += np.bincount(pairs % len(terms), minlength=len(terms))
    return total


def _batches(conn: Connection) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """(number of the account in the batch, term) pairs; an account is never split between batches."""
    who: list[NDArray[np.int64]] = []
    used: list[NDArray[np.int64]] = []
    number, size, current = -1, 0, b""
    rows = conn.execution_options(yield_per=2000).execute(
        select(TEXT_WEEK.c.account, TEXT_WEEK.c.counts).order_by(TEXT_WEEK.c.account)
    )
    for row in rows:
        if row.account != current:
            if size > _BATCH_BYTES:
                yield np.concatenate(who), np.concatenate(used)
                who, used, number, size = [], [], -1, 0
            current = row.account
            number += 1
        terms, _ = unpack(row.counts)
        who.append(np.full(len(terms), number))
        used.append(terms)
        size += len(row.counts)
    if used:
        yield np.concatenate(who), np.concatenate(used)
