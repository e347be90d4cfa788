"""A paid source through the whole collection: refused beforehand, nothing bought twice in a day, authenticity not assessed without leave."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import stamina
from typer.testing import CliRunner, Result

from cli.main import app
from collectors.http import ATTEMPTS, Operator, open_client
from collectors.limits import Pace
from collectors.registry import SOURCES, Opening
from collectors.spending import Guard
from collectors.x.client import POST_PRICE, TOKEN, USER_PRICE
from jobs.collect_plan import make_plan
from jobs.collecting import Collection, CollectJob, CollectOutcome
from jobs.scoring import run_shortlist
from scoring.arrays import Parameters
from scoring.results import Shortlist
from scoring.text.indexer import JiebaIndexer
from storage.engine import Store, create_store
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.records import CandidateRecord, Provenance
from storage.spending import day_of, spent_on
from tests.collectors.fake_x import OWNER, SERVICE, FakeX

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
JOB = CollectJob((OWNER,), followers=60, sample=60, posts=6, fresh=timedelta(0))
PERSONA = "name: campers\nmust:\n  - interest: camping\n"


class Rig:
    """A store and a fake X, on a day that a test may end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fake = FakeX(240)
        self.store: Store = create_store(f"sqlite:///{folder}/fanfit.db", key=bytes(range(32)), vault_path=folder / "vault.db")
        self.now = NOW

    def run(self, job: CollectJob = JOB, dollars: int = 100) -> CollectOutcome:
        guard = Guard(self.store, "x", run=dollars * 10**6, day=dollars * 10**6, clock=lambda: self.now)
        with open_client(Operator("ops@example.org"), transport=httpx.MockTransport(self.fake)) as client:
            source = SOURCES["x"].open(Opening(client, Pace(self.store, patience=0), SERVICE, lambda: self.now, guard))
            origin = Provenance("x", "test", self.now)
            return Collection(self.store, source, origin, lambda: self.now, JiebaIndexer()).run(job)

    def spent(self) -> int:
        return spent_on(self.store, "x", day_of(self.now))


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    monkeypatch.setenv(TOKEN, "planted-token-88")
    made = Rig(tmp_path)
    with stamina.set_testing(True, attempts=ATTEMPTS):
        yield made
    made.store.close()


def test_it_costs_what_the_plan_says_at_most_and_a_second_run_that_day_costs_nothing(rig: Rig) -> None:
    plan = make_plan(rig.store, SOURCES["x"].card, JOB)
    (told,) = rig.run().accounts
    assert (told.listed, told.sampled, told.profiles, told.posts) == (60, 60, 60, 360)
    assert rig.fake.charged == rig.spent() == USER_PRICE * 61 + POST_PRICE * 6 * 61
    assert rig.spent() <= plan.micro
    calls = rig.fake.calls
    assert rig.run().accounts[0].end == "fresh"
    assert (rig.fake.calls, rig.fake.charged) == (calls, rig.spent())


def test_the_next_day_everything_may_be_bought_again(rig: Rig) -> None:
    rig.run()
    rig.now += timedelta(days=1)
    rig.fake.sold.clear()
    rig.run()
    assert rig.spent() == USER_PRICE * 61 + POST_PRICE * 6 * 61


def test_a_run_that_meets_its_limit_stops_and_keeps_what_it_bought(rig: Rig) -> None:
    outcome = rig.run(dollars=1)
    assert "spending.run" in outcome.stopped
    assert rig.fake.charged == rig.spent() <= 10**6
    again = rig.run()
    assert again.accounts[0].sampled == 60
    assert rig.fake.charged == rig.spent(), "what the first run bought is not bought again"


def shortlist(rig: Rig, *, assess: bool) -> Shortlist:
    now = NOW + timedelta(hours=1)
    if not assess:
        origin = Provenance("test", "test", now)
        number = begin_import(rig.store, ImportRequest("candidates", "c", "c", {}, origin), now=now).import_id
        PageWriter(rig.store, number, now=now, indexer=None, list_name="list").write(
            [CandidateRecord(OWNER, "x", OWNER)], position=1
        )
        finish_import(rig.store, number, now=now)
    asked = Parameters(sample=60, draws=200, assess_x=assess)
    return run_shortlist(rig.store, rig.folder, PERSONA, "list", asked, now=now, code_version="test")[1]


def test_authenticity_is_assessed_only_with_leave(rig: Rig) -> None:
    rig.run()
    without, allowed = shortlist(rig, assess=False), shortlist(rig, assess=True)
    assert without.cards[0].authenticity is None
    assert "authenticity_not_assessed" in dict(without.warnings)
    assert allowed.cards[0].authenticity is not None


def call(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--workspace", str(folder), *arguments])


def test_the_command_refuses_before_any_call_and_says_what_it_would_cost(rig: Rig) -> None:
    rig.store.close()
    (rig.folder / "fanfit.toml").write_text('controller = "Acme"\npurpose = "tests"\ncontact = "ops@example.org"\n', "utf-8")
    (rig.folder / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (rig.folder / "secret.key").chmod(0o600)
    asked = (OWNER, "--platform", "x", "--followers", "100", "--sample", "100", "--posts", "10")
    plan = json.loads(call(rig.folder, "collect", "plan", *asked, "--json").stdout)
    assert plan["micro_usd"] == USER_PRICE * 101 + POST_PRICE * 10 * 101
    assert "$6.06" in call(rig.folder, "collect", "plan", *asked).stdout
    for limits in ((), ("--max-spend-run", "10"), ("--max-spend-run", "6", "--max-spend-day", "100")):
        refused = call(rig.folder, "collect", "run", *asked, *limits)
        assert refused.exit_code == 3
        assert "$6.06" in refused.output
    unbounded = call(
        rig.folder,
        "collect",
        "run",
        OWNER,
        "--platform",
        "x",
        "--followers",
        "all",
        "--max-spend-run",
        "9",
        "--max-spend-day",
        "9",
    )
    assert "--followers" in unbounded.output
    assert rig.fake.calls == 0
