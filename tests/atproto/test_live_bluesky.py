"""The Bluesky source against a real AT Protocol network on the loopback: what fakes can only be thought to do, it does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import stamina
from sqlalchemy import select

from collectors.bluesky.client import sign_in
from collectors.bluesky.collector import open_bluesky
from collectors.bluesky.parse import judge
from collectors.errors import RetryLater
from collectors.http import Http, Operator, open_client
from collectors.limits import Pace
from jobs.collecting import Collection, CollectJob, CollectOutcome
from scoring.text.indexer import JiebaIndexer
from storage.engine import Store, create_store, open_store
from storage.pulls import split_members
from storage.records import Provenance
from storage.tables import FOLLOW, PULL, PULL_MEMBER
from tests.atproto.network import Network

KEY = bytes(range(32))
CHILD = """
import sys
from tests.atproto.test_live_bluesky import Rig
from pathlib import Path
Rig(Path(sys.argv[1]), sys.argv[2]).run(sys.argv[3], sample=0)
"""


class Rig:
    """A workspace that collects from one service."""

    def __init__(self, folder: Path, service: str) -> None:
        url, vault = f"sqlite:///{folder}/fanfit.db", folder / "vault.db"
        fresh = not (folder / "fanfit.db").exists()
        self.store: Store = (create_store if fresh else open_store)(url, key=KEY, vault_path=vault)
        self.service = service

    def run(self, *accounts: str, sample: int = 0, posts: int = 0, timeout: float = 30.0) -> CollectOutcome:
        def clock() -> datetime:
            return datetime.now(UTC)

        with open_client(Operator("ops@example.org")) as client:
            client.timeout = httpx.Timeout(timeout)
            source = open_bluesky(client, Pace(self.store, patience=5), self.service, clock)
            collection = Collection(self.store, source, Provenance("live", "test", clock()), clock, JiebaIndexer())
            return collection.run(CollectJob(accounts, followers=None, sample=sample, posts=posts))

    def rows(self, *columns: Any) -> list[Any]:
        with self.store.read() as conn:
            return list(conn.execute(select(*columns)))

    def members(self) -> list[bytes]:
        query = (PULL_MEMBER.c.members, PULL_MEMBER.c.pull_id, PULL_MEMBER.c.first)
        return [member for row in sorted(self.rows(*query), key=lambda row: row[1:]) for member in split_members(row.members)]

    def keys(self, dids: list[str]) -> set[bytes]:
        return set(self.store.pseudonymiser.each("bluesky", dids).values())


@pytest.fixture
def rig(network: Network, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path, network.ready["appview"])
    yield made
    made.store.close()


@pytest.fixture
def followers(network: Network) -> list[str]:
    """Everybody who follows the first account."""
    return [*network.ready["followers"], *(account["did"] for account in network.ready["accounts"][1:])]


def complete(rig: Rig, followers: list[str]) -> None:
    members = rig.members()
    assert len(members) == len(set(members)) == len(followers)
    assert set(members) == rig.keys(followers)
    assert {row.follower for row in rig.rows(FOLLOW.c.follower)} == rig.keys(followers)
    assert rig.rows(PULL.c.frame, PULL.c.seen) == [("complete", len(followers))]


def test_two_thousand_followers_to_the_last(rig: Rig, network: Network, followers: list[str]) -> None:
    (told,) = rig.run(network.ready["accounts"][0]["handle"], sample=50, posts=5).accounts
    assert (told.listed, told.end, told.sampled, told.profiles) == (len(followers), "list", 50, 50)
    complete(rig, followers)


def test_killed_and_taken_up_again(rig: Rig, network: Network, followers: list[str], tmp_path: Path, root: Path) -> None:
    did = network.ready["accounts"][0]["did"]
    command = [sys.executable, "-c", CHILD, str(tmp_path), network.ready["appview"], did]
    kills = 0
    for pages in (3, 9, 15):
        child = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(root)})
        while child.poll() is None and len(rig.members()) < pages * 100:
            time.sleep(0.01)
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
            kills += 1
        child.wait()
    assert kills > 0, "it has to die in the middle for the test to say anything"
    assert 0 < len(rig.members()) < len(followers)
    assert rig.run(did).stopped == ""
    complete(rig, followers)


def test_a_server_that_does_not_answer_and_then_does(rig: Rig, network: Network, followers: list[str]) -> None:
    did = network.ready["accounts"][0]["did"]
    network.freeze()
    try:
        with stamina.set_testing(True, attempts=2):
            stopped = rig.run(did, timeout=0.5)
    finally:
        network.thaw()
    assert "did not answer (ReadTimeout)" in stopped.stopped
    assert stopped.after is not None
    assert rig.run(did).stopped == ""
    complete(rig, followers)


def test_a_database_that_restarts_under_the_server(rig: Rig, network: Network, followers: list[str]) -> None:
    network.restart_database()
    outcome = rig.run(network.ready["accounts"][0]["did"])
    for _ in range(10):
        if not outcome.stopped:
            break
        time.sleep(1)
        outcome = rig.run(network.ready["accounts"][0]["did"])
    assert outcome.stopped == ""
    complete(rig, followers)


def test_an_account_that_was_deactivated_is_left_out(rig: Rig, network: Network) -> None:
    gone = network.ready["accounts"][-1]
    with httpx.Client(base_url=network.ready["pds"]) as pds:
        session = pds.post(
            "/xrpc/com.atproto.server.createSession", json={"identifier": gone["handle"], "password": gone["password"]}
        ).json()
        headers = {"Authorization": f"Bearer {session['accessJwt']}"}
        assert pds.post("/xrpc/com.atproto.server.deactivateAccount", json={}, headers=headers).status_code == 200
        skipped = ""
        for _ in range(100):
            outcome = rig.run(gone["did"])
            assert outcome.stopped == ""
            (told,) = outcome.accounts
            if skipped := told.skipped:
                break
            time.sleep(0.2)
    assert skipped in {"not found", "deactivated"}


def test_the_limit_of_the_pds_is_met_and_its_wait_is_computed(network: Network, tmp_path: Path) -> None:
    store = create_store(f"sqlite:///{tmp_path}/fanfit.db", key=KEY, vault_path=tmp_path / "vault.db")
    account = network.ready["accounts"][0]  # nobody else signs in as this one: its sessions are used up
    refused: list[RetryLater] = []
    with open_client(Operator("ops@example.org")) as client:
        for attempt in range(40):
            # a scope of its own for each call: it is the server's limit that is met here, not our reading of it
            pace = Pace(store, patience=0, clock=lambda attempt=attempt: time.time() + attempt * 400)
            try:
                sign_in(Http(client, pace, judge), network.ready["pds"], account["handle"], account["password"])
            except RetryLater as error:
                refused.append(error)
                break
    store.close()
    assert refused, "30 sessions in 5 minutes are allowed"
    assert 0 < refused[0].after <= 300
    assert "RateLimit-Reset" not in str(refused[0])


def test_posts_come_and_the_second_time_only_what_is_new(rig: Rig, network: Network) -> None:
    author = network.ready["accounts"][1]
    first = rig.run(author["did"], posts=50)
    assert first.stopped == ""
    with rig.store.read() as conn:
        from storage.tables import POST

        account = rig.store.pseudonymiser.one("bluesky", author["did"])
        assert len(list(conn.execute(select(POST.c.post).where(POST.c.account == account)))) >= 5


Clock = Callable[[], float]
