"""YouTube against its fake: the contract, units of a day in Pacific time, rounded and hidden counts, what may be kept 30 days."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
import stamina
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from collectors.base import Target
from collectors.errors import RetryLater, SkipTarget, StopRun
from collectors.http import ATTEMPTS, Operator, open_client
from collectors.limits import Limit, Pace
from collectors.paginate import End
from collectors.youtube.client import KEY, UNITS
from collectors.youtube.collector import YouTube, open_youtube
from jobs.collecting import Collection, CollectJob
from scoring.text.indexer import JiebaIndexer
from storage.engine import Store, create_store
from storage.privacy import purge
from storage.records import Count, ListKind, Provenance
from storage.tables import COUNT_SERIES, ENGAGEMENT, NAMED_ACCOUNT, POST, PROFILE_SEEN, PROFILE_SNAPSHOT, PULL, RAW_POST
from tests.collectors.contract import Clock, Rig, SourceContract, answers
from tests.collectors.fake_youtube import OWNER, SERVICE, FakeYouTube, refused

PACIFIC = ZoneInfo("America/Los_Angeles")


class TestYouTubeContract(SourceContract):
    """Over the people who commented: YouTube gives no other list."""

    follows = False
    first_page = 2  # after the channel and its uploads

    def fake(self, members: int = 250) -> FakeYouTube:
        return FakeYouTube(members)

    def test_a_limit_without_a_word_is_waited_for_its_whole_window(self, rig: Callable[..., Rig]) -> None:
        made = rig({1: answers(429)})
        with pytest.raises(RetryLater) as caught:  # a day's window is longer than anybody sits out
            made.pull()
        assert caught.value.after == pytest.approx(UNITS.until_midnight(made.clock.seconds), abs=1)
        made.clock.seconds += caught.value.after
        assert made.pull().end is End.LIST
        self.complete(made)

    def test_an_account_deleted_in_the_middle_is_skipped_and_what_was_read_stays(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        made.fake.gone_after = 3  # the channel, its uploads and a page of comments are read; then the video is gone
        assert made.pull().end is End.LIST
        assert made.members() == made.expected(made.fake.members[:100])


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv(KEY, "planted-key-31")
    made = create_store(f"sqlite:///{tmp_path}/f.db", key=bytes(range(32)), vault_path=tmp_path / "v.db")
    with stamina.set_testing(True, attempts=ATTEMPTS):
        yield made
    made.close()


def source(store: Store, fake: Callable[[httpx.Request], httpx.Response], clock: Clock | None = None) -> YouTube:
    clock = clock or Clock()
    client = open_client(Operator("ops@example.org"), transport=httpx.MockTransport(fake))
    return open_youtube(client, Pace(store, clock=clock, sleep=clock.sleep), SERVICE, clock.now)


def test_channels_by_id_and_by_handle_with_rounded_counts(store: Store) -> None:
    fake = FakeYouTube(3)
    records = {
        record.native_id: record
        for page in source(store, fake).profiles([OWNER, fake.members[0], "@nobody", "owner"])
        for record in page
    }
    assert set(records) == {OWNER, fake.members[0]}
    assert records[OWNER].followers == Count(12_350, 50)
    fake.hidden = True
    (page,) = source(store, fake).profiles([OWNER])
    assert page[0].followers is None, "hidden is not zero"


def test_the_key_is_in_a_header_and_never_in_an_address(store: Store) -> None:
    fake = FakeYouTube(3)
    list(source(store, fake).profiles([OWNER]))
    assert fake.keys == {"planted-key-31"}
    assert not any("planted" in address for address in fake.addresses)


def test_uploads_are_posts_and_private_ones_are_none(store: Store) -> None:
    fake = FakeYouTube()
    fake.videos = [f"video{number}" for number in range(70)]
    fake.private = {"video3"}
    stream = source(store, fake).stream("posts")
    first = stream.page(fake.target, None)
    second = stream.page(fake.target, first.cursor)
    assert (first.items, len(first.records), second.items, second.cursor) == (50, 49, 20, None)
    assert first.records[0].text == "About video0\ntents"  # type: ignore[union-attr]


def test_comments_that_are_off_are_no_reactions(store: Store) -> None:
    fake = FakeYouTube(5)
    fake.videos, fake.comments_off = ["video0", "video1"], {"video0"}
    stream = source(store, fake).stream("engagers")
    cursor, read = None, 0
    while True:
        batch = stream.page(fake.target, cursor)
        read, cursor = read + batch.items, batch.cursor
        if cursor is None:
            break
    assert read == 5


def test_a_used_up_quota_ends_the_day_in_the_pacific_and_is_remembered(store: Store) -> None:
    fake, clock = FakeYouTube(), Clock()
    fake.quota = 0
    with pytest.raises(RetryLater, match="America/Los_Angeles") as caught:
        list(source(store, fake, clock).profiles([OWNER]))
    midnight = datetime(2026, 11, 2, tzinfo=PACIFIC)
    assert caught.value.after == pytest.approx(midnight.timestamp() - clock.seconds)
    calls = fake.calls
    with pytest.raises(RetryLater):
        list(source(store, fake, clock).profiles([OWNER]))
    assert fake.calls == calls, "another process does not even ask"
    clock.seconds += caught.value.after + 1
    fake.quota = 10_000
    assert len(list(source(store, fake, clock).profiles([OWNER]))) == 1


def test_units_are_counted_here_too(store: Store) -> None:
    clock = Clock()
    limit = Limit("units", 40, 86_400.0, "test", zone=UNITS.zone)
    pace = Pace(store, clock=clock, sleep=clock.sleep)
    for _ in range(40):
        pace.wait("h", limit)
    with pytest.raises(RetryLater) as caught:
        Pace(store, clock=clock, sleep=clock.sleep).wait("h", limit)
    clock.seconds += caught.value.after
    pace.wait("h", limit)


@given(st.integers(0, 2 * 365 * 86_400).map(lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)))
def test_a_day_ends_at_midnight_there_whatever_its_length(moment: datetime) -> None:
    now = moment.timestamp()
    end = datetime.fromtimestamp(now + UNITS.until_midnight(now), PACIFIC)
    assert (end.hour, end.minute, end.second) == (0, 0, 0)
    assert 0 < UNITS.until_midnight(now) <= 25 * 3600
    assert UNITS.day(now) != UNITS.day(end.timestamp())
    assert UNITS.day(now) == UNITS.day(end.timestamp() - 1)


@pytest.mark.parametrize(
    ("reason", "status", "error"),
    [
        ("keyInvalid", 400, StopRun),
        ("accessNotConfigured", 403, StopRun),
        ("playlistNotFound", 404, SkipTarget),
        ("channelForbidden", 403, SkipTarget),
    ],
)
def test_a_refusal_says_what_to_do(store: Store, reason: str, status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        source(store, lambda _: refused(status, reason)).stream("posts").page(Target("youtube", OWNER), None)


def test_a_rate_limit_passes(store: Store) -> None:
    fake = FakeYouTube(3)
    answers = [refused(403, "rateLimitExceeded"), refused(403, "userRateLimitExceeded")]
    (page,) = source(store, lambda request: answers.pop() if answers else fake(request)).profiles([OWNER])
    assert page[0].native_id == OWNER


def test_without_a_key_nothing_is_asked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY)
    with pytest.raises(StopRun, match=KEY):
        source(store, FakeYouTube())


def rows(store: Store) -> dict[str, int]:
    tables = (COUNT_SERIES, ENGAGEMENT, POST, PROFILE_SEEN, PROFILE_SNAPSHOT, PULL, RAW_POST)
    with store.read() as conn:
        return {table.name: conn.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def test_after_thirty_days_what_was_not_read_again_goes(store: Store) -> None:
    clock, fake = Clock(), FakeYouTube(40)
    made = source(store, fake, clock)

    def collect() -> None:
        job = CollectJob((OWNER,), None, 30, 5, of=ListKind.ENGAGERS)
        outcome = Collection(store, made, Provenance("youtube", "test", clock.now()), clock.now, JiebaIndexer()).run(job)
        assert (outcome.stopped, outcome.accounts[0].listed, outcome.accounts[0].sampled) == ("", 40, 30)

    collect()
    before = rows(store)
    assert all(before.values())
    purge(store, now=clock.now() + timedelta(days=29), workspace=None)
    assert rows(store)["post"] == before["post"]
    clock.seconds += 20 * 86_400
    collect()
    purge(store, now=clock.now() + timedelta(days=11), workspace=None)
    kept = rows(store)
    assert kept["pull"] == 1, "the first reading is gone, the second stays"
    assert kept["count_series"] > 0
    purge(store, now=clock.now() + timedelta(days=31), workspace=None)
    assert set(rows(store).values()) == {0}
    with store.read() as conn:
        assert conn.execute(select(NAMED_ACCOUNT.c.native_id)).scalars().all() == [OWNER], (
            "whom somebody asked for stays asked for"
        )
