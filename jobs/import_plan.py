"""Before an import writes anything: opens the file, settles its columns, tries its first page, refuses what cannot be right."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from collectors.errors import BadCell, FileRefused
from collectors.exports.columns import KINDS, Kind
from collectors.exports.mapping import ColumnMapping, guess, preset, read_mapping
from collectors.exports.parse import Plan, platform
from collectors.exports.presets.catalogue import vendor_preset
from collectors.exports.presets.reports import open_report, report_mapping
from collectors.exports.presets.spec import ReportPreset
from collectors.exports.records import Parsed, parse_page
from collectors.exports.tables import Table, open_table
from collectors.exports.times import NO_ZONE, zone_named
from collectors.exports.unpivot import BUCKET, DIMENSION, SHARE, unfolded
from jobs.import_currency import stated_currency, with_currency
from jobs.import_job import GRACE, LONG_KINDS, ImportJob, provenance_of, pull_of
from jobs.import_refusals import local_times, missing_columns, no_good_row, said, wrong_columns
from storage.clients import client_key
from storage.imports import ImportRequest
from storage.records import Provenance, PullFacts

PAGE_ROWS = 5_000
LONG_PAGE_ROWS = 20_000  # follows, engagements and base samples have short rows, and millions of them


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that can be imported: how it is read, which column is which, what was stated, and warnings worth showing."""

    job: ImportJob
    table: Table
    plan: Plan
    provenance: Provenance | None
    pull: PullFacts | None
    warnings: tuple[str, ...] = field(default=())

    @property
    def page_rows(self) -> int:
        """Rows a page."""
        return LONG_PAGE_ROWS if self.job.kind in LONG_KINDS else PAGE_ROWS

    @property
    def unused(self) -> tuple[str, ...]:
        """Headers of the file that nothing is read from."""
        mapping = self.plan.mapping
        used = {*mapping.columns.values(), *mapping.attributes.values(), *(each.header for each in mapping.shares)}
        return tuple(name for name in self.table.header if name and name not in used)

    def request(self) -> ImportRequest:
        """The import as storage knows it: the same bytes with the same options are the same import."""
        options = self._options()
        key = json.dumps([self.table.digest, self.job.kind, options], sort_keys=True, ensure_ascii=True)
        fingerprint = hashlib.sha256(key.encode()).hexdigest()
        return ImportRequest(self.job.kind, self.table.path.name, fingerprint, options, self.provenance, self.job.client.strip())

    def _options(self) -> dict[str, Any]:
        plan, pull = self.plan, self.pull
        given: dict[str, Any] = {
            "mapping": plan.mapping.document(),
            "timezone": plan.zone.key if plan.zone else None,
            "encoding": self.job.encoding,
            "sheet": self.job.sheet,
            "currency": plan.currency,
            "rates": {code: str(rate) for code, rate in plan.rates.items()},
            "list_name": self.job.list_name if self.job.kind == "candidates" else None,
            "total": self.job.total,
            "client": client_key(self.job.client),
        }
        if pull is not None:
            given |= {"list": pull.list_kind.value, "frame": pull.frame.value, "order": pull.order.value}
            given["pulled_at"] = pull.pulled_at.isoformat()
        return {name: value for name, value in given.items() if value not in (None, {}, "")}


