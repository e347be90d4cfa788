"""What watched accounts did, as a digest: whom they gained, what those are like, who speaks of them."""

from reports import numbers
from reports.digest import Digest, Part, Table
from reports.numbers import Lang
from reports.sentence import Sentence
from scoring.estimate import Estimate
from scoring.text.lexicon import interests
from scoring.watching.change import Bounds
from scoring.watching.contrast import Contrast
from scoring.watching.results import Period, RuleCheck, Watch, WatchReport

MOST_ROWS = 30


class W:
    """The sentences of a watch report."""

    title = Sentence("竞品观察", "Watched accounts")
    period = Sentence("期间", "Period")
    accounts = Sentence("账号", "Accounts")
    gained = Sentence(
        "{name}:新增粉丝 {gained},流失 {lost}({readings} 次读取名单)。",
        "{name}: {gained} followers gained, {lost} lost ({readings} readings of its list).",
    )
    no_lists = Sentence(
        "{name}:期间只有 {readings} 次完整结束的名单读取,新增与流失要两次才能比较。",
        "{name}: {readings} finished readings of its list; it takes two to tell who came and who went.",
        "{name}: {readings} finished reading of its list; it takes two to tell who came and who went.",
    )
    nothing = Sentence("还没有观察任何账号:`fanfit watch add 账号`。", "No account is watched yet: `fanfit watch add ACCOUNT`.")
    known_since = Sentence(
        "从 {date} 起有它的名单:更早的变化无从得知。", "Its list is known from {date} on: nothing is known of changes before."
    )
    changes = Sentence("粉丝变化", "Followers gained and lost")
    changes_hint = Sentence(
        "流失只在读完整份名单后才算数;只读到最新一段时给出范围。人数不足 {k} 的期间按月合并。",
        "Somebody counts as lost only after a whole list was read; where only the newest part was, there are bounds. Periods of fewer than {k} people are added up by month.",
    )
    heads_changes = (
        Sentence("从", "From"),
        Sentence("到", "To"),
        Sentence("新增", "Gained"),
        Sentence("流失", "Lost"),
        Sentence("无法判断", "Cannot tell"),
    )
    like = Sentence("新增粉丝更多的兴趣", "Interests that the gained have more of")
    follow = Sentence("新增粉丝更多关注的账号", "Accounts that the gained follow more")
    heads_like = (
        Sentence("兴趣", "Interest"),
        Sentence("新增中占比", "Of the gained"),
        Sentence("原有中占比", "Of the standing"),
        Sentence("倍数", "Multiple"),
    )
    heads_follow = (Sentence("账号", "Account"), *heads_like[1:], Sentence("候选", "Candidate"))
    like_hint = Sentence(
        "与一直在名单里的粉丝相比;只列误报率不超过 5% 的(Benjamini-Hochberg)。看得出的新增 {n} 位,原有 {base} 位。",
        "Beside those who stood in the list all the time; told are those of which at most 5 % are false (Benjamini-Hochberg). Known enough: {n} gained, {base} standing.",
    )
    too_few = Sentence(
        "新增粉丝的兴趣与关注:看得出的人太少(不足 {k}),或没有明显差别。",
        "Interests and followees of the gained: too few of whom enough is known (fewer than {k}), or no sure difference.",
    )
    spoken = Sentence("谁提到它", "Who speaks of it")
    heads_spoken = (
        Sentence("账号", "Account"),
        Sentence("提到", "Mentions"),
        Sentence("其中声明合作", "Disclosed as paid"),
        Sentence("最早", "First"),
        Sentence("最近", "Last"),
        Sentence("首次", "New"),
    )
    nobody = Sentence(
        "期间没有具名账号提到它(按 {names} 查找)。", "No named account spoke of it in the period (looked for: {names})."
    )
    unusual = Sentence(
        "{begin} 至 {end} 有异常增长迹象:{people},按它以往的增长约为 {usual}。原因(走红的帖子、平台推荐或其他)从粉丝数看不出来。",
        "Signs of unusual growth from {begin} to {end}: {people}, where its own growth would have brought about {usual}. What caused it, a viral post, a recommendation or something else, counts do not tell.",
    )
    unusual_loss = Sentence(
        "{begin} 至 {end} 有异常掉粉迹象:{people},按它以往的变化约为 {usual}。原因(平台清理、争议或其他)从粉丝数看不出来。",
        "Signs of an unusual loss of followers from {begin} to {end}: {people}, where its own past would have brought about {usual}. What caused it, a clean-up by the platform, a dispute or something else, counts do not tell.",
    )
    usual_growth = Sentence(
        "没有异常增长或掉粉迹象({n} 段计数,与它自己此前 120 天相比)。",
        "No signs of unusual growth or loss ({n} steps between counts, beside its own 120 days before).",
        "No signs of unusual growth or loss ({n} step between counts, beside its own 120 days before).",
    )
    growth_unknown = Sentence(
        "增长是否异常无从判断:要有 14 天以上、至少 9 次的粉丝数记录。",
        "Whether its growth is unusual cannot be told: that takes 9 counts or more over at least 14 days.",
    )
    events = Sentence(
        "从事件流得知({begin} 至 {end}):新增关注 {made},取消 {ended}。",
        "As the event stream told ({begin} to {end}): {made} follows made, {ended} taken back.",
    )
    events_gaps = Sentence(
        "其间有 {n} 段时间没有收到事件,实际只会更多。",
        "Of {n} times nothing came: the true figures are higher.",
        "Of {n} time nothing came: the true figures are higher.",
    )
    voice = Sentence("声量占比", "Share of voice")
    heads_voice = (
        Sentence("月份", "Month"),
        Sentence("品牌", "Brand"),
        Sentence("提到", "Mentions"),
        Sentence("账号数", "Accounts"),
        Sentence("占比", "Share"),
    )
    voice_hint = Sentence(
        "在库中具名账号的公开帖子里,提到任一被观察账号的帖子按品牌分;只含已采集的账号,不是全平台。",
        "Of the posts of named accounts in the store that speak of any watched account, by brand; only accounts that were collected, not the platform.",
    )
    checked = Sentence(
        "抽查 {n} 条:{right} 条确实提到({share},95% 区间 {range})。",
        "{n} posts were checked: {right} do speak of it ({share}, 95 % interval {range}).",
    )
    checked_paid = Sentence(
        "声明合作的 {n} 条里,{right} 条确为合作({share},{range})。",
        "Of {n} posts taken for paid, {right} are ({share}, {range}).",
    )
    unchecked = Sentence(
        "查找规则的准确率还没有抽查:`fanfit watch sample`,判断后 `fanfit watch judge`。",
        "How often the rule is right is not known yet: `fanfit watch sample`, then `fanfit watch judge`.",
    )
    yes = Sentence("是", "yes")
    at_least = Sentence("至少 {low}", "at least {low}")
    fewer = Sentence("不足 {k}", "fewer than {k}")


