"""The command that finds accounts for a list that is short: `candidates suggest`."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, print_json, say, show_table
from cli.shortlisting import only_list, persona_text
from cli.wiring import Session, open_session

if TYPE_CHECKING:
    from jobs.suggesting import Ask, Suggestion, Suggestions, Wanted

TierName = Literal["head", "shoulder", "waist", "koc"]

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Accounts that {group} follow more than {base}",
        "group": {"fitting": "the fitting followers", "seeds": "the seeds' followers"},
        "base": {"base": "average (the base sample)", "pool": "the candidate pool", "others": "the list's other followers"},
        "heads": ("account", "platform", "followers", "multiple", "why", "of those whose fit is known", "price"),
        "why": "followed by {share} of 100 {group} ({low}-{high}), {base_share} of 100 in the base ({n} people)",
        "through": "; mostly through followers of {names}", "of": {"fitting": "fitting", "seeds": "of the seeds' followers"},
        "declared": "{a} of {n} that fit, {b} of {m} that do not",
        "frame": "Told from {readable} of {sampled} people: of the others it is not known whom they follow beyond the list. Lists of followers and of followed accounts may have been cut off "
        "by the platform or the export, so an account that is missing here may still fit; the shares are of what could be read.",
        "tested": "{tested} accounts that {k} people or more follow were tested, {told} are followed surely more (at most {level} of those told are expected to be chance).",
        "circular": "Whether a follower fits is partly read from whom it follows, so an account of the topic stands out by itself; the column of those whose fit is known does not depend on that.",
        "uncalibrated": "The chances to fit rest on no known follower (not calibrated): take the order for a hint.",
        "uncounted": "{n} more are left out because their follower count is not known.",
        "unpriced": "{n} more are left out because no price of theirs in that currency is known.",
        "too_few": "Not told: {names} (too few people can be read there).",
        "none": "No account is followed surely more, or none that meets your wishes.", "run": "From run {run}, data as of {date}.",
        "made": "No kept run of this persona and list: it was scored now, run {run}.",
        "grade": "Evidence: followers, person by person (A). Not a ranking of precision: bring in their followers and score them.",
        "added": "{n} accounts added to the list {name}.", "tier": "say either --tier or --min-followers / --max-followers",
    },
    "zh": {
        "title": "{group}比{base}更常关注的账号",
        "group": {"fitting": "符合目标的粉丝", "seeds": "种子账号的粉丝"},
        "base": {"base": "大盘", "pool": "候选池平均", "others": "名单的其他粉丝"},
        "heads": ("账号", "平台", "粉丝", "倍数", "为什么", "已知是否符合的人中", "报价"),
        "why": "每 100 个{group}约 {share} 个关注({low}-{high}),对照每 100 人 {base_share} 个({n} 人)",
        "through": ";主要来自 {names} 的粉丝", "of": {"fitting": "符合目标的粉丝", "seeds": "种子账号粉丝"},
        "declared": "符合的 {n} 人中 {a} 个,不符合的 {m} 人中 {b} 个",
        "frame": "依据 {sampled} 人中的 {readable} 人:其余的人除名单外还关注谁无从得知。粉丝列表和关注列表可能被平台或导出截断,"
        "这里没有的账号不等于不合适;比例只对能读到的部分成立。",
        "tested": "检验了 {k} 人以上关注的 {tested} 个账号,其中 {told} 个确实被关注得更多(所列之中预计至多 {level} 出于偶然)。",
        "circular": "粉丝是否符合,部分是由其关注推断的,因此同主题的账号自然突出;“已知是否符合的人中”一列不受此影响。",
        "uncalibrated": "符合的可能性没有已知粉丝可核对(未校准):次序仅作提示。",
        "uncounted": "另有 {n} 个因粉丝数未知而未列出。", "unpriced": "另有 {n} 个因没有该币种的报价而未列出。",
        "too_few": "未检验:{names}(可读的人太少)。",
        "none": "没有账号确实被关注得更多,或没有符合条件的账号。", "run": "来自第 {run} 次运行,数据截至 {date}。",
        "made": "没有这个目标人群和名单的可用运行:现已计算,第 {run} 次运行。",
        "grade": "证据:逐个粉丝(A 级)。这不是 TA 浓度排名:请导入它们的粉丝后再评分。",
        "added": "已把 {n} 个账号加入名单 {name}。", "tier": "--tier 与 --min-followers / --max-followers 只能给一种",
    },
}  # fmt: skip


def suggest_command(
    ctx: typer.Context,
    persona: Annotated[str, typer.Option(metavar="FILE", help="The persona's file, or the name of one scored before.")],
    candidates: Annotated[str | None, typer.Option(metavar="LIST", help="The list that is short (default: the only one).")] = None,
    seeds: Annotated[bool, typer.Option("--seeds", help="By the followers of the persona's seed accounts, not by who fits.")] = False,
    platform: Annotated[str | None, typer.Option(help="Only accounts of this platform.")] = None,
    min_followers: Annotated[int | None, typer.Option(min=0, help="Only accounts with as many followers or more.")] = None,
    max_followers: Annotated[int | None, typer.Option(min=1, help="Only accounts with fewer followers.")] = None,
    tier: Annotated[TierName | None, typer.Option(help="Only accounts of this size: 头部, 肩部, 腰部, KOC; limits in settings.")] = None,
    max_price: Annotated[str | None, typer.Option(metavar="AMOUNT", help="Only with a valid quote up to this, as 5000 or USD 500.")] = None,
    currency: Annotated[str, typer.Option(metavar="CODE", help="Of --max-price, where it names none.")] = "CNY",
    not_in: Annotated[list[str] | None, typer.Option("--not-in", metavar="LIST", help="Without accounts of this list too; repeatable.")] = None,
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
    level: Annotated[float, typer.Option("--q", min=0.001, max=0.5, help="Which part of those told may be chance.")] = 0.05,
    run: Annotated[int | None, typer.Option(metavar="N", help="Out of this run (default: the newest of persona and list).")] = None,
    add_to: Annotated[str | None, typer.Option("--add-to", metavar="LIST", help="Append them to this candidate list.")] = None,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:  # fmt: skip
    """Accounts that the fitting followers, or the seeds' followers, follow more than others do, minus those already listed."""
    from dataclasses import asdict

    from jobs.code import code_version
    from jobs.suggesting import Ask, Wanted, add_to_list, suggest
    from scoring.arrays import Parameters

    session = open_session(ctx, lang=lang)
    settings = session.settings
    wanted = Wanted(platform, _size(session, tier, min_followers, max_followers), _most(max_price, currency), top)
    parameters = Parameters(
        seed=settings.seed, k_anonymity=settings.small_cell, min_sample=settings.min_sample, assess_x=bool(settings.x.permission)
    )
    with session.store("candidates suggest") as store:
        text, where = persona_text(store, persona)
        ask = Ask(text, where, candidates or only_list(store), seeds, run, tuple(not_in or ()), wanted, level)
        found = suggest(
            store,
            session.workspace,
            ask,
            parameters,
            now=session.now(),
            code_version=code_version(),
            processes=settings.processes,
        )
        notes = [_why(each, found, session.lang) for each in found.rows]
        added = add_to_list(store, found, add_to, notes, now=session.now()) if add_to else 0
    if as_json:
        print_json(asdict(found) | {"grade": "A", "added": added, "why": notes})
    else:
        _show(session, found, notes, ask)
        if add_to:
            say(TEXTS[session.lang]["added"].format(n=added, name=add_to))


