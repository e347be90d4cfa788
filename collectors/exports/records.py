"""Read cells to the records of each kind; each builder is one function, listed at the end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import eq
from typing import TYPE_CHECKING, Any

from collectors.errors import BadCell
from collectors.exports.cells import text_of
from collectors.exports.columns import AUDIENCE_BASES, DIMENSIONS, ENGAGEMENT_NAMES, METRICS
from collectors.exports.declared import attribute_name, usual_value
from collectors.exports.money import convert, to_minor
from collectors.exports.pages import Page, Reject
from collectors.exports.parse import Cells, Plan, read_cells
from collectors.exports.placing import placed
from collectors.exports.profile_links import candidate
from collectors.exports.quoting import read_terms, refuse_ended, settle_words
from collectors.exports.shares import fractions
from storage.records import (
    AccountRecord,
    AttributeRecord,
    AudienceBase,
    AudienceRecord,
    BaseRecord,
    CandidateRecord,
    EngagementKind,
    EngagementRecord,
    FollowRecord,
    LabelRecord,
    ListKind,
    PerformanceRecord,
    PlacementRecord,
    PostRecord,
    PriceRecord,
    QuoteRecord,
)

if TYPE_CHECKING:
    from storage.ingest import Record

SELF_FOLLOW = "the account follows itself"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A page's records, the line of each, and the rows that were refused.

    `wanted` holds, by index of a record whose account was given by handle or address, what was given: to be looked up.
    """

    records: "Sequence[Record]"
    lines: Sequence[int]
    rejects: list[Reject]
    wanted: Mapping[int, CandidateRecord] = field(default_factory=dict)


def parse_page(page: Page, plan: Plan) -> Parsed:
    """The records of a page."""
    cells = read_cells(page, plan)
    return BUILDERS[plan.kind.name](cells, plan)


def _parsed(cells: Cells, records: "Sequence[Record]", rows: Sequence[int]) -> Parsed:
    lines = cells.page.lines
    return Parsed(records, lines if len(rows) == len(lines) else [lines[row] for row in rows], cells.rejects())


def _accounts(cells: Cells, plan: Plan) -> Parsed:
    _default_time(cells, plan)
    columns, rows = cells.good(plan.kind.names)
    return _parsed(cells, list(map(AccountRecord, *columns)), rows)


def _default_time(cells: Cells, plan: Plan) -> None:
    """Rows without a time of their own were observed when the file was obtained."""
    cells.values["observed_at"] = [value or plan.observed for value in cells.get("observed_at")]


def _follows(cells: Cells, plan: Plan) -> Parsed:
    owner = "account_id" if plan.list_kind is ListKind.FOLLOWERS else "follower_id"
    if plan.total is not None:
        _one_list_only(cells, plan, owner)
    _refuse_self_follows(cells)
    (platforms, accounts, followers, totals), rows = cells.good(("platform", "account_id", "follower_id", "total"))
    plan.totals.clear()  # the writer needs those of the page only
    if plan.total is not None:
        plan.totals.update(dict.fromkeys(plan.owner, plan.total))
    elif "total" in cells.values:
        owners = accounts if owner == "account_id" else followers
        plan.totals.update({who: shown.value for who, shown in zip(owners, totals, strict=True) if shown is not None})
    return _parsed(cells, list(map(FollowRecord, platforms, accounts, followers)), rows)


def _refuse_self_follows(cells: Cells) -> None:
    """An account is no part of its own audience; such rows come from joined tables, not from platforms."""
    accounts, followers = list(cells.get("account_id")), list(cells.get("follower_id"))
    if not any(map(eq, accounts, followers)):
        return
    for row, (account, follower) in enumerate(zip(accounts, followers, strict=True)):
        if account == follower:
            cells.refuse(row, "follower_id", BadCell(SELF_FOLLOW, "the id of another account"))


def _one_list_only(cells: Cells, plan: Plan, owner: str) -> None:
    for row, who in enumerate(cells.get(owner)):
        if row in cells.problems:
            continue
        if not plan.owner:
            plan.owner.append(who)
        if who != plan.owner[0]:
            expected = "one list a file when --total says its whole count; a column of whole counts (total, 粉丝总数) serves several lists"
            cells.refuse(row, owner, BadCell("a second list", expected))


def _posts(cells: Cells, plan: Plan) -> Parsed:
    cells.values["is_repost"] = [bool(value) for value in cells.get("is_repost")]
    cells.values["text"] = [value or "" for value in cells.get("text")]
    columns, rows = cells.good(plan.kind.names)
    platforms, native_ids, authors, times, texts, reposts = columns
    return _parsed(cells, list(map(PostRecord, platforms, native_ids, authors, times, texts, reposts)), rows)


def _engagements(cells: Cells, plan: Plan) -> Parsed:
    problem = BadCell("not a kind of engagement", "like, comment, repost or quote (点赞, 评论, 转发, 引用)")
    cells.values["kind"] = _known(cells, "kind", ENGAGEMENT_NAMES, problem)
    columns, rows = cells.good(plan.kind.names)
    records = [
        EngagementRecord(where, account, post, who, EngagementKind(kind), at)
        for where, account, post, who, kind, at in zip(*columns, strict=True)
    ]
    return _parsed(cells, records, rows)


