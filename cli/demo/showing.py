"""Puts a run beside the truth: which accounts to show, in which words, and how often the interval held it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cli.demo.generator import Truth
from cli.output import Column
from cli.wiring import Lang

if TYPE_CHECKING:
    from scoring.results import Scorecard, Shortlist

SHOWN = 12

WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "title": "Simulated platform: women who like camping, the best of 60 accounts and the ten of 500,000 followers each",
        "band": "band",
        "rank": "rank",
        "account": "account\n(simulated)",
        "share": "on-target share",
        "truth": "truth",
        "inside": "truth\ninside",
        "by_followers": "rank by\nfollowers",
        "by_truth": "true\nrank",
        "followers": "followers",
        "cost": "cost per 1,000\nfitting (CNY)",
        "story": "what only the simulation knows",
        "labels": "The {count} labels are simulated too: a careful reader's judgement of 20 followers of each of 25 accounts, "
        "1 in 100 wrong. They set the level of the shares; without them only order and multiples would count.",
        "report": "Report: {path}",
        "next": "Done in {seconds:.0f} s. Look around: {program} --workspace {workspace} explain t02",
        "replaced": "Replacing the former demo in {workspace}.",
        "simulated": "simulated a small platform; every account, person and post on it is invented",
        "imported": "imported {file}",
        "ranked": "ranked 60 candidates",
        "reported": "wrote the report",
        "stopped": "Stopped. The demo in {workspace} is unfinished; the same command replaces it and starts over.",
        "yes": "yes",
        "no": "no",
        "held": "The interval held the truth for {inside} of {scored} accounts.",
        "equal": "Ten accounts, {followers:,} followers each: follower count cannot tell them apart. "
        "First of them here: {first}; in truth: {best}.",
        "order": "Agreement of order with the truth (1 is perfect): "
        "this list {ours}, follower count {followers}, own topic {topic}.",
    },
    "zh": {
        "title": "模拟平台:喜欢露营的女性。60 个账号中最好的,以及粉丝数同为 50 万的十个",
        "band": "档",
        "rank": "名次",
        "account": "账号\n(模拟)",
        "share": "TA浓度",
        "truth": "真值",
        "inside": "区间\n含真值",
        "by_followers": "按粉丝数",
        "by_truth": "真实\n名次",
        "followers": "粉丝数",
        "cost": "每千目标粉丝\n成本(元)",
        "story": "只有模拟才知道的事",
        "labels": "{count} 条标注也是模拟的:25 个账号各抽 20 位粉丝,由细心的人判断,每 100 条错 1 条。"
        "它们用来校准占比的高低;没有标注时只看名次和倍数。",
        "report": "报告:{path}",
        "next": "用时 {seconds:.0f} 秒。接着看:{program} --workspace {workspace} explain t02",
        "replaced": "替换 {workspace} 里以前的演示。",
        "simulated": "模拟了一个小平台;上面的账号、人和帖子都是虚构的",
        "imported": "导入 {file}",
        "ranked": "为 60 个候选排序",
        "reported": "写好报告",
        "stopped": "已停止。{workspace} 里的演示没有做完;再次运行同一命令会替换它,从头开始。",
        "yes": "是",
        "no": "否",
        "held": "{scored} 个账号中,{inside} 个的区间包含真值。",
        "equal": "十个账号粉丝数同为 {followers:,},按粉丝数分不出先后。这里排第一的是{first};真正第一的是{best}。",
        "order": "与真实顺序的一致程度(1 为完全一致):本名单 {ours},按粉丝数 {followers},按账号自身主题 {topic}。",
    },
}


STORIES_ZH = {
    "the excellent one": "真正出色的那一个",
    "renamed twice: phone tips, then nail art, now fashion": "改过两次名:手机技巧、美甲、现在是穿搭",
    "full of zombie followers": "僵尸粉很多",
    "lottery hunters": "抽奖控",
    "right topic, mostly men": "主题对,但多为男性",
    "travel, half of it outdoors": "旅行,一半是户外",
    "mothers, many of them outdoors": "妈妈们,很多爱户外",
    "food": "美食",
    "beauty": "美妆",
    "pets": "宠物",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run beside its truth: `agreement` holds Spearman's rank correlation with the true shares per way of ordering."""

    scored: int
    inside: int
    first_of_ten: str
    best_of_ten: str
    agreement: dict[str, float | None]


