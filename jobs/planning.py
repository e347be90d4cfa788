"""The use case of a planner's workbook: every sheet imported, every cell that was not understood named, every remark kept."""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from collectors.errors import CollectorError
from collectors.exports.pages import WHOLE_ROW, Reject
from collectors.exports.profile_links import why_no_profile
from collectors.exports.wording import Lang, column_of, worded
from collectors.planner.brief import Brief
from collectors.planner.grid import Workbook, open_workbook
from collectors.planner.reading import Desk, DeskSheet, Remark, read_desk
from jobs.import_job import ImportJob
from jobs.importing import ImportOutcome, import_file
from jobs.planning_persona import persona_of_brief
from reports.render_csv import guarded
from storage.errors import StorageError

if TYPE_CHECKING:
    from storage.engine import Store


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that was not understood: sheet, address (or a row's number), header, why, what was expected; in the reader's language."""

    sheet: str
    place: str
    header: str
    reason: str
    expected: str


@dataclass(frozen=True, slots=True)
class SheetRead:
    """What came of one sheet: its kind, the import (None where the sheet as a whole was refused), its cells that were not understood."""

    title: str
    kind: str
    outcome: ImportOutcome | None
    problems: tuple[CellProblem, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkbookRead:
    """What came of a workbook.

    `kept` are remarks that now stand in the note of their candidate, `loose` those that belong to no candidate: they are listed in
    `loose_file`. `persona` is the file that the brief's conditions were written to.
    """

    list_name: str
    brief: Brief | None
    sheets: tuple[SheetRead, ...]
    problems: tuple[CellProblem, ...]
    kept: tuple[Remark, ...]
    loose: tuple[Remark, ...]
    loose_file: Path | None
    persona: Path | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannerJob:
    """What to read: the workbook, the workspace, the list's name (None: the brief's campaign), whose clock dates follow, the currency of bare amounts."""

    path: Path
    workspace: Path
    list_name: str | None = None
    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"
    lang: Lang = "en"


def read_workbook(store: "Store", job: PlannerJob, *, now: datetime) -> WorkbookRead:
    """Imports all that a planner's workbook holds; the same workbook again changes nothing.

    Raises:
        FileRefused: no workbook, locked, damaged, too large.
    """
    book = open_workbook(job.path)
    desk = read_desk(book, job.lang)
    list_name = job.list_name or (desk.brief.text("campaign") if desk.brief else "") or "candidates"
    client = desk.brief.text("client") if desk.brief else ""
    by_owner, loose = _remarks(desk)
    sheets = [
        _import(store, book, _of_client(_with_notes(sheet, by_owner), client), job, (list_name, client), now)
        for sheet in desk.sheets
    ]
    kept = tuple(remark for remarks in by_owner.values() for remark in remarks)
    persona, problems = _persona(desk.brief, job)
    return WorkbookRead(
        list_name,
        desk.brief,
        tuple(sheets),
        problems,
        kept,
        tuple(loose),
        _write_loose(job.workspace, book, loose),
        persona,
        desk.notes,
    )


def _remarks(desk: Desk) -> tuple[dict[str, list[Remark]], list[Remark]]:
    """Remarks by the candidate they belong to, and those of none."""
    listed = {owner for sheet in desk.sheets if sheet.of.kind.name == "candidates" for owner in sheet.owners.values()}
    by_owner: dict[str, list[Remark]] = defaultdict(list)
    loose = list(desk.remarks)
    for sheet in desk.sheets:
        for remark in sheet.remarks:
            owner = sheet.owners.get(remark.line)
            (by_owner[owner] if owner is not None and owner in listed else loose).append(remark)
    if desk.brief is not None:
        loose += [Remark(desk.brief.title, place, text) for place, text in (*desk.brief.others, *desk.brief.remarks)]
    return dict(by_owner), loose


def _with_notes(sheet: DeskSheet, by_owner: Mapping[str, Sequence[Remark]]) -> DeskSheet:
    """The candidates' sheet with every remark in the note of its row, behind the cell where it stood; other sheets as they are."""
    if sheet.of.kind.name != "candidates":
        return sheet
    notes = sheet.column("note")
    owners = sheet.owners
    for index, line in enumerate(sheet.rows.lines):
        told = [f"[{each.sheet}!{each.place}] {each.text}" for each in by_owner.get(owners.get(line, ""), ())]
        own = [] if notes[index] is None else [str(notes[index])]
        notes[index] = " · ".join([*own, *told]) or None
    return sheet.with_column("note", notes)


