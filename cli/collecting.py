"""Commands of live collection: `sources`, `collect plan`, `collect run`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.finding import base_command, search_command
from cli.listening import events_command
from cli.opening import collection, entry_of
from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, print_json, say, show_table
from cli.wiring import Session, open_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobs.collect_plan import CollectPlan
    from jobs.collecting import CollectJob, CollectOutcome, Told
    from storage.engine import Store

collect_app = typer.Typer(help="Read accounts, followers and posts from a platform's official API.", no_args_is_help=True)

collect_app.command("search")(search_command)
collect_app.command("base")(base_command)
collect_app.command("events")(events_command)

Accounts = Annotated[list[str] | None, typer.Argument(metavar="[ACCOUNT]...", help="Ids or handles; or --candidates.")]
Platform = Annotated[str, typer.Option(help="The platform; `fanfit sources` lists them.")]
ListName = Annotated[str | None, typer.Option("--candidates", metavar="LIST", help="The accounts of a candidate list.")]
Followers = Annotated[str, typer.Option(metavar="N|all", help="Followers to list per account, the newest first.")]
Sample = Annotated[int, typer.Option(min=0, help="Of how many of them profile and posts are read, drawn as `shortlist` draws.")]
Posts = Annotated[int, typer.Option(min=0, max=100, help="Posts per person, and of the account itself.")]
Followees = Annotated[int, typer.Option(min=0, max=100, help="Of each of the sample, how many of whom they follow are read.")]
Of = Annotated[
    str,
    typer.Option("--of", metavar="followers|engagers", help="Whose list: followers, or those who reacted to the newest posts."),
]
MaxRun = Annotated[
    float | None, typer.Option("--max-spend-run", min=0, help="Dollars this command may spend (default: settings, 0).")
]
MaxDay = Annotated[
    float | None, typer.Option("--max-spend-day", min=0, help="Dollars the platform may cost today (default: settings, 0).")
]
FreshHours = Annotated[float, typer.Option(min=0, help="What was read within so many hours is not asked for again.")]

WANTED = (10, 5, 3)  # points of a share for which the plan says how many people it takes

TEXTS = {
    "en": {
        "none": "Name accounts, or a list with --candidates.",
        "heads": ("account", "listed", "end", "sample", "profiles", "posts", "followees", "own posts", "note"),
        "source": ("platform", "stream", "endpoint", "items a call", "limit", "price an item"),
        "plan": ("account", "followers", "calls", "of the share at worst"),
        "told": "{account}: {listed} listed ({end}), {profiles} of {sampled} profiles, {posts} posts; {own} of its own posts",
        "held": "{account}: list {end}; {profiles} of {sampled} profiles, {posts} new posts; {own} new posts of its own",
        "own": "{account}: {own} of its own posts",
        "skipped": "{account}: left out ({skipped})",
        "later": "Stopped: {reason}. The same command goes on there; try again in {minutes:.0f} minutes.",
        "stopped": "Stopped: {reason}. The same command goes on there.",
        "points": "±{points:.0f} points",
        "no_list": "{platform} gives no list of {of}: of the accounts themselves profile and posts are read, and nobody is sampled.{other}",
        "of": {"followers": "followers", "engagers": "those who reacted"}, "other": " Those who reacted can be read: --of engagers.",
        "wanted": "For ±{points} points of an account's share, draw {n:,} of its {of} (--sample {n}).",
        "total": "{calls} calls, {time} at the documented limit of {limit} in {seconds:g} s; {money}.",
        "free": "free of charge", "costs": "at most {money}", "open": "what it costs cannot be told: give --followers a number",
        "too_dear": "{platform} sells its data: this may cost {money}, but only {left} may be spent ({spent} of today's {day} is spent, {run} a command). "
        "Ask for less, or raise --max-spend-run and --max-spend-day (settings spending.run, spending.day).",
        "minutes": "about {n:.0f} minutes", "hours": "about {n:.1f} hours", "moment": "less than a minute",
        "words": {"can": "can", "cannot": "cannot", "base": "base sample", "cost": "cost", "terms": "terms", "kept": "kept", "credentials": "credentials"},
        "ends": {"list": "whole list", "budget": "as asked", "known": "up to what was known", "loop": "the server repeats itself",
                 "fresh": "read not long ago", "stopped": "stopped", "": ""},
    },
    "zh": {
        "none": "请给出账号,或用 --candidates 指定名单。",
        "heads": ("账号", "已列出", "结束", "样本", "资料", "帖子", "关注", "自己的帖子", "备注"),
        "source": ("平台", "数据流", "接口", "每次条数", "限额", "每条价格"),
        "plan": ("账号", "粉丝", "调用次数", "比例最差误差"),
        "told": "{account}:列出 {listed}({end}),资料 {profiles}/{sampled},帖子 {posts};自己的帖子 {own}",
        "held": "{account}:名单{end};资料 {profiles}/{sampled},新帖子 {posts};自己的新帖子 {own}",
        "own": "{account}:自己的帖子 {own}",
        "skipped": "{account}:未读取({skipped})",
        "later": "已停止:{reason}。再次运行同一命令即可继续;请在 {minutes:.0f} 分钟后再试。",
        "stopped": "已停止:{reason}。再次运行同一命令即可继续。",
        "points": "±{points:.0f} 个百分点",
        "no_list": "{platform} 不提供{of}名单:只读取账号自己的资料和帖子,不抽样。{other}",
        "of": {"followers": "粉丝", "engagers": "互动者"}, "other": "可改读互动者:--of engagers。",
        "wanted": "要把一个账号的比例估到 ±{points} 个百分点,需抽取 {n:,} 位{of}(--sample {n})。",
        "total": "共 {calls} 次调用,按公布的限额({seconds:g} 秒 {limit} 次){time};{money}。",
        "free": "免费", "costs": "最多 {money}", "open": "费用无法估计:请用 --followers 给出数量",
        "too_dear": "{platform} 按条收费:本次最多 {money},而只允许 {left}(今日上限 {day},已用 {spent};单次上限 {run})。"
        "请减少数量,或提高 --max-spend-run 与 --max-spend-day(设置 spending.run、spending.day)。",
        "minutes": "约 {n:.0f} 分钟", "hours": "约 {n:.1f} 小时", "moment": "不到一分钟",
        "words": {"can": "能知道", "cannot": "不能知道", "base": "大盘样本", "cost": "费用", "terms": "条款", "kept": "保存", "credentials": "凭据"},
        "ends": {"list": "全部", "budget": "按要求", "known": "到已知处", "loop": "服务器重复", "fresh": "不久前读过", "stopped": "已停止", "": ""},
    },
}  # fmt: skip


def sources(ctx: typer.Context, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """What each source can and cannot know, its limits, cost, terms, and what is stored for how long."""
    from dataclasses import asdict

    from collectors.registry import SOURCES
    from collectors.spending import dollars

    session = open_session(ctx, lang=lang)
    texts: Any = TEXTS[session.lang]
    columns = [Column(head, "right" if place == 3 else "left") for place, head in enumerate(texts["source"])]
    rows = [
        (
            name,
            each.name,
            each.endpoint,
            each.items_a_call,
            f"{each.limit.calls} / {each.limit.seconds:g} s",
            dollars(each.price) if each.price else None,
        )
        for name, entry in SOURCES.items()
        for each in entry.card.streams
    ]
    show_table(session, "", columns, rows, {name: asdict(entry.card) for name, entry in SOURCES.items()}, as_json)
    if as_json:
        return
    for name, entry in SOURCES.items():
        emit(name)
        for word in ("can", "cannot", "base", "cost", "terms", "kept"):
            emit(f"  {texts['words'][word]}: {getattr(entry.card, word)[session.lang == 'zh']}")
        if entry.card.credentials:
            emit(f"  {texts['words']['credentials']}: {', '.join(entry.card.credentials)}")


@collect_app.command("plan")
def plan_command(
    ctx: typer.Context, accounts: Accounts = None, platform: Platform = "bluesky", candidates: ListName = None,
    followers: Followers = "2000", sample: Sample = 200, posts: Posts = 30, followees: Followees = 0, of: Of = "followers",
    fresh_hours: FreshHours = 20.0, as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """What a collection would cost, before any call: calls, time, and how sure a share from that sample would be."""
    from dataclasses import asdict

    from jobs.collect_plan import make_plan, people_for

    session = open_session(ctx, lang=lang)
    with session.store("collect plan") as store:
        job = _job(session, store, accounts, candidates, followers, sample, posts, followees, of, fresh_hours)
        plan = make_plan(store, entry_of(platform).card, job)
    texts: Any = TEXTS[session.lang]
    columns = [Column(head, "right" if place else "left") for place, head in enumerate(texts["plan"])]
    rows = [
        (
            each.account,
            each.followers,
            each.calls,
            None if each.half_width is None else texts["points"].format(points=each.half_width * 100),
        )
        for each in plan.accounts
    ]
    show_table(
        session,
        "",
        columns,
        rows,
        asdict(plan)
        | {"accounts": [asdict(each) | {"calls": each.calls} for each in plan.accounts]}
        | {"calls": plan.calls, "seconds": plan.seconds, "limit": asdict(plan.limit), "micro_usd": plan.micro}
        | {"sample_for_points": {points: people_for(points / 100, None) for points in WANTED}},
        as_json,
    )
    _say_no_list(session, platform, job)
    if not as_json:
        told = {"time": _time(plan.seconds, texts), "money": _money(plan, texts), "limit": plan.limit.calls}
        emit(texts["total"].format(calls=plan.calls, seconds=plan.limit.seconds, **told))
        for points in WANTED if any(each.half_width is not None for each in plan.accounts) else ():
            emit(texts["wanted"].format(points=points, n=people_for(points / 100, None), of=texts["of"][job.of.value]))


def _time(seconds: float, texts: Any) -> str:
    if seconds < 60:
        return str(texts["moment"])
    return str(texts["hours"].format(n=seconds / 3600) if seconds >= 5400 else texts["minutes"].format(n=seconds / 60))


def _money(plan: "CollectPlan", texts: Any) -> str:
    from collectors.spending import dollars

    if not plan.micro:
        return str(texts["free"])
    return str(texts["open"] if plan.open_ended else texts["costs"].format(money=dollars(plan.micro)))


@collect_app.command("run")
def run_command(
    ctx: typer.Context, accounts: Accounts = None, platform: Platform = "bluesky", candidates: ListName = None,
    followers: Followers = "2000", sample: Sample = 200, posts: Posts = 30, followees: Followees = 0, of: Of = "followers",
    fresh_hours: FreshHours = 20.0, max_run: MaxRun = None, max_day: MaxDay = None, as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Read the accounts' lists, a sample of their followers, and posts. Stopped or killed, the same command goes on where it was."""
    from dataclasses import asdict

    limits = {name: most for name, most in (("run", max_run), ("day", max_day)) if most is not None}
    session = open_session(ctx, lang=lang, spending=limits or None)
    texts: Any = TEXTS[session.lang]
    with session.store("collect run") as store:
        job = _job(session, store, accounts, candidates, followers, sample, posts, followees, of, fresh_hours)
        refuse_too_dear(session, store, platform, job)
        outcome = collect_now(session, store, platform, job)
    if as_json:
        print_json(asdict(outcome))
    elif outcome.accounts:
        columns = [Column(head, "right" if 0 < place != 2 and place < 8 else "left") for place, head in enumerate(texts["heads"])]
        show_table(session, "", columns, [_cells(each, texts) for each in outcome.accounts], None, as_json=False)
    if outcome.stopped:
        minutes = (outcome.after or 0) / 60
        say(texts["later" if outcome.after is not None else "stopped"].format(reason=outcome.stopped, minutes=minutes))
        raise typer.Exit(1)


