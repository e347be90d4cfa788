"""What people decided about a list's accounts: shown beside the newest run's order, set by hand, and put into reports with a key a row."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from collectors.errors import BadCell
from collectors.exports.cells import text_of
from jobs.explaining import names_account
from jobs.watching import named
from reports.marks import CHECK_WORDS, STATUS_WORDS, check_of, plain, status_of
from reports.parts import Mark
from scoring.results import AccountRef, from_json
from storage.clients import list_client, may_use, require
from storage.errors import NotFound, Refused
from storage.list_changes import FIELDS, Change, Edit, last_change, list_changes, row_key, save_edits, values_at
from storage.queries import CandidateRow, candidate_list, list_names
from storage.runs import list_runs, load_run

if TYPE_CHECKING:
    from storage.engine import Store

Id = tuple[str, str]  # platform, native id


@dataclass(frozen=True, slots=True)
class Listed:
    """An account of a list: where the newest run puts it (grade A by place and band, B by band, C not at all), and what is said of it."""

    key: bytes
    account: AccountRef
    remark: str | None
    grade: str | None
    place: int | None
    band: str | None
    values: Mapping[str, str]
    changed: datetime | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it stands: accounts in their own order where somebody gave one, else the run's; rows that nobody was found for."""

    name: str
    client: str
    run_id: int | None
    rows: tuple[Listed, ...]
    unmatched: tuple[str, ...]


def listing(store: "Store", list_name: str, *, client: str = "") -> Listing:
    """The list with its statuses.

    Raises:
        NotFound: no such list.
        ClientMismatch: `client` is named, and the list is another's.
    """
    rows, owner = _rows(store, list_name, client)
    changes = list_changes(store, list_name)
    values, when = values_at(changes), {each.account: each.at for each in changes}
    refs = _refs(store, rows)
    run_id, places = _places(store, list_name, owner)
    found = []
    for row in rows:
        if row.account is None or row.account not in refs:
            continue
        ref = refs[row.account]
        grade, place, band = places.get((ref.platform, ref.native_id), (None, None, None))
        told = {name: value for name in FIELDS if (value := values.get((row.account, name)))}
        found.append(Listed(row.account, ref, row.note, grade, place, band, told, when.get(row.account)))
    order = {place: at for at, place in enumerate(places)}
    found.sort(key=lambda each: (_own(each), order.get((each.account.platform, each.account.native_id), len(order))))
    return Listing(list_name, owner, run_id, tuple(found), tuple(row.given for row in rows if row.account is None))


def refs_of(store: "Store", list_name: str) -> dict[bytes, AccountRef]:
    """The accounts of a list as readers know them.

    Raises:
        NotFound: no such list.
    """
    return _refs(store, candidate_list(store, list_name))


def _own(each: Listed) -> tuple[bool, int]:
    own = each.values.get("order")
    return own is None, int(own or 0)


def _rows(store: "Store", list_name: str, client: str) -> tuple[list[CandidateRow], str]:
    rows = candidate_list(store, list_name)
    owner = list_client(store, list_name)
    if client:
        require(owner, client, f"the list {list_name!r}")
    return rows, owner


def _refs(store: "Store", rows: Sequence[CandidateRow]) -> dict[bytes, AccountRef]:
    """Each account as readers know it; one without a profile by the name that its list gives it."""
    called = {row.account: row.name for row in rows if row.account is not None}
    found = named(store, list(called))
    return {
        key: ref if ref.name or ref.handle else AccountRef(ref.platform, ref.native_id, None, called[key], ref.url)
        for key, ref in found.items()
    }


def _places(store: "Store", list_name: str, client: str) -> tuple[int | None, dict[Id, tuple[str, int | None, str | None]]]:
    """Grade, place and band by the list's newest run that may be used for its client, in the run's order: samples, ranges, content."""
    runs = [run for run in list_runs(store) if run.list_name == list_name and may_use(run.client, client)]
    if not runs:
        return None, {}
    shortlist = from_json(load_run(store, runs[0].id).result)
    found: dict[Id, tuple[str, int | None, str | None]] = {}
    for place, card in enumerate(shortlist.cards, start=1):
        found[card.account.platform, card.account.native_id] = ("A", place, card.band)
    for ranged in shortlist.ranges:
        found.setdefault((ranged.account.platform, ranged.account.native_id), ("B", None, ranged.band))
    for topic in shortlist.topics:
        found.setdefault((topic.account.platform, topic.account.native_id), ("C", None, None))
    return runs[0].id, found


