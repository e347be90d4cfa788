"""Jetstream: the firehose as JSON, filtered at the server; positions are microseconds.

Source: github.com/bluesky-social/jetstream, README (subscribe: query parameters, message shapes).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from collectors.bluesky.events import FOLLOW, Event, EventKind, Frame
from collectors.bluesky.sockets import connected
from collectors.errors import ApiChanged

PUBLIC = "wss://jetstream2.us-east.bsky.network"
REWIND = 5_000_000  # microseconds read again after a break: order across servers is not promised
LATE = 60_000_000  # an event so much later than where we stood: the server no longer had what lies between
_FEED = "Jetstream"
_ERASED = {"deleted", "takendown", "suspended"}


@dataclass(frozen=True, slots=True)
class Jetstream:
    """The feed of a Jetstream server; a silence of so many seconds ends it."""

    service: str
    user_agent: str
    silence: float = 30.0
    stopped: Callable[[], bool] = lambda: False

    @property
    def name(self) -> str:
        """As `Feed.name`."""
        return f"jetstream {self.service}"

    def frames(self, position: int | None) -> Iterator[Frame]:
        """As `Feed.frames`. Servers give no sign of a gap: an event long after the position is taken for one."""
        after = "" if position is None else f"&cursor={max(position - REWIND, 0)}"
        address = f"{self.service}/subscribe?wantedCollections={FOLLOW}{after}"
        with connected(address, self.user_agent, self.silence, self.stopped) as messages:
            first = True
            for message in messages:
                document = _decoded(message)
                time = document["time_us"]
                late = first and position is not None and time > position + LATE
                first = False
                yield Frame(time, _moment(time), _events(document), gap=late)


def _decoded(message: bytes | str) -> Mapping[str, Any]:
    try:
        document = json.loads(message)
    except ValueError:
        raise ApiChanged(_FEED, "a JSON message") from None
    if not isinstance(document, dict) or not isinstance(document.get("time_us"), int) or not isinstance(document.get("did"), str):
        raise ApiChanged(_FEED, "a message with did and time_us")
    return document


def _events(document: Mapping[str, Any]) -> tuple[Event, ...]:
    did, at = document["did"], _moment(document["time_us"])
    account, commit = document.get("account"), document.get("commit")
    if document.get("kind") == "account" and isinstance(account, Mapping) and account.get("active") is False:
        return (Event(EventKind.GONE, did, at, erased=account.get("status") in _ERASED),)
    if document.get("kind") != "commit" or not isinstance(commit, Mapping) or commit.get("collection") != FOLLOW:
        return ()
    rkey, record = str(commit.get("rkey")), commit.get("record")
    if commit.get("operation") == "delete":
        return (Event(EventKind.UNFOLLOWED, did, at, rkey),)
    subject = record.get("subject") if isinstance(record, Mapping) else None
    if commit.get("operation") != "create" or not isinstance(subject, str):
        return ()
    return (Event(EventKind.FOLLOWED, did, at, rkey, subject),)


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
