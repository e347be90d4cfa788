"""Commands of campaigns: `campaign new | list | show | run | pause | resume`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, print_json, say, show_table
from cli.wiring import Session, open_session

if TYPE_CHECKING:
    from jobs.campaign import Outcome, Rescoring
    from storage.campaigns import Campaign
    from storage.engine import Store

campaign_app = typer.Typer(
    help="A client's shortlist, scored again on a schedule, with a report of what changed and why.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="The campaign's name.")]

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "made": "Campaign {name}: {words}. `fanfit worker` must run for it; `fanfit campaign run {name}` runs it now.",
        "unscheduled": "no schedule", "paused": "paused", "heads": ("campaign", "client", "persona", "list", "when", "to"),
        "none": "There is no campaign yet: `fanfit campaign new NAME --client ... --persona FILE --candidates LIST`.",
        "labels": {
            "campaign": "campaign: ", "client": "client: ", "persona": "persona: ", "list": "list: ", "platforms": "platforms: ",
            "when": "when: ", "recipients": "recipients: ", "lang": "language of its reports: ",
        },
        "runs": ("due", "run", "held against", "sources that failed"), "no_runs": "It has not run yet.",
        "zone": "Say whose time it is: --timezone Asia/Shanghai, or the setting timezone.",
        "no_schedule": "This campaign has no schedule: it runs when you say so.",
        "paused_now": "Campaign {name} is paused.", "resumed": "Campaign {name} goes on.",
        "states": {"sent": "sent", "pending": "tried again later", "failed": "not delivered"},
    },
    "zh": {
        "made": "项目 {name}:{words}。需运行 `fanfit worker`;`fanfit campaign run {name}` 可立即运行。",
        "unscheduled": "无计划", "paused": "已暂停", "heads": ("项目", "客户", "目标人群", "名单", "时间", "收件方"),
        "none": "还没有项目:`fanfit campaign new 名称 --client ... --persona 文件 --candidates 名单`。",
        "labels": {
            "campaign": "项目:", "client": "客户:", "persona": "目标人群:", "list": "名单:", "platforms": "平台:", "when": "时间:",
            "recipients": "收件人:", "lang": "报告语言:",
        },
        "runs": ("应运行", "评分", "对比", "失败的数据源"), "no_runs": "还没有运行过。",
        "zone": "请说明时区:--timezone Asia/Shanghai,或设置 timezone。",
        "no_schedule": "该项目没有计划,只在你运行时运行。",
        "paused_now": "项目 {name} 已暂停。", "resumed": "项目 {name} 已恢复。",
        "states": {"sent": "已送达", "pending": "稍后再试", "failed": "未送达"},
    },
}  # fmt: skip


@campaign_app.command("new")
def new(
    ctx: typer.Context,
    name: Name,
    client: Annotated[str, typer.Option(help="Whose campaign it is.")],
    persona: Annotated[str, typer.Option(metavar="FILE", help="The persona's file, or the name of one scored before; its version is kept.")],
    candidates: Annotated[str, typer.Option(metavar="LIST", help="The candidate list.")],
    platform: Annotated[list[str] | None, typer.Option(help="Where to collect before scoring; may be given again. None: only what is imported.")] = None,
    cron: Annotated[str, typer.Option(help='When: minute, hour, day, month, weekday. "0 9 * * 1" is Mondays at 09:00. Empty: only on demand.')] = "",
    timezone: Annotated[str | None, typer.Option(metavar="ZONE", help="Zone of these times (default: settings).")] = None,
    to: Annotated[list[str] | None, typer.Option(help="mailto:ADDRESS, folder:PATH, feishu:NAME ...; may be given again.")] = None,
    report_lang: Annotated[str, typer.Option("--report-lang", metavar="zh|en", help="Language of the report (default: --lang).")] = "",
    followers: Annotated[str, typer.Option(metavar="N|all", help="Followers to list per account, the newest first.")] = "2000",
    sample: Annotated[int, typer.Option(min=10, help="Of how many of them profile and posts are read, and who is scored.")] = 200,
    posts: Annotated[int, typer.Option(min=0, max=100, help="Posts per person.")] = 30,
    followees: Annotated[int, typer.Option(min=0, max=100, help="Of each of the sample, how many of whom they follow are read.")] = 0,
    of: Annotated[str, typer.Option("--of", metavar="followers|engagers", help="Whose share.")] = "followers",
    top: Annotated[int, typer.Option(min=1, help="How many you mean to pick.")] = 10,
    as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Bind a client, a persona version, a candidate list, platforms, a schedule and recipients together."""
    from collectors.registry import SOURCES
    from jobs.campaign import Options, options_json
    from jobs.delivery.message import recipients
    from jobs.due import timetable

    session = open_session(ctx, lang=lang)
    for each in platform or []:
        _among(each, tuple(SOURCES), "--platform")
    _among(report_lang or session.lang, ("zh", "en"), "--report-lang")
    _among(of, ("followers", "engagers"), "--of")
    if followers != "all" and not followers.isdecimal():
        message = f"expected a number or all, not {followers!r}"
        raise typer.BadParameter(message, param_hint="--followers")
    addressed = tuple(str(each) for each in recipients(to or []))
    zone = timezone or session.settings.timezone
    if cron and not zone:
        raise typer.BadParameter(TEXTS[session.lang]["zone"], param_hint="--timezone")
    if cron and zone:
        timetable(cron, zone)
    options = options_json(
        Options(
            None if followers == "all" else int(followers),
            sample,
            posts,
            followees,
            top=top,
            of="engagers" if of == "engagers" else "followers",
        )
    )
    with session.store("campaign new") as store:
        made = _make(
            session,
            store,
            name,
            client,
            persona,
            candidates,
            tuple(platform or ()),
            addressed,
            report_lang or session.lang,
            options,
        )
        if cron:
            _schedule(session, store, made, cron, zone)
        words = _when(session, store, name)
    if as_json:
        print_json({"campaign": name, "when": words})
        return
    emit(TEXTS[session.lang]["made"].format(name=name, words=words))