def compare(shortlist: "Shortlist", truths: Sequence[Truth]) -> Outcome:
    """How the run did against what the simulation knows."""
    true = {truth.native_id: truth for truth in truths}
    cards = shortlist.cards
    inside = sum(card.precision.low <= true[card.account.native_id].share <= card.precision.high for card in cards)
    ten = [card for card in cards if true[card.account.native_id].one_of_ten]
    shares = [true[card.account.native_id].share for card in cards]
    agreement = {
        "ours": spearman([card.precision.value for card in cards], shares),
        "followers": spearman([card.followers or 0 for card in cards], shares),
        "topic": spearman([card.own_topic or 0.0 for card in cards], shares),
    }
    best = max((truth for truth in truths if truth.one_of_ten), key=lambda truth: truth.share)
    return Outcome(len(cards), inside, ten[0].account.label if ten else "–", best.name, agreement)


def spearman(ours: Sequence[float], truth: Sequence[float]) -> float | None:
    """Rank correlation, ties by their mean rank; None where one side does not vary."""
    from scipy.stats import spearmanr

    if len(set(ours)) < 2 or len(set(truth)) < 2:
        return None
    return float(spearmanr(ours, truth).statistic)


def rows(shortlist: "Shortlist", truths: Sequence[Truth], lang: Lang) -> tuple[list[Column], list[list[object]]]:
    """The table: the first accounts of the list, and all ten of equal size, in the list's order."""
    words, true = WORDS[lang], {truth.native_id: truth for truth in truths}
    order = {truth.native_id: place for place, truth in enumerate(sorted(truths, key=lambda item: -item.share), start=1)}
    columns = [
        Column(words["band"]),
        Column(words["rank"], "right"),
        Column(words["account"]),
        Column(words["share"], "right"),
        Column(words["truth"], "right"),
        Column(words["inside"], drop=4),
        Column(words["by_truth"], "right"),
        Column(words["by_followers"], "right", drop=5),
        Column(words["followers"], "right", drop=3),
        Column(words["cost"], "right", drop=1),
        Column(words["story"], drop=2),
    ]
    shown = [card for place, card in enumerate(shortlist.cards) if place < SHOWN or true[card.account.native_id].one_of_ten]
    return columns, [_row(card, true[card.account.native_id], order[card.account.native_id], lang) for card in shown]


def _row(card: "Scorecard", truth: Truth, true_rank: int, lang: Lang) -> list[object]:
    from reports import numbers

    words = WORDS[lang]
    share, cost, price = card.precision, card.cost_per_thousand, card.price
    paid = None
    if cost is not None and price is not None:
        value, low, high = (numbers.major(each, price.currency) for each in (cost.value, cost.low, cost.high))
        paid = f"{value:,.0f} ({low:,.0f}{f'-{high:,.0f}' if numbers.known(high) else ' - –'})"
    return [
        card.band,
        card.rank,
        card.account.label,
        f"{numbers.percent(share.value, lang, 1)} ({numbers.percent_range(share.low, share.high, lang, 1)}, n={share.n})",
        numbers.percent(truth.share, lang, 1),
        words["yes"] if share.low <= truth.share <= share.high else words["no"],
        true_rank,
        card.rank_followers,
        None if card.followers is None else f"{card.followers:,}",
        paid,
        (STORIES_ZH[truth.story] if lang == "zh" and truth.story else truth.story) or None,
    ]


def sentences(outcome: Outcome, followers: int, lang: Lang) -> list[str]:
    """What the table shows, in words."""
    words = WORDS[lang]
    shown = {name: "–" if value is None else f"{value:.2f}" for name, value in outcome.agreement.items()}
    return [
        words["equal"].format(followers=followers, first=outcome.first_of_ten, best=outcome.best_of_ten),
        words["held"].format(inside=outcome.inside, scored=outcome.scored),
        words["order"].format(**shown),
    ]


def document(shortlist: "Shortlist", truths: Sequence[Truth], outcome: Outcome) -> dict[str, Any]:
    """The same as plain data, every candidate."""
    true = {truth.native_id: truth for truth in truths}
    accounts = [
        {
            "account": card.account.native_id,
            "name": card.account.label,
            "band": card.band,
            "rank": card.rank,
            "rank_by_followers": card.rank_followers,
            "precision": {
                "value": card.precision.value,
                "low": card.precision.low,
                "high": card.precision.high,
                "n": card.precision.n,
            },
            "true_share": true[card.account.native_id].share,
            "one_of_ten": true[card.account.native_id].one_of_ten,
            "followers": card.followers,
        }
        for card in shortlist.cards
    ]
    return {
        "simulated": True,
        "scored": outcome.scored,
        "truth_inside": outcome.inside,
        "first_of_ten": outcome.first_of_ten,
        "best_of_ten": outcome.best_of_ten,
        "agreement_with_truth": outcome.agreement,
        "accounts": accounts,
    }
