"""Campaigns and deliveries from the terminal, on a designed store: made, listed, run now and by the worker, paused, refused."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from tests.jobs.delivery_servers import Mailbox, smtp_server
from tests.jobs.test_campaign import PERSONA, World

Call = Callable[..., Result]


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server() as made:
        yield made


@pytest.fixture
def call(tmp_path: Path, box: Mailbox) -> Call:
    world = World(tmp_path, box)
    job = type("Job", (), {"accounts": tuple(world.shares)})()
    world.collect("sim", job, lambda: False)
    world.store.close()
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    (tmp_path / "women.yaml").write_text(PERSONA, "utf-8")
    (tmp_path / "fanfit.toml").write_text(
        'controller = "Acme"\npurpose = "tests"\ncontact = "ops@example.org"\ntimezone = "Asia/Shanghai"\n'
        f'[mail]\nhost = "127.0.0.1"\nport = {box.port}\nsender = "fanfit@acme.test"\nsecurity = "none"\n',
        "utf-8",
    )
    return lambda *arguments: CliRunner().invoke(app, ["--workspace", str(tmp_path), *arguments])


def new(call: Call, tmp_path: Path, *more: str) -> Result:
    who = ("--client", "Acme", "--persona", str(tmp_path / "women.yaml"), "--candidates", "list", "--sample", "100")
    return call("campaign", "new", "autumn", *who, *more)


def test_a_campaign_is_made_run_and_shown(call: Call, tmp_path: Path, box: Mailbox) -> None:
    made = new(
        call, tmp_path, "--cron", "0 9 * * 1", "--to", "mailto:planner@client.test", "--to", "folder:out", "--report-lang", "zh"
    )
    assert made.exit_code == 0, made.output
    assert "Mondays at 09:00" in made.output
    done = call("campaign", "run", "autumn", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [each["account"] for each in told["moves"]] == ["falling", "steady", "leaving", "rising"]
    assert [each["status"] for each in told["delivered"]] == ["sent", "sent"]
    assert all(Path(path).is_file() for path in told["files"])
    assert len(box.mails) == 1
    shown = json.loads(call("campaign", "show", "autumn", "--json").stdout)
    assert [(run["run"], run["before"]) for run in shown["runs"]] == [(1, None)]
    again = call("campaign", "run", "autumn", "--lang", "zh")
    assert "没有变化" in again.stdout
    names = [each["campaign"] for each in json.loads(call("campaign", "list", "--json").stdout)]
    assert names == ["spring", "autumn"]
    listed = json.loads(call("deliver", "list", "--json").stdout)
    assert {each["status"] for each in listed} == {"sent"}


def test_it_is_paused_and_resumed_and_one_without_a_schedule_says_so(call: Call, tmp_path: Path) -> None:
    new(call, tmp_path, "--cron", "0 9 * * 1")
    assert call("campaign", "pause", "autumn").exit_code == 0
    assert "(paused)" in call("campaign", "show", "autumn").stdout
    assert call("campaign", "resume", "autumn").exit_code == 0
    assert "(paused)" not in call("campaign", "show", "autumn").stdout
    assert "no schedule" in call("campaign", "pause", "spring").output


@pytest.mark.parametrize(
    ("more", "said"),
    [(("--to", "planner@client.test"), "mailto:ADDRESS"), (("--platform", "myspace"), "expected one of"), (("--cron", "0 9 * *"), "cron"),
     (("--cron", "0 9 * * 1", "--timezone", "Mars/Base"), "Mars/Base"), (("--of", "viewers"), "followers, engagers")],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_made(call: Call, tmp_path: Path, more: tuple[str, ...], said: str) -> None:
    done = new(call, tmp_path, *more)
    assert done.exit_code != 0
    assert said in done.output
    assert [each["campaign"] for each in json.loads(call("campaign", "list", "--json").stdout)] == ["spring"]


def test_a_test_message_arrives_or_says_why_not(call: Call, box: Mailbox, tmp_path: Path) -> None:
    assert "已送达" in call("deliver", "test", "mailto:planner@client.test", "--lang", "zh").stdout
    assert len(box.mails) == 1
    assert call("deliver", "test", f"folder:{tmp_path}/out").exit_code == 0
    refused = call("deliver", "test", "slack:TEAM")
    assert refused.exit_code == 1
    assert "FANFIT_WEBHOOK_TEAM" in refused.stdout
    box.answers = ["451 later"]
    assert call("deliver", "test", "mailto:planner@client.test").exit_code == 1
    assert "tried again later" in call("deliver", "list").stdout
    assert "Nothing is due" in call("deliver", "retry").stdout
