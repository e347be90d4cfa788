"""Weibo against its fake: the contract, what an own account gives, whose data is refused without a call, what codes mean."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import stamina
from sqlalchemy import select

from collectors.base import Target
from collectors.engagers import POSTS
from collectors.errors import ApiChanged, LiveError, RetryLater, SkipTarget, StopRun
from collectors.http import ATTEMPTS, Operator, open_client
from collectors.limits import Pace
from collectors.paginate import End
from collectors.weibo.client import TOKEN as TOKEN_NAME
from collectors.weibo.client import USER
from collectors.weibo.collector import CARD, Weibo, open_weibo
from jobs.collect_plan import make_plan
from jobs.collecting import Collection, CollectJob
from scoring.text.indexer import JiebaIndexer
from storage.engine import Store, create_store
from storage.records import Count, ListKind, Provenance
from storage.tables import ATTRIBUTE, ENGAGEMENT, PROFILE_FEATURE
from tests.collectors.contract import TOKEN, Clock, Rig, SourceContract, answers
from tests.collectors.fake_weibo import OWNER, SERVICE, FakeWeibo, refused


class TestWeiboContract(SourceContract):
    """Over the people who commented on the own post."""

    follows = False
    first_page = 3  # after who authorised, its profile and its posts

    def fake(self, members: int = 250) -> FakeWeibo:
        return FakeWeibo(members)

    def test_a_limit_without_a_word_is_waited_for_its_whole_window(self, rig: Callable[..., Rig]) -> None:
        made = rig({1: answers(429)})
        with pytest.raises(RetryLater) as caught:  # a day's window is longer than anybody sits out
            made.pull()
        assert caught.value.after == pytest.approx(USER.until_midnight(made.clock.seconds), abs=1)
        made.clock.seconds += caught.value.after
        assert made.pull().end is End.LIST
        self.complete(made)

    def test_an_account_deleted_in_the_middle_is_skipped_and_what_was_read_stays(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        made.fake.gone_after = 4  # a page of comments is read; then the post is gone
        assert made.pull().end is End.LIST
        assert made.members() == made.expected(made.fake.members[:50])

    def test_a_page_that_comes_twice_is_no_circle(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        self.first_page_twice(
            made
        )  # in place of the second: pages have numbers, and none stands in the answer, so that one is lost
        assert made.pull().end is End.LIST
        assert set(made.members()) == set(made.expected([*made.fake.members[:50], *made.fake.members[100:]]))

    def test_a_server_that_leads_in_a_circle_is_left(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        made.fake.loops = True  # it gives the first page whatever is asked for: the total it names ends that
        made.pull()
        assert set(made.members()) == set(made.expected(made.fake.members[:50]))
        assert made.fake.calls < 20


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv(TOKEN_NAME, TOKEN)
    made = create_store(f"sqlite:///{tmp_path}/f.db", key=bytes(range(32)), vault_path=tmp_path / "v.db")
    with stamina.set_testing(True, attempts=ATTEMPTS):
        yield made
    made.close()


def source(store: Store, fake: Callable[[httpx.Request], httpx.Response], clock: Clock | None = None) -> Weibo:
    clock = clock or Clock()
    client = open_client(Operator("ops@example.org"), transport=httpx.MockTransport(fake))
    return open_weibo(client, Pace(store, clock=clock, sleep=clock.sleep), SERVICE, clock.now)


@pytest.mark.parametrize("asked", ["own", OWNER, "露营的老王"])
def test_the_own_account_by_any_of_its_names(store: Store, asked: str) -> None:
    ((record,),) = source(store, FakeWeibo()).profiles([asked, "somebody else"])
    assert (record.native_id, record.name, record.followers) == (OWNER, "露营的老王", Count(120))


def test_of_others_nothing_is_asked_and_the_way_is_named(store: Store) -> None:
    fake = FakeWeibo()
    made = source(store, fake)
    assert list(made.profiles(["1234567"])) == []
    assert "import" in (made.why_missing("1234567") or "")
    for name in ("posts", "engagers"):
        with pytest.raises(SkipTarget, match="alone"):
            made.stream(name).page(Target("weibo", "1234567"), None)
    assert not any("1234567" in address for address in fake.asked)


def test_the_token_is_in_a_header_and_never_in_an_address(store: Store) -> None:
    fake = FakeWeibo()
    list(source(store, fake).profiles(["own"]))
    assert fake.tokens == {f"OAuth2 {TOKEN}"}
    assert not any(TOKEN in address for address in fake.asked)


def test_own_posts_with_their_reposts_marked(store: Store) -> None:
    fake = FakeWeibo()
    fake.posts = [str(9_000_000_000 + number) for number in range(120)]
    stream = source(store, fake).stream("posts")
    first = stream.page(fake.target, None)
    second = stream.page(fake.target, first.cursor)
    assert (first.items, second.items, second.cursor) == (100, 20, None)
    assert sum(post.is_repost for post in first.records) == 10  # type: ignore[union-attr]
    assert f"{first.newest:%Y-%m-%dT%H:%M:%S}" == "2011-05-31T09:46:55"


def test_a_collection_of_who_reacted_with_what_their_profiles_declare(store: Store) -> None:
    fake, clock = FakeWeibo(60), Clock()
    fake.reposters = fake.members[:10]
    job = CollectJob(("own",), None, 30, 5, of=ListKind.ENGAGERS)
    made = Collection(store, source(store, fake, clock), Provenance("weibo", "test", clock.now()), clock.now, JiebaIndexer())
    (told,) = made.run(job).accounts
    assert (told.skipped, told.listed, told.sampled, told.profiles) == ("", 70, 30, 30)
    with store.read() as conn:
        assert len(list(conn.execute(select(ENGAGEMENT.c.engager)))) == 70
        assert len(list(conn.execute(select(PROFILE_FEATURE.c.account)))) == 61
        told_of = {(row.name, row.value) for row in conn.execute(select(ATTRIBUTE.c.name, ATTRIBUTE.c.value))}
    assert told_of == {("gender", "female"), ("region", "北京")}


def test_own_is_found_beside_accounts_that_are_refused(store: Store) -> None:
    clock = Clock()
    made = Collection(
        store, source(store, FakeWeibo(), clock), Provenance("weibo", "test", clock.now()), clock.now, JiebaIndexer()
    )
    told = {each.account: each.skipped for each in made.run(CollectJob(("own", "2222222222"), None, 0, 5)).accounts}
    assert told["own"] == ""
    assert "import a vendor's export" in told["2222222222"]


def test_a_plan_counts_the_calls_that_are_then_made(store: Store) -> None:
    fake, clock = FakeWeibo(60), Clock()
    fake.posts = [str(9_000_000_001 + 10 * number) for number in range(POSTS)]
    made = Collection(store, source(store, fake, clock), Provenance("weibo", "test", clock.now()), clock.now, JiebaIndexer())
    reactions = CollectJob(("own",), 2_000, 30, 5, of=ListKind.ENGAGERS)
    planned = make_plan(store, CARD, reactions)
    made.run(reactions)
    assert 0 <= fake.calls - planned.calls <= POSTS, "a second page of some posts' reactions is not foreseen"
    followers = make_plan(store, CARD, CollectJob(("own",), 2_000, 30, 5))
    assert (followers.calls, followers.accounts[0].half_width) == (3, None), "nobody is listed, so nobody is sampled"


def test_a_collection_of_another_account_says_what_to_do_instead(store: Store) -> None:
    clock = Clock()
    made = Collection(
        store, source(store, FakeWeibo(), clock), Provenance("weibo", "test", clock.now()), clock.now, JiebaIndexer()
    )
    (told,) = made.run(CollectJob(("https://weibo.com/u/1234567890",), None, 30, 5)).accounts
    assert "import a vendor's export" in told.skipped


@pytest.mark.parametrize("status", [200, 400, 403])
@pytest.mark.parametrize(
    ("code", "error", "says"),
    [
        (10023, RetryLater, "10023"), ("10022", RetryLater, "10022"), (10024, RetryLater, "limits"), (10014, StopRun, "does not allow"),
        (21327, StopRun, TOKEN_NAME), ("21332", StopRun, TOKEN_NAME), (10006, StopRun, TOKEN_NAME), (20003, SkipTarget, "not found"),
        (99999, StopRun, "does not know"),
    ],
)  # fmt: skip
def test_what_a_code_means_whatever_the_status(
    store: Store, status: int, code: int | str, error: type[LiveError], says: str
) -> None:
    with pytest.raises(error, match=says) as caught:
        list(source(store, lambda _: refused(code, status)).profiles(["own"]))
    assert TOKEN not in str(caught.value)


def test_a_busy_platform_is_asked_again(store: Store) -> None:
    fake, refusals = FakeWeibo(), [refused(10009), refused("10001", 503)]
    ((record,),) = source(store, lambda request: refusals.pop() if refusals else fake(request)).profiles(["own"])
    assert record.native_id == OWNER


@pytest.mark.parametrize(
    "body",
    [{"uid": "x"}, {"uid": None}, [], {"statuses": {}, "total_number": 1}, {"statuses": [3], "total_number": 1}, {"statuses": []},
     {"statuses": [{"id": 1, "text": "a", "created_at": "yesterday"}], "total_number": 1}],
)  # fmt: skip
def test_an_answer_of_another_shape_needs_a_human(store: Store, body: object) -> None:
    fake = FakeWeibo()

    def answer(request: httpx.Request) -> httpx.Response:
        wanted = "get_uid" if not isinstance(body, dict) or "uid" in body else "user_timeline"
        return httpx.Response(200, json=body) if wanted in request.url.path else fake(request)

    with pytest.raises(ApiChanged):
        source(store, answer).stream("posts").page(fake.target, None)


def test_without_a_token_nothing_is_asked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN_NAME)
    with pytest.raises(StopRun, match=TOKEN_NAME):
        source(store, FakeWeibo())


@pytest.mark.parametrize("name", ["search", "draw"])
def test_what_is_not_offered_is_not_tried(store: Store, name: str) -> None:
    made = source(store, FakeWeibo())
    with pytest.raises(NotImplementedError, match="weibo"):
        made.search("x", 1) if name == "search" else made.draw(1, seed=0)
