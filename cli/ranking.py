"""How a ranked list and one account's explanation look in a terminal: headings, cells and sentences in both languages."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cli.output import Column

if TYPE_CHECKING:
    from cli.wiring import Lang
    from jobs.explaining import Explanation
    from scoring.estimate import Estimate
    from scoring.results import NotScored, Price, Scorecard, Shortlist, TraitShare

HEADINGS = {
    "en": (
        "Band", "Rank", "Account", "On-target share", "From", "Can't tell", "Lift", "TGI", "Sure of top {top}", "Fitting followers", "Price",
        "Cost per 1,000 fitting followers", "By followers", "By own topic",
    ),
    "zh": (
        "档", "名次", "账号", "TA浓度", "看了", "看不出", "是大盘的几倍", "TGI", "进前{top}的把握", "符合目标的粉丝数", "报价",
        "每千个符合目标的粉丝成本", "粉丝数名次", "自身内容名次",
    ),
}  # fmt: skip

REASONS = {
    "unmatched": ("没有找到这个账号", "no such account in the store"),
    "ambiguous": ("对应多个账号,请写原始编号", "matches several accounts: give the native id"),
    "duplicate": ("与清单前面一行重复", "the same account as an earlier row"),
    "no_followers": ("没有粉丝名单:fanfit import follows", "no follower list: fanfit import follows"),
    "import_unfinished": (
        "粉丝名单没有导完:再运行一次同一条导入命令",
        "its follower list is half imported: run the same import again",
    ),
    "empty_list": ("粉丝名单是空的", "its follower list is empty"),
}

WORDS = {
    "zh": {
        "title": "{persona}:{list} 中的 {n} 个账号", "band_cost": "同一档内现有数据分不出先后,按每千个符合目标的粉丝成本排",
        "band_fitting": "同一档内现有数据分不出先后,按符合目标的粉丝数排", "not_scored": "没有打分的账号", "given": "清单里的写法", "why": "原因",
        "uncalibrated": "未校准:没有标注也没有自述信息可对照,只看名次和倍数。标注 20 个粉丝就能给出浓度(fanfit import labels)。",
        "bots": "未剔除僵尸粉:部分账号的粉丝缺少资料字段。", "pool": "大盘 = 候选池平均", "base": "大盘 = 导入的基准人群({n} 人)",
        "run": "第 {run} 次打分。报告:fanfit report {run} · 解释:fanfit explain 账号 --run {run}",
        "card": "每 100 个粉丝约 {value} 个是真人且符合目标({low}-{high}),看了 {n} 位,{unknown} 位看不出(无公开信息)。",
        "lift": "是大盘的 {lift} 倍(TGI {tgi},区间 {low}-{high})。", "rank": "{band} 档,第 {rank} 名(可能在第 {low} 到第 {high} 名之间);进前 {top} 的把握 {p}。",
        "frame": "数据来自哪里:{frame},{date} 拉取,名单中 {seen} 人,全部粉丝 {total},抽看 {sampled} 人;来源 {source},依据 {basis}。",
        "over": "比大盘多的", "under": "比大盘少的", "what": "兴趣或属性", "share": "占比", "base_share": "大盘", "times": "倍数", "terms": "最能区分的词和关注",
        "term": "词或账号", "none": "和大盘没有明显差别。", "missing": "未取得",
    },
    "en": {
        "title": "{persona}: {n} accounts of {list}", "band_cost": "within a band it is too close to call: ordered by cost per 1,000 fitting followers",
        "band_fitting": "within a band it is too close to call: ordered by fitting followers", "not_scored": "Not scored", "given": "As given", "why": "Why",
        "uncalibrated": "Not calibrated: no labels and no declared values to hold it against; read rank and lift only. "
        "20 labelled followers give the share (fanfit import labels).",
        "bots": "Authenticity not assessed: profile fields are missing for followers of some accounts.", "pool": "average = the candidate pool",
        "base": "average = the imported base sample ({n} people)",
        "run": "Run {run}. Report: fanfit report {run} · why: fanfit explain ACCOUNT --run {run}",
        "card": "About {value} in 100 are real and match ({low}-{high}), from {n} followers; {unknown} can't tell (nothing public).",
        "lift": "{lift}x average (TGI {tgi}, interval {low}-{high}).",
        "rank": "Band {band}, rank {rank} (could be {low} to {high}); {p} sure to be in the top {top}.",
        "frame": "Where this comes from: {frame}, pulled {date}, {seen} on the list of {total} followers, {sampled} looked at; source {source}, basis {basis}.",
        "over": "More than average", "under": "Less than average", "what": "Interest or attribute", "share": "Share", "base_share": "Average", "times": "Lift",
        "terms": "What sets them apart", "term": "Word or account", "none": "No clear difference from average.", "missing": "not obtained",
    },
}  # fmt: skip

FRAMES = {
    "complete": ("完整名单", "the complete list"), "newest": ("最新的一部分粉丝", "the newest followers"),
    "random": ("随机样本", "a random sample"), "unknown": ("次序不明,按最新的一部分看待", "order unknown, read as the newest"),
}  # fmt: skip


def headings(lang: "Lang", top: int) -> list[Column]:
    """The ranked table's columns."""
    return [Column(text.format(top=top), "left" if place in {0, 2} else "right") for place, text in enumerate(HEADINGS[lang])]


