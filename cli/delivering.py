"""Commands of delivery: `deliver test | list | retry`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, print_json, show_table
from cli.wiring import Session, open_session

if TYPE_CHECKING:
    from jobs.delivery.deliver import Courier, Delivered

deliver_app = typer.Typer(help="Reports and alerts on their way: mail, chats, folders.", no_args_is_help=True)

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "subject": "fanfit: a test", "lead": "This is a test of {who}. If you read it, reports will arrive too.",
        "heads": ("what", "recipient", "state", "attempts", "changed", "why"),
        "states": {"pending": "tried again later", "sending": "being sent", "sent": "arrived", "failed": "given up"},
        "none": "Nothing is due.", "empty": "Nothing was sent yet.",
        "given_up": "What was given up is not sent again by itself: once its reason is mended, `fanfit campaign run NAME` makes and sends a new report; "
        "the report that was given up lies in reports/campaigns. What waits is sent by the worker or by `fanfit deliver retry`.",
    },
    "zh": {
        "subject": "fanfit 测试", "lead": "这是 {who} 的一次测试。能看到它,报告也能送达。",
        "heads": ("内容", "收件方", "状态", "次数", "时间", "原因"),
        "states": {"pending": "稍后再试", "sending": "发送中", "sent": "已送达", "failed": "已放弃"},
        "none": "没有到时的投递。", "empty": "还没有投递过。",
        "given_up": "已放弃的不会自动重发:解决原因后,用 `fanfit campaign run 名称` 生成并发送新的报告;已放弃的报告仍在 reports/campaigns 中。"
        "等待中的由后台任务或 `fanfit deliver retry` 发送。",
    },
}  # fmt: skip


@deliver_app.command("test")
def send_test(
    ctx: typer.Context,
    recipient: Annotated[str, typer.Argument(help="mailto:ADDRESS, folder:PATH, feishu:NAME, dingtalk:NAME, wecom:NAME, slack:NAME, webhook:NAME")],
    as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Send a test message and say what came of it; nothing of the workspace is in it but who is responsible."""
    from jobs.delivery.deliver import deliver
    from jobs.delivery.message import Message
    from jobs.delivery.message import recipient as read

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    to = read(recipient)
    lead = texts["lead"].format(who=session.settings.controller or "fanfit")
    message = Message(f"test {session.now().isoformat()}", texts["subject"], (lead,), (), (), (), session.lang)
    with session.store("deliver") as store:
        (done,) = deliver(store, courier(session), message, [to], clock=session.now)
    _say(session, [done], as_json=as_json)
    if done.status != "sent":
        raise typer.Exit(1)


@deliver_app.command("list")
def list_command(
    ctx: typer.Context, limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """What was sent to whom, the newest first, and what did not arrive, with the reason."""
    from storage.deliveries import list_deliveries

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("deliver list") as store:
        found = list_deliveries(store, limit=limit)
    rows = [
        (
            each.subject,
            each.recipient,
            texts["states"][each.status],
            each.attempts,
            f"{each.changed:%Y-%m-%d %H:%M}",
            each.note or None,
        )
        for each in found
    ]
    document = [
        {"key": each.key, "subject": each.subject, "recipient": each.recipient, "status": each.status, "attempts": each.attempts,
         "note": each.note, "next_at": each.next_at, "changed": each.changed}
        for each in found
    ]  # fmt: skip
    if not found and not as_json:
        emit(texts["empty"])
        return
    columns = [Column(head, "right" if place == 3 else "left") for place, head in enumerate(texts["heads"])]
    show_table(session, "", columns, rows, document, as_json)
    if not as_json and any(each.status == "failed" for each in found):
        emit(texts["given_up"])


@deliver_app.command("retry")
def retry_command(ctx: typer.Context, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """Send what is due: what did not arrive at first, once its time has come. The worker does the same."""
    from jobs.delivery.deliver import send_due

    session = open_session(ctx, lang=lang)
    with session.store("deliver") as store:
        done = send_due(store, courier(session), clock=session.now)
    _say(session, done, as_json=as_json)


def courier(session: Session) -> "Courier":
    """What sends messages, as this workspace is set up."""
    from collectors.secrets import secret
    from jobs.delivery.deliver import Courier
    from jobs.delivery.mail import MailServer

    mail = session.settings.mail
    server = MailServer(mail.host, mail.port, mail.sender, mail.security, mail.user, secret("FANFIT_SMTP_PASSWORD") or "")
    return Courier(server, session.workspace, session.now)


def _say(session: Session, done: "list[Delivered]", *, as_json: bool) -> None:
    from dataclasses import asdict

    texts = TEXTS[session.lang]
    if as_json:
        print_json([asdict(each) for each in done])
        return
    for each in done:
        emit(f"{each.recipient}: {texts['states'][each.status]}" + (f" ({each.note})" if each.note else ""))
    if not done:
        emit(texts["none"])
