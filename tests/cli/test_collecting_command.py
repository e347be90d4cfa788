"""The commands of collection against a real HTTP server on the loopback: what they print, and when they refuse."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import stamina
from typer.testing import CliRunner, Result

from cli.main import app
from collectors.registry import SOURCES
from storage.engine import create_store
from tests.collectors.fake_bluesky import OWNER, FakeBluesky

WHO = 'controller = "Acme"\npurpose = "tests"\ncontact = "ops@example.org"\n'
Call = Callable[..., Result]


@pytest.fixture
def fake() -> FakeBluesky:
    made = FakeBluesky(40)
    made.feed = [made.post(number, f"周末去露营 {number}:帐篷、睡袋和营地推荐") for number in range(3)]
    return made


@pytest.fixture
def agents() -> list[str]:
    """The User-Agents that the server was told."""
    return []


@pytest.fixture
def service(fake: FakeBluesky, agents: list[str]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            agents.append(self.headers["User-Agent"])
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
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "fanfit.toml").write_text(WHO, "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db").close()
    return tmp_path


@pytest.fixture
def call(workspace: Path, service: str) -> Call:
    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(
            app,
            ["--workspace", str(workspace), "--set", f"sources.bluesky={service}", "--set", f"sources.plc={service}", *arguments],
        )

    return invoke


def test_a_collection_from_the_terminal_and_its_second_run(call: Call, agents: list[str], fake: FakeBluesky) -> None:
    done = call("collect", "run", OWNER, "gone.test", "--sample", "10", "--posts", "5", "--json")
    assert done.exit_code == 0, done.stderr
    told = {each["account"]: each for each in json.loads(done.stdout)["accounts"]}
    assert (told[OWNER]["listed"], told[OWNER]["end"], told[OWNER]["profiles"], told[OWNER]["posts"]) == (40, "list", 10, 30)
    assert told["gone.test"]["skipped"] == "not found"
    assert set(agents) == {agents[0]}
    assert "fanfit/" in agents[0]
    assert "ops@example.org" in agents[0]
    listed = call("imports", "list", "--lang", "zh").stdout
    assert "粉丝" in listed
    assert "1 页" in listed
    before = fake.calls
    assert "read not long ago" in call("collect", "run", OWNER, "--sample", "10", "--posts", "5").stdout
    assert fake.calls == before + 1


def test_a_collected_list_is_scored(call: Call, workspace: Path) -> None:
    (workspace / "p.yaml").write_text("name: campers\nmust:\n  - interest: camping\n", "utf-8")
    file = workspace / "c.csv"
    file.write_text(f"platform,native_id\nbluesky,{OWNER}\n", "utf-8")
    assert call("candidates", "import", str(file)).exit_code == 0
    assert call("collect", "run", "--candidates", "candidates", "--sample", "30").exit_code == 0
    found = json.loads(call("shortlist", "--persona", str(workspace / "p.yaml"), "--sample", "30", "--json").stdout)
    (card,) = found["cards"]
    assert (card["frame"]["frame"], card["frame"]["seen"], card["n"] + card["n_unknown"]) == ("complete", 40, 30)
    assert card["frame"]["source"].startswith("bluesky: http://127.0.0.1")
    assert card["frame"]["basis"] == "Acme: tests"


def test_a_plan_makes_no_call(call: Call, fake: FakeBluesky) -> None:
    done = call("collect", "plan", OWNER, "--followers", "200", "--sample", "50")
    assert done.exit_code == 0, done.stderr
    assert "points" in done.stdout
    assert "For ±5 points of an account's share, draw 385 of its followers (--sample 385)." in " ".join(done.stdout.split())
    assert fake.calls == 0


@pytest.mark.parametrize(
    ("lang", "says"), [("en", "gives no list of followers"), ("zh", "不提供粉丝名单:只读取账号自己的资料和帖子,不抽样。可改读")]
)
def test_a_plan_of_a_list_that_no_platform_gives_says_so(call: Call, lang: str, says: str) -> None:
    done = call("collect", "plan", "own", "--platform", "weibo", "--lang", lang)
    assert done.exit_code == 0, done.stderr
    assert says in done.stderr
    assert "±" not in done.stdout


def test_a_platform_that_is_away_is_said_with_when_to_try_again(workspace: Path) -> None:
    given = ["--workspace", str(workspace), "--set", "sources.bluesky=http://127.0.0.1:9", "collect", "run", OWNER]
    with stamina.set_testing(True, attempts=2):
        done = CliRunner().invoke(app, given)
    assert done.exit_code == 1
    assert "did not answer" in done.stderr
    assert "try again in 5 minutes" in done.stderr


def test_who_collects_must_be_said(call: Call, workspace: Path) -> None:
    (workspace / "fanfit.toml").write_text('controller = "Acme"\n', "utf-8")
    done = call("collect", "run", OWNER)
    assert done.exit_code == 2
    assert "purpose, contact" in done.stderr


@pytest.mark.parametrize("wrong", [["--followers", "many"], ["--platform", "myspace"], []])
def test_wrong_use_is_said(call: Call, wrong: list[str]) -> None:
    assert call("collect", "run", *([OWNER, *wrong] if wrong else [])).exit_code == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_sources_say_what_they_can_and_cannot_know(call: Call, lang: str) -> None:
    printed = call("sources", "--lang", lang).stdout
    for entry in SOURCES.values():
        for words in (entry.card.can, entry.card.cannot, entry.card.cost, entry.card.terms, entry.card.kept):
            assert words[lang == "zh"] in printed
    assert set(json.loads(call("sources", "--json").stdout)) == set(SOURCES)


def test_accounts_are_found_by_words_and_nothing_of_them_is_kept(call: Call, workspace: Path) -> None:
    found = json.loads(call("collect", "search", "fan0001", "--most", "4", "--json").stdout)
    assert [each["handle"] for each in found] == [f"fan0001{number}.bsky.test" for number in range(4)]
    assert {each["followers"] for each in found} == {7}
    assert "fan00012.bsky.test" in call("collect", "search", "fan00012", "--lang", "zh").stdout
    for path in workspace.glob("*.db"):
        assert b"fan0001" not in path.read_bytes()


def test_engagers_are_collected_and_ranked_as_a_base_of_their_own(call: Call, fake: FakeBluesky, workspace: Path) -> None:
    first = fake.by(fake.feed[0], OWNER)["post"]["uri"]
    fake.reacted = {(first, "like"): fake.members[:20], (first, "reply"): fake.members[15:30]}
    planned = json.loads(call("collect", "plan", OWNER, "--of", "engagers", "--sample", "25", "--posts", "2", "--json").stdout)
    assert planned["calls"] >= 1 + 81
    done = call("collect", "run", OWNER, "--of", "engagers", "--sample", "25", "--posts", "2", "--followees", "50", "--json")
    (told,) = json.loads(done.stdout)["accounts"]
    assert (told["listed"], told["end"], told["sampled"], told["profiles"]) == (35, "list", 25, 25)
    (workspace / "list.csv").write_text(f"account\n{OWNER}\n", "utf-8")
    (workspace / "camper.yaml").write_text(
        "name: camper\ntitle: {en: Campers, zh: 露营者}\nmust:\n  - interest: camping\n", "utf-8"
    )
    assert call("candidates", "import", str(workspace / "list.csv"), "--platform", "bluesky").exit_code == 0
    asked = ("shortlist", "--persona", str(workspace / "camper.yaml"), "--sample", "25", "--min-sample", "5")
    by_engagers = call(*asked, "--of", "engagers", "--json")
    assert by_engagers.exit_code == 0, by_engagers.output
    result = json.loads(by_engagers.stdout)
    assert result["base"] == "engagers"
    assert result["cards"][0]["frame"]["seen"] == 30
    assert "of_engagers" in {key for key, _ in result["warnings"]}
    by_followers = call(*asked)
    assert by_followers.exit_code != 0
    assert "no_followers" in by_followers.output


def test_a_base_sample_is_drawn_and_counts_as_one(call: Call, fake: FakeBluesky) -> None:
    lines = [
        {
            "did": did,
            "createdAt": f"2026-0{1 + at % 9}-11T0{at % 10}:00:00.{at:03d}Z",
            "operation": {"prev": None},
            "nullified": False,
        }
        for at, did in enumerate([*fake.members, "did:plc:gone"])
    ]
    fake.export = "\n".join(json.dumps(line) for line in sorted(lines, key=lambda line: str(line["createdAt"])))
    done = call("collect", "base", "--people", "30", "--posts", "2", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["drawn"], told["stopped"]) == (30, "")
    assert told["people"] in {29, 30}
    assert told["posts"] == 2 * told["people"]
    kinds = {row["kind"] for row in json.loads(call("imports", "list", "--json").stdout)}
    assert {"base", "posts"} <= kinds
