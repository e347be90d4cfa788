"""The kernels and the SQL of the heavy steps: engine-neutral, nothing but numpy and pyarrow, so that workers need no more."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

TERM_COUNTS = pa.schema([("node", pa.int64()), ("term", pa.int64()), ("count", pa.int64())])

_ROW = np.dtype([("term", "<i8"), ("count", "<u2")])  # as storage.text_index packs; a test holds the two together


def unpack_counts(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """(node, counts) with packed blobs -> one row (node, term, count) per blob and term; sums are left to SQL."""
    for batch in batches:
        column = batch.column("counts").cast(pa.large_binary())
        offsets = np.frombuffer(column.buffers()[1], dtype=np.int64)[column.offset : column.offset + len(column) + 1]
        data = column.buffers()[2]
        rows = np.frombuffer(b"" if data is None else data, dtype=np.uint8)[offsets[0] : offsets[-1]].view(_ROW)
        node = np.repeat(np.asarray(batch.column("node")).astype(np.int64), np.diff(offsets) // _ROW.itemsize)
        yield pa.RecordBatch.from_arrays(
            [pa.array(node), pa.array(rows["term"].astype(np.int64)), pa.array(rows["count"].astype(np.int64))],
            schema=TERM_COUNTS,
        )


USERS_LEAST = 2  # a term that one person uses tells nothing about another

SQL_NODE_TERMS = "SELECT node, term, CAST(SUM(count) AS BIGINT) AS count FROM term_counts GROUP BY node, term"

SQL_TERM_USERS = (
    "SELECT term, CAST(SUM(CASE WHEN node < {people} THEN 1 ELSE 0 END) AS BIGINT) AS users FROM node_terms GROUP BY term"
)

SQL_TEXTS = "SELECT node, term, count FROM node_terms"

SQL_RECENT = "SELECT node, counts FROM texts WHERE week >= {week} AND node < {people}"

SQL_WORDS = "SELECT node, CAST(SUM(words) AS BIGINT) AS words, CAST(SUM(posts) AS BIGINT) AS posts FROM texts GROUP BY node"

SQL_SHARED = """SELECT a.k AS a, b.k AS b, COUNT(*) AS shared
  FROM members a JOIN members b ON a.member = b.member AND a.k < b.k GROUP BY a.k, b.k"""
