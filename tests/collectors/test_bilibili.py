"""Bilibili's open platform against its fake: the contract, signatures, what a creator gives, what codes mean."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import stamina
from sqlalchemy import select

from collectors.base import Target
from collectors.bilibili.client import CLIENT_ID, CLIENT_SECRET, signed_headers
from collectors.bilibili.client import TOKEN as TOKEN_NAME
from collectors.bilibili.collector import Bilibili, open_bilibili
from collectors.errors import ApiChanged, LiveError, RetryLater, SkipTarget, StopRun
from collectors.http import ATTEMPTS, Operator, open_client
from collectors.limits import Pace
from collectors.paginate import End
from jobs.collecting import Collection, CollectJob
from scoring.text.indexer import JiebaIndexer
from storage.engine import Store, create_store
from storage.records import Count, Provenance
from storage.tables import COUNT_SERIES, POST
from tests.collectors.contract import TOKEN, Clock, PostContract, Rig
from tests.collectors.fake_bilibili import CLIENT, OWNER, SECRET, SERVICE, FakeBilibili, verdict


class TestBilibiliContract(PostContract):
    """Over a creator's own videos: the open platform gives no list of people."""

    first_page = 2  # after the creator and its counts

    def fake(self, members: int = 250) -> FakeBilibili:
        return FakeBilibili(members)

    def test_a_page_that_comes_twice_is_no_circle(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        self.first_page_twice(made)  # the answer says which page it is
        with pytest.raises(RetryLater, match="another page"):
            made.pull()
        assert made.pull().end is End.LIST
        self.complete(made)

    def test_a_server_that_leads_in_a_circle_is_left(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        made.fake.loops = True
        with pytest.raises(RetryLater, match="another page"):
            made.pull()
        assert made.members() == made.expected(made.fake.members[:50])

    def test_an_account_deleted_in_the_middle_is_skipped_and_what_was_read_stays(self, rig: Callable[..., Rig]) -> None:
        made = rig()
        made.fake.gone_after = 3  # the creator, its counts and a page of videos are read
        with pytest.raises(SkipTarget):
            made.pull()
        assert made.members() == made.expected(made.fake.members[:50])


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for name, value in ((CLIENT_ID, CLIENT), (CLIENT_SECRET, SECRET), (TOKEN_NAME, TOKEN)):
        monkeypatch.setenv(name, value)
    made = create_store(f"sqlite:///{tmp_path}/f.db", key=bytes(range(32)), vault_path=tmp_path / "v.db")
    with stamina.set_testing(True, attempts=ATTEMPTS):
        yield made
    made.close()


def source(store: Store, fake: Callable[[httpx.Request], httpx.Response], clock: Clock | None = None) -> Bilibili:
    clock = clock or Clock()
    client = open_client(Operator("ops@example.org"), transport=httpx.MockTransport(fake))
    return open_bilibili(client, Pace(store, clock=clock, sleep=clock.sleep), SERVICE, clock.now)


def test_a_signature_is_the_one_that_openssl_gives() -> None:
    # printf 'x-bili-accesskeyid:id\n...' | openssl dgst -sha256 -hmac key
    told = signed_headers("id", "key", "1700000000", "n1")
    assert told["x-bili-content-md5"] == "d41d8cd98f00b204e9800998ecf8427e"
    assert told["Authorization"] == "70a03b6307b78e889bba0f1509a666e0bae0b4ab2d9771bf7017a55af0f07f81"
    assert signed_headers("id", "key", "1700000000", "n2")["Authorization"] != told["Authorization"]
    assert signed_headers("id", "other", "1700000000", "n1")["Authorization"] != told["Authorization"]


@pytest.mark.parametrize("asked", ["own", OWNER, "露营的阿山"])
def test_the_creator_by_any_of_its_names(store: Store, asked: str) -> None:
    ((record,),) = source(store, FakeBilibili(3)).profiles([asked, "123"])
    assert (record.native_id, record.name, record.followers, record.posts) == (OWNER, "露营的阿山", Count(12_000), Count(3))


def test_every_call_has_a_nonce_of_its_own_and_no_secret_in_its_address(store: Store) -> None:
    fake = FakeBilibili(120)
    stream = source(store, fake).stream("posts")
    stream.page(fake.target, stream.page(fake.target, None).cursor)
    assert len(set(fake.nonces)) == len(fake.nonces) == 4
    assert not any(word in address for address in fake.asked for word in (TOKEN, SECRET, CLIENT))


def test_of_others_nothing_is_told_and_the_way_is_named(store: Store) -> None:
    made = source(store, FakeBilibili())
    assert list(made.profiles(["123"])) == []
    assert "import" in (made.why_missing("123") or "")
    with pytest.raises(SkipTarget, match="alone"):
        made.stream("posts").page(Target("bilibili", "123"), None)


def test_a_collection_of_the_own_account(store: Store) -> None:
    fake, clock = FakeBilibili(70), Clock()
    made = Collection(store, source(store, fake, clock), Provenance("bilibili", "test", clock.now()), clock.now, JiebaIndexer())
    (told,) = made.run(CollectJob(("own",), 100, 30, 60)).accounts
    assert (told.skipped, told.listed, told.sampled) == ("", 0, 0)
    with store.read() as conn:
        assert len(list(conn.execute(select(POST.c.post)))) == 70
        assert conn.execute(select(COUNT_SERIES.c.followers)).scalars().all() == [12_000]


def test_a_collection_of_another_account_says_what_to_do_instead(store: Store) -> None:
    clock = Clock()
    made = Collection(
        store, source(store, FakeBilibili(), clock), Provenance("b", "test", clock.now()), clock.now, JiebaIndexer()
    )
    (told,) = made.run(CollectJob(("https://space.bilibili.com/123",), 100, 30, 5)).accounts
    assert "import a vendor's export" in told.skipped


@pytest.mark.parametrize(
    ("code", "error", "says"),
    [
        (-799, RetryLater, "-799"), (-509, RetryLater, "limits"), (-412, StopRun, "blocks"), (-352, StopRun, "blocks"),
        (-101, StopRun, TOKEN_NAME), (4002, StopRun, CLIENT_SECRET), (-403, StopRun, "USER_DATA"), (-404, SkipTarget, "not found"),
        (777, StopRun, "does not know"),
    ],
)  # fmt: skip
def test_what_a_code_means(store: Store, code: int, error: type[LiveError], says: str) -> None:
    with pytest.raises(error, match=says):
        list(source(store, lambda _: verdict(code)).profiles(["own"]))


def test_a_busy_platform_is_asked_again(store: Store) -> None:
    fake, refusals = FakeBilibili(1), [verdict(-500), verdict(-503)]
    ((record,),) = source(store, lambda request: refusals.pop() if refusals else fake(request)).profiles(["own"])
    assert record.native_id == OWNER


@pytest.mark.parametrize(
    "data",
    [None, {}, {"list": 3, "page": {"pn": 1, "total": 1}}, {"list": [], "page": {}}, {"list": [{"resource_id": "BV1"}], "page": {"pn": 1, "total": 1}},
     {"list": [{"resource_id": "", "ptime": 1}], "page": {"pn": 1, "total": 1}}],
)  # fmt: skip
def test_an_answer_of_another_shape_needs_a_human(store: Store, data: object) -> None:
    fake = FakeBilibili()

    def answer(request: httpx.Request) -> httpx.Response:
        return verdict(0, data) if "viewlist" in request.url.path else fake(request)

    with pytest.raises(ApiChanged):
        source(store, answer).stream("posts").page(fake.target, None)


@pytest.mark.parametrize("name", [CLIENT_ID, CLIENT_SECRET, TOKEN_NAME])
def test_without_credentials_nothing_is_asked(store: Store, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(StopRun, match=name):
        source(store, FakeBilibili())


@pytest.mark.parametrize("name", ["search", "draw"])
def test_what_is_not_offered_is_not_tried(store: Store, name: str) -> None:
    made = source(store, FakeBilibili())
    with pytest.raises(NotImplementedError, match="bilibili"):
        made.search("x", 1) if name == "search" else made.draw(1, seed=0)
