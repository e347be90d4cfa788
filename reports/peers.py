"""Where an account stands among similar ones, in words: the block of its page and the lines of the workbook's sheet."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reports import numbers
from reports.names import platform_name
from reports.numbers import Lang
from reports.parts import NOTHING, Figure, PeerGroup, PeerLine, Section
from reports.quoting import format_name
from reports.sentence import Sentence
from reports.text import T
from scoring.text.lexicon import interests

if TYPE_CHECKING:
    from scoring.peers import Similar, Standing


class P:
    """Sentences about similar accounts."""

    title = Sentence("同级对比", "Beside similar accounts")
    sheet = Sentence("同级对比", "Peers")
    who = Sentence("同级:{group};工作区内有 {n} 个", "Similar: {group}; {n} in this workspace")
    no_category = Sentence("分类未知,只按平台和量级", "category not known, so by platform and size only")
    any_category = Sentence("不分类别", "of any category")
    no_tier = Sentence(
        "粉丝数未取得,无法分量级,因此没有同级", "Its follower count is not obtained, so it has no size and no similar accounts"
    )
    by_content = Sentence("{category}(按内容判断)", "{category} (by what it writes)")
    better = Sentence("优于 {n} 个同级账号中的 {share}", "better than {share} of {n} similar accounts")
    too_few = Sentence(
        "同级中只有 {n} 个有此数据,不作比较",
        "only {n} similar accounts have this figure: not compared",
        "only {n} similar account has this figure: not compared",
    )
    none = Sentence("同级中没有账号有此数据", "no similar account has this figure")
    own_missing = Sentence("本账号未取得;同级 {n} 个", "not obtained of this account; {n} similar ones")
    col_figure = Sentence("指标", "Figure")
    col_own = Sentence("本账号", "This account")
    col_standing = Sentence("位置", "Where it stands")
    col_middle = Sentence("同级中位数(中间一半)", "Median of similar ones (middle half)")
    col_group = Sentence("同级范围", "Similar accounts are")
    col_better = Sentence("优于同级的比例", "Better than, share")
    col_n = Sentence("同级数 n", "Similar accounts, n")
    q1, median, q3 = (
        Sentence("同级下四分位", "Lower quartile"),
        Sentence("同级中位数", "Median"),
        Sentence("同级上四分位", "Upper quartile"),
    )
    head, shoulder = Sentence("头部", "head"), Sentence("肩部", "shoulder")
    waist, koc = Sentence("腰部", "waist"), Sentence("KOC 量级", "KOC")
    price = Sentence("每千粉丝报价({format})", "price per thousand followers ({format})")
    interactions = Sentence("单条互动中位数占粉丝", "median interactions of a post per follower")
    plays = Sentence("单条播放中位数占粉丝", "median plays of a post per follower")
    reads = Sentence("单条阅读中位数占粉丝", "median reads of a post per follower")
    growth = Sentence("30 天涨粉", "followers gained in 30 days")


TIERS = {"head": P.head, "shoulder": P.shoulder, "waist": P.waist, "koc": P.koc}
_LABELS = {"cost": T.cost, "interactions": P.interactions, "plays": P.plays, "reads": P.reads, "growth": P.growth}


def with_peers(sections: Sequence[Section], peers: "Sequence[Similar]", precision: str, lang: Lang) -> tuple[Section, ...]:
    """The accounts' pages with their blocks; as they were where nothing is known of peers."""
    if not peers:
        return tuple(sections)
    return tuple(replace(each, peers=peer_group(found, precision, lang)) for each, found in zip(sections, peers, strict=False))


def peer_group(found: "Similar", precision: str, lang: Lang) -> PeerGroup:
    """Who the similar accounts are, and each figure beside theirs; `precision` is the report's word for the share."""
    own = found.own
    if own.tier is None:
        return PeerGroup(P.no_tier(lang), ())
    parts = [platform_name(own.account.platform, lang), TIERS[own.tier](lang), _category(found, lang)]
    who = P.who(lang, group=" · ".join(parts), n=found.peers)
    return PeerGroup(who, tuple(_line(each, precision, lang) for each in found.standings))


def _category(found: "Similar", lang: Lang) -> str:
    own = found.own
    if own.category is None:
        return P.no_category(lang)
    if not found.by_category:
        return P.any_category(lang)
    known = {each.id: each.zh if lang == "zh" else each.en for each in interests()}
    word = known.get(own.category) or numbers.name(own.category)
    return P.by_content(lang, category=word) if own.source == "content" else word


def _line(each: "Standing", precision: str, lang: Lang) -> PeerLine:
    low, middle, high = each.quartiles if each.quartiles is not None else (None, None, None)
    return PeerLine(
        label=_label(each, precision, lang),
        kind="money" if each.kind in {"cost", "price"} else "share",
        value=_figure(each.value, each, lang),
        standing=_words(each, lang),
        better=each.better,
        n=each.n,
        q1=_figure(low, each, lang),
        median=_figure(middle, each, lang),
        q3=_figure(high, each, lang),
    )


def _label(each: "Standing", precision: str, lang: Lang) -> str:
    if each.kind == "precision":
        return precision
    if each.kind == "price":
        return P.price(lang, format=format_name(each.detail[1], lang))
    return _LABELS[each.kind](lang)


def _words(each: "Standing", lang: Lang) -> str:
    if each.n == 0:
        return P.none(lang)
    if each.quartiles is None:
        return P.too_few(lang, n=each.n)
    if each.better is None:
        return P.own_missing(lang, n=each.n)
    return P.better(lang, share=numbers.percent(each.better, lang, 0), n=each.n)


def _figure(value: float | None, each: "Standing", lang: Lang) -> Figure:
    """The number as printed: money in major units, a gain with its sign."""
    if value is None:
        return NOTHING
    if each.kind in {"cost", "price"}:
        amount = numbers.major(value, each.detail[0])
        return Figure(numbers.money(amount, each.detail[0], lang), "", amount)
    text = numbers.percent(abs(value), lang, 1 if abs(value) < 0.0995 else 0)
    if each.kind == "growth" and value:
        text = ("+" if value > 0 else "\u2212") + text
    return Figure(text, "", value)
