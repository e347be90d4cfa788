"""What is delivered, and to whom: messages that can be rendered again word for word, recipients read strictly."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from jobs.delivery.errors import BadRecipient

CHATS = ("feishu", "dingtalk", "wecom", "slack", "webhook")
_NAME = re.compile(r"[A-Za-z0-9_]{1,40}")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a message goes: a folder's path, a mail address, or the name under which a webhook's address is kept as a secret."""

    kind: Literal["folder", "mailto", "feishu", "dingtalk", "wecom", "slack", "webhook"]
    where: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.where}"


@dataclass(frozen=True, slots=True)
class Message:
    """A message under a `key` that no other has: who gets it twice can tell. `table` is short; `files` are paths of attachments."""

    key: str
    subject: str
    lead: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    files: tuple[str, ...]
    lang: Literal["zh", "en"]

    def to_json(self) -> str:
        """As it is kept until it is delivered."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def digest(self) -> str:
        """The key as a short word that fits into headers and file names."""
        return hashlib.blake2b(self.key.encode(), digest_size=16).hexdigest()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The attachments that are still there."""
        return tuple(path for path in map(Path, self.files) if path.is_file())


def from_json(text: str) -> Message:
    """A kept message."""
    document: dict[str, Any] = json.loads(text)
    document["rows"] = tuple(tuple(row) for row in document["rows"])
    for name in ("lead", "heads", "files"):
        document[name] = tuple(document[name])
    return Message(**document)


def recipient(text: str) -> Recipient:
    """A recipient as people write it.

    >>> str(recipient("mailto:planner@example.org")), str(recipient("feishu:TEAM"))
    ('mailto:planner@example.org', 'feishu:TEAM')

    Raises:
        BadRecipient: none of the kinds there are.
    """
    kind, _, where = text.strip().partition(":")
    if kind == "folder" and where:
        return Recipient("folder", where)
    if kind == "mailto" and _ADDRESS.fullmatch(where):
        return Recipient("mailto", where)
    if kind in CHATS and _NAME.fullmatch(where):
        return Recipient(kind, where.upper())  # type: ignore[arg-type]
    message = (
        f"a recipient is folder:PATH, mailto:ADDRESS, or {', '.join(f'{chat}:NAME' for chat in CHATS)} (NAME of letters, digits and _; "
        "the webhook's address is then the secret FANFIT_WEBHOOK_<NAME>)"
    )
    raise BadRecipient(message)


def recipients(texts: Sequence[str]) -> tuple[Recipient, ...]:
    """Several, each once."""
    return tuple(dict.fromkeys(map(recipient, texts)))
