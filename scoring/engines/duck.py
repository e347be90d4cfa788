"""The embedded engine: DuckDB in this process for SQL, kernels in this process or in a small pool."""

import functools
import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa

from scoring.engines.base import Kernel, check_schema

BATCH_ROWS = 20_000


class DuckEngine:
    """DuckDB over Parquet. `processes` > 1 runs kernels in a pool: worth it above some 50,000 posts (ENGINE 3).

    `folder` takes what does not fit in memory; without it nothing is spilled to disk.
    """

    def __init__(self, *, processes: int = 1, batch_rows: int = BATCH_ROWS, folder: Path | None = None) -> None:
        self._processes = processes
        self._batch_rows = batch_rows
        self._tables: list[pa.Table] = []  # DuckDB holds no reference to what is registered
        # extensions are a download at run time: never
        self._connection = duckdb.connect(
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "temp_directory": "" if folder is None else str(folder),
            }
        )

    @property
    def name(self) -> str:
        """DuckDB and its version."""
        return f"duckdb {duckdb.__version__}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def read(self, name: str, path: Path) -> None:
        """As `Engine.read`: a view, nothing is loaded yet."""
        quoted = str(path).replace("'", "''")
        self._connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{quoted}')")

    def map(self, src: str, cols: str, fn: Kernel, schema: pa.Schema, out: str) -> None:
        """As `Engine.map`; batches of a pool come back in any order."""
        check_schema(schema)
        reader = self._connection.sql(f"SELECT {cols} FROM {src}").to_arrow_reader(self._batch_rows)
        batches = list(fn(iter(reader))) if self._processes == 1 else list(self._in_pool(fn, reader))
        table = pa.Table.from_batches(batches, schema)
        self._tables.append(table)
        self._connection.register(out, table)

    def _in_pool(self, fn: Kernel, reader: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        # spawn: the same on Linux and macOS, and no fork of a process with DuckDB's threads
        with multiprocessing.get_context("spawn").Pool(self._processes) as pool:
            for batches in pool.imap_unordered(functools.partial(_run, fn), reader):
                yield from batches

    def sql(self, text: str, out: str | None = None) -> pa.Table:
        """As `Engine.sql`."""
        if out is not None:
            self._connection.execute(f"CREATE TEMP TABLE {out} AS {text}")
            return pa.table({})
        return self._connection.sql(text).to_arrow_table()

    def close(self) -> None:
        """As `Engine.close`."""
        self._connection.close()


def _run(fn: Kernel, batch: pa.RecordBatch) -> list[pa.RecordBatch]:
    return list(fn(iter([batch])))
