"""What a run remarks: the sentences behind `Shortlist.warnings`, `Scorecard.notes` and why a candidate was not scored."""

from collections.abc import Mapping
from typing import Any

from reports import numbers
from reports.numbers import Lang
from reports.quoting import format_name
from reports.sentence import Sentence

NOTES: dict[str, Sentence] = {
    "authenticity_not_assessed": Sentence("缺少主页资料,未剔除僵尸粉", "profile fields missing: authenticity not assessed"),
    "newest_only": Sentence("只看到名单最新的一段", "only the newest part of the list was seen"),
    "frame_contradicted": Sentence(
        "导入时声明名单完整,但主页显示的粉丝数多得多:按最新的一段处理",
        "stated as the complete list, but the profile shows far more followers: treated as the newest part",
    ),
    "frame_unknown": Sentence("没有说明看到的是名单的哪一段", "which part of the list was seen is not stated"),
    "truncated": Sentence("名单没有读完", "the list was not read to its end"),
    "small_sample": Sentence("样本不足", "small sample"),
    "uncalibrated": Sentence("未校准:只看排序和倍数", "not calibrated: order and multiples only"),
    "price_expired": Sentence("报价已过期", "its price has expired"),
    "no_price": Sentence("报价未取得", "price not obtained"),
    "followers_unknown": Sentence("粉丝总数未取得", "follower count not obtained"),
    "mostly_unknown": Sentence("大部分粉丝看不出", "most followers we can't tell about"),
    "few_wishes": Sentence("符合目标的粉丝太少,不显示加分项", "too few fitting followers to show how many have the wishes"),
}
OTHER_NOTE = Sentence("备注:{key}", "remark: {key}")

WARNINGS: dict[str, Sentence] = {
    "of_engagers": Sentence(
        "这里的“粉丝”一律指最近对账号帖子有互动(点赞、转发、引用、回复)的人,不是关注它的人;粉丝名单为“全部”时,指读到的那些帖子的全部互动者。",
        'Wherever this says "followers", it means the people who reacted to the newest posts of the accounts (liked, reposted, quoted or '
        "answered them), not those who follow; a whole list is everybody who reacted to the posts that were read.",
    ),
    "not_calibrated": Sentence(
        "概率未校准(对整个目标人群的标注不足 20 人,也不是每一项条件都有足够的自填资料或标注):这份名单只看排序和倍数。",
        "Probabilities are not calibrated (fewer than 20 people are labelled for the whole persona, and not every condition has enough "
        "declared values or labels): read order and multiples only.",
    ),
    "pool_base": Sentence("没有大盘样本,倍数相对于候选池平均。", "No base sample: multiples are against the candidate pool."),
    "authenticity_not_assessed": Sentence(
        "缺少主页资料,未剔除僵尸粉:这里的比例是“符合”,不是“真人且符合”。",
        "Profile fields are missing, so authenticity is not assessed: shares are of those who fit, not of those who are real and fit.",
    ),
    "mixed_platforms": Sentence(
        "名单跨平台:各平台的粉丝不能直接相比,请同时看倍数。",
        "The list spans platforms, whose followers are not alike: read the multiples beside the shares.",
    ),
    "dictionary_share": Sentence(
        "只有 {share} 的文本能回答目标人群的全部问题:其余文本的原文已按期限删除,新词典或自定短语在其中查不到。",
        "Only {share} of the texts could be read for all that the persona asks: the others are deleted as their time is up, "
        "so a newer dictionary or a phrase of the persona's own finds nothing in them.",
    ),
    "truncated": Sentence(
        "有些名单没有读完:排序依据的是看到的部分。",
        "Some lists were not read to their end: the order rests on the part that was seen.",
    ),
    "few_accounts": Sentence(
        "候选账号很少,账号之间的比较不稳。", "There are few candidates, so the comparison between accounts is shaky."
    ),
    "missing_seeds": Sentence(
        "目标人群的种子账号里有 {n} 个不在库中,没有用上。",
        "{n} seed accounts of the persona are not in the store and were not used.",
        "{n} seed account of the persona is not in the store and was not used.",
    ),
    "labels_unused": Sentence(
        "库中有标注,但都不属于这个目标人群(标注名要与它的名称或其中一项条件相同):没有用上。",
        "There are labels in the store, but none of this persona (a label's name must be the persona's, or one of its conditions): not used.",
    ),
    "not_by_cost": Sentence(
        "要求按成本排序,但不是每个账号都有同一货币的有效报价和粉丝数:改按TA浓度排序。",
        "Order by cost was asked for, but not every account has a valid price in one currency and a follower count: ordered by share instead.",
    ),
    "not_by_fitting": Sentence(
        "要求按符合目标的粉丝数排序,但不是每个账号都有粉丝数:改按TA浓度排序。",
        "Order by fitting followers was asked for, but not every account has a follower count: ordered by share instead.",
    ),
    "desk_only": Sentence(
        "这份名单没有任何账号的粉丝样本:只有供应商或后台占比得出的范围(B 级),以及账号自己的内容(C 级)。",
        "No account of this list has a sample of people: there are only ranges from vendors' or back ends' shares (grade B) and the "
        "accounts' own content (grade C).",
    ),
    "mixed_currencies": Sentence(
        "报价的货币不同,不能按成本排序。", "Prices are in several currencies, so nothing is ordered by cost."
    ),
    "net_prices": Sentence(
        "{n} 个账号的价格是“{format}”报价的净价:报价加平台服务费、税费和其他费用,减返点。",
        "The prices of {n} accounts are net prices of their quotes for {format}: price plus platform fee, tax and other fees, less rebate.",
        "The price of {n} account is the net price of its quote for {format}: price plus platform fee, tax and other fees, less rebate.",
    ),
    "net_prices_common": Sentence(
        "名单没有写报价;有详细报价的账号都有“{format}”,所以 {n} 个账号的价格取它的净价:报价加平台服务费、税费和其他费用,减返点。",
        "The list states no prices; every quoted account has a quote for {format}, so {n} prices are its net prices: price plus platform fee, tax "
        "and other fees, less rebate.",
    ),
    "no_price_of_format": Sentence("没有账号有“{format}”的有效报价。", "No account has a valid price for {format}."),
    "formats_differ": Sentence(
        "有详细报价,但没有一种形式是每个账号都有的唯一形式({formats}):没有用作价格,请用 --format 指定一种。",
        "There are quotes, but no one format that all quoted accounts have ({formats}): none was used as a price; say which with --format.",
    ),
    "expired_prices": Sentence(
        "按要求,{n} 个已过期的报价仍计入价格。",
        "As asked, {n} expired prices are counted with.",
        "As asked, {n} expired price is counted with.",
    ),
}
OTHER_WARNING = Sentence("提醒:{key}", "Notice: {key}")

