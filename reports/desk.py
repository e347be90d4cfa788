"""What a report says beside its samples: ranges of vendors' shares (B), own topics (C), and views of posts, each with its badge."""

from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from reports import numbers
from reports.figures import name_of, share_figure
from reports.names import ATTRIBUTES, PEOPLE
from reports.numbers import Lang
from reports.parts import NOTHING, Figure, RangeRow, RangeTable, TopicRow
from reports.quoting import price_basis
from reports.sentence import Sentence
from reports.text import T

if TYPE_CHECKING:
    from datetime import datetime

    from scoring.estimate import Estimate
    from scoring.results import Price, RangeCard, Scorecard, Shortlist, Views


MOST_TIED = 3


class D:
    """The sentences of this part."""

    grade_a = Sentence("A 级:逐人样本", "Grade A: a sample of people")
    badge_b = Sentence("B 级:范围", "Grade B: range")
    badge_c = Sentence("C 级:仅内容", "Grade C: content only")
    ranges = Sentence("供应商或后台数据得出的范围({base})", "Ranges from a vendor's or a back end's figures ({base})")
    ranges_hint = Sentence(
        "供应商只给出各维度的占比,同时满足全部条件的比例可以是范围内的任何值,没有更可能的中间值。按下限排序,范围重叠的同档;不与样本得出的数字放在一起排名。未评估是否真人。",
        "A vendor gives one share per dimension; how many meet all conditions at once is anything in the range, and nothing inside is likelier. Sorted by the lower end, "
        "overlapping ranges share a band; never ranked with figures from samples. Whether people are real is not assessed.",
    )
    topics = Sentence("只知道内容的账号", "Accounts of which only the content is known")
    topics_hint = Sentence(
        "不知道受众。这里是账号自己的帖子里与目标人群的话题有关的比例,不是 TA浓度,也不排名。",
        "Nothing is known of their audience. This is the share of their own posts on the persona's topics: no on-target share, and not ranked.",
    )
    col_range = Sentence("TA浓度范围", "Range of the on-target share")
    col_fitting = Sentence("符合目标的粉丝数范围", "Fitting followers, range")
    col_views = Sentence("单篇{metric}中位数", "Median {metric} of a post")
    col_any_views = Sentence("单篇曝光中位数", "Median views of a post")
    col_fitting_views = Sentence("预期符合目标的播放/阅读", "Expected fitting views")
    col_cost_views = Sentence("每千符合目标播放/阅读成本", "Cost per thousand fitting views")
    col_cost_followers = Sentence("每千符合目标粉丝成本", "Cost per thousand fitting followers")
    col_posts = Sentence("自己的帖子", "Own posts")
    col_on_topic = Sentence("相关比例", "Share on topic")
    col_dates = Sentence("帖子时间", "Posts of")
    sheet_ranges = Sentence("范围(B 级)", "Ranges (grade B)")
    sheet_topics = Sentence("内容(C 级)", "Content (grade C)")
    col_grade = Sentence("证据等级", "Grade of evidence")
    views_note = Sentence(
        "预期符合目标的播放/阅读 = 单篇中位数 × TA浓度,假定看的人与粉丝相像;区间只含 TA浓度的误差。",
        "Expected fitting views are the median views of a post times the on-target share; they assume that viewers resemble followers, and the interval is that of the share alone.",
    )
    assumes = Sentence(
        "预期播放/阅读按单篇中位数计,假定看的人与{base}相像。",
        "Expected views are of a median post and assume that viewers resemble {base}.",
    )
    lead = Sentence(
        "按供应商或后台的占比,TA浓度下限最高的是 {name}:{share}(范围,数据日期 {date})。",
        "By vendors' or back ends' shares {name} has the highest lower end of the on-target share: {share} (a range, data of {date}).",
    )
    lead_band = Sentence(
        "同档的还有 {names}:范围重叠,分不出先后。", "{names} overlap with it: the ranges do not tell which is better."
    )
    listed = Sentence("{listed};{n} 个只有范围或内容", "{listed}; {n} with ranges or content alone")
    metrics: ClassVar[dict[str, Sentence]] = {
        "plays": Sentence("播放", "plays"),
        "reads": Sentence("阅读", "reads"),
        "impressions": Sentence("曝光", "impressions"),
    }
    paid: ClassVar[dict[str, Sentence]] = {
        "paid": Sentence("商单", "commercial"),
        "organic": Sentence("非商单", "organic"),
        "unknown": Sentence("未说明是否商单", "commercial or not is not said"),
    }
    views_of = Sentence("{metric},{paid}{posts}", "{metric}, {paid}{posts}")
    of_posts = Sentence(",{n} 篇", ", {n} posts", ", {n} post")
    unknown = Sentence(
        "没有 {n} 项条件的数据,下限为 0",
        "nothing on {n} conditions, so the lower end is 0",
        "nothing on {n} condition, so the lower end is 0",
    )
    partly = Sentence("{buckets} 只部分符合", "{buckets} only in part")
    oddly = Sentence("{dimension} 合计 {total}", "{dimension} adds up to {total}")
    people = Sentence("样本量 {n}", "of {n} people")
    expired = Sentence("报价已过期", "its price has expired")


