"""Commands of schedules: `schedule add | list | pause | resume | remove`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.asking import YesFlag, confirm
from cli.options import JsonFlag, LangOption
from cli.output import Column, print_json, say, show_table
from cli.wiring import Session, open_session

if TYPE_CHECKING:
    from storage.engine import Store
    from storage.scheduling import Schedule

schedule_app = typer.Typer(help="Say when candidate lists are collected; `fanfit worker` does it.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", help="The schedule's number.")]
ListArgument = Annotated[str, typer.Argument(metavar="LIST", help="The candidate list to collect.")]
Cron = Annotated[str, typer.Option(help='Minute, hour, day, month, weekday: "0 9 * * 1" is Mondays at 09:00.')]
Timezone = Annotated[str | None, typer.Option(metavar="ZONE", help="Zone of these times, as Asia/Shanghai (default: settings).")]
Platform = Annotated[str, typer.Option(help="The platform; `fanfit sources` lists them.")]
Followers = Annotated[str, typer.Option(metavar="N|all", help="Followers to list per account, the newest first.")]
Sample = Annotated[int, typer.Option(min=0, help="Of how many of them profile and posts are read.")]
Posts = Annotated[int, typer.Option(min=0, max=100, help="Posts per person, and of the account itself.")]
FreshHours = Annotated[float, typer.Option(min=0, help="What was read within so many hours is not asked for again.")]

TEXTS = {
    "en": {
        "heads": ("id", "what", "when", "next", "state"),
        "none": 'Nothing is scheduled. `fanfit schedule add LIST --cron "0 9 * * 1" --timezone Asia/Shanghai` collects a list every Monday.',
        "paused": "paused", "active": "active", "collect": "collect {subject}", "campaign": "campaign {subject}",
        "added": "Schedule {id}: {words}. Next: {next}. `fanfit worker` must run for it.",
        "zone": "Say whose time it is: --timezone Asia/Shanghai, or the setting timezone.",
        "often": "It would come every {hours:g} h, but what was read within --fresh-hours {fresh:g} is not read again: give a smaller one.",
        "paused_now": "Schedule {id} is paused. What was due and not run is in `fanfit jobs` as missed.",
        "resumed": "Schedule {id} goes on. Next: {next}.",
        "sure": "Remove schedule {id} ({what}) and its list of runs? What they brought stays.",
        "removed": "Schedule {id} is removed.",
    },
    "zh": {
        "heads": ("编号", "内容", "时间", "下次", "状态"),
        "none": '还没有计划。`fanfit schedule add 名单 --cron "0 9 * * 1" --timezone Asia/Shanghai` 即每周一采集该名单。',
        "paused": "已暂停", "active": "进行中", "collect": "采集 {subject}", "campaign": "项目 {subject}",
        "added": "计划 {id}:{words}。下次:{next}。需运行 `fanfit worker`。",
        "zone": "请说明时区:--timezone Asia/Shanghai,或设置 timezone。",
        "often": "该计划每 {hours:g} 小时一次,而 --fresh-hours {fresh:g} 小时内读过的不再读取:请把它设小。",
        "paused_now": "计划 {id} 已暂停。此前到时未运行的,在 `fanfit jobs` 中列为错过。",
        "resumed": "计划 {id} 已恢复。下次:{next}。",
        "sure": "删除计划 {id}({what})及其运行记录?已采集的数据保留。",
        "removed": "计划 {id} 已删除。",
    },
}  # fmt: skip


@schedule_app.command("add")
def add(
    ctx: typer.Context, name: ListArgument, cron: Cron, timezone: Timezone = None, platform: Platform = "bluesky",
    followers: Followers = "2000", sample: Sample = 200, posts: Posts = 30, fresh_hours: FreshHours = 20.0,
    as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Collect a candidate list at the times of a cron expression."""
    from collectors.registry import SOURCES
    from jobs.cron_words import in_words
    from jobs.handlers import COLLECT
    from storage.queries import candidate_list
    from storage.scheduling import add_schedule

    session = open_session(ctx, lang=lang)
    texts: Any = TEXTS[session.lang]
    zone = timezone or session.settings.timezone
    if not zone:
        raise typer.BadParameter(texts["zone"], param_hint="--timezone")
    if platform not in SOURCES:
        message = f"expected one of {', '.join(SOURCES)}"
        raise typer.BadParameter(message, param_hint="--platform")
    if followers != "all" and not followers.isdecimal():
        message = f"expected a number or all, not {followers!r}"
        raise typer.BadParameter(message, param_hint="--followers")
    _check_pace(session, cron, zone, fresh_hours)
    most = None if followers == "all" else int(followers)
    options = {"platform": platform, "followers": most, "sample": sample, "posts": posts, "fresh_hours": fresh_hours}
    with session.store("schedule add") as store:
        candidate_list(store, name)
        made = add_schedule(store, kind=COLLECT, subject=name, cron=cron, timezone=zone, options=options, now=session.now())
    if as_json:
        print_json(_document(made, session))
        return
    say(texts["added"].format(id=made.schedule_id, words=in_words(cron, zone, session.lang), next=_next(made, session)))


