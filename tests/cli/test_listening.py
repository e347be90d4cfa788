"""`collect events` against a real WebSocket server on the loopback: what it prints, where it goes on, when it refuses."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store, open_store
from storage.pulling import watch
from storage.tables import EVENT_POSITION
from storage.watching import add_watched
from tests.collectors.fake_events import FakeEvents, Happening, served

WHO = 'controller = "Acme"\npurpose = "tests"\ncontact = "ops@example.org"\n'
STAR = "did:plc:star"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
Call = Callable[..., Result]


@pytest.fixture
def fake() -> FakeEvents:
    return FakeEvents([Happening("handle", "did:plc:ann")])


@pytest.fixture(params=["firehose", "jetstream"])
def source(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def call(tmp_path: Path, fake: FakeEvents, source: str) -> Iterator[Call]:
    (tmp_path / "fanfit.toml").write_text(WHO, "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    watch(store, "bluesky", [STAR], now=NOW)
    add_watched(store, store.pseudonymiser.one("bluesky", STAR), [], "", now=NOW)
    store.close()
    with served(fake, getattr(fake, source)) as address:
        fake.address = address

        def invoke(*arguments: str) -> Result:
            given = [
                "--workspace",
                str(tmp_path),
                "--set",
                f"sources.{source}={address}",
                "collect",
                "events",
                "--source",
                source,
            ]
            return CliRunner().invoke(app, [*given, "--seconds", "1", *arguments])

        yield invoke


def test_who_comes_for_the_first_time_is_told_nothing_of_the_past(call: Call, fake: FakeEvents, source: str) -> None:
    begun = call("--json")
    assert begun.exit_code == 0, begun.stderr
    assert json.loads(begun.stdout)["frames"] == 0
    assert all("cursor" not in path for path in fake.asked)
    assert source in begun.stderr


def test_it_goes_on_where_it_was(call: Call, fake: FakeEvents, tmp_path: Path, source: str) -> None:
    fake.happenings += [Happening("follow", "did:plc:ann", "a", STAR), Happening("unfollow", "did:plc:ann", "a")]
    begin = 1 if source == "firehose" else round(fake.time(0).timestamp() * 1_000_000)
    store = open_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    with store.write("test") as conn:
        row = {"feed": f"{source} {fake.address}", "position": begin, "begun": NOW, "at": NOW}
        conn.execute(EVENT_POSITION.insert().values(row))
    store.close()
    done = json.loads(call("--until-now", "--json").stdout)
    assert (done["gained"], done["lost"], done["gaps"]) == (1, 1, 0)
    again = json.loads(call("--until-now", "--json").stdout)
    assert (again["gained"], again["lost"]) == (0, 0)


def test_in_words(call: Call) -> None:
    assert "Events read: 0; follows made: 0, taken back: 0; gaps: 0." in call(STAR, "--lang", "en").stdout
    assert "读取事件 0 条" in call("--lang", "zh", "--until-now").stdout


@pytest.mark.parametrize("source", ["firehose"], indirect=True)
def test_a_server_that_refuses(call: Call, fake: FakeEvents) -> None:
    fake.refuses = "FutureCursor"
    done = call("--lang", "en")
    assert done.exit_code == 1
    assert "start again with --from-now" in done.stderr


@pytest.mark.parametrize("source", ["jetstream"], indirect=True)
def test_nobody_to_listen_for(call: Call, tmp_path: Path) -> None:
    assert call("nobody.test").exit_code != 0
    runner = CliRunner()
    assert runner.invoke(app, ["--workspace", str(tmp_path), "watch", "remove", STAR]).exit_code == 0
    done = call("--lang", "en")
    assert done.exit_code == 2
    assert "watch add" in done.stderr
