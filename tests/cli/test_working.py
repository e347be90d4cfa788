"""The commands of schedules and worker against a slow platform on the loopback: planned, run, stopped at a page, shown."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from jobs.handlers import COLLECT
from storage import scheduling as s
from storage.engine import Store, create_store, open_store
from tests.collectors.fake_bluesky import OWNER, FakeBluesky

KEY = bytes(range(32))
WHO = 'controller = "Acme"\npurpose = "tests"\ncontact = "ops@example.org"\n'
FOLLOWERS = 2_000
Call = Callable[..., Result]


@pytest.fixture
def fake() -> FakeBluesky:
    return FakeBluesky(FOLLOWERS)


@pytest.fixture
def service(fake: FakeBluesky) -> Iterator[str]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(0.03)
            with lock:
                answer = fake(httpx.Request("GET", f"http://127.0.0.1{self.path}"))
            self.send_response(answer.status_code)
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "fanfit.toml").write_text(WHO, "utf-8")
    (tmp_path / "secret.key").write_text(KEY.hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=KEY, vault_path=tmp_path / "vault.db").close()
    made = open_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=KEY, vault_path=tmp_path / "vault.db")
    yield made
    made.close()


@pytest.fixture
def options(tmp_path: Path, service: str) -> list[str]:
    return ["--workspace", str(tmp_path), "--set", f"sources.bluesky={service}"]


@pytest.fixture
def call(options: list[str], store: Store, tmp_path: Path) -> Call:
    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*options, *arguments])

    assert s.list_schedules(store) == []
    file = tmp_path / "c.csv"
    file.write_text(f"platform,native_id\nbluesky,{OWNER}\n", "utf-8")
    assert invoke("candidates", "import", str(file), "--name", "shops").exit_code == 0
    return invoke


def overdue(store: Store) -> None:
    """A schedule of the list that was due three hours ago, and the three hours before."""
    hours = sorted((datetime.now(UTC) - timedelta(hours=number)).hour for number in (3, 4, 5, 6))
    since = datetime.now(UTC) - timedelta(hours=7)
    wanted = {"followers": None, "sample": 5, "posts": 0, "fresh_hours": 0.5}
    cron = f"0 {','.join(map(str, hours))} * * *"
    s.add_schedule(store, kind=COLLECT, subject="shops", cron=cron, timezone="UTC", options=wanted, now=since)


def test_a_schedule_is_made_shown_paused_resumed_and_removed(call: Call) -> None:
    added = call("schedule", "add", "shops", "--cron", "0 9 * * 1", "--timezone", "Asia/Shanghai", "--sample", "50", "--json")
    assert added.exit_code == 0, added.stderr
    made = json.loads(added.stdout)
    assert (made["words"], made["options"]["sample"], made["next"][-5:]) == ("Mondays at 09:00, Asia/Shanghai", 50, "09:00")
    assert "每周一 09:00(上海时间)" in call("schedule", "list", "--lang", "zh").stdout
    assert "is paused" in call("schedule", "pause", "1").stderr
    (listed,) = json.loads(call("schedule", "list", "--json").stdout)
    assert (listed["paused"], listed["next"]) == (True, None)
    assert "paused" in call("schedule", "list").stdout
    assert "goes on" in call("schedule", "resume", "1").stderr
    assert json.loads(call("schedule", "pause", "1", "--json").stdout)["paused"] is True
    assert call("schedule", "remove", "1").exit_code == 2, "there is nobody to ask"
    assert "removed" in call("schedule", "remove", "1", "--yes").stderr
    assert json.loads(call("schedule", "list", "--json").stdout) == []
    assert "Nothing is scheduled" in call("schedule", "list").stderr


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["shops", "--cron", "0 9 * * 1"], "--timezone"),
        (["shops", "--cron", "0 9 * * 9", "--timezone", "UTC"], "sun to sat"),
        (["shops", "--cron", "0 9 * * 1", "--timezone", "Mars"], "IANA name"),
        (["nobody", "--cron", "0 9 * * 1", "--timezone", "UTC"], "no candidate list"),
        (["shops", "--cron", "0 * * * *", "--timezone", "UTC"], "every 1 h"),
        (["shops", "--cron", "0 9 * * 1", "--timezone", "UTC", "--platform", "myspace"], "expected one of"),
        (["shops", "--cron", "0 9 * * 1", "--timezone", "UTC", "--followers", "many"], "a number or all"),
    ],
)
def test_what_cannot_be_scheduled_is_said(call: Call, wrong: list[str], said: str) -> None:
    done = call("schedule", "add", *wrong)
    assert done.exit_code == 2
    assert said in done.stderr


@pytest.mark.parametrize("command", ["pause", "resume", "remove"])
def test_a_schedule_that_is_not_there_is_said(call: Call, command: str) -> None:
    done = call("schedule", command, "7", *(["--yes"] if command == "remove" else []))
    assert (done.exit_code, "no schedule 7" in done.stderr) == (2, True)


def test_one_run_does_what_is_due_and_jobs_shows_it(call: Call, store: Store) -> None:
    assert "Nothing was due yet" in call("jobs").stderr
    assert "Nothing is due" in call("worker", "--once").stderr
    overdue(store)
    done = call("worker", "--once", "--json")
    assert done.exit_code == 0, done.stderr
    (ran,) = json.loads(done.stdout)
    assert (ran["status"], ran["note"]) == ("done", f"1 accounts: {FOLLOWERS} listed, 5 profiles, 0 posts; 0 left out")
    shown = call("jobs").stdout
    assert shown.index("missed") < shown.index("done"), "trouble first"
    assert "nobody ran it before the next one was due" in shown
    assert "3 missed, 1 done" in shown
    assert "错过 3、完成 1" in call("jobs", "--lang", "zh").stdout
    assert [each["status"] for each in json.loads(call("jobs", "--json", "--limit", "4").stdout)] == ["missed"] * 3 + ["done"]


def test_a_failed_run_is_an_exit_code_and_stands_first(call: Call, store: Store, fake: FakeBluesky) -> None:
    overdue(store)
    fake.gone_after = 0
    done = call("worker", "--once")
    assert done.exit_code == 1
    assert "failed" in done.stderr
    assert call("jobs").stdout.splitlines()[3].split("│")[3].strip() == "failed"


def test_json_of_a_worker_that_does_not_end_is_refused(call: Call) -> None:
    assert call("worker", "--json").exit_code == 2


def test_sigterm_stops_a_job_at_a_page_and_the_next_worker_goes_on(
    call: Call, store: Store, fake: FakeBluesky, options: list[str], root: Path
) -> None:
    overdue(store)
    command = [sys.executable, "-c", "from cli.main import app; app()", *options, "worker"]
    with subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True) as child:
        while fake.calls < 5:
            assert child.poll() is None
            time.sleep(0.01)
        child.terminate()
        _, said = child.communicate(timeout=60)
    assert child.returncode == 0, said
    assert "stopped" in said
    calls = fake.calls
    assert calls < FOLLOWERS // 100, "in the middle of the list"
    (stopped,) = [each for each in s.recent_slots(store, 9, trouble_since=datetime.now(UTC)) if each.status != s.MISSED]
    assert (stopped.status, stopped.note) == (s.STOPPED, "stopped after 1 accounts; goes on there")
    assert call("worker", "--once").exit_code == 0
    (done,) = [each for each in s.recent_slots(store, 9, trouble_since=datetime.now(UTC)) if each.status != s.MISSED]
    assert (done.status, done.due, done.attempt) == (s.DONE, stopped.due, 1)
    assert done.epoch > stopped.epoch
    assert FOLLOWERS // 100 <= fake.calls <= FOLLOWERS // 100 + 8, "the pages before the stop were not asked for again"