def _base(cells: Cells, plan: Plan) -> Parsed:
    columns, rows = cells.good(plan.kind.names)
    return _parsed(cells, list(map(BaseRecord, *columns)), rows)


def _labels(cells: Cells, plan: Plan) -> Parsed:
    _default_time(cells, plan)
    columns, rows = cells.good(plan.kind.names)
    return _parsed(cells, list(map(LabelRecord, *columns)), rows)


def _attributes(cells: Cells, plan: Plan) -> Parsed:
    _default_time(cells, plan)
    if plan.mapping.attributes:
        return _wide_attributes(cells, plan)
    for name in ("name", "value"):
        for row, value in enumerate(cells.get(name)):
            if value is None:
                cells.refuse(row, name, BadCell("empty", "the attribute's name and value, as gender and 女"))
    (platforms, accounts, names, values, times), rows = cells.good(plan.kind.names)
    usual = [attribute_name(name) for name in names]
    kept = [usual_value(name, value, plan.mapping.values) for name, value in zip(usual, values, strict=True)]
    return _parsed(cells, list(map(AttributeRecord, platforms, accounts, usual, kept, times)), rows)


def _wide_attributes(cells: Cells, plan: Plan) -> Parsed:
    """One record per attribute that a row declares; an empty cell declares nothing."""
    read: dict[str, list[str | None]] = {}
    for name, header in plan.mapping.attributes.items():
        read[attribute_name(name)] = column = []
        for row, cell in enumerate(cells.page.columns[header]):
            try:
                column.append(text_of(cell))
            except BadCell as problem:
                cells.problems.setdefault(row, (header, problem))
                column.append(None)
    (platforms, accounts, times), rows = cells.good(("platform", "account_id", "observed_at"))
    records: list[Record] = []
    lines: list[int] = []
    for index, row in enumerate(rows):
        for name, column in read.items():
            value = column[row]
            if value is not None:
                kept = usual_value(name, value, plan.mapping.values)
                records.append(AttributeRecord(platforms[index], accounts[index], name, kept, times[index]))
                lines.append(cells.page.lines[row])
    return Parsed(records, lines, cells.rejects())


def _prices(cells: Cells, plan: Plan) -> Parsed:
    amounts: list[Any] = list(cells.get("amount"))
    codes: list[str | None] = list(cells.get("currency"))
    money: list[tuple[int, str] | None] = []
    for row, found in enumerate(amounts):
        try:
            money.append(_money(found, codes[row], plan) if row not in cells.problems else None)
        except BadCell as problem:
            cells.refuse(row, "amount", problem)
            money.append(None)
    _owners_given(cells)
    names = ("platform", "account_id", "account", "format", "observed_at", "valid_until")
    columns, rows = cells.good(names)
    records: list[Record] = []
    wanted: dict[int, CandidateRecord] = {}
    for row, where, native, text, form, observed, until in zip(rows, *columns, strict=True):
        paid = money[row]
        if paid is None:
            continue
        platform, account, asked = _owner(where, native, text)
        if asked is not None:
            wanted[len(records)] = asked
        minor, currency = paid
        records.append(PriceRecord(platform, account, minor, currency, form or "post", observed, until))
    return Parsed(records, [cells.page.lines[row] for row in rows], cells.rejects(), wanted)


def _owners_given(cells: Cells) -> None:
    """Each row must say whose it is."""
    given = list(cells.get("account"))
    for row, native in enumerate(cells.get("account_id")):
        if native is None and given[row] is None:
            cells.refuse(row, "account_id", BadCell("no account", "the account's id, handle or profile address"))


def _owner(platform: str | None, native: str | None, text: str | None) -> tuple[str, str, CandidateRecord | None]:
    """Platform and id of a row's account; what is to be looked up where it was given by handle or address without an id."""
    if native is not None:
        return platform or "", native, None
    found = candidate(text or "", platform=platform)
    return found.platform or platform or "", found.native_id or "", found if found.native_id is None else None


def _audience(cells: Cells, plan: Plan) -> Parsed:
    bases = _known(
        cells, "base", AUDIENCE_BASES, BadCell("not a kind of audience", "followers, viewers or engagers (粉丝, 观众, 互动者)")
    )
    cells.values["base"] = bases
    _owners_given(cells)
    columns, rows = cells.good(plan.kind.names)
    owners = [native or text for native, text in zip(columns[1], columns[2], strict=True)]
    dimensions = [DIMENSIONS.get(dimension, dimension) for dimension in columns[4]]
    shares = fractions(list(zip(owners, columns[3], dimensions, strict=True)), columns[6])
    records: list[Record] = []
    wanted: dict[int, CandidateRecord] = {}
    for at, (where, native, text, base, _, bucket, _, n, observed) in enumerate(zip(*columns, strict=True)):
        platform, account, asked = _owner(where, native, text)
        if asked is not None:
            wanted[at] = asked
        value = usual_value(dimensions[at], bucket, {})
        size = None if n is None else n.value
        records.append(AudienceRecord(platform, account, AudienceBase(base), dimensions[at], value, shares[at], size, observed))
    return Parsed(records, [cells.page.lines[row] for row in rows], cells.rejects(), wanted)


