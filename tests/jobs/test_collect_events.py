"""Listening to a stream of events: what is kept of it, whatever breaks, and the same store however often it was killed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from collectors.bluesky.events import Event, EventKind, Frame
from collectors.bluesky.firehose import Firehose
from collectors.bluesky.jetstream import Jetstream
from collectors.errors import RetryLater, StopRun
from jobs.collect_events import RECONNECTS, EventsOutcome, Listening
from storage.engine import Store, create_store
from storage.events import event_counts, gaps, position_of
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.privacy import forget, purge
from storage.pulling import watch
from storage.pulls import split_members
from storage.records import FollowRecord, ListKind, Order, Provenance, PullFacts
from storage.records import Frame as ListFrame
from storage.tables import EVENT_POSITION, FOLLOW, FOLLOW_EVENT, PULL_MEMBER, RAW_PROFILE
from tests.collectors.fake_events import BEGIN, FakeEvents, Happening, served

KEY = bytes(range(32))
STAR, RIVAL = "did:plc:star", "did:plc:rival"
FANS = [f"did:plc:fan{number}" for number in range(4)]


class KilledError(Exception):
    """The process dies here."""


@dataclass
class Script:
    """A feed of frames by position from 1; `dies` after so many frames of a connection, `answers` instead of connections."""

    events: list[Event]
    dies: int | None = None
    answers: list[Exception] = field(default_factory=list)
    begun: list[int | None] = field(default_factory=list)
    closes: int | None = None
    name: str = "script"

    def frames(self, position: int | None) -> Iterator[Frame]:
        self.begun.append(position)
        if self.answers:
            raise self.answers.pop(0)
        for count, at in enumerate(range(position or 0, len(self.events))):
            if count == self.dies:
                raise KilledError
            if count == self.closes:
                return
            yield Frame(at + 1, BEGIN + timedelta(seconds=at), (self.events[at],))


def event(at: int, kind: EventKind, did: str, rkey: str, subject: str = "", *, erased: bool = False) -> Event:
    return Event(kind, did, BEGIN + timedelta(seconds=at), rkey, subject if kind is EventKind.FOLLOWED else "", erased)


@st.composite
def scripts(draw: st.DrawFn) -> list[Event]:
    kinds = draw(st.lists(st.sampled_from(list(EventKind)), max_size=25))
    return [
        event(at, kind, draw(st.sampled_from(FANS)), f"r{draw(st.integers(0, 2))}", draw(st.sampled_from([STAR, RIVAL, "did:plc:x"])),
              erased=draw(st.booleans()))
        for at, kind in enumerate(kinds)
    ]  # fmt: skip


@pytest.fixture(scope="session")
def make_store(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Store]:
    def make() -> Store:
        folder = tmp_path_factory.mktemp("events")
        made = create_store(f"sqlite:///{folder}/f.db", key=KEY, vault_path=folder / "v.db")
        watch(made, "bluesky", [STAR, RIVAL], now=BEGIN)
        return made

    return make


@pytest.fixture
def store(make_store: Callable[[], Store]) -> Iterator[Store]:
    made = make_store()
    yield made
    made.close()


def listening(store: Store, feed: object, **given: object) -> Listening:
    watched = store.pseudonymiser.each("bluesky", [STAR, RIVAL])
    clock = given.pop("clock", lambda: BEGIN + timedelta(days=1))
    sleep = given.pop("sleep", lambda _: None)
    return Listening(store, feed, given.pop("watched", lambda: watched), clock, sleep=sleep, **given)  # type: ignore[arg-type]


def rows(store: Store) -> list[tuple[object, ...]]:
    held = FOLLOW_EVENT.c
    with store.read() as conn:
        query = select(held.record, held.account, held.follower, held.since, held.until)
        return sorted(tuple(row) for row in conn.execute(query))


def of(store: Store, did: str) -> bytes:
    return store.pseudonymiser.one("bluesky", did)


def oracle(store: Store, events: list[Event]) -> list[tuple[object, ...]]:
    """The same, slowly: a dict of records."""
    held: dict[bytes, list[object]] = {}
    for each in events:
        record = store.pseudonymiser.keyed_hash("follow", f"{each.did}\n{each.rkey}")
        if each.kind is EventKind.FOLLOWED and each.subject in {STAR, RIVAL}:
            held.setdefault(record, [record, of(store, each.subject), of(store, each.did), each.at, None])
        elif each.kind is EventKind.UNFOLLOWED and record in held:
            held[record][4] = held[record][4] or each.at
        elif each.kind is EventKind.GONE:
            for row in held.values():
                if row[2] == of(store, each.did):
                    row[4] = row[4] or each.at
            if each.erased:
                held = {key: row for key, row in held.items() if row[2] != of(store, each.did)}
    return sorted(tuple(row) for row in held.values())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=scripts(), page=st.integers(1, 7))
def test_what_is_kept_is_what_a_slow_reading_keeps(make_store: Callable[[], Store], events: list[Event], page: int) -> None:
    store = make_store()
    done = listening(store, Script(events), frames_a_page=page).run(until_now=True)
    assert rows(store) == oracle(store, events)
    assert done.frames == len(events)
    assert position_of(store, "script") == ((len(events), events[-1].at) if events else None)
    store.close()


LIFE = [
    event(0, EventKind.FOLLOWED, FANS[0], "a", STAR),
    event(1, EventKind.FOLLOWED, FANS[1], "b", STAR),
    event(2, EventKind.FOLLOWED, FANS[2], "c", RIVAL),
    event(3, EventKind.UNFOLLOWED, FANS[0], "a"),
    event(4, EventKind.FOLLOWED, FANS[0], "d", STAR),
    event(5, EventKind.GONE, FANS[2], "", erased=True),
    event(6, EventKind.GONE, FANS[1], ""),
    event(7, EventKind.UNFOLLOWED, FANS[3], "never seen"),
    event(8, EventKind.FOLLOWED, FANS[3], "e", "did:plc:nobody watches this"),
]


@pytest.fixture(scope="module")
def undisturbed(make_store: Callable[[], Store]) -> Iterator[Store]:
    made = make_store()
    listening(made, Script(LIFE)).run(until_now=True)
    yield made
    made.close()


@pytest.mark.parametrize("page", [1, 3])
@pytest.mark.parametrize("dies", range(len(LIFE) + 1))
def test_killed_at_every_event_and_taken_up_again(store: Store, undisturbed: Store, dies: int, page: int) -> None:
    feed = Script(LIFE, dies=dies)
    if dies < len(LIFE):
        with pytest.raises(KilledError):
            listening(store, feed, frames_a_page=page).run(until_now=True)
    feed.dies = None
    listening(store, feed).run(until_now=True)
    assert rows(store) == rows(undisturbed)
    assert position_of(store, "script") == position_of(undisturbed, "script")


def test_the_same_events_again_change_nothing(store: Store) -> None:
    listening(store, Script(LIFE)).run(until_now=True)
    before = rows(store)
    again = listening(store, Script(LIFE, name="another feed of the same")).run(until_now=True)
    assert (again.gained, again.lost) == (1, 1), "whoever was erased comes and goes again, nothing else"
    assert rows(store) == before


def test_what_is_counted(store: Store) -> None:
    done = listening(store, Script(LIFE)).run(until_now=True)
    assert done == EventsOutcome(9, gained=4, lost=3, unknown=1, gaps=0, until=LIFE[-1].at)
    star = of(store, STAR)
    assert event_counts(store, star, since=BEGIN, until=BEGIN + timedelta(days=1)) == (3, 2)
    assert event_counts(store, star, since=BEGIN + timedelta(seconds=2), until=BEGIN + timedelta(seconds=6)) == (1, 1)
    assert event_counts(store, of(store, RIVAL), since=BEGIN, until=BEGIN + timedelta(days=1)) == (0, 0)


def test_nothing_of_those_who_follow_somebody_else(store: Store) -> None:
    listening(store, Script(LIFE)).run(until_now=True)
    assert store.vault.native_ids([of(store, FANS[3])]) == {}
    assert FANS[0] in str(store.vault.native_ids([of(store, FANS[0])]))


def test_whoever_is_forgotten_stays_so(store: Store) -> None:
    listening(store, Script(LIFE[:5])).run(until_now=True)
    fan = of(store, FANS[0])
    forget(store, "bluesky", FANS[0], now=BEGIN, workspace=None)
    assert fan not in {row[2] for row in rows(store)}
    listening(store, Script(LIFE, name="again")).run(until_now=True)
    assert fan not in {row[2] for row in rows(store)}


def test_a_watched_account_that_is_forgotten_meanwhile_is_kept_out(store: Store) -> None:
    forget(store, "bluesky", STAR, now=BEGIN, workspace=None)
    assert listening(store, Script(LIFE)).run(until_now=True).frames == len(LIFE)
    assert of(store, STAR) not in {row[1] for row in rows(store)}


def test_accounts_may_come_meanwhile(store: Store) -> None:
    both, asked = store.pseudonymiser.each("bluesky", [STAR, RIVAL]), [0]

    def watched() -> dict[str, bytes]:
        asked[0] += 1
        return {} if asked[0] == 1 else dict(both)

    listening(store, Script(LIFE), watched=watched, frames_a_page=1).run(until_now=True)
    assert 0 < asked[0] == len(LIFE)
    assert {row[1] for row in rows(store)} <= set(both.values())
    assert min(row[3] for row in rows(store)) > LIFE[0].at  # type: ignore[type-var]


def test_events_go_after_their_lifetime(store: Store) -> None:
    listening(store, Script(LIFE)).run(until_now=True)
    assert rows(store)
    purge(store, now=BEGIN + timedelta(days=3000), workspace=None)
    assert rows(store) == []
    with store.read() as conn:
        assert list(conn.execute(select(RAW_PROFILE.c.account))) == []
        assert len(list(conn.execute(select(EVENT_POSITION.c.feed)))) == 1


def test_a_break_is_waited_out_and_nothing_is_read_twice(store: Store) -> None:
    naps: list[float] = []
    feed = Script(LIFE, answers=[RetryLater("away", 5.0), RetryLater("away", 5.0)])
    done = listening(store, feed, sleep=naps.append).run(until_now=True)
    assert (done.frames, done.stopped, naps) == (9, "", [10.0, 20.0])
    assert feed.begun == [None, None, None, 9]
    feed.answers = [RetryLater("away", 5.0)]
    listening(store, feed).run(until_now=True)
    assert feed.begun[4:] == [9, 9]


def test_a_server_that_stays_away_ends_it_and_says_when_to_try_again(store: Store) -> None:
    naps: list[float] = []
    feed = Script(LIFE, answers=[RetryLater("away", 5.0)] * 50)
    done = listening(store, feed, sleep=naps.append).run()
    assert (done.stopped, done.after, len(feed.begun)) == ("away", 5.0, RECONNECTS + 1)
    assert max(naps) == 60.0


def test_a_server_that_is_away_until_the_time_is_over_is_said(store: Store) -> None:
    naps: list[float] = []
    done = listening(store, Script(LIFE, answers=[RetryLater("away", 5.0)] * 50), clock=ticking(), sleep=naps.append).run(
        seconds=6
    )
    assert (done.stopped, done.after) == ("away", 5.0)
    assert max(naps) <= 6.0


def test_what_needs_a_human_ends_it_at_once(store: Store) -> None:
    done = listening(store, Script(LIFE, answers=[StopRun("look here")])).run()
    assert (done.stopped, done.after) == ("look here", None)


def test_connections_that_close_are_opened_again_where_they_were(store: Store) -> None:
    feed = Script(LIFE, closes=4)
    done = listening(store, feed, clock=ticking()).run(seconds=200)
    assert done.frames == 9
    assert feed.begun[:3] == [None, 4, 8]


def ticking() -> Callable[[], datetime]:
    """A clock that goes on a second whenever it is asked."""
    now = [BEGIN + timedelta(days=1)]

    def clock() -> datetime:
        now[0] += timedelta(seconds=1)
        return now[0]

    return clock


def test_stopped_at_a_frame(store: Store) -> None:
    count = [0]

    def stopped() -> bool:
        count[0] += 1
        return count[0] > 4

    done = listening(store, Script(LIFE), stopped=stopped).run()
    assert 0 < done.frames < 9
    assert position_of(store, "script") == (done.frames, LIFE[done.frames - 1].at)


def test_from_now_leaves_out_the_rest_and_says_that_it_is_a_gap(store: Store) -> None:
    listening(store, Script(LIFE[:3])).run(until_now=True)
    later = [event(0, EventKind.FOLLOWED, FANS[3], "late", STAR)] * 2
    later[0] = event(3600, EventKind.FOLLOWED, FANS[3], "late", STAR)

    class Late(Script):
        def frames(self, position: int | None) -> Iterator[Frame]:
            self.begun.append(position)
            if len(self.begun) == 1:
                yield Frame(500, later[0].at, (later[0],))

    feed = Late([])
    done = listening(store, feed).run(until_now=True, from_now=True)
    assert feed.begun[0] is None
    assert done.gaps == 1
    day = {"since": BEGIN, "until": BEGIN + timedelta(days=1)}
    assert gaps(store, **day) == [(LIFE[2].at, later[0].at)]
    assert gaps(store, since=BEGIN + timedelta(hours=2), until=BEGIN + timedelta(hours=3)) == []


HAPPENINGS = [
    Happening("follow", FANS[0], "a", STAR),
    Happening("unfollow", FANS[0], "a"),
    Happening("follow", FANS[1], "b", RIVAL),
    Happening("gone", FANS[1], status="deactivated"),
    Happening("follow", FANS[2], "c", STAR),
]


def test_a_firehose_and_a_jetstream_leave_the_same_store(make_store: Callable[[], Store]) -> None:
    fake, stores = FakeEvents(HAPPENINGS), (make_store(), make_store())
    kinds = ((fake.firehose, Firehose, 0), (fake.jetstream, Jetstream, round(BEGIN.timestamp() * 1_000_000)))
    for store, (tell, kind, begin) in zip(stores, kinds, strict=True):
        with served(fake, tell) as address:
            feed = kind(address, "fanfit-test", 0.05)
            with store.write("test") as conn:
                conn.execute(EVENT_POSITION.insert().values(feed=feed.name, position=begin, begun=BEGIN, at=BEGIN))
            done = listening(store, feed).run(until_now=True)
            assert (done.gained, done.lost, done.unknown) == (3, 2, 0)
    assert rows(stores[0]) == rows(stores[1])
    assert len(rows(stores[0])) == 3
    for store in stores:
        store.close()


def test_a_gap_of_the_server_is_written_down(store: Store) -> None:
    fake = FakeEvents([*HAPPENINGS, *[Happening("handle", FANS[3])] * 10, *HAPPENINGS[4:]], keeps=3)
    with served(fake, fake.firehose) as address:
        feed = Firehose(address, "fanfit-test", 0.05)
        with store.write("test") as conn:
            conn.execute(EVENT_POSITION.insert().values(feed=feed.name, position=2, begun=BEGIN, at=fake.time(1)))
        assert listening(store, feed).run(until_now=True).gaps == 1
    assert gaps(store, since=BEGIN, until=datetime.now(UTC)) == [(fake.time(1), fake.time(13))]


def test_a_person_who_deleted_the_account_leaves_every_table(store: Store) -> None:
    facts = PullFacts(ListKind.FOLLOWERS, ListFrame.COMPLETE, BEGIN, Order.NEWEST_FIRST)
    origin = Provenance("test", "test", BEGIN)
    number = begin_import(store, ImportRequest("follows", "f", "f", {}, origin), now=BEGIN).import_id
    follows = [FollowRecord("bluesky", STAR, fan) for fan in FANS]
    PageWriter(store, number, now=BEGIN, indexer=None, pull=facts).write(follows, position=4)
    finish_import(store, number, now=BEGIN)
    gone = [event(0, EventKind.GONE, FANS[0], "", erased=True), event(1, EventKind.GONE, FANS[1], "")]
    listening(store, Script(gone)).run(until_now=True)
    with store.read() as conn:
        edges = set(conn.execute(select(FOLLOW.c.follower)).scalars())
        members = {key for blob in conn.execute(select(PULL_MEMBER.c.members)).scalars() for key in split_members(blob)}
    kept = {of(store, fan) for fan in FANS[1:]}
    assert edges == members == kept, "deactivated is not deleted"
    assert set(store.vault.native_ids([of(store, fan) for fan in FANS])) == kept
