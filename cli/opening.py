"""A platform's source, opened as this workspace is set up: client, pace, addresses, who collects."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from cli.wiring import Session

if TYPE_CHECKING:
    from collectors.base import Source
    from collectors.http import Operator
    from collectors.registry import Entry
    from jobs.alerts import DayLimits
    from jobs.collecting import Collection
    from storage.engine import Store

WHO = {
    "en": "Collecting needs to say who collects: set {names} (`fanfit init` asks, or fanfit.toml). Platforms and people are told.",
    "zh": "采集前需说明由谁采集:请设置 {names}(`fanfit init` 会询问,或写入 fanfit.toml)。平台和当事人会看到。",
}


def entry_of(platform: str) -> "Entry":
    """A source that there is."""
    from collectors.registry import SOURCES

    if platform not in SOURCES:
        message = f"expected one of {', '.join(SOURCES)}"
        raise typer.BadParameter(message, param_hint="--platform")
    return SOURCES[platform]


def operator_of(session: Session) -> "Operator":
    """Who collects, as platforms are told; refused where the settings do not say so."""
    from collectors.http import Operator

    settings = session.settings
    missing = [name for name in ("controller", "purpose", "contact") if not getattr(settings, name)]
    if missing:
        raise typer.BadParameter(WHO[session.lang].format(names=", ".join(missing)))
    return Operator(settings.contact, settings.notice)


def service_of(session: Session, platform: str) -> str:
    """The address at which a platform is asked."""
    return str(getattr(session.settings.sources, platform) or entry_of(platform).service).rstrip("/")


def day_limits(session: Session) -> "tuple[DayLimits, ...]":
    """What each platform may be asked and may cost in a day."""
    from urllib.parse import urlsplit

    from collectors.registry import SOURCES
    from collectors.spending import MICRO
    from jobs.alerts import DAY, DayLimits

    micro = round(session.settings.spending.day * MICRO)
    return tuple(
        DayLimits(
            platform,
            urlsplit(service_of(session, platform)).netloc,
            tuple(dict.fromkeys(each.limit for each in entry.card.streams if each.limit.seconds >= DAY)),
            micro if any(each.price for each in entry.card.streams) else 0,
        )
        for platform, entry in SOURCES.items()
    )


@contextmanager
def collection(
    session: Session, store: "Store", platform: str, stopped: Callable[[], bool] = lambda: False
) -> "Iterator[Collection]":
    """Collection from a platform as this workspace is set up."""
    from jobs.collecting import Collection
    from storage.naming import NamingRule
    from storage.records import Provenance

    settings = session.settings
    with opened(session, store, platform, stopped) as (source, service):
        origin = Provenance(f"{platform}: {service}", f"{settings.controller}: {settings.purpose}", session.now())
        rule = NamingRule(**settings.naming.model_dump())
        yield Collection(store, source, origin, session.now, session.indexer(), rule, stopped)


@contextmanager
def opened(
    session: Session, store: "Store", platform: str, stopped: Callable[[], bool] = lambda: False
) -> "Iterator[tuple[Source, str]]":
    """A platform's source with its client and pace, and the address it is asked at.

    Raises:
        StopRun: credentials are refused, or half given.
    """
    from collectors.http import open_client
    from collectors.limits import Pace
    from collectors.registry import Opening
    from collectors.spending import MICRO, Guard
    from jobs.handlers import stoppable_sleep

    settings, operator = session.settings, operator_of(session)
    entry, service = entry_of(platform), service_of(session, platform)
    limits = (round(each * MICRO) for each in (settings.spending.run, settings.spending.day))
    run, day = limits
    guard = Guard(store, platform, run=run, day=day, clock=session.now)
    pace = Pace(store, sleep=stoppable_sleep(stopped))
    with open_client(operator) as client:
        try:
            yield entry.open(Opening(client, pace, service, session.now, guard, settings.sources.model_dump())), service
        finally:
            pace.close()
