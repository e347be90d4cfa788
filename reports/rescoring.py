"""A campaign's rescore as a digest: what changed and why, which changes exceed noise, who came in and who dropped out."""

from collections.abc import Sequence
from typing import ClassVar

from reports import numbers
from reports.digest import Digest, Part, Table
from reports.numbers import Lang
from reports.sentence import Sentence
from scoring.watching.rescored import Alert, Moved, Rescored


class R:
    """The sentences of a rescoring report."""

    title = Sentence("{campaign}:{date} 更新", "{campaign}: update of {date}")
    first = Sentence(
        "第一次评分:{n} 个账号已排序,下次起说明变化。",
        "First scoring: {n} accounts are ranked; changes are told from the next one on.",
        "First scoring: {n} account is ranked; changes are told from the next one on.",
    )
    same = Sentence("与 {date} 相比没有变化。", "Nothing changed since {date}.")
    none_sure = Sentence(
        "与 {date} 相比,{n} 个账号的 TA浓度变化都在误差之内。",
        "Since {date} the on-target shares of all {n} accounts moved by no more than samples differ by chance.",
        "Since {date} the on-target share of the one account moved by no more than samples differ by chance.",
    )
    sure = Sentence(
        "与 {date} 相比,{n} 个账号的 TA浓度变化超出误差:{names}。",
        "Since {date} the on-target share of {n} accounts moved by more than chance: {names}.",
        "Since {date} the on-target share of {n} account moved by more than chance: {names}.",
    )
    chance = Sentence(
        "若什么都没变,{all} 个账号里平均也会有 {n} 个显得超出误差。",
        "Were nothing to change, {n} of {all} accounts would still seem to, on average.",
    )
    entered = Sentence("新进入前 {top}:{names}。", "New among the first {top}: {names}.")
    left = Sentence("离开前 {top}:{names}。", "No longer among the first {top}: {names}.")
    because = Sentence("原因:{causes}。", "Because of {causes}.")
    unknown = Sentence(
        "原因无法再区分:上次的数据快照已到期。", "Why can no longer be told: the input of the last run has expired."
    )
    causes: ClassVar[dict[str, Sentence]] = {
        "data": Sentence("数据变化", "the data"), "persona": Sentence("目标人群定义变化", "the persona"), "code": Sentence("程序更新", "the program"),
        "parameters": Sentence("参数变化", "the parameters"), "data_or_selection": Sentence("数据或抽样变化", "the data or who was drawn"),
        "data_or_code": Sentence("数据或程序变化", "the data or the program"),
    }  # fmt: skip
    and_ = Sentence("、", ", ")
    alerts = Sentence("需要留意", "Worth a look")
    alert_kinds: ClassVar[dict[str, Sentence]] = {
        "rename": Sentence("{about} 改名:{old} → {new}", "{about} has a new handle: {old} → {new}"),
        "drop": Sentence("{about} 的 TA浓度下降 {points} 个百分点,超出误差(把握 {sure}%)", "{about}: the on-target share fell by {points} points, more than chance ({sure} % sure)"),
        "growth": Sentence("{about} 有异常增长迹象({date},约 {people} 人)", "{about} shows signs of unusual growth ({date}, about {people} followers)"),
        "source": Sentence("{about} 没有读全:{reason}", "{about} could not be read in full: {reason}"),
        "account": Sentence("{about}({platform})没有读到:{reason}", "{about} ({platform}) could not be read: {reason}"),
        "limit": Sentence("{about} 今日已用 {used},上限 {most}", "{about}: {used} of today's {most} are used"),
    }  # fmt: skip
    table = Sentence("名单", "The list")
    table_hint = Sentence(
        "变化以百分点计;把握是变化方向为真的概率,两次抽样按互相独立计算,偏保守。超出误差的变化标 ●。",
        "Changes in points; sure is the probability that the direction is true, with the two samples taken as independent, which errs towards no change. ● marks changes beyond chance.",
    )
    heads = (
        Sentence("名次", "Place"), Sentence("账号", "Account"), Sentence("档", "Band"), Sentence("TA浓度", "On-target share"), Sentence("变化", "Change"),
        Sentence("把握", "Sure"), Sentence("上次名次", "Last place"),
    )  # fmt: skip
    new = Sentence("新", "new")
    gone = Sentence("不在名单", "not ranked")
    cover_client = Sentence("客户", "Client")
    cover_persona = Sentence("目标人群", "Persona")
    cover_list = Sentence("名单", "List")
    cover_runs = Sentence("评分", "Runs")
    cover_data = Sentence("数据截至", "Data up to")
    not_scored = Sentence(
        "{n} 个候选账号没有评分,原因见完整报告。",
        "{n} candidates were not scored; the full report says why.",
        "{n} candidate was not scored; the full report says why.",
    )


