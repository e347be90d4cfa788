"""A list's workbook comes back marked: what the file changed, what was changed here meanwhile, and where both did, differently."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.explaining import names_account
from jobs.listing import field_value, refs_of
from jobs.marked_file import Line, Problem, marked_lines
from reports.marks import plain
from reports.numbers import name as printed
from scoring.results import AccountRef
from storage.clients import list_client, require
from storage.errors import NotFound, Refused
from storage.list_changes import FIELDS, Edit, check_value, list_changes, row_key, save_edits, stamp_of, values_at
from storage.queries import list_names

if TYPE_CHECKING:
    from storage.engine import Store


@dataclass(frozen=True, slots=True)
class Told:
    """One field of one account that the file changed: as it went out, as it is here now, as the file has it."""

    key: bytes
    account: AccountRef
    field: str
    base: str
    here: str
    file: str
    place: str

    @property
    def conflict(self) -> bool:
        """Whether it was changed here too, to something else."""
        return self.here not in {self.base, self.file}


@dataclass(frozen=True, slots=True)
class Marking:
    """What a marked file says: fields to take over, fields that both changed, what cannot be read; nothing is written yet.

    `rows` were read; `absent` accounts of the list are not in the file, `kept` fields were changed here only, `hidden` rows are
    read like all others; `columns` of the list are not in the file (nothing is changed by that).
    """

    list_name: str
    client: str
    rows: int
    absent: int
    kept: int
    hidden: int
    columns: tuple[str, ...]
    changed: tuple[Told, ...]
    conflicts: tuple[Told, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """A key that this workspace gave: for which list and account, and after which change."""

    list_name: str
    account: bytes
    stamp: int


def read_marks(store: "Store", path: Path, *, client: str = "") -> Marking:
    """Compares a marked workbook with the list, field by field, in three: as it went out, as it is here, as the file has it.

    Raises:
        FileRefused: no workbook that can be opened.
        Refused: it holds no list of ours, or rows of two lists, or none that this workspace knows.
        ClientMismatch: `client` is named, and the list is another's.
    """
    lines, problems, hidden, columns = marked_lines(path)
    known = _known(store, lines)
    list_name = _one_list(lines, known)
    owner = list_client(store, list_name)
    if client:
        require(owner, client, f"the list {list_name!r}")
    refs = refs_of(store, list_name)
    rows = _accepted(lines, known, refs, problems)
    accounts = {of.account for of in rows}
    told = _told(store, list_name, rows, refs, problems)
    return Marking(
        list_name=list_name, client=owner, rows=sum(map(len, rows.values())), absent=len(refs.keys() - accounts), hidden=hidden, columns=columns,
        kept=sum(each.file == each.base != each.here for each in told),
        changed=tuple(each for each in told if each.file not in {each.base, each.here} and not each.conflict),
        conflicts=tuple(each for each in told if each.file not in {each.base, each.here} and each.conflict),
        problems=tuple(problems),
    )  # fmt: skip


def save_marks(
    store: "Store", marking: Marking, decide: Callable[[Told], bool], *, now: datetime, by: str, file_name: str
) -> int:
    """Takes over what the file changed, and of what both changed that for which `decide` says so; all or nothing. How many fields.

    Raises:
        Refused: somebody changed one of the fields since they were compared; a place of one's own without a reason.
    """
    taken = [*marking.changed, *(each for each in marking.conflicts if decide(each))]
    edits = [Edit(each.key, each.field, each.file, each.here) for each in taken]
    return save_edits(store, marking.list_name, edits, now=now, by=by, source=f"list mark {printed(file_name)}")


def _known(store: "Store", lines: Sequence[Line]) -> dict[str, _Known]:
    """The keys of the file that this workspace gave; who made one up, or brings one of another workspace, finds nothing."""
    stamps = set()
    for line in lines:
        try:
            stamps.add(stamp_of(line.key))
        except NotFound:
            continue
    found = {}
    wanted = {line.key for line in lines}
    for name in list_names(store):
        for account in refs_of(store, name):
            for stamp in stamps:
                key = row_key(store.pseudonymiser, name, account, stamp)
                if key in wanted:
                    found[key] = _Known(name, account, stamp)
    return found


def _one_list(lines: Sequence[Line], known: Mapping[str, _Known]) -> str:
    named = sorted({each.list_name for each in known.values()})
    if len(named) == 1:
        return named[0]
    if named:
        message = f"the file has rows of {len(named)} lists ({', '.join(named)}): mark one list a file"
    elif lines:
        message = (
            "no row of the file belongs to a list of this workspace: its keys were altered, or it was written by another workspace. "
            "Write it anew with `fanfit report --format xlsx` and mark that."
        )
    else:
        message = (
            "the file holds no list of ours: no sheet has the hidden column 'fanfit' that says which account a row is. "
            "Take the workbook that `fanfit report --format xlsx` wrote, and keep that column."
        )
    raise Refused(message)


def _accepted(
    lines: Sequence[Line], known: Mapping[str, _Known], refs: Mapping[bytes, AccountRef], problems: list[Problem]
) -> dict[_Known, list[Line]]:
    """Rows whose key is ours and whose cells name the same account; an account may have several, on sheets of several grades."""
    rows: dict[_Known, list[Line]] = {}
    for line in lines:
        of = known.get(line.key)
        if of is None:
            problems.append(Problem(line.sheet, f"{line.number}", "unknown_key"))
        elif line.names and not any(_same(text, refs[of.account]) for text in line.names):
            problems.append(Problem(line.sheet, f"{line.number}", "other_account", printed(refs[of.account].label)))
        else:
            rows.setdefault(of, []).append(line)
    return _newest(rows, problems)


def _newest(rows: Mapping[_Known, list[Line]], problems: list[Problem]) -> dict[_Known, list[Line]]:
    """Of an account that stands in the file as two files had it, the later state; the earlier rows are said."""
    last = {of.account: of.stamp for of in sorted(rows, key=lambda each: each.stamp)}
    for of, lines in rows.items():
        if of.stamp != last[of.account]:
            problems += [Problem(line.sheet, f"{line.number}", "older") for line in lines]
    return {of: lines for of, lines in rows.items() if of.stamp == last[of.account]}


def _same(text: str, ref: AccountRef) -> bool:
    return plain(text) in {plain(ref.label), plain(printed(ref.label))} or names_account(text, ref)


def _told(
    store: "Store",
    list_name: str,
    rows: Mapping[_Known, Sequence[Line]],
    refs: Mapping[bytes, AccountRef],
    problems: list[Problem],
) -> list[Told]:
    changes = list_changes(store, list_name)
    here = values_at(changes)
    bases = {stamp: values_at(changes, stamp) for stamp in {of.stamp for of in rows}}
    told = []
    for of, lines in rows.items():
        for name in FIELDS:
            place = (of.account, name)
            base = bases[of.stamp].get(place, "")
            found = _field(name, lines, base, problems)
            if found is not None:
                value, where = found
                told.append(Told(of.account, refs[of.account], name, base, here.get(place, ""), value, where))
    return told


def _field(name: str, lines: Sequence[Line], base: str, problems: list[Problem]) -> tuple[str, str] | None:
    """What an account's rows make of a field, and where; None where they do not have it, or contradict each other.

    A row that says what went out says nothing new. Comments and added columns go into the note: nothing a client wrote is lost.
    """
    values: dict[str, str] = {}
    for line in lines:
        cell = line.cells.get(name)
        beside = line.beside if name == "note" else ""
        if cell is None and not beside:
            continue
        where = f"{line.sheet}!{cell.place if cell is not None else line.number}"
        try:
            said = base if cell is None else field_value(name, cell.value)
            value = said if beside in said else field_value(name, "\n\n".join(filter(None, (said, beside))))
            check_value(name, value)
        except Refused as error:
            problems.append(Problem(line.sheet, where.rpartition("!")[2], "bad_value", str(error)))
            continue
        values.setdefault(value, where)
    new = [value for value in values if value != base]
    if len(new) > 1:
        sheet, _, place = values[new[1]].rpartition("!")
        problems.append(Problem(sheet, place, "twice", values[new[0]]))
        return None
    chosen = new or list(values)
    return (chosen[0], values[chosen[0]]) if chosen else None
