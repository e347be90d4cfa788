"""Before an import writes anything: opens the file, settles its columns, tries its first page, refuses what cannot be right."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors.errors import BadCell, FileRefused
from collectors.exports.columns import KINDS, WIDE_ATTRIBUTES, Kind
from collectors.exports.mapping import ColumnMapping, example, guess, preset, quoted, read_mapping
from collectors.exports.money import amount, currency_code, read_rates
from collectors.exports.parse import Plan, platform
from collectors.exports.records import Parsed, parse_page
from collectors.exports.tables import Table, open_table
from collectors.exports.times import NO_ZONE, moment, zone_named
from storage.errors import Refused
from storage.imports import ImportRequest
from storage.records import Frame, ListKind, Order, Provenance, PullFacts

PAGE_ROWS = 5_000
LONG_PAGE_ROWS = 20_000  # follows and base samples have short rows, and millions of them
LONG_KINDS = frozenset({"follows", "base"})


@dataclass(frozen=True, slots=True)
class ImportJob:
    """What is to be brought in and what its owner says of it.

    `kind` is one of accounts, follows, posts, prices, attributes, labels, base, candidates. `source`, `basis` and `obtained` say
    where personal data came from; `platform` holds for rows that name none; `timezone` for local times. `frame`, `pulled_at`,
    `list_kind`, `order` and `total` belong to follows (and the first two to base); `currency` and `rates` to prices;
    `list_name` to candidates. `accept_guess` takes columns guessed from the headers even where that is unsure.
    """

    kind: str
    path: Path
    workspace: Path
    mapping: Path | None = None
    preset: str | None = None
    platform: str | None = None
    timezone: str | None = None
    source: str | None = None
    basis: str | None = None
    obtained: str | None = None
    frame: Frame | None = None
    pulled_at: str | None = None
    list_kind: ListKind = ListKind.FOLLOWERS
    order: Order | None = None
    total: int | None = None
    currency: str | None = None
    rates: str = ""
    list_name: str = "candidates"
    encoding: str | None = None
    sheet: str | None = None
    accept_guess: bool = False


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
        used = {*self.plan.mapping.columns.values(), *self.plan.mapping.attributes.values()}
        return tuple(name for name in self.table.header if name and name not in used)

    def request(self) -> ImportRequest:
        """The import as storage knows it: the same bytes with the same options are the same import."""
        options = self._options()
        key = json.dumps([self.table.digest, self.job.kind, options], sort_keys=True, ensure_ascii=True)
        fingerprint = hashlib.sha256(key.encode()).hexdigest()
        return ImportRequest(self.job.kind, self.table.path.name, fingerprint, options, self.provenance)

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
        }
        if pull is not None:
            given |= {"list": pull.list_kind.value, "frame": pull.frame.value, "order": pull.order.value}
            given["pulled_at"] = pull.pulled_at.isoformat()
        return {name: value for name, value in given.items() if value not in (None, {}, "")}


def prepare(job: ImportJob) -> Prepared:
    """Opens and checks a file; nothing is written.

    Raises:
        FileRefused: the file or what was said of it cannot be right; the message says what was expected, with an example.
        MappingError: the mapping file is wrong at a line and column.
        Refused: personal data without provenance.
    """
    kind = KINDS[job.kind]
    zone = zone_named(job.timezone)
    provenance = _provenance(job, kind)
    pull = _pull(job, provenance)
    table = open_table(job.path, encoding=job.encoding, sheet=job.sheet)
    mapping = _mapping(job, kind, table)
    _require_columns(kind, table, mapping)
    plan = Plan(
        kind, mapping, zone, provenance.obtained if provenance else None, job.path.suffix.lower() in {".xlsx", ".xlsm"},
        list_kind=job.list_kind, total=job.total,
    )  # fmt: skip
    if pull is not None:
        pull = replace(pull, totals=plan.totals)
    if kind.name == "prices":
        plan = _with_currency(job, table, plan)
    prepared = Prepared(job, table, plan, provenance, pull, table.warnings)
    _try_first_page(prepared)
    return prepared


def _provenance(job: ImportJob, kind: Kind) -> Provenance | None:
    if not kind.personal:
        return None
    missing = [name for name in ("source", "basis", "obtained") if not (getattr(job, name) or "").strip()]
    if missing:
        message = (
            f"{kind.name} are data of people: say where they came from. Missing: {', '.join('--' + name for name in missing)}. Example: "
            f'fanfit import {kind.name} {job.path.name} --source "export of the creator\'s back end" '
            '--basis "contract with the creator" --obtained 2026-03-05'
        )
        raise Refused(message)
    return Provenance(str(job.source), str(job.basis), stated_time(str(job.obtained), job, "--obtained"))


def stated_time(text: str, job: ImportJob, option: str) -> datetime:
    """A time given as an option; a bare date is its midnight in --timezone, else in UTC.

    Raises:
        FileRefused: no time, or one with an hour but no zone.
    """
    zone = zone_named(job.timezone)
    try:
        found = moment(text, zone or (zone_named("UTC") if len(text.strip()) <= 10 else None))
    except BadCell as error:
        message = f"{option} cannot be read: {error.reason}. Expected {error.expected}."
        raise FileRefused(message) from error
    if found is None:
        message = f"{option} is empty. Expected a time, as 2026-03-05 or 2026-03-05T14:00:00+08:00."
        raise FileRefused(message)
    return found


def _pull(job: ImportJob, provenance: Provenance | None) -> PullFacts | None:
    """What a follows or base file holds (DECISIONS 11): a follows file must say it, a base sample is of the day it was obtained."""
    if job.kind not in LONG_KINDS:
        return None
    if job.kind == "follows" and (job.frame is None or not job.pulled_at):
        missing = [name for name, given in (("--frame", job.frame), ("--pulled-at", job.pulled_at)) if not given]
        message = (
            f"A follows file must say what it holds. Missing: {', '.join(missing)}. Example: --frame newest --pulled-at 2026-03-05T14:00:00+08:00 "
            "--list followers --order newest_first (frame: complete, newest, random or unknown)."
        )
        raise FileRefused(message)
    if job.total is not None and job.total < 0:
        message = "--total is negative. Expected the whole count of the list, as 512345."
        raise FileRefused(message)
    frame = job.frame or Frame.UNKNOWN
    orders = {Frame.NEWEST: Order.NEWEST_FIRST, Frame.RANDOM: Order.RANDOM}
    when = (
        stated_time(job.pulled_at, job, "--pulled-at")
        if job.pulled_at
        else provenance.obtained
        if provenance
        else datetime.now(UTC)
    )
    kind = ListKind.BASE if job.kind == "base" else job.list_kind
    return PullFacts(kind, frame, when, job.order or orders.get(frame, Order.UNKNOWN))


def _mapping(job: ImportJob, kind: Kind, table: Table) -> ColumnMapping:
    constants = {"platform": job.platform} if job.platform else {}
    if job.platform:
        try:
            platform(job.platform)
        except BadCell as error:
            message = f"--platform is {error.reason}. Expected {error.expected}."
            raise FileRefused(message) from error
    if job.mapping is not None:
        return read_mapping(job.mapping, kind, table.header, constants=constants)
    if job.preset is not None:
        return preset(job.preset, kind, table.header, constants=constants)
    return guess(kind, table.header, constants=constants)


def _require_columns(kind: Kind, table: Table, mapping: ColumnMapping) -> None:
    has = {*mapping.columns, *mapping.constants}
    missing = [name for name in kind.required if name not in has and name != "platform"]
    if kind.any_of and not has.intersection(kind.any_of):
        missing.append(" or ".join(kind.any_of))
    if kind.name == "attributes" and not mapping.attributes and not {"name", "value"} <= has:
        missing.append(f"name and value (or columns headed {', '.join(WIDE_ATTRIBUTES)})")
    if missing:
        message = (
            f"{table.path.name} is not understood as {kind.name}: no column for {', '.join(missing)}. "
            f"Its headers are: {quoted(table.header)}.\nExpected, for example:\n{example_table(kind)}\n"
            f"Rename the headers, or say which is which in a file for --mapping:\n{example(kind)}"
        )
        raise FileRefused(message)
    if "platform" in kind.required and "platform" not in has and kind.name != "prices":
        message = f"{table.path.name} has no column for the platform. Name it with --platform, as --platform weibo."
        raise FileRefused(message)


def example_table(kind: Kind) -> str:
    """Two lines of a file of the right shape: header and a row."""
    names = [
        column for column in kind.columns if column.required or column.name in kind.any_of[:1] or column.name in {"name", "value"}
    ]
    return "\n".join(
        ",".join(row) for row in ([column.name for column in names], [column.example.replace(",", "") for column in names])
    )


def _with_currency(job: ImportJob, table: Table, plan: Plan) -> Plan:
    """The one currency of a prices file; several need rates. Reads the file once more."""
    rates = read_rates(job.rates)
    try:
        own = currency_code(job.currency)
    except BadCell as error:
        message = f"--currency is {error.reason}. Expected {error.expected}."
        raise FileRefused(message) from error
    found, bare = _currencies(table, plan)
    if bare and own is None:
        message = f"{bare} rows of {table.path.name} name no currency. Say it with --currency, as --currency CNY."
        raise FileRefused(message)
    if bare and own is not None:
        found.add(own)
    if len(found) <= 1:
        return replace(plan, currency=next(iter(found), own), rates={})
    target = own or next(iter(found - rates.keys()), None)
    without = sorted(found - rates.keys() - {target})
    if target is None or without:
        sample = ",".join(f"{code}=..." for code in sorted(found - {target or "CNY"}))
        message = (
            f"{table.path.name} holds prices in several currencies: {', '.join(sorted(found))}. They are not compared without rates. Say what "
            f"one unit of each costs: --currency {target or 'CNY'} --rates {sample}"
        )
        raise FileRefused(message)
    return replace(plan, currency=target, rates={code: rates[code] for code in sorted(found - {target})})


def _currencies(table: Table, plan: Plan) -> tuple[set[str], int]:
    """Currencies that the rows name, and how many rows with an amount name none."""
    found: set[str] = set()
    bare = 0
    constant = currency_code(plan.mapping.constants.get("currency"))
    for page in table.pages(PAGE_ROWS):
        amounts = page.columns.get(plan.mapping.columns.get("amount", ""), ())
        codes = page.columns.get(plan.mapping.columns.get("currency", ""), ()) or [None] * len(amounts)
        for cell, code in zip(amounts, codes, strict=True):
            try:
                paid = amount(cell)
                own = currency_code(code) or constant or (paid[1] if paid else None)
            except BadCell:
                continue  # the row will be refused when it is read
            if paid is not None and own is None:
                bare += 1
            elif own is not None:
                found.add(own)
    return found, bare


def _try_first_page(prepared: Prepared) -> None:
    """Refuses a file of whose first rows none can be read, or whose times lack a zone that nobody stated."""
    page = next(prepared.table.pages(prepared.page_rows), None)
    parsed = parse_page(page, prepared.plan) if page is not None else None
    prepared.plan.owner.clear()
    if parsed is None or not (parsed.records or parsed.rejects):
        message = f"{prepared.table.path.name} has a header but no rows. Expected at least one."
        raise FileRefused(message)
    local = [reject.line for reject in parsed.rejects if reject.reason == NO_ZONE]
    if local:
        message = (
            f"{prepared.table.path.name} has local times without a zone (line {places(local)}). Say whose clock they are: "
            "--timezone Asia/Shanghai for China, or another zone's name."
        )
        raise FileRefused(message)
    if not parsed.records and not _blank_attributes(prepared, parsed):
        message = (
            f"None of the first {len(parsed.rejects)} rows of {prepared.table.path.name} can be imported:\n{reasons(parsed)}"
        )
        raise FileRefused(message)


def _blank_attributes(prepared: Prepared, parsed: Parsed) -> bool:
    return bool(prepared.plan.mapping.attributes) and not parsed.rejects


def reasons(parsed: Parsed) -> str:
    """The reasons of a page's rejects, the most frequent first, with lines and what was expected."""
    counted = Counter((reject.column, reject.reason, reject.expected) for reject in parsed.rejects)
    lines: list[str] = []
    for (column, reason, expected), number in counted.most_common(5):
        where = [reject.line for reject in parsed.rejects if (reject.column, reject.reason) == (column, reason)]
        lines.append(f"  {column}: {reason} ({number} rows, line {places(where)}). Expected {expected}.")
    return "\n".join(lines)


def places(lines: Sequence[int]) -> str:
    """Line numbers for a message: the first five."""
    return ", ".join(map(str, lines[:5])) + (" and more" if len(lines) > 5 else "")
