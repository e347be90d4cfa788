"""What is to be imported and what its owner states of it: provenance, frame, time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from collectors.errors import BadCell, FileRefused
from collectors.exports.columns import Kind
from collectors.exports.mapping import ColumnMapping
from collectors.exports.times import moment, zone_named
from collectors.exports.wording import Lang
from storage.errors import Refused
from storage.records import Frame, ListKind, Order, Provenance, PullFacts

GRACE = timedelta(days=1)  # by which a time may lie ahead: clocks and zones differ
LONG_KINDS = frozenset({"follows", "engagements", "base"})
_LISTS = {"base": ListKind.BASE, "engagements": ListKind.ENGAGERS}


@dataclass(frozen=True, slots=True)
class ImportJob:
    """What is to be brought in and what its owner says of it.

    `kind` is one of storage.imports.KINDS. `source`, `basis` and `obtained` say
    where personal data came from; `platform` holds for rows that name none; `timezone` for local times. `frame`, `pulled_at`,
    `list_kind`, `order` and `total` belong to follows (and the first two to base); `currency` and `rates` to prices;
    `list_name` to candidates; `audience_base` is whose shares an audience file without such a column holds. `client` is whose labels, list or placements they are. `accept_guess` takes columns guessed from the headers even where that is unsure. `lang` is the
    language in which rejected rows are explained; it does not make another import.
    """

    kind: str
    path: Path
    workspace: Path
    mapping: Path | ColumnMapping | None = None
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
    lang: Lang = "en"
    audience_base: str | None = None
    client: str = ""


def provenance_of(job: ImportJob, kind: Kind) -> Provenance | None:
    """Where personal data came from (DECISIONS 6); None for lists and prices.

    Raises:
        Refused: personal data, and something of it is not stated.
    """
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
    """A time given as an option; a bare date is its midnight in UTC, so that it is printed as the day that was said.

    Raises:
        FileRefused: no time, one with an hour but no zone, or one that is still to come.
    """
    zone = zone_named("UTC" if len(text.strip()) <= len("2026-03-05") else job.timezone)
    try:
        found = moment(text, zone)
    except BadCell as error:
        message = f"{option} cannot be read: {error.reason}. Expected {error.expected}."
        raise FileRefused(message) from error
    if found is None:
        message = f"{option} is empty. Expected a time, as 2026-03-05 or 2026-03-05T14:00:00+08:00."
        raise FileRefused(message)
    if found > datetime.now(UTC) + GRACE:
        message = f"{option} lies in the future. Expected when the data were obtained, as 2026-03-05."
        raise FileRefused(message)
    return found


def pull_of(job: ImportJob, provenance: Provenance | None) -> PullFacts | None:
    """What a file of lists holds (DECISIONS 11): a follows file must say it, base samples and engagements are of the day they were obtained."""
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
    return PullFacts(_LISTS.get(job.kind, job.list_kind), frame, when, job.order or orders.get(frame, Order.UNKNOWN))
