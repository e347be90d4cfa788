"""Pseudonyms as numpy and Arrow arrays.

Keys are numpy arrays of dtype S16. numpy drops trailing zero bytes when it hands out one item, never in the buffer, so single
keys are cut from the buffer (`key_list`), never taken by index.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

KEY_BYTES = 16

Keys = NDArray[np.bytes_]


def as_keys(parts: Iterable[bytes]) -> Keys:
    """One array of the 16-byte keys that stand one after another in `parts`."""
    return np.frombuffer(b"".join(parts), dtype="S16")


def key_list(keys: Keys) -> list[bytes]:
    """The keys one by one, 16 bytes each, trailing zeros kept."""
    return list(each_key(keys))


def each_key(keys: Keys) -> Iterator[bytes]:
    """The same without a list of them all."""
    data = np.ascontiguousarray(keys).tobytes()
    return (data[start : start + KEY_BYTES] for start in range(0, len(data), KEY_BYTES))


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
