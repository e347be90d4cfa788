"""Collection from Mastodon through the commands, against a real HTTP server on the loopback."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store
from tests.collectors.fake_mastodon import HOST, OWNER, FakeMastodon, served

WHO = 'controller = "Acme"\npurpose = "tests"\ncontact = "ops@example.org"\n'
TOKEN = "planted-token-55e0"  # noqa: S105 - planted, to be searched for
Call = Callable[..., Result]


@pytest.fixture
def fake() -> FakeMastodon:
    made = FakeMastodon(200)
    made.feed = [made.status(number, f"<p>周末去露营 {number}:帐篷、睡袋和营地推荐</p>") for number in range(3)]
    return made


@pytest.fixture
def service(fake: FakeMastodon) -> Iterator[str]:
    with served(fake) as address:
        yield address


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
        return CliRunner().invoke(app, ["--workspace", str(workspace), "--set", f"sources.mastodon={service}", *arguments])

    return invoke


def collect(call: Call, *accounts: str, more: tuple[str, ...] = ()) -> dict[str, dict[str, object]]:
    done = call("collect", "run", *accounts, "--platform", "mastodon", "--sample", "50", "--posts", "5", "--json", *more)
    assert done.exit_code == 0, done.output
    return {each["account"]: each for each in json.loads(done.stdout)["accounts"]}


@pytest.mark.parametrize("given", [f"@{OWNER}", f"https://{HOST}/@brand"])
def test_a_collection_reads_the_list_its_profiles_and_posts(call: Call, fake: FakeMastodon, given: str) -> None:
    told = collect(call, given, f"nobody@{HOST}")
    mine = told[given]
    assert (mine["listed"], mine["end"], mine["sampled"], mine["profiles"]) == (200, "list", 50, 50)
    assert told[f"nobody@{HOST}"]["skipped"] == "not found"
    assert mine["posts"] == 50 * 3
    before = fake.calls
    assert collect(call, given)[given]["end"] == "fresh"
    assert fake.calls - before == 1, "only whether the account is still there: profiles came with the list"


def test_a_collected_list_is_scored(call: Call, workspace: Path) -> None:
    (workspace / "p.yaml").write_text("name: campers\nmust:\n  - interest: camping\n", "utf-8")
    (workspace / "c.csv").write_text(f"platform,handle\nmastodon,@{OWNER}\n", "utf-8")
    assert call("candidates", "import", str(workspace / "c.csv")).exit_code == 0
    collect(call, more=("--candidates", "candidates"))
    found = json.loads(call("shortlist", "--persona", str(workspace / "p.yaml"), "--sample", "50", "--json").stdout)
    (card,) = found["cards"]
    assert (card["frame"]["frame"], card["frame"]["seen"], card["n"] + card["n_unknown"]) == ("complete", 200, 50)
    assert card["frame"]["source"].startswith("mastodon: http://127.0.0.1")


@pytest.mark.parametrize(
    ("trait", "said"),
    [({"noindex": True}, "asks not to be indexed"), ({"moved": {"acct": "x"}}, "moved"), ({"suspended": True}, "suspended")],
)
def test_why_an_account_is_left_out_is_said_and_nothing_of_it_is_kept(
    call: Call, fake: FakeMastodon, workspace: Path, trait: dict[str, object], said: str
) -> None:
    fake.traits[OWNER] = trait
    told = collect(call, OWNER)[OWNER]
    assert said in str(told["skipped"])
    assert told["listed"] == 0
    for path in workspace.glob("*.db"):
        assert b"camping" not in path.read_bytes()


def test_a_hidden_list_is_said_to_be_hidden_and_is_no_empty_list(call: Call, fake: FakeMastodon) -> None:
    fake.hidden = True
    assert collect(call, OWNER)[OWNER]["skipped"] == "its follower list is hidden"
    (pull,) = [each for each in json.loads(call("imports", "list", "--json").stdout) if each["kind"] == "followers"]
    assert pull["status"] == "stopped"


def test_where_the_list_is_hidden_engagers_are_read(call: Call, fake: FakeMastodon) -> None:
    fake.hidden = True
    fake.reacted = {("01S0000", "favourited_by"): fake.members[:90], ("01S0001", "reblogged_by"): fake.members[80:120]}
    told = collect(call, OWNER, more=("--of", "engagers"))[OWNER]
    assert (told["listed"], told["end"], told["sampled"], told["profiles"]) == (130, "list", 50, 50)


def test_a_token_opens_a_closed_server_and_is_nowhere(
    call: Call, fake: FakeMastodon, service: str, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.wants_token = TOKEN
    name = f"FANFIT_MASTODON_TOKEN_127_0_0_1_{service.rsplit(':', 1)[-1]}"
    assert name in str(collect(call, OWNER)[OWNER]["skipped"])
    monkeypatch.setenv(name, TOKEN)
    done = call("collect", "run", OWNER, "--platform", "mastodon", "--sample", "10", "--json")
    assert json.loads(done.stdout)["accounts"][0]["listed"] == 200
    assert TOKEN not in done.output
    for path in workspace.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


def test_a_plan_makes_no_call(call: Call, fake: FakeMastodon) -> None:
    done = call("collect", "plan", OWNER, "--platform", "mastodon", "--followers", "800", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["calls"] >= 1 + 10
    assert fake.calls == 0


def test_search_is_not_offered(call: Call, fake: FakeMastodon) -> None:
    assert call("collect", "search", "tents", "--platform", "mastodon").exit_code == 2
    assert fake.calls == 0
