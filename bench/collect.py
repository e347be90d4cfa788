"""Followers per second of a whole pull, with all its bookkeeping, beside a bare loop and the AT Protocol SDK; and its memory.

    python bench/collect.py [--seeds ROUNDS] [--followers 2000] [--memory 20000]

Needs the local AT Protocol network: `make test-atproto` sets it up in .atproto, ATPROTO_NETWORK names another folder. The three
are alternated in one run against one server; wall time, since waiting for the server is most of it. Only the ratios travel.
SET `followers` has the server on the same two cores, so that whatever the client computes is taken from the server; in SET `followers_far`
50 ms of waiting before each answer stand in for a network (simulated): that is what a platform's servers are like.
"""

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402

from collectors.base import Target  # noqa: E402
from collectors.bluesky.collector import open_bluesky  # noqa: E402
from collectors.http import Operator, open_client  # noqa: E402
from collectors.limits import Pace  # noqa: E402
from collectors.run import collect  # noqa: E402
from storage.engine import create_store, open_store  # noqa: E402
from storage.pulling import StreamKey, begin_pull  # noqa: E402
from storage.records import Frame, ListKind, Order, Provenance, PullFacts  # noqa: E402
from tests.atproto.network import Network, installed  # noqa: E402

KEY = bytes(range(32))
_FAR = ", far"
FAR = 0.05  # seconds that a network is taken to need


class Network50(httpx.HTTPTransport):
    """A transport with a network of 50 ms in front of it."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends after the wait."""
        time.sleep(FAR)
        return super().handle_request(request)


def far_bare(service: str, did: str, folder: Path) -> int:
    """The bare loop over that network."""
    return bare(service, did, folder, Network50())


def far_fanfit(service: str, did: str, folder: Path) -> int:
    """A pull over that network."""
    return fanfit(service, did, folder, transport=Network50())


def bare(service: str, did: str, _: Path, transport: httpx.BaseTransport | None = None) -> int:
    """What a user would write: a client, a cursor, a list in memory."""
    found: list[str] = []
    params: dict[str, str | int] = {"actor": did, "limit": 100}
    with httpx.Client(transport=transport) as client:
        while True:
            page = client.get(f"{service}/xrpc/app.bsky.graph.getFollowers", params=params).json()
            found += [each["did"] for each in page["followers"]]
            if "cursor" not in page:
                return len(set(found))
            params["cursor"] = page["cursor"]


def sdk(service: str, did: str, _: Path) -> int:
    """The same through the SDK's typed models."""
    from atproto import Client, models

    client, cursor, found = Client(base_url=f"{service}/xrpc"), None, set()
    while True:
        params = models.AppBskyGraphGetFollowers.Params(actor=did, limit=100, cursor=cursor)
        page = client.app.bsky.graph.get_followers(params)
        found.update(each.did for each in page.followers)
        if not page.cursor:
            return len(found)
        cursor = page.cursor


def fanfit(service: str, did: str, folder: Path, items: int | None = None, transport: httpx.BaseTransport | None = None) -> int:
    """A pull into a workspace: edges, list, profiles, vault and cursor of every page written while the next is fetched."""

    def now() -> datetime:
        return datetime.now(UTC)

    store = open_store(f"sqlite:///{folder}/fanfit.db", key=KEY, vault_path=folder / "vault.db")
    with open_client(Operator("bench@example.org"), transport=transport) as client:
        pace = Pace(store)
        stream = open_bluesky(client, pace, service, now).stream("followers")
        facts = PullFacts(ListKind.FOLLOWERS, Frame.UNKNOWN, now(), Order.NEWEST_FIRST)
        key, origin = StreamKey("bluesky", "followers", did), Provenance("bench", "bench", now())
        pull = begin_pull(store, key, origin, now=now(), facts=facts, indexer=None)
        done = collect(stream, Target("bluesky", did), pull, items=items, clock=now, ahead=True)
    store.close()
    return done.items


@contextmanager
def workspace() -> Iterator[Path]:
    """An empty workspace: making one is no part of a pull."""
    with tempfile.TemporaryDirectory() as folder:
        create_store(f"sqlite:///{folder}/fanfit.db", key=KEY, vault_path=Path(folder) / "vault.db").close()
        yield Path(folder)