def _of_client(sheet: DeskSheet, client: str) -> DeskSheet:
    """Quotes that name no client are the brief's: nothing of one client is used for another."""
    if not client or sheet.of.kind.name != "quotes" or "client" in sheet.headers:
        return sheet
    return replace(sheet, constants={"client": client})


def _import(
    store: "Store", book: Workbook, sheet: DeskSheet, job: PlannerJob, named: tuple[str, str], now: datetime
) -> SheetRead:  # fmt: skip
    """One sheet; `named` are the list's name and the client whose list it is."""
    kind, (list_name, client) = sheet.of.kind.name, named
    asked = ImportJob(
        kind, job.path, job.workspace, mapping=sheet.mapping, timezone=job.timezone, sheet=sheet.title, list_name=list_name,
        currency=job.currency if kind == "quotes" else None, lang=job.lang, client=client if kind == "candidates" else "",
    )  # fmt: skip
    refused: list[Reject] = []
    try:
        outcome = import_file(store, None, asked, now=now, agree=lambda _: True, table=sheet.table(book), refused=refused.extend)
    except (CollectorError, StorageError) as error:
        whole = CellProblem(sheet.title, "", "", str(error), "")
        return SheetRead(sheet.title, kind, None, (whole,), sheet.notes)
    problems = [_problem(sheet, each, job.lang) for each in refused]
    if kind == "candidates":
        problems += _links(sheet, job.lang)
    return SheetRead(sheet.title, kind, outcome, tuple(problems), sheet.notes)


def _problem(sheet: DeskSheet, reject: Reject, lang: Lang) -> CellProblem:
    ours = next((name for name, header in sheet.headers.items() if header == reject.column), "")
    letter = sheet.letters.get(ours, "")
    reason, expected = worded(reject.reason, lang), worded(reject.expected, lang)
    header = column_of(WHOLE_ROW, lang) if reject.column == WHOLE_ROW else reject.column
    return CellProblem(sheet.title, f"{letter}{reject.line}", header, reason, expected)


def _links(sheet: DeskSheet, lang: Lang) -> list[CellProblem]:
    """Links that name nobody: their rows stay in the list, unmatched."""
    header = sheet.headers.get("given", "")
    return [
        CellProblem(sheet.title, f"{sheet.letters.get('given', '')}{line}", header, why, "")
        for line, given in sheet.owners.items()
        if (why := why_no_profile(given, lang)) is not None
    ]


def _persona(brief: Brief | None, job: PlannerJob) -> tuple[Path | None, tuple[CellProblem, ...]]:
    """Writes the brief's conditions as a persona file; one that is there and says something else stays, and the new one gets its digest's name."""
    if brief is None:
        return None, ()
    found = persona_of_brief(brief, job.lang)
    problems = tuple(CellProblem(brief.title, each.place, each.label, each.reason, each.expected) for each in found.problems)
    if found.text is None:
        return None, problems
    path = job.workspace / "personas" / f"{found.name}.yaml"
    if path.exists() and path.read_text("utf-8") != found.text:
        path = path.with_stem(f"{found.name}-{hashlib.sha256(found.text.encode()).hexdigest()[:6]}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(found.text, encoding="utf-8", newline="\n")
    return path, problems


def _write_loose(workspace: Path, book: Workbook, loose: Sequence[Remark]) -> Path | None:
    """Lists remarks that belong to no candidate beside the rejects, where `forget` clears."""
    if not loose:
        return None
    path = workspace / "rejects" / f"workbook-{book.digest[:12]}-remarks.csv"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("sheet", "cell", "text"))
        writer.writerows((guarded(each.sheet), each.place, guarded(each.text)) for each in loose)
    path.chmod(0o600)
    return path