@schedule_app.command("list")
def list_command(ctx: typer.Context, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """Every schedule in words, with its next time."""
    from jobs.cron_words import in_words
    from storage.scheduling import list_schedules

    session = open_session(ctx, lang=lang)
    texts: Any = TEXTS[session.lang]
    with session.store("schedule list") as store:
        found = list_schedules(store)
    if not found and not as_json:
        say(texts["none"])
        return
    columns = [Column(head, "left" if place else "right") for place, head in enumerate(texts["heads"])]
    rows = [
        (
            each.schedule_id, subject_in_words(each.kind, each.subject, session), in_words(each.cron, each.timezone, session.lang),
            None if each.paused else _next(each, session), texts["paused" if each.paused else "active"],
        )
        for each in found
    ]  # fmt: skip
    show_table(session, "", columns, rows, [_document(each, session) for each in found], as_json)


@schedule_app.command("pause")
def pause_command(ctx: typer.Context, number: Number, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """Nothing of it is due until it is resumed; a job that runs now ends first."""
    from jobs.worker import pause

    session = open_session(ctx, lang=lang)
    with session.store("schedule pause") as store:
        pause(store, number, now=session.now())
        _show(session, store, number, "paused_now", as_json=as_json)


@schedule_app.command("resume")
def resume_command(ctx: typer.Context, number: Number, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """Goes on with the next time; those of the pause are not caught up."""
    from storage.scheduling import resume_schedule

    session = open_session(ctx, lang=lang)
    with session.store("schedule resume") as store:
        resume_schedule(store, number, now=session.now())
        _show(session, store, number, "resumed", as_json=as_json)


@schedule_app.command("remove")
def remove_command(
    ctx: typer.Context, number: Number, yes: YesFlag = False, as_json: JsonFlag = False, lang: LangOption = None
) -> None:
    """Delete a schedule and the list of its runs; what they brought stays."""
    from storage.scheduling import find_schedule, remove_schedule

    session = open_session(ctx, lang=lang)
    texts: Any = TEXTS[session.lang]
    with session.store("schedule remove") as store:
        held = find_schedule(store, number)
        what = subject_in_words(held.kind, held.subject, session)
        confirm(texts["sure"].format(id=number, what=what), session.lang, yes=yes)
        remove_schedule(store, number)
    if as_json:
        print_json({"removed": number})
    else:
        say(texts["removed"].format(id=number))


def subject_in_words(kind: str, subject: str, session: Session) -> str:
    """What a schedule does, to what."""
    texts: Any = TEXTS[session.lang]
    return str(texts[kind].format(subject=subject)) if kind in texts else f"{kind} {subject}"


def _show(session: Session, store: "Store", number: int, text: str, *, as_json: bool) -> None:
    from storage.scheduling import find_schedule

    held, texts = find_schedule(store, number), TEXTS[session.lang]
    if as_json:
        print_json(_document(held, session))
    else:
        say(str(texts[text]).format(id=number, next=_next(held, session)))


def _check_pace(session: Session, cron: str, zone: str, fresh_hours: float) -> None:
    """Refuses a schedule that comes again before anything may be read again."""
    from itertools import pairwise

    from jobs.due import next_slot, timetable

    table = timetable(cron, zone)
    times = [session.now()]
    for _ in range(8):
        times.append(next_slot(table, times[-1]))
    shortest = min((later - earlier).total_seconds() / 3600 for earlier, later in pairwise(times[1:]))
    if shortest < fresh_hours:
        message = str(TEXTS[session.lang]["often"]).format(hours=round(shortest, 2), fresh=fresh_hours)
        raise typer.BadParameter(message, param_hint="--fresh-hours")


def _next(schedule: "Schedule", session: Session) -> str:
    from zoneinfo import ZoneInfo

    from jobs.due import next_slot, timetable

    found = next_slot(timetable(schedule.cron, schedule.timezone), max(schedule.caught_up, session.now()))
    return f"{found.astimezone(ZoneInfo(schedule.timezone)):%Y-%m-%d %H:%M}"


def _document(schedule: "Schedule", session: Session) -> dict[str, object]:
    from dataclasses import asdict

    from jobs.cron_words import in_words

    words = in_words(schedule.cron, schedule.timezone, session.lang)
    return {**asdict(schedule), "words": words, "next": None if schedule.paused else _next(schedule, session)}