def peak(service: str, did: str, items: int, said: "multiprocessing.Queue[float]") -> None:
    """Peak memory in MB of a process that pulls so many followers."""
    with workspace() as folder:
        fanfit(service, did, folder, items)
    said.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def memory(service: str, did: str, items: int) -> float:
    """The same in a process of its own."""
    context = multiprocessing.get_context("spawn")
    said: multiprocessing.Queue[float] = context.Queue()
    child = context.Process(target=peak, args=(service, did, items, said))
    child.start()
    found = said.get()
    child.join()
    return found


def main() -> None:
    """Run, print a table, end with one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=7, help="rounds")
    parser.add_argument("--followers", type=int, default=2_000)
    parser.add_argument("--memory", type=int, default=20_000, help="followers of the larger pull whose memory is measured")
    given = parser.parse_args()
    packages = Path(os.environ.get("ATPROTO_NETWORK", ROOT / ".atproto"))
    if not installed(packages):
        message = f"no AT Protocol network in {packages}: `make test-atproto` sets one up"
        raise SystemExit(message)
    times, flat = measured(packages, given.followers, given.seeds, given.memory)
    results = {
        name: {
            "followers_per_s": given.followers / statistics.median(spent),
            "ratio": statistics.median(a / b for a, b in zip(times[_peer(name)], spent, strict=True)),
        }
        for name, spent in times.items()
    }
    results["fanfit"] |= {f"peak_mb_{count}": value for count, value in flat.items()}
    print(f"{'':<16}{'followers/s':>12}{'ratio':>8}")
    for name, metrics in results.items():
        print(f"{name:<16}{metrics['followers_per_s']:>12.0f}{metrics['ratio']:>8.2f}")
    print("peak memory:", ", ".join(f"{count:,} followers {value:.0f} MB" for count, value in flat.items()))
    near = {name: metrics for name, metrics in results.items() if not name.endswith(_FAR)}
    far = {name.removesuffix(_FAR): metrics for name, metrics in results.items() if name.endswith(_FAR)}
    print(json.dumps({"bench": "collect", "results": {"followers": near, "followers_far": far}}))


def _peer(name: str) -> str:
    return f"bare loop{_FAR}" if name.endswith(_FAR) else "bare loop"


def measured(packages: Path, followers: int, rounds: int, large: int) -> tuple[dict[str, list[float]], dict[int, float]]:
    """Seconds of each way, round by round; and peak memory in MB by followers pulled."""
    work = Path(tempfile.mkdtemp(prefix="fanfit-bench-"))
    ways: dict[str, Callable[[str, str, Path], int]] = {
        "fanfit": fanfit, "bare loop": bare, "SDK": sdk, "fanfit, far": far_fanfit, "bare loop, far": far_bare,
    }  # fmt: skip
    times: dict[str, list[float]] = {name: [] for name in ways}
    try:
        with running(packages, work / "speed", followers) as network:
            service, did = network.ready["appview"], network.ready["accounts"][0]["did"]
            for each in ways.values():
                _timed(each, service, did, [])  # the first round pays for imports and caches
            for _ in range(rounds):
                counts = {name: _timed(each, service, did, times[name]) for name, each in ways.items()}
                if len(set(counts.values())) != 1:
                    message = f"they disagree on how many followers there are: {counts}"
                    raise SystemExit(message)
        with running(packages, work / "memory", large) as network:
            service, did = network.ready["appview"], network.ready["accounts"][0]["did"]
            flat = {count: memory(service, did, count) for count in (1_000, large)}
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return times, flat


def _timed(way: Callable[[str, str, Path], int], service: str, did: str, times: list[float]) -> int:
    with workspace() as folder:
        start = time.perf_counter()
        found = way(service, did, folder)
        times.append(time.perf_counter() - start)
    return found


@contextmanager
def running(packages: Path, work: Path, followers: int) -> Iterator[Network]:
    """A network with so many followers, stopped at the end."""
    work.parent.chmod(0o755)  # PostgreSQL runs as another user
    network = Network(packages, work, followers, accounts=2, limited=False)
    try:
        network.start()
        yield network
    finally:
        network.stop()


if __name__ == "__main__":
    main()
