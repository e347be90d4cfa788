"""The seam between scoring and whatever computes: three verbs. An engine holds no scoring logic (ENGINE 3)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pyarrow as pa

Kernel = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]

ALLOWED = (pa.int64(), pa.string(), pa.float64())


class Engine(Protocol):
    """Reads Parquet, maps kernels over Arrow batches, and runs ANSI SQL.

    Kernels are importable functions (they are shipped to workers by name) from batches to batches; the schemas they give
    hold only int64, string and float64: other engines have no unsigned types. A result may come in any row order and a
    kernel sees any cut into batches: whoever uses it must not depend on either.
    """

    @property
    def name(self) -> str:
        """What is printed with a run."""
        ...

    def read(self, name: str, path: Path) -> None:
        """Make the Parquet file `path` known to later steps as `name`."""
        ...

    def map(self, src: str, cols: str, fn: Kernel, schema: pa.Schema, out: str) -> None:
        """Run `fn` over the columns `cols` (comma-separated) of `src`; what it yields is known as `out`."""
        ...

    def sql(self, text: str, out: str | None = None) -> pa.Table:
        """Run one SELECT: kept as `out` (an empty table comes back), or returned."""
        ...

    def close(self) -> None:
        """Release memory and processes."""
        ...


def check_schema(schema: pa.Schema) -> None:
    """Hold a seam schema against the types that every engine has.

    Raises:
        TypeError: on any other type.
    """
    wrong = [f"{field.name}: {field.type}" for field in schema if field.type not in ALLOWED]
    if wrong:
        message = f"a seam schema may hold int64, string and float64 only, not {', '.join(wrong)}"
        raise TypeError(message)
