"""Two proofs at length: a pull killed at fifty random moments, and one through a long schedule of faults, lose and double nothing."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import stamina
from sqlalchemy import select

from collectors.base import Target
from collectors.bluesky.collector import open_bluesky
from collectors.errors import RetryLater
from collectors.http import ATTEMPTS, Operator, open_client
from collectors.limits import Pace
from collectors.paginate import End
from collectors.run import collect
from storage.engine import Store, create_store, open_store
from storage.pulling import StreamKey, begin_pull
from storage.pulls import split_members
from storage.records import Frame, ListKind, Order, Provenance, PullFacts
from storage.tables import FOLLOW, NAMED_ACCOUNT, PROFILE_FEATURE, PULL, PULL_MEMBER, RAW_PROFILE
from tests.collectors.contract import Rig, answers, fails
from tests.collectors.fake_bluesky import OWNER, FakeBluesky

KEY = bytes(range(32))
KILLS = 50
PAGE, FOLLOWERS = 4, 1_600  # more pages than fifty short lives can read
REQUESTS = int(os.environ.get("FAULT_REQUESTS", "600"))  # 10,000 where everything is checked: minutes


def opened(folder: Path) -> Store:
    make = open_store if (folder / "fanfit.db").exists() else create_store
    return make(f"sqlite:///{folder}/fanfit.db", key=KEY, vault_path=folder / "vault.db")


def pull(folder: Path, service: str) -> End | None:
    """One pull of the owner's followers, begun or taken up."""

    def now() -> datetime:
        return datetime.now(UTC)

    store = opened(folder)
    facts = PullFacts(ListKind.FOLLOWERS, Frame.UNKNOWN, now(), Order.NEWEST_FIRST)
    with open_client(Operator("ops@example.org")) as client:
        pace = Pace(store, clock=lambda: 1000 * time.time())  # each death wastes a block of calls: fifty would use up the window
        stream = open_bluesky(client, pace, service, now).stream("followers")
        key = StreamKey("bluesky", "followers", OWNER)
        begun = begin_pull(store, key, Provenance("fake", "test", now()), now=now(), facts=facts, indexer=None)
        end = collect(stream, Target("bluesky", OWNER), begun, items=None, clock=now, ahead=True).end
    store.close()
    return end


def contents(folder: Path) -> list[Any]:
    """All that a pull leaves behind, run ids and clock columns aside."""
    store = opened(folder)
    profile = [RAW_PROFILE.c[name] for name in ("account", "platform", "handle", "name", "bio", "url")]
    marks = [PROFILE_FEATURE.c[name] for name in ("account", "has_bio", "has_avatar", "handle_digits", "created_at", "digest")]
    with store.read() as conn:
        lists = conn.execute(select(PULL_MEMBER.c.members).order_by(PULL_MEMBER.c.pull_id, PULL_MEMBER.c.first)).scalars()
        found = [
            [member for blob in lists for member in split_members(blob)],
            *(sorted(map(tuple, conn.execute(select(*columns)))) for columns in (
                [PULL.c.account, PULL.c.frame, PULL.c.list_order, PULL.c.seen, PULL.c.minors],
                [FOLLOW.c.account, FOLLOW.c.follower], [NAMED_ACCOUNT.c.account, NAMED_ACCOUNT.c.reason], profile, marks,
            )),
        ]  # fmt: skip
    store.close()
    return found


class Service:
    """A slow Bluesky on the loopback; `calls` is released once for every request that it answers."""

    def __init__(self) -> None:
        fake, lock, calls = FakeBluesky(FOLLOWERS), threading.Lock(), threading.Semaphore(0)
        fake.page_size = PAGE

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                time.sleep(0.01)
                with lock:
                    answer = fake(httpx.Request("GET", f"http://127.0.0.1{self.path}"))
                calls.release()
                try:
                    self.send_response(answer.status_code)
                    self.end_headers()
                    self.wfile.write(answer.content)
                except OSError:
                    return  # who asked was killed

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.calls = calls
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_killed_at_fifty_random_moments_it_ends_as_if_undisturbed(tmp_path: Path, service: Service) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for folder in (whole, killed):
        folder.mkdir()
        opened(folder).close()
    assert pull(whole, service.url) is End.LIST
    undisturbed = contents(whole)
    context = multiprocessing.get_context("forkserver")  # a warm process each time: fifty cold ones take a minute
    context.set_forkserver_preload(["tests.collectors.test_pull_proof"])
    rng, reached = random.Random(7), [0]  # noqa: S311 - a schedule, not a secret
    for _ in range(KILLS):
        while service.calls.acquire(blocking=False):
            """What was asked before this child was born."""
        child = context.Process(target=pull, args=(killed, service.url))
        child.start()
        for _ in range(rng.randint(1, 4)):
            assert service.calls.acquire(timeout=60)
        time.sleep(rng.uniform(0, 0.04))  # in the answer, in the write, between two pages
        assert child.is_alive(), "the list is long enough for fifty deaths before its end"
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        members = contents(killed)[0]
        assert members == undisturbed[0][: len(members)], "in list order, each once, at every moment"
        reached.append(len(members))
    assert len(set(reached)) > KILLS // 3, "it died at many different pages"
    assert pull(killed, service.url) is End.LIST
    assert contents(killed) == undisturbed


def test_a_long_schedule_of_faults_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """A third of all calls goes wrong in some way; whenever the pull stops, it is taken up again."""
    rng = random.Random(11)  # noqa: S311 - a schedule, not a secret
    made = Rig(tmp_path, FakeBluesky(REQUESTS * 2 // 3 * 4))
    made.fake.page_size = 4
    last: list[bytes] = [b"{}"]

    def serve(request: httpx.Request) -> httpx.Response:
        kind = rng.random()
        if kind < 0.06:
            return answers(429, retry_after=str(rng.choice([1, 30, 2000])))(request)
        if kind < 0.12:
            return answers(rng.choice([500, 502, 503]))(request)
        if kind < 0.18:
            return fails(rng.choice([httpx.ReadTimeout, httpx.ConnectError]))(request)
        good = made.fake(request)
        if kind < 0.26:
            return httpx.Response(200, content=good.content[: rng.randrange(1, len(good.content))])
        if kind < 0.33 and b"cursor" in last[0]:
            return httpx.Response(200, content=last[0])  # a cache that serves the page before
        last[0] = good.content
        return good

    made.server = serve  # type: ignore[assignment]
    stops = 0
    with stamina.set_testing(True, attempts=ATTEMPTS):
        while True:
            try:
                assert made.pull().end is End.LIST
                break
            except RetryLater as error:
                made.clock.sleep(error.after)
                stops += 1
    assert stops > 0
    assert made.fake.calls >= REQUESTS * 2 // 3
    assert made.members() == made.expected(made.fake.members)
    assert made.pulls() == [("complete", len(made.fake.members))]
    made.store.close()