REASONS: dict[str, Sentence] = {
    "unmatched": Sentence("没有找到这个账号:请给原始编号或主页地址", "no account found: give its native id or profile URL"),
    "ambiguous": Sentence("对得上不止一个账号:请给原始编号", "more than one account fits: give its native id"),
    "no_followers": Sentence("没有它的粉丝名单", "no follower list of it"),
    "no_engagers": Sentence("没有它的互动者名单", "no list of who reacted to its posts"),
    "import_unfinished": Sentence("粉丝名单还没有导入完", "its follower list is not fully imported yet"),
    "empty_list": Sentence("粉丝名单是空的", "its follower list is empty"),
    "below_min_followers": Sentence("粉丝数低于设定的下限", "fewer followers than the set minimum"),
    "followers_unknown": Sentence(
        "粉丝数未取得,无法与下限比较", "follower count not obtained, so it cannot be held against the minimum"
    ),
    "too_few": Sentence(
        "看得出的粉丝太少,说明不了什么({n} 位,至少 {least} 位)", "too few followers to look at ({n} of at least {least})"
    ),
    "expired": Sentence("粉丝名单已到保存期限", "its follower list has outlived its lifetime"),
    "in_package": Sentence("属于素人组合“{package}”,不单独排名", "belongs to the package “{package}”, not ranked by itself"),
}
OTHER_REASON = Sentence("其他原因({key})", "another reason ({key})")


def note(key: str, lang: Lang) -> str:
    """A remark about one account; one that we have no sentence for shows its key, never nothing."""
    known = NOTES.get(key)
    return known(lang) if known else OTHER_NOTE(lang, key=key)


def warning(key: str, values: dict[str, Any], lang: Lang) -> str:
    """A remark about the whole run, with its arguments."""
    known = WARNINGS.get(key)
    if known is None:
        return OTHER_WARNING(lang, key=key)
    said = {name: values[name] for name in known.placeholders(lang)}
    return known(lang, **{name: _shown(name, value, lang) for name, value in said.items()})


def _shown(name: str, value: Any, lang: Lang) -> object:
    """A sentence's value as readers read it: shares in percent, formats by name."""
    if name in {"format", "formats"}:
        return ", ".join(format_name(each, lang) for each in ([value] if isinstance(value, str) else value))
    return numbers.percent(value, lang) if isinstance(value, float) else value


def reason(key: str, lang: Lang, values: Mapping[str, int | str] | None = None) -> str:
    """Why a candidate was not scored, with what its sentence names."""
    known = REASONS.get(key)
    return known(lang, **(values or {})) if known else OTHER_REASON(lang, key=key)