def set_fields(
    store: "Store",
    list_name: str,
    accounts: Sequence[str],
    values: Mapping[str, str],
    *,
    now: datetime,
    by: str,
    client: str = "",
) -> int:
    """Sets fields of accounts, each named by id, handle, name or URL; how many fields changed.

    Raises:
        NotFound: no such list, or no such account on it.
        Refused: a value that no list can hold.
        ClientMismatch: as `listing`.
    """
    rows, _ = _rows(store, list_name, client)
    refs = _refs(store, rows)
    current = values_at(list_changes(store, list_name))
    edits = []
    for account in dict.fromkeys(_meant(text, refs, list_name) for text in accounts):
        for name, raw in values.items():
            seen, value = current.get((account, name), ""), field_value(name, raw)
            if value != seen:
                edits.append(Edit(account, name, value, seen))
    return save_edits(store, list_name, edits, now=now, by=by, source="list set")


def _meant(text: str, refs: Mapping[bytes, AccountRef], list_name: str) -> bytes:
    found = [key for key, ref in refs.items() if names_account(text, ref)]
    if len(found) == 1:
        return found[0]
    why = "stands for several accounts" if found else "is no account"
    message = (
        f"{text!r} {why} of the list {list_name!r}: give an id, handle, name or URL as `fanfit list show {list_name}` has it"
    )
    raise NotFound(message)


def history(store: "Store", list_name: str, account: str | None, *, client: str = "") -> list[tuple[AccountRef, Change]]:
    """Every change of the list, or of one of its accounts, the first made first.

    Raises:
        NotFound, ClientMismatch: as `set_fields`.
    """
    rows, _ = _rows(store, list_name, client)
    refs = _refs(store, rows)
    only = None if account is None else _meant(account, refs, list_name)
    return [
        (refs[each.account], each)
        for each in list_changes(store, list_name)
        if each.account in refs and only in {None, each.account}
    ]


def marks_of(store: "Store", list_name: str) -> dict[Id, Mark] | None:
    """What a report's tables say of each account of the list and by which key its row is known; None where the list is gone."""
    if list_name not in list_names(store):
        return None
    rows = candidate_list(store, list_name)
    stamp, values = last_change(store), values_at(list_changes(store, list_name))
    return {
        (ref.platform, ref.native_id): Mark(
            {name: value for name in FIELDS if (value := values.get((key, name)))},
            row_key(store.pseudonymiser, list_name, key, stamp),
        )
        for key, ref in _refs(store, rows).items()
    }


def field_value(name: str, raw: object) -> str:
    """What a cell or an option says, as it is kept: a status by its key, a day as 2026-11-30, a number without decimals; empty for nothing.

    Raises:
        Refused: it cannot be read as that field.
    """
    if isinstance(raw, datetime | date):
        return f"{raw:%Y-%m-%d}"
    try:
        text = _clean(text_of(raw) or "")
    except BadCell as error:
        message = f"{error.reason}; expected {error.expected}"
        raise Refused(message) from None
    if name in {"status", "check"}:
        word = status_of(text) if name == "status" else check_of(text)
        if word is None:
            words = (STATUS_WORDS if name == "status" else CHECK_WORDS).values()
            expected = ", ".join(f"{each('zh')} ({each('en')})" for each in words)
            message = f"{text[:40]!r} is no {name}; expected one of {expected}"
            raise Refused(message)
        return word
    return _whole(text) if name == "order" and text else text


def _clean(text: str) -> str:
    """Line breaks of one kind, no control characters: what a workbook gives back is what went in."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"}).strip()


def _whole(text: str) -> str:
    number = plain(text)
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= 99_999):
        message = f"{text[:40]!r} is no place: expected a whole number from 1"
        raise Refused(message)
    return str(int(number))
