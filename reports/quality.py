"""What the last page says about this run: how its probabilities were checked, how many people, which versions."""

from typing import TYPE_CHECKING

from reports import numbers
from reports.figures import base_name, share_figure
from reports.numbers import Lang
from reports.parts import Fact
from reports.sentence import Sentence
from reports.text import T

if TYPE_CHECKING:
    from scoring.results import Shortlist


class Q:
    """The sentences of this part."""

    calibration = Sentence("概率的校准", "How probabilities were checked")
    labels = Sentence("用 {n} 位有标注的人校准。", "Against {n} labelled people.", "Against {n} labelled person.")
    declared = Sentence(
        "用 {n} 位每一项条件都已知(自己填写,或有标注)的人校准。",
        "Against {n} people of whom every condition is known: stated by themselves, or labelled.",
        "Against {n} person of whom every condition is known: stated, or labelled.",
    )
    none = Sentence(
        "没有校准:对整个目标人群的标注不足 20 人(其中要有符合的和不符合的),也不是每一项条件都有足够的自填资料或标注。只看排序和倍数,区间已按方法之间的差异放宽。",
        "Not at all: fewer than 20 people are labelled for the whole persona (some who fit and some who don't), and not every condition has "
        "enough declared values or labels. Read order and multiples only; intervals were widened by what the methods disagree about.",
    )
    error = Sentence("概率与实际平均相差", "Average gap of probability and truth")
    error_value = Sentence(
        "{error}(在这些账号已知的 {n} 位粉丝上;给每一位打分的模型都没有见过其答案)",
        "{error} (on the {n} known followers of these accounts, each scored by a model that had not seen the answer)",
        "{error} (on the {n} known follower of these accounts, scored by a model that had not seen the answer)",
    )
    topic = Sentence("账号自身主题的作用", "What an account's own topic adds")
    topic_value = Sentence(
        "系数 {odds}({low}–{high}),由 {n} 位已知的粉丝学得。大于 1:主题明显更贴近目标人群的账号,其粉丝实际符合的比单看各人资料得出的更多;等于 1:主题不增加信息",
        "Factor {odds} ({low}–{high}), learned from {n} known followers. Above 1: followers of accounts that are clearly more about the persona "
        "fit more often than their own profiles say; 1: the topic adds nothing",
        "Factor {odds} ({low}–{high}), learned from {n} known follower. Above 1: followers of accounts that are clearly more about the persona "
        "fit more often than their own profiles say; 1: the topic adds nothing",
    )
    dictionary = Sentence("文本覆盖", "Texts covered")
    dictionary_value = Sentence(
        "已存文本的 {share} 能回答目标人群的全部问题",
        "{share} of the stored posts could be read for everything that the persona asks",
    )
    people = Sentence("看过的人", "People seen")
    people_value = Sentence(
        "{n} 个账号合计 {people} 人次,其中看不出 {unknown} 人次",
        "{people} over {n} accounts (one who follows two counts twice); of these we can't tell about {unknown}",
        "{people} of {n} account, of whom we can't tell about {unknown}",
    )
    base = Sentence("对照", "Base")
    base_value = Sentence("{base}:{share}({interval}),{n} 位", "{base}: {share} ({interval}), n = {n}")
    persona = Sentence("目标人群版本", "Persona version")
    parameters = Sentence("参数", "Parameters")
    input = Sentence("输入指纹", "Input digest")
    engine = Sentence("计算引擎", "Engine")
    version = Sentence("程序版本", "Program")


def quality(shortlist: "Shortlist", lang: Lang) -> tuple[Fact, ...]:
    """Calibration, people seen, base, texts covered."""
    made = shortlist.calibration
    how = {"labels": Q.labels, "declared": Q.declared}.get(made.status)
    facts = [Fact(Q.calibration(lang), how(lang, n=numbers.whole(made.people)) if how else Q.none(lang))]
    if made.expected_calibration_error is not None:
        error = numbers.percent(made.expected_calibration_error, lang)
        facts.append(Fact(Q.error(lang), Q.error_value(lang, error=error, n=numbers.whole(made.checked))))
    if made.topic_odds is not None:
        odds, low, high = (f"{each:.2f}" for each in (made.topic_odds.value, made.topic_odds.low, made.topic_odds.high))
        facts.append(Fact(Q.topic(lang), Q.topic_value(lang, odds=odds, low=low, high=high, n=numbers.whole(made.topic_odds.n))))
    unknown = sum(card.n_unknown for card in shortlist.cards)
    people = sum(card.n for card in shortlist.cards) + unknown
    facts.append(
        Fact(
            Q.people(lang),
            Q.people_value(lang, n=len(shortlist.cards), people=numbers.whole(people), unknown=numbers.whole(unknown)),
        )
    )
    base = shortlist.base_rate
    if base is not None:
        share = share_figure(base.share, lang)
        said = Q.base_value(
            lang, base=base_name(shortlist, lang), share=share.text, interval=share.interval, n=numbers.whole(base.people)
        )
        facts.append(Fact(Q.base(lang), said))
    covered = Q.dictionary_value(lang, share=numbers.percent(made.dictionary_share, lang))
    return (*facts, Fact(Q.dictionary(lang), covered))


def metadata(shortlist: "Shortlist", run_id: int, code_version: str, lang: Lang) -> tuple[Fact, ...]:
    """What it takes to compute the run again."""
    parameters = ", ".join(
        f"{key}={'all' if value is None else value}" for key, value in sorted(shortlist.parameters.items()) if key != "packaged"
    )
    persona = T.persona_value(lang, name=numbers.name(shortlist.persona), version=shortlist.persona_version)
    return (
        Fact(T.run(lang), str(run_id)),
        Fact(Q.persona(lang), persona),
        Fact(Q.parameters(lang), parameters),
        Fact(Q.input(lang), shortlist.input_digest),
        Fact(Q.engine(lang), shortlist.engine),
        Fact(Q.version(lang), f"fanfit {code_version}".strip()),
    )