def _performance(cells: Cells, plan: Plan) -> Parsed:
    _owners_given(cells)
    cells.values["metric"] = [None if word is None else METRICS.get(word, word) for word in cells.get("metric")]
    columns, rows = cells.good(plan.kind.names)
    records: list[Record] = []
    wanted: dict[int, CandidateRecord] = {}
    for at, (where, native, text, post, metric, value, q1, q3, n, days, paid, observed) in enumerate(zip(*columns, strict=True)):
        platform, account, asked = _owner(where, native, text)
        if asked is not None:
            wanted[at] = asked
        low, high, posts, window = (None if each is None else each.value for each in (q1, q3, n, days))
        records.append(PerformanceRecord(platform, account, metric, value.value, post, paid, low, high, posts, window, observed))
    return Parsed(records, [cells.page.lines[row] for row in rows], cells.rejects(), wanted)


def _quotes(cells: Cells, plan: Plan) -> Parsed:
    del plan
    _owners_given(cells)
    settle_words(cells)
    refuse_ended(cells)
    terms = read_terms(cells)
    columns, rows = cells.good(
        ("platform", "account_id", "account", "format", "declared", "valid_until", "observed_at", "source", "client")
    )
    records: list[Record] = []
    wanted: dict[int, CandidateRecord] = {}
    for at, (row, (where, native, text, form, by_platform, until, observed, source, client)) in enumerate(
        zip(rows, zip(*columns, strict=True), strict=True)
    ):
        platform, account, asked = _owner(where, native, text)
        if asked is not None:
            wanted[at] = asked
        records.append(QuoteRecord(platform, account, form, terms[row], by_platform, until, observed, source, client or ""))
    return Parsed(records, [cells.page.lines[row] for row in rows], cells.rejects(), wanted)


def _placements(cells: Cells, plan: Plan) -> Parsed:
    del plan
    _owners_given(cells)
    made, rows = placed(cells)
    records: list[Record] = []
    wanted: dict[int, CandidateRecord] = {}
    for at, (where, native, text, rest) in enumerate(made):
        platform, account, asked = _owner(where, native, text)
        if asked is not None:
            wanted[at] = asked
        records.append(PlacementRecord(platform, account, **rest))
    return Parsed(records, [cells.page.lines[row] for row in rows], cells.rejects(), wanted)


def _known(cells: Cells, name: str, names: Mapping[str, str], problem: BadCell) -> list[str | None]:
    """A column's words by our names for them; a word that nobody knows is refused."""
    words = [None if word is None else names.get(word) for word in cells.get(name)]
    for row, (given, known) in enumerate(zip(cells.get(name), words, strict=True)):
        if known is None and given is not None:
            cells.refuse(row, name, problem)
    return words


def _money(found: tuple[Decimal, str | None] | None, code: str | None, plan: Plan) -> tuple[int, str]:
    """Minor units and currency: the cell's own, that of its column, else the file's; converted where rates are given."""
    if found is None:
        raise BadCell(reason="empty", expected="an amount; leave the row out if there is no price")
    number, written = found
    if written is not None and code is not None and written != code:
        raise BadCell(reason="two currencies in one row", expected="the same currency in the amount and in the currency column")
    own = written or code or plan.currency
    if own is None or plan.currency is None:
        raise BadCell(reason="no currency", expected="a currency beside the amount, in a column, or --currency")
    if own == plan.currency:
        return to_minor(number, own), own
    if own not in plan.rates:
        raise BadCell(reason="a currency without a rate", expected=f"--rates {own}=...")
    return convert(number, plan.rates[own], plan.currency), plan.currency


def _candidates(cells: Cells, plan: Plan) -> Parsed:
    for row, found in enumerate(zip(cells.get("given"), cells.get("native_id"), cells.get("handle"), strict=True)):
        if not any(found):
            cells.refuse(row, "given", BadCell("no account", "an id, a handle or a profile address"))
    (platforms, given, native_ids, handles, names, notes), rows = cells.good(plan.kind.names)
    records: list[Record] = []
    for where, text, native, handle, name, note in zip(platforms, given, native_ids, handles, names, notes, strict=True):
        if native is not None and where is not None:
            records.append(CandidateRecord(text or native, platform=where, native_id=native, handle=handle, name=name, note=note))
        else:
            records.append(candidate(text or native or f"@{handle}", platform=where, name=name, note=note))
    return _parsed(cells, records, rows)


BUILDERS: Mapping[str, Callable[[Cells, Plan], Parsed]] = {
    "accounts": _accounts,
    "follows": _follows,
    "engagements": _engagements,
    "posts": _posts,
    "prices": _prices,
    "audience": _audience,
    "performance": _performance,
    "attributes": _attributes,
    "labels": _labels,
    "base": _base,
    "candidates": _candidates,
    "quotes": _quotes,
    "placements": _placements,
}