def refuse_too_dear(session: Session, store: "Store", platform: str, job: "CollectJob") -> None:
    """Refuses a collection that may cost more than may be spent, before any call is made.

    Raises:
        StopRun: says what it may cost, what may be spent, and how to change either.
    """
    from collectors.errors import StopRun
    from collectors.spending import MICRO, dollars
    from jobs.collect_plan import make_plan
    from storage.spending import day_of, spent_on

    plan = make_plan(store, entry_of(platform).card, job)
    spending = session.settings.spending
    spent = spent_on(store, platform, day_of(session.now()))
    left = max(min(round(spending.run * MICRO), round(spending.day * MICRO) - spent), 0)
    if not plan.open_ended and plan.micro <= left:
        return
    if not plan.micro:
        return
    texts: Any = TEXTS[session.lang]
    money = texts["open"] if plan.open_ended else dollars(plan.micro)
    told = {
        "left": dollars(left),
        "spent": dollars(spent),
        "day": dollars(round(spending.day * MICRO)),
        "run": dollars(round(spending.run * MICRO)),
    }
    raise StopRun(texts["too_dear"].format(platform=platform, money=money, **told))


def _cells(each: "Told", texts: Any) -> list[object]:
    return [
        each.account,
        each.listed,
        texts["ends"][each.end],
        each.sampled,
        each.profiles,
        each.posts,
        each.followees,
        each.own,
        each.skipped or None,
    ]


