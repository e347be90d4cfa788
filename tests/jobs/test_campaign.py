"""A campaign from the first scoring to a report of what changed: collected, scored, compared, written, mailed; again after any failure."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.campaign import CAMPAIGN, Options, Rescoring, Setting, options_json
from jobs.collecting import FORGOTTEN, CollectJob, CollectOutcome, Told
from jobs.delivery.deliver import Courier
from jobs.delivery.mail import MailServer
from jobs.errors import JobFailed, JobStopped
from jobs.worker import Worker, renewing_in_a_thread
from scoring.persona import parse_persona
from scoring.text.indexer import JiebaIndexer
from storage.campaigns import Campaign, Failure, add_campaign, campaign_runs, find_campaign
from storage.engine import create_store
from storage.errors import NotFound, Refused
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.records import (
    AccountRecord,
    AttributeRecord,
    CandidateRecord,
    Count,
    FollowRecord,
    Frame,
    ListKind,
    Order,
    Provenance,
    PullFacts,
)  # fmt: skip
from storage.runs import list_runs, save_persona
from storage.scheduling import add_schedule, recent_slots
from tests.jobs.delivery_servers import Mailbox, smtp_server

MONDAY = datetime(2026, 11, 2, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
PERSONA = "name: women\ntitle: {zh: 女性, en: Women}\nmust:\n  - attribute: gender\n    in: [female]\n"
SHARES = {"rising": 0.2, "falling": 0.8, "steady": 0.5, "leaving": 0.35}
FANS = 120


class World:
    """A store, a clock, and a platform that gives what a test says it has."""

    def __init__(self, folder: Path, box: Mailbox) -> None:
        self.folder = folder
        self.now = MONDAY
        self.store = create_store(f"sqlite:///{folder}/fanfit.db", key=bytes(range(32)), vault_path=folder / "vault.db")
        self.box = box
        self.expects = set(SHARES)
        self.shares = dict(SHARES)
        self.refuses = ""
        self.told: tuple[Told, ...] = ()
        self.reads = 0
        self.bring("candidates", [CandidateRecord(name, "sim", name) for name in SHARES], list_name="list")
        persona_id, _ = save_persona(self.store, "women", PERSONA, parse_persona(PERSONA).digest, self.now)
        options = options_json(Options(sample=100, top=2))
        to = ("mailto:planner@client.test", "folder:out")
        add_campaign(self.store, Campaign("spring", "Acme", persona_id, "list", ("sim",), to, "zh", options, None, self.now))

    def bring(self, kind: str, records: Sequence[Any], **writer: Any) -> None:
        origin = Provenance("test", "test", self.now)
        request = ImportRequest(kind, kind, f"{kind} {self.now} {len(records)} {self.reads}", {}, origin)
        number = begin_import(self.store, request, now=self.now).import_id
        PageWriter(self.store, number, now=self.now, indexer=JiebaIndexer(), **writer).write(records, position=1)
        finish_import(self.store, number, now=self.now)

    def collect(self, platform: str, job: CollectJob, stopped: Callable[[], bool]) -> CollectOutcome:
        """Reads lists anew: of each account the first followers are women, as many as its share says."""
        assert (platform, set(job.accounts)) == ("sim", self.expects)
        if stopped():
            return CollectOutcome((), "stopped")
        if self.refuses:
            return CollectOutcome((), self.refuses)
        self.reads += 1
        accounts = [
            AccountRecord("sim", name, self.now, handle=self.handle(name), name=name, followers=Count(FANS)) for name in SHARES
        ]
        self.bring("accounts", accounts)
        facts = PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, self.now, Order.UNKNOWN)
        fans = {
            name: [f"{name}{number}-{self.reads if name in self.changed() else 0}" for number in range(FANS)]
            for name in self.shares
        }
        self.bring("follows", [FollowRecord("sim", name, fan) for name, who in fans.items() for fan in who], pull=facts)
        told = [
            AttributeRecord("sim", fan, "gender", "female" if number < FANS * self.shares[name] else "male", self.now)
            for name, who in fans.items()
            for number, fan in enumerate(who)
        ]
        self.bring("attributes", told)
        return CollectOutcome(self.told)

    def changed(self) -> set[str]:
        return {name for name, share in self.shares.items() if share != SHARES[name]}

    def handle(self, name: str) -> str:
        return f"{name}_new" if name == "rising" and self.shares["rising"] != SHARES["rising"] else name

    def rescoring(self) -> Rescoring:
        server = MailServer("127.0.0.1", self.box.port, "fanfit@acme.test", "none")
        setting = Setting(self.folder, "test", 0, 20, 10)
        return Rescoring(self.store, setting, self.collect, Courier(server, self.folder, self.clock), self.clock)

    def clock(self) -> datetime:
        return self.now

    def run(self, **asked: Any) -> Any:
        return self.rescoring().run(find_campaign(self.store, "spring"), self.now, **asked)

    def next_week(self) -> None:
        self.now += WEEK
        self.shares |= {"rising": 0.55, "falling": 0.45}


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server() as made:
        yield made


@pytest.fixture
def world(tmp_path: Path, box: Mailbox) -> Iterator[World]:
    made = World(tmp_path, box)
    yield made
    made.store.close()


def test_the_first_report_ranks_and_claims_no_change(world: World) -> None:
    outcome = world.run()
    assert [each.account for each in outcome.found.moves] == ["falling", "steady", "leaving", "rising"]
    assert (outcome.found.before_id, outcome.found.alerts) == (None, ())
    assert [each.status for each in outcome.delivered] == ["sent", "sent"]
    (mail,) = world.box.mails
    body = mail.get_body(("plain",))
    assert body is not None
    assert "第一次评分:4 个账号已排序" in body.get_content()
    assert len(list(mail.iter_attachments())) == 4


def test_the_second_report_leads_with_what_changed_and_why(world: World) -> None:
    world.run()
    world.next_week()
    found = world.run().found
    assert {each.account for each in found.moves if each.beyond_noise} == {"rising", "falling"}
    assert found.causes == ("data",)
    assert {(each.kind, each.about) for each in found.alerts} == {("rename", "rising"), ("drop", "falling")}
    mail = world.box.mails[-1]
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    for said in (
        "2 个账号的 TA浓度变化超出误差",
        "新进入前 2:rising",
        "离开前 2:falling",
        "原因:数据变化",
        "rising 改名:rising → rising_new",
    ):
        assert said in text


def test_nothing_changed_is_said_to_be_nothing(world: World) -> None:
    world.run()
    world.now += WEEK
    world.refuses = "the platform is away"
    found = world.run().found
    assert found.causes == ()
    assert [each.kind for each in found.alerts] == ["source"]
    body = world.box.mails[-1].get_body(("plain",))
    assert body is not None
    assert "没有变化" in body.get_content()
    assert "sim 没有读全:the platform is away" in body.get_content()


def test_an_account_that_could_not_be_read_is_named_with_the_reason(world: World) -> None:
    world.bring("candidates", [CandidateRecord("@somewhere")], list_name="list")
    world.told = (
        Told("steady", 120, "list"), Told("leaving", skipped="it was deactivated"), Told("@somewhere", skipped="not found"),
        Told("rising", skipped=FORGOTTEN),
    )  # fmt: skip
    world.expects |= {"@somewhere"}
    found = world.run().found
    assert [(each.kind, each.about, each.values) for each in found.alerts] == [
        ("account", "leaving", {"platform": "sim", "reason": "it was deactivated"})
    ], "a row that names no platform may belong to another, and who was forgotten is meant to be gone"
    body = world.box.mails[-1].get_body(("plain",))
    assert body is not None
    assert "leaving(sim)没有读到:it was deactivated" in body.get_content()
    (kept,) = campaign_runs(world.store, "spring")
    assert kept.failures == (Failure("sim", "it was deactivated", "leaving"),)


def test_the_same_slot_again_makes_no_second_run_and_sends_nothing_twice(world: World) -> None:
    due = world.now
    world.run()
    world.now += timedelta(hours=1)
    again = world.rescoring().run(find_campaign(world.store, "spring"), due)
    assert (len(list_runs(world.store)), len(world.box.mails), again.delivered) == (1, 1, ())
    assert world.reads == 1


def test_asked_to_stop_it_stops_in_collection_and_goes_on_later(world: World) -> None:
    with pytest.raises(JobStopped):
        world.run(stopped=lambda: True)
    assert (campaign_runs(world.store, "spring"), world.box.mails) == ([], [])
    assert world.run().found.run_id == 1


def test_who_lost_the_lease_sends_no_report(world: World) -> None:
    with pytest.raises(JobFailed, match="taken over"):
        world.run(still_mine=lambda: False)
    assert world.box.mails == []


def test_a_list_without_any_reading_is_a_failure_with_what_to_do(world: World) -> None:
    world.refuses = "the platform is away"
    with pytest.raises(JobFailed, match="none of the 4 accounts") as caught:
        world.run()
    assert caught.value.again, "the source may be back"


def test_the_worker_runs_it_when_it_is_due_and_once(world: World) -> None:
    add_schedule(
        world.store, kind=CAMPAIGN, subject="spring", cron="0 9 * * 1", timezone="Asia/Shanghai", options={}, now=world.now - WEEK
    )
    worker = Worker(world.store, {CAMPAIGN: world.rescoring()}, world.clock, renewal=renewing_in_a_thread)
    for _ in range(2):
        worker.tick()
    (slot,) = [each for each in recent_slots(world.store, 9, trouble_since=MONDAY - WEEK) if each.status == "done"]
    assert (slot.due, slot.status) == (MONDAY, "done")
    assert slot.note.startswith("run 1, 0 alerts, 2 delivered")
    assert len(world.box.mails) == 1
    worker.leave()


def test_names_are_unique_and_unknown_ones_are_told(world: World) -> None:
    with pytest.raises(Refused, match="already"):
        add_campaign(world.store, find_campaign(world.store, "spring"))
    with pytest.raises(NotFound, match="there are: spring"):
        find_campaign(world.store, "autumn")


def test_unusual_growth_is_an_alert_once(world: World) -> None:
    counts = [
        AccountRecord("sim", "steady", world.now + timedelta(days=day), followers=Count(100_000 + 10 * day))
        for day in range(-30, 0)
    ]
    world.bring("accounts", counts)
    world.run()
    world.now += WEEK
    jump = [AccountRecord("sim", "steady", world.now - timedelta(days=day), followers=Count(103_000)) for day in (3, 2)]
    world.bring("accounts", jump)
    told = [each for each in world.run().found.alerts if each.kind == "growth" and each.values["date"] < f"{world.now:%Y-%m-%d}"]
    assert [each.about for each in told] == ["steady"]