def _size(session: Session, tier: TierName | None, low: int | None, high: int | None) -> tuple[int | None, int | None]:
    if tier is None:
        return low, high
    if low is not None or high is not None:
        raise typer.BadParameter(TEXTS[session.lang]["tier"], param_hint="--tier")
    return session.tiers().between(tier)


def _most(text: str | None, currency: str) -> tuple[int, str] | None:
    from collectors.errors import BadCell
    from collectors.exports.money import amount, currency_code, to_minor

    if text is None:
        return None
    try:
        read, code = amount(text), currency_code(currency)
        if read is None or (found := read[1] or code) is None:
            message = "expected an amount, as 5000 or USD 500"
            raise typer.BadParameter(message, param_hint="--max-price")
        return to_minor(read[0], found), found
    except BadCell as error:
        message = f"{error.reason}; expected {error.expected}"
        raise typer.BadParameter(message, param_hint="--max-price") from None


def _why(each: "Suggestion", found: "Suggestions", lang: str) -> str:
    texts = TEXTS[lang]
    share = each.found.share
    told: str = texts["why"].format(
        share=_hundred(share.value), low=_hundred(share.low), high=_hundred(share.high), group=texts["of"][found.of],
        base_share=_hundred(each.found.base_share), n=f"{each.found.base:,}",
    )  # fmt: skip
    if each.through:
        told += texts["through"].format(names=("、" if lang == "zh" else ", ").join(_name(ref.label) for ref in each.through))
    return told