def _among(value: str, allowed: tuple[str, ...], hint: str) -> None:
    if value not in allowed:
        message = f"expected one of {', '.join(allowed)}, not {value!r}"
        raise typer.BadParameter(message, param_hint=hint)


def _make(
    session: Session, store: "Store", name: str, client: str, persona: str, candidates: str, platforms: tuple[str, ...],
    to: tuple[str, ...], lang: str, options: dict[str, object],
) -> "Campaign":  # fmt: skip
    from scoring.persona import parse_persona
    from storage.campaigns import Campaign, add_campaign
    from storage.clients import list_client, together
    from storage.queries import candidate_list
    from storage.runs import load_persona, save_persona

    candidate_list(store, candidates)
    path = Path(persona)
    held = None if path.is_file() else load_persona(store, persona)
    text = path.read_text("utf-8-sig") if held is None else held.text
    read = parse_persona(text, where=path.name if held is None else persona)
    together(
        {
            f"the campaign {name!r}": client,
            f"the persona {read.name!r}": read.client,
            f"the list {candidates!r}": list_client(store, candidates),
        }
    )
    persona_id = held.id if held else save_persona(store, read.name, text, read.digest, session.now())[0]
    made = Campaign(name, client, persona_id, candidates, platforms, to, lang, options, None, session.now())
    add_campaign(store, made)
    return made


def _schedule(session: Session, store: "Store", made: "Campaign", cron: str, zone: str) -> None:
    from jobs.campaign import CAMPAIGN
    from storage.campaigns import bind_schedule
    from storage.scheduling import add_schedule

    schedule = add_schedule(store, kind=CAMPAIGN, subject=made.name, cron=cron, timezone=zone, options={}, now=session.now())
    bind_schedule(store, made.name, schedule.schedule_id)


def _when(session: Session, store: "Store", name: str) -> str:
    """The schedule in words; that it is paused, or that there is none."""
    from jobs.cron_words import in_words
    from storage.campaigns import find_campaign
    from storage.scheduling import find_schedule

    texts, number = TEXTS[session.lang], find_campaign(store, name).schedule_id
    if number is None:
        return str(texts["unscheduled"])
    held = find_schedule(store, number)
    words = in_words(held.cron, held.timezone, session.lang)
    return f"{words} ({texts['paused']})" if held.paused else words


