"""JSONL: one object per line; a line that is none costs only itself."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

from collectors.errors import FileRefused
from collectors.exports.pages import WHOLE_ROW, Page, Reject, Sheet
from collectors.exports.sniff import Probe

KEYS_MOST = 1000  # different keys: more are no columns of a table
_EXPECTED = 'one JSON object, as {"platform": "weibo", "native_id": "1234567890"}'


@dataclass(frozen=True, slots=True)
class JsonSheet:
    """An opened JSONL file."""

    path: Path
    encoding: str
    header: Sequence[str]
    size: int
    warnings: Sequence[str] = ()

    @property
    def looks(self) -> str:
        """Format and encoding in words."""
        return f"JSON lines, {self.encoding.upper().replace('-SIG', ' (with mark)')}"

    def pages(self, size: int, after: int) -> Iterator[Page]:
        """Pages of at most `size` lines after the first `after`."""
        with self.path.open(encoding=self.encoding, newline="\n") as stream:
            done = sum(1 for _ in islice(stream, after))
            while lines := list(islice(stream, size)):
                yield self._page(lines, done, min(1.0, os.lseek(stream.fileno(), 0, os.SEEK_CUR) / self.size))
                done += len(lines)

    def _page(self, lines: list[str], done: int, share: float) -> Page:
        objects: list[dict[str, Any]] = []
        where: list[int] = []
        rejects: list[Reject] = []
        for number, line in enumerate(lines, done + 1):
            if not line.strip():
                continue
            found = _object(line)
            if found is None:
                rejects.append(Reject(number, WHOLE_ROW, "not a JSON object", _EXPECTED))
            else:
                objects.append(found)
                where.append(number)
        columns: dict[str, Sequence[object]] = {name: [item.get(name) for item in objects] for name in self.header}
        return Page(done + len(lines), where, columns, rejects, share)


def _object(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def open_sheet(path: Path, found: Probe, sheet: str | None) -> Sheet:
    """Opens a JSONL file; the keys of all its lines are its columns, in the order in which they first appear.

    Raises:
        FileRefused: no line is an object, or there are more than 1,000 different keys.
    """
    del sheet
    header: dict[str, None] = {}
    with path.open(encoding=found.encoding, newline="\n") as stream:
        for number, line in enumerate(stream, 1):
            keys = _object(line) or {}
            if not header.keys() >= keys.keys():
                header.update(dict.fromkeys(keys))
            if len(header) > KEYS_MOST:
                message = (
                    f"{path.name} has more than {KEYS_MOST} different keys by line {number}: they are no columns of a table. "
                    f"Expected a line each: {_EXPECTED}"
                )
                raise FileRefused(message)
    if not header:
        message = f"{path.name} holds no JSON object. Expected a line each: {_EXPECTED}"
        raise FileRefused(message)
    return JsonSheet(path, found.encoding, tuple(header), found.size)