def _job(
    session: Session, store: "Store", accounts: list[str] | None, list_name: str | None, followers: str, sample: int, posts: int,
    followees: int, of: str, fresh_hours: float,
) -> "CollectJob":  # fmt: skip
    from datetime import timedelta

    from jobs.collecting import CollectJob
    from storage.queries import candidate_list
    from storage.records import ListKind

    if of not in {"followers", "engagers"}:
        message = f"expected followers or engagers, not {of!r}"
        raise typer.BadParameter(message, param_hint="--of")
    if followers != "all" and not followers.isdecimal():
        message = f"expected a number or all, not {followers!r}"
        raise typer.BadParameter(message, param_hint="--followers")
    given = list(accounts or [])
    if list_name is not None:
        given += [row.given for row in candidate_list(store, list_name)]
    if not given:
        raise typer.BadParameter(str(TEXTS[session.lang]["none"]))
    most = None if followers == "all" else int(followers)
    return CollectJob(
        tuple(dict.fromkeys(given)), most, sample, posts, session.settings.seed, timedelta(hours=fresh_hours), followees,
        ListKind.ENGAGERS if of == "engagers" else ListKind.FOLLOWERS,
    )  # fmt: skip


def collect_now(
    session: Session, store: "Store", platform: str, job: "CollectJob", stopped: "Callable[[], bool]" = lambda: False
) -> "CollectOutcome":
    """Opens the source and runs the job with a line for every account, until `stopped` says so at a page."""
    from dataclasses import asdict

    from collectors.errors import StopRun
    from jobs.collecting import CollectOutcome

    texts: Any = TEXTS[session.lang]
    _say_no_list(session, platform, job)

    def told(each: "Told") -> None:
        say(texts[_sentence(each)].format(**{**asdict(each), "end": texts["ends"][each.end]}))

    try:
        with collection(session, store, platform, stopped) as made:
            return made.run(job, told)
    except StopRun as error:
        return CollectOutcome((), error.reason)


def _say_no_list(session: Session, platform: str, job: "CollectJob") -> None:
    """Says so where the platform gives no list of the people that the job asks for."""
    card, texts = entry_of(platform).card, TEXTS[session.lang]
    if card.card_of(job.of.value) is None:
        of: Any = texts["of"]
        other = texts["other"] if card.card_of("engagers") else ""
        say(str(texts["no_list"]).format(platform=platform, of=of[job.of.value], other=other))


def _sentence(each: "Told") -> str:
    """Which sentence tells of an account: left out, no list there, one that was read not long ago, or one that was read."""
    if each.skipped:
        return "skipped"
    if not each.end:
        return "own"
    return "told" if each.listed is not None else "held"
