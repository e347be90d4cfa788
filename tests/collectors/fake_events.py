"""Real WebSocket servers on the loopback that tell the same happenings as a firehose (DAG-CBOR, CAR) and as a Jetstream (JSON)."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.sync.server import ServerConnection, serve

FOLLOW = "app.bsky.graph.follow"
BEGIN = datetime(2026, 11, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Happening:
    """`did` follows `subject` by the record `rkey`, takes it back, or is gone (`status`); or something else happens."""

    kind: str
    did: str
    rkey: str = ""
    subject: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A CID in DAG-CBOR."""

    cid: bytes


def cbor(value: Any) -> bytes:
    """Canonical DAG-CBOR of plain values (RFC 8949; the dag-cbor codec of IPLD)."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    return b"\xd8\x2a" + cbor(b"\x00" + value.cid) if isinstance(value, Link) else _many(value)


def _many(value: Any) -> bytes:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key), key))
        return _head(5, len(value)) + b"".join(cbor(key) + cbor(value[key]) for key in keys)
    return _head(4, len(value)) + b"".join(map(cbor, value))


def _head(major: int, number: int) -> bytes:
    for info, size in ((None, 0), (24, 1), (25, 2), (26, 4), (27, 8)):
        if info is None and number < 24:
            return bytes([major << 5 | number])
        if info is not None and number < 256**size:
            return bytes([major << 5 | info]) + number.to_bytes(size, "big")
    raise OverflowError


def cid_of(block: bytes) -> bytes:
    """CIDv1, dag-cbor, sha-256."""
    return b"\x01\x71\x12\x20" + hashlib.sha256(block).digest()


def car(blocks: Sequence[bytes]) -> bytes:
    """A CAR v1 file of the blocks."""
    header = cbor({"version": 1, "roots": [Link(cid_of(blocks[0]))]})
    parts = [header, *(cid_of(block) + block for block in blocks)]
    return b"".join(_varint(len(part)) + part for part in parts)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


@dataclass
class FakeEvents:
    """The happenings, one a second from `BEGIN`; which of them a server still has; where it closes; what it says instead."""

    happenings: list[Happening]
    keeps: int = 10**9  # a reader who stood further back than so many has missed some
    closes_after: int | None = None  # messages of one connection
    refuses: str = ""
    raw: dict[int, bytes | str] = field(default_factory=dict)  # messages in place of those
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def time(self, at: int) -> datetime:
        """When the happening of this place was."""
        return BEGIN + timedelta(seconds=at)

    def firehose(self, path: str) -> Iterator[bytes | str]:
        """Messages to a reader of com.atproto.sync.subscribeRepos; sequence numbers count from 1."""
        given = parse_qs(urlsplit(path).query).get("cursor")
        after = len(self.happenings) if given is None else int(given[0])
        if self.refuses or after > len(self.happenings):
            yield cbor({"op": -1}) + cbor({"error": self.refuses or "FutureCursor", "message": "no"})
            return
        begin = max(after, len(self.happenings) - self.keeps)
        if begin > after:
            yield cbor({"op": 1, "t": "#info"}) + cbor({"name": "OutdatedCursor"})
        for at in range(begin, len(self.happenings)):
            yield self.raw[at] if at in self.raw else self._frame(at)

    def _frame(self, at: int) -> bytes:
        what = self.happenings[at]
        base = {"seq": at + 1, "time": self.time(at).isoformat().replace("+00:00", "Z")}
        if what.kind in {"gone", "back"}:
            body = {**base, "did": what.did, "active": what.kind == "back", **({"status": what.status} if what.status else {})}
            return cbor({"op": 1, "t": "#account"}) + cbor(body)
        if what.kind == "handle":
            return cbor({"op": 1, "t": "#identity"}) + cbor({**base, "did": what.did, "handle": "new.test"})
        record = cbor({"$type": what.rkey, "subject": what.subject, "createdAt": base["time"]})
        path = f"{'app.bsky.feed.like' if what.kind == 'like' else FOLLOW}/{what.rkey}"
        action = {"unfollow": "delete", "change": "update"}.get(what.kind, "create")
        op = {"path": path, "action": action, "cid": None if action == "delete" else Link(cid_of(record))}
        blocks = car([cbor({"did": what.did}), *([] if action == "delete" else [record])])
        body = {**base, "repo": what.did, "ops": [op], "blocks": blocks, "rev": "1", "tooBig": False}
        return cbor({"op": 1, "t": "#commit"}) + cbor(body)

    def jetstream(self, path: str) -> Iterator[bytes | str]:
        """Messages to a reader of /subscribe; positions are microseconds."""
        query = parse_qs(urlsplit(path).query)
        assert query["wantedCollections"] == [FOLLOW]
        for at in range(max(0, len(self.happenings) - self.keeps), len(self.happenings)):
            time = round(self.time(at).timestamp() * 1_000_000)
            if "cursor" in query and time > int(query["cursor"][0]) and self.happenings[at].kind != "like":
                yield self.raw[at] if at in self.raw else json.dumps(self._document(at, time))

    def _document(self, at: int, time: int) -> dict[str, Any]:
        what = self.happenings[at]
        base: dict[str, Any] = {"did": what.did, "time_us": time}
        if what.kind in {"gone", "back"}:
            account = {"active": what.kind == "back", "did": what.did, **({"status": what.status} if what.status else {})}
            return base | {"kind": "account", "account": account}
        if what.kind == "handle":
            return base | {"kind": "identity", "identity": {"did": what.did, "handle": "new.test"}}
        operation = {"unfollow": "delete", "change": "update"}.get(what.kind, "create")
        commit: dict[str, Any] = {"rev": "1", "operation": operation, "collection": FOLLOW, "rkey": what.rkey}
        if operation != "delete":
            commit |= {"record": {"$type": FOLLOW, "subject": what.subject}, "cid": "bafy"}
        return base | {"kind": "commit", "commit": commit}


@contextmanager
def served(fake: FakeEvents, tell: Callable[[str], Iterator[bytes | str]]) -> Iterator[str]:
    """A server's address; it sends what there is and waits for the reader to go, or closes where the fake says."""

    def handle(socket: ServerConnection) -> None:
        assert socket.request is not None
        fake.asked.append(socket.request.path)
        for sent, message in enumerate(tell(socket.request.path)):
            if sent == fake.closes_after:
                return
            socket.send(message)
        for _ in socket:
            """Nothing is expected of a reader."""

    with serve(handle, "127.0.0.1", 0, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()