def rescoring_digest(found: Rescored, lang: Lang) -> Digest:
    """The report in one language."""
    parts = []
    if found.alerts:
        parts.append(Part(R.alerts(lang), alert_sentences(found.alerts, lang)))
    parts.append(
        Part(
            R.table(lang),
            (),
            (Table(R.table(lang), heads(lang), rows(found, lang), frozenset({0, 3, 4, 5, 6}), R.table_hint(lang)),),
        )
    )
    notices = (R.not_scored(lang, n=found.not_scored),) if found.not_scored else ()
    return Digest(title(found, lang), lang, _cover(found, lang), lead(found, lang), tuple(parts), notices)


def title(found: Rescored, lang: Lang) -> str:
    """The report's title, a mail's subject."""
    return R.title(lang, campaign=numbers.name(found.campaign), date=numbers.date(found.created))


def heads(lang: Lang) -> tuple[str, ...]:
    """The list's heads."""
    return tuple(head(lang) for head in R.heads)


def lead(found: Rescored, lang: Lang) -> tuple[str, ...]:
    """What changed and why, the first sentences of report and mail."""
    ranked = [each for each in found.moves if each.after is not None]
    if found.before_id is None:
        return (R.first(lang, n=len(ranked)),)
    date = numbers.date(found.before_created)
    if found.causes == ():
        return (R.same(lang, date=date),)
    sure = [each for each in found.moves if each.beyond_noise]
    both = [each for each in found.moves if each.sure is not None]
    if sure:
        names = R.and_(lang).join(f"{numbers.name(each.account)} {_signed(each.points)}" for each in sure)
        told = [R.sure(lang, date=date, n=len(sure), names=names), R.chance(lang, all=len(both), n=f"{len(both) * 0.05:.1f}")]
    else:
        told = [R.none_sure(lang, date=date, n=len(both))]
    for sentence, picked in ((R.entered, _entered(found)), (R.left, _left(found))):
        if picked:
            told.append(sentence(lang, top=found.top, names=R.and_(lang).join(map(numbers.name, picked))))
    if found.causes is None:
        told.append(R.unknown(lang))
    else:
        told.append(R.because(lang, causes=R.and_(lang).join(R.causes[cause](lang) for cause in found.causes)))
    return tuple(told)


def alert_sentences(alerts: Sequence[Alert], lang: Lang) -> tuple[str, ...]:
    """Each alert as a sentence."""
    return tuple(R.alert_kinds[each.kind](lang, about=numbers.name(each.about), **each.values) for each in alerts)


def _entered(found: Rescored) -> list[str]:
    return [
        each.account for each in found.moves if _in_top(each.place_after, found.top) and not _in_top(each.place_before, found.top)
    ]


def _left(found: Rescored) -> list[str]:
    return [
        each.account for each in found.moves if _in_top(each.place_before, found.top) and not _in_top(each.place_after, found.top)
    ]


def _in_top(place: int | None, top: int) -> bool:
    return place is not None and place <= top


def rows(found: Rescored, lang: Lang, most: int | None = None) -> tuple[tuple[str, ...], ...]:
    """The list as cells, at most `most` rows; who is not ranked any more stands last."""
    made = [_row(each, found, lang) for each in found.moves]
    return tuple(made if most is None else made[:most])


def _row(each: Moved, found: Rescored, lang: Lang) -> tuple[str, ...]:
    share = numbers.MISSING
    if each.after is not None:
        decimals = numbers.share_decimals(each.after.value)
        share = f"{numbers.percent(each.after.value, lang, decimals)} ({numbers.percent_range(each.after.low, each.after.high, lang, decimals)})"
    moved = _signed(each.points) + (" ●" if each.beyond_noise else "")
    if each.points is None:
        moved = "" if found.before_id is None else R.new(lang) if each.after is not None else R.gone(lang)
    return (
        numbers.whole(each.place_after), numbers.name(each.account), each.band_after or numbers.MISSING, share, moved,
        "" if each.sure is None else numbers.certainty(each.sure, lang), numbers.whole(each.place_before) if each.place_before else "",
    )  # fmt: skip


def _signed(points: float | None) -> str:
    if points is None:
        return ""
    text = f"{abs(points) * 100:.1f}"
    sign = "" if text == "0.0" else "+" if points > 0 else "-"
    return f"{sign}{text}"


def _cover(found: Rescored, lang: Lang) -> tuple[tuple[str, str], ...]:
    runs = f"{found.before_id} → {found.run_id}" if found.before_id is not None else str(found.run_id)
    return (
        (R.cover_client(lang), numbers.name(found.client)), (R.cover_persona(lang), f"{numbers.name(found.persona)} v{found.persona_version}"),
        (R.cover_list(lang), numbers.name(found.list_name)), (R.cover_runs(lang), runs), (R.cover_data(lang), numbers.date(found.data_to)),
    )  # fmt: skip
