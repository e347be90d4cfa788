"""The firehose: com.atproto.sync.subscribeRepos, DAG-CBOR frames whose blocks are a CAR file.

Sources: atproto.com/specs/event-stream, /specs/sync; lexicon com.atproto.sync.subscribeRepos.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import libipld

from collectors.bluesky.events import FOLLOW, Event, EventKind, Frame
from collectors.bluesky.sockets import connected
from collectors.errors import ApiChanged, RetryLater, StopRun

PUBLIC = "wss://bsky.network"
_FEED, _FRAME = "the firehose", "a frame of two DAG-CBOR objects"
_MESSAGE, _ERROR = 1, -1
_ERASED = {"deleted", "takendown", "suspended"}
_PREFIX = f"{FOLLOW}/"


@dataclass(frozen=True, slots=True)
class Firehose:
    """The feed of a PDS or a relay; a silence of so many seconds ends it."""

    service: str
    user_agent: str
    silence: float = 30.0
    stopped: Callable[[], bool] = lambda: False

    @property
    def name(self) -> str:
        """As `Feed.name`."""
        return f"firehose {self.service}"

    def frames(self, position: int | None) -> Iterator[Frame]:
        """As `Feed.frames`; positions are sequence numbers."""
        after = "" if position is None else f"?cursor={position}"
        with connected(
            f"{self.service}/xrpc/com.atproto.sync.subscribeRepos{after}", self.user_agent, self.silence, self.stopped
        ) as messages:
            outdated = False
            for message in messages:
                name, body = _decoded(message)
                if name == "#info":
                    outdated = body.get("name") == "OutdatedCursor"
                    continue
                if not isinstance(body.get("seq"), int):
                    continue  # kinds that are not in the sequence
                yield Frame(body["seq"], _moment(body), _events(name, body), gap=outdated)
                outdated = False


def _decoded(message: bytes | str) -> tuple[str, Mapping[str, Any]]:
    """A frame's kind and body."""
    if isinstance(message, str):
        raise ApiChanged(_FEED, "a binary frame")
    try:
        header, body = libipld.decode_dag_cbor_multi(message)
    except (ValueError, TypeError):
        raise ApiChanged(_FEED, _FRAME) from None
    if not isinstance(header, dict) or not isinstance(body, dict):
        raise ApiChanged(_FEED, _FRAME)
    if header.get("op") == _ERROR:
        raise _refused(str(body.get("error", "")))
    return (str(header.get("t", "")), body) if header.get("op") == _MESSAGE else ("", {})


def _refused(error: str) -> RetryLater | StopRun:
    if error == "ConsumerTooSlow":
        return RetryLater("the firehose let go of us because we read too slowly", 1.0)
    if error == "FutureCursor":
        return StopRun(
            "the firehose says that our position lies ahead of it: it was set up anew, or is another server; start again with --from-now"
        )
    return StopRun("the firehose refuses for a reason that this version of fanfit does not know")


def _events(name: str, body: Mapping[str, Any]) -> tuple[Event, ...]:
    if name == "#account" and body.get("active") is False:
        erased = body.get("status") in _ERASED
        return (Event(EventKind.GONE, str(body.get("did")), _moment(body), erased=erased),)
    if name != "#commit":
        return ()
    ops = [op for op in body.get("ops") or () if isinstance(op, dict) and str(op.get("path", "")).startswith(_PREFIX)]
    if not ops:
        return ()
    records = _records(body)
    return tuple(event for op in ops if (event := _event(op, body, records)) is not None)


def _event(op: Mapping[str, Any], body: Mapping[str, Any], records: Mapping[bytes, Any]) -> Event | None:
    """One operation; an update of a follow record changes nothing that matters, one without its block (a commit too big) tells nothing."""
    did, rkey, at = str(body.get("repo")), str(op["path"]).removeprefix(_PREFIX), _moment(body)
    if op.get("action") == "delete":
        return Event(EventKind.UNFOLLOWED, did, at, rkey)
    record = records.get(_cid(op.get("cid")))
    subject = record.get("subject") if isinstance(record, dict) else None
    if op.get("action") != "create" or not isinstance(subject, str):
        return None
    return Event(EventKind.FOLLOWED, did, at, rkey, subject)


def _records(body: Mapping[str, Any]) -> Mapping[bytes, Any]:
    """Blocks by CID. Where they cannot be read they tell nothing: one person's broken repository must not stop the stream."""
    try:
        found: Mapping[bytes, Any] = libipld.decode_car(body["blocks"])[1]
    except (KeyError, ValueError, TypeError):
        return {}
    return found


def _cid(found: Any) -> bytes:
    return found if isinstance(found, bytes) else b""


def _moment(body: Mapping[str, Any]) -> datetime:
    try:
        return datetime.fromisoformat(str(body["time"]))
    except (KeyError, ValueError):
        raise ApiChanged(_FEED, "a time") from None
