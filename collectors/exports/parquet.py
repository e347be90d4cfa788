"""Parquet: read in batches, by columns as it is stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from collectors.errors import FileRefused
from collectors.exports.pages import Page, Sheet
from collectors.exports.sniff import Probe


@dataclass(frozen=True, slots=True)
class ParquetSheet:
    """An opened Parquet file; a row's line is its number."""

    path: Path
    header: Sequence[str]
    rows: int
    looks: str = "Parquet"
    warnings: Sequence[str] = ()

    def pages(self, size: int, after: int) -> Iterator[Page]:
        """Pages of `size` rows after the first `after`; batches of the file may end one earlier.

        Raises:
            FileRefused: damaged inside.
        """
        import pyarrow as pa  # noqa: PLC0415 - heavy, and only for Parquet
        import pyarrow.parquet as pq  # noqa: PLC0415 - as above

        done = 0
        try:
            with pq.ParquetFile(self.path) as file:
                for batch in file.iter_batches(batch_size=size):
                    skipped = min(max(after - done, 0), len(batch))
                    done += len(batch)
                    if done <= after:
                        continue
                    part = batch.slice(skipped)
                    columns = {name: part.column(name).to_pylist() for name in self.header}
                    lines = range(done - len(part) + 1, done + 1)
                    yield Page(done, lines, columns, [], done / self.rows)
        except (pa.ArrowException, OSError) as error:
            message = f"{self.path.name} is damaged after row {done}. Expected a whole Parquet file: write it again."
            raise FileRefused(message) from error


def open_sheet(path: Path, found: Probe, sheet: str | None) -> Sheet:
    """Opens a Parquet file.

    Raises:
        FileRefused: damaged, or it has no rows.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy, and only for Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    del found, sheet
    try:
        with pq.ParquetFile(path) as file:
            header, rows = tuple(file.schema_arrow.names), int(file.metadata.num_rows)
    except (pa.ArrowException, OSError) as error:
        message = f"{path.name} is damaged. Expected a whole Parquet file: write it again."
        raise FileRefused(message) from error
    return ParquetSheet(path, header, rows)
