"""Commands of the worker: `worker` runs what is due, `jobs` shows what came of it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, print_json, say, show_table
from cli.scheduling import subject_in_words
from cli.wiring import Session, open_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobs.worker import Handler, Ran
    from storage.engine import Store
    from storage.scheduling import Slot

DAYS, TROUBLE_DAYS = 30, 7
TEXTS = {
    "en": {
        "heads": ("what", "due", "status", "started", "took", "attempt", "note"),
        "none": "Nothing was due yet. `fanfit schedule list` shows what is scheduled.",
        "ran": "{what}, due {due}: {status}. {note}",
        "waits": "Waiting for what is due; Ctrl-C or SIGTERM stops a job at its next page.",
        "other": "Another worker is at work in this workspace, so nothing was done here.",
        "nothing": "Nothing is due.", "sum": "Last {days} days: {counts}.", "none_of": "nothing was due", "again": "tries again {time}",
        "json": "--json prints what --once ran; without --once, `fanfit jobs --json` shows it.",
        "status": {"claimed": "running", "done": "done", "failed": "failed", "missed": "missed", "stopped": "stopped", "lost": "taken over"},
        "notes": {
            "superseded": "nobody ran it before the next one was due", "paused": "not run before the schedule was paused",
            "died": "the worker ended in the middle of it, each time", "unknown kind": "this version has no such job",
        },
        "count": "{count} {status}", "comma": ", ",
    },
    "zh": {
        "heads": ("内容", "应于", "状态", "开始", "用时", "次数", "备注"),
        "none": "还没有到时的任务。`fanfit schedule list` 列出计划。",
        "ran": "{what},应于 {due}:{status}。{note}",
        "waits": "等待到时的任务;Ctrl-C 或 SIGTERM 使任务在下一页处停止。",
        "other": "本工作区已有另一个 worker 在运行,这里什么也没做。",
        "nothing": "没有到时的任务。", "sum": "最近 {days} 天:{counts}。", "none_of": "没有到时的任务", "again": "{time} 再试",
        "json": "--json 输出 --once 运行的任务;不用 --once 时请看 `fanfit jobs --json`。",
        "status": {"claimed": "运行中", "done": "完成", "failed": "失败", "missed": "错过", "stopped": "已停止", "lost": "被接管"},
        "notes": {
            "superseded": "到下一次时仍无人运行", "paused": "暂停前未运行",
            "died": "每次运行中 worker 都意外结束", "unknown kind": "本版本没有这种任务",
        },
        "count": "{status} {count}", "comma": "、",
    },
}  # fmt: skip
DROPS = {"started": 1, "attempt": 2, "took": 3}


class Stop:
    """Whether the process was asked to stop. A second signal does what it always does: it ends the process at once."""

    def __init__(self) -> None:
        self._asked = False

    def __call__(self) -> bool:
        """Asked to stop."""
        return self._asked

    @contextmanager
    def listening(self) -> Iterator[None]:
        """SIGTERM and SIGINT only set a mark while inside."""
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def on_signal(number: int, _frame: object) -> None:
            self._asked = True
            signal.signal(number, before[signal.Signals(number)])

        for number in before:
            signal.signal(number, on_signal)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def worker(
    ctx: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Run what is due now, then end: for cron and systemd timers.")] = False,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Run what is scheduled when it is due. Several may run: one works, the others stand by and take over."""
    from cli.delivering import courier
    from jobs.alarm import Alarm
    from jobs.delivery.deliver import send_due
    from jobs.worker import Worker
    from jobs.working import work, work_once

    session, stop = open_session(ctx, lang=lang), Stop()
    texts: Any = TEXTS[session.lang]
    if as_json and not once:
        raise typer.BadParameter(texts["json"], param_hint="--json")
    ran: list[Ran] = []

    def told(done: "Ran") -> None:
        ran.append(done)
        say(_line(done, session))

    with session.store("worker") as store, stop.listening():
        made = Worker(store, handlers(session, store), session.now, stop, told)
        if not once:
            say(texts["waits"])
            with Alarm(made.policy.look) as alarm:
                work(made, alarm, say, lambda: send_due(store, courier(session), clock=session.now))
            return
        leads = work_once(made, say)
        if leads:
            send_due(store, courier(session), clock=session.now)
    if as_json:
        print_json([_document(each) for each in ran])
    elif not ran:
        say(texts["nothing" if leads else "other"])
    if any(each.status in {"failed", "lost"} for each in ran):
        raise typer.Exit(1)


