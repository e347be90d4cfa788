"""The command that reads follow events from a stream: `collect events`."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cli.opening import operator_of
from cli.options import JsonFlag, LangOption
from cli.output import emit, print_json, say
from cli.wiring import Session, open_session
from cli.working import Stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from collectors.bluesky.events import Feed
    from storage.engine import Store

SILENCE = 30.0  # seconds without a message after which a connection is opened anew

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "none": "name accounts, or watch some: `fanfit watch add`",
        "begun": "Listening to {feed} for follows of accounts (now {n}); Ctrl-C ends it, and the same command goes on there.",
        "done": "Events read: {frames}; follows made: {gained}, taken back: {lost}; gaps: {gaps}.",
        "until": "The stream is read up to {until:%Y-%m-%d %H:%M} UTC.",
        "stopped": "Stopped: {reason}.",
        "later": "Stopped: {reason}. Try again in {minutes:.0f} minutes; the same command goes on there.",
    },
    "zh": {
        "none": "请给出账号,或先用 `fanfit watch add` 添加观察账号",
        "begun": "正在接收 {feed} 的事件,关注 {n} 个账号的粉丝变化;按 Ctrl-C 结束,再次运行同一命令即可继续。",
        "done": "读取事件 {frames} 条;新增关注 {gained},取消关注 {lost},中断 {gaps} 处。",
        "until": "已读到 {until:%Y-%m-%d %H:%M} UTC。",
        "stopped": "已停止:{reason}。",
        "later": "已停止:{reason}。请在 {minutes:.0f} 分钟后再试;再次运行同一命令即可继续。",
    },
}


def events_command(
    ctx: typer.Context,
    accounts: Annotated[
        list[str] | None, typer.Argument(metavar="[ACCOUNT]...", help="Accounts in the store; none: all that are watched.")
    ] = None,
    source: Annotated[Literal["firehose", "jetstream"], typer.Option(help="Which stream is read.")] = "jetstream",
    seconds: Annotated[float | None, typer.Option(min=1, help="End after so long.")] = None,
    until_now: Annotated[bool, typer.Option("--until-now", help="End when the present is reached.")] = False,
    from_now: Annotated[
        bool, typer.Option("--from-now", help="Leave out what came since the last time: noted as a gap.")
    ] = False,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Read Bluesky's follow events as they happen: who follows the accounts from now on, and who no longer does."""
    from dataclasses import asdict

    from jobs.collect_events import Listening

    session = open_session(ctx, lang=lang)
    texts, stop = TEXTS[session.lang], Stop()
    feed = _feed(session, source, SILENCE if seconds is None else min(seconds, SILENCE), stop)
    with session.store("collect events") as store, stop.listening():
        found = _watched(store, accounts or [])
        if not found:
            raise typer.BadParameter(texts["none"])
        watched = (lambda: found) if accounts else (lambda: _watched(store, []))
        listening = Listening(store, feed, watched, session.now, stop, _sleep(stop))
        say(texts["begun"].format(feed=feed.name, n=len(found)))
        done = listening.run(seconds=seconds, until_now=until_now, from_now=from_now)
    if as_json:
        print_json(asdict(done))
    else:
        emit(texts["done"].format(**asdict(done)))
        if done.until is not None:
            emit(texts["until"].format(until=done.until))
    if done.stopped:
        minutes = max((done.after or 0) / 60, 1)
        say(texts["later" if done.after is not None else "stopped"].format(reason=done.stopped, minutes=minutes))
        raise typer.Exit(1)


def _sleep(stop: Stop) -> "Callable[[float], None]":
    """A wait between two connections, which ends soon when we are asked to stop."""
    from contextlib import suppress

    from jobs.errors import JobStopped
    from jobs.handlers import stoppable_sleep

    def sleep(seconds: float) -> None:
        with suppress(JobStopped):
            stoppable_sleep(stop)(seconds)

    return sleep


def _feed(session: Session, source: str, silence: float, stop: Stop) -> "Feed":
    from collectors.bluesky import firehose, jetstream

    agent, settings = operator_of(session).user_agent(), session.settings.sources
    if source == "firehose":
        return firehose.Firehose((settings.firehose or firehose.PUBLIC).rstrip("/"), agent, silence, stop)
    return jetstream.Jetstream((settings.jetstream or jetstream.PUBLIC).rstrip("/"), agent, silence, stop)


def _watched(store: "Store", accounts: list[str]) -> dict[str, bytes]:
    """Pseudonyms by stable id of the accounts given, or of all that are watched."""
    from jobs.collect_events import PLATFORM
    from jobs.watching import named
    from storage.queries import resolve_account
    from storage.watching import watched

    keys = [resolve_account(store, account, platform=PLATFORM) for account in accounts]
    refs = named(store, keys or [row.account for row in watched(store)])
    return {ref.native_id: key for key, ref in refs.items() if ref.platform == PLATFORM}