def watch_digest(report: WatchReport, lang: Lang) -> Digest:
    """The report in one language."""
    days = f"{numbers.date(report.since)} – {numbers.date(report.until)}"
    lead = [_lead(each, report.k, lang) for each in report.watches] or [W.nothing(lang)]
    parts = [_part(each, report.k, lang) for each in report.watches]
    if report.voices:
        rows = tuple(
            (each.month, numbers.name(each.brand.label), numbers.whole(each.mentions), numbers.whole(each.accounts), numbers.percent(each.share, lang))
            for each in report.voices
        )  # fmt: skip
        heads = tuple(head(lang) for head in W.heads_voice)
        table = Table(W.voice(lang), heads, rows, frozenset({2, 3, 4}), W.voice_hint(lang))
        parts.append(Part(W.voice(lang), (), (table,), _checks(report, lang)))
    cover = ((W.period(lang), days), (W.accounts(lang), numbers.whole(len(report.watches))))
    return Digest(f"{W.title(lang)} {days}", lang, cover, tuple(lead), tuple(parts))


def _lead(each: Watch, k: int, lang: Lang) -> str:
    name = numbers.name(each.account.label)
    if not each.periods:
        return W.no_lists(lang, name=name, readings=each.listed, n=each.listed)
    gained, lost = _sum(each.periods, "gained"), _sum(each.periods, "lost")
    return W.gained(lang, name=name, gained=bounds(gained, k, lang), lost=bounds(lost, k, lang), readings=each.listed)


def _sum(periods: tuple[Period, ...], side: str) -> Bounds:
    every: list[Bounds] = [getattr(each, side) for each in periods]
    most = [high for _, high in every if high is not None]
    return sum(low for low, _ in every), sum(most) if len(most) == len(every) else None


def bounds(found: Bounds, k: int, lang: Lang) -> str:
    """A count or its bounds; one below k, but not nothing, only says that.

    >>> bounds((3, 3), 20, "en"), bounds((0, 0), 20, "en"), bounds((40, 60), 20, "en"), bounds((1200, None), 20, "zh")
    ('fewer than 20', '0', '40-60', '至少 1,200')
    """
    low, high = found
    if high is None:
        return W.at_least(lang, low=numbers.whole(low if low >= k else 0))
    if 0 < high < k:
        return W.fewer(lang, k=k)
    if low == high:
        return numbers.whole(low)
    return f"{numbers.whole(low if low >= k else 0)}-{numbers.whole(high)}"


