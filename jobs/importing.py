"""The use case of an import: a file becomes rows, page by page, once; killed or stopped, it goes on where it was."""

import gc
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Literal

from collectors.errors import FileRefused
from collectors.exports.mapping import example
from collectors.exports.pages import WHOLE_ROW, Page, Reject
from collectors.exports.records import SELF_FOLLOW, Parsed, parse_page
from collectors.exports.rejects import RejectsFile
from collectors.exports.tables import Table
from collectors.exports.wording import told, worded
from jobs.import_job import ImportJob
from jobs.import_plan import Prepared, prepare
from scoring.audience.ranges import TOLERANCE
from storage.audience import odd_sums
from storage.clients import check_list
from storage.engine import Store
from storage.imports import ImportState, begin_import, finish_import, lists_beyond_total, stop_import
from storage.ingest import NamingRule, PageOutcome, PageWriter, Record
from storage.matching import Match, match_candidates
from storage.records import AudienceRecord, CandidateRecord, PerformanceRecord, PlacementRecord, PriceRecord, QuoteRecord
from storage.text_index import TextIndexer

BEYOND_TOTAL = "a list is longer than the whole count that was stated for it: the number of followers read is taken instead"
MATCHES_SHOWN = 2000  # a candidate list is read by a person; a longer one is counted, not printed

