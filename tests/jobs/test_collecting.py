"""Collection from accounts to a scored sample: what is read, what is not asked for twice, what a platform's refusal leaves behind."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import stamina
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from collectors.bluesky.collector import open_bluesky
from collectors.http import ATTEMPTS, Operator, open_client
from collectors.limits import Limit, Pace
from jobs.collect_plan import AccountPlan, CollectPlan, half_width, make_plan, people_for
from jobs.collecting import Collection, CollectJob, CollectOutcome
from scoring.text.indexer import JiebaIndexer
from storage.engine import Store, create_store
from storage.imports import list_imports
from storage.privacy import forget
from storage.records import Provenance
from storage.tables import COUNT_SERIES, FOLLOW, NAMED_ACCOUNT, POST, RAW_POST, STREAM_POSITION
from tests.collectors.fake_bluesky import OWNER, SERVICE, FakeBluesky

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
JOB = CollectJob((OWNER,), followers=None, sample=60, posts=5)


class Rig:
    """A store and a fake Bluesky, whose calls can be refused by number."""

    def __init__(self, folder: Path) -> None:
        self.fake = FakeBluesky(240)
        self.fake.feed = [self.fake.post(number, f"露营 {number}") for number in range(12)]
        self.store: Store = create_store(f"sqlite:///{folder}/fanfit.db", key=bytes(range(32)), vault_path=folder / "vault.db")
        self.now = NOW
        self.asked: list[str] = []
        self.faults: dict[int, Callable[[httpx.Request], httpx.Response]] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        at = len(self.asked)
        self.asked.append(request.url.path.rsplit("/", 1)[-1].split(".")[-1])
        return self.faults[at](request) if at in self.faults else self.fake(request)

    def run(self, job: CollectJob = JOB) -> CollectOutcome:
        with open_client(Operator("ops@example.org"), transport=httpx.MockTransport(self)) as client:
            source = open_bluesky(client, Pace(self.store, patience=0), SERVICE, lambda: self.now)
            origin = Provenance("bluesky", "test", self.now)
            return Collection(self.store, source, origin, lambda: self.now, JiebaIndexer()).run(job)

    def rows(self, table: Any, *columns: Any) -> list[tuple[Any, ...]]:
        with self.store.read() as conn:
            return sorted(tuple(row) for row in conn.execute(select(*(columns or table.c))))

    def store_rows(self, table: Any) -> list[Any]:
        with self.store.read() as conn:
            return list(conn.execute(select(table)))

    def contents(self) -> list[Any]:
        """What is known of people, without the numbers of runs and the times of fetching."""
        return [
            self.rows(FOLLOW, FOLLOW.c.account, FOLLOW.c.follower),
            self.rows(POST, POST.c.post, POST.c.account, POST.c.text_hash),
            sorted(set(self.rows(COUNT_SERIES, COUNT_SERIES.c.account, COUNT_SERIES.c.followers))),
            self.rows(NAMED_ACCOUNT, NAMED_ACCOUNT.c.account),
        ]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Callable[[], Rig]]:
    made: list[Rig] = []

    def another() -> Rig:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Rig(folder))
        return made[-1]

    with stamina.set_testing(True, attempts=ATTEMPTS):
        yield another
    for each in made:
        each.store.close()


def test_a_list_a_sample_its_profiles_and_posts(rig: Callable[[], Rig]) -> None:
    made = rig()
    outcome = made.run()
    (told,) = outcome.accounts
    assert (outcome.stopped, told.listed, told.end, told.sampled, told.profiles) == ("", 240, "list", 60, 60)
    assert told.posts == 60 * 5
    assert len(made.rows(FOLLOW)) == 240
    assert {name: made.asked.count(name) for name in set(made.asked)} == {
        "getProfiles": 1 + 3, "getFollowers": 4, "getAuthorFeed": 1 + 60,
    }  # fmt: skip
    assert {item.status for item in list_imports(made.store)} == {"done"}


def test_only_the_account_itself_is_named(rig: Callable[[], Rig]) -> None:
    made = rig()
    made.run()
    assert [(row.native_id, row.reason) for row in made.store_rows(NAMED_ACCOUNT)] == [(OWNER, "watched")]
    people = {row.account for row in made.store_rows(STREAM_POSITION)}
    assert people == {made.store.pseudonymiser.one("bluesky", OWNER)}


def test_what_is_fresh_is_not_asked_for_again_and_later_it_is(rig: Callable[[], Rig]) -> None:
    made = rig()
    made.run()
    made.asked.clear()
    (told,) = made.run().accounts
    assert (told.end, told.listed) == ("fresh", None)
    assert made.asked == ["getProfiles"], "only whether the account is still there"
    made.now += timedelta(days=1)
    made.asked.clear()
    assert made.run().accounts[0].listed == 240
    assert made.asked.count("getFollowers") == 4


def test_wherever_it_is_refused_the_same_command_comes_to_the_same_end(rig: Callable[[], Rig]) -> None:
    whole = rig()
    whole.run()
    for at in (1, 3, 6, 9, 12, 40):
        made = rig()
        made.faults = {at + more: lambda _: httpx.Response(503, json={}) for more in range(ATTEMPTS)}
        first = made.run()
        assert first.stopped
        assert first.after is not None
        assert made.run().stopped == ""
        assert made.contents() == whole.contents()
        assert {item.status for item in list_imports(made.store)} == {"done"}


def test_killed_in_the_middle_the_same_command_comes_to_the_same_end(rig: Callable[[], Rig]) -> None:
    class Killed(BaseException):
        pass

    def die(_: httpx.Request) -> httpx.Response:
        raise Killed

    whole = rig()
    whole.run()
    for at in (0, 2, 4, 7, 9, 30):
        made = rig()
        made.faults = {at: die}
        with pytest.raises(Killed):
            made.run()
        assert made.run().stopped == ""
        assert made.contents() == whole.contents()


def test_an_account_that_is_gone_is_skipped_and_the_others_are_read(rig: Callable[[], Rig]) -> None:
    made = rig()
    outcome = made.run(CollectJob(("did:plc:other", OWNER, "gone.test", "not a handle"), followers=None, sample=0, posts=0))
    assert [(each.account, each.skipped) for each in outcome.accounts] == [
        ("did:plc:other", "not found"), ("gone.test", "not found"), ("not a handle", "not found"), (OWNER, ""),
    ]  # fmt: skip


def test_what_needs_a_human_ends_the_run_and_says_so(rig: Callable[[], Rig]) -> None:
    made = rig()
    made.faults = {2: lambda _: httpx.Response(401, json={"error": "ExpiredToken"})}
    outcome = made.run()
    assert (outcome.after, "app password" in outcome.stopped) == (None, True)


def test_who_asks_not_to_be_shown_leaves_an_edge_and_no_profile(rig: Callable[[], Rig]) -> None:
    made = rig()
    shy = made.fake.members[5]
    made.fake.labels[shy] = [{"val": "!no-unauthenticated"}]
    made.run(CollectJob((OWNER,), followers=None, sample=240, posts=0))
    key = made.store.pseudonymiser.one("bluesky", shy)
    assert len(made.rows(FOLLOW)) == 240
    assert key not in {row.account for row in made.store_rows(COUNT_SERIES)}


def test_who_asks_not_to_be_shown_leaves_no_posts_either(rig: Callable[[], Rig]) -> None:
    made = rig()
    shy, other = made.fake.members[5], made.fake.members[6]
    made.fake.labels[shy] = [{"val": "!no-unauthenticated"}]
    made.fake.feed = [made.fake.post(number, f"周末去露营 {number}") for number in range(3)]
    made.run(CollectJob((OWNER,), followers=None, sample=240, posts=5))
    written = {row.account for row in made.store_rows(RAW_POST)}
    assert made.store.pseudonymiser.one("bluesky", other) in written
    assert made.store.pseudonymiser.one("bluesky", shy) not in written


def test_a_plan_tells_the_calls_that_are_then_made(rig: Callable[[], Rig]) -> None:
    made = rig()
    card = open_bluesky(httpx.Client(), Pace(made.store), SERVICE, lambda: NOW).card
    unknown = make_plan(made.store, card, CollectJob((OWNER,), followers=200, sample=60, posts=5))
    assert unknown.accounts[0].followers is None
    made.run(CollectJob((OWNER,), followers=0, sample=0, posts=0))
    planned = make_plan(made.store, card, JOB)
    assert planned.accounts[0].followers == 7, "what its profile shows"
    made.fake.members = made.fake.members[:7]
    made.asked.clear()
    made.run()
    assert planned.calls == len(made.asked)


def test_a_plan_waits_for_the_limit_that_is_used_up_first_not_for_the_sum_of_all() -> None:
    wide, narrow = Limit("wide", 300, 300.0, ""), Limit("narrow", 300, 900.0, "")
    account = AccountPlan("a", None, {"profiles": 250, "followers": 650, "posts": 40}, None)
    plan = CollectPlan((account, account), {"profiles": wide, "followers": narrow, "posts": wide})
    assert (plan.calls, plan.calls_under(wide), plan.calls_under(narrow)) == (1880, 580, 1300)
    assert (plan.limit, plan.seconds) == (narrow, 4 * 900.0)


def test_who_was_forgotten_is_not_read_again(rig: Callable[[], Rig]) -> None:
    made = rig()
    made.run()
    forget(made.store, "bluesky", OWNER, now=NOW, workspace=None)
    fan = made.fake.members[4]
    forget(made.store, "bluesky", fan, now=NOW, workspace=None)
    made.now += timedelta(days=2)
    made.asked.clear()
    (told,) = made.run().accounts
    assert told.skipped.startswith("forgotten")
    assert made.asked == ["getProfiles"]
    assert made.rows(NAMED_ACCOUNT) == []
    assert made.rows(STREAM_POSITION) == []
    gone = {made.store.pseudonymiser.one("bluesky", each) for each in (OWNER, fan)}
    for table in (FOLLOW, POST, COUNT_SERIES):
        assert gone.isdisjoint({row.account for row in made.store_rows(table)})


@given(st.floats(0.005, 0.4), st.one_of(st.none(), st.integers(1, 10**7)))
def test_the_people_that_a_width_takes_are_just_enough(points: float, size: int | None) -> None:
    needed = people_for(points, size)
    assert half_width(needed, size) <= points + 1e-12
    assert needed <= 1 or half_width(needed - 1, size) > points - 1e-9
