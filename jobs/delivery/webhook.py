"""Delivery to chats: one preset each for Feishu, DingTalk, WeCom and Slack, and a plain signed JSON webhook."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import httpx

from jobs.delivery.errors import GiveUp, TryAgain
from jobs.delivery.message import Message
from jobs.delivery.rendering import as_markdown

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_OK, _BUSY, _FAULT = 200, 429, 500


@dataclass(frozen=True, slots=True)
class Post:
    """One request of a preset: what is added to the address, headers, body."""

    body: bytes
    headers: Mapping[str, str]
    query: str = ""


@dataclass(frozen=True, slots=True)
class Preset:
    """How one chat is spoken to: the request, and what its answer's code means ("" where only the status speaks)."""

    post: Callable[[Message, str, float], Post]
    code: str
    busy: frozenset[int]


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


_PLAIN = {"Content-Type": "application/json; charset=utf-8"}


def _feishu(message: Message, secret: str, now: float) -> Post:
    r"""open.feishu.cn, custom bot guide: sign = base64(HMAC-SHA256 with key "timestamp\nsecret" over nothing); body up to 20 KB."""
    text = as_markdown(message, most_bytes=16_000)
    card = {"schema": "2.0", "body": {"elements": [{"tag": "markdown", "content": text}]}}
    document: dict[str, Any] = {"msg_type": "interactive", "card": card}
    if secret:
        stamp = str(int(now))
        digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
        document = {"timestamp": stamp, "sign": base64.b64encode(digest).decode(), **document}
    return Post(_json(document), _PLAIN)


def _dingtalk(message: Message, secret: str, now: float) -> Post:
    r"""open.dingtalk.com, custom robot access: sign = base64(HMAC-SHA256 with the secret over "milliseconds\nsecret"), in the query."""
    text = as_markdown(message, most_bytes=18_000)
    body = _json({"msgtype": "markdown", "markdown": {"title": message.subject[:60], "text": text.replace("\n", "\n\n")}})
    if not secret:
        return Post(body, _PLAIN)
    stamp = str(int(now * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return Post(body, _PLAIN, f"timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}")


def _wecom(message: Message, _secret: str, _now: float) -> Post:
    """developer.work.weixin.qq.com, group robot: Markdown of at most 4,096 bytes."""
    return Post(_json({"msgtype": "markdown", "markdown": {"content": as_markdown(message, most_bytes=4096)}}), _PLAIN)


def _slack(message: Message, _secret: str, _now: float) -> Post:
    """docs.slack.dev, incoming webhooks and section blocks: a text of at most 3,000 signs; bold is one star."""
    text = as_markdown(message, most_bytes=2900).replace("**", "*").replace("\\", "")
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, entity)
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
    return Post(_json({"text": message.subject, "blocks": blocks}), _PLAIN)


def _webhook(message: Message, secret: str, _now: float) -> Post:
    """Ours: the message as JSON under an Idempotency-Key; with a secret X-Fanfit-Signature is the hex HMAC-SHA256 of the body."""
    document = {
        "key": message.digest,
        "subject": message.subject,
        "lead": message.lead,
        "heads": message.heads,
        "rows": message.rows,
    }
    body = _json(document | {"lang": message.lang, "files": message.files})
    signed = {"X-Fanfit-Signature": f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"} if secret else {}
    return Post(body, _PLAIN | {"Idempotency-Key": message.digest} | signed)


PRESETS: Mapping[str, Preset] = {
    "feishu": Preset(_feishu, "code", frozenset({9499, 11232})),  # too many requests, frequency limited
    "dingtalk": Preset(_dingtalk, "errcode", frozenset({130101, 90030, 90018})),  # sent too fast, over limit
    "wecom": Preset(_wecom, "errcode", frozenset({45009, -1})),  # over limit, system busy
    "slack": Preset(_slack, "", frozenset()),
    "webhook": Preset(_webhook, "", frozenset()),
}


def to_webhook(message: Message, kind: str, url: str, secret: str, *, client: httpx.Client, now: float) -> None:
    """Posts the message; `now` in epoch seconds is what signatures are made with.

    Raises:
        TryAgain: the chat is away or asks to wait.
        GiveUp: it says no; the reason holds its code, never its address.
    """
    preset = PRESETS[kind]
    post = preset.post(message, secret, now)
    address = url + (("&" if "?" in url else "?") + post.query if post.query else "")
    try:
        answer = client.post(address, content=post.body, headers=dict(post.headers), timeout=TIMEOUT)
    except httpx.InvalidURL:
        reason = f"the address of {kind} is no URL: set the secret again"
        raise GiveUp(reason) from None
    except httpx.HTTPError as error:
        reason = f"{kind} does not answer ({type(error).__name__})"
        raise TryAgain(reason) from None
    _judge(kind, preset, answer)


def _judge(kind: str, preset: Preset, answer: httpx.Response) -> None:
    status = answer.status_code
    if status == _BUSY or status >= _FAULT:
        wait = answer.headers.get("retry-after", "")
        reason = f"{kind} asks to wait ({status})"
        raise TryAgain(reason, float(wait) if wait.isdigit() else 300.0)
    if not _OK <= status < 300:
        reason = f"{kind} refused ({status}): check the webhook's address and its secret"
        raise GiveUp(reason)
    if not preset.code:
        return
    code = _code(answer, preset.code)
    if code in preset.busy:
        reason = f"{kind} asks to wait (code {code})"
        raise TryAgain(reason)
    if code != 0:
        reason = f"{kind} refused (code {code}): check the webhook's address, its secret and its security settings"
        raise GiveUp(reason)


def _code(answer: httpx.Response, name: str) -> int | None:
    try:
        document = answer.json()
    except ValueError:
        return None
    found = document.get(name) if isinstance(document, dict) else None
    return found if isinstance(found, int) else None
