"""The laws of every source, inherited in three lines: a source gives its fake platform, and is read through every fault."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest
import stamina
from sqlalchemy import select

from collectors.base import Stream, Target
from collectors.errors import LiveError, RetryLater, SkipTarget, StopRun
from collectors.http import ATTEMPTS, Http, Judge, Operator, open_client
from collectors.limits import Pace
from collectors.paginate import End
from collectors.run import Collected, collect
from scoring.text.indexer import JiebaIndexer
from storage.engine import create_store
from storage.imports import list_imports
from storage.pulling import StreamKey, begin_pull
from storage.pulls import split_members
from storage.records import Frame, Order, Provenance, PullFacts
from storage.tables import FOLLOW, POST, PULL, PULL_MEMBER, STREAM_POSITION

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
KEY = bytes(range(32))
TOKEN = "planted-token-7f3a"  # noqa: S105 - planted, to be searched for
Fault = Callable[[httpx.Request], httpx.Response]


class FakePlatform(Protocol):
    """A platform that really pages, and can be told to be odd. `members` are the ids of the target's followers, in list order."""

    members: list[str]
    target: Target
    calls: int
    short_pages: bool
    loops: bool
    gone_after: int | None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answers as the platform would."""
        ...

    def stream(self, http: Http) -> Stream:
        """Our followers stream over it."""
        ...

    def judge(self) -> Judge | None:
        """The source's reading of refusals."""
        ...


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.seconds = START.timestamp()
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


class Faulty:
    """Passes calls on to a fake, except those (counted from 0) that a fault stands for."""

    def __init__(self, fake: FakePlatform, faults: dict[int, Fault]) -> None:
        self.fake = fake
        self.faults = faults
        self.count = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        at, self.count = self.count, self.count + 1
        return self.faults[at](request) if at in self.faults else self.fake(request)


class Killed(BaseException):
    """Ends a pull as a killed process does, wherever it is raised."""


class Rig:
    """A workspace, a clock and a faulty platform; `pull` reads the target's followers once."""

    ahead = False

    def __init__(self, folder: Path, fake: FakePlatform, faults: dict[int, Fault] | None = None) -> None:
        self.clock = Clock()
        self.fake = fake
        self.server = Faulty(fake, faults or {})
        self.store = create_store(f"sqlite:///{folder}/fanfit.db", key=KEY, vault_path=folder / "vault.db")

    def pull(self, items: int | None = None, *, stopped: Callable[[], bool] = lambda: False) -> Collected:
        pace = Pace(self.store, clock=self.clock, sleep=self.clock.sleep, patience=900)
        with open_client(Operator("ops@example.org"), transport=httpx.MockTransport(self.server)) as client:
            client.headers["Authorization"] = f"Bearer {TOKEN}"
            http = Http(client, pace, self.fake.judge(), refuses_in_200=getattr(self.fake, "refuses_in_200", False))
            stream = self.fake.stream(http)
            facts = None
            if stream.list_kind is not None:
                facts = PullFacts(stream.list_kind, Frame.UNKNOWN, self.clock.now(), Order.NEWEST_FIRST)
            key = StreamKey(stream.platform, stream.name, self.fake.target.native_id)
            origin = Provenance("public API", "test", self.clock.now())
            pull = begin_pull(self.store, key, origin, now=self.clock.now(), facts=facts, indexer=JiebaIndexer())
            try:
                return collect(
                    stream, self.fake.target, pull, items=items, clock=self.clock.now, stopped=stopped, ahead=self.ahead
                )
            finally:
                pace.close()

    def members(self) -> list[bytes]:
        """The list as it is kept, in order."""
        query = (
            select(PULL_MEMBER.c.members).join(PULL, PULL.c.id == PULL_MEMBER.c.pull_id).order_by(PULL.c.id, PULL_MEMBER.c.first)
        )
        with self.store.read() as conn:
            return [member for blob in conn.execute(query).scalars() for member in split_members(blob)]

    def expected(self, ids: list[str]) -> list[bytes]:
        return [self.store.pseudonymiser.one(self.fake.target.platform, native_id) for native_id in ids]

    def pulls(self) -> list[tuple[str, int]]:
        """Frame and members read of each pull."""
        with self.store.read() as conn:
            return [(row.frame, row.seen) for row in conn.execute(select(PULL).order_by(PULL.c.id))]

    def edges(self) -> set[bytes]:
        with self.store.read() as conn:
            return {row.follower for row in conn.execute(select(FOLLOW.c.follower))}

    def position(self) -> Any:
        with self.store.read() as conn:
            return conn.execute(select(STREAM_POSITION)).one()


