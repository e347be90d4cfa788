"""The near-random draw: each identity has about the same chance whenever it was made; retired and odd operations make none."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import stamina

from collectors.bluesky.drawing import FIRST, WINDOW, Directory, draw
from collectors.errors import StopRun
from collectors.http import ATTEMPTS, Http, Operator, open_client
from collectors.limits import Pace
from storage.engine import create_store

NOW = datetime(2026, 11, 1, tzinfo=UTC)


class FakeDirectory:
    """A directory whose identities were made at the given times, in order; every third gets a second operation a minute later."""

    def __init__(self, made: list[datetime]) -> None:
        rows = [(at, f"did:plc:a{number:06d}", None) for number, at in enumerate(made)]
        rows += [(at + timedelta(minutes=1), did, "bafy") for at, did, _ in rows[::3]]
        self.rows = sorted(rows)
        self.lines = [
            json.dumps({"did": did, "createdAt": stamp(at), "operation": {"prev": prev}, "nullified": False})
            for at, did, prev in self.rows
        ]
        self.faults: list[httpx.Response] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.faults:
            return self.faults.pop(0)
        after = datetime.fromisoformat(request.url.params["after"])
        start = next((at for at, row in enumerate(self.rows) if row[0] > after), len(self.rows))
        return httpx.Response(200, text="\n".join(self.lines[start : start + int(request.url.params["count"])]) + "\n")


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.fixture
def drawn(tmp_path: Path) -> Iterator:
    store = create_store(f"sqlite:///{tmp_path}/f.db", key=bytes(range(32)), vault_path=tmp_path / "v.db")
    clock = [NOW.timestamp()]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    def run(fake: FakeDirectory, people: int, seed: int = 1) -> list[str]:
        with open_client(Operator("ops@example.org"), transport=httpx.MockTransport(fake)) as client:
            http = Http(client, Pace(store, clock=lambda: clock[0], sleep=sleep))
            return draw(Directory(http, "https://plc.test"), people, seed=seed, now=NOW)

    with stamina.set_testing(True, attempts=ATTEMPTS):
        yield run
    store.close()


def made_in(spans: list[tuple[datetime, datetime, int]]) -> list[datetime]:
    """So many identities evenly in each span."""
    return sorted(begin + (end - begin) * (number + 0.5) / count for begin, end, count in spans for number in range(count))


def test_busy_years_are_drawn_as_often_as_their_share_of_identities(drawn) -> None:
    year = timedelta(days=365)
    fake = FakeDirectory(
        made_in([(FIRST, FIRST + year, 2_000), (FIRST + year, FIRST + 2 * year, 30_000), (FIRST + 2 * year, NOW, 8_000)])
    )
    people = [int(did[-6:]) for seed in range(4) for did in drawn(fake, 500, seed)]
    shares = [
        sum(first <= each < last for each in people) / len(people)
        for first, last in ((0, 2_000), (2_000, 32_000), (32_000, 40_000))
    ]
    assert shares == pytest.approx([0.05, 0.75, 0.2], abs=0.04)


def test_the_same_seed_draws_the_same_and_nobody_twice(drawn) -> None:
    fake = FakeDirectory(made_in([(FIRST, NOW, 5_000)]))
    first = drawn(fake, 300)
    assert first == drawn(fake, 300)
    assert len(set(first)) == 300
    assert set(first) != set(drawn(fake, 300, seed=2))


def test_a_small_directory_gives_everybody_once(drawn) -> None:
    fake = FakeDirectory(made_in([(FIRST + timedelta(days=1), NOW - timedelta(days=10), 12)]))
    assert len(drawn(fake, 500)) <= 12


def test_faults_pass_and_an_empty_or_odd_directory_needs_a_human(drawn) -> None:
    fake = FakeDirectory(made_in([(FIRST, NOW, 3_000)]))
    fake.faults = [
        httpx.Response(500),
        httpx.Response(200, text='{"did": "did:plc:x", "crea'),
        httpx.Response(429, headers={"retry-after": "2"}),
    ]
    assert len(drawn(fake, 50)) == 50
    with pytest.raises(StopRun, match="lists no identity"):
        drawn(FakeDirectory([]), 10)
    fake.faults = [httpx.Response(200, text='{"hello": 1}\n')]
    with pytest.raises(StopRun, match="API may have changed"):
        drawn(fake, 10)
    assert WINDOW == 1000