@campaign_app.command("list")
def list_command(ctx: typer.Context, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """Every campaign."""
    from storage.campaigns import list_campaigns

    session = open_session(ctx, lang=lang)
    with session.store("campaign list") as store:
        found = [_document(session, store, each) for each in list_campaigns(store)]
    if not found and not as_json:
        say(TEXTS[session.lang]["none"])
        return
    columns = [Column(head) for head in TEXTS[session.lang]["heads"]]
    rows = [
        (each["campaign"], each["client"], each["persona"], each["list"], each["when"], ", ".join(each["recipients"]) or None)
        for each in found
    ]
    show_table(session, "", columns, rows, found, as_json)


@campaign_app.command("show")
def show(ctx: typer.Context, name: Name, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """One campaign, and what its last slots came to."""
    from dataclasses import asdict

    from storage.campaigns import campaign_runs, find_campaign

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("campaign show") as store:
        told = _document(session, store, find_campaign(store, name))
        runs = campaign_runs(store, name)[:20]
    document = {
        **told,
        "runs": [
            {"due": run.slot, "run": run.run_id, "before": run.before, "failures": [asdict(each) for each in run.failures]}
            for run in runs
        ],
    }
    if as_json:
        print_json(document)
        return
    for key, value in told.items():
        emit(f"{texts['labels'][key]}{', '.join(value) if isinstance(value, list) else value}")
    if not runs:
        say(texts["no_runs"])
        return
    columns = [Column(head, "right" if 0 < place < 3 else "left") for place, head in enumerate(texts["runs"])]
    rows = [
        (
            f"{run.slot:%Y-%m-%d %H:%M}",
            run.run_id,
            run.before,
            ", ".join(each.account or each.platform for each in run.failures) or None,
        )
        for run in runs
    ]
    show_table(session, "", columns, rows, None, as_json=False)


def _document(session: Session, store: "Store", each: "Campaign") -> dict[str, Any]:
    from storage.runs import load_persona_by_id

    persona = load_persona_by_id(store, each.persona_id)
    return {
        "campaign": each.name, "client": each.client, "persona": f"{persona.name} v{persona.version}", "list": each.list_name,
        "platforms": list(each.platforms), "when": _when(session, store, each.name), "recipients": list(each.recipients), "lang": each.lang,
    }  # fmt: skip


@campaign_app.command("run")
def run(ctx: typer.Context, name: Name, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """Rescore it now: collect what is stale, score, report what changed, deliver. Stopped, the same command starts a new run."""
    from reports.rescoring import alert_sentences, lead
    from storage.campaigns import find_campaign

    session = open_session(ctx, lang=lang)
    with session.store("campaign run") as store:
        outcome = rescoring(session, store).run(find_campaign(store, name), session.now())
    if as_json:
        print_json(_outcome(outcome))
    else:
        for line in (*lead(outcome.found, session.lang), *alert_sentences(outcome.found.alerts, session.lang)):
            emit(line)
        for path in outcome.files:
            emit(str(path))
        for each in outcome.delivered:
            say(f"{each.recipient}: {TEXTS[session.lang]['states'][each.status]}" + (f" ({each.note})" if each.note else ""))
    if any(each.status == "failed" for each in outcome.delivered):
        raise typer.Exit(1)


def _outcome(outcome: "Outcome") -> dict[str, Any]:
    from dataclasses import asdict

    moves = [asdict(each) | {"sure": each.sure, "beyond_noise": each.beyond_noise} for each in outcome.found.moves]
    delivered = [asdict(each) for each in outcome.delivered]
    return asdict(outcome.found) | {"moves": moves, "files": [str(path) for path in outcome.files], "delivered": delivered}


def rescoring(session: Session, store: "Store") -> "Rescoring":
    """What runs campaigns in this workspace."""
    from cli.collecting import collect_now
    from cli.delivering import courier
    from cli.opening import day_limits
    from jobs.campaign import Rescoring, Setting
    from jobs.code import code_version

    settings = session.settings
    setting = Setting(
        session.workspace, code_version(), settings.seed, settings.small_cell, settings.min_sample, bool(settings.x.permission),
        day_limits(session), session.tiers(),
    )  # fmt: skip
    return Rescoring(
        store,
        setting,
        lambda platform, job, stopped: collect_now(session, store, platform, job, stopped),
        courier(session),
        session.now,
    )


@campaign_app.command("pause")
def pause(ctx: typer.Context, name: Name, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """Nothing of it is due until it is resumed."""
    from jobs.worker import pause as pause_schedule

    session = open_session(ctx, lang=lang)
    with session.store("campaign pause") as store:
        pause_schedule(store, _number(session, store, name), now=session.now())
    _told(session, name, "paused_now", as_json=as_json)


@campaign_app.command("resume")
def resume(ctx: typer.Context, name: Name, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """Goes on with the next time; those of the pause are not caught up."""
    from storage.scheduling import resume_schedule

    session = open_session(ctx, lang=lang)
    with session.store("campaign resume") as store:
        resume_schedule(store, _number(session, store, name), now=session.now())
    _told(session, name, "resumed", as_json=as_json)


def _number(session: Session, store: "Store", name: str) -> int:
    from storage.campaigns import find_campaign

    number = find_campaign(store, name).schedule_id
    if number is None:
        raise typer.BadParameter(TEXTS[session.lang]["no_schedule"])
    return number


def _told(session: Session, name: str, text: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"campaign": name, "state": text.removesuffix("_now")})
        return
    say(TEXTS[session.lang][text].format(name=name))