def _part(each: Watch, k: int, lang: Lang) -> Part:
    sentences = [] if each.since is None else [W.known_since(lang, date=numbers.date(each.since))]
    sentences += [*_growth(each, lang), *_events(each, k, lang)]
    tables = []
    if each.periods:
        rows = tuple(_change_row(period, k, lang) for period in each.periods)
        heads = tuple(head(lang) for head in W.heads_changes)
        tables.append(Table(W.changes(lang), heads, rows, frozenset({2, 3, 4}), W.changes_hint(lang, k=k)))
    tables += _contrast_tables(each, lang)
    notes = [] if each.interests or each.followees or not each.periods else [W.too_few(lang, k=k)]
    if each.spoken_of:
        spoken = tuple(
            (numbers.name(voice.account.label), numbers.whole(voice.mentions), numbers.whole(voice.declared), numbers.date(voice.first),
             numbers.date(voice.last), W.yes(lang) if voice.new else "")
            for voice in each.spoken_of[:MOST_ROWS]
        )  # fmt: skip
        tables.append(Table(W.spoken(lang), tuple(head(lang) for head in W.heads_spoken), spoken, frozenset({1, 2})))
    else:
        notes.append(W.nobody(lang, names=", ".join(map(numbers.name, each.names))))
    return Part(numbers.name(each.account.label), tuple(sentences), tuple(tables), tuple(notes))


def _growth(each: Watch, lang: Lang) -> list[str]:
    if not each.growth.known:
        return [W.growth_unknown(lang)]
    told = [
        (W.unusual_loss if sign.loss else W.unusual)(lang, begin=numbers.date(sign.begin), end=numbers.date(sign.end), people=f"{sign.people:+,}", usual=f"{round(sign.usual):+,}")
        for sign in each.growth.signs
    ]  # fmt: skip
    return told or [W.usual_growth(lang, n=each.growth.judged)]


def _events(each: Watch, k: int, lang: Lang) -> list[str]:
    found = each.events
    if found is None:
        return []
    made, ended = (bounds((count, count), k, lang) for count in (found.made, found.ended))
    told = [W.events(lang, begin=numbers.date(found.begin), end=numbers.date(found.end), made=made, ended=ended)]
    return [*told, W.events_gaps(lang, n=found.gaps)] if found.gaps else told


def _change_row(period: Period, k: int, lang: Lang) -> tuple[str, ...]:
    unknown = W.fewer(lang, k=k) if 0 < period.unknown < k else numbers.whole(period.unknown)
    return (
        numbers.date(period.begin), numbers.date(period.end), bounds(period.gained, k, lang), bounds(period.lost, k, lang), unknown,
    )  # fmt: skip


def _contrast_tables(each: Watch, lang: Lang) -> list[Table]:
    tables: list[Table] = []
    words = {interest.id: interest.zh if lang == "zh" else interest.en for interest in interests()}
    if each.interests:
        rows: tuple[tuple[str, ...], ...] = tuple(
            (words.get(row.name, row.name), *_contrast_cells(row, lang)) for row in each.interests[:MOST_ROWS]
        )
        hint = W.like_hint(lang, n=each.compared[0][0], base=each.compared[0][1])
        tables.append(Table(W.like(lang), tuple(head(lang) for head in W.heads_like), rows, frozenset({1, 2, 3}), hint))
    if each.followees:
        rows = tuple(
            (numbers.name(row.name), *_contrast_cells(row, lang), W.yes(lang) if row.name in each.candidates else "")
            for row in each.followees[:MOST_ROWS]
        )
        hint = W.like_hint(lang, n=each.compared[1][0], base=each.compared[1][1])
        tables.append(Table(W.follow(lang), tuple(head(lang) for head in W.heads_follow), rows, frozenset({1, 2, 3}), hint))
    return tables


def _contrast_cells(row: Contrast, lang: Lang) -> tuple[str, str, str]:
    share, lift = _with_range(row.share, lang), row.lift
    return (
        share,
        numbers.percent(row.base_share, lang),
        f"{numbers.factor(lift.value)} ({numbers.factor(lift.low)}-{numbers.factor(lift.high)})",
    )


def _with_range(share: Estimate, lang: Lang) -> str:
    decimals = numbers.share_decimals(share.value)
    return f"{numbers.percent(share.value, lang, decimals)} ({numbers.percent_range(share.low, share.high, lang, decimals)})"


def _checks(report: WatchReport, lang: Lang) -> tuple[str, ...]:
    if not report.mention_rule.judged:
        return (W.unchecked(lang),)
    told = [_check(W.checked, report.mention_rule, lang)]
    return (*told, _check(W.checked_paid, report.paid_rule, lang)) if report.paid_rule.judged else tuple(told)


def _check(sentence: Sentence, check: RuleCheck, lang: Lang) -> str:
    share = check.share()
    decimals = numbers.share_decimals(share.value)
    between = numbers.percent_range(share.low, share.high, lang, decimals)
    return sentence(lang, n=check.judged, right=check.right, share=numbers.percent(share.value, lang, decimals), range=between)
