"""The engine seam: the verbs, and that no cut into batches and no pool changes a result."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engines import kernels
from scoring.engines.base import check_schema
from scoring.engines.duck import DuckEngine
from storage.text_index import pack

counts = st.dictionaries(st.integers(1, 2**62), st.integers(1, 60_000), max_size=6)


def packed(rows: list[tuple[int, dict[int, int]]]) -> pa.Table:
    blobs = [
        pack(np.array(sorted(each), np.int64), np.array([each[term] for term in sorted(each)], np.int64)) for _, each in rows
    ]
    return pa.table({"node": pa.array([node for node, _ in rows], pa.int64()), "counts": pa.array(blobs, pa.binary())})


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 5), counts), min_size=1, max_size=12), st.integers(1, 5))
def test_unpack_is_the_way_back_from_pack_in_any_batches(rows: list[tuple[int, dict[int, int]]], size: int) -> None:
    expected = sorted((node, term, count) for node, each in rows for term, count in each.items())
    table = packed(rows)
    for batches in (table.to_batches(), table.to_batches(max_chunksize=size), table.slice(1).to_batches(max_chunksize=size)):
        made = pa.Table.from_batches(list(kernels.unpack_counts(iter(batches))), kernels.TERM_COUNTS)
        found = sorted(zip(*(column.to_pylist() for column in made.columns), strict=True))
        whole = (
            expected
            if sum(batch.num_rows for batch in batches) == len(rows)
            else sorted((node, term, count) for node, each in rows[1:] for term, count in each.items())
        )
        assert found == whole


def test_read_map_sql(tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    pq.write_table(packed([(n % 7, {1: 1, 2 + n % 3: n + 1}) for n in range(6000)]), path)
    results = []
    for options in ({}, {"batch_rows": 2048}, {"processes": 2, "batch_rows": 2048}):
        with DuckEngine(**options) as engine:
            engine.read("texts", path)
            engine.map("texts", "node, counts", kernels.unpack_counts, kernels.TERM_COUNTS, "term_counts")
            engine.sql(kernels.SQL_NODE_TERMS, "node_terms")
            made = engine.sql(kernels.SQL_TEXTS)
            results.append(sorted(zip(*(column.to_pylist() for column in made.columns), strict=True)))
            assert engine.name.startswith("duckdb ")
    assert results[0] == results[1] == results[2]
    assert sum(row[2] for row in results[0]) == 6000 + sum(range(1, 6001))


def test_only_types_that_every_engine_has() -> None:
    check_schema(kernels.TERM_COUNTS)
    with pytest.raises(TypeError, match="uint64"):
        check_schema(pa.schema([("x", pa.uint64())]))

    def nothing(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from batches

    with DuckEngine() as engine, pytest.raises(TypeError, match="x: bool"):
        engine.map("anything", "x", nothing, pa.schema([("x", pa.bool_())]), "out")


def test_nothing_is_downloaded() -> None:
    """Extensions are a download at run time: the embedded engine must not try."""
    with DuckEngine() as engine:
        rows = engine.sql(
            "SELECT name, value FROM duckdb_settings() WHERE name IN ('autoinstall_known_extensions', 'autoload_known_extensions')"
        )
    assert rows.column("value").to_pylist() == ["false", "false"]
