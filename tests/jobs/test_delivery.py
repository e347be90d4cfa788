"""Delivery: real servers get what was sent, refusals end as they must, and a message comes at least once, twice only under its key."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.delivery.deliver import ATTEMPTS, Courier, deliver, send_due
from jobs.delivery.errors import BadRecipient, GiveUp, TryAgain
from jobs.delivery.mail import MailServer, as_mail
from jobs.delivery.message import Message, Recipient, from_json, recipient, recipients
from jobs.delivery.rendering import as_markdown
from jobs.delivery.webhook import to_webhook
from storage.deliveries import STALE, list_deliveries
from storage.engine import Store, create_store
from tests.jobs.delivery_servers import Hook, Mailbox, http_server, smtp_server

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SECRET = "SEC-planted-51c"  # noqa: S105 - planted, to be searched for


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = create_store(f"sqlite:///{tmp_path}/fanfit.db", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    yield made
    made.close()


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server() as made:
        yield made


@pytest.fixture
def hook() -> Iterator[Hook]:
    with http_server() as made:
        yield made


@pytest.fixture
def message(tmp_path: Path) -> Message:
    path = tmp_path / "报告 11-02.html"
    path.write_text("<p>report</p>", "utf-8")
    return Message(
        "camp/2026-11-02", "露营新品:本周名单", ("2 个账号的变化超出误差。", "<b>不是</b>标签"), ("账号", "TA浓度", "变化"),
        (("户外老王", "12%", "+3"), ("@all *星*", "9%", "")), (str(path),), "zh",
    )  # fmt: skip


def courier(box: Mailbox, tmp_path: Path, clock: Clock | None = None) -> Courier:
    return Courier(MailServer("127.0.0.1", box.port, "fanfit@acme.test", "none"), tmp_path, clock or Clock())


def test_a_mail_arrives_with_text_table_and_attachment(store: Store, box: Mailbox, message: Message, tmp_path: Path) -> None:
    (done,) = deliver(store, courier(box, tmp_path), message, recipients(["mailto:planner@client.test"]), clock=Clock())
    assert done.status == "sent", done.note
    (mail,) = box.mails
    assert (mail["Subject"], mail["To"], mail["Auto-Submitted"]) == (message.subject, "planner@client.test", "auto-generated")
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert "户外老王 | 12% | +3" in text.get_content()
    assert "&lt;b&gt;不是&lt;/b&gt;" in page.get_content()
    assert "http" not in page.get_content(), "nothing is loaded from anywhere"
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content().strip()) == ("报告 11-02.html", "<p>report</p>")


@pytest.mark.parametrize(
    ("answer", "status"), [("451 later", "pending"), ("421 away", "pending"), ("550 no", "failed"), ("554 spam", "failed")]
)
def test_a_mail_servers_no_is_final_and_its_later_is_not(
    store: Store, box: Mailbox, message: Message, tmp_path: Path, answer: str, status: str
) -> None:
    clock = Clock()
    box.answers = [answer]
    (done,) = deliver(store, courier(box, tmp_path, clock), message, recipients(["mailto:a@client.test"]), clock=clock)
    assert (done.status, box.mails) == (status, [])
    clock.now += timedelta(hours=1)
    again = send_due(store, courier(box, tmp_path, clock), clock=clock)
    assert [each.status for each in again] == (["sent"] if status == "pending" else [])
    assert len(box.mails) == (status == "pending")


def test_one_recipients_refusal_is_not_anothers(store: Store, box: Mailbox, message: Message, tmp_path: Path) -> None:
    box.refused = {"gone@client.test"}
    to = recipients(["mailto:gone@client.test", "mailto:here@client.test", f"folder:{tmp_path}/out"])
    done = deliver(store, courier(box, tmp_path), message, to, clock=Clock())
    assert {each.recipient.split(":")[1].split("@")[0]: each.status for each in done if "mailto" in each.recipient} == {
        "gone": "failed", "here": "sent",
    }  # fmt: skip
    (folder,) = (tmp_path / "out").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["message.txt", "报告 11-02.html"]


def test_a_server_that_is_away_is_tried_again_and_given_up_in_the_end(
    store: Store, box: Mailbox, message: Message, tmp_path: Path
) -> None:
    clock, away = Clock(), Courier(MailServer("127.0.0.1", 9, "fanfit@acme.test", "none"), tmp_path, Clock())
    deliver(store, away, message, recipients(["mailto:a@client.test"]), clock=clock)
    for _ in range(ATTEMPTS - 1):
        clock.now += timedelta(days=1)
        send_due(store, away, clock=clock)
    (row,) = list_deliveries(store, limit=9)
    assert (row.status, row.attempts, row.message) == ("failed", ATTEMPTS, None)
    assert send_due(store, courier(box, tmp_path), clock=clock) == []


def test_mail_without_encryption_stays_on_this_machine(message: Message, tmp_path: Path) -> None:
    with pytest.raises(GiveUp, match="starttls"):
        Courier(MailServer("mail.acme.test", 25, "a@acme.test", "none"), tmp_path, Clock())(message, recipient("mailto:a@b.test"))
    with pytest.raises(GiveUp, match=r"mail\.host"):
        Courier(MailServer("", 25, ""), tmp_path, Clock())(message, recipient("mailto:a@b.test"))


def test_a_server_without_starttls_is_not_given_the_mail(message: Message, box: Mailbox, tmp_path: Path) -> None:
    with pytest.raises(GiveUp, match="STARTTLS"):
        Courier(MailServer("127.0.0.1", box.port, "a@acme.test", "starttls"), tmp_path, Clock())(
            message, recipient("mailto:a@b.test")
        )
    assert box.mails == []


def test_a_header_cannot_be_smuggled_in(message: Message) -> None:
    mail = as_mail(replace(message, subject="a\r\nBcc: all@client.test"), "f@acme.test", "a@b.test")
    assert mail["Bcc"] is None
    assert mail["Subject"] == "a Bcc: all@client.test"


def post(kind: str, hook: Hook, message: Message, secret: str = SECRET) -> tuple[str, dict[str, str], dict]:
    with httpx.Client() as client:
        to_webhook(message, kind, hook.url, secret, client=client, now=NOW.timestamp())
    path, headers, body = hook.posts[-1]
    return path, headers, json.loads(body)


def test_feishu_is_signed_as_its_guide_says(hook: Hook, message: Message) -> None:
    _, _, body = post("feishu", hook, message)
    stamp = str(int(NOW.timestamp()))
    expected = base64.b64encode(hmac.new(f"{stamp}\n{SECRET}".encode(), digestmod=hashlib.sha256).digest()).decode()
    assert (body["timestamp"], body["sign"], body["msg_type"]) == (stamp, expected, "interactive")
    assert "户外老王" in body["card"]["body"]["elements"][0]["content"]
    assert "sign" not in post("feishu", hook, message, "")[2]


def test_dingtalk_is_signed_in_its_address(hook: Hook, message: Message) -> None:
    path, _, body = post("dingtalk", hook, message)
    query = parse_qs(urlsplit(path).query)
    stamp = str(int(NOW.timestamp() * 1000))
    expected = base64.b64encode(hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()).decode()
    assert (query["timestamp"], query["sign"]) == ([stamp], [expected])
    assert (body["msgtype"], body["markdown"]["title"]) == ("markdown", message.subject)


def test_wecom_gets_no_more_than_it_takes_and_says_that_it_was_cut(hook: Hook, message: Message) -> None:
    many = replace(message, rows=tuple((f"账号{number}", "12%", "+3") for number in range(400)))
    _, _, body = post("wecom", hook, many)
    content = body["markdown"]["content"]
    assert len(content.encode()) <= 4096
    assert content.endswith("(内容过长,其余见报告文件)")


def test_slack_gets_blocks_in_which_nothing_mentions_everybody(hook: Hook, message: Message) -> None:
    hook.answer = (200, {}, b"ok")
    _, _, body = post("slack", hook, replace(message, lead=("<!channel> & more",)))
    text = body["blocks"][0]["text"]["text"]
    assert "&lt;!channel&gt; &amp; more" in text
    assert "@all" not in text


def test_a_plain_webhook_has_an_idempotency_key_and_a_signature(hook: Hook, message: Message) -> None:
    _, headers, body = post("webhook", hook, message)
    assert headers["idempotency-key"] == body["key"] == message.digest
    raw = hook.posts[-1][2]
    assert headers["x-fanfit-signature"] == f"sha256={hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()}"
    assert [tuple(row) for row in body["rows"]] == list(message.rows)


@pytest.mark.parametrize("kind", ["feishu", "dingtalk", "wecom", "slack", "webhook"])
@pytest.mark.parametrize(
    ("answer", "expected"),
    [((429, {"Retry-After": "7"}, b""), TryAgain), ((503, {}, b""), TryAgain), ((404, {}, b""), GiveUp), ((302, {"Location": "/"}, b""), GiveUp)],
)  # fmt: skip
def test_what_a_chat_answers_decides_whether_to_try_again(kind: str, hook: Hook, message: Message, answer, expected) -> None:
    hook.answer = answer
    with pytest.raises(expected) as caught:
        post(kind, hook, message)
    assert "token-9f" not in str(caught.value)
    if answer[0] == 429:
        assert caught.value.after == 7


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [("feishu", {"code": 19021}, GiveUp), ("feishu", {"code": 11232}, TryAgain), ("dingtalk", {"errcode": 310000}, GiveUp),
     ("dingtalk", {"errcode": 130101}, TryAgain), ("wecom", {"errcode": 93000}, GiveUp), ("wecom", {"errcode": 45009}, TryAgain),
     ("wecom", {}, GiveUp), ("feishu", [], GiveUp)],
)  # fmt: skip
def test_a_200_that_says_no_is_no_delivery(kind: str, body: object, expected, hook: Hook, message: Message) -> None:
    hook.answer = (200, {}, json.dumps(body).encode())
    with pytest.raises(expected):
        post(kind, hook, message)


def test_a_webhooks_address_and_secret_are_nowhere_to_be_found(
    store: Store, hook: Hook, box: Mailbox, message: Message, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FANFIT_WEBHOOK_TEAM", hook.url)
    monkeypatch.setenv("FANFIT_WEBHOOK_TEAM_SECRET", SECRET)
    to = recipients(["feishu:team", "webhook:missing"])
    done = {each.recipient: each for each in deliver(store, courier(box, tmp_path), message, to, clock=Clock())}
    assert done["feishu:TEAM"].status == "sent"
    assert "FANFIT_WEBHOOK_MISSING" in done["webhook:MISSING"].note
    store.close()
    for path in tmp_path.glob("*.db*"):
        assert SECRET.encode() not in path.read_bytes()
        assert b"token-9f" not in path.read_bytes()


class Dies(BaseException):
    """The process ends."""


OUTCOME = st.sampled_from(["taken", "later", "dies before", "dies after"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(schedule=st.lists(st.lists(OUTCOME, max_size=5), min_size=1, max_size=3))
def test_whatever_happens_it_arrives_at_least_once_and_twice_only_after_a_crash_with_its_key(
    schedule: list[list[str]], message: Message, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("d")
    store = create_store(f"sqlite:///{folder}/fanfit.db", key=bytes(range(32)), vault_path=folder / "vault.db")
    clock, got = Clock(), []
    plans = {f"mailto:p{number}@client.test": list(plan) for number, plan in enumerate(schedule)}
    crashes = dict.fromkeys(plans, 0)

    def send(sent: Message, to: Recipient) -> None:
        plan = plans[str(to)]
        what = plan.pop(0) if plan else "taken"
        if what == "later":
            raise TryAgain(what)
        if what == "dies before":
            raise Dies
        got.append((str(to), sent.digest))
        if what == "dies after":
            crashes[str(to)] += 1
            raise Dies

    with suppress(Dies):
        deliver(store, send, message, recipients(list(plans)), clock=clock)
    for _ in range(40):
        clock.now += STALE + timedelta(hours=12)
        try:
            send_due(store, send, clock=clock)
        except Dies:
            continue
    rows = list_deliveries(store, limit=99)
    store.close()
    for row in rows:
        times = sum(to == row.recipient for to, _ in got)
        if row.status == "sent":
            assert 1 <= times <= 1 + crashes[row.recipient]
        else:
            assert row.attempts >= ATTEMPTS
    assert {digest for _, digest in got} <= {message.digest}
    assert {row.status for row in rows} <= {"sent", "failed"}


@pytest.mark.parametrize(
    "text", ["", "a@b.test", "mailto:", "mailto:a b@c", "mailto:a@b\nBcc: c@d", "slack:", "slack:https://x", "ftp:x", "folder:"]
)
def test_what_is_no_recipient_is_refused(text: str) -> None:
    with pytest.raises(BadRecipient, match="folder:PATH"):
        recipient(text)


def test_a_kept_message_is_the_message(message: Message) -> None:
    assert from_json(message.to_json()) == message


@given(st.text(max_size=40), st.integers(60, 200))
def test_markdown_is_never_longer_than_asked_for(text: str, most: int) -> None:
    made = Message("k", text, (text,) * 5, ("a",), ((text,),) * 9, (), "en")
    assert len(as_markdown(made, most_bytes=most).encode()) <= most