def range_tables(shortlist: "Shortlist", lang: Lang) -> tuple[RangeTable, ...]:
    """One table a base, in the order in which the run has them."""
    tables = []
    for base, cards in groupby(shortlist.ranges, key=lambda card: card.base):
        found = tuple(cards)
        by_views = any(card.cost_of == "views" for card in found) or all(card.fitting is None for card in found)
        cost = (D.col_cost_views if by_views else D.col_cost_followers)(lang)
        rows = []
        for place, card in enumerate(found):
            first = place == 0 or found[place - 1].band != card.band
            rows.append(_row(card, first=first, cost_of="views" if by_views else "followers", lang=lang))
        hint = D.ranges_hint(lang)
        if base != "viewers" and any(card.fitting_views is not None for card in found):
            hint += ("" if lang == "zh" else " ") + D.assumes(lang, base=PEOPLE[base](lang))
        tables.append(RangeTable(D.ranges(lang, base=PEOPLE[base](lang)), hint, D.badge_b(lang), cost, tuple(rows)))
    return tuple(tables)


def lead_ranges(shortlist: "Shortlist", lang: Lang) -> tuple[str, ...]:
    """What page one says of the first table of ranges where nothing is ranked by samples; nothing where there is none."""
    if shortlist.cards or not shortlist.ranges:
        return ()
    first = shortlist.ranges[0]
    share = numbers.percent_range(first.low, first.high, lang, numbers.share_decimals(first.high))
    said = D.lead(lang, name=numbers.isolated(name_of(first.account, lang).label), share=share, date=numbers.date(first.observed))
    tied = [card for card in shortlist.ranges[1:] if card.base == first.base and card.band == first.band]
    if not tied:
        return (said,)
    comma = "、" if lang == "zh" else ", "
    names = comma.join(numbers.isolated(name_of(card.account, lang).label) for card in tied[:MOST_TIED])
    more = T.and_others(lang, names=names, n=len(tied)) if len(tied) > MOST_TIED else names
    return said, D.lead_band(lang, names=more)


def _row(card: "RangeCard", *, first: bool, cost_of: str, lang: Lang) -> RangeRow:
    decimals = numbers.share_decimals(card.high)
    share = Figure(numbers.percent_range(card.low, card.high, lang, decimals), "", None, card.low, card.high)
    return RangeRow(
        band=card.band, first_of_band=first, name=name_of(card.account, lang),
        followers=Figure(numbers.count(card.followers, lang), "", card.followers), share=share, n=card.n, observed=numbers.date(card.observed),
        fitting=_counts(card.fitting, lang), views=views_figure(card.views, lang), fitting_views=_counts(card.fitting_views, lang),
        price=_price(card.price, lang), currency=card.price.currency if card.price else "",
        cost=_costs(card, lang) if card.cost_of == cost_of else NOTHING, notes=_notes(card, lang),
    )  # fmt: skip


