"""Follow events of watched accounts: written with the position of their stream in one transaction; the same event twice is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from storage.engine import Store
from storage.erasure import erase_follows, erase_rows, forgotten_among
from storage.naming import named_among
from storage.tables import EVENT_GAP, EVENT_POSITION, FOLLOW_EVENT
from storage.writes import upsert

_COMMAND = "collect events"


@dataclass(frozen=True, slots=True)
class Followed:
    """A follow of a watched account: the record's keyed hash, who made it when."""

    record: bytes
    account: bytes
    follower: bytes
    follower_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """A follow record that was taken back; of which account, is known if its making was seen."""

    record: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Gone:
    """An account that is no longer there: what it followed, it follows no more; `erased`: its rows go."""

    follower: bytes
    at: datetime
    erased: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What came up to a position, in order; before each of `gaps` something was lost."""

    position: int
    at: datetime
    events: Sequence[Followed | Unfollowed | Gone] = ()
    gaps: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True)
class Wrote:
    """How many follows were new, taken back, and taken back without their making having been seen."""

    gained: int = 0
    lost: int = 0
    unknown: int = 0


def position_of(store: Store, feed: str) -> tuple[int, datetime] | None:
    """Where a stream stands, and the time of the event there; None before the first."""
    query = select(EVENT_POSITION.c.position, EVENT_POSITION.c.at).where(EVENT_POSITION.c.feed == feed)
    with store.read() as conn:
        row = conn.execute(query).first()
    return None if row is None else (row.position, row.at)


def write_events(store: Store, platform: str, feed: str, page: Page, *, now: datetime) -> Wrote:
    """Writes a page and where the stream stands after it; both or neither. Persons who deleted their account go from every table."""
    gained = lost = unknown = 0
    held = store.vault.native_ids({event.follower for event in page.events if isinstance(event, Gone) and event.erased})
    going: set[bytes] = set()
    with store.write(_COMMAND) as conn:
        followed = [event for event in page.events if isinstance(event, Followed)]
        refused = forgotten_among(conn, {each for event in followed for each in (event.follower, event.account)})
        for event in page.events:
            if isinstance(event, Unfollowed):
                ended = _end(conn, FOLLOW_EVENT.c.record == event.record, event.at)
                known = ended or _holds(conn, event.record)
                lost, unknown = lost + ended, unknown + (not known)
            elif isinstance(event, Gone):
                lost += _end(conn, FOLLOW_EVENT.c.follower == event.follower, event.at)
                if event.erased and not named_among(conn, [event.follower]):
                    erase_rows(conn, [event.follower])
                    going |= {event.follower} & held.keys()  # of all the network's deletions few are of people in the store
            elif not {event.follower, event.account} & refused:
                gained += _begin(store, conn, platform, event, now)
        erase_follows(conn, going)
        _move(conn, feed, page, now)
    store.vault.forget(going)
    return Wrote(gained, lost, unknown)


def _begin(store: Store, conn: Connection, platform: str, event: Followed, now: datetime) -> int:
    if _holds(conn, event.record):
        return 0
    row = {
        "record": event.record,
        "account": event.account,
        "follower": event.follower,
        "since": event.at,
        "until": None,
        "fetched_at": now,
    }
    conn.execute(insert(FOLLOW_EVENT).values(row))
    store.vault.remember(platform, [event.follower_id], [event.follower], now)
    return 1


def _end(conn: Connection, which: object, at: datetime) -> int:
    open_rows = (which, FOLLOW_EVENT.c.until.is_(None))
    return conn.execute(update(FOLLOW_EVENT).where(*open_rows).values(until=at)).rowcount  # type: ignore[arg-type]


def _holds(conn: Connection, record: bytes) -> bool:
    return conn.execute(select(FOLLOW_EVENT.c.record).where(FOLLOW_EVENT.c.record == record)).first() is not None


def _move(conn: Connection, feed: str, page: Page, now: datetime) -> None:
    before = conn.execute(select(EVENT_POSITION.c.at).where(EVENT_POSITION.c.feed == feed)).scalar()
    for end in page.gaps:
        conn.execute(insert(EVENT_GAP).values(feed=feed, lost_from=min(before or end, end), lost_to=max(before or end, end)))
    row = {"feed": feed, "position": page.position, "begun": now, "at": page.at}
    upsert(conn, EVENT_POSITION, [row], key=["feed"], update=["position", "at"])


def event_counts(store: Store, account: bytes, *, since: datetime, until: datetime) -> tuple[int, int]:
    """Follows of an account that were made, and taken back, in a time, as far as streams told."""
    row = FOLLOW_EVENT.c
    with store.read() as conn:
        made, ended = (
            conn.execute(select(func.count()).where(row.account == account, column >= since, column < until)).scalar_one()
            for column in (row.since, row.until)
        )
    return made, ended


def listened(store: Store) -> tuple[datetime, datetime] | None:
    """Since when some stream of events has been read, and up to when; None where none ever was."""
    with store.read() as conn:
        begun, at = conn.execute(select(func.min(EVENT_POSITION.c.begun), func.max(EVENT_POSITION.c.at))).one()
    return None if begun is None else (begun, at)


def gaps(store: Store, *, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Times within these of which some stream told nothing, the earliest first."""
    row = EVENT_GAP.c
    with store.read() as conn:
        rows = conn.execute(
            select(row.lost_from, row.lost_to).where(row.lost_to >= since, row.lost_from < until).order_by(row.lost_from)
        )
        return [(each.lost_from, each.lost_to) for each in rows]