__all__ = ["ImportJob", "ImportOutcome", "MatchedRow", "Progress", "import_file", "only_if_clear"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: rows of the file done, and the share of the file read (0 to 1)."""

    rows: int
    share: float


@dataclass(frozen=True, slots=True)
class MatchedRow:
    """A candidate as given, and whom it was taken for."""

    line: int
    given: str
    match: Match


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What came of an import; the counts are of this call, not of an earlier part of the same import.

    `reasons` says why rows were refused: a sentence each, with lines, in the job's language. `rejects` is the file that lists them all.
    """

    import_id: int
    kind: str
    status: Literal["done", "already", "stopped"]
    resumed_at: int = 0
    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    minors: int = 0
    forgotten: int = 0
    rejects: Path | None = None
    reasons: tuple[str, ...] = ()
    matches: tuple[MatchedRow, ...] = ()
    warnings: tuple[str, ...] = ()


def only_if_clear(prepared: Prepared) -> bool:
    """Agrees to a mapping that is stated or clear; a doubtful guess is refused unless the job accepts guesses.

    Raises:
        FileRefused: a doubtful guess; says what to write.
    """
    mapping = prepared.plan.mapping
    if mapping.doubts and not prepared.job.accept_guess:
        message = (
            f"The columns of {prepared.table.path.name} are not clear: {'; '.join(mapping.doubts)}. Say which is which in a file for --mapping "
            f"(or take the guess with --yes):\n{example(prepared.plan.kind)}"
        )
        raise FileRefused(message)
    return True


def import_file(
    store: Store,
    indexer: TextIndexer | None,
    job: ImportJob,
    *,
    now: datetime,
    progress: Callable[[Progress], None] | None = None,
    agree: Callable[[Prepared], bool] = only_if_clear,
    begun: Callable[[int, int], None] | None = None,
    naming: NamingRule | None = None,
    table: Table | None = None,
    refused: Callable[[Sequence[Reject]], None] = lambda _: None,
) -> ImportOutcome | None:
    """Imports a file once, or a `table` of it that is open already. `agree` sees how it will be read before anything is written; None if it says no.

    `begun` is told the import's number and the row it goes on after, `refused` every row that is not taken. A second call with the same file and options does nothing.
    Ctrl-C ends after the page at work; the next call goes on there.

    Raises:
        CollectorError: the file cannot be imported; what was expected.
        StorageError: provenance missing, busy, rows for a list of another client.
    """
    prepared = prepare(job, table)
    if job.kind == "candidates":
        check_list(store, job.list_name, job.client)
    if not agree(prepared):
        return None
    state = begin_import(store, prepared.request(), now=now)
    if state.status == "already":
        return ImportOutcome(state.import_id, job.kind, "already")
    if begun is not None:
        begun(state.import_id, state.position)
    tally = _Tally(job, state, refused, rows=state.position)
    writer = PageWriter(
        store,
        state.import_id,
        now=now,
        indexer=indexer,
        settings=naming or NamingRule(),
        pull=prepared.pull,
        list_name=job.list_name,
    )
    with _interrupts() as asked_to_stop, rare_collections():
        for page in prepared.table.pages(prepared.page_rows, after=state.position):
            parsed = _looked_up(store, parse_page(page, prepared.plan), prepared.plan.shown("account"))
            matches = _matched(store, parsed)
            note = partial(tally.note, parsed)
            outcome = writer.write(
                parsed.records, position=page.end, rejected=len(parsed.rejects), after=tally.rows, before_commit=note
            )
            tally.add(page, outcome, matches)
            if progress is not None:
                progress(Progress(page.end, page.share))
            if asked_to_stop():
                stop_import(store, state.import_id, now=now)
                return tally.outcome("stopped", prepared.warnings)
    finish_import(store, state.import_id, now=now)
    too_long = [worded(BEYOND_TOTAL, job.lang)] if prepared.pull and lists_beyond_total(store, state.import_id) else []
    odd = odd_sums(store, state.import_id, TOLERANCE) if job.kind == "audience" else 0
    told = f"shares that do not add up to 100 % (the audience in part, buckets that overlap, or an error in the file): {odd} dimensions"
    sums = [worded(told, job.lang)] if odd else []
    return tally.outcome("done", [*prepared.warnings, *too_long, *sums])


def _looked_up(store: Store, parsed: Parsed, column: str) -> Parsed:
    """Prices, quotes, shares, figures and placements whose account was given by handle or address (in `column`) get its id; whom nobody knows is refused."""
    if not parsed.wanted:
        return parsed
    found = dict(zip(parsed.wanted, match_candidates(store, list(parsed.wanted.values())), strict=True))
    records: list[Record] = []
    lines: list[int] = []
    rejects = list(parsed.rejects)
    for index, record in enumerate(parsed.records):
        match = found.get(index)
        if match is None:
            records.append(record)
        elif (
            match.platform is not None
            and match.native_id is not None
            and isinstance(record, (PriceRecord, AudienceRecord, PerformanceRecord, QuoteRecord, PlacementRecord))
        ):
            records.append(replace(record, platform=match.platform, account_id=match.native_id))
        else:
            several = match.status == "ambiguous"
            reason = "ambiguous: not exactly one account is meant" if several else "unmatched: not exactly one account is meant"
            expected = "an account that is known: import the candidates or the accounts first, or give its id"
            rejects.append(Reject(parsed.lines[index], column, reason, expected))
            continue
        lines.append(parsed.lines[index])
    return Parsed(records, lines, rejects)


def _matched(store: Store, parsed: Parsed) -> list[MatchedRow]:
    """For candidates: whom each row is taken for, as the writer will take it."""
    asked = [record for record in parsed.records if isinstance(record, CandidateRecord)]
    if not asked:
        return []
    found = match_candidates(store, asked)
    return [MatchedRow(line, record.given, match) for line, record, match in zip(parsed.lines, asked, found, strict=True)]


@dataclass(slots=True)
class _Tally:
    """What happened so far, and the rejects file."""

    job: ImportJob
    state: ImportState
    refused: Callable[[Sequence[Reject]], None]
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    why: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    often: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    matches: list[MatchedRow] = field(default_factory=list)
    file: RejectsFile | None = None

    def note(self, parsed: Parsed, outcome: PageOutcome) -> None:
        """Lists the refused rows of a page, before it is committed; rows that contradict an earlier one are among them."""
        contradicting = [
            Reject(
                parsed.lines[index],
                WHOLE_ROW,
                "contradicts an earlier row of this file",
                "one value for one key; the first was kept",
            )
            for index in outcome.conflicts
        ]
        rejects = [*parsed.rejects, *contradicting]
        if self.file is None:
            self.file = RejectsFile(self.path, keep=self.state.rejected, lang=self.job.lang)
            self.file.cut()
        self.file.add(rejects)
        self.refused(rejects)
        self.counts["rejected"] += len(rejects)
        for reject in rejects:
            key = (reject.column, reject.reason, reject.expected)
            self.often[key] += 1
            if len(lines := self.why.setdefault(key, [])) < 6:
                lines.append(reject.line)

    def add(self, page: Page, outcome: PageOutcome, matches: Sequence[MatchedRow]) -> None:
        """Counts a page that is committed."""
        self.rows = page.end
        self.matches.extend(matches[: MATCHES_SHOWN - len(self.matches)])
        self.counts.update(
            accepted=outcome.accepted, duplicates=outcome.duplicates, minors=outcome.minors, forgotten=outcome.forgotten
        )

    @property
    def path(self) -> Path:
        """Where the rejects of this import are listed."""
        return self.job.workspace / "rejects" / f"import-{self.state.import_id}.csv"

    def outcome(self, status: Literal["done", "stopped"], warnings: Sequence[str]) -> ImportOutcome:
        """The summary."""
        reasons = tuple(told(*refusal, number, self.why[refusal], self.job.lang) for refusal, number in self.often.most_common(8))
        notes = list(warnings)
        no_loss = sum(number for (_, reason, _), number in self.often.items() if reason == SELF_FOLLOW)
        if self.job.frame == "complete" and self.counts["rejected"] > no_loss:
            lacking = "rows were refused, so a list stated as complete lacks them: correct and import the file again, or say --frame unknown"
            notes.append(worded(lacking, self.job.lang))
        count = self.counts
        return ImportOutcome(
            self.state.import_id, self.job.kind, status, self.state.position, self.rows, count["accepted"], count["duplicates"], count["rejected"],
            count["minors"], count["forgotten"], self.path if self.path.exists() else None, reasons, tuple(self.matches), tuple(notes),
        )  # fmt: skip


@contextmanager
def rare_collections() -> Iterator[None]:
    """Rows and records hold no cycles: searching them for some would take half of an import's time."""
    before = gc.get_threshold()
    gc.set_threshold(max(200_000, before[0]), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """While a page is written, Ctrl-C is only noted; a second one ends at once (the page is then rolled back)."""
    asked = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        del number, frame
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
