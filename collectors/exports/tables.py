"""A file as a table: its header, and its rows in pages with their true places, whatever the format."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from collectors.errors import FileRefused
from collectors.exports import delimited, jsonlines, parquet, workbook
from collectors.exports.pages import Page, Sheet
from collectors.exports.sniff import Probe, probe

Reader = Callable[[Path, Probe, str | None], Sheet]

# The formats, by what the file is found to be; its ending must agree.
READERS: Mapping[str, Reader] = {
    "csv": delimited.open_sheet,
    "tsv": delimited.open_sheet,
    "xlsx": workbook.open_sheet,
    "jsonl": jsonlines.open_sheet,
    "parquet": parquet.open_sheet,
}


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file: `looks` says how it was read (format, encoding, separator, sheet), `warnings` what to know of it.

    `weight` is its size in bytes; pages say how far into it they reach.
    """

    path: Path
    digest: str
    looks: str
    header: tuple[str, ...]
    sheet: Sheet = field(repr=False)
    weight: int = 0
    warnings: tuple[str, ...] = ()

    def pages(self, size: int, *, after: int = 0) -> Iterator[Page]:
        """Pages of at most `size` rows, from the row after the first `after` on; constant memory."""
        return self.sheet.pages(size, after)


def open_table(path: Path, *, encoding: str | None = None, sheet: str | None = None) -> Table:
    """Looks at the whole file once (its digest, its encoding), then opens it.

    Raises:
        FileRefused: missing, empty, a folder, binary, damaged, of an unknown format, without a usable header.
    """
    found = probe(path, encoding=encoding)
    opened = READERS[found.format](path, found, sheet)
    header = _checked(path, opened.header)
    warnings = tuple(opened.warnings)
    return Table(path, found.digest, opened.looks, header, opened, found.size, warnings)


def _checked(path: Path, header: Sequence[str]) -> tuple[str, ...]:
    names = tuple(name.strip().strip("\ufeff").strip() for name in header)
    while names and not names[-1]:
        names = names[:-1]
    if not any(names):
        message = (
            f"{path.name} has no header. Expected a first row with the names of the columns; `--template` writes one to fill."
        )
        raise FileRefused(message)
    if looks_like_data(names):
        message = (
            f"The first row of {path.name} looks like data, not like names of columns. Expected a header in row 1, as "
            "platform,account_id,follower_id; `--template` writes one to fill."
        )
        raise FileRefused(message)
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        message = f"{path.name} has several columns headed {', '.join(map(repr, twice))}. Expected each name once: rename them."
        raise FileRefused(message)
    return names


def looks_like_data(header: Sequence[str]) -> bool:
    """Whether a first row holds ids, addresses or numbers: then it is no header, and it may not be quoted in a message."""
    return any(
        name.startswith(("@", "did:")) or "://" in name or _number(name) or sum(map(str.isdigit, name)) >= 9 for name in header
    )


def _number(name: str) -> bool:
    return name.replace(".", "", 1).isdigit()
