"""The fast road of `storage.writes` into SQLite: keys in one blob a column, cut apart by SQLite itself, no work per row in Python.

A page of follow edges is two columns of pseudonyms and two times that all its rows share: bound as two blobs and two numbers
it is inserted three times as fast as by rows of VALUES.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH = 16  # bytes of a key
KeyColumn = NDArray[np.uint8]  # (n, 16)


@dataclass(frozen=True, slots=True)
class Packed:
    """A query that yields rows: `select`, with its values in `bound`."""

    select: str
    bound: Mapping[str, Any]


def pack(keys: Mapping[str, KeyColumn], shared: Mapping[str, Any]) -> Packed:
    """Rows as a query over bound blobs: first the columns of `keys`, then the values of `shared`, the same in every row."""
    blobs = [column.tobytes() for column in keys.values()]
    count = len(blobs[0]) // WIDTH
    return _cut(blobs, "[" + ",".join("0" * count) + "]", (), shared)  # a list of zeros counts faster than a recursive query


def pack_with_texts(keys: Sequence[bytes], texts: Sequence[str], shared: Mapping[str, Any]) -> Packed:
    """Rows of a key, a text and the shared values.

    Raises:
        ValueError: a text with a zero byte, where SQLite's JSON would cut it.
    """
    if "\0" in "".join(texts):
        message = "a text with a zero byte cannot be stored: take it out before"
        raise ValueError(message)
    return _cut([b"".join(keys)], json.dumps(texts, ensure_ascii=False), ("value",), shared)


def _cut(blobs: Sequence[bytes], listed: str, more: tuple[str, ...], shared: Mapping[str, Any]) -> Packed:
    """One row per item of the JSON list: the key at its place in every blob, columns of `json_each`, the shared values."""
    cuts = [f"substr(:k{at}, key * {WIDTH} + 1, {WIDTH})" for at in range(len(blobs))]
    picks = ", ".join([*cuts, *more, *(f":v{at}" for at in range(len(shared)))])
    bound = {f"k{at}": blob for at, blob in enumerate(blobs)} | {f"v{at}": value for at, value in enumerate(shared.values())}
    return Packed(f"SELECT {picks} FROM json_each(:listed) WHERE true", {**bound, "listed": listed})


def in_key_order(keys: Mapping[str, KeyColumn]) -> dict[str, KeyColumn]:
    """The rows by the first half of each key: near enough that a tree's pages are visited about once each."""
    heads = [np.ascontiguousarray(column[:, : WIDTH // 2]).view(">u8").reshape(-1).astype(np.uint64) for column in keys.values()]
    order = np.lexsort(heads[::-1])
    return {name: column[order] for name, column in keys.items()}


def split(column: KeyColumn) -> list[bytes]:
    """The keys one by one."""
    data = column.tobytes()
    return [data[start : start + WIDTH] for start in range(0, len(data), WIDTH)]
