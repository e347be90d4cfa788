"""A page of placements: each row's post, money and figures; what is wrong is marked under its own column."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from collectors.errors import BadCell
from collectors.exports.ids import LOST, LOST_EXPECTED, cut_ids, native_id
from collectors.exports.money import to_minor
from collectors.exports.parse import Cells, Plan
from collectors.exports.quoting import currency_of
from storage.clients import client_key
from storage.formats import format_key

_LINK = re.compile(r"(?:https?://|(?:[\w-]+\.)+[a-z]{2,}/)", re.IGNORECASE)
_NAMES_POST = frozenset({"v", "__biz", "mid", "idx", "sn"})  # what names a post of YouTube and WeChat; others follow who clicked
_COUNTS = ("impressions", "clicks", "orders")
_FIGURES = ("cost", "revenue", *_COUNTS)

Money = dict[str, Any]
Row = tuple[str | None, str | None, str | None, dict[str, Any]]


def placed(cells: Cells) -> tuple[list[Row], list[int]]:
    """Platform, id and account as given of each good row with the rest of its record by name, and the rows' numbers."""
    _settle_posts(cells)
    _settle_clients(cells)
    _refuse_empty(cells)
    money = _money(cells)
    columns, rows = cells.good(
        ("platform", "account_id", "account", "placed_at", "format", "post", "client", "campaign", "source")
    )
    counts, _ = cells.good(_COUNTS)
    made: list[Row] = []
    for row, (where, native, text, when, form, post, client, campaign, source), shown in zip(
        rows, zip(*columns, strict=True), zip(*counts, strict=True), strict=True
    ):
        known = {name: None if count is None else count.value for name, count in zip(_COUNTS, shown, strict=True)}
        rest = {"placed_at": when, "format": "" if form is None else format_key(form), "post": post or "", "client": client}
        made.append((where, native, text, rest | money[row] | known | {"campaign": campaign, "source": source}))
    return made, rows


def post_key(text: str) -> str:
    """A post's id as it stands; an address without scheme, fragment and the parameters that name no post.

    >>> post_key("https://www.xiaohongshu.com/explore/65ab?xsec_token=abc&source=web"), post_key("BV1xx411c7mD")
    ('www.xiaohongshu.com/explore/65ab', 'BV1xx411c7mD')
    >>> post_key("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=10")
    'www.youtube.com/watch?v=dQw4w9WgXcQ'

    Raises:
        BadCell: neither an id nor an address.
    """
    if not _LINK.match(text):
        return native_id(text) or ""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        raise BadCell(reason="not an id", expected="the platform's own id, whole, as text") from None
    named = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name in _NAMES_POST])
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}" + (f"?{named}" if named else "")


def _settle_posts(cells: Cells) -> None:
    given = list(cells.get("post"))
    posts: list[str | None] = []
    for row, text in enumerate(given):
        try:
            posts.append(None if text is None else post_key(text))
        except BadCell as problem:
            cells.refuse(row, "post", problem)
            posts.append(None)
    for row in cut_ids(posts):
        cells.refuse(row, "post", BadCell(LOST, LOST_EXPECTED))
    cells.values["post"] = posts


def _settle_clients(cells: Cells) -> None:
    """A row without a client is of the file's; one of another client than the file's is refused."""
    whole = cells.plan.client
    clients: list[str] = []
    for row, own in enumerate(cells.get("client")):
        if own is not None and whole and client_key(own) != client_key(whole):
            problem = BadCell("another client than the one of --client", "rows of one client, or no --client")
            cells.refuse(row, "client", problem)
        clients.append(whole or own or "")
    cells.values["client"] = clients


def _refuse_empty(cells: Cells) -> None:
    """A row that says neither what was paid nor what came of it."""
    columns = [list(cells.get(name)) for name in _FIGURES]
    for row, values in enumerate(zip(*columns, strict=True)):
        if all(value is None for value in values):
            expected = "at least one of cost, impressions, clicks, orders and revenue"
            cells.refuse(row, "cost", BadCell("nothing is said of what it cost or brought", expected))


def _money(cells: Cells) -> dict[int, Money]:
    """Currency, cost and revenue in minor units of each good row, by its number."""
    columns = zip(cells.get("cost"), cells.get("revenue"), cells.get("currency"), range(len(cells.page)), strict=False)
    found: dict[int, Money] = {}
    for cost, revenue, code, row in columns:
        if row not in cells.problems:
            try:
                found[row] = _amounts(cost, revenue, code, cells.plan)
            except BadCell as problem:
                cells.refuse(row, "cost" if cost is not None else "revenue", problem)
    return found


def _amounts(cost: Any, revenue: Any, code: str | None, plan: Plan) -> Money:
    """Both amounts in one currency; nothing is converted.

    Raises:
        BadCell: no currency, two of them, or an amount finer than its smallest unit.
    """
    codes = {currency_of(each[1], code, plan) for each in (cost, revenue) if each is not None}
    if len(codes) > 1:
        raise BadCell(reason="cost and revenue in two currencies", expected="both in one currency")
    currency = next(iter(codes), None)
    minor = [None if each is None or currency is None else to_minor(each[0], currency) for each in (cost, revenue)]
    return {"currency": currency, "cost_minor": minor[0], "revenue_minor": minor[1]}