def rows(shortlist: "Shortlist", lang: "Lang") -> Iterator[list[object]]:
    """One row per scored account, in rank order; None is what was not obtained."""
    for card in shortlist.cards:
        lift = card.lift
        yield [
            card.band, card.rank, _name(card, lang), percent(card.precision), card.n, card.n_unknown,
            None if lift is None else f"{lift.value:.1f}x ({lift.low:.1f}–{lift.high:.1f})", None if lift is None else f"{lift.value * 100:.0f}",
            f"{card.p_top:.0%}", count(card.fitting), money(card.price), cost(card.cost_per_thousand, card.price), card.rank_followers, card.rank_topic,
        ]  # fmt: skip


def notes(shortlist: "Shortlist", lang: "Lang") -> Iterator[str]:
    """What a reader of the table must know beside it."""
    words = WORDS[lang]
    yield words[f"band_{shortlist.within_band}"]
    if shortlist.base_rate is not None:
        yield words[shortlist.base_rate.kind].format(n=shortlist.base_rate.people)
    if shortlist.calibration.status == "none":
        yield words["uncalibrated"]
    if any(card.authenticity is None for card in shortlist.cards):
        yield words["bots"]


def reason(each: "NotScored", lang: "Lang") -> str:
    """Why an account has no figure."""
    found = REASONS.get(each.reason)
    return each.reason if found is None else found[lang == "en"]


def explained(explanation: "Explanation", lang: "Lang") -> Iterator[str]:
    """One scored account in sentences."""
    card, words = explanation.card, WORDS[lang]
    if card is None:
        return
    share = card.precision
    yield f"{card.account.label} ({card.account.platform} {card.account.native_id})"
    yield words["card"].format(
        value=f"{share.value * 100:.0f}", low=f"{share.low * 100:.0f}", high=f"{share.high * 100:.0f}", n=card.n, unknown=card.n_unknown,
    )  # fmt: skip
    if card.lift is not None:
        lift = card.lift
        yield words["lift"].format(
            lift=f"{lift.value:.1f}", tgi=f"{lift.value * 100:.0f}", low=f"{lift.low:.1f}", high=f"{lift.high:.1f}"
        )
    yield words["rank"].format(
        band=card.band, rank=card.rank, low=card.rank_low, high=card.rank_high, top=explanation.shortlist.top, p=f"{card.p_top:.0%}",
    )  # fmt: skip
    frame = card.frame
    yield words["frame"].format(
        frame=FRAMES[frame.frame][lang == "en"], date=f"{frame.pulled_at:%Y-%m-%d}", seen=frame.seen, total=frame.total or words["missing"],
        sampled=frame.sampled, source=frame.source or words["missing"], basis=frame.basis or words["missing"],
    )  # fmt: skip
    yield from notes(explanation.shortlist, lang)
    if not (explanation.over or explanation.under or explanation.terms):
        yield words["none"]


def trait_row(each: "TraitShare") -> list[object]:
    """A breakdown's row: what, share with interval and n, the base's share, lift with interval."""
    lift = None if each.lift is None else f"{each.lift.value:.1f}x ({each.lift.low:.1f}–{each.lift.high:.1f})"
    base = None if each.base_share is None else f"{each.base_share:.0%}"
    name = each.trait if each.kind == "interest" else f"{each.trait} = {each.value}"
    return [name, None if each.share is None else f"{percent(each.share)}, n = {each.share.n}", base, lift]


def percent(share: "Estimate") -> str:
    """A share with its interval."""
    digits = 1 if share.value < 0.095 else 0
    return f"{share.value * 100:.{digits}f} % ({share.low * 100:.{digits}f}–{share.high * 100:.{digits}f})"


def count(figure: "Estimate | None") -> str | None:
    """A count with its interval."""
    return None if figure is None else f"{figure.value:,.0f} ({figure.low:,.0f}–{figure.high:,.0f})"


def money(price: "Price | None") -> str | None:
    """A quote in major units with its currency."""
    return None if price is None else f"{price.amount_minor / 100:,.2f} {price.currency}"


def cost(figure: "Estimate | None", price: "Price | None") -> str | None:
    """Cost per thousand with its interval, in major units; an upper limit that is unbounded is a dash (DECISIONS 21)."""
    if figure is None or price is None:
        return None
    high = f"{figure.high:,.2f}" if figure.high < float("inf") else "–"
    return f"{figure.value:,.2f} ({figure.low:,.2f}–{high}) {price.currency}"


def _name(card: "Scorecard", lang: "Lang") -> str:
    badge = {"newest": (" [最新{n}]", " [newest {n}]"), "unknown": (" [最新{n}?]", " [newest {n}?]")}.get(card.frame.frame)
    return card.account.label if badge is None else card.account.label + badge[lang == "en"].format(n=card.frame.seen)