def _hundred(share: float) -> str:
    number = share * 100
    return f"{number:.0f}" if number >= 10 or number == 0 else f"{number:.1f}" if number >= 0.05 else "<0.1"


def _name(text: str) -> str:
    from reports import numbers

    return numbers.name(text)


def _show(session: Session, found: "Suggestions", notes: list[str], ask: "Ask") -> None:
    from reports import numbers

    texts = TEXTS[session.lang]
    base = "others" if found.base == "pool" and found.of == "seeds" else found.base
    title = texts["title"].format(group=texts["group"][found.of], base=texts["base"][base])
    if found.rows:
        rows = [_cells(each, why, session.lang) for each, why in zip(found.rows, notes, strict=True)]
        columns = [
            Column(head, "right" if place in {2, 3, 6} else "left", drop={6: 1, 5: 2}.get(place, 0))
            for place, head in enumerate(texts["heads"])
        ]
        show_table(session, title, columns, rows, None, as_json=False)
    else:
        say(texts["none"])
    emit(texts["made" if found.made else "run"].format(run=found.run_id, date=numbers.date(found.data_to)))
    level = numbers.percent(found.level, session.lang)
    emit(texts["tested"].format(tested=found.tested, told=found.told, k=found.k, level=level))
    emit(texts["frame"].format(readable=found.readable, sampled=found.sampled))
    for line in _remarks(found, ask.wanted, texts):
        emit(line)
    emit(texts["grade"])


def _remarks(found: "Suggestions", wanted: "Wanted", texts: dict[str, Any]) -> list[str]:
    said = [texts["circular"]] if found.of == "fitting" else []
    if not found.calibrated:
        said.append(texts["uncalibrated"])
    if found.uncounted:
        said.append(texts["uncounted"].format(n=found.uncounted))
    if wanted.max_price is not None and found.unpriced:
        said.append(texts["unpriced"].format(n=found.unpriced))
    return [*said, texts["too_few"].format(names=", ".join(found.too_few))] if found.too_few else said


def _cells(each: "Suggestion", why: str, lang: Any) -> tuple[object, ...]:
    from reports import numbers

    lift = each.found.lift
    declared = None
    if each.declared is not None:
        a, n, b, other = each.declared
        declared = TEXTS[lang]["declared"].format(a=a, n=n, b=b, m=other)
    price = (
        None
        if each.price is None
        else numbers.money(numbers.major(each.price.amount_minor, each.price.currency), each.price.currency, lang)
    )
    multiple = f"{numbers.factor(lift.value)}x ({numbers.factor(lift.low)}-{numbers.factor(lift.high)})"
    followers = numbers.count(each.followers, lang)
    return _name(each.account.label), each.account.platform, followers, multiple, why, declared, price
