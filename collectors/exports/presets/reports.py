"""A vendor's JSON report as a table of shares: what the preset documents is read, every other field is named as not used."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collectors.errors import BadCell, FileRefused
from collectors.exports.mapping import ColumnMapping
from collectors.exports.pages import WHOLE_ROW, Page, Reject
from collectors.exports.presets.spec import ReportPreset, ShareList
from collectors.exports.tables import Table
from collectors.exports.unpivot import in_percent

LARGEST = 32 << 20  # bytes; a report has some 200 KB
COLUMNS = ("account_id", "account", "dimension", "bucket", "share")
_TOLERANCE = 1.5  # percentage points by which rounded parts may miss their sum
_NO_REPORT = "not a report of this vendor"
_Row = tuple[str | None, str | None, str, str, object]


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """Reports in memory; a row of the file is one report, numbered from 1."""

    preset: ReportPreset
    reports: Sequence[object]
    unknown: tuple[str, ...]
    warnings: Sequence[str] = field(default=())

    @property
    def header(self) -> Sequence[str]:
        """Our columns, then every field of the reports that nothing is read from."""
        return (*COLUMNS, *self.unknown)

    @property
    def looks(self) -> str:
        """How the file was read, in words."""
        return f"JSON, {len(self.reports)} report(s) of {self.preset.vendor['en']}"

    def pages(self, size: int, after: int) -> Iterator[Page]:
        """Pages of at most `size` reports after the first `after`."""
        for start in range(after, len(self.reports), size):
            yield self._page(start, self.reports[start : start + size])

    def _page(self, start: int, reports: Sequence[object]) -> Page:
        rows: list[_Row] = []
        lines: list[int] = []
        rejects: list[Reject] = []
        for line, report in enumerate(reports, start + 1):
            found = list(_rows(self.preset, report, line, rejects))
            rows += found
            lines += [line] * len(found)
        columns: dict[str, Sequence[object]] = {name: [row[at] for row in rows] for at, name in enumerate(COLUMNS)}
        end = start + len(reports)
        return Page(end, lines, columns, rejects, end / len(self.reports))


def open_report(path: Path, preset: ReportPreset) -> Table:
    """A file with one report, or an array of reports, as a table of shares.

    Raises:
        FileRefused: not JSON, too large, or no report of the vendor in it.
    """
    try:
        raw = path.read_bytes() if path.stat().st_size <= LARGEST else b""
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise FileRefused(message) from error
    if not raw:
        message = f"{path.name} is empty or larger than {LARGEST >> 20} MB. Expected {preset.report['en']}."
        raise FileRefused(message)
    try:
        document = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        message = f"{path.name} is not JSON. The preset {preset.name} reads: {preset.report['en']}."
        raise FileRefused(message) from error
    reports = document if isinstance(document, list) else [document]
    if not any(isinstance(_at(report, preset.root), dict) for report in reports):
        message = f"{path.name} holds no report of {preset.vendor['en']}: expected an object at {preset.root!r} ({preset.account_source.address})."
        raise FileRefused(message)
    sheet = ReportSheet(preset, reports, _unknown(preset, reports))
    digest = hashlib.sha256(raw).hexdigest()
    return Table(path, digest, sheet.looks, tuple(sheet.header), sheet, len(raw))


def report_mapping(preset: ReportPreset, constants: Mapping[str, str]) -> ColumnMapping:
    """The columns of a report; `constants` are platform and base.

    Raises:
        FileRefused: the vendor does not say whose shares they are, and nobody else did.
    """
    given = {**({"base": preset.base} if preset.base else {}), **constants}
    if "base" not in given:
        message = f"{preset.vendor['en']} does not say whose shares these are: {preset.base_told['en']}."
        raise FileRefused(message)
    if preset.base and given["base"] != preset.base:
        message = f"{preset.vendor['en']} gives shares of {preset.base}, not of {given['base']}: {preset.base_told['en']}."
        raise FileRefused(message)
    return ColumnMapping({name: name for name in COLUMNS}, given, {}, f"preset {preset.name}")


def _rows(preset: ReportPreset, report: object, line: int, rejects: list[Reject]) -> Iterator[_Row]:
    root = _at(report, preset.root)
    if not isinstance(root, dict):
        rejects.append(Reject(line, WHOLE_ROW, _NO_REPORT, "a report as the vendor's interface answers it"))
        return
    account_id = _text(_at(root, preset.account_id)) if preset.account_id else None
    handle = _text(_at(root, preset.account))
    for each in preset.lists:
        for bucket, cell in _shares(each, root, line, rejects):
            yield account_id, f"@{handle}" if handle else None, each.dimension, bucket, cell


def _shares(each: ShareList, root: Mapping[str, Any], line: int, rejects: list[Reject]) -> Iterator[tuple[str, object]]:
    items = [item for item in _list(_at(root, each.path)) if isinstance(item, dict)]
    if each.within:
        found = added_up(each, items)
        if found is None:
            rejects.append(
                Reject(
                    line,
                    each.header,
                    "parts that add up neither to their group nor to 100 %",
                    "parts of everyone or of each group",
                )
            )
            return
        yield from found.items()
        return
    for item in items:
        bucket = _text(item.get(each.bucket))
        try:
            cell = in_percent(item.get(each.share), each.unit)
        except BadCell as problem:
            rejects.append(Reject(line, each.header, problem.reason, problem.expected))
            continue
        if bucket and cell is not None:
            yield bucket.removeprefix(each.cut), cell


def added_up(each: ShareList, items: Sequence[Mapping[str, Any]]) -> dict[str, str] | None:
    """Parts of groups (ages of each gender, in percent) added over the groups; None where it is open what they are parts of.

    Parts that add up to their group's own share are of everyone; parts that add up to 100 are of the group, and weigh as it does.
    """
    sums: dict[str, float] = defaultdict(float)
    for item in items:
        whole = _number(item.get(each.share))
        parts = [(_text(part.get(each.bucket)), _number(part.get(each.share))) for part in _list(item.get(each.within))]
        total = sum(value for _, value in parts if value is not None)
        if whole is None or not parts or any(name is None or value is None for name, value in parts):
            return None
        of_everyone, of_group = abs(total - whole) <= _TOLERANCE, abs(total - 100) <= _TOLERANCE
        if not of_everyone and not of_group:
            return None
        for name, value in parts:
            sums[str(name).removeprefix(each.cut)] += (value or 0.0) * (1 if of_everyone else whole / 100)
    return {name: f"{value:.10f}%" for name, value in sums.items()}


def _unknown(preset: ReportPreset, reports: Sequence[object]) -> tuple[str, ...]:
    """Fields of the reports from which nothing is read, two levels deep, in the order in which they first appear."""
    read = [preset.account_id, preset.account, *(each.path for each in preset.lists)]
    inner = {path.rpartition(".")[0] for path in read} - {""}
    found: dict[str, None] = {}
    for report in reports:
        root = _at(report, preset.root)
        if isinstance(root, dict):
            found |= dict.fromkeys(name for name in root if name not in {*read, *inner})
            for parent in inner:
                part = _at(root, parent)
                found |= dict.fromkeys(
                    f"{parent}.{name}" for name in (part if isinstance(part, dict) else ()) if f"{parent}.{name}" not in read
                )
    return tuple(found)


def _at(document: object, path: str) -> object:
    for name in path.split("."):
        if not isinstance(document, dict):
            return None
        document = document.get(name)
    return document


def _list(value: object) -> list[Any]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return str(value).strip() or None if isinstance(value, (str, int)) and not isinstance(value, bool) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 100 else None
