"""The sheet of prices: what the run counted with, beside every quote that was held then, part by part."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from reports import numbers
from reports.columns import Column
from reports.desk import D
from reports.figures import name_of
from reports.numbers import Lang
from reports.parts import PriceLine, Report
from reports.quoting import DECLARED, format_name
from reports.sentence import Sentence
from reports.text import T

if TYPE_CHECKING:
    from datetime import datetime

    from scoring.results import AccountRef, Price, Shortlist
    from storage.net_price import NetPrice

PARTS = ("price", "platform_fee", "tax", "rebate", "rights", "exclusivity", "boost")


class Z:
    """Sentences of the sheet of prices."""

    sheet = Sentence("报价", "Prices")
    used = Sentence("本次计入", "Counted with")
    kind = Sentence("来源", "From")
    of_list = Sentence("名单", "the list")
    of_quote = Sentence("报价", "a quote")
    declared = Sentence("报备", "Ordered on the platform")
    price = Sentence("报价", "Asked")
    platform_fee = Sentence("平台服务费", "Platform fee")
    tax = Sentence("税费", "Tax")
    rebate = Sentence("返点", "Rebate")
    rights = Sentence("授权费", "Rights")
    exclusivity = Sentence("排他费", "Exclusivity")
    boost = Sentence("投流费", "Boost")
    net = Sentence("净价", "Net")
    until = Sentence("有效期至", "Valid until")
    expired = Sentence("{date}(已过期)", "{date} (expired)")
    total = Sentence("计入的 {n} 个价格合计 {amount}", "{n} prices counted with: {amount}", "{n} price counted with: {amount}")
    hint = Sentence(
        "净价 = 报价 + 平台服务费 + 税费 + 授权费 + 排他费 + 投流费 − 返点;没有写的部分为空,不计入。不同币种不合计。",
        "Net = asked + platform fee + tax + rights + exclusivity + boost - rebate; a part that nobody stated is empty and adds nothing. "
        "Currencies are not added up.",
    )
    hint_shown = Sentence(
        "只列本次计入的价格。不同币种不合计。", "Only prices that were counted with. Currencies are not added up."
    )


def used_lines(shortlist: "Shortlist", lang: Lang) -> list[PriceLine]:
    """The prices of the run's table, in its order: samples, then ranges."""
    cards = [
        _used(card.account, card.price, D.grade_a(lang), lang, expired="price_expired" in card.notes)
        for card in shortlist.cards
        if card.price is not None
    ]
    ranges = [
        _used(each.account, each.price, D.badge_b(lang), lang, expired=each.price_expired)
        for each in shortlist.ranges
        if each.price is not None
    ]
    return cards + ranges


def _used(account: "AccountRef", price: "Price", grade: str, lang: Lang, *, expired: bool) -> PriceLine:
    """The price that the run counted with."""
    return PriceLine(
        name=name_of(account, lang), grade=grade, used=not expired, quoted=price.quoted_at is not None, format=format_name(price.format, lang),
        declared=price.declared if price.quoted_at is not None else "", parts={}, net=numbers.major(price.amount_minor, price.currency),
        currency=price.currency, until=_until(price.valid_until, lang, expired=expired), key=price.format,
    )  # fmt: skip


def quote_line(
    account: "AccountRef", form: str, declared: str, net: "NetPrice", until: "datetime | None", lang: Lang, *, expired: bool
) -> PriceLine:
    """A quote that was held, with its parts."""
    parts = {name: numbers.major(value, net.currency) for name in PARTS if (value := getattr(net, name)) is not None}
    return PriceLine(
        name=name_of(account, lang), grade="", used=False, quoted=True, format=format_name(form, lang), declared=declared, parts=parts,
        net=numbers.major(net.net, net.currency), currency=net.currency, until=_until(until, lang, expired=expired), key=form,
    )  # fmt: skip


def _until(until: "datetime | None", lang: Lang, *, expired: bool) -> str:
    if until is None:
        return ""
    return Z.expired(lang, date=numbers.date(until)) if expired else numbers.date(until)


def together(used: Sequence[PriceLine], quotes: Sequence[PriceLine]) -> tuple[PriceLine, ...]:
    """Each used price with the parts of the quote that it comes from, then the other quotes of the same account."""
    rest = list(quotes)
    found: list[PriceLine] = []
    for line in used:
        own = next((each for each in rest if line.quoted and _same(line, each)), None)
        if own is not None:
            rest.remove(own)
        found.append(line if own is None else line.with_parts(own.parts))
        others = [each for each in rest if each.name.key == line.name.key]
        rest = [each for each in rest if each.name.key != line.name.key]
        found += others
    return (*found, *rest)


def _same(line: PriceLine, quote: PriceLine) -> bool:
    return (line.name.key, line.key, line.declared, line.currency, round(line.net, 6)) == (
        quote.name.key, quote.key, quote.declared, quote.currency, round(quote.net, 6),
    )  # fmt: skip


def price_columns(report: Report) -> tuple[Column, ...]:
    """The columns: with every part in the internal edition, to a client only what was counted with."""
    lang = report.lang

    def part(name: str) -> Callable[[Any], object]:
        return lambda line: line.parts.get(name)

    whole = report.edition == "internal"
    parts = tuple(Column(getattr(Z, name)(lang), "money", 12, part(name)) for name in PARTS) if whole else ()
    return (
        Column(T.col_account(lang), "text", 28, lambda line: line.name.label),
        Column(T.col_platform(lang), "text", 11, lambda line: line.name.platform),
        Column(T.col_price_format(lang), "text", 16, lambda line: line.format),
        Column(Z.kind(lang), "text", 10, lambda line: (Z.of_quote if line.quoted else Z.of_list)(lang)),
        Column(Z.declared(lang), "text", 16, lambda line: DECLARED[line.declared](lang) if line.declared else ""),
        *parts,
        Column(Z.net(lang) if whole else T.col_price(lang), "money", 13, lambda line: line.net),
        Column(T.col_currency(lang), "text", 9, lambda line: line.currency),
        Column(Z.until(lang), "text", 20, lambda line: line.until),
        Column(Z.used(lang), "text", 10, lambda line: (T.yes if line.used else T.no)(lang)),
        Column(D.col_grade(lang), "text", 18, lambda line: line.grade),
    )


def totals(lines: Sequence[PriceLine]) -> dict[str, tuple[int, float]]:
    """Of the prices counted with: how many and how much, by currency."""
    found: dict[str, tuple[int, float]] = {}
    for line in lines:
        if line.used:
            count, amount = found.get(line.currency, (0, 0.0))
            found[line.currency] = (count + 1, amount + line.net)
    return dict(sorted(found.items()))