def prepare(job: ImportJob, table: Table | None = None) -> Prepared:
    """Opens and checks a file; nothing is written.

    A `table` that is open already, a sheet among others, is taken as it is: if none of its rows can be read, all of them are refused.

    Raises:
        FileRefused: the file or what was said of it cannot be right; the message says what was expected, with an example.
        MappingError: the mapping file is wrong at a line and column.
        Refused: personal data without provenance.
    """
    kind = KINDS[job.kind]
    zone = zone_named(job.timezone)
    provenance = provenance_of(job, kind)
    pull = pull_of(job, provenance)
    opened = table is not None
    vendor = _vendor(job, kind)
    if table is None:
        table = open_report(job.path, vendor) if vendor else open_table(job.path, encoding=job.encoding, sheet=job.sheet)
    mapping = _mapping(job, kind, table, vendor)
    if mapping.shares:
        table = unfolded(table, mapping.shares)
        mapping = replace(mapping, columns={**mapping.columns, "dimension": DIMENSION, "bucket": BUCKET, "share": SHARE})
    _require_columns(job, kind, table, mapping)
    plan = Plan(
        kind, mapping, zone, provenance.obtained if provenance else None, job.path.suffix.lower() in {".xlsx", ".xlsm"},
        list_kind=job.list_kind, total=job.total, latest=datetime.now(UTC) + GRACE,
    )  # fmt: skip
    if pull is not None:
        pull = replace(pull, totals=plan.totals)
    if kind.name == "prices":
        plan = with_currency(job, table, plan)
    elif kind.name in {"quotes", "placements"}:
        # each row keeps its own currency: nothing is converted
        plan = replace(plan, currency=stated_currency(job), client=job.client.strip())
    prepared = Prepared(job, table, plan, provenance, pull, table.warnings)
    if not opened:
        _try_first_page(prepared)
    return prepared


def _vendor(job: ImportJob, kind: Kind) -> ReportPreset | None:
    """The vendor's report that --preset names; a mapping that is given as well goes before it."""
    if job.preset is None or job.mapping is not None:
        return None
    vendor = vendor_preset(job.preset)
    if vendor is not None and kind.name != "audience":
        message = f"The preset {vendor.name} holds audience shares: use it with `fanfit import audience`, not with {kind.name}."
        raise FileRefused(message)
    return vendor


def _mapping(job: ImportJob, kind: Kind, table: Table, vendor: ReportPreset | None) -> ColumnMapping:
    constants = {name: value for name, value in (("platform", job.platform), ("base", job.audience_base)) if value}
    if job.platform:
        try:
            platform(job.platform)
        except BadCell as error:
            message = f"--platform is {error.reason}. Expected {error.expected}."
            raise FileRefused(message) from error
    if isinstance(job.mapping, ColumnMapping):
        return job.mapping
    if job.mapping is not None:
        return read_mapping(job.mapping, kind, table.header, constants=constants)
    if vendor is not None:
        return report_mapping(vendor, constants)
    if job.preset is not None:
        return preset(job.preset, kind, table.header, constants=constants)
    return guess(kind, table.header, constants=constants)


def _require_columns(job: ImportJob, kind: Kind, table: Table, mapping: ColumnMapping) -> None:
    name = table.path.name
    if missing := missing_columns(kind, mapping, job.lang):
        raise wrong_columns(name, kind, missing, table.header, job.lang)
    has = {*mapping.columns, *mapping.constants}
    if "platform" in kind.required and "platform" not in has and not kind.any_of:
        raise FileRefused(said("platform", job.lang, file=name))


def _try_first_page(prepared: Prepared) -> None:
    """Refuses a file of whose first rows none can be read, or whose times lack a zone that nobody stated."""
    name, lang = prepared.table.path.name, prepared.job.lang
    page = next(prepared.table.pages(prepared.page_rows), None)
    parsed = parse_page(page, prepared.plan) if page is not None else None
    prepared.plan.owner.clear()
    if parsed is None or not (parsed.records or parsed.rejects):
        raise FileRefused(said("no rows", lang, file=name))
    if local := [reject.line for reject in parsed.rejects if reject.reason == NO_ZONE]:
        raise local_times(name, local, lang)
    if not parsed.records and not _blank_attributes(prepared, parsed):
        raise no_good_row(name, parsed.rejects, lang)


def _blank_attributes(prepared: Prepared, parsed: Parsed) -> bool:
    return bool(prepared.plan.mapping.attributes) and not parsed.rejects
