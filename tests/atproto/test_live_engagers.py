"""Who reacted to posts, and back-dated posts, read from a real AppView."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from collectors.bluesky.collector import open_bluesky
from collectors.http import Operator, open_client
from collectors.limits import Pace
from jobs.collect_base import collect_base
from jobs.collecting import Collection, CollectJob
from scoring.text.indexer import JiebaIndexer
from storage.engine import Store, create_store
from storage.records import ListKind, Provenance
from storage.tables import ENGAGEMENT, POST, PULL
from tests.atproto.network import Network
from tests.atproto.people import Account, seen

KEY = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = create_store(f"sqlite:///{tmp_path}/fanfit.db", key=KEY, vault_path=tmp_path / "vault.db")
    yield made
    made.close()


@pytest.fixture
def pds(network: Network) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=network.ready["pds"]) as made:
        yield made


def collection(store: Store, network: Network, client: httpx.Client) -> Collection:
    def clock() -> datetime:
        return datetime.now(UTC)

    source = open_bluesky(client, Pace(store), network.ready["appview"], clock, network.ready["plc"])
    return Collection(store, source, Provenance("live", "test", clock()), clock, JiebaIndexer())


def test_everybody_who_reacted_is_read_once_and_as_what_they_did(store: Store, network: Network, pds: httpx.Client) -> None:
    author, *people = (Account(pds, account) for account in network.ready["accounts"][1:5])
    post = author.write("app.bsky.feed.post", text="周末露营,求推荐帐篷")
    author.write("app.bsky.feed.post", text="an old one", createdAt="2020-01-01T00:00:00Z")  # back-dated: it sorts as old
    for person in people:
        person.write("app.bsky.feed.like", subject=post)
    people[0].write("app.bsky.feed.repost", subject=post)
    people[1].write("app.bsky.feed.post", text="好看", embed={"$type": "app.bsky.embed.record", "record": post})
    people[2].write("app.bsky.feed.post", text="我也去", reply={"root": post, "parent": post})
    for method, key, expected in (
        ("getLikes", "likes", 3), ("getRepostedBy", "repostedBy", 1), ("getQuotes", "posts", 1),
    ):  # fmt: skip
        assert len(seen(network, f"app.bsky.feed.{method}", {"uri": post["uri"]}, key, expected)) == expected
    replied = seen(network, "app.bsky.feed.getAuthorFeed", {"actor": people[2].did, "limit": "100"}, "feed", 6)
    assert len(replied) == 6
    with open_client(Operator("ops@example.org")) as client:
        job = CollectJob((author.did,), None, 10, 5, of=ListKind.ENGAGERS)
        outcome = collection(store, network, client).run(job)
    assert outcome.stopped == ""
    with store.read() as conn:
        rows = conn.execute(select(ENGAGEMENT.c.engager, ENGAGEMENT.c.kind)).all()
        assert conn.execute(select(PULL.c.list_kind)).scalars().all() == ["engagers"]
    keys = [store.pseudonymiser.one("bluesky", person.did) for person in people]
    told = sorted((keys.index(row.engager), row.kind) for row in rows if row.engager in keys)
    assert told == [(0, "like"), (0, "repost"), (1, "like"), (1, "quote"), (2, "like"), (2, "reply")]


def test_a_back_dated_post_is_neither_lost_nor_the_end_of_the_list(store: Store, network: Network, pds: httpx.Client) -> None:
    author = Account(pds, network.ready["accounts"][3])
    with open_client(Operator("ops@example.org")) as client:
        job = CollectJob((author.did,), 0, 0, 50, fresh=timedelta(0))
        assert collection(store, network, client).run(job).stopped == ""
        before = posts_of(store, author.did)
        author.write("app.bsky.feed.post", text="dated back", createdAt="2019-06-01T00:00:00Z")
        author.write("app.bsky.feed.post", text="of now")
        seen(network, "app.bsky.feed.getAuthorFeed", {"actor": author.did, "limit": "100"}, "feed", len(before) + 2)
        assert collection(store, network, client).run(job).stopped == ""
    assert len(posts_of(store, author.did)) == len(before) + 2


def posts_of(store: Store, did: str) -> list[bytes]:
    account = store.pseudonymiser.one("bluesky", did)
    with store.read() as conn:
        return list(conn.execute(select(POST.c.post).where(POST.c.account == account)).scalars())


def test_a_directory_that_exports_nothing_says_so(store: Store, network: Network) -> None:
    # the network's own directory keeps its operations in memory and exports none of them: the draw itself is tested against a fake
    with open_client(Operator("ops@example.org")) as client:
        done = collect_base(collection(store, network, client), 20, CollectJob((), None, 20, 5, seed=1))
    assert "lists no identity" in done.stopped
    assert done.drawn == done.people == 0
