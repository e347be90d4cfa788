"""Campaigns as they are kept: what each binds together, and what its slots came to."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from storage.engine import Store
from storage.errors import NotFound, Refused
from storage.tables import CAMPAIGN, CAMPAIGN_RUN
from storage.writes import upsert


@dataclass(frozen=True, slots=True)
class Campaign:
    """A client's shortlist that is scored again and again; `options` are what `jobs.campaign` makes of them."""

    name: str
    client: str
    persona_id: int
    list_name: str
    platforms: tuple[str, ...]
    recipients: tuple[str, ...]
    lang: str
    options: dict[str, Any]
    schedule_id: int | None
    created: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be read before a rescore, and why: one account of a platform, or, without one, the platform's rest."""

    platform: str
    reason: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class CampaignRun:
    """What one slot came to: the score run, the one it was held against, and what could not be read."""

    campaign: str
    slot: datetime
    run_id: int
    before: int | None
    failures: tuple[Failure, ...]
    created: datetime


def add_campaign(store: Store, campaign: Campaign) -> None:
    """A new campaign.

    Raises:
        Refused: one of that name exists.
    """
    with store.write("campaign new") as conn:
        if conn.execute(select(CAMPAIGN.c.name).where(CAMPAIGN.c.name == campaign.name)).first() is not None:
            message = f"there is a campaign {campaign.name!r} already: choose another name, or see `fanfit campaign show {campaign.name}`"
            raise Refused(message)
        values = asdict(campaign) | {"platforms": list(campaign.platforms), "recipients": list(campaign.recipients)}
        conn.execute(insert(CAMPAIGN).values(**values))


def bind_schedule(store: Store, name: str, schedule_id: int) -> None:
    """Says which schedule is the campaign's."""
    with store.write("campaign new") as conn:
        conn.execute(update(CAMPAIGN).where(CAMPAIGN.c.name == name).values(schedule_id=schedule_id))


def list_campaigns(store: Store) -> list[Campaign]:
    """All of them, the oldest first."""
    with store.read() as conn:
        return [_campaign(row) for row in conn.execute(select(CAMPAIGN).order_by(CAMPAIGN.c.created, CAMPAIGN.c.name))]


def find_campaign(store: Store, name: str) -> Campaign:
    """One campaign.

    Raises:
        NotFound: none of that name.
    """
    found = next((each for each in list_campaigns(store) if each.name == name), None)
    if found is None:
        known = ", ".join(each.name for each in list_campaigns(store)) or "none yet: `fanfit campaign new NAME ...` makes one"
        message = f"there is no campaign {name!r}; there are: {known}"
        raise NotFound(message)
    return found


def save_campaign_run(store: Store, run: CampaignRun) -> None:
    """Notes what a slot came to; the same slot again is the same row."""
    row = asdict(run) | {"failures": [asdict(each) for each in run.failures]}
    with store.write("campaign run") as conn:
        upsert(conn, CAMPAIGN_RUN, [row], key=["campaign", "slot"], update=["run_id", "before", "failures", "created"])


def campaign_runs(store: Store, name: str) -> list[CampaignRun]:
    """What the campaign's slots came to, the newest first."""
    query = select(CAMPAIGN_RUN).where(CAMPAIGN_RUN.c.campaign == name).order_by(CAMPAIGN_RUN.c.slot.desc())
    with store.read() as conn:
        return [_run(row) for row in conn.execute(query)]


def _campaign(row: Row[Any]) -> Campaign:
    return Campaign(
        row.name, row.client, row.persona_id, row.list_name, tuple(row.platforms), tuple(row.recipients), row.lang, dict(row.options),
        row.schedule_id, row.created,
    )  # fmt: skip


def _run(row: Row[Any]) -> CampaignRun:
    failures = tuple(Failure(**each) for each in row.failures)
    return CampaignRun(row.campaign, row.slot, row.run_id, row.before, failures, row.created)
