"""Packages of small accounts in words: one line a package, each figure with its limits, and what of it nobody can say."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports import numbers
from reports.columns import Column, Kind
from reports.figures import count_figure, share_figure
from reports.numbers import MISSING, Lang
from reports.parts import NOTHING, Figure, PackageRow
from reports.sentence import Sentence

if TYPE_CHECKING:
    from scoring.estimate import Estimate
    from scoring.results import PackageCard


class K:
    """Sentences about packages."""

    title = Sentence("素人组合", "Packages of small accounts")
    hint = Sentence(
        "组合里的账号样本很小,不逐个排名:看的是全部粉丝合起来的比例,各账号按粉丝数加权。区间来自各账号的共同抽样。符合的粉丝按账号相加,同时关注几个账号的人会重复计算;去重范围另列。",
        "Accounts of a package have small samples and are not ranked one by one: the share is of all their followers together, each account by its "
        "followers. The interval comes from the accounts' joint draws. Fitting followers are added up, so a person who follows several counts "
        "several times; the bounds without that stand beside.",
    )
    col_package = Sentence("组合", "Package")
    col_accounts = Sentence("账号数", "Accounts")
    col_sampled = Sentence("有样本", "With a sample")
    col_share = Sentence("合计 TA浓度", "On-target share, together")
    col_spread = Sentence("各账号之间", "Between accounts")
    col_followers = Sentence("粉丝合计", "Followers, added up")
    col_unique = Sentence("去重后的粉丝", "Followers, each once")
    col_several = Sentence("关注多个账号(看到的人中)", "Follow several (of those seen)")
    col_fitting = Sentence("符合的粉丝(未去重)", "Fitting followers (added up)")
    col_cost = Sentence("组合报价", "Price of all")
    col_cpt = Sentence("每千符合粉丝成本", "Cost per thousand fitting")
    no_cost = Sentence("{priced}/{accounts} 个有报价", "{priced} of {accounts} priced")


def package_rows(cards: "Sequence[PackageCard]", lang: Lang) -> tuple[PackageRow, ...]:
    """One line a package."""
    return tuple(_row(card, lang) for card in cards)


def _row(card: "PackageCard", lang: Lang) -> PackageRow:
    low, high = card.spread if card.spread is not None else (None, None)
    unique = card.unique
    several = card.several / card.seen if card.seen else None
    return PackageRow(
        name=numbers.name(card.name), accounts=len(card.accounts), sampled=card.sampled, n=card.n,
        share=share_figure(card.share, lang),
        spread=MISSING if low is None or high is None else numbers.percent_range(low, high, lang, 0),
        followers=Figure(numbers.count(card.followers, lang), "", card.followers) if card.sampled else NOTHING,
        unique=MISSING if unique is None else "\u2009–\u2009".join(dict.fromkeys(numbers.count(each, lang) for each in unique)),
        several=Figure(numbers.percent(several, lang), "", several) if several is not None else NOTHING,
        fitting=count_figure(card.fitting, lang),
        cost=_money(card.cost.amount_minor, card.cost.currency, lang) if card.cost is not None else Figure(K.no_cost(lang, priced=card.priced, accounts=card.sampled)),
        per_thousand=_cost(card.cost_per_thousand, card.cost.currency if card.cost else "", lang),
    )  # fmt: skip


def _money(minor: float, currency: str, lang: Lang) -> Figure:
    amount = numbers.major(minor, currency)
    return Figure(numbers.money(amount, currency, lang), "", amount)


def _cost(estimate: "Estimate | None", currency: str, lang: Lang) -> Figure:
    if estimate is None:
        return NOTHING
    ends = [_money(each, currency, lang) for each in (estimate.value, estimate.low, estimate.high)]
    return Figure(ends[0].text, f"{ends[1].text}-{ends[2].text}", ends[0].value, ends[1].value, ends[2].value)


def package_columns(badge: str, lang: Lang) -> tuple[Column, ...]:
    """The columns of a sheet."""
    from reports.desk import D  # noqa: PLC0415 - desk words need columns of their own
    from reports.text import T  # noqa: PLC0415

    def ends(head: str, name: str) -> tuple[Column, ...]:
        kind: Kind = "share" if name == "share" else "money" if name == "per_thousand" else "count"
        return (
            Column(head, kind, 13, lambda row: getattr(row, name).value),
            Column(f"{head} {T.low(lang)}", kind, 13, lambda row: getattr(row, name).low),
            Column(f"{head} {T.high(lang)}", kind, 13, lambda row: getattr(row, name).high),
        )

    return (
        Column(K.col_package(lang), "text", 22, lambda row: row.name),
        Column(K.col_accounts(lang), "count", 10, lambda row: row.accounts),
        Column(K.col_sampled(lang), "count", 10, lambda row: row.sampled),
        Column("n", "count", 8, lambda row: row.n),
        *ends(K.col_share(lang), "share"),
        Column(K.col_spread(lang), "text", 14, lambda row: row.spread),
        Column(K.col_followers(lang), "count", 13, lambda row: row.followers.value),
        Column(K.col_unique(lang), "text", 18, lambda row: row.unique),
        Column(K.col_several(lang), "share", 12, lambda row: row.several.value),
        *ends(K.col_fitting(lang), "fitting"),
        Column(K.col_cost(lang), "text", 16, lambda row: row.cost.text),
        *ends(K.col_cpt(lang), "per_thousand"),
        Column(D.col_grade(lang), "text", 18, lambda _: badge),
    )