def _counts(ends: tuple[float, float] | None, lang: Lang) -> Figure:
    if ends is None:
        return NOTHING
    return Figure(f"{numbers.count(ends[0], lang)}-{numbers.count(ends[1], lang)}", "", None, *ends)


def views_figure(views: "Views | None", lang: Lang) -> Figure:
    """The median views of a post with its quartiles."""
    if views is None:
        return NOTHING
    quartiles = "" if views.q1 is None or views.q3 is None else f"{numbers.count(views.q1, lang)}-{numbers.count(views.q3, lang)}"
    return Figure(numbers.count(views.median, lang), quartiles, views.median, views.q1, views.q3)


def views_words(views: "Views | None", lang: Lang) -> str:
    """Of which posts the views are."""
    if views is None:
        return ""
    posts = "" if views.n is None else D.of_posts(lang, n=views.n)
    return D.views_of(lang, metric=D.metrics[views.metric](lang), paid=D.paid[views.paid](lang), posts=posts)


def cost_views_figure(card: "Scorecard", lang: Lang) -> Figure:
    """Cost per thousand fitting views in major units."""
    cost: Estimate | None = card.cost_per_thousand_views
    if cost is None or card.price is None:
        return NOTHING
    code = card.price.currency
    value, low = numbers.major(cost.value, code), numbers.major(cost.low, code)
    high = numbers.major(cost.high, code) if numbers.known(cost.high) else None
    joint = "-" if high is not None else " - "
    return Figure(
        numbers.money(value, code, lang),
        f"{numbers.money(low, code, lang)}{joint}{numbers.money(high, code, lang)}",
        value,
        low,
        high,
    )


def _price(price: "Price | None", lang: Lang) -> Figure:
    if price is None:
        return NOTHING
    amount = numbers.major(price.amount_minor, price.currency)
    return Figure(numbers.money(amount, price.currency, lang), "", amount)


def _costs(card: "RangeCard", lang: Lang) -> Figure:
    """A range of costs: at the upper end of the share, and at the lower, where nothing bounds it if that is 0."""
    if card.cost is None or card.price is None:
        return NOTHING
    code = card.price.currency
    low = numbers.major(card.cost[0], code)
    high = None if card.cost[1] is None else numbers.major(card.cost[1], code)
    joint = "-" if high is not None else " - "
    return Figure(f"{numbers.money(low, code, lang)}{joint}{numbers.money(high, code, lang)}", "", None, low, high)


def _notes(card: "RangeCard", lang: Lang) -> tuple[str, ...]:
    said = [basis] if (basis := price_basis(card.price, lang, expired=card.price_expired)) else []
    if card.unknown:
        said.append(D.unknown(lang, n=len(card.unknown)))
    if card.partly:
        said.append(D.partly(lang, buckets=", ".join(map(numbers.name, card.partly))))
    for dimension, total in card.oddly:
        word = ATTRIBUTES[dimension](lang) if dimension in ATTRIBUTES else numbers.name(dimension)
        said.append(D.oddly(lang, dimension=word, total=numbers.percent(total, lang, 0)))
    if card.n is not None:
        said.append(D.people(lang, n=numbers.whole(card.n)))
    if card.views is not None:
        said.append(views_words(card.views, lang))
    return tuple(said)


def topic_rows(shortlist: "Shortlist", lang: Lang) -> tuple[TopicRow, ...]:
    """The accounts of grade C by name."""
    return tuple(
        TopicRow(name_of(card.account, lang), card.posts, share_figure(card.share, lang), _dates(card.first, card.last))
        for card in shortlist.topics
    )


def _dates(first: "datetime", last: "datetime") -> str:
    return f"{numbers.date(first)} – {numbers.date(last)}"
