"""Firehose and Jetstream over real WebSockets: the same happenings are the same events, resumable; what servers refuse and break."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.bluesky.events import Event, EventKind, Frame
from collectors.bluesky.firehose import Firehose
from collectors.bluesky.jetstream import Jetstream
from collectors.errors import ApiChanged, RetryLater, StopRun
from tests.collectors.fake_events import BEGIN, FakeEvents, Happening, cbor, served

KINDS = st.sampled_from(["follow", "unfollow", "change", "gone", "back", "handle", "like"])
STATUS = {"gone": ["deleted", "deactivated", "takendown"]}


@st.composite
def happenings(draw: st.DrawFn) -> list[Happening]:
    kinds = draw(st.lists(KINDS, max_size=12))
    return [
        Happening(kind, f"did:plc:p{draw(st.integers(0, 3))}", f"r{draw(st.integers(0, 3))}", "did:plc:star",
                  draw(st.sampled_from(STATUS.get(kind, [""]))))
        for kind in kinds
    ]  # fmt: skip


def firehose(address: str) -> Firehose:
    return Firehose(address, "fanfit-test", silence=0.05)


def jetstream(address: str) -> Jetstream:
    return Jetstream(address, "fanfit-test", silence=0.05)


def told(frames: Iterator[Frame]) -> list[Event]:
    return [event for frame in frames for event in frame.events]


MIXED = [
    Happening("follow", "did:plc:ann", "a1", "did:plc:star"),
    Happening("like", "did:plc:ann", "x"),
    Happening("unfollow", "did:plc:ann", "a1"),
    Happening("handle", "did:plc:ann"),
    Happening("gone", "did:plc:bob", status="deleted"),
    Happening("gone", "did:plc:cat", status="deactivated"),
    Happening("back", "did:plc:cat"),
    Happening("follow", "did:plc:cat", "c1", "did:plc:other"),
]


@settings(max_examples=25, deadline=None)
@given(happenings())
def test_both_feeds_tell_the_same(what: list[Happening]) -> None:
    fake = FakeEvents(what)
    with served(fake, fake.firehose) as hose, served(fake, fake.jetstream) as jet:
        assert told(firehose(hose).frames(0)) == told(jetstream(jet).frames(0))


def test_what_is_told() -> None:
    fake = FakeEvents(MIXED)
    with served(fake, fake.firehose) as hose:
        assert told(firehose(hose).frames(0)) == [
            Event(EventKind.FOLLOWED, "did:plc:ann", fake.time(0), "a1", "did:plc:star"),
            Event(EventKind.UNFOLLOWED, "did:plc:ann", fake.time(2), "a1"),
            Event(EventKind.GONE, "did:plc:bob", fake.time(4), erased=True),
            Event(EventKind.GONE, "did:plc:cat", fake.time(5)),
            Event(EventKind.FOLLOWED, "did:plc:cat", fake.time(7), "c1", "did:plc:other"),
        ]


@pytest.mark.parametrize("feed", [firehose, jetstream])
def test_from_every_position_the_rest_comes(feed: Any) -> None:
    fake = FakeEvents(MIXED)
    with served(fake, fake.firehose if feed is firehose else fake.jetstream) as address:
        frames = list(feed(address).frames(0))
        whole = told(iter(frames))
        for number, frame in enumerate(frames, 1):
            before = told(iter(frames[:number]))
            rest = told(feed(address).frames(frame.position))
            assert rest[-1:] == whole[len(before) :][-1:] or not whole[len(before) :]
            assert [event for event in rest if event not in before] == whole[len(before) :]
            assert feed is jetstream or rest == whole[len(before) :], "only Jetstream reads a few seconds again"


@pytest.mark.parametrize("feed", [firehose, jetstream])
def test_without_a_position_nothing_of_the_past_comes(feed: Any) -> None:
    fake = FakeEvents(MIXED)
    with served(fake, fake.firehose if feed is firehose else fake.jetstream) as address:
        assert list(feed(address).frames(None)) == []
    assert "cursor" not in fake.asked[0]


def test_a_firehose_that_no_longer_has_what_was_missed_says_so() -> None:
    fake = FakeEvents(MIXED, keeps=2)
    with served(fake, fake.firehose) as address:
        assert [frame.gap for frame in firehose(address).frames(1)] == [True, False]
        assert [frame.gap for frame in firehose(address).frames(6)] == [False, False]


def test_a_jetstream_that_goes_on_a_minute_later_has_lost_something() -> None:
    fake = FakeEvents([Happening("follow", f"did:plc:p{n}", "r", "did:plc:star") for n in range(90)], keeps=5)
    at = [round(fake.time(n).timestamp() * 1_000_000) for n in range(90)]
    with served(fake, fake.jetstream) as address:
        assert [frame.gap for frame in jetstream(address).frames(at[0])] == [True, False, False, False, False]
        assert not any(frame.gap for frame in jetstream(address).frames(at[60]))


@pytest.mark.parametrize(
    ("refusal", "error", "says"),
    [
        ("ConsumerTooSlow", RetryLater, "too slowly"),
        ("FutureCursor", StopRun, "--from-now"),
        ("SomethingNew", StopRun, "does not know"),
    ],
)
def test_what_a_firehose_refuses(refusal: str, error: type[Exception], says: str) -> None:
    fake = FakeEvents(MIXED, refuses=refusal)
    with served(fake, fake.firehose) as address, pytest.raises(error, match=says):
        list(firehose(address).frames(0))


BROKEN: list[bytes | str] = [
    "text",
    b"",
    b"\xff\xff",
    cbor({"op": 1, "t": "#commit"}),
    cbor([1]) + cbor({}),
    cbor({"op": 1}) + cbor(3),
]


@pytest.mark.parametrize("frame", BROKEN, ids=range(len(BROKEN)))
def test_a_frame_that_is_none_stops_the_firehose(frame: bytes | str) -> None:
    fake = FakeEvents(MIXED, raw={1: frame})
    with served(fake, fake.firehose) as address, pytest.raises(ApiChanged):
        list(firehose(address).frames(0))


def commit(**changes: Any) -> bytes:
    op = {"path": "app.bsky.graph.follow/r", "action": "create", "cid": None}
    body = {"seq": 2, "time": "2026-11-01T12:00:01Z", "repo": "did:plc:x", "ops": [op], "blocks": b"", "rev": "1"}
    return cbor({"op": 1, "t": "#commit"}) + cbor(body | changes)


@pytest.mark.parametrize("frame", [commit(), commit(blocks=b"no car"), commit(ops=[3]), commit(ops=None), commit(blocks=None)])
def test_one_broken_repository_does_not_stop_the_firehose(frame: bytes) -> None:
    fake = FakeEvents(MIXED, raw={1: frame})
    with served(fake, fake.firehose) as address:
        assert len(told(firehose(address).frames(0))) == 5


def test_kinds_outside_the_sequence_are_passed_over() -> None:
    fake = FakeEvents(MIXED, raw={1: cbor({"op": 1, "t": "#new"}) + cbor({"x": 1}), 3: cbor({"op": 2}) + cbor({"seq": 4})})
    with served(fake, fake.firehose) as address:
        assert [frame.position for frame in firehose(address).frames(0)] == [1, 3, 5, 6, 7, 8]


JSON_BROKEN = ["{", "[]", "{}", '{"did":"x"}', '{"did":1,"time_us":1}', '{"did":"x","time_us":"1"}', b"\xff"]


@pytest.mark.parametrize("message", JSON_BROKEN, ids=range(len(JSON_BROKEN)))
def test_a_message_that_is_none_stops_jetstream(message: bytes | str) -> None:
    fake = FakeEvents(MIXED, raw={0: message})
    with served(fake, fake.jetstream) as address, pytest.raises(ApiChanged):
        list(jetstream(address).frames(0))


def test_a_time_that_is_none_stops_the_firehose() -> None:
    fake = FakeEvents(MIXED, raw={0: commit(time="soon")})
    with served(fake, fake.firehose) as address, pytest.raises(ApiChanged, match="a time"):
        list(firehose(address).frames(0))


@pytest.mark.parametrize("feed", [firehose, jetstream])
def test_a_connection_that_breaks_is_to_be_tried_again(feed: Any) -> None:
    fake = FakeEvents(MIXED, closes_after=2)
    with served(fake, fake.firehose if feed is firehose else fake.jetstream) as address:
        frames = feed(address).frames(0)
        assert next(frames).at == BEGIN
        next(frames)
        with pytest.raises(RetryLater, match="broke off"):
            next(frames)


def test_a_quiet_connection_is_left_soon_after_a_stop() -> None:
    fake, begun = FakeEvents([]), time.monotonic()
    with served(fake, fake.jetstream) as address:
        assert list(Jetstream(address, "fanfit-test", silence=30.0, stopped=lambda: True).frames(None)) == []
    assert time.monotonic() - begun < 10


def test_nobody_there_and_nonsense_for_an_address() -> None:
    fake = FakeEvents([])
    with served(fake, fake.firehose) as address:
        """Only to know a port where nobody listens any more."""
    with pytest.raises(RetryLater):
        list(firehose(address).frames(0))
    with pytest.raises(StopRun, match="ws://"):
        list(firehose("https://example.invalid").frames(0))


def test_a_server_that_speaks_no_websocket() -> None:
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Plain(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Plain) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(StopRun, match="check its address"):
            list(firehose(f"ws://127.0.0.1:{server.server_port}").frames(0))
        thread.join()
