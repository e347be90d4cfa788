"""The fast road of `storage.writes` into SQLite: keys in one blob a column, cut apart by SQLite itself, no work per row in Python.

A page of follow edges is two columns of pseudonyms and two times that all its rows share: bound as two blobs and two numbers
it is inserted twice as fast as by rows of VALUES.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH = 16  # bytes of a key
KeyColumn = NDArray[np.uint8]  # (n, 16)


@dataclass(frozen=True, slots=True)
class Packed:
    """A query that yields rows: `clause` goes before INSERT, `select` after it, `bound` holds the values."""

    clause: str
    select: str
    bound: Mapping[str, Any]


def pack(keys: Mapping[str, KeyColumn], shared: Mapping[str, Any]) -> Packed:
    """Rows as a query over bound blobs: first the columns of `keys`, then the values of `shared`, the same in every row."""
    picks: list[str] = []
    bound: dict[str, Any] = {}
    for position, column in enumerate(keys.values()):
        bound[f"k{position}"] = column.tobytes()
        picks.append(f"substr(:k{position}, i, {WIDTH})")
    for position, value in enumerate(shared.values()):
        bound[f"v{position}"] = value
        picks.append(f":v{position}")
    steps = f"SELECT 1 UNION ALL SELECT i + {WIDTH} FROM steps WHERE i + {WIDTH} <= length(:k0)"
    return Packed(f"WITH RECURSIVE steps(i) AS ({steps})", f"SELECT {', '.join(picks)} FROM steps WHERE true", bound)


def in_key_order(keys: Mapping[str, KeyColumn]) -> dict[str, KeyColumn]:
    """The rows by the first half of each key: near enough that a tree's pages are visited about once each."""
    heads = [np.ascontiguousarray(column[:, : WIDTH // 2]).view(">u8").reshape(-1).astype(np.uint64) for column in keys.values()]
    order = np.lexsort(heads[::-1])
    return {name: column[order] for name, column in keys.items()}


def split(column: KeyColumn) -> list[bytes]:
    """The keys one by one."""
    data = column.tobytes()
    return [data[start : start + WIDTH] for start in range(0, len(data), WIDTH)]