def handlers(session: Session, store: "Store") -> "Mapping[str, Handler]":
    """The jobs that this program can run, by kind."""
    from cli.campaigns import rescoring
    from cli.collecting import collect_now
    from jobs.campaign import CAMPAIGN
    from jobs.handlers import COLLECT, CollectList

    collect = CollectList(
        store,
        lambda platform, job, stopped: collect_now(session, store, platform, job, stopped),
        session.settings.seed,
        session.lang,
    )
    return {COLLECT: collect, CAMPAIGN: rescoring(session, store)}


def jobs(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many to show.")] = 20,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """What was due and what came of it: what failed or was missed in the last 7 days first, then the newest."""
    from dataclasses import asdict
    from datetime import timedelta

    from storage.scheduling import STATUSES, list_schedules, recent_slots, slot_counts

    session = open_session(ctx, lang=lang)
    texts: Any = TEXTS[session.lang]
    since, trouble_since = session.now() - timedelta(days=DAYS), session.now() - timedelta(days=TROUBLE_DAYS)
    with session.store("jobs") as store:
        found = recent_slots(store, limit, trouble_since=trouble_since)
        zones = {each.schedule_id: each.timezone for each in list_schedules(store)}
        counts = slot_counts(store, since)
    if as_json:
        print_json([asdict(each) for each in found])
        return
    if not found:
        say(texts["none"])
        return
    columns = [
        Column(head, "right" if key in {"took", "attempt"} else "left", drop=DROPS.get(key, 0))
        for key, head in zip(TEXTS["en"]["heads"], texts["heads"], strict=True)
    ]
    show_table(session, "", columns, [_row(each, zones[each.schedule_id], session) for each in found], None, as_json=False)
    said = [texts["count"].format(count=counts[name], status=texts["status"][name]) for name in STATUSES if counts[name]]
    emit(texts["sum"].format(days=DAYS, counts=texts["comma"].join(said) or texts["none_of"]))


def _row(slot: "Slot", zone: str, session: Session) -> list[object]:
    from zoneinfo import ZoneInfo

    texts: Any = TEXTS[session.lang]
    began = None if slot.started is None else f"{slot.started.astimezone(ZoneInfo(zone)):%m-%d %H:%M:%S}"
    again = slot.retry_at and texts["again"].format(time=f"{slot.retry_at.astimezone(ZoneInfo(zone)):%m-%d %H:%M}")
    note = "; ".join(part for part in (texts["notes"].get(slot.note, slot.note), again) if part)
    due = f"{slot.due.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    what = subject_in_words(slot.kind, slot.subject, session)
    return [what, due, texts["status"][slot.status], began, _took(slot), slot.attempt or None, note or None]


def _took(slot: "Slot") -> str | None:
    if slot.started is None or slot.finished is None or slot.status == "missed":
        return None
    minutes, seconds = divmod(round((slot.finished - slot.started).total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _line(done: "Ran", session: Session) -> str:
    texts: Any = TEXTS[session.lang]
    what = subject_in_words(done.slot.kind, done.slot.subject, session)
    return str(
        texts["ran"].format(
            what=what,
            due=f"{done.slot.due:%Y-%m-%d %H:%M} UTC",
            status=texts["status"][done.status],
            note=texts["notes"].get(done.note, done.note),
        )
    )


def _document(done: "Ran") -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(done.slot), "status": done.status, "note": done.note}
