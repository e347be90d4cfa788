"""X against its fake: the contract of every source, what is sold, and what its answers mean."""

import base64
import gzip
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import stamina
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from collectors.errors import ApiChanged, RetryLater, SkipTarget, StopRun
from collectors.http import ATTEMPTS, Http, Operator, open_client
from collectors.limits import Pace
from collectors.spending import Guard, dollars
from collectors.x import parse
from collectors.x.client import POST_PRICE, USER_PRICE, Client, page_size
from collectors.x.collector import X
from storage.engine import Store, create_store
from storage.spending import day_of, spent_on
from tests.collectors.contract import Clock, Killed, SourceContract
from tests.collectors.fake_x import OWNER, SERVICE, FakeX, problem

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CASSETTES = (
    Path(os.environ.get("FANFIT_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")) / "api_fixtures" / "tweepy"
)


class TestXContract(SourceContract):
    def fake(self, members: int = 250) -> FakeX:
        return FakeX(members)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = create_store(f"sqlite:///{tmp_path}/f.db", key=bytes(range(32)), vault_path=tmp_path / "v.db")
    with stamina.set_testing(True, attempts=ATTEMPTS):
        yield made
    made.close()


def source(store: Store, fake: Any, run: int = 10**9, day: int = 10**9, clock: Clock | None = None) -> tuple[X, Guard]:
    clock = clock or Clock()
    guard = Guard(store, "x", run=run, day=day, clock=clock.now)
    client = open_client(Operator("ops@example.org"), transport=httpx.MockTransport(fake))
    http = Http(client, Pace(store, clock=clock, sleep=clock.sleep), parse.judge)
    return X(Client(http, guard, SERVICE, "token"), clock.now), guard


def test_what_was_sold_is_what_is_counted(store: Store) -> None:
    fake = FakeX(30)
    made, guard = source(store, fake)
    list(made.profiles([OWNER, "9999", "user2003"]))
    assert fake.charged == guard.spent == 2 * USER_PRICE, "who is gone costs nothing"
    made.stream("followers", 12).page(fake.target, None)
    made.stream("posts", 7).page(fake.target, None)
    assert fake.charged + USER_PRICE == guard.spent == 14 * USER_PRICE + 7 * POST_PRICE, (
        "one was sold before, and is counted again"
    )
    assert spent_on(store, "x", day_of(NOW)) == guard.spent


@pytest.mark.parametrize(("run", "day", "said"), [(0, 10**9, "run"), (10**9, 0, "day"), (9 * USER_PRICE, 10**9, "run")])
def test_what_the_limit_does_not_cover_is_not_called_for(store: Store, run: int, day: int, said: str) -> None:
    fake = FakeX(30)
    made, _ = source(store, fake, run, day)
    with pytest.raises(StopRun, match=f"spending.{said}"):
        made.stream("followers", 10).page(fake.target, None)
    assert (fake.calls, fake.charged, spent_on(store, "x", day_of(NOW))) == (0, 0, 0)


def test_two_processes_share_a_days_limit(store: Store) -> None:
    fake = FakeX(30)
    first, second = (source(store, fake, day=15 * USER_PRICE)[0] for _ in range(2))
    first.stream("followers", 10).page(fake.target, None)
    with pytest.raises(StopRun, match="day"):
        second.stream("followers", 10).page(fake.target, None)
    second.stream("followers", 5).page(fake.target, None)
    assert spent_on(store, "x", day_of(NOW)) == 15 * USER_PRICE


def test_another_day_is_another_limit(store: Store) -> None:
    fake, clock = FakeX(30), Clock()
    made, _ = source(store, fake, day=10 * USER_PRICE, clock=clock)
    made.stream("followers", 10).page(fake.target, None)
    clock.seconds += 86_400
    made.stream("followers", 10).page(fake.target, None)
    assert [spent_on(store, "x", day_of(NOW) + later) for later in (0, 1)] == [10 * USER_PRICE] * 2


OUTCOMES = st.sampled_from(["sold", "429", "500", "sold, but the answer was lost", "killed before", "killed after", "gone"])