class PostRig(Rig):
    """The same for a stream of posts, which are no list of accounts; the fake gives them newest first."""

    def members(self) -> list[bytes]:
        with self.store.read() as conn:
            return list(conn.execute(select(POST.c.post).order_by(POST.c.created_at.desc())).scalars())

    def expected(self, ids: list[str]) -> list[bytes]:
        return self.store.pseudonymiser.keyed_hashes("post", [f"{self.fake.target.platform}\n{native_id}" for native_id in ids])

    def pulls(self) -> list[tuple[str, int]]:
        return [("complete", len(self.members()))]


def answers(status: int, body: bytes = b'{"error": "x"}', **headers: str) -> Fault:
    """A fault that is an answer."""
    return lambda _: httpx.Response(
        status, content=body, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def fails(kind: type[httpx.TransportError]) -> Fault:
    """A fault of the network, whose text quotes the address with a token, as httpx's may."""

    def fail(request: httpx.Request) -> httpx.Response:
        message = f"{request.url}?access_token={TOKEN}"
        raise kind(message, request=request)

    return fail


def dies(_: httpx.Request) -> httpx.Response:
    """A fault that is our own end."""
    raise Killed


AT_60 = int(START.timestamp()) + 60
WAITS: dict[str, dict[str, str]] = {
    "epoch seconds": {"RateLimit-Reset": str(AT_60), "RateLimit-Remaining": "0"},
    "epoch seconds of X": {"x-rate-limit-reset": str(AT_60)},
    "ISO 8601": {"X-RateLimit-Reset": "2026-11-01T12:01:00.000000Z"},
    "ISO 8601 with a zone": {"X-RateLimit-Reset": "2026-11-01T20:01:00+08:00"},
    "seconds": {"RateLimit-Reset": "60"},
    "Retry-After": {"Retry-After": "60", "RateLimit-Reset": str(AT_60 + 500)},
    "Retry-After as a date": {"Retry-After": "Sun, 01 Nov 2026 12:01:00 GMT"},
    "a server whose clock is an hour ahead": {
        "RateLimit-Reset": str(AT_60 + 3600), "Date": format_datetime(datetime(2026, 11, 1, 13, tzinfo=UTC), usegmt=True),
    },
}  # fmt: skip


class SourceContract:
    """What holds of every source. A source's test class inherits this and says `def fake(self): return FakeThing()`."""

    def fake(self, members: int = 250) -> FakePlatform:
        """The source's fake, its target with that many followers."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def _no_backoff(self) -> Iterator[None]:
        with stamina.set_testing(True, attempts=ATTEMPTS):
            yield

    @pytest.fixture
    def rig(self, tmp_path: Path) -> Iterator[Callable[..., Rig]]:
        made: list[Rig] = []

        def make(faults: dict[int, Fault] | None = None, members: int = 250) -> Rig:
            folder = tmp_path / str(len(made))
            folder.mkdir()
            made.append(self.rig_kind(folder, self.fake(members), faults))
            made[-1].ahead = self.ahead
            return made[-1]

        yield make
        for each in made:
            each.store.close()

    rig_kind: type[Rig] = Rig
    ahead = False  # whether pages are fetched while others are written
    first_page = 0  # the call that brings the list's first page
    follows = True  # whether the list is one of follows; who reacted does not follow

    def complete(self, rig: Rig) -> None:
        """The whole list is kept, in order, each once, and as complete."""
        assert rig.members() == rig.expected(rig.fake.members)
        assert rig.edges() == (set(rig.expected(rig.fake.members)) if self.follows else set())
        assert rig.pulls() == [("complete", len(rig.fake.members))]
        assert (rig.position().import_id, rig.position().cursor) == (None, None)

    @pytest.mark.parametrize("members", [0, 1, 80, 100, 250])
    def test_every_page_is_read_to_the_end(self, rig: Callable[..., Rig], members: int) -> None:
        made = rig(members=members)
        done = made.pull()
        assert (done.end, done.items) == (End.LIST, members)
        if members:
            self.complete(made)
        assert [item.status for item in list_imports(made.store)] == ["done"]

    def test_short_and_empty_pages_are_not_the_end(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        made.fake.short_pages = True
        assert made.pull().end is End.LIST
        self.complete(made)

    def test_a_budget_ends_the_pull_and_says_so(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        done = made.pull(items=120)
        assert done.end is End.BUDGET
        assert 120 <= done.items < 250
        assert made.members() == made.expected(made.fake.members[: done.items])
        assert made.pulls()[0][0] in {"newest", "unknown"}

    def test_a_server_that_leads_in_a_circle_is_left(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        made.fake.loops = True
        assert made.pull().end is End.LOOP
        assert made.pulls()[0][0] != "complete"

    def first_page_twice(self, made: Rig) -> None:
        """The call after the first page's is answered with that page again."""
        kept: list[httpx.Response] = []

        def first(request: httpx.Request) -> httpx.Response:
            kept.append(made.fake(request))
            return kept[0]

        made.server.faults = {
            self.first_page: first,
            self.first_page + 1: lambda _: httpx.Response(200, content=kept[0].content, headers=kept[0].headers),
        }

    def test_a_page_that_comes_twice_is_no_circle(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        self.first_page_twice(made)
        assert made.pull().end is End.LIST
        self.complete(made)

    @pytest.mark.parametrize("said", WAITS.values(), ids=WAITS.keys())
    def test_a_limit_is_waited_for_as_the_platform_says(self, rig: Callable[..., Rig], said: dict[str, str]) -> None:
        made = rig({1: answers(429, **{name.replace("-", "_"): value for name, value in said.items()})})
        assert made.pull().end is End.LIST
        assert sum(made.clock.slept) == pytest.approx(60, abs=1e-3)
        self.complete(made)

    def test_a_limit_without_a_word_is_waited_for_its_whole_window(self, rig: Callable[..., Rig]) -> None:
        made = rig({1: answers(429)})
        assert made.pull().end is End.LIST
        assert sum(made.clock.slept) >= 1
        self.complete(made)

    def test_a_long_wait_stops_the_pull_and_it_goes_on_later(self, rig: Callable[..., Rig]) -> None:
        made = rig({1: answers(429, retry_after="7200")})
        with pytest.raises(RetryLater) as caught:
            made.pull()
        assert caught.value.after == pytest.approx(7200, abs=1)
        assert [item.status for item in list_imports(made.store)] == ["stopped"]
        with pytest.raises(RetryLater):  # the store remembers: no call is made before its time
            made.pull()
        assert made.server.count == 2
        made.clock.seconds += 7200
        assert made.pull().end is End.LIST
        self.complete(made)

    @pytest.mark.parametrize(
        "fault",
        [answers(500), answers(502, b"<html>"), answers(503, retry_after="5"), fails(httpx.ReadTimeout), fails(httpx.ConnectError),
         fails(httpx.RemoteProtocolError), answers(200, b'{"followers": [{"id"'), answers(200, b"<html>hello</html>"), answers(200, b"")],
    )  # fmt: skip
    def test_what_passes_is_tried_again(self, rig: Callable[..., Rig], fault: Fault) -> None:
        made = rig({0: fault, 2: fault, 3: fault})
        assert made.pull().end is End.LIST
        self.complete(made)

    @pytest.mark.parametrize("fault", [answers(500), fails(httpx.ReadTimeout), answers(200, b"<html>")])
    def test_what_does_not_pass_stops_the_pull_and_it_goes_on_later(self, rig: Callable[..., Rig], fault: Fault) -> None:
        made = rig({1 + at: fault for at in range(ATTEMPTS)})
        with pytest.raises(RetryLater):
            made.pull()
        assert [item.status for item in list_imports(made.store)] == ["stopped"]
        assert made.pull().end is End.LIST
        self.complete(made)

    @pytest.mark.parametrize("body", [b"[]", b"7", b'{"unexpected": true}', b'{"error": null}'])
    def test_json_of_another_shape_needs_a_human(self, rig: Callable[..., Rig], body: bytes) -> None:
        made = rig({1: answers(200, body)})
        with pytest.raises(StopRun, match="API may have changed"):
            made.pull()
        assert made.pull().end is End.LIST
        self.complete(made)

    @pytest.mark.parametrize(("status", "said"), [(401, "credentials"), (403, "permission"), (418, "does not expect")])
    def test_what_only_a_human_can_mend_stops_the_run(self, rig: Callable[..., Rig], status: int, said: str) -> None:
        made = rig({1: answers(status, b"{}")})
        with pytest.raises(StopRun, match=said):
            made.pull()
        assert made.server.count == 2, "it is not asked again"

    def test_an_account_deleted_in_the_middle_is_skipped_and_what_was_read_stays(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        made.fake.gone_after = 2
        with pytest.raises(SkipTarget):
            made.pull()
        kept = made.members()
        assert kept == made.expected(made.fake.members)[: len(kept)]
        assert kept
        assert [item.status for item in list_imports(made.store)] == ["stopped"]

    def test_asked_to_stop_it_ends_after_the_page_at_work(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        assert made.pull(stopped=lambda: True).end is None
        assert made.members() == made.expected(made.fake.members)[: len(made.members())]
        assert made.pull().end is End.LIST
        self.complete(made)

    def test_killed_at_every_call_it_loses_and_doubles_nothing(self, rig: Callable[..., Rig]) -> None:
        calls = 0
        while True:
            made = rig({calls: dies})
            try:
                made.pull()
            except Killed:
                assert made.pull().end is End.LIST
                self.complete(made)
                calls += 1
            else:
                break
        assert calls >= 3, "it has to die somewhere for the test to say anything"

    def test_killed_inside_every_write_it_loses_and_doubles_nothing(
        self, rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import storage.ingest

        real = storage.ingest.advance
        for page in range(3):
            made, left = rig(), [page]

            def advance(*given: Any, left: list[int] = left) -> None:
                real(*given)
                left[0] -= 1
                if left[0] == -1:
                    raise Killed

            monkeypatch.setattr(storage.ingest, "advance", advance)
            with pytest.raises(Killed):
                made.pull()
            assert made.pull().end is End.LIST
            self.complete(made)

    def test_a_second_pull_is_another_reading_of_the_list(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        made.pull()
        gone = made.fake.members.pop(3)
        made.clock.seconds += 3600
        made.pull()
        assert made.pulls() == [("complete", 250), ("complete", 249)]
        assert gone not in made.fake.members

    def test_no_token_is_in_the_store_or_in_an_error(self, rig: Callable[..., Rig], tmp_path: Path) -> None:
        said = []
        for faults in ({}, {1: answers(401, b"{}")}, {1 + at: fails(httpx.ReadTimeout) for at in range(ATTEMPTS)}):
            made = rig(faults)
            try:
                made.pull()
            except LiveError as error:
                said.append(f"{error!r} {error.__cause__!r} {error.__context__!r}")
            made.store.close()
        assert len(said) == 2
        for text in said:
            assert TOKEN not in text
        for path in tmp_path.rglob("*"):
            assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


class PostContract(SourceContract):
    """The same of a source whose only stream are posts: there is no frame of a list to be told."""

    rig_kind = PostRig
    follows = False

    def test_a_budget_ends_the_pull_and_says_so(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        done = made.pull(items=120)
        assert done.end is End.BUDGET
        assert made.members() == made.expected(made.fake.members[: done.items])

    def test_a_second_pull_is_another_reading_of_the_list(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        made.pull()
        made.clock.seconds += 3600
        assert made.pull().end in {End.LIST, End.KNOWN}
        self.complete(made)
