"""Sends what is due: noted before, noted after; whatever fails is tried again or given up, and says why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from collectors.secrets import secret
from jobs.delivery.errors import GiveUp, TryAgain
from jobs.delivery.folder import to_folder
from jobs.delivery.mail import MailServer, by_mail
from jobs.delivery.message import Message, Recipient, from_json, recipient
from jobs.delivery.webhook import to_webhook
from jobs.errors import reason_of
from storage.deliveries import Delivery, enqueue, settle, take_due

if TYPE_CHECKING:
    from storage.engine import Store

ATTEMPTS = 6
BACKOFF = (60.0, 300.0, 1800.0, 7200.0, 21_600.0)  # seconds after each failed attempt
Send = Callable[[Message, Recipient], None]


@dataclass(frozen=True, slots=True)
class Courier:
    """Sends one message to one recipient; `folder` is what relative paths begin at."""

    server: MailServer
    folder: Path
    clock: Callable[[], datetime]

    def __call__(self, message: Message, to: Recipient) -> None:
        """Returns when the receiver has taken it.

        Raises:
            NotDelivered: TryAgain or GiveUp.
        """
        if to.kind == "folder":
            to_folder(message, self.folder / Path(to.where).expanduser())
        elif to.kind == "mailto":
            by_mail(message, self.server, to.where)
        else:
            name = f"FANFIT_WEBHOOK_{to.where}"
            url = secret(name)
            if url is None:
                reason = f"the secret {name} is not set: put the webhook's address there (environment or keyring)"
                raise GiveUp(reason)
            with httpx.Client() as client:
                to_webhook(message, to.kind, url, secret(f"{name}_SECRET") or "", client=client, now=self.clock().timestamp())


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of one delivery: sent, failed, or pending (it is tried again)."""

    recipient: str
    status: str
    note: str


def deliver(
    store: "Store", send: Send, message: Message, recipients: Sequence[Recipient], *, clock: Callable[[], datetime]
) -> list[Delivered]:
    """Notes the message for all of them, then sends what is due of it. The same message again is sent to nobody who has it."""
    enqueue(store, message.key, [str(each) for each in recipients], message.subject, message.to_json(), now=clock())
    return send_due(store, send, clock=clock, key=message.key)


def send_due(store: "Store", send: Send, *, clock: Callable[[], datetime], key: str | None = None) -> list[Delivered]:
    """Sends everything that is due, one after another, each noted before and after."""
    done = []
    while (found := take_due(store, now=clock(), key=key)) is not None:
        done.append(_send(store, send, found, clock))
    return done


def _send(store: "Store", send: Send, found: Delivery, clock: Callable[[], datetime]) -> Delivered:
    status, note, after = _attempt(send, found)
    now = clock()
    settle(store, found, status, note, now=now, next_at=None if after is None else now + timedelta(seconds=after))
    return Delivered(found.recipient, status, note)


def _attempt(send: Send, found: Delivery) -> tuple[str, str, float | None]:
    """Status, note, and seconds until the next attempt."""
    if found.message is None:
        return "failed", "the message is gone", None
    try:
        send(from_json(found.message), recipient(found.recipient))
    except TryAgain as error:
        if found.attempts >= ATTEMPTS:
            return "failed", f"{error}; given up after {found.attempts} attempts", None
        return "pending", str(error), max(error.after, BACKOFF[min(found.attempts, len(BACKOFF)) - 1])
    except Exception as error:  # noqa: BLE001 - one recipient's trouble is not another's
        return "failed", reason_of(error), None
    return "sent", "", None
