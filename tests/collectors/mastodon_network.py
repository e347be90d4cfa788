"""Several servers of the Mastodon API at once, and our source opened over them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import stamina

from collectors.base import Stream, Target
from collectors.http import Operator, open_client
from collectors.limits import Pace
from collectors.mastodon.collector import HOME, Mastodon, open_mastodon
from collectors.paginate import steps
from storage.engine import Store
from storage.records import AccountRecord, FollowRecord
from tests.collectors.contract import Clock
from tests.collectors.fake_mastodon import HOST, NOW, OWNER, FakeMastodon

TARGET = Target("mastodon", OWNER)
Opened = Callable[..., Mastodon]


class Network:
    """Several servers by host; others are not there."""

    def __init__(self, **servers: Callable[[httpx.Request], httpx.Response]) -> None:
        self.servers = {HOST: FakeMastodon(200), **servers}
        self.asked: list[str] = []

    @property
    def home(self) -> Any:
        return self.servers[HOST]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.url.host}{request.url.path.removeprefix('/api/v1')}")
        if request.url.host not in self.servers:
            message = "no such host"
            raise httpx.ConnectError(message, request=request)
        return self.servers[request.url.host](request)


@contextmanager
def opener(store: Store) -> Iterator[Opened]:
    """Opens our source over servers, at the accounts' homes or at one named server."""
    with ExitStack() as stack:
        stack.enter_context(stamina.set_testing(True, attempts=3))
        clock = Clock()

        def make(server: Callable[[httpx.Request], httpx.Response], service: str = HOME) -> Mastodon:
            client = stack.enter_context(open_client(Operator("ops@example.org"), transport=httpx.MockTransport(server)))
            return open_mastodon(client, Pace(store, clock=clock, sleep=clock.sleep), service, lambda: NOW)

        yield make


def read(stream: Stream, target: Target = TARGET) -> list[Any]:
    """Every record of a stream, page by page to its end."""
    return [record for step in steps(stream, target, cursor=None, items=None, watermark=None) for record in step.batch.records]


def followers(records: list[Any]) -> list[str]:
    return [record.follower_id for record in records if isinstance(record, FollowRecord)]


def profiles(records: list[Any]) -> dict[str, AccountRecord]:
    return {record.native_id: record for record in records if isinstance(record, AccountRecord)}