@settings(max_examples=40, deadline=None)
@given(plan=st.lists(OUTCOMES, max_size=12))
def test_the_ledger_is_never_below_what_was_charged_and_above_it_by_a_page_for_each_lost_one(plan, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("x")
    store = create_store(f"sqlite:///{folder}/f.db", key=bytes(range(32)), vault_path=folder / "v.db")
    fake, clock, left, lost = FakeX(10_000), Clock(), list(plan), 0

    def answer(request: httpx.Request) -> httpx.Response:
        what = left.pop(0) if left else "sold"
        if what == "killed before":
            raise Killed
        if what in {"429", "500"}:
            return httpx.Response(int(what), headers={"retry-after": "1"})
        if what == "gone":
            return httpx.Response(200, json={"errors": [problem("resource-not-found")]})
        sold = fake(request)
        if what == "killed after":
            raise Killed
        if what.startswith("sold, but"):
            raise httpx.ReadError(what, request=request)
        return sold

    with stamina.set_testing(True, attempts=ATTEMPTS):
        cursor = None
        for _ in range(len(plan) + 2):
            made, _ = source(store, answer, clock=clock)
            try:
                cursor = made.stream("followers", 40).page(fake.target, cursor).cursor
            except Killed:
                lost += 1
            except SkipTarget:
                pass
            except RetryLater:  # attempts are used up: the page is counted, its answer is not known
                lost += 1
    counted = sum(spent_on(store, "x", day_of(clock.now()) - back) for back in range(3))
    store.close()
    page = 40 * USER_PRICE
    assert fake.charged <= counted <= fake.charged + lost * page


@given(st.integers(1, 20_000), st.integers(1, 1000))
def test_pages_bring_what_is_wanted_and_hardly_more(most: int, largest: int) -> None:
    size = page_size(most, largest)
    pages = -(-most // size)
    assert size <= largest
    assert pages == -(-most // largest), "as few pages as can be"
    assert pages * size < most + pages


@pytest.mark.parametrize(
    ("document", "error", "said"),
    [({"errors": [problem("not-authorized-for-resource")]}, SkipTarget, "protected"), ({"errors": [problem("resource-not-found")]}, SkipTarget, "not found"),
     ({"errors": [problem("usage-capped")]}, StopRun, "usage cap"), ({"errors": [problem("client-forbidden")]}, StopRun, "developer portal"),
     ({"errors": [{"code": 88}]}, ApiChanged, "meta"), ({"data": []}, ApiChanged, "meta"), ({"meta": {"result_count": 1}, "data": [{"id": 7}]}, ApiChanged, "text 'id'")],
)  # fmt: skip
def test_a_200_without_a_page_says_what_to_do(document: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        parse.follow_page(document, OWNER, NOW, theirs=True)


def test_an_empty_list_is_an_empty_page(store: Store) -> None:
    assert parse.follow_page({"meta": {"result_count": 0}}, OWNER, NOW, theirs=True).items == 0
    assert parse.users({"errors": [problem("resource-not-found")]}, NOW) == ()
    del store


def test_a_402_needs_credit() -> None:
    error = parse.judge(402, {"title": "CreditsDepleted"})
    assert isinstance(error, StopRun)
    assert "credit" in error.reason


def test_a_repost_is_what_was_passed_on() -> None:
    view = {
        "id": "1",
        "text": "RT",
        "created_at": "2026-10-30T10:00:00.000Z",
        "referenced_tweets": [{"type": "retweeted", "id": "2"}],
    }
    (post,) = parse.tweet_page({"data": [view], "meta": {"result_count": 1}}, OWNER).records
    assert post.is_repost  # type: ignore[union-attr]


@given(st.integers(0, 10**10))
def test_money_reads_back_to_the_cent_and_below(micro: int) -> None:
    assert round(float(dollars(micro).lstrip("$")) * 1_000_000) == micro


@pytest.mark.skipif(not CASSETTES.is_dir(), reason="recorded answers are not on this machine (FANFIT_DATA)")
@pytest.mark.parametrize("name", ["client_get_users_followers", "asyncclient_get_users_following"])
def test_recorded_answers_are_read(name: str) -> None:
    text = (CASSETTES / f"test_{name}.yaml").read_text("utf-8")
    read = 0
    for each in YAML(typ="safe").load(text)["interactions"]:
        body = each["response"]["body"]["string"]
        raw = body if isinstance(body, bytes) else body.encode() if body.startswith("{") else base64.b64decode(body)
        document = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
        batch = parse.follow_page(document, OWNER, NOW, theirs=name.endswith("followers"))
        assert batch.items == document["meta"]["result_count"]
        assert len(batch.records) == 2 * batch.items
        read += batch.items
    assert read > 0
