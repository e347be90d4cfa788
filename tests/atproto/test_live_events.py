"""Follow events of a real PDS's firehose: what it tells of follows made and taken back is what its server then lists."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from collectors.bluesky.firehose import Firehose
from collectors.errors import StopRun
from jobs.collect_events import EventsOutcome, Listening
from storage.engine import Store, create_store
from storage.events import position_of
from storage.pulling import watch
from storage.tables import EVENT_POSITION, FOLLOW_EVENT
from tests.atproto.network import Network
from tests.atproto.people import Account, seen

KEY = bytes(range(32))


class Ear:
    """A workspace that listens to the PDS for follows of one account."""

    def __init__(self, folder: Path, network: Network, did: str) -> None:
        self.store: Store = create_store(f"sqlite:///{folder}/fanfit.db", key=KEY, vault_path=folder / "vault.db")
        watch(self.store, "bluesky", [did], now=datetime.now(UTC))
        self.feed = Firehose(network.ready["pds"].replace("http://", "ws://"), "fanfit-test", silence=1.0)
        self.did = did

    def listen(self, **given: Any) -> EventsOutcome:
        watched = self.store.pseudonymiser.each("bluesky", [self.did])
        listening = Listening(self.store, self.feed, lambda: watched, lambda: datetime.now(UTC))
        return listening.run(until_now=True, **given)

    def followers(self) -> set[bytes]:
        with self.store.read() as conn:
            rows = conn.execute(select(FOLLOW_EVENT.c.follower).where(FOLLOW_EVENT.c.until.is_(None)))
            return {row.follower for row in rows}

    def keys(self, dids: list[str]) -> set[bytes]:
        return set(self.store.pseudonymiser.each("bluesky", dids).values())


@pytest.fixture
def star(network: Network) -> str:
    """An account that nobody of these follows yet."""
    return str(network.ready["accounts"][4]["did"])


@pytest.fixture
def ear(network: Network, tmp_path: Path, star: str) -> Iterator[Ear]:
    made = Ear(tmp_path, network, star)
    yield made
    made.store.close()


@pytest.fixture
def people(network: Network) -> Iterator[list[Account]]:
    with httpx.Client(base_url=network.ready["pds"]) as pds:
        yield [Account(pds, account) for account in network.ready["accounts"][1:4]]


def listed(network: Network, did: str, expected: int) -> list[str]:
    """The followers that the AppView lists, once it lists so many."""
    views = seen(network, "app.bsky.graph.getFollowers", {"actor": did}, "followers", expected)
    return [each["did"] for each in views]


def test_follows_made_and_taken_back_are_told_as_the_server_lists_them(
    ear: Ear, people: list[Account], network: Network, star: str
) -> None:
    with ear.store.write("test") as conn:  # from the beginning of the server's life
        conn.execute(
            EVENT_POSITION.insert().values(feed=ear.feed.name, position=0, begun=datetime.now(UTC), at=datetime.now(UTC))
        )
    before = ear.listen()
    assert before.frames > 50
    assert ear.followers() == ear.keys(listed(network, star, len(ear.followers())))
    held = len(ear.followers())
    rkeys = [person.follow(star) for person in people]
    made = ear.listen()
    assert (made.gained, made.lost) == (3, 0)
    people[0].unfollow(rkeys[0])
    again = people[1].follow(star)  # a second follow of the same account: the PDS takes the first back in the same commit
    people[1].unfollow(again)
    ended = ear.listen()
    assert (ended.gained, ended.lost) == (1, 3)
    assert ear.followers() == ear.keys(listed(network, star, held + 1))
    assert ear.listen().frames == 0
    people[2].unfollow(rkeys[2])


def test_a_position_ahead_of_the_server_is_refused_by_it(ear: Ear) -> None:
    with pytest.raises(StopRun, match="--from-now"):
        list(ear.feed.frames(10**9))
    assert position_of(ear.store, ear.feed.name) is None
